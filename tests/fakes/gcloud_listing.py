"""Pages and filters of Cloud DNS's lists.

A page token is opaque; it names the last item shown and the question it belongs to, and is refused with any other.
"""

import base64
import bisect
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.fakes.gcloud_errors import invalid
from tests.fakes.gcloud_rdata import TYPES, dotted
from tests.fakes.gcloud_state import Rrset, Zone, place

FILTER = re.compile(r'name\s*=\s*(?:"([^"]*)"|has_suffix\("([^"]*)"\))(?:\s+AND\s+type\s*=\s*"([^"]*)")?')
PAGING = ("maxResults", "pageToken")


def paged(
    kind: str,
    key: str,
    places: Sequence[tuple[str, ...]],
    item: Callable[[int], Any],
    question: Mapping[str, str],
    size: int,
) -> dict[str, Any]:
    """Return one page of a list that is sorted by *places*; empty keys are left out, as the API does."""
    start, size = _start(places, question), min(size, _most(question, size))
    shown = [item(number) for number in range(start, min(start + size, len(places)))]
    page: dict[str, Any] = {"kind": kind}
    if shown:
        page[key] = shown
    if start + size < len(places):
        page["nextPageToken"] = _token(places[start + size - 1], question)
    return page


def _most(question: Mapping[str, str], size: int) -> int:
    most = int(question.get("maxResults", size))
    if most < 1:
        raise invalid("parameters.maxResults", most)
    return most


def _start(places: Sequence[tuple[str, ...]], question: Mapping[str, str]) -> int:
    token = question.get("pageToken")
    if token is None:
        return 0
    try:
        given = json.loads(base64.urlsafe_b64decode(token))
    except ValueError as problem:
        raise invalid("parameters.pageToken", token) from problem
    if not isinstance(given, dict) or given.get("of") != _rest(question):
        raise invalid("parameters.pageToken", token)
    return bisect.bisect_right(places, tuple(given["after"]))


def _token(last: tuple[str, ...], question: Mapping[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps({"after": last, "of": _rest(question)}).encode()).decode()


def _rest(question: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in sorted(question.items()) if name not in PAGING}


def rrsets(zone: Zone, question: Mapping[str, str], size: int) -> dict[str, Any]:
    """Return a page of the zone's record sets."""
    kind, key = "dns#resourceRecordSetsListResponse", "rrsets"
    name, suffix, rtype = _wanted(question)
    if name is None and suffix is None:
        ordered = zone.ordered()
        return paged(kind, key, _Firsts(ordered), lambda n: zone.rrsets[ordered[n][1]], question, size)
    found = [rrset for rrset in _candidates(zone, name, suffix) if rtype in {None, rrset["type"]}]
    places = sorted(place((rrset["name"], rrset["type"])) for rrset in found)
    by_place = {place((rrset["name"], rrset["type"])): rrset for rrset in found}
    return paged(kind, key, places, lambda n: by_place[places[n]], question, size)


class _Firsts(Sequence[tuple[str, ...]]):
    """The places of an ordered listing, without a copy."""

    def __init__(self, ordered: Sequence[tuple[tuple[str, ...], object]]) -> None:
        self.ordered = ordered

    def __len__(self) -> int:
        return len(self.ordered)

    def __getitem__(self, number: Any) -> Any:
        return self.ordered[number][0]


def _candidates(zone: Zone, name: str | None, suffix: str | None) -> list[Rrset]:
    if name is not None:
        return [rrset for (owner, _), rrset in zone.rrsets.items() if owner == name]
    return [rrset for rrset in zone.rrsets.values() if f".{rrset['name']}".endswith(f".{suffix}")]


def _wanted(question: Mapping[str, str]) -> tuple[str | None, str | None, str | None]:
    """Return name, suffix and type; raise ``Refused`` where they do not go together."""
    name, rtype, wish = question.get("name"), question.get("type"), question.get("filter")
    if wish is not None:
        match = FILTER.fullmatch(wish.strip().replace("`", ""))
        if not match or name is not None or rtype is not None:
            raise invalid("parameters.filter", wish)
        name, suffix, rtype = match.groups()
        return _absolute(name, "filter"), _absolute(suffix, "filter"), rtype
    if rtype is not None and name is None:
        raise invalid("parameters.name", "")
    if rtype not in {None, *TYPES}:
        raise invalid("parameters.type", rtype)
    return _absolute(name, "name"), None, rtype


def _absolute(name: str | None, parameter: str) -> str | None:
    try:
        return None if name is None else dotted(name)
    except ValueError as problem:
        raise invalid(f"parameters.{parameter}", name) from problem
