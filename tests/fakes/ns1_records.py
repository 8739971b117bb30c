"""One record of NS1: a (domain, type) with answers, and the two forms in which the API shows it."""

import json
import random
import zlib
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.ns1_answers import CREATABLE, SINGLE, TEXTS, check_fields_of, numbered, undotted
from tests.fakes.ns1_filters import check_filters, check_regions, completed
from tests.fakes.ns1_refusals import bad, check, check_fields, invalid

SHAPES = {
    "ttl": "integer",
    "answers": "array",
    "filters": "array",
    "regions": "object",
    "meta": "object",
    "use_client_subnet": "boolean",
    "override_ttl": "boolean",
    "networks": "array",
    "link": "string",
    "tags": "object",
    "blocked_tags": "array",
}
NULLABLE = frozenset({"link", "override_ttl"})
GEOGRAPHIC = ("geo", "netfence", "pulsar")


def initial(ttl: int, networks: list[int]) -> dict[str, Any]:
    """Return what a record has that was created with nothing."""
    return {
        "ttl": ttl,
        "answers": [],
        "filters": [],
        "regions": {},
        "meta": {},
        "use_client_subnet": True,
        "override_ttl": None,
        "networks": list(networks),
        "link": None,
        "tags": {},
        "blocked_tags": [],
    }


def check_body(rtype: str, body: dict[str, Any]) -> None:
    """Refuse a record's *body* for what can be seen without the zone."""
    if rtype not in CREATABLE:
        raise invalid(f"Value {rtype!r} for field '<obj>.type' is not in the enumeration: {sorted(CREATABLE)}")
    check_fields(body, SHAPES, NULLABLE)
    check_filters(body.get("filters", []))
    for number, answer in enumerate(body.get("answers", [])):
        check(answer, f"answers[{number}]", "object")
        if "answer" not in answer:
            raise invalid(f"Required field 'answer' is missing in '<obj>.answers[{number}]'")
        check_fields_of(rtype, answer["answer"], f"answers[{number}].answer")
        check(answer.get("meta") or {}, f"answers[{number}].meta", "object")


def check_whole(rtype: str, data: dict[str, Any], answers_sent: bool) -> None:
    """Refuse a record that would come out contradicting itself."""
    if data["link"]:
        if data["answers"]:
            raise bad("a linked record cannot have answers")
    elif answers_sent and not data["answers"]:
        raise bad("record has no answers")
    if rtype in SINGLE and len(data["answers"]) > 1 and not data["filters"]:
        raise bad(f"{rtype} record has {len(data['answers'])} answers and no filters")
    check_regions(data["regions"], data["answers"])


@dataclass(slots=True, eq=False)
class Record:
    """What is stored, with the share of the service's spellings that falls on this record."""

    id: str
    domain: str
    type: str
    data: dict[str, Any]
    seed: int = 0
    undots: frozenset[str] = frozenset()
    """Types whose host answers may come back without their dot."""
    stamp: int = 0
    _short: str | None = field(default=None, init=False)

    def changed(self) -> None:
        """Forget what was rendered."""
        self._short = None

    @property
    def chance(self) -> int:
        """A number that is this record's own, and the same in each run with the same seed."""
        return zlib.crc32(f"{self.seed}/{self.domain.lower()}/{self.type}".encode())

    @property
    def tier(self) -> int:
        """1 for plain answers, 2 with a filter chain or meta, 3 with one that looks at the client's place."""
        data = self.data
        names = [str(item.get("filter", "")) for item in data["filters"]]
        if any(name.startswith(GEOGRAPHIC) for name in names):
            return 3
        advanced = names or data["meta"] or data["regions"] or any(answer.get("meta") for answer in data["answers"])
        return 2 if advanced else 1

    def short(self) -> str:
        """Return the form in a zone's listing, as JSON; kept until the record changes."""
        if self._short is None:
            self._short = json.dumps(self.short_form())
        return self._short

    def short_form(self) -> dict[str, Any]:
        """Return the form in a zone's listing."""
        data, tier, chance = self.data, self.tier, self.chance
        found = {"id": self.id, "domain": self.domain, "type": self.type, "ttl": data["ttl"], "tier": tier}
        if data["link"]:
            found["link"] = data["link"]
        hidden = tier > 1 and (self.type in TEXTS or chance & 0x100)
        if not hidden and not (data["link"] and chance & 0x200):
            found["short_answers"] = [
                " ".join(map(str, self._spelt(answer["answer"], chance % 3 > 0))) for answer in data["answers"]
            ]
        return found

    def full(self, zone: str) -> dict[str, Any]:
        """Return the whole record, as in *zone*."""
        chance, data, tier = self.chance, self.data, self.tier
        answers = [
            {**answer, "answer": numbered(self.type, self._spelt(answer["answer"], chance % 3 > 1), bool(chance & 8))}
            for answer in data["answers"]
        ]
        names = list(data["regions"])
        # The order of regions means nothing, and the service keeps none.
        random.Random(chance + self.stamp).shuffle(names)
        return {
            **data,
            "id": self.id,
            "zone": zone,
            "domain": self.domain,
            "type": self.type,
            "tier": tier,
            "higher_tier": tier > 1,
            "answers": answers,
            "filters": completed(data["filters"]),
            "regions": {name: data["regions"][name] for name in names},
            "feeds": [],
            "customer": 1,
            "queries": 0,
            "local_tags": sorted(data["tags"]),
            "created_at": 1_700_000_000,
            "updated_at": 1_700_000_000 + self.stamp,
        }

    def _spelt(self, fields: list[Any], strip: bool) -> list[Any]:
        return undotted(self.type, fields) if strip and self.type in self.undots else fields
