"""Commands in front of providers that answer over a network: their credentials, quotas, retries and networks."""

import json
from types import SimpleNamespace

import pytest

from zonesync.model.zone import ZoneId
from zonesync.provider import registry
from zonesync.provider.abilities import Counts, Credentials, Permissions, Quota
from zonesync.provider.errors import Denied
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_private import PrivateMemoryProvider

SECRET = "open-sesame-99"


class Account(MemoryProvider):
    """A service behind an API key, which counts what it is asked."""

    def __init__(self, name, api_key="", **_):
        super().__init__(name, kept=True)
        self.api_key = api_key
        self.counts = Counts(12, 3, 2, 1.25)
        self.permissions = Permissions(("List", "Get"), ("Change",))

    def zones(self):
        if self.api_key == SECRET:
            raise Denied(f"the key {self.api_key} is revoked", provider=self.name, hint="make a new one")
        yield from super().zones()

    def credentials(self):
        return Credentials(found=bool(self.api_key), source="api_key" if self.api_key else "no api_key")

    def quotas(self):
        yield Quota("zones", 500, 1)
        yield Quota("rrsets", 10000, 5002, "example.com")


class Missing:
    """The entry point of an adapter whose SDK is not installed."""

    def load(self):
        raise ModuleNotFoundError("No module named 'somesdk'", name="somesdk")


@pytest.fixture
def made(monkeypatch):
    """Providers by name, kept between commands as a service keeps its zones."""
    services = {}

    def entry(kind):
        return SimpleNamespace(
            load=lambda: lambda name, root, **options: services.setdefault(name, kind(name, **options))
        )

    points = {"account": entry(Account), "private": entry(PrivateMemoryProvider), "missing": Missing()}
    monkeypatch.setattr(registry, "installed", lambda: points)
    return services


