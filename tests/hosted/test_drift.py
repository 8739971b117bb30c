"""Drift with real applies behind it: every cause at two providers at once, a third one unreachable."""

import hashlib
import json
import shutil

import pytest
import yaml

from tests.fakes.kit import Answer
from tests.hosted.conftest import settings_of
from tests.hosted.services import flat

RECORDS = {
    "www": {"A": {"ttl": 300, "values": ["192.0.2.1"]}},
    "api": {"A": {"ttl": 300, "values": ["192.0.2.2"]}},
    "mail": {"A": {"ttl": 300, "values": ["192.0.2.3"]}},
    "old": {"A": {"ttl": 300, "values": ["192.0.2.4"]}},
}
WEIGHTED = {
    "Name": "geo.example.com.",
    "Type": "A",
    "TTL": 60,
    "SetIdentifier": "blue",
    "Weight": 10,
    "ResourceRecords": [{"Value": "192.0.2.7"}],
}
POLICY = {
    "name": "geo.example.com.",
    "type": "A",
    "ttl": 60,
    "routingPolicy": {"wrr": {"items": [{"weight": 1.0, "rrdatas": ["192.0.2.7"]}]}},
}
NATIVE = {"route53": WEIGHTED, "gcloud": POLICY}


def state(folder):
    """Every file of the state, with its bytes."""
    return {
        str(path): (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted((folder.root / ".zonesync").rglob("*"))
        if path.is_file()
    }


def items(folder, *arguments, code=2):
    """What drift tells apart, as (kind, subject, zone, provider, owner, event)."""
    before = state(folder)
    data = json.loads(folder.run("drift", "--format", "json", *arguments, code=code).out)
    assert state(folder) == before
    return [
        (
            one["kind"],
            one["subject"],
            one["zone"],
            one["provider"],
            (one["name"] or "").removesuffix(".").removesuffix(one["zone"]).removesuffix("."),
            one["event"],
        )
        for one in data["items"]
    ]


def broken(kind):
    return {"route53": r"/rrset/?$", "gcloud": r"/rrsets$", "ns1": r"/zones/example.com$"}[kind]


DENIED = Answer.of({"message": "no right to read this"}, 403)


@pytest.fixture
def two(folder, service, request):
    """Route 53 or Cloud DNS beside a folder of zone files, with everything applied, one zone for each cause."""
    kind = getattr(request, "param", "route53")
    fake = service(kind)
    folder.configure(
        {"cloud": settings_of(kind, fake), "bind": settings_of("bind", None)}, safety={"max_deletes": "100%"}
    )
    folder.kind, folder.fake = kind, fake
    folder.zone(RECORDS, nameservers="auto")
    folder.run("apply", "--yes", code=0)
    return folder


def bind_file(folder, zone="example.com"):
    return folder.root / "build" / "bind" / f"{zone}.zone"


def edit_bind(folder, *pairs, zone="example.com"):
    text = bind_file(folder, zone).read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    bind_file(folder, zone).write_text(text)


BOTH = pytest.mark.parametrize("two", ["route53", "gcloud"], indirect=True)


@BOTH
def test_right_after_an_apply_there_is_no_drift(two):
    assert items(two, code=0) == []
    assert two.run("drift", code=0).out == "drift: none; 1 zone at 2 providers\n"


@BOTH
def test_edits_by_hand_at_both_are_changed_outside_and_say_who_set_it_last(two):
    two.fake.edit("example.com.", "www.example.com.", "A", 300, ["192.0.2.66"])
    two.fake.edit("example.com.", "hand.example.com.", "A", 60, ["192.0.2.67"])
    two.fake.edit("example.com.", "mail.example.com.", "A", 300, None)
    two.fake.edit("example.com.", "api.example.com.", "A", 60, ["192.0.2.2"])
    edit_bind(two, ("192.0.2.1", "192.0.2.99"))
    assert items(two) == [
        ("changed-outside", "rrset", "example.com", "bind", "www", "edited"),
        ("changed-outside", "rrset", "example.com", "cloud", "api", "edited"),
        ("changed-outside", "rrset", "example.com", "cloud", "hand", "added"),
        ("changed-outside", "rrset", "example.com", "cloud", "mail", "deleted"),
        ("changed-outside", "rrset", "example.com", "cloud", "www", "edited"),
    ]
    shown = two.run("drift", code=2)
    text = flat(shown.out)
    assert "TTL edited: last set" in text
    assert "added: it was not there after run " in text
    assert "deleted: last set" in text
    assert shown.out.endswith("\ndrift: 5 record sets changed outside zonesync; 1 zone at 2 providers\n")
    assert max(map(len, shown.out.splitlines()[:-1])) <= 80
    log = json.loads(two.run("audit", "log", "--format", "json", code=0).out)["entries"]
    run = next(entry["run"] for entry in log if entry["kind"] == "run_start")
    data = json.loads(two.run("drift", "--format", "json", code=2).out)
    assert {one["last"]["run"] for one in data["items"]} == {run}
    assert {one["last"]["did"] for one in data["items"]} == {"set", "left"}
    assert len(data["differences"]) == 5


@BOTH
def test_files_that_are_ahead_are_not_applied_and_both_at_once_is_an_edit_with_a_note(two):
    ahead = {**RECORDS, "www": {"A": {"ttl": 300, "values": ["192.0.2.8"]}}, "new": {"A": ["192.0.2.9"]}}
    del ahead["old"]
    two.zone(ahead, nameservers="auto")
    two.fake.edit("example.com.", "www.example.com.", "A", 300, ["192.0.2.66"])
    assert items(two) == [
        ("changed-outside", "rrset", "example.com", "cloud", "www", "edited"),
        ("not-applied", "rrset", "example.com", "bind", "new", None),
        ("not-applied", "rrset", "example.com", "bind", "old", None),
        ("not-applied", "rrset", "example.com", "bind", "www", None),
        ("not-applied", "rrset", "example.com", "cloud", "new", None),
        ("not-applied", "rrset", "example.com", "cloud", "old", None),
    ]
    data = json.loads(two.run("drift", "--format", "json", code=2).out)
    assert [one["files_changed_too"] for one in data["items"]] == [True, False, False, False, False, False]
    assert "; the file has changed since, too" in flat(two.run("drift", code=2).out)


@BOTH
def test_an_edit_undone_by_an_apply_is_drift_no_more(two):
    two.fake.edit("example.com.", "www.example.com.", "A", 300, ["192.0.2.66"])
    two.run("apply", "--yes", code=0)
    assert items(two, code=0) == []
    two.fake.edit("example.com.", "www.example.com.", "A", 300, ["192.0.2.66"])
    assert [one[0] for one in items(two)] == ["changed-outside"]


@BOTH
def test_what_zonesync_cannot_edit_is_told_when_it_comes_changes_and_goes(two):
    two.fake.add_native("example.com.", NATIVE[two.kind])
    assert items(two) == [("kept-changed", "kept", "example.com", "cloud", "geo", "added")]
    two.zone({**RECORDS, "more": {"A": ["192.0.2.10"]}}, nameservers="auto")
    two.run("apply", "--yes", code=0)
    assert items(two, code=0) == []
    changed = json.loads(json.dumps(NATIVE[two.kind]).replace("192.0.2.7", "192.0.2.6"))
    two.fake.add_native("example.com.", changed)
    assert items(two) == [("kept-changed", "kept", "example.com", "cloud", "geo", "edited")]
    assert "1 kept record set changed; " in two.run("drift", code=2).out
    two.fake.edit("example.com.", "geo.example.com.", "A", 60, None)
    assert items(two) == [("kept-changed", "kept", "example.com", "cloud", "geo", "deleted")]


@BOTH
def test_zones_that_no_file_describes_count_and_say_whether_they_were_ever_applied(two):
    two.zone(RECORDS, "former.example", nameservers="unmanaged", providers=["cloud"])
    two.run("apply", "--yes", code=0)
    (two.root / "zones" / "former.example.yaml").unlink()
    two.fake.create_zone("strange.example.")
    assert items(two) == [
        ("unmanaged-zone", "zone", "former.example", "cloud", "", None),
        ("unmanaged-zone", "zone", "strange.example", "cloud", "", None),
    ]
    shown = two.run("drift", code=2)
    assert "former.example last applied in run " in flat(shown.out)
    assert "its file has gone" in flat(shown.out)
    assert "  strange.example  never applied from here\n" in shown.out
    assert shown.out.endswith("\ndrift: 2 zones unmanaged; 1 zone at 2 providers\n")
    assert "orphan-zone" not in shown.err
    assert items(two, "example.com", code=0) == []
    assert items(two, "--provider", "bind", code=0) == []
    config = yaml.safe_load((two.root / "zonesync.yaml").read_text())
    (two.root / "zonesync.yaml").write_text(yaml.safe_dump({**config, "lint": {"ignore": ["orphan-zone"]}}))
    assert items(two, code=0) == []


@BOTH
def test_a_zone_that_has_gone_and_one_that_never_was_are_told_apart(two):
    two.zone(RECORDS, "gone.example", nameservers="unmanaged", providers=["bind"])
    two.run("apply", "--yes", code=0)
    two.zone(RECORDS, "fresh.example", nameservers="auto")
    bind_file(two, "gone.example").unlink()
    assert items(two) == [
        ("not-applied", "zone", "fresh.example", "bind", "", None),
        ("not-applied", "zone", "fresh.example", "cloud", "", None),
        ("changed-outside", "zone", "gone.example", "bind", "", "deleted"),
    ]
    shown = two.run("drift", code=2)
    assert "the zone has gone: it was there after run " in flat(shown.out)
    assert "fresh.example  (bind, cloud): not applied yet" in shown.out
    # One file of several that is missing is made again.
    assert "gone.example  (bind)\n  . create the zone" in two.run("plan", code=0).out


def test_every_cause_at_two_providers_while_a_third_is_unreachable(folder, service):
    aws, ns1 = service("route53"), service("ns1")
    folder.configure(
        {"aws": settings_of("route53", aws), "ns1": settings_of("ns1", ns1), "bind": settings_of("bind", None)}
    )
    folder.zone(RECORDS, nameservers="auto")
    folder.zone(RECORDS, "gone.example", providers=["bind"], nameservers="unmanaged")
    folder.zone(RECORDS, "former.example", providers=["aws"], nameservers="unmanaged")
    folder.run("apply", "--yes", code=0)
    folder.zone({**RECORDS, "new": {"A": ["192.0.2.9"]}}, nameservers="auto")
    folder.zone(RECORDS, "fresh.example", providers=["aws", "bind"], nameservers="auto")
    (folder.root / "zones" / "former.example.yaml").unlink()
    aws.edit("example.com.", "www.example.com.", "A", 300, ["192.0.2.66"])
    aws.add_native("example.com.", WEIGHTED)
    edit_bind(folder, ("192.0.2.3", "192.0.2.99"))
    bind_file(folder, "gone.example").unlink()
    ns1.fail(times=99, method="GET", path=broken("ns1"), answer=DENIED)
    expected = [
        ("read-failed", "zone", "example.com", "ns1", "", None),
        ("changed-outside", "rrset", "example.com", "aws", "www", "edited"),
        ("changed-outside", "rrset", "example.com", "bind", "mail", "edited"),
        ("kept-changed", "kept", "example.com", "aws", "geo", "added"),
        ("not-applied", "rrset", "example.com", "aws", "new", None),
        ("not-applied", "rrset", "example.com", "bind", "new", None),
        ("unmanaged-zone", "zone", "former.example", "aws", "", None),
        ("not-applied", "zone", "fresh.example", "aws", "", None),
        ("not-applied", "zone", "fresh.example", "bind", "", None),
        ("changed-outside", "zone", "gone.example", "bind", "", "deleted"),
    ]
    assert items(folder, code=1) == expected
    shown = folder.run("drift", code=1)
    assert "no right to read this" in shown.out
    last = shown.out.splitlines()[-1]
    assert last == (
        "drift: 2 changed outside, 1 zone gone, 1 kept changed, 4 not applied, 1 unmanaged, 1 unread; "
        "3 zones at 3 providers"
    )
    assert len(last) < 120
    # With everything read it is the same, but for what was not: and then it is drift.
    ns1.faults.clear()
    there = items(folder, code=2)
    assert [one for one in there if one[3] != "ns1"] == expected[1:]
    assert [one for one in there if one[3] == "ns1"] == [("not-applied", "rrset", "example.com", "ns1", "new", None)]


def test_name_servers_of_all_are_not_compared_while_one_cannot_be_asked(folder, service):
    aws, ns1 = service("route53"), service("ns1")
    folder.configure({"aws": settings_of("route53", aws), "ns1": settings_of("ns1", ns1)})
    folder.zone(RECORDS, nameservers="auto")
    folder.run("apply", "--yes", code=0)
    ns1.fail(times=99, method="GET", path=broken("ns1"), answer=DENIED)
    assert items(folder, code=1) == [("read-failed", "zone", "example.com", "ns1", "", None)]
    assert folder.run("drift", code=1).out.endswith("\ndrift: unknown, 1 unread; 1 zone at 2 providers\n")
    hosts = [line for line in folder.run("export", "example.com", "--from", "aws").out.splitlines() if " NS " in line]
    assert hosts


def test_a_provider_that_lists_no_zones_is_not_taken_to_have_none(folder, service):
    aws = service("route53")
    folder.configure({"aws": settings_of("route53", aws)})
    folder.zone(RECORDS, nameservers="auto")
    folder.run("apply", "--yes", code=0)
    aws.fail(times=99, method="GET", path=r"/hostedzone/?(\?.*)?$", answer=DENIED)
    shown = folder.run("drift", code=1)
    assert "aws: its zones could not be listed" in shown.out
    assert shown.out.endswith("\ndrift: unknown, 1 provider unlisted; 1 zone at 1 provider\n")
    # Who names a zone asks for no list.
    folder.run("drift", "example.com", code=0)


def test_without_a_log_nobody_is_blamed(two):
    two.fake.edit("example.com.", "www.example.com.", "A", 300, ["192.0.2.66"])
    for path in (two.root / ".zonesync" / "audit").iterdir():
        path.unlink()
    assert items(two) == [("not-applied", "rrset", "example.com", "cloud", "www", None)]
    assert "nor who has changed it" in two.run("drift", code=2).out


@pytest.mark.parametrize("damage", ["garbage", "a file", "no state"])
def test_a_log_that_cannot_be_read_stops_no_drift_and_is_a_warning(two, damage):
    two.fake.edit("example.com.", "www.example.com.", "A", 300, ["192.0.2.66"])
    audit = two.root / ".zonesync" / "audit"
    if damage == "no state":
        config = (two.root / "zonesync.yaml").read_text()
        (two.root / "zonesync.yaml").write_text(config + "state: zonesync.yaml\n")
    elif damage == "a file":
        shutil.rmtree(audit)
        audit.write_text("x")
    else:
        max(audit.iterdir()).write_text("x")
    data = json.loads(two.run("drift", "--format", "json", code=2).out)
    assert [(one["kind"], one["cause_known"]) for one in data["items"]] == [("not-applied", False)]
    shown = two.run("drift", code=2)
    assert "warning[audit-log-unreadable]" in shown.err
    assert "192.0.2.66 -> 192.0.2.1" in shown.out


def test_a_snapshot_that_has_gone_is_a_warning_and_blames_nobody(two):
    two.fake.edit("example.com.", "www.example.com.", "A", 300, ["192.0.2.66"])
    for path in (two.root / ".zonesync" / "snapshots").iterdir():
        path.unlink()
    assert items(two) == [("not-applied", "rrset", "example.com", "cloud", "www", None)]
    assert "warning[snapshot-unusable]" in two.run("drift", code=2).err


def test_the_state_is_opened_only_where_there_is_something_to_explain(folder, monkeypatch):
    folder.configure({"bind": settings_of("bind", None)})
    folder.zone(RECORDS, nameservers="auto")
    folder.run("apply", "--yes", code=0)
    from zonesync.workflow import drifting

    opened = []
    real = drifting.open_store
    monkeypatch.setattr(drifting, "open_store", lambda *to: (opened.append(to), real(*to))[1])
    folder.run("drift", code=0)
    assert opened == []
    edit_bind(folder, ("192.0.2.3", "192.0.2.99"))
    folder.run("drift", code=2)
    assert len(opened) == 1
