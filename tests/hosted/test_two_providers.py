"""Two providers with the same zone: one apply, and both serve the same bytes and the same name servers."""

import pytest

from tests.hosted.conftest import BIND_HOSTS, settings_of

RECORDS = {
    "@": {
        "A": ["192.0.2.1", "192.0.2.2"],
        "AAAA": "2001:db8::1",
        "MX": ["10 mail", "20 mx.backup.example.net."],
        "TXT": ["v=spf1 include:_spf.example.net -all", 'quoted "x" and back\\slash; semicolon'],
        "CAA": ['0 issue "ca.example.net"'],
    },
    "mail": {"A": "192.0.2.25"},
    "www": {"CNAME": "@"},
    "*.dev": {"CNAME": "www"},
    "long": {"TXT": "some verification of " + "A1b2; " * 100},
    "_sip._tcp": {"SRV": [{"priority": 0, "weight": 5, "port": 5060, "target": "mail"}]},
    "sub": {"NS": ["ns1.elsewhere.example.", "ns2.elsewhere.example."], "DS": [f"12345 13 2 {'0a' * 32}"]},
    "svc": {"HTTPS": ['1 . alpn="h2,h3"']},
    "bücher": {"TXT": "international"},
    "api": {"A": {"ttl": 60, "values": ["192.0.2.20"]}},
}
PAIRS = [("route53", "gcloud"), ("ns1", "bind")]


def start(folder, service, kinds):
    folder.configure({kind: settings_of(kind, None if kind == "bind" else service(kind)) for kind in kinds})


def nameservers(folder, kind):
    lines = folder.run("export", "example.com", "--from", kind, "--format", "yaml", code=0).out.splitlines()
    start_at = next(i for i, line in enumerate(lines) if line.startswith("nameservers:"))
    return "\n".join(lines[start_at : start_at + 8])


@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
def test_one_apply_makes_both_serve_the_same_bytes(folder, service, pair):
    start(folder, service, pair)
    folder.zone(RECORDS, nameservers="auto")
    folder.run("apply", "--yes", code=0)
    assert "No changes" in folder.run("plan", "--exit-code", code=0).out
    one, other = (folder.run("export", "example.com", "--from", kind, "--no-soa", code=0).out for kind in pair)
    assert one == other
    assert one.count("\n") > len(RECORDS)
    assert sum(" NS " in f" {' '.join(line.split())} " for line in one.splitlines()) >= 6


def test_the_apex_ns_set_takes_two_names_of_each_service(folder, service):
    start(folder, service, ("route53", "gcloud"))
    folder.zone(RECORDS, nameservers="auto")
    folder.run("apply", "--yes", code=0)
    text = folder.run("export", "example.com", "--from", "gcloud", "--no-soa", code=0).out
    hosts = [
        line.split()[-1] for line in text.splitlines() if " NS " in f" {' '.join(line.split())} " and "sub" not in line
    ]
    assert len([host for host in hosts if "googledomains.com." in host]) == 2
    assert len([host for host in hosts if "awsdns" in host]) == 2


def test_a_zone_joins_a_second_service_in_two_plans(folder, service):
    start(folder, service, ("route53", "gcloud"))
    folder.zone(RECORDS, nameservers="unmanaged", providers=["route53"])
    folder.run("apply", "--yes", code=0)
    folder.zone(RECORDS, nameservers="auto")
    first = folder.run("plan", "--out", "plan.json", code=0)
    assert "create the zone" in first.out
    assert "nameservers-later" in first.err
    assert " NS " not in first.out.replace("sub NS", "")
    folder.run("apply", "plan.json", code=0)
    second = folder.run("plan", "--exit-code", "--out", "plan2.json", code=2)
    assert "googledomains.com." in second.out
    assert "awsdns" in second.out
    folder.run("apply", "plan2.json", code=0)
    folder.run("plan", "--exit-code", code=0)
    one, other = (folder.run("export", "example.com", "--from", kind, "--no-soa").out for kind in ("route53", "gcloud"))
    assert one == other


def test_a_bind_zone_joins_ns1_in_two_plans(folder, service):
    start(folder, service, ("ns1", "bind"))
    folder.zone(RECORDS, nameservers="auto", providers=["bind"])
    folder.run("apply", "--yes", code=0)
    folder.zone(RECORDS, nameservers="auto")
    folder.run("apply", "--yes", code=0)
    second = folder.run("plan", code=0)
    assert "nsone.net." in second.out
    folder.run("apply", "--yes", code=0)
    one, other = (folder.run("export", "example.com", "--from", kind, "--no-soa").out for kind in ("ns1", "bind"))
    assert one == other
    assert all(host in one for host in BIND_HOSTS)


@pytest.mark.parametrize("kind", ["route53", "gcloud", "ns1"])
def test_drift_finds_a_hand_edit_at_the_service_and_names_the_rrset(folder, service, kind):
    start(folder, service, (kind,))
    folder.zone(RECORDS)
    folder.run("apply", "--yes", code=0)
    folder.run("drift", code=0)
    name = "api.example.com." if kind != "ns1" else "api.example.com"
    service(kind).edit("example.com.", name, "A", 60, ["192.0.2.66"])
    found = folder.run("drift", code=2)
    assert "api A" in found.out
    assert "192.0.2.66" in found.out
    service(kind).edit("example.com.", name.replace("api", "hand"), "A", 60, ["192.0.2.67"])
    service(kind).edit("example.com.", name.replace("api", "mail"), "A", 60, None)
    found = folder.run("drift", code=2)
    assert "hand A" in found.out
    assert "mail A" in found.out


@pytest.mark.parametrize("kind", ["route53", "gcloud", "ns1"])
def test_an_edit_after_the_plan_was_saved_refuses_it(folder, service, kind):
    start(folder, service, (kind,))
    folder.zone(RECORDS)
    folder.run("apply", "--yes", code=0)
    folder.zone({**RECORDS, "api": {"A": {"ttl": 60, "values": ["192.0.2.99"]}}})
    folder.run("plan", "--out", "plan.json", code=0)
    name = "api.example.com." if kind != "ns1" else "api.example.com"
    service(kind).edit("example.com.", name, "A", 60, ["192.0.2.66"])
    refused = folder.run("apply", "plan.json", code=1)
    assert "api" in refused.err
    assert "192.0.2.66" in folder.run("export", "example.com", "--from", kind).out
