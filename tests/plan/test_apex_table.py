"""Every level of provider in every situation of two providers, with the verdict written by hand.

Provider `a` lets its set be edited, `b` has the level of the column. A verdict is a letter for each rule that refuses.
"""

import pytest

from tests.planning import APEX, SOA, desired, fact, live, planned, rr, rules
from zonesync.model.zone import Nameservers
from zonesync.plan import offline
from zonesync.provider.contract import ApexNs, Capabilities

A4 = tuple(f"ns{n}.a.example." for n in (1, 2, 3, 4))
B4 = tuple(f"ns{n}.b.example." for n in (1, 2, 3, 4))
ALL = (*A4, *B4)
RULE = {
    "N": "apex-ns-not-editable",
    "T": "apex-ns-ttl-not-editable",
    "D": "nameservers-differ",
    "F": "foreign-nameserver",
    "L": "nameservers-leave-provider-out",
    "U": "nameservers-unsaid",
    "A": "nameservers-unassigned",
}
LEVELS = (ApexNs.FULL, ApexNs.NON_EMPTY, ApexNs.ADD_ONLY, ApexNs.TTL_ONLY, ApexNs.FIXED, ApexNs.IGNORED)
AUTO = Nameservers("auto", said=True)
UNMANAGED = Nameservers(said=True)


def listed(*hosts, ttl=None):
    return Nameservers("list", hosts=hosts, ttl=ttl, said=True)


def counted(**counts):
    return Nameservers("auto", auto=counts, said=True)


# What the file says; how `b` is besides; the sets served at `a` and `b` (None: no zone there); verdicts by level when
# planning, offline where the configuration gives the names, and offline where the services assign them.
#                                                                         full non_empty add_only ttl_only fixed ignored
ROWS = [
    ("not said", Nameservers(), {}, ALL, ALL, "U U U UN UN UN", "U U U UN UN UN", "U U U UN UN UN"),
    ("auto, two of each", AUTO, {}, A4, B4, ". . N N N N", ". . N N N N", ". . . N N N"),
    ("auto, all of b", counted(a=2, b=0), {}, A4, B4, ". . . N N N", ". . . N N N", ". . . N N N"),
    ("auto, as many of b as it has", counted(a=2, b=4), {}, A4, B4, ". . . N N N", ". . . N N N", ". . . N N N"),
    ("auto, none of b", counted(a=2), {}, A4, B4, "L L N N N N", "L L N N N N", "L L N N N N"),
    ("auto, none of a", counted(b=0), {}, A4, B4, "L L L LN LN LN", "L L L LN LN LN", "L L L LN LN LN"),
    ("auto, b assigns none", AUTO, {"own": ()}, A4, B4, "A A A N N N", "A A A N N N", ". . . N N N"),
    ("auto, b is not there yet", AUTO, {}, A4, None, ". . N N N N", ". . N N N N", ". . . N N N"),
    ("auto, all of b to be", counted(a=2, b=0), {}, A4, None, ". . . N N N", ". . . N N N", ". . . N N N"),
    ("list of all", listed(*ALL), {}, A4, B4, ". . . N N N", ". . . N N N", ". . . N N N"),
    ("list of all, served already", listed(*ALL), {}, ALL, ALL, ". . . N N N", ". . . N N N", ". . . N N N"),
    ("list with some of b", listed(*A4, *B4[:2]), {}, A4, B4, ". . N N N N", ". . N N N N", ". . . N N N"),
    ("list with none of b", listed(*A4), {}, A4, B4, "L L N N N N", "L L N N N N", ". . . N N N"),
    ("list with none of a", listed(*B4), {}, A4, B4, "L L L LN LN LN", "L L L LN LN LN", ". . . N N N"),
    ("list with a stranger", listed(*ALL, "ns.c.example."), {}, A4, B4, "F F F FN FN FN", "F F F FN FN FN",
     ". . . N N N"),
    ("list of strangers", listed("ns.c.example."), {}, A4, B4, "FLL FLL FLN FLN FLN FLN", "FLL FLL FLN FLN FLN FLN",
     ". . . N N N"),
    ("list, TTL is wrong and fixed", listed(*ALL, ttl=300), {"apex_ns_ttl": False}, A4, B4, "T T T N N N",
     ". . . N N N", ". . . N N N"),
    ("auto, TTL is wrong and fixed", Nameservers("auto", auto={"a": 2, "b": 0}, ttl=300, said=True),
     {"apex_ns_ttl": False}, A4, B4, "T T T N N N", ". . . N N N", ". . . N N N"),
    ("list, TTL is right and fixed", listed(*ALL, ttl=172800), {"apex_ns_ttl": False}, A4, B4, ". . . N N N",
     ". . . N N N", ". . . N N N"),
    ("unmanaged, equal sets", UNMANAGED, {}, ALL, ALL, ". . . N N N", ". . . N N N", ". . . N N N"),
    ("unmanaged, sets differ", UNMANAGED, {}, A4, B4, "D D D N N N", ". . . N N N", ". . . N N N"),
    ("unmanaged, one name differs", UNMANAGED, {}, ALL, ALL[1:], "D D D N N N", ". . . N N N", ". . . N N N"),
    ("unmanaged, TTLs differ", UNMANAGED, {"ttl": 300}, ALL, ALL, ". . . N N N", ". . . N N N", ". . . N N N"),
    ("unmanaged, b is not there yet", UNMANAGED, {}, A4, None, "D D D N N N", ". . . N N N", ". . . N N N"),
    ("unmanaged, both without b", UNMANAGED, {}, A4, A4, "L L L N N N", ". . . N N N", ". . . N N N"),
    ("unmanaged, a stranger in both", UNMANAGED, {}, (*ALL, "ns.c.example."), (*ALL, "ns.c.example."), "F F F FN FN FN",
     ". . . N N N", ". . . N N N"),
    ("both private, unmanaged", UNMANAGED, {"networks": True}, A4, B4, ". . . . . .", ". . . . . .", ". . . . . ."),
    ("both private, list of all", listed(*ALL), {"networks": True}, A4, B4, ". . . N N N", ". . . N N N",
     ". . . N N N"),
    ("both private, auto", AUTO, {"networks": True}, A4, B4, ". . N N N N", ". . N N N N", ". . . N N N"),
    ("b is out, list of a", listed(*A4), {"is_out": True}, A4, B4, ". . . . . .", ". . . . . .", ". . . . . ."),
    ("b is out, list of all", listed(*ALL), {"is_out": True}, A4, B4, ". . . . . .", ". . . . . .", ". . . . . ."),
    ("b is out, auto", AUTO, {"is_out": True}, A4, B4, ". . . . . .", ". . . . . .", ". . . . . ."),
    ("b is out, unmanaged", UNMANAGED, {"is_out": True}, A4, B4, ". . . . . .", ". . . . . .", ". . . . . ."),
]  # fmt: skip
CASES = [pytest.param(row, level, index, id=f"{row[0]}-{level}") for row in ROWS for index, level in enumerate(LEVELS)]


