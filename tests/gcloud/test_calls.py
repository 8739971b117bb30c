"""How many calls things cost, waiting for what was accepted, and threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.gcloud.support import ZONE, apply, created, read, rrset
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.contract import Outcome, Receipt
from zonesync.provider.errors import Unavailable
from zonesync_gcloud import CloudDnsProvider
from zonesync_gcloud.waiting import last_of_each_zone

Make = Callable[..., CloudDnsProvider]


def test_a_read_costs_the_lookup_the_quotas_once_and_its_pages(make: Make, fake: CloudDnsFake):
    fake.create_zone("example.com.")
    fake.create_zone("example.net.")
    for number in range(250):
        fake.edit("example.com.", f"h{number}.example.com.", "A", 300, ["192.0.2.1"])
    provider = make()
    read(provider)
    assert len(fake.log) == 1 + 1 + 3
    read(provider, ZoneId("example.net."))
    assert len(fake.log) == 5 + 1 + 1
    assert provider.counts.calls == len(fake.log)


def test_zones_once_listed_are_not_looked_up_again(make: Make, fake: CloudDnsFake):
    for number in range(250):
        fake.create_zone(f"z{number}.example.")
    provider = make()
    assert len(list(provider.zones())) == 250
    before = len(fake.log)
    assert before == 3
    assert read(provider, ZoneId("z7.example.")).provider_id == "z-z7-example"
    assert provider.read(ZoneId("unheard-of.example.")) is None
    assert len(fake.log) == before + 2


def test_a_zone_of_five_thousand_rrsets_is_created_in_the_fewest_calls(make: Make, fake: CloudDnsFake):
    provider = make()
    live = provider.create(ZONE)
    receipts = apply(provider, created(*(rrset(f"h{n}", "A", "192.0.2.1") for n in range(5000))), live)
    provider.wait(receipts)
    methods = [entry.request.method for entry in fake.log]
    assert methods.count("POST") == 1 + 5
    # It is looked up before, its apex and the quotas are read, and the last change is waited for.
    assert methods.count("GET") == 4
    assert len(fake.dump("example.com.")) == 5002


def test_a_created_zone_is_known_before_it_can_be_listed(make: Make, fake: CloudDnsFake):
    provider = make()
    provider.create(ZONE)
    before = len(fake.requests("GET", "/managedZones$"))
    read(provider)
    assert len(fake.requests("GET", "/managedZones$")) == before


def test_the_target_is_of_one_zone_and_changes_when_it_is_created_anew(make: Make, fake: CloudDnsFake):
    first = fake.create_zone("example.com.", name="example-com")
    provider = make()
    read(provider)
    assert provider.target(ZONE) == f"gcloud:{fake.url}/acme-dns/example-com#{first['id']}"
    fake.service.zones.clear()
    second = fake.create_zone("example.com.", name="example-com")
    read(provider)
    assert provider.target(ZONE) == f"gcloud:{fake.url}/acme-dns/example-com#{second['id']}" != first["id"]


def test_waiting_asks_at_once_and_then_ever_more_rarely(make: Make):
    with CloudDnsFake(project="acme-dns", done_after=4) as fake:
        fake.create_zone("example.com.", name="example-com")
        slept: list[float] = []
        provider = make(endpoint=fake.url, sleep=slept.append)
        receipts = apply(provider, created(*(rrset(f"h{number}", "A", "192.0.2.1") for number in range(1500))))
        assert [receipt.change_id for receipt in receipts] == ["example-com/1", "example-com/2"]
        provider.wait(receipts)
        assert slept == [0.25, 0.5, 1]
        assert [request.path.rpartition("/")[2] for request in fake.requests("GET", "/changes/")] == ["2"] * 4


def test_what_is_never_done_is_unavailable_after_ten_minutes(make: Make):
    with CloudDnsFake(project="acme-dns", done_after=10**6) as fake:
        fake.create_zone("example.com.", name="example-com")
        slept: list[float] = []
        provider = make(endpoint=fake.url, sleep=slept.append)
        receipts = apply(provider, created(rrset("www", "A", "192.0.2.1")))
        with pytest.raises(Unavailable, match=r"`1` is still pending after 6\d\d s"):
            provider.wait(receipts)
        assert 600 <= sum(slept) < 620


def test_waiting_for_a_zone_that_is_gone_is_unavailable(make: Make, fake: CloudDnsFake):
    with pytest.raises(Unavailable, match="'gone' does not exist"):
        make().wait([Receipt((), Outcome.APPLIED, "gone/1")])


def test_nothing_to_wait_for_costs_no_call(make: Make, fake: CloudDnsFake):
    make().wait([Receipt((), Outcome.REJECTED), Receipt((), Outcome.APPLIED, "example-com/operations/op-1")])
    assert not fake.log


def test_the_last_change_of_a_zone_is_the_one_with_the_greatest_number():
    assert last_of_each_zone(["a/9", "b/1", "a/10", "a/2", "", "c/operations/5"]) == {"a": "10", "b": "1"}


def test_threads_work_on_zones_of_their_own(make: Make, fake: CloudDnsFake):
    provider = make()

    def work(number: int) -> set[Outcome]:
        zone = ZoneId(f"z{number}.example.")
        live = provider.create(zone)
        new = [RRset.of(f"h{n}.{zone.name}", "A", 300, ["192.0.2.1"]) for n in range(50)]
        found = {receipt.outcome for receipt in provider.apply(live, created(*new))}
        assert len(read(provider, zone).rrsets) == 52
        return found

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(16))) == [{Outcome.APPLIED}] * 16
    assert len(fake.requests("GET", "/projects/acme-dns$")) == 1
