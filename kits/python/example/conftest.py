from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def peyk_world():
    return HERE / "shop.toml"
