"""SPF against the RFC 7208 suite: what ends in PermError is an error here, what does not is none."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.lint.conftest import TODAY
from tests.support.shared import SHARED
from zonesync.findings import Severity
from zonesync.lint import lint
from zonesync.model.names import NameSyntaxError, absolute, is_within
from zonesync.model.rdata import txt_from_strings, txt_text
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone, ZoneId

SUITE = SHARED / "corpora/vectors/rfc7208-tests.yml"

# Where the finding and the suite differ, and why that is right.
DIFFERENT = {
    "include-temperror": "the suite makes a server time out; the zone as written lacks the included record",
    "include-permerror": "the error is told once, at the included record that has it",
    "include-at-limit": "the suite's sender matches before the eleventh lookup, other senders need it",
    "void-over-limit": "lookups that find nothing are warnings (spf-void-lookup): which are made depends on the sender",
}


def _cases() -> Iterator[Any]:
    if not SUITE.exists():
        yield pytest.param(None, id="absent", marks=pytest.mark.skip(reason=f"{SUITE.name} is not beside the checkout"))
        return
    for document in yaml.safe_load_all(SUITE.read_text(encoding="utf-8")):
        for name, case in document["tests"].items():
            yield pytest.param((name, case, document["zonedata"]), id=name)


def _octets(text: object) -> bytes:
    return str(text).encode("latin-1")


def _zone(apex: str, data: dict[str, Any]) -> DesiredZone:
    values: dict[Key, set[str]] = {}
    for owner, entries in data.items():
        try:
            name = absolute(f"{owner}.")
        except NameSyntaxError:
            continue
        if not is_within(name, apex):
            continue
        types = {kind for entry in entries if isinstance(entry, dict) for kind in entry}
        for entry in entries:
            for kind, value in entry.items() if isinstance(entry, dict) else ():
                text = _rdata(kind, value)
                rtype = "TXT" if kind == "SPF" and "TXT" not in types else kind
                if text:
                    values.setdefault(Key(name, rtype), set()).add(text)
    rrsets = {key: RRset(*key, 3600, tuple(sorted(texts))) for key, texts in values.items()}
    return DesiredZone(ZoneId(apex), rrsets)


def _rdata(kind: str, value: Any) -> str | None:
    if kind in ("SPF", "TXT"):
        if isinstance(value, list):
            return txt_from_strings([_octets(part) for part in value]) if value else None
        return None if value == "NONE" else txt_text(_octets(value))
    if kind == "MX":
        return f"{value[0]} {value[1].lower().rstrip('.')}."
    return f"{value.lower().rstrip('.')}." if kind in ("CNAME", "PTR") else str(value).lower()


@pytest.mark.parametrize("case", list(_cases()))
def test_an_error_is_found_exactly_where_a_receiver_ends_in_permerror(case: tuple[str, Any, Any]) -> None:
    name, test, data = case
    domain = (test["mailfrom"].rpartition("@")[2] or test["helo"]).lower()
    if ".." in domain or not domain[0].isalnum() or domain not in {owner.lower() for owner in data}:
        pytest.skip("the sender's domain is not in the test's zones")
    apex = ".".join(domain.split(".")[-2:]) + "."

    errors = [
        finding
        for finding in lint(_zone(apex, data), today=TODAY)
        if finding.name == f"{domain}." and finding.severity is Severity.ERROR and "spf" in finding.rule
    ]

    results = test["result"] if isinstance(test["result"], list) else [test["result"]]
    agrees = bool(errors) if results == ["permerror"] else not errors or "permerror" in results
    assert agrees is (name not in DIFFERENT), [finding.message for finding in errors]
