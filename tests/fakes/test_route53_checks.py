"""Health checks and tags, asked through boto3."""

import pytest

from tests.fakes.route53 import Route53Fake
from tests.fakes.route53_boto import change, client, refused, rr

CONFIG = {"Type": "TCP", "IPAddress": "192.0.2.1", "Port": 443}


@pytest.fixture
def fake():
    with Route53Fake(seed=8) as started:
        yield started


@pytest.fixture
def service(fake):
    return client(fake)


def test_a_record_set_can_name_a_health_check_that_was_made(fake, service):
    made = service.create_health_check(CallerReference="one", HealthCheckConfig=CONFIG)["HealthCheck"]
    zone = fake.create_zone("example.com")
    native = rr("w.example.com.", "A", "192.0.2.1", SetIdentifier="x", Weight=1, HealthCheckId=made["Id"])

    change(service, zone, ("CREATE", native))

    assert native in fake.dump(zone)
    assert service.get_health_check(HealthCheckId=made["Id"])["HealthCheck"] == made
    assert service.list_health_checks()["HealthChecks"] == [made]


def test_the_same_reference_is_the_same_health_check(service):
    first = service.create_health_check(CallerReference="one", HealthCheckConfig=CONFIG)["HealthCheck"]
    again = service.create_health_check(CallerReference="one", HealthCheckConfig=CONFIG)["HealthCheck"]

    assert first == again
    other = refused(service.create_health_check, CallerReference="one", HealthCheckConfig=CONFIG | {"Port": 80})
    assert (other[0], other[2]) == ("HealthCheckAlreadyExists", 409)


def test_a_deleted_health_check_is_gone(service):
    id_ = service.create_health_check(CallerReference="one", HealthCheckConfig=CONFIG)["HealthCheck"]["Id"]

    service.delete_health_check(HealthCheckId=id_)

    assert refused(service.delete_health_check, HealthCheckId=id_)[0] == "NoSuchHealthCheck"
    assert service.list_health_checks()["HealthChecks"] == []


def test_zones_and_checks_have_tags(fake, service):
    zone = fake.create_zone("example.com")
    check = service.create_health_check(CallerReference="one", HealthCheckConfig=CONFIG)["HealthCheck"]["Id"]

    for kind, id_ in (("hostedzone", zone), ("healthcheck", check)):
        asked = {"ResourceType": kind, "ResourceId": id_}
        service.change_tags_for_resource(**asked, AddTags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
        service.change_tags_for_resource(**asked, RemoveTagKeys=["a"])
        assert service.list_tags_for_resource(**asked)["ResourceTagSet"]["Tags"] == [{"Key": "b", "Value": "2"}]
        missing = refused(service.list_tags_for_resource, ResourceType=kind, ResourceId="Z0")
        assert missing[2] == 404
