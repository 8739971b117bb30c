"""The in-memory service refuses what a real one would, and fails where it is told to."""

from typing import Any

import pytest

from zonesync.model.change import Change, Computed
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance.kit import apply, carried_out, created, host, outcomes, read, rrset, unchanged
from zonesync.provider.contract import Creation, Outcome
from zonesync.provider.errors import Conflict, NotFound, Rejected, Throttled, Unavailable
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_character import Character
from zonesync.provider.memory_faults import Fault
from zonesync.provider.memory_service import Edit
from zonesync.provider.memory_spelling import Native
from zonesync.provider.outcomes import FOUND_OUT

ZONE = ZoneId("example.com.")


@pytest.mark.parametrize(
    ("new", "capabilities", "words"),
    [
        (rrset(ZONE, "www", "A", "192.0.2.1", 10), {"min_ttl": 60}, "TTL 10 is not from 60"),
        (rrset(ZONE, "www", "A", "192.0.2.1", 700), {"max_ttl": 600}, "TTL 700 is not from 0 to 600"),
        (RRset("www.example.com.", "A", None, ("192.0.2.1",)), {}, "TTL None"),
        (rrset(ZONE, "www", "LOC", "52 22 23.000 N 4 53 32.000 E -2.00m"), {}, "type `LOC` is not supported"),
        (rrset(ZONE, "www", "ALIAS", "x.example.net."), {}, "ALIAS is not possible here"),
        (rrset(ZONE, "www", "A", ["192.0.2.1", "192.0.2.2"]), {"max_values": 1}, "2 values, at most 1"),
        (rrset(ZONE, "www", "TXT", '"abcd"'), {"max_txt": 3}, "4 octets of TXT, at most 3"),
        (rrset(ZONE, "www", "CNAME", ["a.example.net.", "b.example.net."]), {}, "2 values, a CNAME has one"),
        (rrset(ZONE, "www", "A", "192.0.2.1"), {"max_rrsets": 2}, "3 RRsets, at most 2"),
        (RRset("www.example.com.", "A", 300, ("192.0.2.256",)), {}, "no such rdata"),
        (RRset("www.example.com.", "A", 300, ()), {}, "at least one value"),
        (rrset(ZoneId("example.net."), "www", "A", "192.0.2.1"), {}, "not in zone `example.com`"),
    ],
)
def test_what_the_service_cannot_hold_is_rejected(new: RRset, capabilities: dict[str, Any], words: str) -> None:
    provider = MemoryProvider("strict", capabilities=capabilities)
    live = host(provider, ZONE)
    (receipt,) = apply(provider, live, created(new))
    assert receipt.outcome == Outcome.REJECTED
    assert words in receipt.words
    assert unchanged(provider, live)


def test_an_rrset_that_is_not_computed_yet_is_rejected() -> None:
    provider = MemoryProvider("strict")
    live = host(provider, ZONE)
    ns = live.rrsets[Key(ZONE.name, "NS")]
    (receipt,) = apply(provider, live, [Change(ns, Computed(ZONE.name, "NS", None, {"a": 2}))])
    assert (receipt.outcome, "not computed" in receipt.words) == (Outcome.REJECTED, True)


def test_one_call_takes_no_more_than_its_batch_and_no_rrset_twice() -> None:
    provider = MemoryProvider("strict", batch=2)
    host(provider, ZONE)
    edits = [Edit(None, Native(f"h{number}.example.com.", "A", 300, ("192.0.2.1",))) for number in range(3)]
    with pytest.raises(Rejected, match="3 changes in one call, at most 2"):
        provider._service.commit(ZONE, edits)
    with pytest.raises(Rejected, match="changed twice"):
        provider._service.commit(ZONE, [edits[0], edits[0]])
    with pytest.raises(NotFound):
        provider._service.commit(ZoneId("example.net."), edits[:1])


