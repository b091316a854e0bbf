"""The World's people, acted through Peyk's control API."""

import json
import os
import urllib.request

CONTROL = f"{os.environ['PEYK_URL']}/control/v1"
# No proxy of the machine's comes between a driver and 127.0.0.1.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{CONTROL}/people/{path}", method=method, data=data, headers={"Content-Type": "application/json"}
    )
    with _opener.open(request, timeout=10) as answer:
        return json.load(answer)


def says(person, conversation, text):
    """The person writes."""
    _call("POST", f"{person}/conversations/{conversation}/messages", {"text": text})


def reads(person, conversation):
    """The texts that the person sees, oldest first; a message that is no text is None."""
    texts, cursor = [], ""
    while cursor is not None:
        page = _call("GET", f"{person}/conversations/{conversation}/messages?limit=200{cursor}")
        texts += [message.get("text") for message in page["items"]]
        cursor = f"&cursor={page['next_cursor']}" if "next_cursor" in page else None
    return texts


def opens(person, **about):
    """The key of the person's conversation about this, as `opens("sara", bot="echo")`."""
    return _call("POST", f"{person}/conversations", about)["conversation"]["key"]


def blocks(person, conversation):
    """The person hears nothing more there."""
    _call("PUT", f"{person}/conversations/{conversation}/block")


def unblocks(person, conversation):
    """The person hears again."""
    _call("DELETE", f"{person}/conversations/{conversation}/block")
