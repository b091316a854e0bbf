"""PyPI Kenar, unchanged but for its base URL. It waits one second for an answer and sends its token as x-access-token."""

import os

from facts import fact, run, same
from kenar import (
    BotButton,
    ChatBotSendMessageRequest,
    ChatButton,
    ChatButtonGrid,
    ChatButtonRow,
    Client,
    ClientConfig,
    IconName,
    RegisterEventSubscriptionRequest,
    SendMessageV2Request,
)
from kenar.widgets.action import Action, OpenServerLink
from people import blocks, reads, unblocks
from sample import PNG

URL = os.environ["PEYK_URL"]
BOT = "6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a01"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def client_with(key="echo-key"):
    client = Client(ClientConfig(
        app_slug="echo", api_key=key, oauth_secret="echo-secret", oauth_redirect_url="http://127.0.0.1:3000/callback",
    ))
    client._client.base_url = URL
    return client


CLIENT = client_with()


def user_id(token):
    """An app's own name for a person; the client knows the call but not this field of its answer."""
    answer = CLIENT._client.get("/v1/open-platform/users", headers={"x-access-token": token})
    same(answer.status_code, 200)
    return answer.json()["user_id"]


def bot_message(client=CLIENT, **words):
    return client.chat.send_chatbot_message(ChatBotSendMessageRequest(**words), max_retry=0)


def refused(status, code, call):
    """The client raises a bare Exception with the status and the body in its text."""
    try:
        call()
    except Exception as error:
        text = str(error).replace(" ", "")
        assert f"'{status}" in text and f'"code":{code},' in text, f"expected {status} and code {code}: {error}"
        return
    raise AssertionError(f"expected {status}, was accepted")


@fact
def a_person_has_phone_numbers():
    same(CLIENT.finder.get_user("ory_at_sara", max_retry=0).phone_numbers, ["+989120000001"])


@fact
def a_wrong_token_is_refused():
    refused(401, 16, lambda: CLIENT.finder.get_user("ory_at_wrong", max_retry=0))


@fact
def a_bot_sends_to_a_conversation():
    bot_message(conversation_id=BOT, text_message="سلام")


@fact
def buttons_with_icons_of_the_client_are_accepted():
    rows = [
        ChatButtonRow(buttons=[
            ChatButton(action=Action(open_direct_link="http://127.0.0.1:3000/"), caption="link", icon=IconName.UNKNOWN),
            ChatButton(
                action=Action(open_server_link=OpenServerLink(data={"id": "7", "deep": {"a": [1, None]}})),
                caption="server", icon=IconName.ADD,
            ),
        ])
    ]
    # Each action has a null beside it: {"open_direct_link": "…", "open_server_link": null}.
    bot_message(conversation_id=BOT, text_message="با دکمه", buttons=ChatButtonGrid(rows=rows))


@fact
def a_bot_sends_to_a_person_without_a_token():
    user = user_id("ory_at_ivan")
    assert "/" not in user and "+" not in user, f"{user} does not survive an unescaped path"
    bot_message(user_id=user, text_message="سلام دوباره")


@fact
def a_bot_cannot_begin_without_a_token():
    refused(403, 7, lambda: bot_message(user_id=user_id("ory_at_omid"), text_message="no"))


@fact
def media_with_an_empty_text_is_media():
    token = CLIENT._client.post("/experimental/open-platform/chat/upload", json={}).json()["token"]
    # The client's own Content-Type would hide the multipart one.
    answer = CLIENT._client.post(
        "/upload/image", files={"file": ("a.png", PNG)},
        headers={"Authorization": f"Bearer {token}", "Content-Type": "multipart/form-data; boundary=peyk"},
    )
    same((answer.status_code, answer.json()["status"]), (200, "ok"))
    bot_message(conversation_id=BOT, text_message="", media_token=answer.json()["id"])


@fact
def an_unknown_conversation_is_not_found():
    refused(404, 5, lambda: bot_message(conversation_id=UNKNOWN, text_message="no"))


@fact
def an_unknown_key_is_refused():
    refused(401, 16, lambda: bot_message(client_with("wrong-key"), conversation_id=BOT, text_message="no"))


@fact
def a_person_writes_over_the_legacy_path():
    button = BotButton(
        action=BotButton.Action.DIRECT_LINK,
        data=BotButton.ButtonData(icon_name="ADD", caption="link", direct_link="http://127.0.0.1:3000/"),
    )
    answer = CLIENT.chat.send_message(
        "ory_at_reza",
        SendMessageV2Request(
            user_id=user_id("ory_at_reza"), peer_id=user_id("ory_at_ivan"), post_token="rEzA0001",
            message="سلام", sender_btn=None, receiver_btn=button,
        ),
        max_retry=0,
    )
    same((answer.status, answer.message), (200, "ok"))


@fact
def a_blocked_person_gets_nothing():
    blocks("ivan", BOT)
    refused(412, 9, lambda: bot_message(conversation_id=BOT, text_message="no"))
    unblocks("ivan", BOT)
    bot_message(conversation_id=BOT, text_message="باز هم")
    same(reads("ivan", BOT)[-1], "باز هم")


@fact
def an_app_subscribes_to_a_post():
    # The client always sends an empty metadata as null.
    CLIENT.events.register_event_subscription(
        "ory_at_sara",
        RegisterEventSubscriptionRequest(event_type="NEW_MESSAGE_ON_POST", event_resource_id="gZd7omnS"),
        max_retry=0,
    )


run()
