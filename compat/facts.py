"""Facts about one client: plain functions with asserts, run in their order, one printed line each."""

import sys
import time
import traceback

PATIENCE_SECONDS = 60
POLL_SECONDS = 0.02

_facts = []


def fact(check):
    """Marks a function as a fact."""
    _facts.append(check)
    return check


def _place(error):
    """The innermost line of the fact itself, below which only helpers and the client are."""
    names = {check.__name__ for check in _facts}
    frames = traceback.extract_tb(error.__traceback__)
    frame = next((frame for frame in reversed(frames) if frame.name in names), frames[-1])
    return f"line {frame.lineno}: {frame.line}"


def run():
    """Runs the facts of the driver and ends the program."""
    failed = 0
    for check in _facts:
        name = check.__name__
        try:
            check()
            print(f"ok {name}")
        except Exception as error:  # A client may raise anything; all of it is a failed fact.
            failed += 1
            why = " ".join(f"{type(error).__name__} {error}".split())
            print(f"FAIL {name}: {why[:600]}\n    {_place(error)}")
    sys.exit(1 if failed else 0)


def same(found, expected):
    """Asserts equality and says both when it does not hold."""
    assert found == expected, f"found {found!r}, expected {expected!r}"


def eventually(look, expected):
    """Waits until `look()` is what is expected; how long something takes is never guessed."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := look()) != expected and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    same(found, expected)


class Recorder:
    """Passes every call on to a generated API object and remembers which operations were called."""

    def __init__(self, api, called):
        self._api, self._called = api, called

    def __getattr__(self, name):
        self._called.add(name.removesuffix("_with_http_info"))
        return getattr(self._api, name)


def operations(api_class):
    """The names of a generated API class's operations."""
    return {
        name for name in vars(api_class)
        if not name.startswith("_") and not name.endswith(("_with_http_info", "_without_preload_content"))
    }