def test_values_in_another_than_the_stored_order_are_not_deleted() -> None:
    provider = MemoryProvider("strict", Character.ORDERED)
    new = rrset(ZONE, "www", "A", ["192.0.2.1", "192.0.2.2"])
    live = host(provider, ZONE, new)
    stored = provider._service.get(ZONE, ("www.example.com.", "A"))
    assert stored is not None
    assert stored.values == ("192.0.2.2", "192.0.2.1")
    with pytest.raises(Exception, match="stored order"):
        provider._service.commit(ZONE, [Edit(Native(new.name, "A", 3600, new.rdatas), None)])
    assert new.key not in carried_out(provider, live, [Change(new, None)]).rrsets


def test_fields_that_the_model_does_not_know_outlast_an_update() -> None:
    provider = MemoryProvider("single", Character.SINGLE)
    old, new = rrset(ZONE, "www", "A", "192.0.2.1"), rrset(ZONE, "www", "A", "192.0.2.2")
    live = host(provider, ZONE, old)
    before = provider._service.get(ZONE, ("www.example.com", "A"))
    carried_out(provider, live, [Change(old, new)])
    after = provider._service.get(ZONE, ("www.example.com", "A"))
    assert before is not None
    assert after is not None
    assert after.extra == before.extra != {}


def test_each_service_spells_in_its_own_way() -> None:
    wild, long = rrset(ZONE, "*", "A", "192.0.2.1"), rrset(ZONE, "v6", "AAAA", "2001:db8::1")
    spelled = {
        character: sorted(native.name + "|" + native.values[0] for native in page if native.type in {"A", "AAAA"})
        for character in Character
        for provider in [MemoryProvider("m", character, nameservers=["ns1.example.net."])]
        for _ in [host(provider, ZONE, wild, long)]
        for page, _ in [provider._service.page(ZONE, 0)]
    }
    assert spelled == {
        Character.BATCH: [r"\052.example.com.|192.0.2.1", "v6.example.com.|2001:db8::1"],
        Character.ORDERED: ["*.example.com.|192.0.2.1", "v6.example.com.|2001:0DB8:0000:0000:0000:0000:0000:0001"],
        Character.SINGLE: ["*.example.com|192.0.2.1", "v6.example.com|2001:db8::1"],
        Character.FILE: ["*.example.com.|192.0.2.1", "v6.example.com.|2001:db8::1"],
    }


READ = {Character.BATCH: "read", Character.ORDERED: "read", Character.SINGLE: "get"}


def lose_for_good(provider: MemoryProvider, nth: int) -> None:
    """Let the *nth* write take effect, and neither its answer nor the next read arrive."""
    read_of = READ[provider.character]
    provider.faults.arm(Fault.AFTER, "commit", nth)
    # Where one RRset is a call, each write is preceded by a look at it.
    provider.faults.arm(Fault.BEFORE, read_of, nth + 1 if read_of == "get" else 1)


@pytest.mark.parametrize("character", READ)
def test_after_an_outcome_that_is_not_known_the_rest_is_not_tried(character: Character) -> None:
    provider = MemoryProvider("m", character, batch=1)
    live = host(provider, ZONE)
    lose_for_good(provider, 2)
    changes = created(*(rrset(ZONE, f"h{number}", "A", "192.0.2.1") for number in range(4)))
    receipts = apply(provider, live, changes)
    assert [receipt.outcome for receipt in receipts] == ["applied", "unknown", "rejected", "rejected"]
    lost = "the answer to `commit` was lost; and what became of it is unread: the connection broke in "
    assert receipts[1].words == f"{lost}`{READ[character]}`"
    assert receipts[2].words == f"not tried, since an earlier change failed: {receipts[1].words}"
    assert len(read(provider, ZONE).rrsets) == 4


@pytest.mark.parametrize("character", READ)
def test_what_became_of_a_lost_write_is_found_out_by_reading(character: Character) -> None:
    provider = MemoryProvider("m", character, batch=1)
    live = host(provider, ZONE)
    provider.faults.arm(Fault.AFTER, "commit", 2)
    provider.faults.arm(Fault.BEFORE, "commit", 4)
    changes = created(*(rrset(ZONE, f"h{number}", "A", "192.0.2.1") for number in range(4)))
    receipts = apply(provider, live, changes)
    assert [receipt.outcome for receipt in receipts] == ["applied"] * 4
    assert [receipt.words for receipt in receipts] == ["", FOUND_OUT, "", ""]
    assert len(read(provider, ZONE).rrsets) == 6


