"""Private zones: their networks, and what is theirs alone."""

from collections.abc import Callable

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.gcloud_errors import error
from tests.gcloud.support import ZONE, apply, read, rrset
from zonesync.model.change import Change
from zonesync.model.rrset import Key
from zonesync.model.zone import ZoneId
from zonesync.provider.contract import Creation, Outcome
from zonesync.provider.errors import Conflict, Denied, Rejected
from zonesync_gcloud import CloudDnsProvider

Make = Callable[..., CloudDnsProvider]


@pytest.fixture
def provider(make: Make) -> CloudDnsProvider:
    return make(private="true", networks=["prod"])


def _urls(fake: CloudDnsFake, *names: str) -> tuple[str, ...]:
    return tuple(fake.network(name) for name in names)


def test_a_zone_is_created_in_the_networks_of_its_file_else_in_those_of_the_configuration(
    provider: CloudDnsProvider, fake: CloudDnsFake
):
    assert provider.create(ZONE).networks == _urls(fake, "prod")
    own = Creation(networks=_urls(fake, "stage", "test"))
    other = ZoneId("example.net.")
    assert provider.create(other, own).networks == _urls(fake, "stage", "test")
    assert fake.resource("example.net.")["visibility"] == "private"


def test_a_private_zone_without_a_network_is_refused(make: Make, fake: CloudDnsFake):
    with pytest.raises(Rejected, match="visible in one network at least"):
        make(private=True).create(ZONE)
    assert not fake.requests("POST")


def test_a_public_zone_of_the_same_name_is_no_obstacle(provider: CloudDnsProvider, make: Make, fake: CloudDnsFake):
    make().create(ZONE)
    assert provider.create(ZONE).networks
    with pytest.raises(Conflict):
        provider.create(ZONE)
    assert fake.zone_names() == ["example.com."] * 2


def test_it_has_no_name_servers_and_its_apex_ns_stays(provider: CloudDnsProvider, fake: CloudDnsFake):
    live = provider.create(ZONE)
    assert live.nameservers == ()
    old = live.rrsets[Key("example.com.", "NS")]
    (receipt,) = apply(provider, [Change(old, rrset("@", "NS", "ns1.example.net."))], live)
    assert (receipt.outcome, receipt.words) == (
        Outcome.REJECTED,
        "`example.com.` NS of a private zone cannot be changed",
    )
    assert len(fake.requests("POST")) == 1


def test_networks_are_changed_in_one_call_and_the_rest_of_the_visibility_stays(make: Make):
    clusters = [{"gkeClusterName": "projects/acme-dns/locations/l/clusters/c"}]
    with CloudDnsFake(project="acme-dns", done_after=3) as fake:
        seen = {"networks": [{"networkUrl": fake.network("prod")}], "gkeClusters": clusters}
        fake.create_zone("example.com.", visibility="private", privateVisibilityConfig=seen)
        provider = make(endpoint=fake.url, private=True)
        live = read(provider)
        (receipt,) = provider.set_networks(live, _urls(fake, "test", "stage"))
        assert (receipt.outcome, receipt.changes) == (Outcome.APPLIED, ())
        assert len(fake.requests("PATCH")) == 1
        config = fake.resource("example.com.")["privateVisibilityConfig"]
        assert config["gkeClusters"] == clusters
        assert read(provider).networks == _urls(fake, "stage", "test")


def test_networks_changed_by_somebody_else_are_a_conflict(provider: CloudDnsProvider, make: Make, fake: CloudDnsFake):
    live = provider.create(ZONE)
    list(make(private=True).set_networks(live, _urls(fake, "theirs")))
    (receipt,) = provider.set_networks(live, _urls(fake, "ours"))
    assert receipt.outcome is Outcome.CONFLICT
    assert receipt.words == f"`{live.provider_id}` is visible in `theirs` by now"
    assert read(provider).networks == _urls(fake, "theirs")


def test_the_last_network_is_never_taken_away(provider: CloudDnsProvider, fake: CloudDnsFake):
    live = provider.create(ZONE)
    (receipt,) = provider.set_networks(live, ())
    assert receipt.outcome is Outcome.REJECTED
    assert not fake.requests("PATCH")


@pytest.mark.parametrize(("drop", "patches"), [("before", 2), ("after", 1)])
def test_a_lost_answer_is_found_out_by_reading(provider: CloudDnsProvider, fake: CloudDnsFake, drop: str, patches: int):
    live = provider.create(ZONE)
    fake.fail(method="PATCH", drop=drop)
    (receipt,) = provider.set_networks(live, _urls(fake, "test"))
    assert receipt.outcome is Outcome.APPLIED
    assert len(fake.requests("PATCH")) == patches
    assert read(provider).networks == _urls(fake, "test")


def test_a_network_that_the_service_refuses_is_refused_in_its_words(provider: CloudDnsProvider, fake: CloudDnsFake):
    live = provider.create(ZONE)
    fake.create_zone("example.com.", name="theirs", visibility="private", networks=["taken"])
    (receipt,) = provider.set_networks(live, _urls(fake, "taken"))
    assert receipt.outcome is Outcome.REJECTED
    assert "networkUrl" in receipt.words


def test_a_permission_that_lacks_is_denied_by_its_name(provider: CloudDnsProvider, fake: CloudDnsFake):
    live = provider.create(ZONE)
    fake.fail(method="PATCH", answer=error(403, "forbidden", "Forbidden"))
    with pytest.raises(Denied) as raised:
        list(provider.set_networks(live, _urls(fake, "test")))
    assert raised.value.hint == "the credentials need the permission `dns.managedZones.update`"


def test_the_permissions_of_private_zones_are_named(provider: CloudDnsProvider):
    assert "dns.networks.bindPrivateDNSZone" in provider.permissions.apply


def test_networks_that_cannot_be_read_after_a_lost_answer_are_unknown(provider: CloudDnsProvider, fake: CloudDnsFake):
    live = provider.create(ZONE)
    fake.fail(method="PATCH", drop="after")
    fake.fail(method="GET", path=f"/{live.provider_id}$", skip=1, times=99, answer=error(503, "backendError", "Down"))
    (receipt,) = provider.set_networks(live, _urls(fake, "test"))
    assert receipt.outcome is Outcome.UNKNOWN
    assert "Down" in receipt.words


def test_networks_that_never_arrive_are_unknown_after_the_second_time(provider: CloudDnsProvider, fake: CloudDnsFake):
    live = provider.create(ZONE)
    fake.fail(method="PATCH", times=9, drop="before")
    (receipt,) = provider.set_networks(live, _urls(fake, "test"))
    assert receipt.outcome is Outcome.UNKNOWN
    assert len(fake.requests("PATCH")) == 2
    assert read(provider).networks == _urls(fake, "prod")


def test_an_operation_that_cannot_be_followed_is_unknown(provider: CloudDnsProvider, fake: CloudDnsFake):
    live = provider.create(ZONE)
    fake.fail(path="/operations/", times=99, answer=error(503, "backendError", "Down"))
    (receipt,) = provider.set_networks(live, _urls(fake, "test"))
    assert receipt.outcome is Outcome.UNKNOWN
    assert receipt.words == "accepted; whether it is done could not be read: Down"


def test_networks_of_a_zone_that_is_gone_are_a_conflict(provider: CloudDnsProvider, fake: CloudDnsFake):
    live = provider.create(ZONE)
    fake.service.zones.clear()
    provider._directory._made.clear()
    (receipt,) = provider.set_networks(live, _urls(fake, "test"))
    assert receipt.outcome is Outcome.CONFLICT
