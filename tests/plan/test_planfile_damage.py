"""A plan file that was damaged: every flipped byte is found, and every cut."""

import json
import random

import pytest

from tests.planning import NS, SOA, ZONE
from tests.support.examples import large
from zonesync.findings import Finding, Place, Severity
from zonesync.model.change import Change, Computed
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.plan import digest, planfile
from zonesync.plan.plan import Allowance, KeptRRset, Plan, Setting, Step, StepKind, Target, Unread

SEED = 4
APEX = ZONE.name


def rich():
    """A plan with everything in it that a plan can have."""
    steps = (
        Step(
            kind=StepKind.CREATE_ZONE,
            zone=ZoneId(APEX, "inside"),
            provider="a",
            settings=(Setting(name="networks", after=("eu-west-1/vpc-1", "projects/ä/ö")),),
            note="visible in ÄÖÜ, 東京, \U0001f600 and \x7f \\u00E4 \\\\",
        ),
        Step(
            kind=StepKind.CONTENT,
            zone=ZoneId(APEX, "inside"),
            provider="a",
            changes=(
                Change(None, Computed(APEX, "SOA", None, {"minimum": 60, "rname": "hostmaster.example.com."}), "soa:"),
                Change(RRset.of(f"www.{APEX}", "A", 3600, ["192.0.2.1", "192.0.2.10"]), None, "zones/ä.yaml:1"),
                Change(None, RRset.of(f"t.{APEX}", "TXT", 60, [r'"v=\"x\"; \\ \228\\" "more"', '"\\195\\164"'])),
                Change(SOA, RRset.of(APEX, "SOA", 900, [SOA.rdatas[0].replace("300", "301")])),
                Change(None, RRset(f"cdn.{APEX}", "A", None, ("alias d111.cloudfront.net. - false",))),
            ),
        ),
        Step(kind=StepKind.BARRIER, zone=ZoneId(APEX, "inside"), provider="", note="é\\u00e9"),
        Step(
            kind=StepKind.APEX_NS,
            zone=ZoneId(APEX, "inside"),
            provider="a",
            changes=(Change(NS, Computed(APEX, "NS", 86400, {"a": 2, "b": 0})),),
        ),
    )
    target = Target(
        zone=ZoneId(APEX, "inside"),
        provider="a",
        target="ns1:https://api.example/v1/Zürich",
        live=None,
        desired=digest.of_lines(["x"]),
        configuration=digest.of_lines(["y"]),
        rrsets=100,
        left_alone=1,
        kept=(KeptRRset(name=f"w.{APEX}", type="A", set_identifier="ü", description="weighted 10/ÿ", digest="d0"),),
    )
    place = Place("zones/ä.yaml", 10, 3)
    return planfile.sealed(
        Plan(
            created="2026-11-22T02:00:00Z",
            version="0.4.0",
            commit="c0ffee",
            targets=(target,),
            steps=steps,
            findings=(Finding("low-ttl", Severity.WARNING, "`ttl` is \u00e9 60", place, "raise it to 300", "a"),),
            unread=(Unread(zone=ZoneId("example.org."), provider="b", words="403 Ünauthorized"),),
            allowances=(Allowance(rule="max-deletes", zone="example.com"),),
        )
    )


TEXT = planfile.dumps(rich()).encode()


def outside_strings(text):
    """The positions of white space that says nothing."""
    within, escaped, found = False, False, set()
    for at, byte in enumerate(text):
        if within:
            within, escaped = (escaped or byte != ord('"')), not escaped and byte == ord("\\")
        elif byte == ord('"'):
            within = True
        elif byte in b" \t\r\n":
            found.add(at)
    return found


def test_the_rich_plan_is_a_plan_with_every_kind_of_escape():
    assert planfile.loads(TEXT) == rich()
    for escape in (rb"\u00e4", rb"\u007f", rb"\ud83d\ude00", rb"\\u00E4", rb"\"", rb"\\\\"):
        assert escape in TEXT, escape


def positions(count):
    return random.Random(SEED).sample(range(len(TEXT)), min(count, len(TEXT)))


def test_every_flipped_bit_of_a_plan_file_is_found():
    for at in positions(large(500)):
        for bit in range(8):
            flipped = bytearray(TEXT)
            flipped[at] ^= 1 << bit
            with pytest.raises(planfile.PlanFileError):
                planfile.loads(bytes(flipped))


