"""A refused batch is read for whose fault it is, so that the other names go through with few requests."""

import pytest

from tests.route53.conftest import ZONE, apply, host, key, read, rrset, told
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.provider.contract import Outcome, Receipt
from zonesync_route53.refusals import culprits, outcome_of

CHANGES = (
    Change(None, rrset("a", "A", "192.0.2.1")),
    Change(None, rrset("*.b", "TXT", '"x;y"')),
    Change(None, RRset("c.example.com.", "A", None, ("alias target.example.com. - false",))),
    Change(rrset("d", "A", "192.0.2.4"), None),
)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("[Tried to create resource record set [name='a.example.com.', type='A'] but it already exists]", {"a"}),
        (r"Tried to delete resource record set [name='\052.b.example.com.', type='TXT'] but it was not found", {"*.b"}),
        ("[RRSet of type A with DNS name d.example.com. is not permitted because a conflicting RRSet]", {"d"}),
        (
            "Tried to create an alias that targets target.example.com., type A in zone Z1, but that target was not",
            {"c"},
        ),
        ("[FATAL problem: X (y) encountered with '192.0.2.1', name='d.example.com.']", {"d"}),
        ("Invalid Resource Record: FATAL problem: InvalidX (bad) encountered with '\"x;y\"'", {"*.b"}),
        ("[name='a.example.com.' , DNS name c.example.com. and DNS name x.example.com.]", {"a", "c"}),
        ("name='a..b' and DNS name a..b are no names", set()),
        ("RDATA character limit of 32000 exceeded.", set()),
        ("", set()),
    ],
)
def test_the_names_that_a_refusal_speaks_of_are_found(words, names):
    found = culprits(Receipt(CHANGES, Outcome.REJECTED, words=words))
    assert found == {f"{name}.{ZONE.name}" for name in names}


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("Tried to create resource record set [...] but it already exists", Outcome.CONFLICT),
        ("Tried to delete resource record set [...] but it was not found", Outcome.CONFLICT),
        ("[... but the values provided do not match the current values]", Outcome.CONFLICT),
        ("RRSet with DNS name X is not permitted in zone Z", Outcome.REJECTED),
        ("resource record set [...] is protected", Outcome.REJECTED),
    ],
)
def test_what_somebody_else_did_is_a_conflict(words, outcome):
    assert outcome_of(words) is outcome


def test_an_alias_whose_target_is_not_there_is_refused_alone(provider, fake):
    live = host(provider)
    pointing = RRset("alias.example.com.", "A", None, ("alias absent.example.com. - false",))
    others = [Change(None, rrset(f"h{number}", "A", "192.0.2.1")) for number in range(50)]
    fake.log.clear()
    found = told(apply(provider, live, *others, Change(None, pointing)))
    assert {where for where, outcome in found.items() if outcome is not Outcome.APPLIED} == {pointing.key}
    assert found[pointing.key] is Outcome.REJECTED
    assert len(fake.requests("POST")) == 3


def test_changes_at_one_name_stand_or_fall_together(provider, fake):
    old = rrset("www", "A", "192.0.2.1")
    live = host(provider, old)
    fake.edit(ZONE.name, "www.example.com.", "A", 300, ["203.0.113.9"])
    new, beside = rrset("www", "CNAME", "x.example.net."), rrset("other", "A", "192.0.2.1")
    found = told(apply(provider, live, Change(old, None), Change(None, new), Change(None, beside)))
    assert found == {old.key: Outcome.CONFLICT, new.key: Outcome.CONFLICT, beside.key: Outcome.APPLIED}
    live = read(provider)
    assert live.rrsets[old.key].rdatas == ("203.0.113.9",)
    # Seen here already, it is not even sent.
    fake.log.clear()
    assert set(told(apply(provider, live, Change(old, None), Change(None, new))).values()) == {Outcome.CONFLICT}
    assert not fake.log


def test_the_name_servers_of_a_private_zone_are_left_alone_without_asking(fake, make):
    fake.create_zone(ZONE.name, private=True)
    provider = make(private="true")
    live = read(provider)
    old = live.rrsets[key("@", "NS")]
    fake.log.clear()
    (receipt,) = apply(provider, live, Change(old, rrset("@", "NS", "ns1.example.net.")))
    assert (receipt.outcome, "private zone" in receipt.words) == (Outcome.REJECTED, True)
    assert not fake.log