@pytest.fixture
def write(made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zones").mkdir()

    def call(providers, zone=""):
        (tmp_path / "zonesync.yaml").write_text(f"defaults: {{providers: [cloud]}}\nproviders: {{{providers}}}\n")
        text = (
            f"nameservers: unmanaged\nlint: {{ignore: [no-soa, no-mx]}}\n{zone}\nrecords: {{www: {{A: 192.0.2.1}}}}\n"
        )
        (tmp_path / "zones/example.com.yaml").write_text(text)

    return call


CLOUD = "cloud: {type: account, api_key: good-key-1}"
PRIVATE = "cloud: {type: private}"


def test_the_providers_show_credentials_and_the_fullest_quota_and_never_the_key(write, run):
    write(CLOUD)
    assert run("apply", "--yes").code == 0
    shown = run("providers")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.splitlines() == [
        "PROVIDER  TYPE     APEX NS    ALIAS    TYPES  TTL  ZONES  QUOTA",
        "cloud     account  non_empty  nowhere  17     any  1      50%",
        "    credentials: api_key",
        "    quota: rrsets 5002/10000 (example.com)",
    ]
    (row,) = json.loads(run("providers", "--format", "json").out)["providers"]
    assert row["credentials"] == {"found": True, "source": "api_key"}
    assert [one["name"] for one in row["quotas"]] == ["zones", "rrsets"]
    assert "good-key-1" not in str([shown, row])


def test_a_check_says_which_provider_can_be_read_and_what_that_takes(write, run):
    write(f"{CLOUD}, revoked: {{type: account, api_key: {SECRET}}}, gone: {{type: missing}}")
    shown = run("providers", "check")
    assert shown.code == 1
    assert shown.out.splitlines() == [
        "cloud: ok, 0 zones listed",
        "    credentials: api_key",
        "    a plan needs: List, Get",
        "    an apply adds: Change",
        "revoked: FAILED: the key *** is revoked",
        "    make a new one",
        "    credentials: api_key",
        "    a plan needs: List, Get",
        "    an apply adds: Change",
        "gone: FAILED: provider type `missing` needs the module `somesdk`: pip install",
        "    'zonesync[missing]'",
    ]
    rows = json.loads(run("providers", "check", "--format", "json").out)["providers"]
    assert [(row["name"], row["ok"]) for row in rows] == [("cloud", True), ("revoked", False), ("gone", False)]


def test_a_check_of_one_provider_asks_that_alone(write, run):
    write(f"{CLOUD}, revoked: {{type: account, api_key: {SECRET}}}")
    assert run("providers", "check", "cloud").code == 0
    assert run("providers", "check", "revoked").code == 1
    assert run("providers", "check", "cluod").code == 64


def test_a_check_of_nothing_proves_nothing(write, run, tmp_path):
    write(CLOUD)
    (tmp_path / "zonesync.yaml").write_text("zones: [zones/*.yaml]\n")
    shown = run("providers", "check")
    assert (shown.code, shown.out) == (1, "")
    assert "error[no-providers]" in shown.err


def test_a_provider_that_fails_leaves_the_others_in_the_table(write, run):
    write(f"{CLOUD}, revoked: {{type: account, api_key: {SECRET}}}, gone: {{type: missing}}")
    shown = run("providers")
    assert shown.code == 1
    assert shown.out.count("credentials: api_key") == 2
    assert "error[provider-failed]: `revoked`: the key *** is revoked" in shown.err
    assert "make a new one" in shown.err
    assert "pip install 'zonesync[missing]'" in " ".join(shown.err.split())


def test_a_missing_sdk_says_what_to_install_wherever_its_provider_is_used(write, run):
    write("cloud: {type: missing}")
    for command in (["plan"], ["validate"], ["drift"], ["export", "example.com", "--from", "cloud"]):
        shown = run(*command)
        assert shown.code == 1
        assert "pip install 'zonesync[missing]'" in " ".join((shown.err + shown.out).split())


# What was tried again
CALLS = "cloud: 12 calls, 3 tried again (2 throttled), 1.2 s waited\n"


def test_retries_are_told_once_at_the_end_and_not_when_quiet(write, run):
    write(CLOUD)
    for command in (["plan"], ["apply", "--yes"], ["apply", "--yes"], ["drift"]):
        shown = run(*command)
        assert shown.err.endswith(CALLS), command
        assert shown.err.count("tried again") == 1
        assert "tried again" not in shown.out
        assert "tried again" not in run("--quiet", *command).err
    assert run("plan", "--out", "plan.json").err.endswith(CALLS)
    assert run("apply", "plan.json").err.endswith(CALLS)
    calls = json.loads(run("drift", "--format", "json").out)["calls"]
    assert calls == {"cloud": {"calls": 12, "retries": 3, "throttled": 2, "waited": 1.25}}


def test_a_service_that_answers_at_once_is_no_news(write, run, made):
    write(CLOUD)
    run("plan")
    made["cloud"].counts = Counts(5)
    assert "calls" not in run("plan").err


# Kept as is
def test_what_is_kept_is_shown_and_changes_no_exit_code(write, run):
    write(CLOUD)
    line = '  = kept A  kept as is: weighted, 2 targets, set "blue"'
    assert run("apply", "--yes").code == 0
    for command in (["plan", "--exit-code"], ["drift"]):
        shown = run(*command)
        assert shown.code == 0
        assert shown.out.splitlines()[1] == line
    assert run("apply", "--yes").out.splitlines()[1] == line
    (kept,) = json.loads(run("plan", "--format", "json").out)["targets"][0]["kept"]
    assert (kept["name"], kept["set_identifier"]) == ("kept.example.com.", "blue")


# Networks
def test_networks_go_through_plan_apply_drift_and_audit(made, write, run):
    write(PRIVATE, "networks: {cloud: [net-1]}")
    first = run("plan")
    assert "  . create the zone: visible in net-1" in first.out
    assert run("apply", "--yes").code == 0
    write(PRIVATE, "networks: {cloud: [net-2, NET-03]}")
    shown = run("drift")
    assert shown.code == 2
    assert "  ~ networks  - net-1  + net-2  + net-3" in shown.out
    assert run("plan", "--out", "plan.json").code == 0
    assert run("apply", "plan.json").code == 0
    assert run("plan", "--exit-code").code == 0
    assert "~ networks at cloud  net-1 -> net-2, net-3" in run("audit", "log").out
    assert run("apply", "plan.json").out == "Nothing to do: everything in the plan is done already.\n"
    live = made["cloud"].read(ZoneId("example.com."))
    assert {one.outcome for one in made["cloud"].set_networks(live, ("net-9",))} == {"applied"}
    again = run("apply", "plan.json")
    assert again.code == 1
    assert "`networks` is no longer as it shows: then `net-1`, now `net-9`" in " ".join(again.err.split())


def test_networks_that_somebody_else_has_set_are_changed_outside(made, write, run):
    write(PRIVATE, "networks: {cloud: [net-1]}")
    assert run("apply", "--yes").code == 0
    service = made["cloud"]
    live = service.read(ZoneId("example.com."))
    assert {one.outcome for one in service.set_networks(live, ("net-9",))} == {"applied"}
    shown = run("drift")
    assert shown.code == 2
    assert "example.com  (cloud): changed outside zonesync (live -> file)\n  ~ networks  - net-9  + net-1" in shown.out
    assert "edited: last set" in shown.out
    assert shown.out.endswith("\ndrift: 1 difference made outside zonesync; 1 zone at 1 provider\n")
    write(PRIVATE, "networks: {cloud: [net-9]}")
    assert run("drift").code == 0
    write(PRIVATE, "networks: {cloud: [net-2]}")
    assert "the file has changed since, too" in " ".join(run("drift").out.split())


def test_a_private_zone_without_a_network_is_refused(write, run):
    write(PRIVATE)
    shown = run("apply", "--yes")
    assert shown.code == 1
    assert "error[network-missing]" in shown.err
    write(PRIVATE, "networks: {cloud: [vpc-1]}")
    for command in ("validate", "plan"):
        shown = run(command)
        assert shown.code == 1
        assert "error[bad-network]" in shown.out + shown.err
        assert "zones/example.com.yaml:3:20" in shown.out + shown.err


# How many at a time
@pytest.mark.parametrize("number", ["0", "65", "-1", "many", "1.5"])
@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"], ["drift"]], ids=" ".join)
def test_a_concurrency_that_is_none_is_a_wrong_command_line(command, number, write, run):
    write(CLOUD)
    assert run(*command, "--concurrency", number).code == 64


def test_the_concurrency_reaches_readers_and_writers(write, run, monkeypatch):
    from zonesync import workflow

    write(CLOUD)
    seen = []
    make_plan, apply, replan = workflow.make_plan, workflow.apply, workflow.replan
    monkeypatch.setattr(
        workflow, "make_plan", lambda *a, **more: (seen.append(("read", more["readers"])), make_plan(*a, **more))[1]
    )
    monkeypatch.setattr(
        workflow, "replan", lambda *a, **more: (seen.append(("again", more["readers"])), replan(*a, **more))[1]
    )
    monkeypatch.setattr(
        workflow, "apply", lambda *a, **more: (seen.append(("write", more["workers"])), apply(*a, **more))[1]
    )
    run("plan", "--out", "plan.json", "--concurrency", "2")
    run("apply", "plan.json", "--concurrency", "64")
    run("apply", "--yes", "--concurrency", "3")
    run("drift", "--concurrency", "1")
    run("drift")
    assert seen == [("read", 2), ("again", 64), ("write", 64), ("read", 3), ("read", 1), ("read", 8)]
