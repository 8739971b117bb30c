"""A hosted zone is deleted when it is empty, and what AWS refuses is told in its own words."""

from collections.abc import Callable

import pytest

from tests.fakes.kit import Answer
from tests.fakes.route53 import Route53Fake
from tests.route53.conftest import ZONE, Make, host, read
from zonesync.provider.contract import Outcome
from zonesync.provider.deletion import GONE
from zonesync.provider.outcomes import FOUND_OUT
from zonesync_route53 import Route53Provider

ZONE_PATH = r"/hostedzone/Z[A-Z0-9]+$"


def deletions(fake: Route53Fake) -> int:
    return len(fake.requests("DELETE", ZONE_PATH))


def test_a_deletion_is_waited_for_like_a_change(fake: Route53Fake, provider: Route53Provider) -> None:
    live = host(provider)
    receipt = provider.delete(live)
    provider.wait([receipt])
    assert (receipt.outcome, receipt.words) == (Outcome.APPLIED, "")
    assert len(fake.requests("GET", f"/change/{receipt.change_id}$")) >= 1
    assert deletions(fake) == 1


def test_a_deleted_zone_is_no_more_in_a_list_that_was_read_before(provider: Route53Provider) -> None:
    live = host(provider)
    assert [ref.id for ref in provider.zones()] == [ZONE]
    provider.delete(live)
    assert list(provider.zones()) == []
    assert live.provider_id not in provider.target(ZONE)


def test_a_zone_that_is_named_by_its_id_is_deleted_twice(make: Make) -> None:
    live = host(make())
    provider = make(zone_id=live.provider_id)
    assert provider.delete(live).words == ""
    assert (provider.delete(live).outcome, provider.delete(live).words) == (Outcome.APPLIED, GONE)


def test_another_zone_of_the_same_name_is_never_deleted(fake: Route53Fake, make: Make) -> None:
    old = host(make())
    make().delete(old)
    new = host(make())
    receipt = make().delete(old)
    assert receipt.outcome is Outcome.CONFLICT
    assert new.provider_id in receipt.words
    assert read(make()) == new


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda fake, zone: fake.sign(zone), "DNSSEC signing enabled"),
        (lambda fake, zone: fake.protect(zone, "example.com", "NS"), "resource record set protections"),
    ],
)
def test_what_aws_refuses_is_told_in_its_words(
    fake: Route53Fake, provider: Route53Provider, spoil: Callable[[Route53Fake, str], None], words: str
) -> None:
    live = host(provider)
    spoil(fake, live.provider_id)
    receipt = provider.delete(live)
    assert receipt.outcome is Outcome.REJECTED
    assert words in receipt.words
    assert read(provider) == live


def test_a_record_that_comes_in_between_keeps_the_zone(fake: Route53Fake, provider: Route53Provider) -> None:
    live = host(provider)
    fake.fail(
        method="DELETE",
        path=ZONE_PATH,
        run=lambda: fake.edit(ZONE.name, "www.example.com.", "A", 300, ["192.0.2.1"]),
    )
    receipt = provider.delete(live)
    assert receipt.outcome is Outcome.REJECTED
    assert receipt.words.startswith("HostedZoneNotEmpty")
    assert len(read(provider).rrsets) == 3


@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        ({"drop": "before"}, 2),
        ({"drop": "after"}, 1),
        ({"answer": Answer(503, b"Service Unavailable")}, 2),
        ({"answer_after": Answer(503, b"Service Unavailable")}, 1),
        ({"answer_after": Answer(200, b"<html/>")}, 1),
    ],
    ids=str,
)
def test_a_lost_answer_is_followed_by_a_look_and_no_blind_repetition(
    fake: Route53Fake, provider: Route53Provider, fault: dict[str, object], sent: int
) -> None:
    live = host(provider)
    fake.fail(method="DELETE", path=ZONE_PATH, **fault)
    receipt = provider.delete(live)
    assert receipt.outcome is Outcome.APPLIED
    assert receipt.words == (FOUND_OUT if sent == 1 else "")
    assert deletions(fake) == sent
    assert provider.read(ZONE) is None


def test_a_private_zone_is_deleted_with_all_its_networks(make: Make) -> None:
    provider = make(private="true", networks=["eu-west-1/vpc-00000001", "us-east-1/vpc-00000002"])
    live = provider.create(ZONE)
    assert len(live.networks) == 2
    assert provider.delete(live).outcome is Outcome.APPLIED
    assert provider.read(ZONE) is None


def test_whether_a_zone_is_signed_is_not_asked(fake: Route53Fake, provider: Route53Provider) -> None:
    assert host(provider).signed is None
    assert not fake.requests("GET", "dnssec")
