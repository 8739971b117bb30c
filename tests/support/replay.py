"""The steps by which DNSControl tests its providers, driven through plan and apply at any provider of ours.

    TABLE = Exceptions.of(Path(__file__).with_name("exceptions.json"), kinds=("route53",))

    @pytest.mark.parametrize("group", GROUPS, ids=title)
    def test_every_step_plans_and_applies_as_it_says(group, fake):
        replay(group, Route53Provider("route53", endpoint=fake.url), TABLE, "route53")

Each group starts from a zone with SOA and apex NS alone, so the provider hosts no ``example.com`` yet. A step says what
the zone is to hold, and which RRsets a plan for that creates, updates and deletes. What DNS or a provider forbids is in
a table beside the test, a list of entries:

``group``, ``steps``, ``providers``
    What it is of; no steps and no providers mean all of them.
``refusal``
    What the step as it stands is refused with, before anything is sent: the rules of the plan's errors, or the words of
    the loader. With ``"by": "provider"``, part of the words with which the provider refuses the apply.
``without``
    ``TYPE`` or ``name TYPE``: the step is driven without these RRsets, and they are expected nowhere.
``instead``
    Keys of a step by its number, driven in the place of the step's own, so that every later step starts from where it
    should.
``reason`` with ``rfc`` (``RFC 4035 section 2.4``) or ``vendor`` (a URL)
    Why, for the reader, and who says so.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.driving import Driver, Planned
from tests.support.shared import SHARED, read_json
from zonesync.model import rdata
from zonesync.model.change import Action
from zonesync.model.names import absolute, relative
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone, Ignore, Nameservers, ZoneId
from zonesync.provider.contract import Provider

Step = Mapping[str, Any]
GROUPS: list[dict[str, Any]] = read_json(SHARED / "cases" / "peer_steps.json", [])
APEX = "example.com."
KNOWN = {
    *("desc", "note", "records", "generate", "ignore", "ignore_conflict_allowed", "zone_after"),
    *("expect_rrsets", "expect_rrset_counts", "expect_no_changes", "expect_change_count"),
}
"""Every key of a step; one that nothing here looks at would be a case that nobody runs."""
_COUNTS = ("expect_rrset_counts", "expect_change_count")


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What is forbidden, of the steps at providers of some *kinds*."""

    entries: Sequence[Mapping[str, Any]]
    kinds: Sequence[str]

    @classmethod
    def of(cls, file: Path, kinds: Sequence[str]) -> "Exceptions":
        """Read a table."""
        return cls(read_json(file, []), kinds)

    def find(self, group: str, number: int, kind: str) -> Mapping[str, Any]:
        """Return the entry of a step; an empty one where there is none."""
        for entry in self.entries:
            if entry["group"] == group and number in entry.get("steps", [number]) and kind in self._kinds(entry):
                return entry
        return {}

    def problems(self) -> list[str]:
        """Say what is wrong with the table: steps that do not exist or have two entries, entries without a source."""
        lengths = {group["group"]: len(group["steps"]) for group in GROUPS}
        found, claims = [], Counter[tuple[str, int, str]]()
        for entry in self.entries:
            every = range(lengths.get(entry["group"], 0))
            steps = entry.get("steps", every)
            if not every or not set(steps) <= set(every):
                found.append(f"{entry['group']}: no such steps")
            if not set(self._kinds(entry)) <= set(self.kinds):
                found.append(f"{entry['group']}: no such providers")
            if not {int(number) for number in entry.get("instead", {})} <= set(steps):
                found.append(f"{entry['group']}: something instead of another step")
            if not (re.match(r"RFC \d+ section [\d.]+", entry.get("rfc", "")) or "https://" in entry.get("vendor", "")):
                found.append(f"{entry['group']}: nobody says so")
            if not entry.get("reason") or not (entry.get("refusal") or entry.get("instead") or entry.get("without")):
                found.append(f"{entry['group']}: an exception of nothing")
            claims.update((entry["group"], number, kind) for number in steps for kind in self._kinds(entry))
        return found + [f"two entries of {claim}" for claim, count in claims.items() if count > 1]

    def _kinds(self, entry: Mapping[str, Any]) -> Sequence[str]:
        kinds: Sequence[str] = entry.get("providers", self.kinds)
        return kinds


