"""A zone is created once, whatever becomes of the answers."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.gcloud_errors import error
from tests.fakes.kit import Answer
from tests.gcloud.support import ZONE
from zonesync.provider.contract import Creation
from zonesync.provider.errors import Conflict, Denied, Rejected, Unavailable
from zonesync_gcloud import CloudDnsProvider

Make = Callable[..., CloudDnsProvider]
PLAN = Creation("plan-1")


def test_a_zone_is_described_by_its_plan(make: Make, fake: CloudDnsFake):
    live = make().create(ZONE, PLAN)
    assert live.provider_id == "example-com"
    assert fake.resource("example.com.")["description"] == "zonesync plan-1"


def test_a_zone_that_exists_under_another_resource_name_is_a_conflict(make: Make, fake: CloudDnsFake):
    fake.create_zone("example.com.", name="by-hand")
    with pytest.raises(Conflict, match="the zone exists"):
        make().create(ZONE, PLAN)
    assert not fake.requests("POST")


@pytest.mark.parametrize("lost", [{"drop": "after"}, {"answer_after": error(503, "backendError", "?")}])
def test_a_zone_whose_answer_is_lost_is_known_by_its_description(make: Make, fake: CloudDnsFake, lost: dict[str, Any]):
    fake.fail(method="POST", **lost)
    assert make().create(ZONE, PLAN).provider_id == "example-com"
    assert len(fake.requests("POST")) == 1


def test_a_zone_whose_answer_cannot_be_read_is_known_by_its_description(make: Make, fake: CloudDnsFake):
    fake.fail(method="POST", answer_after=Answer.of({"kind": "dns#managedZone"}))
    with pytest.raises(Unavailable, match="cannot be read"):
        make().create(ZONE)
    assert fake.zone_names() == ["example.com."]


def test_a_zone_without_a_reference_is_not_taken_for_ours(make: Make, fake: CloudDnsFake):
    fake.fail(method="POST", drop="after")
    with pytest.raises(Unavailable):
        make().create(ZONE)
    assert len(fake.requests("POST")) == 1


def test_a_creation_that_did_not_arrive_is_sent_once_more(make: Make, fake: CloudDnsFake):
    fake.fail(method="POST", drop="before")
    assert make().create(ZONE, PLAN).rrsets
    assert len(fake.requests("POST")) == 2


def test_a_creation_that_never_arrives_is_unavailable(make: Make, fake: CloudDnsFake):
    fake.fail(method="POST", times=9, drop="before")
    with pytest.raises(Unavailable):
        make().create(ZONE, PLAN)
    assert len(fake.requests("POST")) == 2


def test_a_creation_that_arrives_late_is_met_by_the_second_one(make: Make, fake: CloudDnsFake):
    def arrive() -> None:
        fake.create_zone("example.com.", name="example-com", description="zonesync plan-1")

    fake.fail(method="POST", drop="before")
    fake.fail(method="POST", run=arrive)
    assert make().create(ZONE, PLAN).provider_id == "example-com"
    assert fake.zone_names() == ["example.com."]


def test_a_zone_that_somebody_else_creates_at_the_same_moment_is_a_conflict(make: Make, fake: CloudDnsFake):
    fake.fail(method="POST", run=lambda: fake.create_zone("example.com.", name="example-com"))
    with pytest.raises(Conflict, match="already exists"):
        make().create(ZONE, PLAN)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"reserved": ["example.com."]}, "is not available to be created"),
        ({"unverified": ["example.com."]}, "Please verify ownership of the 'example.com.' domain"),
        ({"quota": {"managedZones": 0}}, "quota for managed zones"),
    ],
)
def test_what_the_service_does_not_create_is_refused_in_its_words(make: Make, setting: dict[str, Any], words: str):
    with CloudDnsFake(project="acme-dns", **setting) as fake, pytest.raises(Rejected, match=words):
        make(endpoint=fake.url).create(ZONE, PLAN)


def test_a_permission_that_lacks_is_denied_by_its_name(make: Make, fake: CloudDnsFake):
    fake.fail(method="POST", answer=error(403, "forbidden", "Forbidden"))
    with pytest.raises(Denied) as raised:
        make().create(ZONE, PLAN)
    assert raised.value.hint == "the credentials need the permission `dns.managedZones.create`"
