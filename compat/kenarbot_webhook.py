"""A kenarBot echo bot as receiver: people write over the control API and read what the bot answers through Peyk."""

import subprocess
import sys
from pathlib import Path

from facts import eventually, fact, run, same
from people import opens, reads, says

HERE = Path(__file__).resolve().parent
LOG = HERE / ".work/logs/kenarbot_bot.log"
CONVERSATION = "6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a01"
OF_OTHERS = "6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a02"
STOP_SECONDS = 10


class Bot:
    """The bot as a process of its own, which one can stop and start."""

    def __init__(self):
        self.process = None

    def start(self):
        with open(LOG, "a") as log:
            words = [sys.executable, str(HERE / "kenarbot_bot.py")]
            self.process = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait(STOP_SECONDS)
            self.process = None


LOG.unlink(missing_ok=True)
BOT = Bot()


def said_since(count, expected, person="ivan", conversation=CONVERSATION):
    """What was said after the first `count` messages will be exactly this."""
    eventually(lambda: reads(person, conversation)[count:], expected)


@fact
def what_was_said_before_the_bot_ran_is_answered():
    count = len(reads("ivan", CONVERSATION))
    says("ivan", CONVERSATION, "سلام")
    BOT.start()
    said_since(count, ["سلام", "echo: سلام"])


@fact
def every_message_is_answered_once_and_in_order():
    count = len(reads("ivan", CONVERSATION))
    texts = [f"message {number}" for number in range(20)]
    for text in texts:
        says("ivan", CONVERSATION, text)
    echoes = [f"echo: {text}" for text in texts]
    eventually(lambda: [text for text in reads("ivan", CONVERSATION)[count:] if text.startswith("echo")], echoes)
    same([text for text in reads("ivan", CONVERSATION)[count:] if not text.startswith("echo")], texts)


@fact
def the_bot_writes_and_reads_before_it_acknowledges():
    count = len(reads("ivan", CONVERSATION))
    says("ivan", CONVERSATION, "hold the line")
    said_since(count, ["hold the line", "echo: hold the line"])
    # The bot holds the event. Nobody else waits for it: not its conversation, and not another person's events.
    of_sara = opens("sara", bot="echo")
    says("sara", of_sara, "سلام")
    said_since(0, ["سلام", "echo: سلام"], "sara", of_sara)
    says("ivan", CONVERSATION, "go on")
    said_since(count, ["hold the line", "echo: hold the line", "go on", "acknowledged", "echo: go on"])


@fact
def a_bot_that_broke_is_told_again_before_anything_later():
    count = len(reads("ivan", CONVERSATION))
    texts = ["break now", "and then"]
    for text in texts:
        says("ivan", CONVERSATION, text)
    said_since(count, [*texts, *(f"echo: {text}" for text in texts)])


@fact
def what_was_said_while_the_bot_was_down_arrives_in_order():
    count = len(reads("ivan", CONVERSATION))
    BOT.stop()
    texts = ["one", "two", "three"]
    for text in texts:
        says("ivan", CONVERSATION, text)
    BOT.start()
    said_since(count, [*texts, *(f"echo: {text}" for text in texts)])


@fact
def a_bot_hears_nothing_from_other_apps_conversations():
    says("ivan", OF_OTHERS, "psst")
    count = len(reads("ivan", CONVERSATION))
    says("ivan", CONVERSATION, "after")
    said_since(count, ["after", "echo: after"])
    same(reads("ivan", OF_OTHERS)[-1], "psst")


try:
    run()
finally:
    BOT.stop()
