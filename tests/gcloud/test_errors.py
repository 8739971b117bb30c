"""Wrong credentials, storms, cut connections, refusals, lost answers: errors of the contract in the service's words."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.gcloud_errors import error
from tests.fakes.kit import Throttle
from tests.gcloud.support import ZONE, apply, created, outcomes, read, rrset
from zonesync.model.change import Change
from zonesync.model.zone import ZoneId
from zonesync.provider.calls import Budget
from zonesync.provider.contract import Outcome
from zonesync.provider.errors import Denied, Rejected, Throttled, Unavailable
from zonesync_gcloud import CloudDnsProvider
from zonesync_gcloud.quotas import Limits

Make = Callable[..., CloudDnsProvider]
MANY = 1_000_000


@pytest.fixture(autouse=True)
def _hosted(fake: CloudDnsFake) -> None:
    fake.create_zone("example.com.", name="example-com")


# Who calls


def test_missing_credentials_are_denied_with_the_command_that_gets_some(make: Make):
    provider = make(anonymous=False)
    with pytest.raises(Denied) as raised:
        provider.read(ZONE)
    assert "gcloud auth application-default login" in raised.value.hint
    assert (raised.value.provider, raised.value.zone) == ("google", "example.com")


def test_anonymous_calls_to_a_service_that_wants_credentials_are_denied(make: Make, fake: CloudDnsFake):
    fake.token = "somebody"
    with pytest.raises(Denied) as raised:
        make().read(ZONE)
    assert "GOOGLE_APPLICATION_CREDENTIALS" in raised.value.hint
    assert "somebody" not in str(raised.value)


@pytest.mark.parametrize(
    ("permission", "call"),
    [
        ("managedZones.list", lambda provider: provider.read(ZONE)),
        ("managedZones.list", lambda provider: list(provider.zones())),
        ("resourceRecordSets.list", lambda provider: provider.read(ZONE)),
        ("managedZones.create", lambda provider: provider.create(ZoneId("example.net."))),
        ("projects.get", lambda provider: list(provider.quotas())),
    ],
)
def test_a_missing_permission_is_denied_by_its_name(
    make: Make, fake: CloudDnsFake, permission: str, call: Callable[[CloudDnsProvider], Any]
):
    fake.deny = {permission}
    with pytest.raises(Denied) as raised:
        call(make())
    assert f"dns.{permission}" in raised.value.words
    assert f"dns.{permission}" in raised.value.hint


def test_a_permission_that_lacks_in_the_middle_ends_the_apply_with_what_is_done_in_receipts(
    make: Make, fake: CloudDnsFake
):
    provider = make()
    live = read(provider)
    fake.fail(method="POST", skip=1, answer=error(403, "forbidden", "Forbidden"))
    receipts = provider.apply(live, created(*(rrset(f"h{number}", "A", "192.0.2.1") for number in range(1500))))
    first = next(receipts)
    assert (first.outcome, len(first.changes)) == (Outcome.APPLIED, 1000)
    with pytest.raises(Denied, match="Forbidden") as raised:
        next(receipts)
    assert raised.value.hint == "the credentials need the permission `dns.changes.create`"
    assert len(fake.dump("example.com.")) == 1002


def test_an_api_that_is_off_is_denied_with_the_command_that_puts_it_on(make: Make, fake: CloudDnsFake):
    fake.fail(answer=error(403, "accessNotConfigured", "Cloud DNS API has not been used in project 1 before"))
    with pytest.raises(Denied, match="has not been used") as raised:
        make().read(ZONE)
    assert raised.value.hint == "enable the API: `gcloud services enable dns.googleapis.com`"


def test_a_project_that_is_not_there_is_refused(make: Make):
    with pytest.raises(Rejected, match=r"parameters\.project") as raised:
        make(project="other").read(ZONE)
    assert raised.value.hint == "is `other` the project's id?"


# Which zone


def test_an_unknown_zone_id_is_refused(make: Make):
    for call in (CloudDnsProvider.read, CloudDnsProvider.create):
        with pytest.raises(Rejected, match="'nowhere' does not exist") as raised:
            call(make(zone_id="nowhere"), ZONE)
        assert "zone_id" in raised.value.hint


def test_the_zone_id_of_another_zone_is_refused_saying_which(make: Make, fake: CloudDnsFake):
    other = fake.create_zone("example.net.")
    with pytest.raises(Rejected, match=r"is the zone `example.net.`, not `example.com.`"):
        make(zone_id={"example.com": other["id"]}).read(ZONE)


def test_a_zone_id_chooses_between_two_zones_of_one_name(make: Make, fake: CloudDnsFake):
    second = fake.create_zone("example.com.", name="second")
    fake.edit(second["id"], "www.example.com.", "A", 300, ["192.0.2.2"])
    with pytest.raises(Rejected, match="2 public zones have this name"):
        make().read(ZONE)
    for zone_id in ("second", second["id"], {"example.com": "second"}):
        assert rrset("www", "A", "192.0.2.2") in read(make(zone_id=zone_id)).rrsets.values()


def test_a_zone_deleted_after_it_was_listed_is_not_hosted(make: Make, fake: CloudDnsFake):
    provider = make()
    assert [ref.id for ref in provider.zones()] == [ZONE]
    fake.service.zones.clear()
    assert provider.read(ZONE) is None


# Storms


@pytest.mark.parametrize("status", [429, 403])
def test_a_storm_of_throttles_is_waited_out(fake: CloudDnsFake, make: Make, status: int):
    fake.fail(times=5, answer=error(status, "rateLimitExceeded", "Quota exceeded for quota metric 'Queries'"))
    provider = make(budget=Budget(attempts=8, first_wait=0.001, longest_wait=0.002))
    assert apply(provider, created(rrset("www", "A", "192.0.2.1")))[0].outcome is Outcome.APPLIED
    assert provider.counts.throttled == provider.counts.retries == 5


def test_a_storm_without_end_is_throttled_in_the_services_words(fake: CloudDnsFake, make: Make):
    fake.fail(times=MANY, answer=error(429, "rateLimitExceeded", "Quota exceeded for quota metric 'Queries'"))
    with pytest.raises(Throttled, match="Quota exceeded for quota metric"):
        make().read(ZONE)
    assert len(fake.log) == 3


def test_a_server_that_asks_for_a_longer_rest_than_there_is_patience_is_not_waited_for(fake: CloudDnsFake, make: Make):
    answer = replace(error(429, "rateLimitExceeded", "later"), headers={"Retry-After": "3600"})
    fake.fail(times=MANY, answer=answer)
    with pytest.raises(Throttled) as raised:
        make().read(ZONE)
    assert raised.value.retry_after == 3600
    assert len(fake.log) == 1


def test_a_throttled_write_took_no_effect_and_goes_out_again(fake: CloudDnsFake, make: Make):
    provider = make(budget=Budget(attempts=20, first_wait=0.001, longest_wait=0.01))
    live = read(provider)
    fake.throttle = Throttle(rate=200, burst=1)
    receipts = apply(provider, created(*(rrset(f"h{number}", "A", "192.0.2.1") for number in range(3000))), live)
    assert {receipt.outcome for receipt in receipts} == {Outcome.APPLIED}
    assert len(fake.dump("example.com.")) == 3002


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_read_is_tried_again_after_a_failure_of_the_service(fake: CloudDnsFake, make: Make, status: int):
    fake.fail(times=2, answer=error(status, "backendError", "Backend Error"))
    assert read(make()).rrsets


def test_a_service_that_stays_down_is_unavailable_in_its_own_words(fake: CloudDnsFake, make: Make):
    fake.fail(times=MANY, answer=error(503, "backendError", "The service is currently unavailable."))
    with pytest.raises(Unavailable, match="The service is currently unavailable"):
        make().read(ZONE)


def test_nobody_at_the_endpoint_is_unavailable_and_nothing_was_sent(make: Make):
    with pytest.raises(Unavailable, match="refused") as raised:
        make(endpoint="http://127.0.0.1:9").read(ZONE)
    assert not raised.value.sent


def test_a_cut_connection_in_a_read_is_tried_again(fake: CloudDnsFake, make: Make):
    fake.fail(times=2, drop="before")
    assert read(make()).rrsets


def test_a_write_into_the_void_is_unavailable_and_raised(make: Make):
    live = read(make())
    unreachable = make(endpoint="http://127.0.0.1:9")
    unreachable._limits = Limits()
    with pytest.raises(Unavailable) as raised:
        apply(unreachable, created(rrset("www", "A", "192.0.2.1")), live)
    assert not raised.value.sent
    assert unreachable.counts.calls == 3, "what never left may go out again"


# Refused at apply


def test_a_value_refused_at_apply_blocks_no_other_name(fake: CloudDnsFake, make: Make):
    bad = rrset("bad", "IPSECKEY", r"\# 3 0a0000")
    good = [rrset(f"h{number}", "A", "192.0.2.1") for number in range(20)]
    provider = make()
    receipts = apply(provider, created(*good[:10], bad, *good[10:]))
    found = outcomes(receipts)
    assert found.pop("bad") is Outcome.REJECTED
    assert set(found.values()) == {Outcome.APPLIED}
    (words,) = [receipt.words for receipt in receipts if receipt.outcome is Outcome.REJECTED]
    assert words.startswith("Invalid value for 'entity.change.additions[bad.example.com.][IPSECKEY].rrdata")
    assert len(fake.requests("POST")) == 3, "the refusal names its culprit, so nothing is halved"


def test_a_zone_that_is_full_is_not_asked_about_each_creation(make: Make):
    with CloudDnsFake(project="acme-dns", quota={"rrsetsPerManagedZone": 12}) as fake:
        fake.create_zone("example.com.")
        fake.edit("example.com.", "old.example.com.", "A", 300, ["192.0.2.1"])
        provider = make(endpoint=fake.url)
        new = [rrset(f"h{number}", "A", "192.0.2.1") for number in range(500)]
        old = rrset("old", "A", "192.0.2.1")
        receipts = apply(provider, [*created(*new), Change(old, rrset("old", "A", "192.0.2.2"))])
        assert outcomes(receipts)["old"] is Outcome.APPLIED
        assert "quota for rrsets per managed zone" in receipts[0].words
        assert len(fake.requests("POST")) < 20


def test_a_quota_that_is_lower_than_was_told_is_met_by_smaller_requests(make: Make):
    with CloudDnsFake(project="acme-dns", quota={"rrsetAdditionsPerChange": 300}) as fake:
        fake.deny = {"projects.get"}
        fake.create_zone("example.com.")
        receipts = apply(
            make(endpoint=fake.url), created(*(rrset(f"h{number}", "A", "192.0.2.1") for number in range(1000)))
        )
        assert {receipt.outcome for receipt in receipts} == {Outcome.APPLIED}


# Lost answers


def test_two_lost_answers_and_no_effect_are_unknown_and_the_rest_is_not_tried(fake: CloudDnsFake, make: Make):
    fake.fail(method="POST", times=2, drop="before")
    receipts = apply(make(), created(*(rrset(f"h{number}", "A", "192.0.2.1") for number in range(1500))))
    assert [receipt.outcome for receipt in receipts] == [Outcome.UNKNOWN, Outcome.REJECTED]
    assert receipts[1].words.startswith("not tried")
    assert len(fake.requests("POST")) == 2


def test_a_lost_answer_that_cannot_be_read_about_is_unknown(fake: CloudDnsFake, make: Make):
    fake.fail(method="POST", drop="after")
    fake.fail(path="/rrsets$", skip=1, times=MANY, answer=error(503, "backendError", "Backend Error"))
    (receipt,) = apply(make(), created(rrset("www", "A", "192.0.2.1")))
    assert receipt.outcome is Outcome.UNKNOWN
    assert "Backend Error" in receipt.words


def test_a_resource_name_that_another_zone_has_is_refused_with_the_way_out(fake: CloudDnsFake, make: Make):
    fake.create_zone("example.org.", name="example-net")
    with pytest.raises(Rejected, match=r"already exists; it is the zone `example.org.`") as raised:
        make().create(ZoneId("example.net."))
    assert "zone_id" in raised.value.hint
