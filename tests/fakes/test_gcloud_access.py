"""Who may call the fake of Cloud DNS, how often, and what happens to calls that come at once."""

import http.client
import threading

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.gcloud_calls import call, change, rrset
from tests.fakes.gcloud_errors import error
from tests.fakes.kit import Throttle

APEX = "example.com."
ZONE = "/managedZones/z-example-com"


def test_a_call_without_the_token_is_refused():
    with CloudDnsFake(token="secret") as fake:
        missing = call(fake, "GET", "/managedZones")
        assert (missing.status, missing.reason) == (401, "required")
        assert missing.words.startswith("Request is missing required authentication credential.")
        for given in ("Bearer other", "Basic secret", "secret"):
            wrong = call(fake, "GET", "/managedZones", headers={"Authorization": given})
            assert (wrong.status, wrong.reason) == (401, "authError")
            assert wrong.words.startswith("Request had invalid authentication credentials.")
            assert wrong.body["error"]["status"] == "UNAUTHENTICATED"
        assert call(fake, "GET", "/managedZones", headers={"Authorization": "Bearer secret"}).status == 200


def test_a_token_comes_before_everything_else():
    with CloudDnsFake(token="secret", deny={"managedZones.get"}) as fake:
        assert call(fake, "GET", "/managedZones/q").status == 401


CALLS = [
    ("projects.get", "GET", "", None),
    ("managedZones.list", "GET", "/managedZones", None),
    ("managedZones.create", "POST", "/managedZones", {"name": "n", "dnsName": "n.example.", "description": ""}),
    ("managedZones.get", "GET", ZONE, None),
    ("managedZones.update", "PATCH", ZONE, {}),
    ("managedZones.delete", "DELETE", ZONE, None),
    ("managedZoneOperations.get", "GET", f"{ZONE}/operations/1", None),
    ("managedZoneOperations.list", "GET", f"{ZONE}/operations", None),
    ("dnsKeys.list", "GET", f"{ZONE}/dnsKeys", None),
    ("changes.create", "POST", f"{ZONE}/changes", {"additions": [rrset("w", "A", "192.0.2.1")]}),
    ("changes.get", "GET", f"{ZONE}/changes/1", None),
    ("changes.list", "GET", f"{ZONE}/changes", None),
    ("resourceRecordSets.list", "GET", f"{ZONE}/rrsets", None),
    ("resourceRecordSets.get", "GET", f"{ZONE}/rrsets/www.example.com./A", None),
    ("resourceRecordSets.create", "POST", f"{ZONE}/rrsets", rrset("w", "A", "192.0.2.1")),
    ("resourceRecordSets.update", "PATCH", f"{ZONE}/rrsets/www.example.com./A", {}),
    ("resourceRecordSets.delete", "DELETE", f"{ZONE}/rrsets/www.example.com./A", None),
    ("resourceRecordSets.create", "POST", f"{ZONE}/changes", {"additions": [rrset("w", "A", "192.0.2.1")]}),
    ("resourceRecordSets.delete", "POST", f"{ZONE}/changes", {"deletions": [rrset("w", "A", "192.0.2.1")]}),
    (
        "resourceRecordSets.update",
        "POST",
        f"{ZONE}/changes",
        {"additions": [rrset("www", "A", "192.0.2.2")], "deletions": [rrset("www", "A", "192.0.2.1")]},
    ),
]


@pytest.mark.parametrize(("permission", "method", "path", "body"), CALLS)
def test_a_call_without_its_permission_is_refused_and_nothing_happens(permission, method, path, body):
    with CloudDnsFake(deny={permission}) as fake:
        fake.create_zone(APEX)
        fake.edit(APEX, "www.example.com.", "A", 300, ["192.0.2.1"])
        before = fake.dump(APEX)
        resource = f"projects/p{path[: len(ZONE)] if path.startswith(ZONE) else ''}"
        words = f"Required 'dns.{permission}' permission for '{resource}'"
        assert call(fake, method, path, body).refusal == (403, "forbidden", words)
        assert (fake.dump(APEX), fake.zone_names()) == (before, [APEX])


