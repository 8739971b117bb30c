"""The ways in which other tools fail on Cloud DNS, one test each: none of them happens here."""

from collections.abc import Callable

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.gcloud_errors import error, not_found
from tests.gcloud.support import ZONE, apply, created, outcomes, read, rrset
from zonesync.model.change import Change
from zonesync.model.rdata import txt_text
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.compare import same
from zonesync.provider.contract import Outcome
from zonesync.provider.errors import Rejected, Unavailable
from zonesync_gcloud import CloudDnsProvider

Make = Callable[..., CloudDnsProvider]


@pytest.fixture(autouse=True)
def _hosted(fake: CloudDnsFake) -> None:
    fake.create_zone("example.com.", name="example-com")


def test_08_zones_of_one_name_are_told_apart_and_never_guessed(make: Make, fake: CloudDnsFake):
    inside = fake.create_zone("example.com.", name="inside", visibility="private", networks=["prod"])
    fake.edit("inside", "www.example.com.", "A", 300, ["10.0.0.1"])
    fake.edit("example-com", "www.example.com.", "A", 300, ["192.0.2.1"])
    fake.create_zone("sub.example.com.")
    assert read(make()).rrsets[Key("www.example.com.", "A")].rdatas == ("192.0.2.1",)
    assert read(make(private=True)).rrsets[Key("www.example.com.", "A")].rdatas == ("10.0.0.1",)
    assert [ref.provider_id for ref in make(private=True).zones()] == ["inside"]
    fake.create_zone("example.com.", name="inside-too", visibility="private", networks=["test"])
    with pytest.raises(Rejected, match=f"`inside` \\({inside['id']}\\) and `inside-too`"):
        make(private=True).read(ZONE)


def test_09_a_text_over_255_octets_is_sent_in_strings_and_reads_back(provider: CloudDnsProvider, fake: CloudDnsFake):
    new = rrset("long", "TXT", txt_text(b"0123456789" * 100))
    assert apply(provider, created(new))[0].outcome is Outcome.APPLIED
    (sent,) = fake.requests("POST")
    (value,) = sent.json["additions"][0]["rrdatas"]
    assert [len(part) for part in value.strip('"').split('" "')] == [255, 255, 255, 235]
    assert read(provider).rrsets[new.key] == new


@pytest.mark.parametrize("text", [b"v=DKIM1; k=rsa; p=MIGf", b'say "hi"', rb"back\slash \" \;", "bücher".encode(), b""])
def test_10_a_text_is_neither_escaped_twice_nor_split_at_spaces(provider: CloudDnsProvider, text: bytes):
    new = rrset("text", "TXT", txt_text(text))
    apply(provider, created(new))
    live = read(provider)
    assert live.rrsets[new.key] == new
    assert (
        apply(provider, [Change(new, rrset("text", "TXT", txt_text(text + b"!")))], live)[0].outcome is Outcome.APPLIED
    )


def test_11_a_deletion_repeats_ttl_values_and_their_order_as_stored(provider: CloudDnsProvider, fake: CloudDnsFake):
    fake.edit("example-com", "www.example.com.", "A", 77, ["192.0.2.9", "192.0.2.1", "192.0.2.5"])
    old = rrset("www", "A", "192.0.2.1", "192.0.2.5", "192.0.2.9", ttl=77)
    assert apply(provider, [Change(old, rrset("www", "A", "192.0.2.1"))])[0].outcome is Outcome.APPLIED
    assert fake.requests("POST")[0].json["deletions"][0]["rrdatas"] == ["192.0.2.9", "192.0.2.1", "192.0.2.5"]


def test_11_a_412_is_a_conflict_that_is_not_sent_again(provider: CloudDnsProvider, fake: CloudDnsFake):
    old, new = rrset("www", "A", "192.0.2.1"), rrset("www", "A", "192.0.2.2")
    apply(provider, created(old))
    live = read(provider)
    fake.edit("example-com", "www.example.com.", "A", 300, ["192.0.2.3"])
    (receipt,) = apply(provider, [Change(old, new)], live)
    assert receipt.outcome is Outcome.CONFLICT
    assert receipt.words == "Precondition not met for 'entity.change.deletions[www.example.com.][A]'"
    assert len(fake.requests("POST")) == 2


