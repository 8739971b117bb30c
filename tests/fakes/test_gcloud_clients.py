"""Clients that nobody here wrote, on the fake of Cloud DNS: google-cloud-dns, google-api-python-client."""

import google.api_core.exceptions
import google.auth.exceptions
import httplib2
import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.dns import Client
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.gcloud_calls import rrset
from tests.fakes.kit import Throttle

APEX = "example.com."


def cloud(fake, credentials=None):
    options = {"api_endpoint": fake.url}
    return Client(project="p", credentials=credentials or AnonymousCredentials(), client_options=options)


@pytest.fixture
def fake():
    with CloudDnsFake(page=3) as running:
        yield running


@pytest.fixture
def api(fake):
    with build("dns", "v1", http=httplib2.Http(), client_options={"api_endpoint": fake.url}) as service:
        yield service


# google-cloud-dns


def test_google_cloud_dns_goes_round(fake):
    client = cloud(fake)
    zone = client.zone("zone", APEX, "words")
    assert not zone.exists()
    zone.create()
    assert zone.exists()
    assert (len(zone.name_servers), zone.description, zone.created.year) == (4, "words", 2026)
    changes = zone.changes()
    for number in range(4):
        changes.add_record_set(zone.resource_record_set(f"w{number}.{APEX}", "A", 300, [f"192.0.2.{number}"]))
    changes.create()
    assert changes.status == "pending"
    changes.reload()
    assert (changes.status, changes.started.year, changes.exists()) == ("done", 2026, True)
    records = list(zone.list_resource_record_sets())
    assert [(each.record_type, each.ttl) for each in records] == [("NS", 21600), ("SOA", 21600)] + [("A", 300)] * 4
    assert [each.name for each in zone.list_changes()] == ["0", "1"]
    assert [each.name for each in client.list_zones()] == ["zone"]
    changes = zone.changes()
    for each in records[2:]:
        changes.delete_record_set(each)
    changes.create()
    zone.delete()
    assert fake.zone_names() == []


def test_google_cloud_dns_reads_the_quotas(fake):
    assert cloud(fake).quotas()["rrsetAdditionsPerChange"] == 1000


def test_google_cloud_dns_falls_over_a_routing_policy(fake):
    fake.create_zone(APEX, "zone")
    policy = {"wrr": {"items": [{"weight": 1.0, "rrdatas": ["192.0.2.1"]}]}}
    fake.add_native(APEX, {"name": f"p.{APEX}", "type": "A", "ttl": 1, "routingPolicy": policy})
    with pytest.raises(KeyError, match="rrdatas"):
        list(cloud(fake).zone("zone", APEX).list_resource_record_sets())


def test_google_cloud_dns_shows_a_token_or_is_refused():
    with CloudDnsFake(token="secret") as fake:
        assert list(cloud(fake, Credentials("secret")).list_zones()) == []
        assert fake.requests()[0].headers["authorization"] == "Bearer secret"
        # The client's transport answers a 401 by refreshing, which these credentials cannot.
        with pytest.raises(google.auth.exceptions.InvalidOperation):
            list(cloud(fake).list_zones())
        assert fake.log[-1].status == 401


def write(client, additions=(), deletions=()):
    body = {"additions": list(additions), "deletions": list(deletions)}
    client._connection.api_request("POST", "/projects/p/managedZones/zone/changes", data=body)


def make(client, name="zone", dns_name=APEX, **more):
    data = {"name": name, "dnsName": dns_name, "description": "", **more}
    client._connection.api_request("POST", "/projects/p/managedZones", data=data)


WWW = rrset("www", "A", "192.0.2.1")
CLASH = (
    "The resource record set 'entity.change.additions[www.example.com.][CNAME]' is invalid because the DNS name "
    "'www.example.com.' has a resource record set of the type 'A'. A DNS name may have either one CNAME resource "
    "record set or resource record sets of other types, but not both."
)
REFUSALS = [
    (
        make,
        *(409, "alreadyExists", "The resource 'entity.managedZone' named 'zone' already exists"),
    ),
    (lambda client: make(client, "Bad"), 400, "invalid", "Invalid value for 'entity.managedZone.name': 'Bad'"),
    (
        lambda client: make(client, "z", "com."),
        *(400, "managedZoneDnsNameNotAvailable", "The 'com.' managed zone is not available to be created."),
    ),
    (
        lambda client: client.zone("q").reload(),
        *(404, "notFound", "The 'parameters.managedZone' resource named 'q' does not exist."),
    ),
    (
        lambda client: client.zone("zone").delete(),
        400,
        "containerNotEmpty",
        "The resource named 'zone' cannot be deleted because it contains one or more 'resource records'.",
    ),
    (
        lambda client: write(client, [WWW]),
        409,
        "alreadyExists",
        "The resource 'entity.change.additions[www.example.com.][A]' named 'www.example.com. (A)' already exists",
    ),
    (
        lambda client: write(client, [], [{**WWW, "ttl": 1}]),
        *(412, "conditionNotMet", "Precondition not met for 'entity.change.deletions[www.example.com.][A]'"),
    ),
    (
        lambda client: write(client, [rrset("w", "A", "x")]),
        *(400, "invalid", "Invalid value for 'entity.change.additions[w.example.com.][A].rrdata[0]': 'x'"),
    ),
    (
        lambda client: write(client, [rrset("www", "CNAME", "a.")]),
        400,
        "cnameResourceRecordSetConflict",
        CLASH,
    ),
    (
        lambda client: write(client, [rrset(f"w{number}", "A", "192.0.2.1") for number in range(4)]),
        *(403, "quotaExceeded", "The change would exceed quota for additions per change."),
    ),
]


