"""A run taken back at the hosted services: what they have then is what they had before, byte for byte."""

import copy
import json

import pytest

from tests.hosted.conftest import settings_of
from tests.hosted.test_two_providers import RECORDS

LIMITS = {"max_deletes": "100%", "max_changes": "100%"}


def after_it():
    """RECORDS with every kind of edit: created, changed, deleted, another type at the name."""
    records = copy.deepcopy(RECORDS)
    records["@"]["TXT"] = ["v=spf1 -all"]
    records["@"]["A"] = ["192.0.2.7"]
    records["www"] = {"A": "192.0.2.80", "AAAA": "2001:db8::80"}
    records["new"] = {"A": "192.0.2.99"}
    records["api"] = {"A": {"ttl": 600, "values": ["192.0.2.20", "192.0.2.21"]}}
    records["long"] = {"TXT": "short"}
    del records["svc"], records["sub"]
    return records


def start(folder, service, kinds):
    folder.configure(
        {kind: settings_of(kind, None if kind == "bind" else service(kind)) for kind in kinds}, safety=LIMITS
    )


def served(folder, kinds):
    return {kind: folder.run("export", "example.com", "--from", kind, "--no-soa", code=0).out for kind in kinds}


def last_run(folder):
    entries = json.loads(folder.run("audit", "log", "--format", "json", code=0).out)["entries"]
    return entries[-1]["run"]


@pytest.mark.parametrize("kinds", [("route53", "gcloud"), ("ns1", "bind")], ids="+".join)
def test_what_is_served_after_a_rollback_is_what_was_served_before(folder, service, kinds):
    start(folder, service, kinds)
    auto = "auto" if len(kinds) > 1 else "unmanaged"
    folder.zone(RECORDS, nameservers=auto, soa={"minimum": "5m"})
    folder.run("apply", "--yes", code=0)
    before = served(folder, kinds)
    hosts = ["ns1.example.net.", "ns2.example.net."] if len(kinds) > 1 else None
    vanity = [{"rule": rule, "reason": "vanity"} for rule in ("foreign-nameserver", "nameservers-leave-provider-out")]
    named = {"nameservers": hosts, "allow": vanity} if hosts else {}
    folder.zone(after_it(), soa={"minimum": "10m", "refresh": "2h"}, **named)
    folder.run("apply", "--yes", code=0)
    run = last_run(folder)
    assert served(folder, kinds) != before
    done = folder.run("rollback", run, "--yes", code=0)
    assert served(folder, kinds) == before
    assert ("then the apex NS set" in done.out) is (hosts is not None)
    folder.zone(RECORDS, nameservers=auto, soa={"minimum": "5m"})
    folder.run("plan", "--exit-code", code=0)


def test_an_edit_at_the_service_since_then_is_refused_by_name(folder, service):
    start(folder, service, ("gcloud",))
    folder.zone(RECORDS)
    folder.run("apply", "--yes", code=0)
    folder.zone(after_it())
    folder.run("apply", "--yes", code=0)
    run = last_run(folder)
    service("gcloud").edit("example.com.", "api.example.com.", "A", 60, ["192.0.2.66"])
    refused = folder.run("rollback", run, "--yes", code=1)
    assert "error[rollback-changed-since]: `api.example.com. A` was changed since" in refused.err
    folder.run("rollback", run, "--yes", "--overwrite", "api", code=0)
    folder.zone(RECORDS)
    folder.run("plan", "--exit-code", code=0)


def test_an_unreachable_service_leaves_the_zone_alone_at_the_other_one_too(folder, service):
    start(folder, service, ("route53", "gcloud"))
    folder.zone(RECORDS, nameservers="auto")
    folder.run("apply", "--yes", code=0)
    folder.zone(after_it(), nameservers="auto")
    folder.run("apply", "--yes", code=0)
    run, before = last_run(folder), served(folder, ["route53"])
    broken = {**settings_of("gcloud", service("gcloud")), "endpoint": "http://127.0.0.1:9", "attempts": "1"}
    folder.configure({"route53": settings_of("route53", service("route53")), "gcloud": broken}, safety=LIMITS)
    refused = folder.run("rollback", run, "--yes", code=1)
    assert "error[unread]" in refused.err
    assert served(folder, ["route53"]) == before
