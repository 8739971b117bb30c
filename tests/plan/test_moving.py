"""Joining, leaving, evacuating, restoring: whatever the zone, no step sends anybody where nothing is served."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.planning import ZONE, desired
from tests.support.examples import examples
from tests.support.order import OLD, WWW, Host, Paper
from zonesync.model.zone import Kept, Nameservers
from zonesync.plan.moving import PARENT_TTL, Moving, Parent
from zonesync.plan.plan import Move, Standing, StepKind
from zonesync.plan.rotation import Absence

NAMES = "abcd"


def names_of(provider, count):
    return tuple(f"ns{number}.{provider}.example." for number in range(1, count + 1))


@st.composite
def papers(draw):
    """A zone that is in step at all its providers, and in the delegation."""
    count = draw(st.integers(2, 4))
    hosts = {
        name: Host(names_of(name, draw(st.integers(1, 4))), is_service=draw(st.booleans())) for name in NAMES[:count]
    }
    mode = draw(st.sampled_from(["auto", "counts", "list"]))
    per = {name: draw(st.integers(1, len(host.names))) for name, host in hosts.items()}
    chosen = tuple(host for name, one in hosts.items() for host in one.names[: per[name]])
    if mode == "auto":
        servers = Nameservers("auto", said=True, ttl=300)
        chosen = tuple(host for one in hosts.values() for host in one.names[:2])
    elif mode == "counts":
        servers = Nameservers("auto", auto=per, said=True, ttl=300)
    else:
        servers = Nameservers("list", hosts=chosen, said=True, ttl=300)
    for one in hosts.values():
        one.serves(chosen)
    zone = desired(WWW, providers=tuple(hosts), nameservers=servers)
    return Paper(zone, hosts, frozenset(chosen)).settled()


def walk(paper, steps):
    """Carry *steps* out one by one; nobody is ever sent where nothing is served."""
    for number, step in enumerate(steps):
        paper.carry_out(step)
        assert not paper.unsound(), (number, step.kind, paper.unsound())


def move(paper, kind, provider):
    """Make and carry out plans of one move until none is left, and return how many that took."""
    for turn in range(4):
        steps, findings = paper.plan(kind, provider)
        assert not [one for one in findings if one.is_error]
        if not steps:
            return turn
        walk(paper, steps)
    raise AssertionError(f"{kind} never ends")


@given(papers(), st.sampled_from(NAMES))
@settings(examples(200))
def test_leaving_and_joining_again_never_sends_anybody_in_vain(paper, provider):
    assume(provider in paper.hosts)
    before = paper.delegated
    move(paper, "leave", provider)
    assert paper.hosts[provider].rrsets is None
    assert not set(paper.hosts[provider].names) & paper.named()
    assert paper.absences[ZONE, provider].standing is Standing.LEFT
    move(paper, "join", provider)
    assert (paper.delegated, paper.absences) == (before, {})


@given(papers(), st.sampled_from(NAMES), st.booleans(), st.booleans())
@settings(examples(200))
def test_evacuating_and_restoring_never_sends_anybody_in_vain(paper, provider, is_dead, is_behind):
    assume(provider in paper.hosts)
    host, before = paper.hosts[provider], paper.delegated
    if is_dead:
        paper.down.add(provider)
        host.unread = True
    assert move(paper, "evacuate", provider) == 1
    assert not set(host.names) & paper.named()
    paper = paper.settled()
    is_known = not (is_dead and host.is_service)
    assert set(paper.absences[ZONE, provider].hosts) == set(host.names if is_known else set(host.names) & before)
    paper.down.clear()
    host.unread = False
    if is_behind:
        host.serves(before, www=OLD)
    move(paper, "restore", provider)
    assert (paper.delegated, paper.absences) == (before, {})
    assert host.is_current


@given(papers(), st.sampled_from(NAMES), st.sampled_from(["leave", "join", "restore"]))
@settings(examples(100))
def test_the_steps_in_reverse_order_send_somebody_in_vain(paper, provider, kind):
    assume(provider in paper.hosts)
    host = paper.hosts[provider]
    if kind == "join":
        move(paper, "leave", provider)
        host.is_service = False
    if kind == "restore":
        move(paper, "evacuate", provider)
        paper = paper.settled()
        host.serves(paper.delegated, www=OLD)
    steps, _ = paper.plan(kind, provider)
    found = []
    for step in reversed(steps):
        try:
            paper.carry_out(step)
        except (KeyError, TypeError, AttributeError):  # a step that needs one that has not been carried out yet
            found.append("impossible")
        found += paper.unsound()
    assert found


def test_a_dead_service_is_known_by_the_names_that_belong_to_nobody_else():
    hosts = {"a": Host(names_of("a", 4), is_service=True), "b": Host(names_of("b", 4), is_service=True)}
    chosen = (*hosts["a"].names[:2], *hosts["b"].names[:2])
    for one in hosts.values():
        one.serves(chosen)
    zone = desired(WWW, providers=("a", "b"), nameservers=Nameservers("list", hosts=chosen, said=True))
    paper = Paper(zone, hosts, frozenset(chosen))
    hosts["b"].unread = True
    steps, _ = paper.plan("evacuate", "b")
    assert [(step.kind.value, step.provider) for step in steps] == [("rotation", "b"), ("apex_ns", "a"), ("manual", "")]
    assert steps[0].hosts == tuple(sorted(hosts["b"].names[:2]))
    assert steps[2].handover.after == tuple(sorted(hosts["a"].names[:2]))


def test_a_dead_provider_is_restored_once_its_name_servers_answer():
    hosts = {"a": Host(names_of("a", 2)), "b": Host(names_of("b", 2), is_service=True, unread=True)}
    for one in hosts.values():
        one.serves(hosts["a"].names)
    zone = desired(WWW, providers=("a", "b"), nameservers=Nameservers("auto", said=True))
    out = {(ZONE, "b"): Absence(Standing.OUT, hosts["b"].names)}
    steps, findings = Paper(zone, hosts, frozenset(hosts["a"].names), absences=out).plan("restore", "b")
    assert [step.kind.value for step in steps] == ["barrier", "rotation", "apex_ns", "manual"]
    assert steps[0].verify
    assert set(steps[2].changes[0].after.rdatas) == {*hosts["a"].names, *hosts["b"].names}
    assert not [one for one in findings if one.is_error]


def test_the_last_one_in_rotation_cannot_be_taken_out():
    hosts = {"a": Host(names_of("a", 2)), "b": Host(names_of("b", 2))}
    for one in hosts.values():
        one.serves(hosts["a"].names)
    zone = desired(WWW, providers=("a", "b"), nameservers=Nameservers("auto", said=True))
    paper = Paper(zone, hosts, frozenset(hosts["a"].names), absences={(ZONE, "b"): Absence(Standing.OUT)})
    for kind in ("evacuate", "leave"):
        steps, findings = paper.plan(kind, "a")
        assert "nobody-left" in {one.rule for one in findings if one.is_error}
        assert not [step for step in steps if step.changes and step.kind is StepKind.APEX_NS]


def test_nobody_is_taken_out_of_a_set_that_nobody_manages():
    hosts = {"a": Host(names_of("a", 2)), "b": Host(names_of("b", 2))}
    for one in hosts.values():
        one.serves(hosts["a"].names)
    zone = desired(WWW, providers=("a", "b"), nameservers=Nameservers(said=True))
    _, findings = Paper(zone, hosts, frozenset(hosts["a"].names)).plan("evacuate", "b")
    assert "nameservers-unmanaged" in {one.rule for one in findings if one.is_error}


def moving(parent, *, ttl=300, before=None):
    host = Host(names_of("a", 2))
    host.serves(host.names)
    zone = desired(WWW, providers=("a",), nameservers=Nameservers("auto", said=True, ttl=ttl))
    return Moving(Move(kind="leave", provider="a"), zone, [host.fact("a")], before, parent)


@pytest.mark.parametrize(
    ("parent", "ttl", "remembered", "seconds"),
    [
        (Parent("com.", (), 60), 300, 0, 300),
        (Parent("com.", (), 3600), 300, 0, 3600),
        (Parent("com.", (), 60), 900, 0, 900),
        (Parent("com.", (), 60), 300, 7200, 7200),
        (Parent(), 300, 0, PARENT_TTL),
    ],
)
def test_leaving_waits_for_the_larger_ttl(parent, ttl, remembered, seconds):
    before = Absence(Standing.LEAVING, seconds=remembered) if remembered else None
    assert moving(parent, ttl=ttl, before=before).seconds == seconds


def test_the_zone_of_who_cannot_be_read_stays():
    hosts = {"a": Host(names_of("a", 2)), "b": Host(names_of("b", 2))}
    for one in hosts.values():
        one.serves((*hosts["a"].names, *hosts["b"].names))
    zone = desired(WWW, providers=("a", "b"), nameservers=Nameservers("auto", said=True))
    paper = Paper(zone, hosts, frozenset((*hosts["a"].names, *hosts["b"].names)))
    hosts["b"].unread = True
    steps, _ = paper.plan("leave", "b")
    assert [(step.kind.value, step.provider) for step in steps] == [
        ("rotation", "b"),
        ("apex_ns", "a"),
        ("manual", ""),
        ("wait", "b"),
    ]
    assert steps[0].standing is Standing.LEAVING


def three():
    """A zone at three providers, in step."""
    hosts = {name: Host(names_of(name, 2)) for name in "abc"}
    chosen = tuple(host for one in hosts.values() for host in one.names)
    for one in hosts.values():
        one.serves(chosen)
    zone = desired(WWW, providers=tuple(hosts), nameservers=Nameservers("auto", said=True, ttl=300))
    return Paper(zone, hosts, frozenset(chosen))


def test_who_goes_out_changes_its_own_set_last_and_nobody_is_told_before():
    steps, _ = three().plan("evacuate", "a")
    assert [(step.kind.value, step.provider) for step in steps] == [
        ("rotation", "a"),
        ("apex_ns", "b"),
        ("apex_ns", "c"),
        ("apex_ns", "a"),
        ("manual", ""),
    ]


def test_who_was_evacuated_can_leave():
    paper = three()
    move(paper, "evacuate", "a")
    steps, _ = paper.plan("leave", "a")
    assert [(step.kind.value, step.standing) for step in steps if step.standing] == [
        ("rotation", Standing.LEAVING),
        ("rotation", Standing.LEFT),
    ]
    (wait,) = [step for step in steps if step.kind is StepKind.WAIT]
    assert wait.seconds == 300


def test_a_zone_that_holds_what_nobody_can_edit_stays():
    host = Host(names_of("a", 2))
    host.serves(host.names)
    kept = (Kept("geo.example.com.", "A", "weighted", "digest"),)
    other = Host(names_of("b", 2))
    other.serves(host.names)
    leaver = other.fact("b", is_out=True)
    leaver = replace(leaver, live=replace(leaver.live, kept=kept))
    zone = desired(WWW, providers=("a", "b"), nameservers=Nameservers("auto", said=True))
    found = Moving(Move(kind="leave", provider="b"), zone, [host.fact("a"), leaver])
    kinds = [step.kind for step in found.steps(())]
    assert StepKind.DELETE_ZONE not in kinds
    assert StepKind.CONTENT not in kinds
    assert "zone-stays" in {one.rule for one in found.findings()}
