"""A marketplace inside a test: people who act, a clock that moves, and bots that have to answer.

    with Peyk(world="shop.toml") as peyk:
        peyk.run(["python3", "bot.py"])
        chat = peyk.chat("ivan", order=90001)
        chat.says("Где мой заказ?")
        chat.expects(contains="в пути", button="Отменить")

The clock of the sandbox stands until nothing is going on any more, so a slow machine breaks no test.
With pytest the fixture `peyk` gives each test a marketplace of its own.
"""

from ._chat import Chat, Unmet
from ._peyk import Peyk, PeykError, free_port

__all__ = ["Chat", "Peyk", "PeykError", "Unmet", "free_port"]
