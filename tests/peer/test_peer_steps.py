"""The steps by which DNSControl tests its providers, driven through plan and apply at ours.

Each group starts from a zone with SOA and apex NS alone. A step says what the zone is to hold, and which RRsets a plan
for that creates, updates and deletes. What DNS or a provider forbids is in a table beside this file: the step is seen
to be refused for the reason given there, and driven with what the table has ``instead``, so that every later step
starts from where it should.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.driving import Driver, Planned
from tests.support.servers import need
from tests.support.shared import SHARED, needs_cases, read_json
from zonesync.model import rdata
from zonesync.model.change import Action
from zonesync.model.names import absolute
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone, Ignore, Nameservers, ZoneId
from zonesync.provider.contract import Provider
from zonesync.provider.memory import MemoryProvider
from zonesync_bind import BindProvider

GROUPS: list[dict[str, Any]] = read_json(SHARED / "cases" / "peer_steps.json", [])
EXCEPTIONS: list[dict[str, Any]] = read_json(Path(__file__).with_name("exceptions.json"), [])
PROVIDERS = ("bind", "batch", "ordered", "single", "file")
APEX = "example.com."
OURS = ["ns1.example.net.", "ns2.example.net."]
KNOWN = {
    *("desc", "note", "records", "generate", "ignore", "ignore_conflict_allowed", "zone_after"),
    *("expect_rrsets", "expect_rrset_counts", "expect_no_changes", "expect_change_count"),
}
"""Every key of a step; one that this test does not look at would be a case that nobody runs."""

pytestmark = needs_cases


def make_provider(kind: str, folder: Path) -> Provider:
    if kind == "bind":
        return BindProvider("bind", directory=str(folder / "served"), nameservers=OURS)
    return MemoryProvider("memory", kind, nameservers=OURS)


def records_of(step: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from step["records"]
    for rule in step.get("generate", ()):
        for number in range(rule["start"], rule["start"] + rule["count"]):
            yield {**rule, "name": rule["pattern"] % number}


def rrsets_of(records: Iterator[Mapping[str, Any]]) -> dict[Key, RRset]:
    """Turn the records of a step into RRsets. Raises ValueError for what is no rdata."""
    found: dict[Key, set[str]] = {}
    ttls: dict[Key, int] = {}
    for record in records:
        key = Key(APEX if record["name"] == "@" else absolute(record["name"], APEX), record["type"])
        text = rdata.canonical(key.type, record["data"], APEX)
        if "text" in record:
            assert text == rdata.txt_text(record["text"].encode())
        if "name_ascii" in record:
            assert (key.name, text) == (absolute(record["name_ascii"], APEX), record["data_ascii"])
        found.setdefault(key, set()).add(text)
        assert ttls.setdefault(key, record["ttl"]) == record["ttl"]
    return {key: RRset(*key, ttls[key], tuple(sorted(texts))) for key, texts in found.items()}


def zone_of(step: Mapping[str, Any], provider: str) -> DesiredZone:
    rrsets = rrsets_of(records_of(step))
    servers = rrsets.pop(Key(APEX, "NS"), None)
    said = Nameservers("list", servers.rdatas, ttl=servers.ttl, said=True) if servers else Nameservers()
    ignore = tuple(Ignore(rule["name"] or "*", rule["type"]) for rule in step.get("ignore", ()))
    return DesiredZone(ZoneId(APEX), rrsets, (provider,), nameservers=said, ignore=ignore)


def check_plan(step: Mapping[str, Any], planned: Planned) -> None:
    """Hold that the plan is what the step expects."""
    assert not planned.errors
    made = {
        "create": planned.keys(Action.CREATE),
        "update": planned.keys(Action.UPDATE),
        "delete": planned.keys(Action.DELETE),
    }
    if "expect_rrsets" in step:
        assert made == {verb: set(keys) for verb, keys in step["expect_rrsets"].items()}
    if "expect_rrset_counts" in step:
        assert {verb: len(keys) for verb, keys in made.items()} == step["expect_rrset_counts"]
    if step.get("expect_no_changes"):
        assert planned.steps == []
    if "expect_change_count" in step:
        assert len(planned.changes) == step["expect_change_count"]


def drive(driver: Driver, step: Mapping[str, Any]) -> None:
    """Plan *step*, compare, apply, and hold that nothing is left to do."""
    zone = zone_of(step, driver.provider.name)
    planned = driver.plan(zone)
    check_plan(step, planned)
    if planned.steps:
        driver.apply(planned)
    assert driver.plan(zone).steps == []
    if "zone_after" in step:
        live = driver.provider.read(zone.id)
        assert live is not None
        after = {key: rrset for key, rrset in live.rrsets.items() if key not in {Key(APEX, "SOA"), Key(APEX, "NS")}}
        assert after == rrsets_of(iter(step["zone_after"]))


def refusal(driver: Driver, step: Mapping[str, Any]) -> str:
    """Say why *step* as it stands is refused before anything is sent; empty where it is not."""
    if any(rule["target"] for rule in step.get("ignore", ())):
        return "no ignore rule looks at values"
    try:
        zone = zone_of(step, driver.provider.name)
    except ValueError as problem:
        return str(problem)
    return ", ".join(sorted({finding.rule for finding in driver.plan(zone).errors}))


def refusal_of_provider(driver: Driver, step: Mapping[str, Any]) -> str:
    """Apply *step* as it stands, hold that it changes nothing, and return the provider's words."""
    zone = zone_of(step, driver.provider.name)
    planned = driver.plan(zone)
    run = driver.attempt(planned)
    assert not run.has_changed
    assert driver.provider.read(zone.id) == planned.live
    return "; ".join(result.problem for result in run.results)


