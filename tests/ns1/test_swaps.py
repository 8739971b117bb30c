"""One RRset for another at one name, at a service that takes one change at a time: nothing goes for nothing."""

from tests.ns1.support import APEX, ZONE, a, hosted, rrset
from zonesync.model.change import Change
from zonesync.provider.contract import Outcome

ALIAS = rrset("www", "CNAME", "elsewhere.example.net.")
SIX = rrset("www", "AAAA", "2001:db8::1")


def told(provider, live, *changes):
    receipts = provider.apply(live, changes)
    return {change.key.type: receipt.outcome for receipt in receipts for change in receipt.changes}


def test_a_name_keeps_everything_where_a_part_of_it_was_edited(provider, fake):
    live = hosted(provider, a("www"), SIX)
    fake.edit(APEX, "www.example.com", "AAAA", 300, ["2001:db8::9"])
    outcomes = told(provider, live, Change(a("www"), None), Change(SIX, None), Change(None, ALIAS))
    assert outcomes == {"A": Outcome.REJECTED, "AAAA": Outcome.CONFLICT, "CNAME": Outcome.REJECTED}
    assert a("www").key in provider.read(ZONE).rrsets


def test_nothing_is_deleted_for_what_cannot_be_held(provider):
    live = hosted(provider, ALIAS)
    foreign = rrset("www", "LOC", "52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m")
    outcomes = told(provider, live, Change(ALIAS, None), Change(None, foreign))
    assert outcomes == {"CNAME": Outcome.REJECTED, "LOC": Outcome.REJECTED}
    assert provider.read(ZONE).rrsets[ALIAS.key] == ALIAS


def test_where_the_old_one_stays_the_new_one_is_not_tried(provider, fake):
    live = hosted(provider, ALIAS)
    fake.edit(APEX, "www.example.com", "CNAME", 300, ["theirs.example.net"])
    fake.log.clear()
    outcomes = told(provider, live, Change(ALIAS, None), Change(None, a("www")))
    assert outcomes == {"CNAME": Outcome.CONFLICT, "A": Outcome.REJECTED}
    assert [entry.request.method for entry in fake.log] == ["GET"]


def test_a_swap_that_nothing_stands_against_is_done(provider):
    live = hosted(provider, a("www"), SIX)
    outcomes = told(provider, live, Change(a("www"), None), Change(SIX, None), Change(None, ALIAS))
    assert set(outcomes.values()) == {Outcome.APPLIED}
    assert provider.read(ZONE).rrsets[ALIAS.key] == ALIAS


def test_what_may_stand_beside_each_other_goes_its_own_way(provider, fake):
    live = hosted(provider, a("www"))
    fake.edit(APEX, "www.example.com", "A", 300, ["192.0.2.99"])
    assert told(provider, live, Change(a("www"), None), Change(None, SIX)) == {
        "A": Outcome.CONFLICT,
        "AAAA": Outcome.APPLIED,
    }