def expected(verdicts, index):
    return sorted(RULE[letter] for letter in verdicts.split()[index] if letter != ".")


def able(level, how, *, assigns):
    more = {name: how[name] for name in ("apex_ns_ttl", "networks") if name in how}
    return Capabilities(types=None, apex_ns=level, premade_apex=True, assigns_nameservers=assigns, **more)


def facts(row, level, *, was_read, is_configured=False):
    _, _, how, at_a, at_b, *_ = row
    made = []
    for name, own, served in (("a", A4, at_a), ("b", how.get("own", B4), at_b)):
        here = how if name == "b" else {"networks": how.get("networks", False)}
        there = (
            live(apex=(SOA, rr("@", "NS", *served, ttl=here.get("ttl", 172800))), nameservers=own) if served else None
        )
        made.append(
            fact(
                name,
                there if was_read else None,
                able(level if name == "b" else ApexNs.FULL, here, assigns=not is_configured),
                own if is_configured else (),
                is_out=here.get("is_out", False),
            )
        )
    return made


@pytest.mark.parametrize(("row", "level", "index"), CASES)
def test_a_plan_refuses_what_would_only_look_redundant_and_nothing_else(row, level, index):
    zone = desired(nameservers=row[1], providers=("a", "b"))
    assert rules(planned(zone, *facts(row, level, was_read=True))) == expected(row[5], index)


@pytest.mark.parametrize(("row", "level", "index"), CASES)
def test_offline_the_same_is_refused_as_far_as_the_names_are_configured(row, level, index):
    zone = desired(nameservers=row[1], providers=("a", "b"))
    found = offline.check(zone, facts(row, level, was_read=False, is_configured=True))
    assert rules(list(found)) == expected(row[6], index)


@pytest.mark.parametrize(("row", "level", "index"), CASES)
def test_offline_nothing_is_refused_that_the_services_might_put_right(row, level, index):
    zone = desired(nameservers=row[1], providers=("a", "b"))
    assert rules(list(offline.check(zone, facts(row, level, was_read=False)))) == expected(row[7], index)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_what_is_refused_before_reading_is_refused_after_it(row):
    """An offline verdict on unknown names is never taken back, except for names that turn out to be there."""
    for index in range(len(LEVELS)):
        assert set(expected(row[7], index)) <= set(expected(row[5], index))


@pytest.mark.parametrize("level", LEVELS)
def test_a_zone_at_one_provider_is_told_so_and_never_refused_for_it(level):
    zone = desired(nameservers=UNMANAGED, providers=("b",))
    there = fact("b", live(apex=(SOA, rr("@", "NS", *B4)), nameservers=B4), able(level, {}, assigns=True))
    for found in (planned(zone, there).findings, list(offline.check(zone, [there]))):
        (told,) = found
        assert (told.rule, told.severity.value, told.provider) == ("one-provider", "info", "b")
        assert f"join {APEX[:-1]} PROVIDER" in told.help


def test_a_private_zone_at_one_provider_is_as_it_should_be():
    zone = desired(nameservers=UNMANAGED, providers=("b",))
    there = fact("b", live(), able(ApexNs.FIXED, {"networks": True}, assigns=False), networks=())
    assert planned(zone, there).findings == ()
