"""Credentials from where boto3 finds them, roles, and the permissions that are needed."""

import pytest

from tests.fakes.route53 import Route53Fake
from tests.route53.conftest import ACCESS_KEY, QUICK, ZONE, host, read
from tests.support.credentials import CREDENTIALS
from zonesync.provider.abilities import Account
from zonesync.provider.contract import Outcome
from zonesync.provider.errors import Denied
from zonesync_route53 import Route53Provider

SECRET = CREDENTIALS["AWS_SECRET_ACCESS_KEY"]
ROLE = "arn:aws:iam::123456789012:role/dns"


@pytest.fixture
def guarded(monkeypatch):
    """Start a service that checks signatures and lets a role be assumed at the same address."""
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    with Route53Fake(credentials={ACCESS_KEY: SECRET}, roles={ROLE: "ext-1"}) as fake:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", fake.url)
        yield fake


def at(fake, **options):
    return Route53Provider("aws", endpoint=fake.url, rate="100000", budget=QUICK, poll=lambda _: None, **options)


def test_credentials_of_the_environment_are_found_and_not_shown(provider, fake):
    assert isinstance(provider, Account)
    found = provider.credentials()
    assert (found.found, found.source) == (True, "env")
    assert not fake.log


def test_credentials_of_a_profile_are_found(guarded, monkeypatch, tmp_path):
    file = tmp_path / "credentials"
    file.write_text(f"[team]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET}\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    provider = at(guarded, profile="team")
    assert provider.credentials().source == "shared-credentials-file"
    assert provider.read(ZONE) is None


def test_a_profile_comes_before_the_environment(monkeypatch, tmp_path):
    file = tmp_path / "credentials"
    file.write_text("[team]\naws_access_key_id = AKIATEAM\naws_secret_access_key = team-secret\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    assert Route53Provider("aws", profile="team").credentials().source == "shared-credentials-file"


def test_a_role_is_assumed_with_its_external_id(guarded):
    provider = at(guarded, role_arn=ROLE, external_id="ext-1")
    assert provider.credentials().source == f"assume-role `{ROLE}` through env"
    assert not guarded.log
    host(provider)
    assert len(guarded.requests("POST", "^/$")) == 1
    (assumed,) = guarded.requests("POST", "^/$")
    assert b"RoleSessionName=zonesync" in assumed.body
    assert {request.headers["authorization"].split("=")[1].split("/")[0] for request in guarded.requests("GET")} == {
        "ASIAFAKE000000000001"
    }


@pytest.mark.parametrize("external_id", [{}, {"external_id": "wrong"}])
def test_a_role_that_may_not_be_assumed_is_denied_with_its_permission(guarded, external_id):
    with pytest.raises(Denied) as raised:
        at(guarded, role_arn=ROLE, **external_id).read(ZONE)
    assert raised.value.hint == "allow `sts:AssumeRole`"


def test_a_role_without_credentials_to_assume_it_is_denied(guarded, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    provider = at(guarded, role_arn=ROLE, external_id="ext-1")
    assert not provider.credentials().found
    with pytest.raises(Denied):
        provider.read(ZONE)


def test_a_broken_configuration_file_is_no_defect(monkeypatch, tmp_path):
    file = tmp_path / "config"
    file.write_text("[default\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    provider = Route53Provider("aws", profile="x")
    assert not provider.credentials().found
    with pytest.raises(Denied):
        provider.read(ZONE)


def test_permissions_say_what_an_apply_adds(make):
    public, private = make().permissions, make(private="true").permissions
    assert "route53:ListResourceRecordSets" in public.plan
    assert "route53:ChangeResourceRecordSets" in public.apply
    assert not set(public.plan) & set(public.apply)
    assert public.delete == private.delete == ("route53:DeleteHostedZone",)
    assert set(private.apply) - set(public.apply) == {
        "ec2:DescribeVpcs",
        "route53:AssociateVPCWithHostedZone",
        "route53:DisassociateVPCFromHostedZone",
    }
    assert "sts:AssumeRole" in make(role_arn=ROLE).permissions.plan


@pytest.mark.parametrize("private", ["false", "true"])
def test_the_permissions_are_all_that_is_called(fake, make, private):
    """Everything but the permissions is denied, and a whole life of a zone goes through."""
    options = {"private": private, **({"networks": ["eu-west-1/vpc-00000001"]} if private == "true" else {})}
    provider = make(**options)
    given = provider.permissions
    allowed = {name.partition(":")[2] for name in (*given.plan, *given.apply, *given.delete)}
    names = {"ListResourceRecordSetProtections", "GetHostedZoneCount", "GetAccountLimit", "ListHostedZonesByVPC"}
    fake.deny.update(names - allowed)
    live = host(provider)
    list(provider.zones())
    provider.capabilities_for(live, 9999)
    if private == "true":
        receipts = list(provider.set_networks(live, ["us-east-1/vpc-00000002"]))
        provider.wait(receipts)
        assert len(receipts) == 2
    assert provider.delete(read(provider)).outcome is Outcome.APPLIED


def test_without_the_permission_to_delete_a_zone_it_stays(fake, provider):
    live = host(provider)
    fake.deny.add("DeleteHostedZone")
    with pytest.raises(Denied) as raised:
        provider.delete(live)
    assert raised.value.hint == "allow `route53:DeleteHostedZone`"
    assert read(provider) == live
