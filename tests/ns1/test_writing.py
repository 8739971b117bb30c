"""One change, one call: compared first, and never claimed where it is not so."""

import pytest

from tests.fakes.kit import Answer
from tests.ns1.support import APEX, NEW, OLD, ZONE, a, apply, hosted, is_done, key, native, receipt, rrset
from zonesync.model.change import Change, Computed
from zonesync.model.rdata import txt_text
from zonesync.model.rrset import RRset
from zonesync.provider.contract import Outcome
from zonesync_ns1.writing import Token


def calls(fake):
    return [f"{entry.request.method} {entry.request.path.rpartition('/v1/')[2]}" for entry in fake.log]


def test_a_change_costs_one_call_and_one_read_where_something_is_there(provider, fake, live, change, method):
    fake.log.clear()
    assert receipt(provider, live, change).outcome is Outcome.APPLIED
    read = [] if change.before is None else ["GET zones/example.com/www.example.com/A"]
    assert calls(fake) == [*read, f"{method} zones/example.com/www.example.com/A"]
    assert is_done(provider, change)


def test_a_receipt_has_the_id_of_the_record(provider, fake):
    live = hosted(provider)
    created = receipt(provider, live, Change(None, NEW))
    assert created.change_id == native(fake, "www", "A")["id"]


def test_an_edit_before_the_read_is_a_conflict_and_stays(provider, fake, live, change):
    fake.edit(APEX, NEW.name, "A", 300, ["192.0.2.99"])
    assert receipt(provider, live, change).outcome is Outcome.CONFLICT
    assert provider.read(ZONE).rrsets[NEW.key] == a("www", 99)


def test_a_deletion_by_somebody_else_is_a_conflict(provider, fake, live, change):
    if change.before is not None:
        fake.edit(APEX, OLD.name, "A", 300, None)
        assert receipt(provider, live, change).outcome is Outcome.CONFLICT
        assert OLD.key not in provider.read(ZONE).rrsets


def test_a_filter_chain_that_somebody_added_is_a_conflict_and_stays(provider, fake, live, change):
    chain = {"filters": [{"filter": "up", "config": {}}], "answers": [{"answer": ["192.0.2.1"]}]}
    fake.add_native(APEX, {"domain": "www.example.com", "type": "A", "ttl": 300, **chain})
    before = native(fake, "www", "A")
    found = receipt(provider, live, change)
    assert found.outcome is Outcome.CONFLICT
    assert native(fake, "www", "A") == before


def test_what_is_kept_is_refused_without_a_call(provider, fake):
    chain = {"filters": [{"filter": "up", "config": {}}], "answers": [{"answer": ["192.0.2.1"]}]}
    hosted(provider)
    fake.add_native(APEX, {"domain": "www.example.com", "type": "A", "ttl": 300, **chain})
    live = provider.read(ZONE)
    fake.log.clear()
    found = receipt(provider, live, Change(None, NEW))
    assert (found.outcome, found.words) == (Outcome.REJECTED, "kept as it is: filter chain up (1 answer)")
    assert not fake.log


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda live: Change(None, RRset.of("www.other.example.", "A", 60, ["192.0.2.1"])), "outside the zone"),
        (lambda live: Change(None, RRset.of(f"www.{APEX}", "SSHFP", 60, ["1 1 " + "ab" * 20])), "no records of type"),
        (lambda live: Change(None, RRset.of(rf"a\.b.{APEX}", "A", 60, ["192.0.2.1"])), "no sure spelling"),
        (lambda live: Change(None, rrset("www", "MX", r"10 a\.b.example.net.")), "no sure spelling"),
        (lambda live: Change(None, rrset("www", "TXT", '""')), "empty text"),
        (lambda live: Change(None, rrset("www", "TXT", txt_text(b"\xff"))), "octet 255"),
        (lambda live: Change(None, rrset("www", "CAA", r'0 issue "\200"')), "octet 200"),
        (lambda live: Change(None, RRset(f"www.{APEX}", "CAA", 60, (r"\# 3 000000",))), "generic form"),
        (lambda live: Change(live.rrsets[key("@", "NS")], None), "changed, not deleted"),
        (lambda live: Change(live.rrsets[key("@", "SOA")], None), "changed, not created or deleted"),
        (lambda live: Change(None, Computed(f"www.{APEX}", "A", 60, {})), "not computed"),
        (lambda live: _soa(live, ttl=60), "TTL of the SOA"),
        (lambda live: _soa(live, rname="."), "no mailbox"),
    ],
)
def test_what_cannot_be_held_is_refused_without_a_call(provider, fake, make, words):
    live = hosted(provider)
    fake.log.clear()
    found = receipt(provider, live, make(live))
    assert found.outcome is Outcome.REJECTED
    assert words in found.words
    assert not fake.log


def _soa(live, ttl=None, rname=None):
    before = live.rrsets[key("@", "SOA")]
    fields = before.rdatas[0].split(" ")
    fields[1] = rname or fields[1]
    return Change(before, RRset(before.name, "SOA", ttl or before.ttl, (" ".join(fields),)))


def test_refusal_is_told_offline_and_is_empty_for_what_can_be_held(provider):
    assert not provider.refusal(ZONE, NEW)
    assert "octet 255" in provider.refusal(ZONE, rrset("www", "TXT", txt_text(b"\xff")))
    assert provider.counts.calls == 0


