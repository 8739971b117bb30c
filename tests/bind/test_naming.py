"""A zone's file is found by its name, and a file's zone by the file's."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import names
from zonesync.model.zone import ZoneId
from zonesync_bind.naming import Naming

FOLDER = Path("zones")


@pytest.mark.parametrize(
    ("zone", "template", "file"),
    [
        (ZoneId("example.com."), "{zone}.zone", "example.com.zone"),
        (ZoneId("example.com.", "internal"), "{zone}.zone", "example.com@internal.zone"),
        (ZoneId("example.com."), "db.{zone}", "db.example.com"),
        (ZoneId("0/25.2.0.192.in-addr.arpa."), "{zone}.zone", "0%2F25.2.0.192.in-addr.arpa.zone"),
        (ZoneId("."), "{zone}.zone", "%2E.zone"),
        (ZoneId(r"a\@b.example."), "{zone}.zone", "a%5C%40b.example.zone"),
        (ZoneId("example.com.", "a/../b@c"), "{zone}.zone", "example.com@a%2F..%2Fb%40c.zone"),
    ],
)
def test_a_zone_and_its_file_tell_each_other(zone: ZoneId, template: str, file: str) -> None:
    naming = Naming.of(FOLDER, template)
    assert naming.path(zone) == FOLDER / file
    assert naming.zone(file) == zone


@given(names(), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8))
def test_no_zone_has_a_file_outside_the_folder_or_shares_one(name: str, view: str) -> None:
    naming = Naming.of(FOLDER, "{zone}.zone")
    zone = ZoneId(name, view)
    path = naming.path(zone)
    assert path.parent == FOLDER
    assert naming.zone(path.name) == zone


@pytest.mark.parametrize(
    "file",
    [
        "named.conf",
        ".zone",
        "..zone",
        "a..b.zone",
        "Example.com.zone",
        "exa%6Dple.com.zone",
        "example.com.zone.orig",
        "example.com.zone.jnl",
        ".example.com.zone.tmp",
        f"{'x' * 64}.zone",
    ],
)
def test_what_is_no_zones_file_is_left_out(file: str) -> None:
    assert Naming.of(FOLDER, "{zone}.zone").zone(file) is None


@pytest.mark.parametrize("file", ["example.com.orig", "example.com.jnl", ".zonesync.lock", ".zonesync-reloaded.json"])
def test_a_template_without_an_ending_leaves_out_what_lies_beside_zone_files(file: str) -> None:
    assert Naming.of(FOLDER, "{zone}").zone(file) is None


@pytest.mark.parametrize("template", ["zone", "{zone}/{zone}", "{zone}{zone}", "a/{zone}", "{name}.zone"])
def test_a_template_without_one_zone_in_one_folder_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="`filename`"):
        Naming.of(FOLDER, template)