@pytest.mark.parametrize(
    ("rtype", "ours"),
    [
        ("AAAA", "2001:DB8:0:0:0:0:0:1"),
        ("MX", "10 MAIL.example.net."),
        ("CNAME", "WWW.Example.NET."),
        ("DS", "12345 13 2 " + "AB" * 32),
        ("CAA", '0 issue "CA.example.net"'),
        ("SRV", "0 5 5060 SIP.example.net."),
    ],
)
def test_12_what_the_service_spells_otherwise_is_no_difference(provider: CloudDnsProvider, rtype: str, ours: str):
    new = rrset("Host", rtype, ours)
    apply(provider, created(new))
    assert read(provider).rrsets[new.key] == new == provider.normalise(new)


def test_13_nothing_is_put_beside_a_cname(provider: CloudDnsProvider, fake: CloudDnsFake):
    apply(provider, created(rrset("www", "CNAME", "target.example.net.")))
    (receipt,) = apply(provider, created(rrset("www", "TXT", '"owner"')))
    assert receipt.outcome is Outcome.REJECTED
    assert "either one CNAME resource record set or" in receipt.words
    assert len(fake.dump("example-com")) == 3


def test_14_a_change_stays_within_the_projects_quotas(make: Make):
    quota = {"rrsetAdditionsPerChange": 50, "rrsetDeletionsPerChange": 30, "totalRrdataSizePerChange": 400}
    with CloudDnsFake(project="acme-dns", quota=quota) as fake:
        fake.create_zone("example.com.")
        provider = make(endpoint=fake.url)
        new = [rrset(f"h{number}", "A", "192.0.2.1") for number in range(200)]
        later = [rrset(f"h{number}", "A", "192.0.2.22") for number in range(200)]
        assert set(outcomes(apply(provider, created(*new))).values()) == {Outcome.APPLIED}
        updates = [Change(*pair) for pair in zip(new, later, strict=True)]
        assert set(outcomes(apply(provider, updates)).values()) == {Outcome.APPLIED}
        assert {entry.status for entry in fake.log} == {200}


def test_14_a_404_right_after_creation_is_tried_again_for_that_zone_alone(make: Make, fake: CloudDnsFake):
    late = not_found("parameters.managedZone", "example-net").answer()
    provider = make()
    fake.fail(method="GET", path="/managedZones/example-net/rrsets", times=2, answer=late)
    live = provider.create(ZoneId("example.net."))
    fake.fail(method="POST", path="/example-net/changes", answer=late)
    (receipt,) = provider.apply(
        live,
        created(RRset.of("www.example.net.", "A", 300, ["192.0.2.1"])),
    )
    assert receipt.outcome is Outcome.APPLIED
    fake.fail(path="/managedZones/example-com/rrsets", times=2, answer=late)
    with pytest.raises(Unavailable, match="does not exist"):
        provider.read(ZONE)
    assert len(fake.requests("GET", "/example-com/rrsets")) == 2


@pytest.mark.parametrize("status", [502, 503])
def test_14_a_gateway_that_stumbles_is_asked_again(provider: CloudDnsProvider, fake: CloudDnsFake, status: int):
    fake.fail(times=2, answer=error(status, "backendError", "Backend Error"))
    assert read(provider).rrsets
    fake.fail(method="POST", answer=error(status, "backendError", "Backend Error"))
    assert apply(provider, created(rrset("www", "A", "192.0.2.1")))[0].outcome is Outcome.APPLIED