def test_every_replaced_byte_of_a_plan_file_is_found_but_for_white_space_outside_strings():
    space = outside_strings(TEXT)
    chance = random.Random(SEED)
    for at in positions(large(500)):
        byte = chance.choice(
            [one for one in (*b' \t\n"\\/uUeE+-.09afAF{}[],:', chance.randrange(256)) if one != TEXT[at]]
        )
        altered = TEXT[:at] + bytes([byte]) + TEXT[at + 1 :]
        if at in space and byte in b" \t\r\n":
            assert planfile.loads(altered) == rich()
            continue
        with pytest.raises(planfile.PlanFileError):
            planfile.loads(altered)


def test_every_letter_of_an_escape_in_capitals_is_found():
    space = outside_strings(TEXT)
    found = 0
    for at, byte in enumerate(TEXT):
        if byte in b"abcdef" and at not in space:
            try:
                planfile.loads(TEXT[:at] + bytes([byte - 32]) + TEXT[at + 1 :])
            except planfile.PlanFileError as problem:
                found += "spelled otherwise" in str(problem)
            else:
                pytest.fail(f"a capital at {at} is not found")
    assert found >= 10


@pytest.mark.parametrize(
    ("old", "new", "is_found"),
    [
        (rb"\u00e4", rb"\u00E4", True),
        (rb"\u00e4", "ä".encode(), False),
        (rb"\\u00E4", rb"\\u00E4", False),
        (rb"\ud83d", rb"\uD83d", True),
    ],
)
def test_an_escape_is_told_from_a_backslash_before_a_letter(old, new, is_found):
    assert old in TEXT
    altered = TEXT.replace(old, new, 1)
    if is_found:
        with pytest.raises(planfile.PlanFileError, match="escapes are spelled otherwise"):
            planfile.loads(altered)
    else:
        assert planfile.loads(altered) == rich()


def test_every_cut_of_a_plan_file_is_found():
    end = len(TEXT) - 1
    assert TEXT[end:] == b"\n"
    for at in [*positions(large(500)), 0, 1, end - 1]:
        if at == end:
            continue
        with pytest.raises(planfile.PlanFileError, match=r"cut short|empty"):
            planfile.loads(TEXT[:at])
    assert planfile.loads(TEXT[:end]) == rich()


def test_bytes_taken_out_or_doubled_are_found():
    space = outside_strings(TEXT)
    for at in positions(large(200)):
        for altered in (TEXT[:at] + TEXT[at + 1 :], TEXT[:at] + TEXT[at : at + 1] + TEXT[at:]):
            if at in space:
                continue
            with pytest.raises(planfile.PlanFileError):
                planfile.loads(altered)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b" \n\t", "the file is empty"),
        (b"{}", "this JSON is no plan"),
        (b"[]", "this JSON is no plan"),
        (b"null", "this JSON is no plan"),
        (b'{"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": []}', "this JSON is no plan"),
        (b'{"format": "1.2", "changes": []}', "format '1.2', this zonesync reads 1"),
        (b'{"format": 2}', "format 2, this zonesync reads 1: plan again, or use the version that made it"),
        (b'{"format": 1, "changes": []}', "its digest does not match"),
        (b"zone: example.com\n", "cut short or no JSON"),
        (b"PK\x03\x04plan", "cut short or no JSON"),
        (b"\xff\xfe{\x00}\x00", "this JSON is no plan"),
        (b"[" * 100_000, "cut short or no JSON"),
        (TEXT + TEXT, "cut short or no JSON"),
    ],
    ids=[
        "empty",
        "blank",
        "{}",
        "[]",
        "null",
        "another tool",
        "other form",
        "newer",
        "foreign",
        "YAML",
        "zip",
        "UTF-16",
        "deep",
        "two plans",
    ],
)
def test_what_is_no_plan_of_ours_is_refused_with_what_it_is(data, said):
    with pytest.raises(planfile.PlanFileError) as caught:
        planfile.loads(data)
    assert said in str(caught.value)


def test_an_edit_in_any_value_is_found():
    def leaves(data, path=()):
        if isinstance(data, dict | list):
            for name, inner in data.items() if isinstance(data, dict) else enumerate(data):
                yield from leaves(inner, (*path, name))
        else:
            yield path

    for path in leaves(json.loads(TEXT)):
        data = json.loads(TEXT)
        place = data
        for name in path[:-1]:
            place = place[name]
        value = place[path[-1]]
        place[path[-1]] = value + 1 if isinstance(value, int) else f"{value}x"
        with pytest.raises(planfile.PlanFileError):
            planfile.loads(json.dumps(data).encode())


def test_a_key_that_stands_twice_is_found():
    twice = TEXT.replace(b'"format": 1,', b'"format": 1,\n "format": 1,', 1)
    assert json.loads(twice) == json.loads(TEXT)
    with pytest.raises(planfile.PlanFileError, match="a key stands twice"):
        planfile.loads(twice)