def exception_for(group: str, number: int, kind: str) -> dict[str, Any] | None:
    for exception in EXCEPTIONS:
        if (
            exception["group"] == group
            and number in exception.get("steps", [number])
            and kind in exception.get("providers", PROVIDERS)
        ):
            return exception
    return None


@pytest.mark.parametrize("kind", PROVIDERS)
@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group["group"].replace(" ", "-"))
def test_every_step_plans_and_applies_as_it_says(group: dict[str, Any], kind: str, tmp_path: Path) -> None:
    checker = need("named-checkzone") if kind == "bind" else ""
    driver = Driver(make_provider(kind, tmp_path))
    driver.sync(DesiredZone(ZoneId(APEX), {}, (driver.provider.name,)))
    for number, step in enumerate(group["steps"]):
        assert step.keys() <= KNOWN
        exception = exception_for(group["group"], number, kind) or {"refusal": "", "instead": {}}
        if exception.get("by") == "provider":
            assert exception["refusal"] in refusal_of_provider(driver, step)
        else:
            assert refusal(driver, step) == exception["refusal"], f"step {number}"
        instead = exception["instead"].get(str(number))
        if instead is not None or not exception["refusal"]:
            drive(driver, {**step, **(instead or {})})
        if checker:
            accepts(checker, tmp_path / "served" / "example.com.zone")


def accepts(checker: str, file: Path) -> None:
    """Hold that BIND would load *file*."""
    done = subprocess.run(
        [checker, "-i", "local", "example.com", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_exception_is_of_steps_that_exist_and_cites_an_rfc() -> None:
    groups = {group["group"]: group for group in GROUPS}
    for exception in EXCEPTIONS:
        steps = range(len(groups[exception["group"]]["steps"]))
        assert set(exception.get("steps", steps)) <= set(steps)
        assert set(exception.get("providers", PROVIDERS)) <= set(PROVIDERS)
        assert {int(number) for number in exception["instead"]} <= set(exception.get("steps", steps))
        assert re.match(r"RFC \d+ section [\d.]+", exception["rfc"])
        assert exception["reason"]
        assert exception["refusal"] or exception["instead"], "an exception of nothing"


def test_no_step_has_two_exceptions() -> None:
    claims = Counter(
        (exception["group"], number, provider)
        for exception in EXCEPTIONS
        for group in GROUPS
        if group["group"] == exception["group"]
        for number in exception.get("steps", range(len(group["steps"])))
        for provider in exception.get("providers", PROVIDERS)
    )
    assert not [claim for claim, count in claims.items() if count > 1]
