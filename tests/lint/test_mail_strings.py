"""SPF and DMARC strings from the tests of checkdmarc, whose names tell what is wrong with the string."""

import json
import re
from typing import Any

import pytest

from tests.lint.conftest import TODAY
from tests.support.shared import SHARED
from zonesync.lint import lint
from zonesync.model.rdata import txt_text
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone, ZoneId

STRINGS = SHARED / "corpora/vectors/checkdmarc_strings.json"
BAD = re.compile(
    "Invalid|SyntaxError|Broken|DuplicateTag|Unknown|JunkAfterAll|TextAfterExp|MacroInIp|MissingPTag|ParseError"
)

# Where a name says otherwise than the rules, and why that is right.
DIFFERENT = {
    "testJunkAfterAll": "`MS=…` is an unknown modifier, which RFC 7208 section 6 tells receivers to ignore",
    "testJunkAfterAllMocked": "as above",
    "testSPFInvalidIPv4": "the bad address is in the part of the string that was cut off",
    "testSizeCheckSkippedOnUndecodableRecord": "the text stands for octets that are no SPF",
    "testDMARCRiRemovedNotValidated": "`ri` is still read by receivers that follow RFC 7489",
    "testSpecificAuthorizationRecordFound": "the record belongs below `_report._dmarc`, where it needs no policy",
    "testUnrelatedRecordIgnored": "as above",
    "testUnrelatedRecordRaises": "as above",
    "testUnrelatedRecordsBecomeUnverifiedDestination": "as above",
    "testWildcardFound": "as above",
}


def _strings(version: str) -> list[Any]:
    if not STRINGS.exists():
        return [pytest.param(None, id="absent", marks=pytest.mark.skip(reason=f"{STRINGS.name} is not there"))]
    entries = json.loads(STRINGS.read_text(encoding="utf-8"))["strings"]
    kept = {(entry["test"], entry["text"]) for entry in entries if entry["text"].lower().startswith(version)}
    whole = [entry for entry in sorted(kept) if "{" not in entry[1].replace("%{", "")]  # no templates
    return [pytest.param(entry, id=f"{entry[0]}: {entry[1]}") for entry in whole]


def _rules(name: str, text: str) -> set[str]:
    rrset = RRset(name, "TXT", 3600, (txt_text(text.encode("latin-1", "replace")),))
    zone = DesiredZone(ZoneId("example.com."), {Key(name, "TXT"): rrset})
    return {finding.rule for finding in lint(zone, today=TODAY)}


@pytest.mark.parametrize("entry", _strings("v=spf"))
def test_an_spf_string_is_refused_when_its_test_says_so(entry: tuple[str, str]) -> None:
    name, text = entry
    assert bool(_rules("example.com.", text) & {"spf-syntax", "spf-version"}) is (
        bool(BAD.search(name)) is (name not in DIFFERENT)
    )


@pytest.mark.parametrize("entry", _strings("v=dmarc"))
def test_a_dmarc_string_is_reported_when_its_test_says_so(entry: tuple[str, str]) -> None:
    name, text = entry
    told = {"dmarc-syntax", "dmarc-tag", "dmarc-report-address", "dmarc-without-policy"}
    assert bool(_rules("_dmarc.example.com.", text) & told) is (bool(BAD.search(name)) is (name not in DIFFERENT))
