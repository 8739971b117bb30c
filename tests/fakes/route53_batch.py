"""A change batch: taken whole or refused whole, its changes judged one after the other on a copy.

https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes import route53_alias as alias
from tests.fakes import route53_routing as routing
from tests.fakes.route53_model import RefusalError
from tests.fakes.route53_names import BadNameError, inside, spelled
from tests.fakes.route53_state import Account, Kind, Native, Zone, kind_of
from tests.fakes.route53_values import meaning, undotted

RECORDS, CHARACTERS, CHANGES = 1000, 32_000, 4000
"""How many records and characters of values a batch may have, an UPSERT counted twice, and how many changes."""
Change = tuple[str, Native]


def change(account: Account, zone: Zone, changes: Iterable[Mapping[str, Any]]) -> None:
    """Make *changes* in *zone*, all of them or none.

    Raises RefusalError: `InvalidInput` for requests of a wrong form, `InvalidChangeBatch` for all else.
    """
    asked = [(each["Action"], dict(each["ResourceRecordSet"])) for each in changes]
    for action, native in asked:
        _wellformed(action, native)
    _within_limits(asked)
    _refuse(problem for _, native in asked for problem in _spelling(account, native))
    _known(account, asked)
    _refuse(_protected(zone, asked))
    _refuse(_repeated(asked))
    batch = _Batch(account, zone, {_key(native) for action, native in asked if action == "UPSERT"})
    problems = [problem for action, native in asked for problem in batch.take(action, native)]
    _refuse(problems or batch.final())
    zone.replace(batch.names)


def _refuse(problems: Iterable[str]) -> None:
    if found := list(dict.fromkeys(problems)):
        raise RefusalError("InvalidChangeBatch", f"[{', '.join(found)}]")


def _key(native: Native) -> tuple[str, Kind]:
    return native["Name"], kind_of(native)


def _wellformed(action: str, native: Native) -> None:
    forms = [
        "AliasTarget" in native,
        "TTL" in native or "ResourceRecords" in native,
        "TrafficPolicyInstanceId" in native,
    ]
    complete = "TTL" in native and "ResourceRecords" in native
    found = "more than one" if sum(forms) > 1 else "none" if not any(forms) or (forms[1] and not complete) else ""
    problem = routing.malformed(native)
    if found:
        problem = (
            "Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], "
            f"but found {found}"
        )
    elif "TrafficPolicyInstanceId" in native and action != "DELETE":
        problem = "Unexpected field 'TrafficPolicyInstanceId'"
    if problem:
        identifier = native.get("SetIdentifier", "null")
        raise RefusalError(
            "InvalidInput",
            f"Invalid request: {problem} in Change with [Action={action}, Name={native['Name']}, "
            f"Type={native['Type']}, SetIdentifier={identifier}]",
        )


def _within_limits(asked: list[Change]) -> None:
    records = characters = 0
    for action, native in asked:
        values = [record["Value"] for record in native.get("ResourceRecords", ())]
        times = 2 if action == "UPSERT" else 1
        records += times * len(values)
        characters += times * sum(map(len, values))
    for number, limit, words in (
        (len(asked), CHANGES, f"Cannot have more than {CHANGES} changes in a batch"),
        (records, RECORDS, f"Number of records limit of {RECORDS} exceeded."),
        (characters, CHARACTERS, f"RDATA character limit of {CHARACTERS} exceeded."),
    ):
        if number > limit:
            raise RefusalError("InvalidChangeBatch", f"[{words}]")


def _spelling(account: Account, native: Native) -> list[str]:
    """Write the names of *native* as the service does, and return what is wrong with it in itself."""
    problems: list[str] = []
    try:
        native["Name"] = spelled(native["Name"])
        if "AliasTarget" in native:
            native["AliasTarget"] |= {"DNSName": spelled(native["AliasTarget"]["DNSName"])}
    except BadNameError as error:
        return [str(error)]
    values = [record["Value"] for record in native.get("ResourceRecords", ())]
    if len(values) > account.limits.values:
        problems.append(f"Cannot have more than {account.limits.values} records in a RRSet.")
    seen = set()
    for value in values:
        try:
            meant = meaning(native["Type"], value)
        except ValueError as error:
            problems.append(str(error))
            continue
        if meant in seen:
            problems.append(f"Duplicate Resource Record: '{value}'")
        seen.add(meant)
    return problems


def _known(account: Account, asked: list[Change]) -> None:
    for action, native in asked:
        check = native.get("HealthCheckId")
        if check is not None and action != "DELETE" and check not in account.health_checks:
            raise RefusalError("NoSuchHealthCheck", f"No health check exists with the specified ID: {check}")
        place = native.get("CidrRoutingConfig")
        if place is not None and action != "DELETE":
            locations = account.collections.get(place["CollectionId"])
            if locations is None or place["LocationName"] not in {"*", *locations}:
                raise RefusalError(
                    "InvalidChangeBatch",
                    f"[No CIDR location {place['LocationName']} exists in a collection {place['CollectionId']}]",
                )


def _protected(zone: Zone, asked: list[Change]) -> Iterable[str]:
    for _, native in asked:
        if (native["Name"], native["Type"]) in zone.protected:
            comment = zone.protected[native["Name"], native["Type"]]
            yield f"{_titled(native, identified=False)} is protected{f' ({comment})' if comment else ''}"


def _repeated(asked: list[Change]) -> Iterable[str]:
    actions: dict[tuple[str, Kind], list[str]] = {}
    for action, native in asked:
        actions.setdefault(_key(native), []).append(action)
    for (name, (kind, _)), taken in actions.items():
        if len(taken) > 1 and taken != ["DELETE", "CREATE"]:
            yield f"The request contains an invalid set of changes for a resource record set '{kind} {name}'"


def _titled(native: Native, *, identified: bool = True) -> str:
    text = f"name='{native['Name']}', type='{native['Type']}'"
    if identified and "SetIdentifier" in native:
        text += f", set-identifier='{native['SetIdentifier']}'"
    return f"resource record set [{text}]"


@dataclass(slots=True)
class _Batch:
    account: Account
    zone: Zone
    waiting: set[tuple[str, Kind]]
    """What is to be upserted: gone as a target of aliases until its turn comes, as octodns#366 found."""
    names: dict[str, dict[Kind, Native]] = field(default_factory=dict)
    """The names touched, with all that they hold as the batch goes on."""

    def held(self, name: str) -> dict[Kind, Native]:
        """Return the record sets at *name* for reading."""
        return self.names.get(name, self.zone.names.get(name, {}))

    def take(self, action: str, native: Native) -> list[str]:
        """Judge one change and make it on the copy; return what is wrong with it."""
        name, kind = _key(native)
        if not inside(name, self.zone.name):
            return [f"RRSet with DNS name {name} is not permitted in zone {self.zone.name}"]
        self.names.setdefault(name, dict(self.zone.names.get(name, {})))
        handle: Callable[[Native], list[str]] = self._delete if action == "DELETE" else self._put
        if action == "CREATE" and kind in self.names[name]:
            return [f"Tried to create {_titled(native)} but it already exists"]
        problems = handle(native)
        self.waiting.discard((name, kind))
        return problems

    def _delete(self, native: Native) -> list[str]:
        name, kind = _key(native)
        held = self.names[name]
        if name == self.zone.name and kind[0] in ("NS", "SOA"):
            return [_apex(kind[0])]
        if kind not in held:
            return [f"Tried to delete {_titled(native)} but it was not found"]
        if not _matches(native, held[kind]):
            return [f"Tried to delete {_titled(native)} but the values provided do not match the current values"]
        del held[kind]
        return []

    def _put(self, native: Native) -> list[str]:
        name, kind = _key(native)
        held = self.names[name]
        problems = [*self._siblings(native), *self._own(native)]
        others = [other for key, other in held.items() if key[0] == kind[0] and key != kind]
        unlike = [
            other for key, other in held.items() if key == kind and routing.policy(other) != routing.policy(native)
        ]
        if "TrafficPolicyInstanceId" in held.get(kind, {}):
            problems.append(f"{routing.called(native)} cannot be changed as a traffic policy instance made it.")
        elif problem := routing.conflict(native, [*unlike, *others]) or routing.alone(native):
            problems.append(problem)
        if "AliasTarget" in native:
            problems += alias.problems(self.zone, set(self.account.zones), native, self._exists)
        if not problems:
            held[kind] = self._respelled(native)
        return problems

    def _siblings(self, native: Native) -> list[str]:
        name, kind = native["Name"], native["Type"]
        types = {each for each, _ in self.names[name]}
        if kind == "CNAME" and name == self.zone.name:
            return [f"RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {self.zone.name}"]
        if kind == "CNAME" and types - {"CNAME"}:
            words = "is not permitted as it conflicts with other records with the same DNS name in zone"
            return [f"RRSet of type CNAME with DNS name {name} {words} {self.zone.name}"]
        if kind != "CNAME" and "CNAME" in types:
            words = "a conflicting RRSet of type CNAME with the same DNS name already exists in zone"
            return [f"RRSet of type {kind} with DNS name {name} is not permitted because {words} {self.zone.name}"]
        return []

    def _own(self, native: Native) -> list[str]:
        name, kind = native["Name"], native["Type"]
        count = len(native.get("ResourceRecords", ()))
        if kind == "CNAME" and count > 1:
            return [f"RRSet of type CNAME with DNS name {name} must contain only one resource record"]
        if kind in ("NS", "SOA") and "AliasTarget" in native:
            return [f"RRSet with DNS name {name}, type {kind} cannot be an alias"]
        if kind == "SOA" and (name != self.zone.name or count != 1):
            return [_apex("SOA")]
        if kind == "NS" and name.startswith("\\052."):
            return [f"RRSet with DNS name {name}, type NS cannot be a wildcard"]
        return []

    def _exists(self, name: str, kind: str) -> bool:
        return any(key[0] == kind and (name, key) not in self.waiting for key in self.held(name))

    def _respelled(self, native: Native) -> Native:
        """Return *native* with the stored spelling of values that differ by their final dot alone."""
        before = self.zone.names.get(native["Name"], {}).get(kind_of(native), {})
        kind = native["Type"]
        stored = {undotted(kind, record["Value"]): record for record in before.get("ResourceRecords", ())}
        if "ResourceRecords" not in native:
            return native
        records = [stored.get(undotted(kind, record["Value"]), record) for record in native["ResourceRecords"]]
        return native | {"ResourceRecords": records}

    def final(self) -> list[str]:
        """Return what is wrong with the zone as the whole batch leaves it."""
        problems = []
        for held in self.names.values():
            groups: dict[str, list[Native]] = {}
            for (kind, _), native in held.items():
                groups.setdefault(kind, []).append(native)
            problems += [problem for each in groups.values() if (problem := routing.group(each))]
        growth = sum(len(held) - len(self.zone.names.get(name, ())) for name, held in self.names.items())
        if growth > 0 and len(self.zone) + growth > self.account.limits.rrsets:
            limit = self.account.limits.rrsets
            problems.append(f"Limit of {limit} resource record sets in the hosted zone {self.zone.id} exceeded")
        return problems


def _apex(kind: str) -> str:
    number = "at least one NS record for the zone itself" if kind == "NS" else "exactly one SOA record"
    return f"A HostedZone must contain {number}."


def _matches(given: Native, stored: Native) -> bool:
    """Tell whether *given* is *stored* as a deletion must have it: each field, the values in any order."""
    kind = stored["Type"]

    def values(native: Native) -> Counter[str]:
        return Counter(undotted(kind, record["Value"]) for record in native.get("ResourceRecords", ()))

    if "TrafficPolicyInstanceId" in given:
        return bool(given["TrafficPolicyInstanceId"] == stored.get("TrafficPolicyInstanceId"))
    return values(given) == values(stored) and {**given, "ResourceRecords": 0} == {**stored, "ResourceRecords": 0}