@pytest.mark.parametrize(("work", "status", "reason", "words"), REFUSALS)
def test_google_cloud_dns_hears_the_refusal_with_status_reason_and_words(work, status, reason, words):
    with CloudDnsFake(quota={"rrsetAdditionsPerChange": 3}) as fake:
        fake.create_zone(APEX, "zone")
        fake.edit(APEX, "www.example.com.", "A", 300, ["192.0.2.1"])
        with pytest.raises(google.api_core.exceptions.GoogleAPICallError) as refused:
            work(cloud(fake))
        assert (refused.value.code, refused.value.errors[0]["reason"]) == (status, reason)
        assert refused.value.message.endswith(f": {words}")


# google-api-python-client


def test_google_api_python_client_goes_round(fake, api):
    zones, sets, changes = api.managedZones(), api.resourceRecordSets(), api.changes()
    body = {"name": "zone", "dnsName": APEX, "description": "", "visibility": "public"}
    zones.create(project="p", body=body).execute()
    at = {"project": "p", "managedZone": "zone"}
    additions = [rrset(f"w{number}", "A", "192.0.2.1") for number in range(5)]
    made = changes.create(**at, body={"additions": additions}).execute()
    assert changes.get(**at, changeId=made["id"]).execute()["status"] == "done"
    names, request = [], sets.list(**at, maxResults=2)
    while request is not None:
        page = request.execute()
        names += [each["name"] for each in page["rrsets"]]
        request = sets.list_next(request, page)
    assert names == [APEX, APEX, *(each["name"] for each in additions)]
    wild = sets.create(**at, body=rrset("*", "TXT", '"x"')).execute()
    one = {"name": wild["name"], "type": "TXT"}
    assert sets.get(**at, **one).execute() == wild
    assert sets.patch(**at, **one, body={"ttl": 60}).execute()["ttl"] == 60
    assert sets.list(**at, **one).execute()["rrsets"][0]["ttl"] == 60
    assert sets.delete(**at, **one).execute() == {}
    operation = zones.patch(**at, body={"labels": {"a": "b"}}).execute()
    polled = api.managedZoneOperations().get(**at, operation=operation["id"]).execute()
    assert (polled["status"], zones.get(**at).execute()["labels"]) == ("done", {"a": "b"})
    assert api.dnsKeys().list(**at).execute() == {"kind": "dns#dnsKeysListResponse"}
    changes.create(**at, body={"deletions": additions}).execute()
    zones.delete(**at).execute()
    assert zones.list(project="p").execute() == {"kind": "dns#managedZonesListResponse"}
    assert int(api.projects().get(project="p").execute()["number"]) > 0


def test_google_api_python_client_hears_the_refusal(api):
    with pytest.raises(HttpError) as refused:
        api.managedZones().get(project="p", managedZone="q").execute()
    words = "The 'parameters.managedZone' resource named 'q' does not exist."
    assert (refused.value.status_code, refused.value.reason) == (404, words)
    assert refused.value.error_details == [{"message": words, "domain": "global", "reason": "notFound"}]


def test_google_api_python_client_takes_a_throttle_for_one():
    with CloudDnsFake(throttle=Throttle(rate=1, burst=1, clock=lambda: 0.0)) as fake:
        options = {"api_endpoint": fake.url}
        with build("dns", "v1", http=httplib2.Http(), client_options=options) as api:
            api.managedZones().list(project="p").execute()
            request = api.managedZones().list(project="p")
            # The client retries what it knows as a throttle; without waiting here.
            request._sleep = lambda _: None
            with pytest.raises(HttpError) as refused:
                request.execute(num_retries=2)
        assert (refused.value.status_code, fake.throttle.refused) == (429, 3)