@pytest.mark.parametrize("character", Character)
def test_a_write_is_sent_no_third_time(character: Character) -> None:
    provider = MemoryProvider("m", character, nameservers=["ns1.example.net."])
    live = host(provider, ZONE)
    provider.faults.arm(Fault.BEFORE, "commit", 1)
    provider.faults.arm(Fault.BEFORE, "commit", 2)
    receipts = apply(provider, live, created(rrset(ZONE, "www", "A", "192.0.2.1")))
    assert outcomes(receipts) == {Outcome.UNKNOWN}
    assert unchanged(provider, live)


@pytest.mark.parametrize("character", [Character.BATCH, Character.SINGLE])
def test_a_name_of_which_one_change_failed_is_not_gone_on_with(character: Character) -> None:
    provider = MemoryProvider("m", character, batch=1)
    live = host(provider, ZONE)
    gone = rrset(ZONE, "www", "TXT", '"never there"')
    changes = [Change(gone, None), *created(rrset(ZONE, "www", "A", "192.0.2.1"), rrset(ZONE, "ok", "A", "192.0.2.1"))]
    receipts = apply(provider, live, changes)
    assert [(receipt.outcome, receipt.words[:9]) for receipt in receipts] == [
        ("conflict", "www.examp"),
        ("rejected", "not tried"),
        ("applied", ""),
    ]


def test_a_throttled_call_raises_with_the_time_to_wait_and_changes_nothing() -> None:
    provider = MemoryProvider("m")
    live = host(provider, ZONE)
    provider.faults.arm(Fault.THROTTLE)
    with pytest.raises(Throttled) as raised:
        apply(provider, live, created(rrset(ZONE, "www", "A", "192.0.2.1")))
    assert raised.value.retry_after == 1.0
    assert unchanged(provider, live)


@pytest.mark.parametrize("call", ["zones", "read", "create", "wait"])
def test_every_call_can_fail_and_says_whose_it_is(call: str) -> None:
    provider = MemoryProvider("acme")
    calls = {
        "zones": lambda: list(provider.zones()),
        "read": lambda: provider.read(ZONE),
        "create": lambda: provider.create(ZONE),
        "wait": lambda: provider.wait(
            apply(provider, host(provider, ZONE), created(rrset(ZONE, "w", "A", "192.0.2.1")))
        ),
    }
    provider.faults.arm(Fault.BEFORE, call)
    with pytest.raises(Unavailable, match=r"acme.*the connection broke"):
        calls[call]()


def test_a_create_whose_answer_is_lost_has_created() -> None:
    provider = MemoryProvider("m")
    provider.faults.arm(Fault.AFTER, "create")
    with pytest.raises(Unavailable):
        provider.create(ZONE)
    assert len(read(provider, ZONE).rrsets) == 2


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER])
def test_a_create_with_a_reference_is_known_again_after_a_lost_answer(fault: Fault) -> None:
    provider = MemoryProvider("m")
    provider.faults.arm(fault, "create")
    live = provider.create(ZONE, Creation("plan-1"))
    assert [ref.provider_id for ref in provider.zones()] == [live.provider_id]


def test_a_zone_that_somebody_else_made_is_not_taken_for_ones_own() -> None:
    provider = MemoryProvider("m")
    provider.create(ZONE, Creation("theirs"))
    provider.faults.arm(Fault.BEFORE, "create")
    with pytest.raises(Conflict, match="the zone exists"):
        provider.create(ZONE, Creation("ours"))


def test_a_file_whose_first_content_is_refused_is_not_hosted() -> None:
    provider = MemoryProvider("m", Character.FILE)
    receipts = apply(provider, provider.create(ZONE), created(rrset(ZONE, "www", "A", "192.0.2.1")))
    assert (outcomes(receipts), receipts[0].words) == ({Outcome.REJECTED}, "the zone has no SOA")
    assert provider.read(ZONE) is None


def test_nothing_needs_a_reload() -> None:
    provider = MemoryProvider("m")
    assert provider.reload(host(provider, ZONE)).outcome == Outcome.APPLIED
