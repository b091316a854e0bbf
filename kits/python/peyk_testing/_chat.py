"""Chats: what people do, and what the bot has to do then."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Sequence

if TYPE_CHECKING:
    from ._peyk import Peyk

__all__ = ["Chat", "Unmet"]


class Unmet(AssertionError):
    """The bot did not do what it had to; the message holds the conversation and the wire."""


class Chat:
    """A person and what they talk about. It is opened by the first thing that is done in it."""

    def __init__(self, peyk: "Peyk", place: dict[str, Any], who: Optional[str] = None):
        self._peyk = peyk
        self._place = place
        self._who = who or place["person"]
        self._heard: Optional[int] = None

    def by(self, person: str) -> "Chat":
        """The same chat, with somebody else acting in it: the seller of a post."""
        return Chat(self._peyk, self._place, person)

    # --- what people do ------------------------------------------------------------------------

    def says(self, text: str) -> dict[str, Any]:
        """The person writes; the message that was sent."""
        return self._do({"say": text})["message"]

    def sends(self, prop: str) -> dict[str, Any]:
        """The person sends a `photo`, a `voice` or a `file` that everybody has at hand."""
        return self._do({"send": prop})["message"]

    def sends_file(self, path: "str | Path") -> dict[str, Any]:
        """The person sends a file of this machine."""
        # A file needs the chat to be open, and is sent in a request of its own.
        self.opens()
        found = self._peyk.control("GET", f"/people/{self._who}/conversations?limit=200")["items"]
        number = next(each["id"] for each in found if self._is_this(each))
        return self._peyk.send_file(self._who, number, Path(path))

    def sends_place(self, latitude: float, longitude: float) -> dict[str, Any]:
        """The person sends a place."""
        return self._do({"location": f"{latitude}, {longitude}"})["message"]

    def sends_contact(self, phone: str, name: Optional[str] = None) -> dict[str, Any]:
        """The person sends somebody's number."""
        step = {"contact": phone}
        return self._do({**step, "contact_name": name} if name else step)["message"]

    def clicks(self, caption: str, shows: Optional[str] = None, opens: Optional[str] = None) -> dict[str, Any]:
        """The person presses the newest button with these words; what came of it."""
        step = {"click": caption, "shows": shows, "opens": opens}
        return self._do({key: value for key, value in step.items() if value is not None})["clicked"]

    def opens(self) -> None:
        """The person opens the chat, or finds it."""
        self._do({"do": "open"})

    def blocks(self) -> None:
        """The person blocks the other side."""
        self._do({"do": "block"})

    def unblocks(self) -> None:
        """The person no longer blocks the other side."""
        self._do({"do": "unblock"})

    def disputes(self) -> None:
        """The person calls the marketplace to decide."""
        self._do({"do": "dispute"})

    def is_decided(self) -> None:
        """The marketplace decides the dispute."""
        self._do({"do": "decide"})

    def is_closed(self) -> None:
        """The marketplace closes the chat, until somebody writes again."""
        self._do({"do": "close"})

    def market_says(self, text: str) -> dict[str, Any]:
        """The marketplace writes."""
        return self._do({"market": text})["message"]

    def support_says(self, text: str) -> dict[str, Any]:
        """The marketplace's support writes."""
        return self._do({"support": text})["message"]

    def market_sends(self, prop: str) -> dict[str, Any]:
        """The marketplace sends a `photo`, a `voice`, a `video` or a `file` that everybody has at hand."""
        return self._do({"send": prop, "by": "market"})["message"]

    def support_sends(self, prop: str) -> dict[str, Any]:
        """The marketplace's support sends one."""
        return self._do({"send": prop, "by": "support"})["message"]

    # --- what the bot has to do ----------------------------------------------------------------

    def expects(
        self,
        exact: Optional[str] = None,
        *,
        contains: Optional[str] = None,
        regex: Optional[str] = None,
        kind: Optional[str] = None,
        button: Optional[str] = None,
        buttons: Optional[Sequence[str]] = None,
        within: str = "2s",
        skip: bool = False,
    ) -> dict[str, Any]:
        """Waits for the bot's next message, which has to be like this; the message.

        `within` is a span like `2s`, `1m` or `14d` by the sandbox's clock. With `skip`, other
        messages may come before.
        """
        wanted = {"exact": exact, "contains": contains, "regex": regex, "kind": kind, "button": button}
        wanted["buttons"] = None if buttons is None else list(buttons)
        wanted = {key: value for key, value in wanted.items() if value is not None}
        found = self._do({"expect": wanted, "within": within, "skip": skip})["message"]
        self._peyk.hear(self._place, found["id"])
        return found

    def silent(self, span: str) -> None:
        """The bot must not write in this chat for so long, by the sandbox's clock."""
        self._do({"silence": span})

    def _do(self, step: dict[str, Any]) -> dict[str, Any]:
        acts = not {"expect", "silence", "by"} & step.keys()
        who = {"as": self._who} if acts and self._who != self._place["person"] else {}
        return self._peyk.step({"in": self._place, **who, **step}, self._peyk.heard(self._place))

    def _is_this(self, conversation: dict[str, Any]) -> bool:
        subject = conversation["subject"]
        kinds = {"bot": "bot", "post": "post", "order": "order", "return": "return", "business": "direct"}
        about = next(key for key in kinds if key in self._place)
        if subject["type"] != kinds[about]:
            return False
        return about in ("bot", "business") or subject[about] == self._place[about]
