"""What `zonesync providers` and its check say of the hosted services, and what loading them takes."""

import json
import subprocess
import sys
import textwrap

import pytest

from tests.hosted.services import KINDS, STANDING, address, flat
from tests.support.credentials import CREDENTIALS, found_in

SDKS = {"route53": "boto3", "gcloud": "google.cloud.dns", "ns1": "ns1"}


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch, tmp_path_factory):
    """Keep Google's library from this machine's own credentials."""
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path_factory.mktemp("gcloud")))


@pytest.fixture(params=KINDS)
def service(request, begin, folder):
    """A service with one zone."""
    service = begin(request.param)
    folder.configure({service.kind: service.settings})
    folder.zone(STANDING, nameservers="unmanaged")
    folder.run("apply", "--yes", code=0)
    return service


def fits(*texts: str) -> None:
    """Hold that all is readable in 80 columns, and shows no credential."""
    for text in texts:
        assert max(map(len, text.splitlines()), default=0) <= 80
        assert not found_in(text)


def nobody(service, folder, monkeypatch) -> None:
    """Take the credentials away."""
    for name in (*CREDENTIALS, "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name)
    settings = {key: value for key, value in service.settings.items() if key != "credentials_file"}
    folder.configure({service.kind: settings})


def stranger(service, monkeypatch):
    """Have credentials that the service does not know, and return what it says of them."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wr0ngwr0ng" * 4)
    monkeypatch.setenv("NS1_APIKEY", "wr0ngwr0ng" * 4)
    if service.kind == "gcloud":
        service.fake.token = "another"
    return service.pick(
        route53="SignatureDoesNotMatch", gcloud="invalid authentication credentials", ns1="Unauthorized"
    )


SOURCES = {"route53": "credentials: env", "gcloud": "by credentials_file", "ns1": "credentials: `NS1_APIKEY`"}
ROWS = {
    "route53": ["non_empty", "translated"],
    "gcloud": ["non_empty", "apex"],
    "ns1": ["non_empty", "anywhere"],
}


def test_the_table_says_what_each_can_hold_and_where_its_credentials_are_from(service, folder):
    shown = folder.run("providers", code=0)
    head, row, *beneath = shown.out.splitlines()
    assert head.split()[:2] == ["PROVIDER", "TYPE"]
    assert row.split()[:4] == [service.kind, service.kind, *ROWS[service.kind]]
    assert row.split()[-2] == "1"
    assert SOURCES[service.kind] in flat(" ".join(beneath))
    if service.kind != "ns1":
        assert "quota: " in shown.out
    fits(shown.out, shown.err)


def test_the_json_has_credentials_zones_and_quotas_and_no_secret(service, folder):
    shown = folder.run("providers", "--format", "json", code=0)
    (row,) = json.loads(shown.out)["providers"]
    assert (row["name"], row["type"], row["zones"], row["problem"]) == (service.kind, service.kind, 1, "")
    assert row["credentials"]["found"] is True
    assert bool(row["quotas"]) == (service.kind != "ns1")
    assert all(quota["limit"] > 0 for quota in row["quotas"])
    assert {"A", "MX", "TXT"} <= set(row["types"])
    assert not found_in(shown.out)


def test_a_check_lists_the_zones_and_names_the_permissions(service, folder):
    service.fake.log.clear()
    shown = folder.run("providers", "check", code=0)
    assert shown.out.startswith(f"{service.kind}: ok, 1 zone listed\n")
    assert "a plan needs: " in shown.out
    assert "an apply adds: " in shown.out
    needed = service.pick(
        route53=("route53:ListResourceRecordSets", "route53:ChangeResourceRecordSets"),
        gcloud=("dns.resourceRecordSets.list", "dns.changes.create"),
        ns1=("dns.view_zones", "dns.manage_zones"),
    )
    assert all(name in flat(shown.out) for name in needed)
    assert not service.fake.requests(service.writes), "a check reads"
    (row,) = json.loads(folder.run("providers", "check", "--format", "json", code=0).out)["providers"]
    assert (row["ok"], row["zones"]) == (True, 1)
    fits(shown.out, shown.err)


@pytest.mark.parametrize("command", [["providers"], ["providers", "check"]], ids=" ".join)
def test_wrong_credentials_are_told_in_the_services_words(service, folder, monkeypatch, command):
    with monkeypatch.context() as patch:
        words = stranger(service, patch)
        shown = folder.run(*command, code=1)
        rows = json.loads(folder.run(*command, "--format", "json", code=1).out)["providers"]
    assert words in flat(shown.out + shown.err)
    assert "wr0ng" not in shown.out + shown.err
    assert words in rows[0]["problem"]
    assert rows[0]["credentials"]["found"] is True
    assert "Traceback" not in shown.err
    fits(shown.out, shown.err)


@pytest.mark.parametrize("command", [["providers"], ["providers", "check"]], ids=" ".join)
def test_missing_credentials_are_told_with_what_to_do(service, folder, monkeypatch, command):
    with monkeypatch.context() as patch:
        nobody(service, folder, patch)
        service.fake.log.clear()
        shown = folder.run(*command, code=1)
        rows = json.loads(folder.run(*command, "--format", "json", code=1).out)["providers"]
    said = service.pick(route53="credentials", gcloud="gcloud auth application-default login", ns1="NS1_APIKEY")
    assert said in flat(shown.out + shown.err)
    assert "credentials: none" in shown.out
    assert rows[0]["credentials"]["found"] is False
    assert not service.fake.log
    assert "Traceback" not in shown.err
    fits(shown.out, shown.err)


def test_three_accounts_of_which_one_is_wrong_are_all_in_the_table(begin, folder, monkeypatch):
    services = {kind: begin(kind) for kind in KINDS}
    folder.configure({kind: one.settings for kind, one in services.items()})
    services["gcloud"].fake.token = "another"
    shown = folder.run("providers", code=1)
    assert [line.split()[0] for line in shown.out.splitlines() if not line.startswith(" ")] == ["PROVIDER", *KINDS]
    assert "error[provider-failed]: `gcloud`" in shown.err
    assert shown.err.count("error[") == 1
    check = folder.run("providers", "check", "ns1", "route53", code=0)
    assert "gcloud" not in check.out
    fits(shown.out, shown.err, check.out)


def test_quotas_that_may_not_be_seen_leave_the_rest_of_the_row(begin, folder):
    for kind, permission in (("route53", "GetAccountLimit"), ("gcloud", "projects.get")):
        service = begin(kind)
        folder.configure({kind: service.settings})
        service.fake.deny.add(permission)
        shown = folder.run("providers", code=1)
        assert shown.out.splitlines()[1].split()[:2] == [kind, kind]
        assert permission in flat(shown.err)
        assert folder.run("providers", "check", code=0)


# What is kept as it is

KEPT = {
    "route53": (
        [
            {"Name": "api.example.com.", "Type": "A", "TTL": 60, "SetIdentifier": one, "Weight": weight,
             "ResourceRecords": [{"Value": "192.0.2.7"}]}
            for one, weight in (("blue", 10), ("green", 20))
        ],
        'api A kept as is: weighted 10, set "blue"',
    ),
    "gcloud": (
        [{"name": "api.example.com.", "type": "A", "ttl": 60,
          "routingPolicy": {"geo": {"items": [{"location": "us-east1", "rrdatas": ["192.0.2.7"]}]}}}],
        "api A kept as is: geo policy, 1 location",
    ),
    "ns1": (
        [{"domain": "api.example.com", "type": "A", "ttl": 60,
          "answers": [{"answer": ["192.0.2.7"], "meta": {"up": True}}, {"answer": ["192.0.2.8"]}],
          "filters": [{"filter": "up", "config": {}}]}],
        "api A kept as is: filter chain up (2 answers)",
    ),
}  # fmt: skip


def kept(service):
    """Return what the service has under the name that is kept."""
    return [one for one in service.fake.dump("example.com.") if one.get("Name", one.get("name", one.get("domain")))
            .rstrip(".") == "api.example.com"]  # fmt: skip


def test_what_is_kept_is_shown_and_no_change_of_a_plan_and_survives_an_apply(service, folder):
    natives, words = KEPT[service.kind]
    for native in natives:
        service.fake.add_native("example.com.", native)
    before = kept(service)
    assert before
    # No plan can change it; that somebody has is drift until the zone's next apply.
    for command, code in ((["plan", "--exit-code"], 0), (["drift"], 2), (["apply", "--yes"], 0)):
        shown = folder.run(*command, code=code)
        assert words in flat(shown.out)
    data = json.loads(folder.run("plan", "--format", "json", code=0).out)
    assert len(data["targets"][0]["kept"]) == len(natives)
    folder.zone({**STANDING, "www": address(77), "more": address(78)}, nameservers="unmanaged")
    assert words in flat(folder.run("apply", "--yes", code=0).out)
    folder.run("drift", code=0)
    folder.zone({"kept": address(1), "www": address(79)}, nameservers="unmanaged")
    folder.run("apply", "--yes", code=0)
    assert kept(service) == before


def test_a_file_that_wants_what_is_kept_is_refused_by_name(service, folder):
    for native in KEPT[service.kind][0]:
        service.fake.add_native("example.com.", native)
    before = kept(service)
    folder.zone({**STANDING, "www": address(77), "api": address(9)}, nameservers="unmanaged")
    for command in (["plan"], ["apply", "--yes"], ["plan", "--out", "plan.json"], ["apply", "plan.json"]):
        shown = folder.run(*command, code=1)
        assert "api.example.com." in flat(shown.err)
    assert not service.fake.requests(service.writes, "api")
    assert kept(service) == before
    assert service.live()["www"] == (300, ("192.0.2.3",))


def test_what_becomes_kept_after_the_plan_was_saved_is_not_overwritten(service, folder):
    folder.zone({**STANDING, "api": address(9)}, nameservers="unmanaged")
    folder.run("plan", "--out", "plan.json", code=0)
    for native in KEPT[service.kind][0]:
        service.fake.add_native("example.com.", native)
    before = kept(service)
    shown = folder.run("apply", "plan.json", code=1)
    assert "api" in shown.err
    assert kept(service) == before


def test_fields_that_are_not_modelled_are_shown_and_survive_an_update_at_ns1(begin, folder):
    service = begin("ns1")
    folder.configure({"ns1": service.settings})
    folder.zone(STANDING, nameservers="unmanaged")
    folder.run("apply", "--yes", code=0)
    service.fake.add_native(
        "example.com.",
        {"domain": "www.example.com", "type": "A", "ttl": 300, "meta": {"note": "ours"}, "tags": {"team": "x"},
         "answers": [{"answer": ["192.0.2.3"], "meta": {"note": "first"}}]},
    )  # fmt: skip
    folder.run("plan", "--exit-code", code=0)
    folder.zone({**STANDING, "www": {"A": {"ttl": 300, "values": ["192.0.2.3", "192.0.2.4"]}}}, nameservers="unmanaged")
    shown = folder.run("plan", code=0)
    assert "meta note; tags team; meta at 1 answer" in flat(shown.out)
    folder.run("apply", "--yes", code=0)
    (record,) = [one for one in service.fake.dump("example.com.") if one["domain"] == "www.example.com"]
    assert record["meta"] == {"note": "ours"}
    assert record["tags"] == {"team": "x"}
    assert [one.get("meta") for one in record["answers"]] == [{"note": "first"}, None]
    folder.run("plan", "--exit-code", code=0)


# What an SDK costs who does not use it


def process(folder, code: str, *commands: list[str]) -> subprocess.CompletedProcess[str]:
    """Run commands one after another in a process of its own, with *code* before and after them."""
    runs = ", ".join(f"cli.run({['--chdir', str(folder.root), *command]!r})" for command in commands)
    script = textwrap.dedent(code).replace("RUNS", f"[{runs}]")
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)


HEAVY = ("boto3", "botocore", "google.cloud", "google.auth", "ns1", "requests", "stamina")


def loaded(folder, *commands: list[str]) -> set[str]:
    done = process(
        folder,
        f"""
        import sys
        from zonesync import cli
        codes = RUNS
        print("LOADED", *[name for name in {HEAVY!r} if name in sys.modules])
        sys.exit(any(codes))
        """,
        *commands,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("LOADED")[2].split())


def test_a_project_of_files_loads_no_sdk(folder):
    folder.configure({"bind": {"type": "bind", "directory": "served", "nameservers": ["ns1.example.net."]}})
    folder.zone(STANDING)
    assert loaded(folder, ["plan"], ["validate"], ["apply", "--yes"], ["drift"], ["providers"]) == set()


@pytest.mark.parametrize(
    ("kind", "own"), [("route53", {"boto3", "botocore"}), ("gcloud", {"google.cloud", "google.auth"}), ("ns1", {"ns1"})]
)
def test_a_project_of_one_service_loads_its_sdk_alone(begin, folder, kind, own):
    service = begin(kind)
    folder.configure({kind: service.settings, "spare": {"type": "bind", "directory": "served"}})
    folder.zone(STANDING, nameservers="unmanaged", providers=[kind])
    found = loaded(folder, ["plan"])
    assert own <= found
    assert not found & ({"boto3", "botocore", "google.cloud", "google.auth", "ns1"} - own)


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_sdk_says_what_to_install(folder, kind):
    settings = {"type": kind, "project": "acme"} if kind == "gcloud" else {"type": kind}
    folder.configure({kind: settings, "files": {"type": "bind", "directory": "served"}})
    folder.zone(STANDING, nameservers="unmanaged", providers=[kind])
    done = process(
        folder,
        f"""
        import sys
        sys.modules[{SDKS[kind]!r}] = None
        from zonesync import cli
        codes = RUNS
        sys.exit(codes != [1, 1, 1])
        """,
        ["plan"],
        ["apply", "--yes"],
        ["providers", "check"],
    )
    assert done.returncode == 0, done.stderr
    assert flat(done.stdout + done.stderr).count(f"pip install 'zonesync[{kind}]'") == 3
    assert "Traceback" not in done.stderr
    assert "files: ok" in done.stdout
