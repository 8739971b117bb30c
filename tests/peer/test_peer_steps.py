"""DNSControl's steps at zone files and at the four kinds of service in memory."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.replay import GROUPS, Exceptions, replay, title
from tests.support.servers import need
from tests.support.shared import needs_cases
from zonesync.provider.contract import Provider
from zonesync.provider.memory import MemoryProvider
from zonesync_bind import BindProvider

PROVIDERS = ("bind", "batch", "ordered", "single", "file")
EXCEPTIONS = Exceptions.of(Path(__file__).with_name("exceptions.json"), PROVIDERS)
OURS = ["ns1.example.net.", "ns2.example.net."]

pytestmark = needs_cases


def make_provider(kind: str, folder: Path) -> Provider:
    if kind == "bind":
        return BindProvider("bind", directory=str(folder / "served"), nameservers=OURS)
    return MemoryProvider("memory", kind, nameservers=OURS)


@pytest.mark.parametrize("kind", PROVIDERS)
@pytest.mark.parametrize("group", GROUPS, ids=title)
def test_every_step_plans_and_applies_as_it_says(group: dict[str, Any], kind: str, tmp_path: Path) -> None:
    checker = need("named-checkzone") if kind == "bind" else ""

    def accepted() -> None:
        if checker:
            accepts(checker, tmp_path / "served" / "example.com.zone")

    replay(group, make_provider(kind, tmp_path), EXCEPTIONS, kind, accepted)


def accepts(checker: str, file: Path) -> None:
    """Hold that BIND would load *file*."""
    done = subprocess.run(
        [checker, "-i", "local", "example.com", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_exception_is_of_one_step_that_exists_and_says_who_says_so() -> None:
    assert EXCEPTIONS.problems() == []


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"group": "Z"}, "Z: no such steps"),
        ({"steps": [99]}, "A: no such steps"),
        ({"providers": ["bund"]}, "A: no such providers"),
        ({"steps": [0], "instead": {"1": {}}}, "A: something instead of another step"),
        ({"rfc": "somewhere"}, "A: nobody says so"),
        ({"reason": ""}, "A: an exception of nothing"),
        ({"refusal": ""}, "A: an exception of nothing"),
    ],
)
def test_an_exception_that_says_nothing_is_found(entry: dict[str, Any], problem: str) -> None:
    sound = {"group": "A", "rfc": "RFC 1 section 1", "reason": "why", "refusal": "what"}
    assert Exceptions([sound], PROVIDERS).problems() == []
    assert problem in Exceptions([{**sound, **entry}], PROVIDERS).problems()
    assert "two entries of ('A', 0, 'bind')" in Exceptions([sound, sound], PROVIDERS).problems()


def test_a_type_that_is_left_out_is_expected_nowhere() -> None:
    (group,) = (group for group in GROUPS if group["group"] == "LOC")
    entry = {"group": "LOC", "refusal": "type-unsupported", "without": ["LOC"]}
    provider = MemoryProvider("memory", "batch")
    steps = [step for step in group["steps"] if any(record["type"] == "LOC" for record in step["records"])]
    assert steps
    replay({**group, "steps": steps}, provider, Exceptions([entry], ["batch"]), "batch")
