"""Aliases: written and read, the zone id that a target needs, and what ``ALIAS`` becomes."""

import pytest

from tests.route53.conftest import ZONE, apply, host, key, read, rrset, told
from zonesync.model.alias import AliasTarget
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.contract import Outcome
from zonesync_route53 import convert
from zonesync_route53.aws_zones import zone_of

CLOUDFRONT = "d111111abcdef8.cloudfront.net."
BALANCER = "my-lb-1.eu-central-1.elb.amazonaws.com."


def alias(owner, target, zone_id="-", rtype="A", health="false"):
    name = ZONE.name if owner == "@" else f"{owner}.{ZONE.name}"
    return RRset(name, rtype, None, (f"alias {target} {zone_id} {health}",))


def neutral(owner, target, ttl=300):
    return rrset(owner, "ALIAS", target, ttl=ttl)


@pytest.mark.parametrize(
    ("name", "zone_id"),
    [
        (CLOUDFRONT, "Z2FDTNDATAQYW2"),
        ("a1b2.awsglobalaccelerator.com.", "Z2BJ6XQ5FK7U4H"),
        ("my-alb-1.us-east-1.elb.amazonaws.com.", "Z35SXDOTRQ7X7K"),
        ("dualstack.my-alb-1.us-east-1.elb.amazonaws.com.", "Z35SXDOTRQ7X7K"),
        ("my-nlb-1.elb.us-east-1.amazonaws.com.", "Z26RNL4JYFTOTI"),
        ("my-alb-1.cn-north-1.elb.amazonaws.com.cn.", "Z1GDH35T77C1KE"),
        ("s3-website-us-east-1.amazonaws.com.", "Z3AQBSTGFYJSTF"),
        ("s3-website.eu-central-1.amazonaws.com.", "Z21DNDUVLTQW6Q"),
        ("d-x.execute-api.eu-west-1.amazonaws.com.", "ZLY8HYME6SFDD"),
        ("vpce-1-2.ec2.us-west-2.vpce.amazonaws.com.", "Z1YSA3EXCYUU9Z"),
        ("prod.eu-west-1.elasticbeanstalk.com.", "Z2NYPWQ7DFZAZH"),
        ("cloudfront.net.", ""),
        ("bucket.s3-website-us-east-1.amazonaws.com.", ""),
        ("x.mars-1.elb.amazonaws.com.", ""),
        ("notcloudfront.net.", ""),
        ("www.example.com.", ""),
        (".", ""),
    ],
)
def test_aws_names_have_the_zone_id_that_aws_publishes(name, zone_id):
    assert zone_of(name) == zone_id


def test_an_alias_within_the_zone_comes_back(provider):
    target, ours = rrset("web", "A", "192.0.2.1"), alias("www", "web.example.com.")
    live = host(provider, target, ours)
    assert live.rrsets[ours.key] == ours
    assert provider.normalise(ours) == ours


def test_an_alias_is_written_without_a_ttl_and_with_a_bare_zone_id(provider, fake):
    live = host(provider, rrset("web", "A", "192.0.2.1"), alias("www", "web.example.com."))
    (native,) = [one for one in fake.dump(ZONE.name) if one["Name"] == "www.example.com."]
    assert native == {
        "Name": "www.example.com.",
        "Type": "A",
        "AliasTarget": {
            "HostedZoneId": live.provider_id,
            "DNSName": "web.example.com.",
            "EvaluateTargetHealth": False,
        },
    }


def test_an_alias_of_an_aws_name_needs_no_zone_id(provider):
    ours = alias("@", CLOUDFRONT)
    live = host(provider, ours)
    assert live.rrsets[ours.key] == alias("@", CLOUDFRONT, "Z2FDTNDATAQYW2") == provider.normalise(ours)


def test_an_alias_may_give_the_id_of_its_own_zone(provider):
    live = host(provider, rrset("web", "A", "192.0.2.1"))
    ours = alias("www", "web.example.com.", live.provider_id)
    assert provider.normalise(ours) == alias("www", "web.example.com.")
    elsewhere = RRset("www.example.net.", "A", None, ours.rdatas)
    assert provider.normalise(elsewhere) == elsewhere


def test_normalise_is_idempotent_and_leaves_foreign_ids(provider):
    for one in (
        alias("a", CLOUDFRONT),
        alias("a", "b.example.com."),
        alias("a", "x.example.net.", "Z9", health="true"),
    ):
        once = provider.normalise(one)
        assert provider.normalise(once) == once
    assert provider.normalise(alias("a", "x.example.net.", "Z9")) == alias("a", "x.example.net.", "Z9")


def test_an_alias_of_a_wildcard_comes_back(provider):
    live = host(provider, rrset("*", "A", "192.0.2.1"), alias("www", "*.example.com."))
    assert live.rrsets[key("www", "A")] == alias("www", "*.example.com.")


