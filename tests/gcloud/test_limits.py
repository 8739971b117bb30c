"""What a zone can hold is told by quotas and signing; what no zone can hold is refused offline."""

from collections.abc import Callable

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.gcloud.support import ZONE, read, rrset
from zonesync.model.rdata import txt_text
from zonesync.model.rrset import RRset
from zonesync.provider.contract import AliasSupport
from zonesync_gcloud import CloudDnsProvider
from zonesync_gcloud.quotas import Limits

Make = Callable[..., CloudDnsProvider]


def test_quotas_are_read_once_and_come_with_each_zone(make: Make):
    with CloudDnsFake(project="acme-dns", quota={"rrsetsPerManagedZone": 77, "resourceRecordsPerRrset": 5}) as fake:
        fake.create_zone("example.com.")
        provider = make(endpoint=fake.url)
        for _ in range(3):
            live = read(provider)
        assert live.capabilities is not None
        assert (live.capabilities.max_rrsets, live.capabilities.max_values) == (77, 5)
        assert provider.capabilities_for(live, 50) == live.capabilities
        assert len(fake.requests("GET", "/projects/acme-dns$")) == 1


def test_quotas_that_may_not_be_seen_are_the_documented_ones(make: Make, fake: CloudDnsFake):
    fake.deny = {"projects.get"}
    fake.create_zone("example.com.")
    live = read(make())
    assert live.capabilities is not None
    assert (live.capabilities.max_rrsets, live.capabilities.max_values) == (10_000, 100)


@pytest.mark.parametrize(("dnssec", "alias"), [("off", "apex"), ("on", "nowhere"), ("transfer", "nowhere")])
def test_a_signed_zone_has_no_alias(make: Make, fake: CloudDnsFake, dnssec: str, alias: str):
    fake.create_zone("example.com.", dnssec=dnssec)
    live = read(make())
    assert live.capabilities is not None
    assert live.capabilities.alias is AliasSupport(alias)


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (rrset("*", "NS", "ns1.example.net."), "a wildcard has no NS records at Cloud DNS"),
        (rrset("*.sub", "NS", "ns1.example.net."), "a wildcard has no NS records at Cloud DNS"),
        (rrset("@", "CNAME", "www.example.net."), "the apex has no CNAME; `ALIAS` answers there for another name"),
        (rrset("sub", "NS", *(f"ns{n}.example.net." for n in range(9))), "9 name servers are over 8, which one"),
        (rrset("@", "ALIAS", "a.example.net.", "b.example.net."), "2 targets are over one, which ALIAS has"),
        (rrset("big", "TXT", *(txt_text(b"%03d" % n + b"x" * 1000) for n in range(100))), "octets of values are over"),
    ],
)
def test_what_no_zone_can_hold_is_refused_with_numbers(new: RRset, words: str):
    assert words in CloudDnsProvider("google").refusal(ZONE, new)


@pytest.mark.parametrize(
    "new",
    [
        rrset("*", "A", "192.0.2.1"),
        rrset("sub", "NS", *(f"ns{n}.example.net." for n in range(8))),
        rrset("@", "ALIAS", "a.example.net."),
        rrset("www", "CNAME", "a.example.net."),
        rrset("@", "TXT", txt_text(b"x" * 4000)),
    ],
)
def test_what_a_zone_can_hold_is_not_refused(new: RRset):
    assert CloudDnsProvider("google").refusal(ZONE, new) == ""


def test_only_whole_positive_numbers_are_quotas():
    quota = {"rrsetAdditionsPerChange": True, "rrsetDeletionsPerChange": "5", "totalRrdataSizePerChange": 0}
    assert Limits.of(quota) == Limits()
    assert Limits.of({"rrsetAdditionsPerChange": 5}) == Limits(additions=5)
