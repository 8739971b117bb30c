"""A folder of zone files, and a zone in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zonesync.model.zone import ZoneId
from zonesync_bind import BindProvider

NOON = 1_769_860_800.0
"""2026-01-31 12:00 UTC."""

HAND_MADE = """\
; our zone since 1998
$TTL 1h
@   IN SOA ns1.example.net. hostmaster 7 3600 900 1209600 300 ; the serial
    IN NS  ns1.example.net.
    IN NS  ns2.example.net.
www IN A   192.0.2.1 ; the web server
$GENERATE 1-3 host$ A 192.0.2.1$
"""


@pytest.fixture
def zone() -> ZoneId:
    return ZoneId("example.com.")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "zones"


@pytest.fixture
def file(directory: Path) -> Path:
    return directory / "example.com.zone"


@pytest.fixture
def hand_made(file: Path) -> Path:
    file.parent.mkdir()
    file.write_text(HAND_MADE)
    return file


@pytest.fixture
def bind(directory: Path) -> Callable[..., BindProvider]:
    def make(**options: Any) -> BindProvider:
        return BindProvider("primary", **{"directory": str(directory), "clock": lambda: NOON, **options})

    return make


@pytest.fixture
def provider(bind: Callable[..., BindProvider]) -> BindProvider:
    return bind()
