"""What is claimed is true, and nothing is lost, doubled or hidden: cases that no other test here has."""

import pytest

from tests.fakes.kit import Answer
from tests.hosted.conftest import KEY, settings_of

KINDS = ("route53", "gcloud", "ns1")
DENIED = {
    "route53": Answer(
        403,
        b"<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error>"
        b"</ErrorResponse>",
        content_type="text/xml",
    ),
    "gcloud": Answer.of({"error": {"code": 403, "message": "no", "errors": [{"reason": "forbidden"}]}}, 403),
    "ns1": Answer.of({"message": "no"}, 403),
}
CREATES = {
    "route53": ("POST", r"/hostedzone$"),
    "gcloud": ("POST", r"/managedZones$"),
    "ns1": ("PUT", r"/zones/[^/]+$"),
}
LISTS = {"route53": (r"/rrset/?$", 0), "gcloud": (r"/rrsets$", 0), "ns1": (r"/zones/example.com$", 2)}
LOOKS = {
    "route53": (r"byname$", 1),
    "gcloud": (r"/managedZones(/example-com)?$", 2),
    "ns1": (r"/zones/example.com$", 2),
}


def started(folder, service, kind, records, **settings):
    fake = service(kind)
    folder.configure({kind: settings_of(kind, fake) | settings})
    folder.zone(records)
    return fake


A = {"a": {"A": "192.0.2.1"}}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("asked", [(), ("example.com",), ("example.com@internal",)], ids=str)
def test_two_views_that_are_one_zone_at_the_service_are_refused(folder, service, kind, asked):
    fake = started(folder, service, kind, A)
    folder.run("apply", "--yes", code=0)
    other = folder.root / "zones" / "internal.yaml"
    other.write_text("zone: example.com\nview: internal\nrecords: {b: {A: 192.0.2.2}}\n")
    before = fake.dump("example.com.")
    refused = folder.run("apply", "--yes", *asked, code=1)
    assert "same-target" in refused.err
    assert "zone_id" in refused.err
    assert fake.dump("example.com.") == before


@pytest.mark.parametrize("kind", KINDS)
def test_two_views_that_are_new_at_the_service_are_refused_as_one_zone(folder, service, kind):
    fake = started(folder, service, kind, A)
    other = folder.root / "zones" / "internal.yaml"
    other.write_text("zone: example.com\nview: internal\nrecords: {b: {A: 192.0.2.2}}\n")
    assert "same-target" in folder.run("apply", "--yes", code=1).err
    assert fake.zone_names() == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_zone_that_is_created_and_then_unreadable_counts_as_a_change(folder, service, kind):
    fake = started(folder, service, kind, A)
    path, skip = LISTS[kind]
    fake.fail(method="GET", path=path, skip=skip, times=99, answer=DENIED[kind])
    outcome = folder.run("apply", "--yes", code=3)
    assert "created, but: " in " ".join(outcome.out.split())
    assert fake.zone_names()


@pytest.mark.parametrize("kind", KINDS)
def test_a_creation_without_an_answer_counts_as_a_change_where_looking_is_denied(folder, service, kind):
    fake = started(folder, service, kind, A)
    method, path = CREATES[kind]
    fake.fail(method=method, path=path, drop="after")
    path, skip = LOOKS[kind]
    fake.fail(method="GET", path=path, skip=skip, times=99, answer=DENIED[kind])
    folder.run("apply", "--yes", code=3)
    assert fake.zone_names()


@pytest.mark.parametrize("kind", KINDS)
def test_a_creation_without_an_answer_may_have_been_made_where_asking_again_is_denied(folder, service, kind):
    fake = started(folder, service, kind, A)
    method, path = CREATES[kind]
    fake.fail(method=method, path=path, drop="before")
    fake.fail(method=method, path=path, skip=0, times=99, answer=DENIED[kind])
    folder.run("apply", "--yes", code=3)