@pytest.mark.parametrize("rtype", ["NS", "SOA"])
def test_15_apex_ns_and_soa_are_changed_in_one_request_and_never_deleted(
    provider: CloudDnsProvider, fake: CloudDnsFake, rtype: str
):
    live = read(provider)
    old = live.rrsets[Key("example.com.", rtype)]
    new = rrset("@", rtype, *old.rdatas, ttl=600)
    (receipt,) = apply(provider, [Change(old, None)], live)
    assert receipt.outcome is Outcome.REJECTED
    assert not fake.requests("POST")
    (receipt,) = apply(provider, [Change(old, new)], live)
    assert receipt.outcome is Outcome.APPLIED
    (sent,) = fake.requests("POST")
    assert [len(sent.json[side]) for side in ("additions", "deletions")] == [1, 1]
    assert same(read(provider).rrsets[new.key], new)


def test_16_a_fresh_zone_has_its_apex_and_assigned_names_already(provider: CloudDnsProvider):
    live = provider.create(ZoneId("example.net."))
    assert set(live.rrsets) == {Key("example.net.", "NS"), Key("example.net.", "SOA")}
    assert live.rrsets[Key("example.net.", "NS")].rdatas == tuple(sorted(live.nameservers))
    (receipt,) = provider.apply(live, created(RRset.of("example.net.", "NS", 300, ["ns1.example.org."])))
    assert receipt.outcome is Outcome.CONFLICT


def test_20_a_zone_is_emptied_but_for_its_apex_and_what_is_kept(provider: CloudDnsProvider, fake: CloudDnsFake):
    apply(provider, created(*(rrset(f"h{number}", "A", "192.0.2.1") for number in range(30))))
    live = read(provider)
    apex = {Key("example.com.", "NS"), Key("example.com.", "SOA")}
    apply(provider, [Change(old, None) for key, old in live.rrsets.items() if key not in apex], live)
    assert set(read(provider).rrsets) == apex
    assert len(fake.dump("example-com")) == 2


POLICIES = {
    "geo": ({"geo": {"items": [{"location": "us-east1", "rrdatas": ["192.0.2.1"]}]}}, "geo policy, 1 location"),
    "wrr": (
        {"wrr": {"items": [{"weight": 1.0, "rrdatas": ["192.0.2.1"]}, {"weight": 3.0, "rrdatas": ["192.0.2.2"]}]}},
        "weighted round robin, 2 items",
    ),
    "failover": (
        {
            "primaryBackup": {
                "primaryTargets": {"externalEndpoints": ["192.0.2.1"]},
                "backupGeoTargets": {"items": [{"location": "us-east1", "rrdatas": ["192.0.2.2"]}]},
            }
        },
        "failover, 1 primary target, 1 backup location",
    ),
}


@pytest.mark.parametrize("kind", POLICIES)
def test_23_a_routing_policy_is_shown_and_never_touched(provider: CloudDnsProvider, fake: CloudDnsFake, kind: str):
    policy, words = POLICIES[kind]
    native = {"name": "api.example.com.", "type": "A", "ttl": 300, "routingPolicy": policy}
    fake.add_native("example-com", native)
    live = read(provider)
    (kept,) = live.kept
    assert (kept.name, kept.type, kept.description) == ("api.example.com.", "A", words)
    assert Key("api.example.com.", "A") not in live.rrsets
    receipts = apply(provider, [*created(rrset("api", "A", "192.0.2.9")), *created(rrset("www", "A", "192.0.2.9"))])
    assert outcomes(receipts) == {"api": Outcome.REJECTED, "www": Outcome.APPLIED}
    assert read(provider).kept == live.kept


def test_23_types_that_are_not_managed_are_shown_and_never_deleted(provider: CloudDnsProvider, fake: CloudDnsFake):
    fake.add_native(
        "example-com", {"name": "k.example.com.", "type": "DNSKEY", "ttl": 300, "rrdatas": ["257 3 13 AA=="]}
    )
    fake.add_native("example-com", {"name": "n.example.com.", "type": "NEWTYPE", "ttl": 300, "rrdatas": ["?", "!"]})
    live = read(provider)
    assert [(one.name, one.type) for one in live.kept] == [("k.example.com.", "DNSKEY"), ("n.example.com.", "NEWTYPE")]
    assert len(live.rrsets) == 2
    assert len({one.digest for one in live.kept}) == 2