def test_a_value_that_the_service_refuses_does_not_block_the_others(provider, fake):
    live = hosted(provider)
    fake.fail(method="PUT", path="/bad.example.com/", answer=Answer.of({"message": "invalid A answer"}, 400))
    found = list(provider.apply(live, [Change(None, a(owner)) for owner in ("one", "bad", "two")]))
    outcomes = {one.changes[0].key.name: (one.outcome.value, one.words) for one in found}
    assert outcomes == {
        f"one.{APEX}": ("applied", ""),
        f"bad.{APEX}": ("rejected", "invalid A answer"),
        f"two.{APEX}": ("applied", ""),
    }


def test_a_zone_that_has_gone_is_a_conflict(provider, fake, live, change):
    fake.account.delete_zone("example.com")
    assert receipt(provider, live, change).outcome is Outcome.CONFLICT


def test_a_name_in_other_letters_is_addressed_as_the_service_spells_it(provider, fake):
    hosted(provider)
    fake.edit(APEX, f"WWW.{APEX}", "A", 300, ["192.0.2.1"])
    live = provider.read(ZONE)
    assert isinstance(live.token, Token)
    assert live.token.domains == {OLD.key: "WWW.example.com"}
    assert apply(provider, live, [Change(OLD, NEW)]) == ["applied"]
    assert provider.read(ZONE).rrsets[NEW.key] == NEW


@pytest.mark.parametrize("owner", ["*", "_443._tcp", "a/b", "100%", "a+b", "a?b", "a#b", "a&b=c", "!", "a:b"])
def test_names_with_signs_are_found_in_urls(provider, owner):
    new = rrset(owner, "TXT", '"x"')
    live = hosted(provider, new)
    assert live.rrsets[new.key] == new
    assert apply(provider, live, [Change(new, None)]) == ["applied"]
    assert new.key not in provider.read(ZONE).rrsets


def test_an_rfc_2317_zone_is_found_in_urls(provider):
    from zonesync.model.zone import ZoneId

    zone = ZoneId("0/25.2.0.192.in-addr.arpa.")
    live = provider.create(zone)
    new = RRset.of("1.0/25.2.0.192.in-addr.arpa.", "PTR", 300, ["host.example.com."])
    assert apply(provider, live, [Change(None, new)]) == ["applied"]
    assert provider.read(zone).rrsets[new.key] == new


def test_fields_that_the_model_does_not_know_outlast_an_update(provider, fake):
    hosted(provider)
    fake.add_native(
        APEX,
        {
            "domain": "www.example.com",
            "type": "A",
            "ttl": 300,
            "answers": [
                {"answer": ["192.0.2.1"], "meta": {"note": "one"}, "region": "eu"},
                {"answer": ["192.0.2.2"], "meta": {"note": "two"}},
            ],
            "regions": {"eu": {"meta": {"georegion": ["EUROPE"]}}, "us": {"meta": {}}},
            "meta": {"up": True},
            "tags": {"team": "dns"},
            "use_client_subnet": False,
        },
    )
    live = provider.read(ZONE)
    old = rrset("www", "A", "192.0.2.1", "192.0.2.2")
    assert live.rrsets[old.key] == old
    assert live.extras == {
        old.key: "meta up; regions eu, us; tags team; meta at 2 answers; client subnet not used",
    }
    before = native(fake, "www", "A")
    new = rrset("www", "A", "192.0.2.1", "192.0.2.3", ttl=60)
    assert apply(provider, live, [Change(old, new)]) == ["applied"]
    after = native(fake, "www", "A")
    assert after["answers"][0] == before["answers"][0]
    assert {field: after["answers"][1].get(field) for field in ("answer", "meta")} == {
        "answer": ["192.0.2.3"],
        "meta": None,
    }
    untouched = ("regions", "meta", "tags", "use_client_subnet", "filters", "id", "networks")
    assert {field: after[field] for field in untouched} == {field: before[field] for field in untouched}


def test_an_update_of_the_ttl_sends_no_answers(provider, fake):
    live = hosted(provider, OLD)
    assert apply(provider, live, [Change(OLD, a("www", 1, ttl=60))]) == ["applied"]
    (request,) = fake.requests("POST")
    assert request.json == {"ttl": 60}


def test_an_alias_is_answered_with_its_own_ttl(provider, fake):
    alias = rrset("@", "ALIAS", "x.example.net.")
    live = hosted(provider, alias)
    assert native(fake, "@", "ALIAS")["override_ttl"] is True
    fake.add_native(APEX, {**native(fake, "@", "ALIAS"), "override_ttl": None})
    assert apply(provider, live, [Change(alias, rrset("@", "ALIAS", "y.example.net."))]) == ["applied"]
    assert native(fake, "@", "ALIAS")["override_ttl"] is True


def test_the_soa_is_changed_in_the_fields_that_differ(provider, fake):
    live = hosted(provider)
    old = live.rrsets[key("@", "SOA")]
    fields = old.rdatas[0].split(" ")
    new = RRset(APEX, "SOA", old.ttl, (" ".join(["ns1.example.net.", r"first\.last.example.com.", *fields[2:]]),))
    assert apply(provider, live, [Change(old, new)]) == ["applied"]
    (request,) = fake.requests("POST")
    assert request.json == {"primary_master": "ns1.example.net", "hostmaster": "first.last@example.com"}


def test_a_text_of_several_strings_converges(provider, fake):
    hosted(provider)
    fake.edit(APEX, f"www.{APEX}", "TXT", 300, [["a ", "b"]])
    live = provider.read(ZONE)
    wanted = rrset("www", "TXT", '"a b"')
    assert apply(provider, live, [Change(live.rrsets[wanted.key], wanted)]) == ["applied"]
    assert provider.read(ZONE).rrsets[wanted.key] == wanted
