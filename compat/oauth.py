"""Standard OAuth libraries, PyPI Kenar's OAuth, and a person with a browser on the consent page.

Pictures of the page in its three languages land in .work/pictures.
"""

import os
import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
from authlib.integrations.requests_client import OAuth2Session as Authlib
from facts import fact, run, same
from kenar import Client, ClientConfig
from kenar.oauth import OauthResourceType, Scope
from requests_oauthlib import OAuth2Session as RequestsOauthlib
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

URL = os.environ["PEYK_URL"]
REDIRECT = "http://127.0.0.1:3000/callback"
CHAT = "edbb9499-cccc-4d35-b21f-621fa95f2b3e"
SCOPES = f"USER_ID CONVERSATION_SEND_MESSAGE.{CHAT} offline_access"
PICTURES = Path(__file__).resolve().parent / ".work" / "pictures"


def approved(address, person="sara"):
    """Where the browser is sent when this person approves."""
    answer = httpx.get(address, params={**parse(address), "auto_approve": person}, follow_redirects=False)
    same(answer.status_code, 302)
    return answer.headers["location"]


def parse(address):
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def user_id(token):
    answer = httpx.get(f"{URL}/v1/open-platform/users",
                       headers={"X-API-Key": "echo-key", "Authorization": f"Bearer {token}"})
    return answer.status_code


@fact
def authlib_goes_from_the_metadata_to_a_refreshed_and_revoked_token():
    metadata = httpx.get(f"{URL}/.well-known/oauth-authorization-server").json()
    session = Authlib("echo", "echo-secret", scope=SCOPES, redirect_uri=REDIRECT, code_challenge_method="S256")
    verifier = "a-verifier-that-is-long-enough-for-the-rfc-7636-yes"
    address, state = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
    back = approved(address)
    same(parse(back)["state"], state)
    token = session.fetch_token(metadata["token_endpoint"], authorization_response=back, code_verifier=verifier)
    same(user_id(token["access_token"]), 200)
    fresh = session.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
    assert fresh["access_token"] != token["access_token"]
    facts = session.introspect_token(metadata["introspection_endpoint"], token=fresh["access_token"]).json()
    same((facts["active"], facts["client_id"]), (True, "echo"))
    session.revoke_token(metadata["revocation_endpoint"], token=fresh["refresh_token"])
    same(user_id(fresh["access_token"]), 401)


@fact
def requests_oauthlib_gets_and_refreshes_a_token():
    session = RequestsOauthlib("echo", redirect_uri=REDIRECT, scope=SCOPES.split())
    address, state = session.authorization_url(f"{URL}/oauth2/auth")
    token = session.fetch_token(f"{URL}/oauth2/token", authorization_response=approved(address),
                                client_secret="echo-secret")
    same(user_id(token["access_token"]), 200)
    fresh = session.refresh_token(f"{URL}/oauth2/token", client_id="echo", client_secret="echo-secret")
    same(user_id(fresh["access_token"]), 200)


@fact
def pypi_kenar_gets_a_token():
    client = Client(ClientConfig(app_slug="echo", api_key="echo-key", oauth_secret="echo-secret",
                                 oauth_redirect_url=REDIRECT))
    client._client.base_url = URL
    scopes = [Scope(resource_type=OauthResourceType.CHAT_CONVERSATION_READ, resource_id=CHAT),
              Scope(resource_type=OauthResourceType.OFFLINE_ACCESS)]
    address = client.oauth.get_oauth_redirect(scopes, state="s").replace("https://api.divar.ir", URL)
    back = parse(approved(address))
    same(back["state"], "s")
    token = client.oauth.get_access_token(back["code"], max_retry=0)
    same(token.scope, f"CHAT_CONVERSATION_READ.{CHAT} offline_access")
    assert token.refresh_token


def browser():
    options = webdriver.ChromeOptions()
    for word in ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=720,1150"):
        options.add_argument(word)
    options.binary_location = shutil.which("chromium")
    # With its driver named, Selenium asks nobody on the network for one.
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


def sent_back(window):
    """What the app is told, once the browser is on its way to it."""
    WebDriverWait(window, 10).until(lambda window: window.current_url.startswith(f"{REDIRECT}?"))
    return parse(window.current_url)


def page(lang, state="s t+a%te"):
    words = {"response_type": "code", "client_id": "echo", "redirect_uri": REDIRECT, "scope": SCOPES,
             "state": state, "lang": lang}
    return str(httpx.URL(f"{URL}/oauth2/auth", params=words))


@fact
def a_person_approves_with_the_keyboard_and_the_browser_goes_back_to_the_app():
    window = browser()
    try:
        window.get(page("en"))
        window.find_element(By.CSS_SELECTOR, "input[value=sara]").send_keys(Keys.SPACE)
        window.find_element(By.CSS_SELECTOR, "button[value=approve]").send_keys(Keys.ENTER)
        back = sent_back(window)
        same(back["state"], "s t+a%te")
        same(len(back["code"]), 64)
    finally:
        window.quit()


@fact
def a_person_refuses_and_the_app_hears_that():
    window = browser()
    try:
        window.get(page("en"))
        window.find_element(By.CSS_SELECTOR, "button[value=refuse]").click()
        back = sent_back(window)
        same((back["error"], "code" in back), ("access_denied", False))
    finally:
        window.quit()


@fact
def every_language_has_its_direction_and_names_every_control():
    PICTURES.mkdir(parents=True, exist_ok=True)
    window = browser()
    try:
        for lang, direction in (("fa", "rtl"), ("ru", "ltr"), ("en", "ltr")):
            window.get(page(lang))
            html = window.find_element(By.TAG_NAME, "html")
            same((html.get_attribute("lang"), html.value_of_css_property("direction")), (lang, direction))
            for control in window.find_elements(By.CSS_SELECTOR, "button, input:not([type=hidden]), a"):
                assert control.accessible_name, control.get_attribute("outerHTML")
            same(window.find_element(By.TAG_NAME, "fieldset").aria_role, "group")
            window.save_screenshot(str(PICTURES / f"consent-{lang}.png"))
    finally:
        window.quit()


run()
