"""What the model cannot hold is shown in one line, and has a digest that changes with it."""

import pytest

from zonesync.model.zone import Kept
from zonesync_route53.convert import read

OWN = "Z0OWN"
A = {"Name": "www.example.com.", "Type": "A", "TTL": 300, "ResourceRecords": [{"Value": "192.0.2.1"}]}
ALIAS = {
    "Name": "www.example.com.",
    "Type": "A",
    "AliasTarget": {"HostedZoneId": "Z1", "DNSName": "other.example.com.", "EvaluateTargetHealth": False},
}


@pytest.mark.parametrize(
    ("more", "description"),
    [
        ({"SetIdentifier": "blue", "Weight": 10}, 'weighted 10, set "blue", 192.0.2.1'),
        ({"SetIdentifier": "us", "Region": "us-east-1"}, 'latency us-east-1, set "us", 192.0.2.1'),
        (
            {"SetIdentifier": "x", "GeoLocation": {"ContinentCode": "EU"}},
            'geolocation continent EU, set "x", 192.0.2.1',
        ),
        (
            {"SetIdentifier": "x", "GeoLocation": {"CountryCode": "US", "SubdivisionCode": "CA"}},
            'geolocation US-CA, set "x", 192.0.2.1',
        ),
        ({"SetIdentifier": "x", "GeoLocation": {"CountryCode": "*"}}, 'geolocation default, set "x", 192.0.2.1'),
        (
            {"SetIdentifier": "x", "GeoProximityLocation": {"AWSRegion": "eu-west-1", "Bias": -5}},
            'geoproximity eu-west-1, bias -5, set "x", 192.0.2.1',
        ),
        (
            {"SetIdentifier": "x", "GeoProximityLocation": {"Coordinates": {"Latitude": "52.1", "Longitude": "4.2"}}},
            'geoproximity 52.1/4.2, bias 0, set "x", 192.0.2.1',
        ),
        (
            {"SetIdentifier": "x", "Failover": "PRIMARY", "HealthCheckId": "h-1"},
            'failover primary, set "x", health check h-1, 192.0.2.1',
        ),
        ({"SetIdentifier": "x", "MultiValueAnswer": True}, 'multivalue answer, set "x", 192.0.2.1'),
        (
            {"SetIdentifier": "x", "CidrRoutingConfig": {"CollectionId": "c-1", "LocationName": "office"}},
            'IP-based, collection c-1, location office, set "x", 192.0.2.1',
        ),
        ({"HealthCheckId": "h-1"}, "health check h-1, 192.0.2.1"),
        ({"TrafficPolicyInstanceId": "t-1"}, "made by traffic policy instance t-1, 192.0.2.1"),
        ({"NewField": "x"}, "field `NewField`, 192.0.2.1"),
    ],
)
def test_a_routing_policy_is_kept_and_described(more, description):
    found = read({**A, **more}, OWN)
    assert isinstance(found, Kept)
    assert found.description == description
    assert (found.name, found.type) == ("www.example.com.", "A")
    assert found.set_identifier == more.get("SetIdentifier", "")
    assert found.digest.startswith("sha256:")


def test_an_alias_with_a_policy_says_what_it_is_an_alias_of():
    found = read({**ALIAS, "SetIdentifier": "a", "Weight": 0}, OWN)
    assert isinstance(found, Kept)
    assert found.description == 'weighted 0, set "a", alias of other.example.com.'


def test_several_values_are_counted():
    records = [{"Value": "192.0.2.1"}, {"Value": "192.0.2.2"}]
    found = read({**A, "ResourceRecords": records, "HealthCheckId": "h"}, OWN)
    assert isinstance(found, Kept)
    assert found.description == "health check h, 2 values"


def test_an_unknown_type_is_kept():
    found = read({**A, "Type": "LOC"}, OWN)
    assert isinstance(found, Kept)
    assert found.description == "a type that is not known here, 192.0.2.1"


def test_an_unreadable_name_is_kept_as_it_is():
    found = read({**A, "Name": "a..example.com."}, OWN)
    assert isinstance(found, Kept)
    assert found.name == "a..example.com."


def test_an_rrset_without_values_is_kept():
    assert isinstance(read({**A, "ResourceRecords": []}, OWN), Kept)


@pytest.mark.parametrize("change", [{"Weight": 11}, {"TTL": 301}, {"ResourceRecords": [{"Value": "192.0.2.2"}]}])
def test_the_digest_changes_with_the_rrset_and_not_with_the_order_of_fields(change):
    one = {**A, "SetIdentifier": "blue", "Weight": 10}
    kept, same, other = (read(found, OWN) for found in (one, dict(reversed(one.items())), {**one, **change}))
    assert kept.digest == same.digest != other.digest