def test_an_alias_changes_into_values_and_back(provider):
    target, plain = rrset("web", "A", "192.0.2.1"), rrset("www", "A", "192.0.2.2")
    live = host(provider, target, plain)
    assert set(told(apply(provider, live, Change(plain, alias("www", "web.example.com.")))).values()) == {
        Outcome.APPLIED
    }
    live = read(provider)
    assert live.rrsets[plain.key] == alias("www", "web.example.com.")
    assert set(told(apply(provider, live, Change(live.rrsets[plain.key], plain))).values()) == {Outcome.APPLIED}
    assert read(provider).rrsets[plain.key] == plain


def test_an_alias_to_health_checked_targets_keeps_that(provider):
    ours = alias("www", "web.example.com.", health="true")
    assert host(provider, rrset("web", "A", "192.0.2.1"), ours).rrsets[ours.key] == ours


@pytest.mark.parametrize(
    ("rrset_", "words"),
    [
        (alias("www", "web.example.net."), "neither in the zone nor a name of AWS"),
        (alias("www", "www.example.com."), "its own name"),
        (alias("www", "web.example.com."), ""),
        (alias("www", CLOUDFRONT), ""),
        (alias("www", "web.example.net.", "Z123"), ""),
        (rrset("www", "A", "192.0.2.1"), ""),
    ],
)
def test_what_no_alias_can_point_to_is_refused(provider, rrset_, words):
    found = provider.refusal(ZONE, rrset_)
    assert (words in found) if words else found == ""


def translated(provider, *rrsets):
    return dict(provider.translate(ZONE, {one.key: one for one in rrsets}))


def test_alias_to_a_name_in_the_zone_has_the_types_that_are_there(provider):
    found = translated(
        provider, rrset("web", "A", "192.0.2.1"), rrset("web", "TXT", '"x"'), neutral("@", "web.example.com.")
    )
    assert found[key("@", "A")] == alias("@", "web.example.com.")
    assert key("@", "AAAA") not in found
    assert key("@", "ALIAS") not in found


def test_alias_to_a_name_of_aws_has_both_types(provider):
    found = translated(provider, neutral("@", BALANCER))
    assert set(found) == {key("@", "A"), key("@", "AAAA")}
    assert found[key("@", "AAAA")] == alias("@", BALANCER, rtype="AAAA")


def test_alias_to_an_alias_has_the_types_at_its_end(provider):
    chain = [neutral("a", "b.example.com."), neutral("b", "c.example.com."), rrset("c", "AAAA", "2001:db8::1")]
    found = translated(provider, *chain)
    assert set(found) == {key("a", "AAAA"), key("b", "AAAA"), key("c", "AAAA")}
    assert found[key("a", "AAAA")] == alias("a", "b.example.com.", rtype="AAAA")
    live = host(provider, *found.values())
    assert {found_key: live.rrsets[found_key] for found_key in found} == found


def test_alias_to_an_explicit_alias_has_its_type(provider):
    found = translated(provider, neutral("@", "web.example.com."), alias("web", CLOUDFRONT))
    assert found[key("@", "A")] == alias("@", "web.example.com.")


@pytest.mark.parametrize(
    "others",
    [
        [neutral("www", "elsewhere.example.net.")],
        [neutral("www", "absent.example.com.")],
        [neutral("www", "web.example.com."), rrset("web", "CNAME", "x.example.net.")],
        [neutral("www", "web.example.com."), rrset("web", "A", "192.0.2.1"), rrset("www", "AAAA", "2001:db8::1")],
        [neutral("www", CLOUDFRONT), rrset("www", "CNAME", "x.example.net.")],
        [neutral("www", "www.example.com.")],
        [neutral("www", "b.example.com."), neutral("b", "www.example.com.")],
    ],
)
def test_alias_without_a_form_here_stays(provider, others):
    before = {one.key: one for one in others}
    assert provider.translate(ZONE, before) == before


def test_a_zone_without_alias_is_returned_itself(provider):
    rrsets = {one.key: one for one in [rrset("www", "A", "192.0.2.1")]}
    assert provider.translate(ZONE, rrsets) is rrsets


def test_an_alias_of_another_type_is_read_and_deleted(provider, fake):
    live = host(provider, rrset("text", "TXT", '"x"'), alias("copy", "text.example.com.", rtype="TXT"))
    assert live.rrsets[key("copy", "TXT")].rdatas == ("alias text.example.com. - false",)
    assert apply(provider, live, Change(live.rrsets[key("copy", "TXT")], None))[0].outcome is Outcome.APPLIED


def test_ids_are_read_with_and_without_their_path():
    native = convert.spell(alias("www", "web.example.com."), "Z1")
    native["AliasTarget"]["HostedZoneId"] = "/hostedzone/Z1"
    assert convert.read(native, "Z1") == alias("www", "web.example.com.")


def test_zones_with_other_names_keep_their_own_id(provider):
    other = ZoneId("example.org.")
    provider.create(other)
    live = host(provider, rrset("web", "A", "192.0.2.1"))
    assert (
        AliasTarget.from_text(provider.normalise(alias("www", "web.example.com.", live.provider_id)).rdatas[0]).zone_id
        == ""
    )
