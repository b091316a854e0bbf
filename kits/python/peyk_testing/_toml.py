"""World files from dicts: as much of TOML as a World needs."""

from __future__ import annotations

import json
from typing import Any, Mapping


def toml(world: Mapping[str, Any]) -> str:
    """The text of a World file."""
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in world.items())


def _key(key: str) -> str:
    return _value(str(key))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        # JSON writes beyond the basic plane as two halves, which TOML does not know.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    raise TypeError(f"a World has no {type(value).__name__}")
