"""An echo bot on PyPI kenarBot, unchanged but for its host; it answers through Peyk before it acknowledges.

`hold …` is not acknowledged until the person has said `go on`; the first `break …` is a mistake of the bot's.
"""

import os
import time

import kenarBot.app
from kenarBot.app import KenarBot

URL = os.environ["PEYK_URL"]
# Less than the ten seconds that Peyk waits for an acknowledgement.
HOLD_SECONDS = 8
POLL_SECONDS = 0.02

kenarBot.app.BASE_URL = URL
bot = KenarBot("echo-identification", "/webhook", "echo-key")
broken = set()


def echo(message):
    bot.send_message(message.conversation_id, f"echo: {message.message}")


def last_text(conversation):
    """What was said last; ivan's grant reads it."""
    path = f"/v1/open-platform/chat/conversations/{conversation}"
    answer = bot.client.get(URL + path, headers={"Authorization": "Bearer ory_at_ivan"})
    return answer.json()["messages"][-1]["text"]


@bot.message_handler("hold ")
def hold(message):
    echo(message)
    deadline = time.monotonic() + HOLD_SECONDS
    while last_text(message.conversation_id) != "go on":
        if time.monotonic() > deadline:
            raise TimeoutError("nobody said `go on`")
        time.sleep(POLL_SECONDS)
    bot.send_message(message.conversation_id, "acknowledged")


@bot.message_handler("break ")
def fail_once(message):
    if message.message not in broken:
        broken.add(message.message)
        raise RuntimeError("broken once")
    echo(message)


bot.message_handler()(echo)

host, port = os.environ["PEYK_RECEIVER"].split(":")
bot.run(host=host, port=int(port))
