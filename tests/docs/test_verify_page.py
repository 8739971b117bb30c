"""docs/verify.md names every rule, every key of the JSON, and the settings with their defaults."""

import re
from pathlib import Path

import pytest

import zonesync
from tests.support.words import keys
from zonesync.load.config import Verify
from zonesync.model.rrset import Key
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.run.asking import judging, report, rounds, telling
from zonesync.run.asking.expected import Expected, Skipped
from zonesync.run.asking.found import Delegated
from zonesync.run.asking.messages import Server
from zonesync.run.asking.settings import AskSettings
from zonesync.run.asking.subject import Subject
from zonesync.views import verify_json

TREE = Path(__file__).resolve().parents[2]
PACKAGE = Path(zonesync.__file__).parent
PAGE = (TREE / "docs" / "verify.md").read_text()
NAMED = set(re.findall(r"`([\w-]+)`", PAGE))
SERVER = Server("ns1.example.net.", "192.0.2.1")
ZONE = ZoneId("example.com.")
KEY = Key("www.example.com.", "A")
EVERYTHING = verify_json.verify(
    [
        rounds.ZoneReport(
            Subject(DesiredZone(ZONE, {}), {"p": Expected((), (Skipped(KEY, "why"),))}, {"p": ()}, frozenset({"p"})),
            (
                report.ServerReport(
                    "p", SERVER, 0, 1, faults=(report.Fault("lame", 1, 1, (), (report.Example(KEY, ""),)),)
                ),
            ),
            tuple(telling.findings("example.com", ZONE.name, report.ServerReport("p", SERVER, 0, 0))),
            Delegated(ZONE.name, "com.", (SERVER,), glue={}),
        )
    ],
    is_whole=True,
)


@pytest.mark.parametrize("word", sorted({*keys(EVERYTHING)}))
def test_the_page_explains_every_key_of_the_json(word):
    assert word in NAMED


def rules_of_the_source():
    """Every rule id that a module of this command writes down: words with a hyphen where a rule stands."""
    text = "".join(
        file.read_text()
        for file in [
            *(PACKAGE / "run" / "asking").glob("*.py"),
            PACKAGE / "workflow" / "subjects.py",
        ]
    )
    told = set(re.findall(r'Finding\(\s*"([a-z-]+)"', text)) | set(re.findall(r'_finding\(\s*"([a-z-]+)"', text))
    return told | {*telling.RULES, *judging.NO_ANSWER.values(), *rounds.UNASKED}


@pytest.mark.parametrize("rule", sorted(rules_of_the_source()))
def test_the_page_explains_every_rule(rule):
    assert rule in NAMED


def test_the_settings_of_the_page_are_the_defaults():
    assert f"rate: {Verify().rate:g} " in PAGE
    assert f"timeout: {Verify().timeout:g} " in PAGE
    assert (AskSettings().rate, AskSettings().timeout) == (Verify().rate, Verify().timeout)