def title(group: Mapping[str, Any]) -> str:
    """Return the name of a group as an id of pytest."""
    return str(group["group"]).replace(" ", "-")


def replay(
    group: Mapping[str, Any],
    provider: Provider,
    exceptions: Exceptions,
    kind: str,
    after: Callable[[], None] = lambda: None,
) -> None:
    """Drive every step of *group* at *provider*, which has no such zone yet; *after* is called after each."""
    driver = Driver(provider)
    driver.sync(DesiredZone(ZoneId(APEX), {}, (provider.name,)))
    for number, step in enumerate(group["steps"]):
        assert step.keys() <= KNOWN
        entry = exceptions.find(group["group"], number, kind)
        expected = entry.get("refusal", "")
        if entry.get("by") == "provider":
            assert expected in refusal_of_provider(driver, step), f"step {number}"
        else:
            assert refusal(driver, step) == expected, f"step {number}"
        instead = entry.get("instead", {}).get(str(number))
        if instead is not None or "without" in entry or not expected:
            drive(driver, without({**step, **(instead or {})}, entry.get("without", ())))
        after()


def drive(driver: Driver, step: Step) -> None:
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


def check_plan(step: Step, planned: Planned) -> None:
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


def refusal(driver: Driver, step: Step) -> str:
    """Say why *step* as it stands is refused before anything is sent; empty where it is not."""
    if any(rule["target"] for rule in step.get("ignore", ())):
        return "no ignore rule looks at values"
    try:
        zone = zone_of(step, driver.provider.name)
    except ValueError as problem:
        return str(problem)
    return ", ".join(sorted({finding.rule for finding in driver.plan(zone).errors}))


def refusal_of_provider(driver: Driver, step: Step) -> str:
    """Apply *step* as it stands, hold that it changes nothing, and return the provider's words."""
    zone = zone_of(step, driver.provider.name)
    planned = driver.plan(zone)
    run = driver.attempt(planned)
    assert not run.has_changed
    assert driver.provider.read(zone.id) == planned.live
    return "; ".join(result.problem for result in run.results)


def without(step: Step, left_out: Sequence[str]) -> Step:
    """Return *step* without the RRsets *left_out*, which are then expected nowhere either."""
    if not left_out:
        return step

    def stays(name: str, rtype: str) -> bool:
        return not {rtype, f"{name} {rtype}"} & set(left_out)

    def kept(key: str) -> bool:
        return stays(*key.rsplit(" ", 1))

    made = {key: value for key, value in step.items() if key not in _COUNTS}
    for key in ("records", "zone_after"):
        if key in step:
            made[key] = [record for record in step[key] if stays(_relative(record["name"]), record["type"])]
    if "expect_rrsets" in step:
        made["expect_rrsets"] = {verb: list(filter(kept, keys)) for verb, keys in step["expect_rrsets"].items()}
    return made


def _relative(name: str) -> str:
    return relative(APEX if name == "@" else absolute(name, APEX), APEX)


def records_of(step: Step) -> Iterator[Mapping[str, Any]]:
    """Yield the records of *step*, the generated ones, too."""
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


def zone_of(step: Step, provider: str) -> DesiredZone:
    """Return the zone that *step* wants. Raises ValueError for what is no rdata."""
    rrsets = rrsets_of(records_of(step))
    servers = rrsets.pop(Key(APEX, "NS"), None)
    said = Nameservers("list", servers.rdatas, ttl=servers.ttl, said=True) if servers else Nameservers()
    ignore = tuple(Ignore(rule["name"] or "*", rule["type"]) for rule in step.get("ignore", ()))
    return DesiredZone(ZoneId(APEX), rrsets, (provider,), nameservers=said, ignore=ignore)
