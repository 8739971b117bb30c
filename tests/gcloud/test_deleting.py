"""A managed zone is deleted by its number when it is empty, and reading tells what became of a lost answer."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.kit import Answer
from tests.gcloud.support import ZONE, read
from zonesync.provider.contract import Outcome
from zonesync.provider.deletion import GONE
from zonesync.provider.outcomes import FOUND_OUT
from zonesync_gcloud import CloudDnsProvider

Make = Callable[..., CloudDnsProvider]
PATH = r"/managedZones/\d+$"
NETWORKS = ["projects/acme-dns/global/networks/a", "projects/acme-dns/global/networks/b"]


def deletions(fake: CloudDnsFake) -> int:
    return len(fake.requests("DELETE", PATH))


def test_a_zone_is_deleted_by_its_number_in_one_request(provider: CloudDnsProvider, fake: CloudDnsFake) -> None:
    fake.create_zone("example.com.", name="example-com")
    receipt = provider.delete(read(provider))
    assert (receipt.outcome, receipt.words, receipt.change_id) == (Outcome.APPLIED, "", "")
    provider.wait([receipt])
    assert deletions(fake) == 1
    assert provider.read(ZONE) is None


def test_a_deleted_zone_is_no_more_in_a_list_that_was_read_before(
    provider: CloudDnsProvider, fake: CloudDnsFake
) -> None:
    fake.create_zone("example.com.", name="example-com")
    assert [found.id for found in provider.zones()] == [ZONE]
    provider.delete(read(provider))
    assert list(provider.zones()) == []
    assert "#" not in provider.target(ZONE)


def test_a_zone_made_anew_under_the_same_name_stays(make: Make, fake: CloudDnsFake) -> None:
    fake.create_zone("example.com.", name="example-com")
    old = read(make())
    make().delete(old)
    fake.create_zone("example.com.", name="example-com")
    new = read(make())
    assert new.provider_id == old.provider_id
    receipt = make().delete(old)
    assert receipt.outcome is Outcome.CONFLICT
    assert "is another zone by now" in receipt.words
    assert read(make()) == new


def test_a_zone_that_is_named_by_its_id_is_deleted_twice(make: Make, fake: CloudDnsFake) -> None:
    fake.create_zone("example.com.", name="example-com")
    provider = make(zone_id="example-com")
    live = read(provider)
    assert provider.delete(live).words == ""
    assert (provider.delete(live).outcome, provider.delete(live).words) == (Outcome.APPLIED, GONE)


def test_a_record_that_comes_in_between_keeps_the_zone(provider: CloudDnsProvider, fake: CloudDnsFake) -> None:
    fake.create_zone("example.com.", name="example-com")
    fake.fail(method="DELETE", run=lambda: fake.edit("example.com.", "www.example.com.", "A", 300, ("192.0.2.1",)))
    receipt = provider.delete(read(provider))
    assert receipt.outcome is Outcome.REJECTED
    assert "cannot be deleted because it contains one or more" in receipt.words
    assert len(read(provider).rrsets) == 3


@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        ({"drop": "before"}, 2),
        ({"drop": "after"}, 1),
        ({"answer": Answer(503, b"Service Unavailable")}, 2),
        ({"answer_after": Answer(503, b"Service Unavailable")}, 1),
        ({"answer_after": Answer(200, b"<html/>")}, 1),
        ({"answer_after": Answer(200, b"[]")}, 1),
    ],
    ids=str,
)
@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("fresh", [False, True])
def test_a_lost_answer_is_followed_by_a_look_and_no_blind_repetition(
    make: Make, fake: CloudDnsFake, fault: dict[str, Any], sent: int, private: bool, fresh: bool
) -> None:
    options: dict[str, Any] = {"private": True, "networks": NETWORKS} if private else {}
    provider = make(**options)
    live = provider.create(ZONE)
    if not fresh:
        provider = make(**options)
    fake.fail(method="DELETE", **fault)
    receipt = provider.delete(live)
    assert receipt.outcome is Outcome.APPLIED
    assert receipt.words == (FOUND_OUT if sent == 1 else "")
    assert deletions(fake) == sent
    assert provider.read(ZONE) is None


def test_a_signed_zone_is_deleted_too(provider: CloudDnsProvider, fake: CloudDnsFake) -> None:
    fake.create_zone("example.com.", name="example-com", dnssec="on")
    assert provider.delete(read(provider)).outcome is Outcome.APPLIED
    assert provider.read(ZONE) is None


@pytest.mark.parametrize(("state", "signed"), [("off", False), ("on", True), ("transfer", True)])
def test_whether_a_zone_is_signed_comes_with_it(
    provider: CloudDnsProvider, fake: CloudDnsFake, state: str, signed: bool
) -> None:
    fake.create_zone("example.com.", name="example-com", dnssec=state)
    assert read(provider).signed is signed
