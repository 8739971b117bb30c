"""Which hosted zone is meant: by name and kind, or by id, and never a guess."""

import pytest

from tests.fakes.route53 import Route53Fake
from tests.route53.conftest import QUICK, ZONE, host, key, read
from zonesync.model.zone import ZoneId
from zonesync.provider.contract import ZoneRef
from zonesync.provider.errors import Rejected, Unavailable
from zonesync_route53 import Route53Provider


def test_a_public_and_a_private_zone_of_one_name_are_told_apart(fake, make):
    public = fake.create_zone(ZONE.name)
    private = fake.create_zone(ZONE.name, private=True)
    assert read(make()).provider_id == public
    assert read(make(private="true")).provider_id == private


def test_a_zone_of_the_other_kind_is_not_hosted(fake, make):
    fake.create_zone(ZONE.name, private=True)
    assert make().read(ZONE) is None


def test_two_zones_of_one_name_and_kind_are_refused_with_both_ids(fake, make):
    ids = {fake.create_zone(ZONE.name), fake.create_zone(ZONE.name)}
    with pytest.raises(Rejected) as raised:
        make().read(ZONE)
    assert all(one in raised.value.words for one in ids)
    assert "zone_id: {example.com: " in raised.value.hint
    listed = make()
    assert {ref.provider_id for ref in listed.zones()} == ids
    with pytest.raises(Rejected):
        listed.read(ZONE)


def test_an_id_chooses_one_of_two(fake, make):
    fake.create_zone(ZONE.name)
    second = fake.create_zone(ZONE.name)
    assert read(make(zone_id=second)).provider_id == second
    assert read(make(zone_id=f"/hostedzone/{second}")).provider_id == second
    provider = make(zone_id={"example.com": second})
    assert read(provider).provider_id == second
    assert provider.read(ZoneId("example.org.")) is None


def test_an_id_is_chosen_by_view(fake, make):
    first, second = fake.create_zone(ZONE.name), fake.create_zone(ZONE.name)
    provider = make(zone_id={"example.com@a": first, "example.com@b": second})
    assert read(provider, ZoneId("example.com.", "a")).provider_id == first
    assert read(provider, ZoneId("example.com.", "b")).provider_id == second


def test_an_id_of_the_other_kind_is_refused(fake, make):
    private = fake.create_zone(ZONE.name, private=True)
    with pytest.raises(Rejected) as raised:
        make(zone_id=private).read(ZONE)
    assert raised.value.words == f"hosted zone `{private}` is private"
    assert "`private` would have to be `true`" in raised.value.hint


def test_a_zone_below_or_above_is_not_the_zone(fake, make):
    fake.create_zone("sub.example.com.")
    fake.create_zone("com.example.")
    assert make().read(ZONE) is None


def test_a_name_with_octal_escapes_is_found(fake, make):
    zone = ZoneId("0/25.2.0.192.in-addr.arpa.")
    made = fake.create_zone(r"0\05725.2.0.192.in-addr.arpa.")
    provider = make()
    assert read(provider, zone).provider_id == made
    assert ZoneRef(zone, made) in list(provider.zones())


def test_many_zones_of_one_name_are_all_counted():
    with Route53Fake(zone_page=3) as fake:
        for _ in range(8):
            fake.create_zone(ZONE.name)
        fake.create_zone("example.org.")
        provider = Route53Provider("aws", endpoint=fake.url, rate="100000", budget=QUICK)
        with pytest.raises(Rejected, match="8 public hosted zones"):
            provider.read(ZONE)


def test_zones_are_listed_page_by_page():
    with Route53Fake(zone_page=2) as fake:
        made = {fake.create_zone(f"z{number}.example.") for number in range(7)}
        fake.create_zone("private.example.", private=True)
        provider = Route53Provider("aws", endpoint=fake.url, rate="100000", budget=QUICK)
        assert {ref.provider_id for ref in provider.zones()} == made


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"<IsTruncated>true</IsTruncated>", b"", "whether it is the last"),
        (b"NextMarker>", b"Other>", "is missing"),
    ],
)
def test_a_list_of_zones_with_a_page_missing_is_unavailable(old, new, words):
    def broken(answer):
        return type(answer)(answer.status, answer.body.replace(old, new), answer.headers, answer.content_type)

    with Route53Fake(zone_page=2) as fake:
        for number in range(3):
            fake.create_zone(f"z{number}.example.")
        fake.fail(path="/hostedzone$", rewrite=broken)
        with pytest.raises(Unavailable, match=words):
            list(Route53Provider("aws", endpoint=fake.url, rate="100000", budget=QUICK).zones())


def test_the_name_servers_are_those_that_were_assigned(fake, make):
    fake.create_zone(ZONE.name)
    fake.edit(ZONE.name, ZONE.name, "NS", 300, ["ns1.example.net.", "ns2.example.net."])
    live = read(make())
    assert len(live.nameservers) == 4
    assert all(".awsdns-" in host and host.endswith(".") for host in live.nameservers)
    assert live.rrsets[key("@", "NS")].rdatas == ("ns1.example.net.", "ns2.example.net.")


def test_a_private_zone_has_no_name_servers_and_its_networks(fake, make):
    fake.create_zone(ZONE.name, private=True, vpcs=[("us-east-1", "vpc-22222222"), ("eu-west-1", "vpc-11111111")])
    live = read(make(private="true"))
    assert live.nameservers == ()
    assert live.networks == ("eu-west-1/vpc-11111111", "us-east-1/vpc-22222222")
    assert not make(private="true").capabilities.assigns_nameservers


def test_the_target_names_endpoint_and_zone_and_no_secret(fake, make):
    provider = make()
    assert provider.target(ZONE) == f"route53:{fake.url}/example.com"
    live = host(provider)
    assert provider.target(ZONE) == f"route53:{fake.url}/{live.provider_id}"
    assert Route53Provider("aws").target(ZONE) == "route53:aws/example.com"
    assert Route53Provider("aws", private="true").target(ZONE) == "route53:aws/private example.com"
    assert Route53Provider("aws", zone_id="Z1").target(ZONE) == "route53:aws/Z1"


def test_reading_one_zone_asks_for_nothing_but_that_zone(fake, make):
    for number in range(5):
        fake.create_zone(f"z{number}.example.")
    host(make())
    fake.log.clear()
    provider = make()
    read(provider)
    assert [entry.request.path.rsplit("/", 1)[-1] for entry in fake.log][:1] == ["hostedzonesbyname"]
    assert len(fake.log) == 3
    fake.log.clear()
    read(provider)
    assert len(fake.log) == 2


def test_a_listed_account_needs_no_look_up(fake, make):
    fake.create_zone(ZONE.name)
    provider = make()
    list(provider.zones())
    list(provider.zones())
    fake.log.clear()
    read(provider)
    assert provider.read(ZoneId("example.org.")) is None
    assert len(fake.log) == 2


def test_everything_that_is_known_offline_asks_nothing():
    provider = Route53Provider("aws", endpoint="http://127.0.0.1:9", profile="nobody")
    assert provider.capabilities.atomic
    assert provider.nameservers == ()
    assert provider.target(ZONE)
    assert provider.permissions.plan
    assert provider.counts.calls == 0
