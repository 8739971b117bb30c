"""Keeps on record which providers are out of rotation: one object of the state, changed by compare-and-swap."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Standing
from zonesync.plan.rotation import NOBODY, Absence, Absences
from zonesync.run.store import Store, StoreError

NAME = "rotation.json"
_TRIES = 50
"""How often a write that another run was quicker than is tried again: each of them has written one zone."""


def _pairs(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _absent(standing: Standing) -> Standing:
    if standing is Standing.IN:
        raise ValueError("who is in rotation has no entry")
    return standing


def _moment(text: str) -> str:
    if text and datetime.fromisoformat(text).tzinfo is None:
        raise ValueError(f"`{text}` has no time zone")
    return text


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    standing: Annotated[Standing, BeforeValidator(Standing), AfterValidator(_absent)]
    hosts: Annotated[tuple[str, ...], BeforeValidator(_pairs)]
    since: str
    run: str
    actor: str
    cleared: Annotated[str, AfterValidator(_moment)]
    seconds: Annotated[int, Field(ge=0)]


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1]
    zones: dict[str, dict[str, _Entry]]


def read(store: Store) -> Absences:
    """Return who is out of rotation. Raises :class:`StoreError` where that cannot be told."""
    data = store.get(NAME)
    return NOBODY if data is None else _loads(data)


def change(
    store: Store, zone: ZoneId, provider: str, edit: Callable[[Absence | None], Absence | None]
) -> Absence | None:
    """Let *edit* say what becomes of *provider* for *zone*, None for in rotation, and return that once it is durable.

    The zone's lock must be held. Raises :class:`StoreError`.
    """
    for _ in range(_TRIES):
        found = store.fetch(NAME)
        absences = {} if found is None else dict(_loads(found.data))
        before = absences.get((zone, provider))
        after = edit(before)
        if after == before:
            return after
        absences.pop((zone, provider), None)
        if after is not None:
            absences[zone, provider] = after
        if store.replace(NAME, _dumps(absences), found.version if found else None) is not None:
            return after
    raise StoreError(f"`{NAME}` was changed by others {_TRIES} times in a row; try again")


def _loads(data: bytes) -> dict[tuple[ZoneId, str], Absence]:
    try:
        document = _Document.model_validate(json.loads(data))
        return {
            (ZoneId.parse(zone), provider): Absence(**entry.model_dump())
            for zone, providers in document.zones.items()
            for provider, entry in providers.items()
        }
    except (ValueError, ValidationError, RecursionError) as problem:
        words = _words(problem)
        raise StoreError(
            f"`{NAME}` in the state, which says who is out of rotation, cannot be read: {words} "
            "(put back a copy of it, or remove it once you know that nobody is out)"
        ) from None


def _words(problem: Exception) -> str:
    """Say what is wrong with the record, and where."""
    if not isinstance(problem, ValidationError):
        return str(problem).splitlines()[0]
    first = problem.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def _dumps(absences: Absences) -> bytes:
    zones: dict[str, dict[str, _Entry]] = {}
    for (zone, provider), one in sorted(absences.items(), key=lambda item: (str(item[0][0]), item[0][1])):
        zones.setdefault(str(zone), {})[provider] = _Entry(
            standing=one.standing,
            hosts=one.hosts,
            since=one.since,
            run=one.run,
            actor=one.actor,
            cleared=one.cleared,
            seconds=one.seconds,
        )
    return (_Document(format=1, zones=zones).model_dump_json(indent=1) + "\n").encode()