@pytest.mark.parametrize(("permission", "method", "path", "body"), CALLS)
def test_a_call_needs_no_other_permission(permission, method, path, body):
    needed = {permission, "changes.create"} if path.endswith("/changes") else {permission}
    with CloudDnsFake(deny={each for each, *_ in CALLS} - needed) as fake:
        fake.create_zone(APEX)
        fake.edit(APEX, "www.example.com.", "A", 300, ["192.0.2.1"])
        if permission == "changes.create":
            fake.deny.discard("resourceRecordSets.create")
        assert call(fake, method, path, body).status != 403


def test_every_method_that_the_fake_has_is_in_the_table_of_permissions():
    from tests.fakes.gcloud_routes import methods

    with CloudDnsFake() as fake:
        known = {method.id.replace("patch", "update") for method in methods() if fake.service.handler(method.id)}
    assert known == {permission for permission, *_ in CALLS}


@pytest.mark.parametrize(("status", "word"), [(429, "RESOURCE_EXHAUSTED"), (403, "PERMISSION_DENIED")])
def test_one_call_too_many_is_refused(status, word):
    throttle = Throttle(rate=1, burst=2, clock=lambda: 0.0)
    with CloudDnsFake(throttle=throttle, throttle_status=status) as fake:
        statuses = [call(fake, "GET", "/managedZones").status for _ in range(2)]
        refused = call(fake, "GET", "/managedZones")
        assert (statuses, refused.status, refused.reason) == ([200, 200], status, "rateLimitExceeded")
        assert refused.body["error"]["status"] == word
        assert refused.body["error"]["errors"][0]["domain"] == "usageLimits"
        assert "Quota exceeded for quota metric" in refused.words


def test_of_writers_at_once_one_wins_and_nothing_interleaves():
    count = 8
    with CloudDnsFake() as fake:
        fake.create_zone(APEX)
        fake.edit(APEX, "www.example.com.", "A", 300, ["192.0.2.1"])
        old = [rrset("www", "A", "192.0.2.1")]
        barrier = threading.Barrier(count)
        statuses = {}

        def write(number):
            barrier.wait()
            mine = [rrset(name, "A", f"192.0.2.{100 + number}") for name in ("www", "a", "b")]
            statuses[number] = change(fake, mine, old).status

        threads = [threading.Thread(target=write, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses.values()) == [200] + [412] * (count - 1)
        [winner] = [number for number, status in statuses.items() if status == 200]
        held = [each["rrdatas"] for each in fake.dump(APEX) if each["type"] == "A"]
        assert held == [[f"192.0.2.{100 + winner}"]] * 3


def test_an_answer_that_is_lost_has_taken_effect_and_the_same_change_is_refused_then():
    with CloudDnsFake() as fake:
        fake.create_zone(APEX)
        fake.fail(method="POST", path="/changes", drop="after")
        with pytest.raises(http.client.RemoteDisconnected):
            change(fake, [rrset("www", "A", "192.0.2.1")])
        assert change(fake, [rrset("www", "A", "192.0.2.1")]).reason == "alreadyExists"


def test_somebody_elses_edit_comes_between():
    with CloudDnsFake() as fake:
        fake.create_zone(APEX)
        fake.fail(method="POST", run=lambda: fake.edit(APEX, "www.example.com.", "A", 60, ["192.0.2.9"]))
        assert change(fake, [rrset("www", "A", "192.0.2.1")]).reason == "alreadyExists"


def test_an_error_may_be_ordered_in_the_services_form():
    with CloudDnsFake() as fake:
        fake.fail(answer=error(403, "accessNotConfigured", "Cloud DNS API is disabled", domain="usageLimits"))
        refused = call(fake, "GET", "/managedZones")
        assert refused.refusal == (403, "accessNotConfigured", "Cloud DNS API is disabled")
        assert refused.body["error"]["errors"][0]["domain"] == "usageLimits"
