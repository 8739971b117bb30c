"""`nameservers: auto`: which names are taken, and that a second plan takes the same ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.planning import SOA, desired, fact, live, planned, rr, rules
from tests.support.examples import examples
from zonesync.findings import Severity
from zonesync.model.change import Computed
from zonesync.model.zone import Nameservers
from zonesync.plan import apex_set
from zonesync.provider.contract import ApexNs, Capabilities

SERVICE = Capabilities(types=None, apex_ns=ApexNs.NON_EMPTY, premade_apex=True, assigns_nameservers=True)
LABELS = st.lists(st.sampled_from([f"ns{n}" for n in range(12)]), min_size=1, max_size=5, unique=True)


def service(name, own, served=(), ttl=3600):
    """A provider that assigned *own*, and serves *served*, or its own."""
    return fact(name, live(apex=(SOA, rr("@", "NS", *(served or own), ttl=ttl)), nameservers=tuple(own)), SERVICE)


def auto(**counts):
    return desired(nameservers=Nameservers("auto", auto=counts, said=True), providers=("a", "b", "c"))


@st.composite
def assigned(draw):
    """Three providers, what each assigned, what each serves now, and how many names the file asks for."""
    own = {name: [f"{label}.{name}.example." for label in draw(LABELS)] for name in "abc"}
    every = [host for hosts in own.values() for host in hosts] + ["old.example."]
    served = {name: draw(st.lists(st.sampled_from(every), max_size=6, unique=True)) for name in "abc"}
    counts = draw(st.one_of(st.just({}), st.fixed_dictionaries({name: st.integers(0, 6) for name in "abc"})))
    return own, served, counts


@given(assigned(), st.permutations("abc"))
@examples(200)
def test_the_set_does_not_depend_on_who_answers_first(given_, order):
    own, served, counts = given_
    facts = [service(name, own[name], served[name]) for name in "abc"]
    again = [service(name, own[name][::-1], served[name][::-1]) for name in order]
    assert apex_set.wanted(auto(**counts), facts) == apex_set.wanted(auto(**counts), again)


@given(assigned())
@examples(200)
def test_once_served_the_set_stays_as_it_is(given_):
    own, served, counts = given_
    first = apex_set.wanted(auto(**counts), [service(name, own[name], served[name]) for name in "abc"])
    then = [service(name, own[name], first.rdatas, first.ttl) for name in "abc"]
    assert apex_set.wanted(auto(**counts), then) == first
    assert planned(auto(**counts), *then).steps == ()


@given(assigned(), LABELS)
@examples(200)
def test_names_that_are_assigned_later_do_not_push_out_those_that_are_served(given_, more):
    own, served, _ = given_
    first = apex_set.wanted(auto(), [service(name, own[name], served[name]) for name in "abc"])
    grown = {name: list(dict.fromkeys([f"{label}.{name}.example." for label in more] + own[name])) for name in "abc"}
    then = apex_set.wanted(auto(), [service(name, grown[name], first.rdatas) for name in "abc"])
    assert set(first.rdatas) <= set(then.rdatas)


@given(assigned())
@examples(200)
def test_each_provider_has_as_many_names_in_the_set_as_the_file_asks_for_or_all_it_has(given_):
    own, served, counts = given_
    want = apex_set.wanted(auto(**counts), [service(name, own[name], served[name]) for name in "abc"])
    for name in "abc":
        count = counts.get(name, apex_set.PER_PROVIDER)
        taken = [host for host in want.rdatas if host in own[name]]
        assert len(taken) == (min(count, len(own[name])) if count else len(own[name]))
    assert set(want.rdatas) <= {host for hosts in own.values() for host in hosts}


def test_asking_for_more_names_than_there_are_takes_all_and_warns():
    zone = desired(nameservers=Nameservers("auto", auto={"a": 3, "b": 1}, said=True), providers=("a", "b"))
    made = planned(zone, service("a", ["n1.a.example.", "n2.a.example."]), service("b", ["n1.b.example."]))
    (warning,) = made.findings
    assert (warning.rule, warning.severity, warning.provider) == ("nameservers-too-few", Severity.WARNING, "a")
    assert "3 names" in warning.message
    assert "has 2" in warning.message
    assert "`a: 2`" in warning.help
    assert made.steps[-1].changes[0].after.rdatas == ("n1.a.example.", "n1.b.example.", "n2.a.example.")


def test_the_usual_two_of_a_provider_with_one_are_no_warning():
    zone = desired(nameservers=Nameservers("auto", said=True), providers=("a", "b"))
    assert planned(zone, service("a", ["n1.a.example."]), service("b", ["n1.b.example."])).findings == ()


def test_a_provider_that_assigns_none_is_refused_and_not_waited_for():
    zone = desired(nameservers=Nameservers("auto", said=True), providers=("a", "b"))
    facts = (service("a", ["n1.a.example."]), service("b", (), ["n1.a.example."]))
    assert isinstance(apex_set.wanted(zone, facts), Computed)
    found = [one for one in planned(zone, *facts).findings if one.is_error]
    assert [(one.rule, one.provider) for one in found] == [("nameservers-unassigned", "b")]
    assert "`nameservers:` of `b`" in found[0].help


def test_names_in_the_configuration_stand_in_for_those_that_nobody_assigns():
    zone = desired(nameservers=Nameservers("auto", said=True), providers=("a", "b"))
    silent = fact("b", live(apex=(SOA, rr("@", "NS", "n1.b.example."))), SERVICE, ("n1.b.example.",))
    made = planned(zone, service("a", ["n1.a.example."]), silent)
    assert rules(made) == []
    assert made.steps[-1].changes[0].after.rdatas == ("n1.a.example.", "n1.b.example.")


@pytest.mark.parametrize(
    ("more", "hosts"),
    [({}, None), ({"is_unread": True}, ("ns1.a.example.", "ns1.b.example.")), ({"is_out": True}, ("ns1.a.example.",))],
)
def test_who_creates_the_zone_anew_has_none_of_the_names_that_are_remembered_of_it(more, hosts):
    zone = desired(nameservers=Nameservers("auto", said=True), providers=("a", "b"))
    facts = [service("a", ["ns1.a.example."]), fact("b", None, SERVICE, remembered=("ns1.b.example.",), **more)]
    want = apex_set.wanted(zone, facts)
    assert isinstance(want, Computed) if hosts is None else want.rdatas == hosts
