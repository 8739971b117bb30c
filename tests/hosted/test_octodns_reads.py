"""octoDNS's own providers read back every RRset that zonesync wrote: a client that nobody here made is the witness."""

import json
import logging
import re

import google.auth.credentials
import ns1.config
import octodns_googlecloud
import octodns_ns1
import octodns_route53
import pytest
from octodns.zone import Zone

from tests.hosted.conftest import KEY, settings_of
from tests.hosted.test_two_providers import RECORDS
from zonesync.model import rdata

UNREAD = {"route53": {"HTTPS"}, "gcloud": {"HTTPS"}, "ns1": {"HTTPS"}}
"""Types of the sample that octoDNS's provider does not know."""


def octodns_provider(kind, fake, monkeypatch):
    if kind == "route53":
        monkeypatch.setenv("AWS_ENDPOINT_URL_ROUTE_53", fake.url)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        return octodns_route53.Route53Provider("witness")
    if kind == "gcloud":
        real = octodns_googlecloud.dns.Client

        def client(project=None):
            anonymous = google.auth.credentials.AnonymousCredentials()
            return real(project=project, credentials=anonymous, client_options={"api_endpoint": fake.url})

        monkeypatch.setattr(octodns_googlecloud.dns, "Client", client)
        return octodns_googlecloud.GoogleCloudProvider("witness", project="acme")
    monkeypatch.setattr(ns1.config.Config, "getEndpoint", lambda self: fake.url.removesuffix("/v1"))
    return octodns_ns1.Ns1Provider("witness", api_key=KEY)


def text_of(kind, value):
    """Return the canonical text of what octoDNS has: NS1 has texts as they are, the others escape them."""
    plain = re.sub(r"\\(.)", r"\1", value) if kind != "ns1" else value
    return rdata.txt_text(plain.encode())


def seen_by(kind, provider):
    zone = Zone("example.com.", [])
    provider.populate(zone, lenient=True)
    found = {}
    for record in zone.records:
        values = getattr(record, "values", None) or [record.value]
        if record._type in {"TXT", "SPF"}:
            texts = {text_of(kind, str(value).replace("\\;", ";")) for value in values}
        else:
            texts = {rdata.canonical(record._type, value.to_rdata_text(), ".") for value in values}
        found[record.fqdn, record._type] = (record.ttl, texts)
    return found


@pytest.mark.parametrize("kind", ["route53", "gcloud", "ns1"])
def test_octodns_reads_back_every_rrset_that_was_written(folder, service, kind, monkeypatch):
    logging.getLogger("octodns").setLevel(logging.ERROR)
    fake = service(kind)
    folder.configure({kind: settings_of(kind, fake)})
    folder.zone(RECORDS, ttl=3600)
    folder.run("apply", "--yes", code=0)
    found = seen_by(kind, octodns_provider(kind, fake, monkeypatch))
    exported = folder.run("export", "example.com", "--format", "json", code=0).out
    wanted = {(one["name"], one["type"]): (one["ttl"], set(one["rdatas"])) for one in json.loads(exported)["rrsets"]}
    checked = 0
    for key, value in wanted.items():
        if key[1] in UNREAD[kind] and key not in found:
            continue
        assert found.get(key) == value
        checked += 1
    assert checked >= len(wanted) - 1
