"""Ways in which tools that keep zones at NS1 are known to break, one test each."""

import pytest

from tests.fakes.ns1 import Ns1Fake
from tests.ns1.conftest import QUICK
from tests.ns1.support import APEX, ZONE, a, apply, hosted, key, native, receipt, rrset
from zonesync.model.change import Change
from zonesync.model.rdata import txt_text
from zonesync.model.rrset import RRset
from zonesync.provider.contract import Outcome
from zonesync_ns1 import Ns1Provider

DKIM = "v=DKIM1; k=rsa; p=" + "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A" * 16


def test_a_text_longer_than_one_string_is_written_whole(provider, fake):
    long = rrset("long", "TXT", txt_text(DKIM.encode()))
    live = hosted(provider, long)
    assert live.rrsets[long.key] == long
    assert native(fake, "long", "TXT")["answers"][0]["answer"] == [DKIM]


@pytest.mark.parametrize(
    "text", ['say "hi"', r"back\slash", "semi;colon", r"both\;", '"', "\\", "a b  c", " ends ", DKIM, "$ORIGIN @"]
)
def test_a_text_is_neither_quoted_nor_escaped_on_the_wire_and_is_not_planned_again(provider, fake, text):
    new = rrset("text", "TXT", txt_text(text.encode()))
    live = hosted(provider, new)
    assert native(fake, "text", "TXT")["answers"][0]["answer"] == [text]
    assert live.rrsets[new.key] == provider.normalise(new)


def test_apex_ns_and_soa_are_never_deleted_and_nothing_is_sent_for_it(provider, fake):
    live = hosted(provider)
    fake.log.clear()
    changes = [Change(live.rrsets[key("@", rtype)], None) for rtype in ("NS", "SOA")]
    assert apply(provider, live, changes) == ["rejected", "rejected"]
    assert not fake.log


def test_the_apex_ns_rrset_of_a_fresh_zone_is_updated_and_never_created(provider, fake):
    live = provider.create(ZONE)
    new = rrset("@", "NS", "ns1.example.net.", "ns2.example.net.", ttl=86400)
    assert receipt(provider, live, Change(None, new)).outcome is Outcome.CONFLICT
    assert apply(provider, live, [Change(live.rrsets[new.key], new)]) == ["applied"]
    assert [request.method for request in fake.requests(".*", "/NS$")] == ["GET", "POST"]
    assert provider.read(ZONE).rrsets[new.key] == new


def test_calls_are_paced_by_what_each_method_may_so_that_no_storm_of_429_comes(api_key):
    limits = {"GET": (40, 1), "PUT": (25, 1), "POST": (25, 1), "DELETE": (25, 1)}
    with Ns1Fake(key=api_key, limits=limits) as fake:
        provider = Ns1Provider("ns1", api_key=api_key, endpoint=fake.url, budget=QUICK)
        old = [a(f"h{number}") for number in range(40)]
        live = hosted(provider, *old)
        assert set(apply(provider, live, [Change(one, None) for one in old])) == {"applied"}
        assert provider.counts.throttled == 0
        assert {entry.status for entry in fake.log} == {200, 404}


def test_a_zone_of_several_pages_is_not_cut_short(api_key):
    with Ns1Fake(key=api_key, page=50) as fake:
        fake.create_zone(APEX)
        for number in range(500):
            fake.edit(APEX, f"h{number}.{APEX}", "A", 60, ["192.0.2.1"])
        live = Ns1Provider("ns1", api_key=api_key, endpoint=fake.url, budget=QUICK).read(ZONE)
        assert len(live.rrsets) == 502
        assert len(fake.log) == 11


def test_keys_that_the_server_adds_and_regions_that_it_reorders_are_no_drift(provider, fake):
    hosted(provider)
    fake.add_native(
        APEX,
        {
            "domain": "geo.example.com",
            "type": "A",
            "ttl": 60,
            "answers": [{"answer": [f"192.0.2.{at}"], "region": name} for at, name in enumerate("abcdef", 1)],
            "filters": [{"filter": "geofence_country", "config": {}}, {"filter": "select_first_n"}],
            "regions": {name: {"meta": {"country": ["DE"]}} for name in "abcdef"},
        },
    )
    first = provider.read(ZONE)
    (kept,) = first.kept
    assert kept.description == "filter chain geofence_country, select_first_n (6 answers)"
    assert apply(provider, first, [Change(None, a("www"))]) == ["applied"]
    assert provider.read(ZONE).kept == first.kept


def test_a_record_of_a_higher_tier_without_short_answers_is_read_whole(provider, fake):
    hosted(provider)
    record = {"domain": "text.example.com", "type": "TXT", "ttl": 60, "answers": [{"answer": ["one two"]}]}
    fake.add_native(APEX, {**record, "meta": {"note": "n"}})
    assert "short_answers" not in next(one for one in fake.dump(APEX, short=True) if one["type"] == "TXT")
    live = provider.read(ZONE)
    assert live.rrsets[key("text", "TXT")] == rrset("text", "TXT", '"one two"', ttl=60)
    assert live.extras == {key("text", "TXT"): "meta note"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rrset("www", "CNAME", "x.example.net."), a("www")),
        (a("www"), rrset("www", "CNAME", "x.example.net.")),
        (rrset("www", "ALIAS", "x.example.net."), rrset("www", "CNAME", "x.example.net.")),
    ],
)
def test_a_type_that_takes_the_place_of_another_is_created_after_that_is_deleted(provider, fake, old, new):
    live = hosted(provider, old)
    fake.log.clear()
    assert apply(provider, live, [Change(None, new), Change(old, None)]) == ["applied", "applied"]
    assert [entry.request.method for entry in fake.log] == ["GET", "DELETE", "PUT"]
    assert provider.read(ZONE).rrsets[new.key] == new


def test_what_is_not_understood_neither_crashes_a_read_nor_is_deleted(provider, fake):
    hosted(provider)
    odd = [
        {"domain": "fwd.example.com", "type": "REDIRECT", "answers": [{"answer": ["/", "https://x/", 302, 0, 0]}]},
        {"domain": "new.example.com", "type": "BRANDNEW", "answers": [{"answer": ["?"]}]},
        {"domain": "bad.example.com", "type": "A", "answers": [{"answer": ["not an address"]}]},
        {"domain": "none.example.com", "type": "A", "answers": []},
        {"domain": "key.example.com", "type": "DNSKEY", "answers": [{"answer": ["257", "3", "13", "AAAA"]}]},
    ]
    for record in odd:
        fake.add_native(APEX, record)
    live = provider.read(ZONE)
    assert {(one.name, one.type) for one in live.kept} == {(f"{one['domain']}.", one["type"]) for one in odd}
    assert apply(provider, live, [Change(None, a("www"))]) == ["applied"]
    assert provider.read(ZONE).kept == live.kept
    blocked = RRset(f"bad.{APEX}", "A", 60, ("192.0.2.1",))
    assert receipt(provider, live, Change(None, blocked)).outcome is Outcome.REJECTED
