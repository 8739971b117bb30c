"""What is wrong with a delegation is told, each fault by its own rule, and nothing is told of a sound one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.internet import Internet
from tests.support.internet_tree import BOTH, LAB, TREE, changed, delegation
from zonesync.findings import Severity
from zonesync.run.asking.delegation import check
from zonesync.run.asking.found import Delegated

HOSTS = ("ns.far.net.", "ns1.child.lab.")
KNOWN = {"ns1.child.lab.": ["127.52.2.1"]}
ZONE = "child.lab."


def rules(delegated, wanted=HOSTS, **more):
    more.setdefault("known", KNOWN)
    return [(one.rule, one.severity) for one in check(ZONE, delegated, wanted, **more)]


def lab(*pairs):
    text = LAB
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    return {"lab.": text}


def both(*pairs):
    return delegation(ZONE, Internet(changed(_1_1=lab(*pairs), _1_2=lab(*pairs))))


def test_a_sound_delegation_has_no_finding():
    assert check(ZONE, delegation(ZONE), HOSTS, ttl=60, known=KNOWN) == []


def test_the_root_is_delegated_by_nobody_and_that_is_sound():
    assert check(".", delegation("."), ["a.root."]) == []


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("child NS ns.far.net.", "")], [("delegation-missing", Severity.WARNING)]),
        (
            [("child NS ns.far.net.", "child NS ns.far.net.\nchild NS ns.old.net.")],
            [("delegation-extra", Severity.ERROR)],
        ),
        (
            [("child NS ns.far.net.", "child NS ns.old.net."), ("child NS ns1.child", "")],
            [
                ("delegation-missing", Severity.ERROR),
                ("delegation-missing", Severity.ERROR),
                ("delegation-extra", Severity.ERROR),
            ],
        ),
        ([("ns1.child A 127.52.2.1", "")], [("glue-missing", Severity.ERROR)]),
        ([("ns1.child A 127.52.2.1", "ns1.child A 127.52.2.9")], [("glue-differs", Severity.ERROR)]),
        (
            [("ns1.child A 127.52.2.1", "ns1.child A 127.52.2.1\nns1.child AAAA 2001:db8::1")],
            [("glue-differs", Severity.ERROR)],
        ),
        (
            [("child NS ns.far.net.", ""), ("child NS ns1.child", ""), ("ns1.child A 127.52.2.1", "")],
            [("not-delegated", Severity.ERROR)],
        ),
    ],
)  # fmt: skip
def test_each_fault_of_a_delegation_has_its_rule_and_brings_no_other(pairs, expected):
    assert rules(both(*pairs)) == expected


def test_glue_that_lacks_an_address_costs_redundancy_alone():
    known = {"ns1.child.lab.": ["127.52.2.1", "2001:db8::1"]}
    assert rules(delegation(ZONE), known=known) == [("glue-differs", Severity.WARNING)]


def test_the_same_address_in_another_spelling_is_the_same():
    glued = both(("ns1.child A 127.52.2.1", "ns1.child AAAA 2001:db8::1"))
    assert rules(glued, known={"ns1.child.lab.": ["2001:0DB8:0::0001"]}) == []


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([("child NS ns.far.net.", "")], "name servers"),
        ([("ns1.child A 127.52.2.1", "ns1.child A 127.52.2.1\nns1.child A 127.52.2.2")], "glue"),
        ([("child NS ns.far.net.", "child NS ns.far.net.\nchild DS 1 13 2 " + "ab" * 32)], "DS records"),
        (
            [("child NS ns.far.net.", ""), ("child NS ns1.child", ""), ("ns1.child A 127.52.2.1", "")],
            "NXDOMAIN",
        ),
    ],
)
def test_servers_of_the_parent_that_do_not_agree_are_told_with_what_each_says(pairs, says):
    delegated = delegation(ZONE, Internet(changed(_1_2=lab(*pairs))))
    found = [one for one in check(ZONE, delegated, HOSTS) if one.rule == "delegation-differs"]
    assert [one.severity for one in found] == [Severity.WARNING]
    assert says in found[0].message
    assert "ns2.lab. (127.52.1.2)" in found[0].message


def test_a_server_of_the_parent_that_has_an_old_copy_of_the_zone_is_told():
    stale = {"lab.": LAB, "child.lab.": "@ 60 NS ns.old.net."}
    found = check(ZONE, delegation(ZONE, Internet(changed(_1_2=stale))), HOSTS)
    assert [one.rule for one in found] == ["delegation-differs"]
    assert "answers for the zone itself" in found[0].message
    assert "`ns.old.net.`" in found[0].message


@pytest.mark.parametrize("bare", [False, True])
def test_parent_and_child_on_the_same_servers_need_no_glue(bare):
    internet = Internet(
        changed(_1_1=BOTH, _1_2=BOTH), dict.fromkeys(["127.52.1.1", "127.52.1.2"], "bare") if bare else {}
    )
    assert rules(delegation(ZONE, internet)) == []


def test_one_silent_server_of_the_parent_is_a_remark_and_all_of_them_an_error():
    one = delegation(ZONE, Internet(TREE, {"127.52.1.1": "silent"}))
    assert rules(one) == [("parent-unreachable", Severity.INFO)]
    every = delegation(ZONE, Internet(TREE, dict.fromkeys(["127.52.1.1", "127.52.1.2"], "silent")))
    assert rules(every) == [("parent-unreachable", Severity.ERROR)]


def test_a_name_server_of_the_parent_without_an_address_is_a_remark():
    tree = changed(_0_1={".": TREE["127.52.0.1"]["."] + "lab. NS ns.nowhere.net.\n"})
    (found,) = check(ZONE, delegation(ZONE, Internet(tree)), HOSTS)
    assert (found.rule, found.severity) == ("parent-unreachable", Severity.INFO)
    assert "`ns.nowhere.net.` does not exist" in found.message


def test_another_ttl_at_the_parent_is_a_remark_with_both():
    (found,) = check(ZONE, delegation(ZONE), HOSTS, ttl=86400)
    assert (found.rule, found.severity) == ("delegation-ttl-differs", Severity.INFO)
    assert "1d in the zone and 1m at `lab.`" in found.message


def test_nothing_is_compared_with_a_set_that_nobody_knows():
    assert rules(delegation(ZONE), wanted=()) == []


def test_a_finding_says_which_zone_it_is_about():
    (found,) = check(ZONE, delegation(ZONE), ["ns1.child.lab."], identity="child.lab@inside")
    assert (found.zone, found.name, found.type) == ("child.lab@inside", ZONE, "NS")
    (found,) = check(ZONE, delegation(ZONE), ["ns1.child.lab."])
    assert found.zone == "child.lab"


names = st.frozensets(st.sampled_from([f"ns{number}.far.net." for number in range(6)]))


@pytest.mark.property
@given(names, names)
@examples(100)
def test_missing_and_extra_name_servers_are_exactly_the_difference_of_the_sets(there, wanted):
    delegated = replace(delegation(ZONE), hosts=tuple(sorted(there)), glue={}, by_server={})
    found = check(ZONE, delegated, wanted)
    if not wanted:
        assert found == []
        return
    told = {rule: {host for host in there | wanted for one in found if one.rule == rule and f"`{host}`" in one.message}
            for rule in ("delegation-missing", "delegation-extra")}  # fmt: skip
    assert told == {"delegation-missing": wanted - there, "delegation-extra": there - wanted}


@pytest.mark.parametrize("rule", ["parent-unreachable", "not-delegated"])
def test_where_there_is_no_delegation_nothing_else_is_told(rule):
    delegated = Delegated(ZONE, "lab.", rule=rule, problem="so it is")
    found = check(ZONE, delegated, HOSTS, ttl=5, known=KNOWN)
    assert [(one.rule, one.severity, one.message) for one in found] == [(rule, Severity.ERROR, "so it is")]
    assert found[0].help
