"""Other projects' vectors: what they hold equal is equal here, and every difference has its reason in a table.

The tables are compared both ways: a difference without an entry fails, and so does an entry without a difference.
"""

import json
import re
from collections import Counter

import pytest

from tests.support.shared import SHARED
from zonesync.model.rdata import RdataError, canonical, to_wire, type_name

VECTORS = SHARED / "corpora/vectors"
pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason="the shared corpora are not beside this checkout")
_line = re.compile(r"\S+\s+(?:\d+\s+)?(?:(?:IN|CLASS1)\s+)?(?P<type>\S+)\s+(?P<rdata>.*)", re.DOTALL)

_NAME_ONLY = (
    "refused",
    "mail types of RFC 1035 section 3.3 that nobody took up: generic form only (RFC 3597 section 5)",
)
_DELETE = ("refused", "one hex or base64 digit is no octet; RFC 8078 section 4, erratum 5049, writes `00` and `AA==`")
_DOA = ("refused", "DOA has a number but no RFC; it is written TYPE259 (RFC 3597 section 5)")
SIMDZONE = {
    **dict.fromkeys(("mb", "md", "mf", "mg", "mr", "minfo"), _NAME_ONLY),
    **dict.fromkeys(("cds2", "cdnskey2"), _DELETE),
    **dict.fromkeys(("doa", "doa2"), _DOA),
    "brid": ("refused", "its parenthesis is never closed (RFC 1035 section 5.1); named refuses it too"),
}
NICTOOL = {
    "50 NXT": ("refused", "NXT gave way to NSEC (RFC 3755 section 2): generic form only (RFC 3597 section 5)"),
}


def _split(line: str) -> tuple[str, str]:
    found = _line.fullmatch(line.strip())
    assert found, line
    return type_name(found["type"]), found["rdata"]


def _records(text: str) -> list[str]:
    """Cut a file of rdata into records: one a line, but parentheses run over lines."""
    records, open_record = [], ""
    for line in text.splitlines():
        open_record += line.partition(";")[0] + "\n"
        if open_record.count("(") == open_record.count(")"):
            records.append(open_record.strip())
            open_record = ""
    return [record for record in records if record]


def test_rfc_9460_vectors_mean_the_same_in_text_and_generic_form() -> None:
    texts = _records((VECTORS / "dnspython_svcb_test_vectors.text").read_text())
    generics = _records((VECTORS / "dnspython_svcb_test_vectors.generic").read_text())

    assert len(texts) == len(generics) == 10
    for text, generic in zip(texts, generics, strict=True):
        for rtype in ("SVCB", "HTTPS"):
            assert canonical(rtype, text) == canonical(rtype, generic)
            assert to_wire(rtype, text) == bytes.fromhex(re.sub(r"^\\# \d+|[()\s]", "", generic))


def _compared(text: str, generic: str) -> str:
    try:
        (rtype, left), (other, right) = _split(text), _split(generic)
        pair = canonical(rtype, left, "example.com."), canonical(other, right, "example.com.")
    except RdataError:
        return "refused"
    return "equal" if rtype == other and pair[0] == pair[1] else "different"


def test_simdzone_pairs_are_equal_but_for_the_listed_ones() -> None:
    pairs = json.loads((VECTORS / "simdzone_rfc3597_equivalents.json").read_text())["pairs"]
    outcomes = {pair["name"]: _compared(pair["text"], pair["generic"]) for pair in pairs}

    assert {name: outcome for name, outcome in outcomes.items() if outcome != "equal"} == {
        name: outcome for name, (outcome, _) in SIMDZONE.items()
    }
    assert Counter(outcomes.values()) == {"equal": 44, "refused": 11}


def _verdict(line: str, named: str) -> str:
    try:
        rtype, text = _split(line)
        once = canonical(rtype, text, "example.com.")
        assert canonical(rtype, once) == once
    except RdataError:
        return "agrees" if named == "reject" else "refused"
    return "accepted" if named == "reject" else "agrees"


def test_nictool_lines_are_judged_as_named_judges_them_but_for_the_listed_ones() -> None:
    records = json.loads((VECTORS / "nictool_rr_lines.json").read_text())["records"]
    outcomes = {
        f"{number} {record['type']}": _verdict(record["zone_line"], record["named_zone_line"])
        for number, record in enumerate(records)
    }

    assert {case: outcome for case, outcome in outcomes.items() if outcome != "agrees"} == {
        case: outcome for case, (outcome, _) in NICTOOL.items()
    }
    assert Counter(outcomes.values()) == {"agrees": 80, "refused": 1}
