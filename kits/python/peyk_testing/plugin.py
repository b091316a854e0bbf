"""The pytest plugin: `peyk`, a marketplace of its own for each test."""

from __future__ import annotations

from typing import Iterator

import pytest

from ._peyk import Peyk, World


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("peyk")
    group.addoption("--peyk", metavar="FILE", help="the peyk program [default: the variable PEYK, or the PATH]")


@pytest.fixture
def peyk_world() -> World:
    """The World of the tests: a file, a dict, or None for the demo World. Override it in your tests."""
    return None


@pytest.fixture
def peyk(request: pytest.FixtureRequest, peyk_world: World) -> Iterator[Peyk]:
    """A marketplace in which nothing happened yet; it ends with the test."""
    with Peyk(peyk_world, binary=request.config.getoption("--peyk")) as found:
        yield found