def test_an_answer_without_the_id_of_the_change_is_settled_by_reading(folder, service):
    fake = started(folder, service, "route53", A)
    folder.run("apply", "--yes", code=0)
    folder.zone({"a": {"A": "192.0.2.9"}})
    namespace = "https://route53.amazonaws.com/doc/2013-04-01/"
    bare = f"<ChangeResourceRecordSetsResponse xmlns='{namespace}'><ChangeInfo/></ChangeResourceRecordSetsResponse>"
    fake.fail(method="POST", path=r"/rrset/?$", rewrite=lambda _: Answer(200, bare.encode(), content_type="text/xml"))
    folder.run("apply", "--yes", code=0)
    folder.run("plan", "--exit-code", code=0)
    assert len(fake.requests("POST", r"/rrset/?$")) == 2


def test_the_api_key_of_the_environment_is_hidden_where_the_service_repeats_it(folder, service):
    fake = started(folder, service, "ns1", A)
    fake.fail(times=99, answer=Answer.of({"message": f"key {KEY} is unknown"}, 401))
    for command in (("plan",), ("providers",), ("providers", "check")):
        shown = folder.run(*command)
        assert KEY not in shown.out + shown.err
        assert "is unknown" in " ".join((shown.out + shown.err).split())


@pytest.mark.parametrize("kind", ["route53", "gcloud"])
def test_name_servers_that_a_private_zone_never_gets_are_refused_by_the_plan(folder, service, kind):
    networks = {"route53": ["eu-west-1/vpc-0a1b2c3d"], "gcloud": ["projects/acme/global/networks/main"]}
    fake = started(folder, service, kind, A, private="true", networks=networks[kind])
    folder.zone(A, nameservers="auto")
    assert "apex-ns-not-editable" in folder.run("plan", code=1).err
    folder.run("apply", "--yes", code=1)
    assert fake.zone_names() == []


def test_an_alias_of_nothing_is_refused_by_the_plan(folder, service):
    fake = started(folder, service, "route53", {"a": {"A": {"alias": {"target": "t"}}}, "t": {"AAAA": "2001:db8::1"}})
    assert "alias-target-missing" in folder.run("apply", "--yes", code=1).err
    assert fake.zone_names() == []
    folder.zone({"a": {"A": {"alias": {"target": "t"}}}, "t": {"A": "192.0.2.1"}})
    folder.run("apply", "--yes", code=0)
    folder.zone({"a": {"A": {"alias": {"target": "t"}}}})
    assert "alias-target-missing" in folder.run("plan", code=1).err


def test_an_alias_may_point_to_what_the_file_leaves_alone(folder, service):
    fake = started(folder, service, "route53", {})
    folder.run("apply", "--yes", code=0)
    weighted = {
        "Type": "A",
        "TTL": 60,
        "SetIdentifier": "one",
        "Weight": 1,
        "ResourceRecords": [{"Value": "192.0.2.1"}],
    }
    fake.add_native("example.com.", {"Name": "kept.example.com.", **weighted})
    fake.edit("example.com.", "theirs.example.com.", "A", 60, ["192.0.2.2"])
    aliases = {name: {"A": {"alias": {"target": target}}} for name, target in (("a", "kept"), ("b", "theirs"))}
    folder.zone(aliases, unmanaged="keep")
    folder.run("apply", "--yes", code=0)
    folder.run("plan", "--exit-code", code=0)


def test_a_zone_new_in_two_accounts_of_a_service_is_two_zones(folder, service, monkeypatch, tmp_path):
    fake = service("route53")
    keys = tmp_path / "credentials"
    keys.write_text("".join(f"[{name}]\naws_access_key_id=AKID{name}\naws_secret_access_key=-\n" for name in "ab"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(keys))
    folder.configure({name: settings_of("route53", fake) | {"profile": name} for name in "ab"})
    folder.zone(A, nameservers="auto")
    shown = folder.run("plan", code=0)
    assert "2 of a, 2 of b" in shown.out


def test_an_account_under_two_names_creates_no_zone_twice(folder, service):
    fake = service("route53")
    folder.configure({"one": settings_of("route53", fake), "two": settings_of("route53", fake) | {"rate": "999"}})
    folder.zone(A, nameservers="auto")
    assert "exists" in folder.run("apply", "--yes", code=3).out
    assert fake.zone_names() == ["example.com."]
    assert "same-target" in folder.run("plan", code=1).err
