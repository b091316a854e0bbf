"""PyPI kenarBot, unchanged but for its host: an echo bot that sends to Peyk."""

import os

import kenarBot.app
from facts import fact, run, same
from kenarBot.app import KenarBot
from kenarBot.types.actions import OpenDirectLink, OpenServerLink
from kenarBot.types.icons import Icon
from kenarBot.types.inline_keyboard import InlineKeyboardButton, InlineKeyboardMarkup

URL = os.environ["PEYK_URL"]
CONVERSATION = "6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a01"
FOREIGN = "6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a02"
UNKNOWN = "00000000-0000-4000-8000-000000000000"

kenarBot.app.BASE_URL = URL


def bot_with(key):
    """A bot and the answers it got; the bot itself drops them."""
    answers = []
    bot = KenarBot("echo-identification", "/webhook", key)

    def keep(response):
        response.read()
        answers.append(response)

    bot.client.event_hooks["response"].append(keep)
    return bot, answers


def sent(text, keyboard=None, conversation=CONVERSATION, key="echo-key"):
    bot, answers = bot_with(key)
    bot.send_message(conversation, text, keyboard)
    same(len(answers), 1)
    return answers[0]


def accepted(answer):
    same(answer.status_code, 200)
    assert answer.headers["content-type"].startswith("application/json"), answer.headers["content-type"]
    same(answer.json(), {"conversation_id": CONVERSATION})


def refused(answer, status, code):
    same((answer.status_code, answer.json()["code"]), (status, code))
    assert answer.headers["content-type"].startswith("application/json"), answer.headers["content-type"]


def texts():
    """What the person at the other end reads."""
    bot, _ = bot_with("echo-key")
    answer = bot.client.get(
        f"{URL}/v1/open-platform/chat/conversations/{CONVERSATION}", headers={"Authorization": "Bearer ory_at_ivan"}
    )
    same(answer.status_code, 200)
    return [message["text"] for message in answer.json()["messages"]]


@fact
def a_bot_sends_a_text():
    accepted(sent("سلام"))
    same(texts()[-1], "سلام")


@fact
def a_full_keyboard_is_accepted():
    keyboard = InlineKeyboardMarkup()
    for row in range(3):
        keyboard.row(
            InlineKeyboardButton(f"link {row}", OpenDirectLink("http://127.0.0.1:3000/"), Icon.SEARCH),
            InlineKeyboardButton(f"server {row}", OpenServerLink({"row": str(row)}), Icon.HOME),
            InlineKeyboardButton("🙂", OpenServerLink({})),
        )
    # The client writes "None" for no icon, and SEARCH is not in the specification.
    assert '"icon": "None"' in keyboard.to_json()
    accepted(sent("با دکمه", keyboard))


@fact
def an_empty_keyboard_is_no_keyboard():
    accepted(sent("بدون دکمه", InlineKeyboardMarkup()))


@fact
def an_event_is_echoed_from_inside_its_handler():
    bot, answers = bot_with("echo-key")

    @bot.message_handler()
    def echo(message):
        bot.send_message(message.conversation_id, f"echo: {message.message}")
        bot.send_message(message.conversation_id, "bye")

    answer = bot.test_client().post(
        "/webhook",
        headers={"Authorization": "echo-identification"},
        json={
            "type": "NEW_CHATBOT_MESSAGE",
            "new_chatbot_message": {
                "id": "f2a0c9f4-6238-11f0-8f0e-0242ac120002",
                "conversation": {"id": CONVERSATION, "type": "BOT"},
                "sender": {"type": "HUMAN"},
                "type": "TEXT",
                "sent_at": "2025-07-16T10:41:42.648410Z",
                "text": "hello",
            },
        },
    )
    same(answer.status_code, 200)
    for answer in answers:
        accepted(answer)
    same(texts()[-2:], ["echo: hello", "bye"])


@fact
def an_unknown_key_is_refused():
    refused(sent("no", key="wrong-key"), 401, 16)


@fact
def a_key_without_the_permission_is_refused():
    refused(sent("no", key="echo-users-key"), 403, 7)


@fact
def an_unknown_conversation_is_not_found():
    refused(sent("no", conversation=UNKNOWN), 404, 5)


@fact
def another_apps_conversation_is_not_found():
    refused(sent("no", conversation=FOREIGN), 404, 5)


@fact
def an_empty_text_is_refused():
    refused(sent(""), 400, 3)


@fact
def a_text_beyond_the_limit_is_refused():
    accepted(sent("ش" * 4096))
    refused(sent("ش" * 4097), 400, 3)


run()
