"""The plan file: what is written is read back, and nothing else is taken for a plan."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.planning import NS, SOA, changes, desired, fact, live, planned, rr
from tests.strategies import APEX, rrsets, zones
from zonesync.findings import Finding, Place, Severity
from zonesync.model.change import Change, Computed
from zonesync.model.zone import ZoneId
from zonesync.plan import digest, planfile
from zonesync.plan.diff import diff
from zonesync.plan.plan import ALLOWABLE, Allowance, KeptRRset, Plan, Setting, Step, StepKind, Target, Unread

words = st.text(max_size=20).filter(lambda text: text.isprintable())
identities = st.builds(ZoneId, st.sampled_from([APEX, "2.0.192.in-addr.arpa.", "."]), st.sampled_from(["", "inside"]))
computed = st.builds(
    Computed,
    st.just(APEX),
    st.sampled_from(["NS", "SOA"]),
    st.none() | st.integers(0, 2**31 - 1),
    st.dictionaries(words, st.integers(0, 9) | words, max_size=3),
)
findings = st.builds(
    Finding,
    words,
    st.sampled_from(Severity),
    words,
    st.none() | st.builds(Place, words, st.integers(1, 9), st.integers(1, 9)),
    words,
    st.just("example.com"),
)


kept = st.builds(KeptRRset, name=words, type=words, set_identifier=words, description=words, digest=words)
settings = st.builds(
    Setting,
    name=st.just("networks"),
    before=st.lists(words, max_size=2).map(tuple),
    after=st.lists(words, min_size=1, max_size=2).map(tuple),
)


@st.composite
def bare_steps(draw, zone):
    """Any step without changes."""
    kind = draw(st.sampled_from(StepKind))
    may_set = kind in {StepKind.METADATA, StepKind.CREATE_ZONE}
    count = draw(st.integers(int(kind is StepKind.METADATA), 1)) if may_set else 0
    made = tuple(draw(settings) for _ in range(count))
    return Step(kind=kind, zone=zone, provider="a", settings=made, note=draw(words))


@st.composite
def plans(draw):
    """Any plan, Computed values among its changes."""
    before, after = draw(zones(max_size=5)).rrsets, draw(zones(max_size=5)).rrsets
    made = tuple(diff(before, after)) + tuple(
        Change(None, one, draw(words)) for one in draw(st.lists(computed, max_size=1))
    )
    zone = draw(identities)
    return Plan(
        created="2026-11-22T02:00:00Z",
        version=draw(words),
        commit=draw(words),
        targets=(
            Target(
                zone=zone,
                provider="a",
                target=draw(words),
                live=None,
                desired="d",
                configuration="c",
                kept=tuple(draw(st.lists(kept, max_size=2))),
            ),
        ),
        steps=(
            draw(bare_steps(zone)),
            Step(kind=StepKind.CONTENT, zone=zone, provider="a", changes=made),
        ),
        findings=tuple(draw(st.lists(findings, max_size=2))),
        unread=tuple(Unread(zone=one, provider="b", words="down") for one in draw(st.lists(identities, max_size=1))),
        allowances=tuple(
            Allowance(rule=rule, zone=draw(words)) for rule in draw(st.lists(st.sampled_from(ALLOWABLE), max_size=1))
        ),
    )


@pytest.mark.property
@given(plans())
def test_a_plan_file_reads_back_as_the_plan(plan):
    sealed = planfile.sealed(plan)
    assert planfile.loads(planfile.dumps(sealed).encode()) == sealed
    assert planfile.dumps(planfile.sealed(sealed)) == planfile.dumps(sealed)


@pytest.mark.property
@given(zones(), st.randoms(use_true_random=False))
def test_the_digest_of_a_zone_counts_everything_but_order_and_serial(zone, random):
    rrsets_ = {**zone.rrsets, SOA.key: SOA}
    shuffled = list(rrsets_.items())
    random.shuffle(shuffled)
    renumbered = rr("@", "SOA", SOA.rdatas[0].replace(" 7 ", " 8 "), ttl=SOA.ttl)
    assert digest.of_rrsets(dict(shuffled)) == digest.of_rrsets(rrsets_)
    assert digest.of_rrsets({**rrsets_, SOA.key: renumbered}) == digest.of_rrsets(rrsets_)
    for key, rrset in zone.rrsets.items():
        assert digest.of_rrsets({**rrsets_, key: rr("@", "A", "192.0.2.99")}) != digest.of_rrsets(rrsets_)
        without = {other: one for other, one in rrsets_.items() if other != key}
        assert digest.of_rrsets(without) != digest.of_rrsets(rrsets_)
        changed = type(rrset)(rrset.name, rrset.type, (rrset.ttl + 1) % 2**31, rrset.rdatas)
        assert digest.of_rrsets({**rrsets_, key: changed}) != digest.of_rrsets(rrsets_)


def small():
    made = planned(desired(rr("www", "A", "192.0.2.2")), fact(zone=live(rr("www", "A", "192.0.2.1"))))
    return planfile.sealed(Plan(targets=made.targets, steps=made.steps, findings=made.findings))


def forged(edit):
    """The text of a small plan after *edit*, with a digest that fits."""
    data = json.loads(planfile.dumps(small()))
    edit(data)
    body = {key: value for key, value in data.items() if key != "digest"}
    return json.dumps({**body, "digest": digest.of_data(body)}).encode()


def test_the_forgery_of_the_tests_is_a_plan_where_nothing_is_edited():
    assert planfile.loads(forged(lambda data: None)) == small()


def _change(data):
    return data["steps"][0]["changes"][0]


UNSOUND = {
    "a change of nothing": lambda data: _change(data).update(before=None, after=None),
    "a change of two names": lambda data: _change(data)["after"].update(name="ftp.example.com."),
    "a change of two types": lambda data: _change(data)["after"].update(type="TXT", rdatas=['"x"']),
    "a name that is not canonical": lambda data: [
        _change(data)[side].update(name="WWW.example.com.") for side in ("before", "after")
    ],
    "rdata that is none": lambda data: _change(data)["after"].update(rdatas=["192.0.2.256"]),
    "rdata that is not canonical": lambda data: _change(data)["after"].update(rdatas=["192.0.2.9", "192.0.2.10"]),
    "an RRset without values": lambda data: _change(data)["after"].update(rdatas=[]),
    "a TTL out of range": lambda data: _change(data)["after"].update(ttl=2**31),
    "a negative TTL": lambda data: _change(data)["after"].update(ttl=-1),
    "an address without TTL": lambda data: _change(data)["after"].update(ttl=None),
    "a number as text": lambda data: _change(data)["after"].update(ttl="60"),
    "an unknown step": lambda data: data["steps"][0].update(kind="format_disk"),
    "an unknown field": lambda data: data.update(extra=1),
    "an unknown field of a step": lambda data: data["steps"][0].update(extra=1),
    "an unknown field of an RRset": lambda data: _change(data)["after"].update(weight=5),
    "a field that is missing": lambda data: data["steps"][0].pop("note"),
    "no zone": lambda data: data["steps"][0].update(zone="a b"),
    "a zone in another spelling": lambda data: data["steps"][0].update(zone="EXAMPLE.com"),
}


@pytest.mark.parametrize("edit", UNSOUND.values(), ids=UNSOUND)
def test_a_forged_plan_that_no_planner_writes_is_refused(edit):
    with pytest.raises(planfile.PlanFileError):
        planfile.loads(forged(edit))


def test_a_plan_over_the_size_limit_is_refused(monkeypatch):
    data = planfile.dumps(small()).encode()
    monkeypatch.setattr(planfile, "MAX_SIZE", len(data))
    assert planfile.loads(data) == small()
    monkeypatch.setattr(planfile, "MAX_SIZE", len(data) - 1)
    with pytest.raises(planfile.PlanFileError, match=f"{len(data)} bytes long, the limit is {len(data) - 1}"):
        planfile.loads(data)


@pytest.mark.parametrize("version", [0, 2, True, "1", None, [1]])
def test_a_plan_of_another_format_is_refused(version):
    with pytest.raises(planfile.PlanFileError, match="format"):
        planfile.loads(forged(lambda data: data.update(format=version)))


def test_a_plan_for_an_alias_reads_back():
    alias = type(SOA)("cdn.example.com.", "A", None, ("alias d111.cloudfront.net. - false",))
    plan = planfile.sealed(
        Plan(steps=(Step(kind=StepKind.CONTENT, zone=ZoneId(APEX), provider="a", changes=(Change(None, alias),)),))
    )
    assert planfile.loads(planfile.dumps(plan).encode()) == plan


def test_the_same_plan_is_the_same_bytes():
    assert planfile.dumps(small()) == planfile.dumps(small())
    assert json.loads(planfile.dumps(small()))["format"] == 1


def test_the_schema_knows_every_kind_of_step():
    text = json.dumps(planfile.schema())
    assert all(f'"{kind.value}"' in text for kind in StepKind)


@pytest.mark.property
@given(
    st.binary(max_size=300)
    | st.recursive(
        st.none() | st.integers() | words, lambda inner: st.lists(inner) | st.dictionaries(words, inner)
    ).map(lambda data: json.dumps(data).encode())
)
def test_what_is_no_plan_is_refused_in_words(data):
    with pytest.raises(planfile.PlanFileError):
        planfile.loads(data)


@pytest.mark.property
@given(st.data())
def test_one_changed_byte_is_never_another_plan(data):
    text = planfile.dumps(small()).encode()
    at = data.draw(st.integers(0, len(text) - 1))
    byte = data.draw(st.integers(0, 255))
    altered = text[:at] + bytes([byte]) + text[at + 1 :]
    try:
        plan = planfile.loads(altered)
    except planfile.PlanFileError:
        return
    assert plan == small()


@pytest.mark.parametrize(
    ("text", "rule", "zone"),
    [
        ("max-deletes@example.com", "max-deletes", "example.com"),
        ("max-deletes@Example.COM.", "max-deletes", "example.com"),
        ("empty-zone@example.com@inside", "empty-zone", "example.com@inside"),
    ],
)
def test_an_allowance_names_a_rule_and_a_zone(text, rule, zone):
    allowance = Allowance.parse(text)
    assert (allowance.rule, allowance.zone) == (rule, zone)
    assert str(allowance) == f"{rule}@{zone}"


@pytest.mark.parametrize("text", ["", "max-deletes", "@example.com", "max-deletes@", "a@b..c"])
def test_an_allowance_without_rule_or_zone_is_refused(text):
    with pytest.raises(ValueError, match=r"`"):
        Allowance.parse(text)


@pytest.mark.parametrize(
    ("allowance", "refused"),
    [
        (Allowance(rule="max-deletes", zone="example.com"), False),
        (Allowance(rule="max-changes", zone="example.com"), True),
        (Allowance(rule="max-deletes", zone="example.org"), True),
        (Allowance(rule="max-deletes", zone="example.com@inside"), True),
        (Allowance(rule="max-deletes"), True),
    ],
)
def test_an_allowance_waives_its_rule_in_its_zone_alone(allowance, refused):
    error = Finding("max-deletes", Severity.ERROR, "too many", zone="example.com")
    plan = Plan(findings=(error,), allowances=(allowance,))
    assert bool(plan.refusals) is refused
    assert plan.is_complete is not refused


def test_warnings_refuse_no_plan():
    assert Plan(findings=(Finding("low-ttl", Severity.WARNING, "low"),)).is_complete


def test_a_plan_that_could_not_read_a_zone_is_incomplete_and_may_be_empty():
    plan = Plan(unread=(Unread(zone=ZoneId(APEX), provider="a", words="down"),))
    assert plan.is_empty
    assert not plan.is_complete


def test_a_plan_counts_its_changes_by_kind():
    made = planned(
        desired(rr("a", "A", "192.0.2.1"), rr("b", "A", "192.0.2.1"), rr("c", "A", "192.0.2.2")),
        fact(zone=live(rr("c", "A", "192.0.2.1"), rr("d", "A", "192.0.2.1"))),
    )
    plan = Plan(steps=made.steps)
    assert [plan.count(action) for action in "+~-"] == [0, 0, 0]
    actions = {change.action for change in changes(made)}
    assert {action.value: plan.count(action) for action in actions} == {"+": 2, "~": 1, "-": 1}


def test_plans_cannot_be_edited():
    with pytest.raises(ValidationError):
        small().digest = "other"


@given(rrsets())
def test_every_rrset_survives_the_plan_file(rrset):
    plan = planfile.sealed(
        Plan(steps=(Step(kind=StepKind.CONTENT, zone=ZoneId(APEX), provider="a", changes=(Change(rrset, None),)),))
    )
    assert planfile.loads(planfile.dumps(plan).encode()) == plan


def test_a_live_digest_stands_for_a_live_zone_alone():
    made = planned(desired(nameservers=desired().nameservers), fact(zone=live()))
    assert made.targets[0].live == digest.of_rrsets({SOA.key: SOA, NS.key: NS})
    assert planned(desired(), fact()).targets[0].live is None
