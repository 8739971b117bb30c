"""One change at NS1: read, compared, written; and where the answer is lost, read again.

NS1 has no compare-and-swap. A record that is there already is refused by the service itself, so a create is one call;
before an update or a delete the record is read. Between that read and the write somebody else may come: what the
service has for it is one round trip, and an update sends only the fields that change.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zonesync.model.change import Action, Change
from zonesync.model.rrset import Key, RRset
from zonesync.provider.compare import same
from zonesync.provider.contract import LiveZone, Outcome, Receipt
from zonesync.provider.errors import Conflict, NotFound, ProviderError, Rejected, Unavailable
from zonesync.provider.outcomes import NOT_TRIED, certain
from zonesync_ns1 import reading, records, soa
from zonesync_ns1.client import Client
from zonesync_ns1.convert import normalised
from zonesync_ns1.names import bare, path
from zonesync_ns1.records import Understood, understand
from zonesync_ns1.refusals import refusal


@dataclass(frozen=True, slots=True)
class Token:
    """What a read leaves for the writes based on it."""

    handle: str
    """What NS1 calls the zone."""
    zone: Mapping[str, Any]
    domains: Mapping[Key, str] = field(default_factory=dict)
    """Names as the service spells them, where that is not the usual way."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What is there right before a write."""

    rrset: RRset | None
    native: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""
    """Why it is nothing that may be written, if so."""
    listed: RRset | None = None


_NOTHING = _Found(None)
_OVERTAKEN = "live data is no longer what the change is based on"
_ALONE = frozenset({"ALIAS", "CNAME"})


class Writer:
    """Carries out changes to one zone."""

    def __init__(self, client: Client, live: LiveZone, token: Token) -> None:
        self._client = client
        self._live = live
        self._token = token
        self._kept = {(kept.name, kept.type): kept.description for kept in live.kept}

    def carry_out_at(self, group: Sequence[Change]) -> Iterator[Receipt]:
        """Carry out *group*, all changes at one name. Raises :class:`ProviderError` as :meth:`carry_out` does.

        Where one RRset makes room for another, nothing is deleted unless the rest looks possible, too: else the name
        would be left with neither.
        """
        failed = ""
        is_swap = _is_swap(group)
        # A single one is compared right before it is deleted anyway.
        looks = sum(change.before is not None for change in group) > 1
        for change in group if is_swap else ():
            if problem := self._stands_against(change, looks=looks):
                failed = problem.words
                yield _refused(change, problem)
                group = [other for other in group if other is not change]
                break
        for change in group:
            if failed:
                yield Receipt((change,), Outcome.REJECTED, words=NOT_TRIED + failed)
                continue
            try:
                receipt = self.carry_out(change)
            except ProviderError as problem:
                problem.key = change.key
                raise
            if is_swap and receipt.outcome is not Outcome.APPLIED:
                failed = receipt.words
            yield receipt

    def _stands_against(self, change: Change, *, looks: bool) -> Conflict | Rejected | None:
        """Look, without writing, whether *change* would be refused here."""
        try:
            self._checked(change)
            if looks and change.before is not None:
                found = self._find(change.key)
                if found.words or not _is_as_before(found, change.before):
                    return Conflict(found.words or _OVERTAKEN)
        except (Conflict, Rejected) as problem:
            return problem
        return None

    def carry_out(self, change: Change) -> Receipt:
        """Carry out *change*. Raises :class:`ProviderError` only where it certainly did not take effect."""
        try:
            after = self._checked(change)
            return certain((change,), lambda: self._sent(change, after), lambda: self._now(change), normalised)
        except (Conflict, Rejected) as problem:
            return _refused(change, problem)

    def _checked(self, change: Change) -> RRset | None:
        """Return what is to be; raise where that needs no call to be refused."""
        key, after = change.key, change.after
        apex = self._live.id.name
        if after is not None and not isinstance(after, RRset):
            raise Rejected("what it becomes is not computed yet")
        if key in self._kept:
            raise Rejected(f"kept as it is: {self._kept[key]}")
        if not same(_spelled(self._live.rrsets.get(key)), _spelled(change.before)):
            raise Conflict("live data is not what the change is based on")
        if key == Key(apex, "NS") and after is None:
            raise Rejected("NS1 keeps the NS records of every zone; they are changed, not deleted")
        if key.type == "SOA":
            _check_soa(key, apex, change.before, after)
        if after is not None and (words := refusal(apex, after)):
            raise Rejected(words)
        return _spelled(after)

    def _sent(self, change: Change, after: RRset | None) -> Receipt:
        """Compare and write. Raises what leaves open whether the write took effect, and what leaves it undone."""
        found = _NOTHING
        # Where nothing is to be there, the service itself refuses what is.
        if change.before is not None:
            try:
                found = self._find(change.key)
            except Unavailable as problem:
                problem.sent = False
                raise
        if found.words or not _is_as_before(found, change.before):
            raise Conflict(found.words or _OVERTAKEN)
        try:
            return Receipt((change,), Outcome.APPLIED, self._write(change, after, found))
        except NotFound as problem:
            return _refused(change, Conflict(problem.words))
        except (Conflict, Rejected) as problem:
            return _refused(change, Conflict(problem.words) if self._is_taken(change) else problem)

    def _is_taken(self, change: Change) -> bool:
        """Tell whether what was to be created is there already, which may be why it was refused."""
        if change.action is not Action.CREATE:
            return False
        try:
            found = self._find(change.key)
        except ProviderError:
            return False
        return bool(found.rrset or found.words)

    def _now(self, change: Change) -> Mapping[Key, RRset]:
        found = self._find(change.key)
        if found.words:
            raise Conflict(found.words)
        if found.rrset is None:
            return {}
        # What was read as the listing has it is still what it was.
        return {change.key: found.listed if found.listed and _is_as_before(found, change.before) else found.rrset}

    def _find(self, key: Key) -> _Found:
        token, name = self._token, self._live.id.name
        if key.type == "SOA":
            zone = self._client.get(f"{path('zones', token.handle)}?records=false")
            reading.refuse(zone, token.handle, name)
            return _Found(reading.soa_of(name, zone), zone)
        try:
            record = reading.read_record(self._client, token.handle, self._domain(key), key.type)
        except NotFound:
            return _NOTHING
        return _found(understand(record, token.zone), record)

    def _write(self, change: Change, after: RRset | None, found: _Found) -> str:
        """Send the one call that *change* is, and return the id of what it is about."""
        client, token, key = self._client, self._token, change.key
        zone = path("zones", token.handle)
        before = _spelled(change.before)
        if key.type == "SOA":
            assert before, "the SOA is only ever updated"
            assert after, "the SOA is only ever updated"
            return _id(client.post(zone, soa.changed(before, after)))
        domain = self._domain(key)
        where = path("zones", token.handle, domain, key.type)
        if after is None:
            client.delete(where)
            return _id(found.native)
        if before is None:
            return _id(client.put(where, records.body(bare(self._live.id.name), domain, after)))
        return _id(client.post(where, records.update(found.native, before, after)))

    def _domain(self, key: Key) -> str:
        return self._token.domains.get(key) or bare(key.name)


def _is_swap(group: Sequence[Change]) -> bool:
    """Tell whether something goes for something else that cannot stand beside it (RFC 1034 section 3.6.2)."""
    actions = {change.action for change in group}
    return {Action.DELETE, Action.CREATE} <= actions and any(change.key.type in _ALONE for change in group)


def _id(native: Mapping[str, Any]) -> str:
    return str(native.get("id", ""))


def _refused(change: Change, problem: ProviderError) -> Receipt:
    outcome = Outcome.CONFLICT if isinstance(problem, Conflict) else Outcome.REJECTED
    return Receipt((change,), outcome, words=problem.words)


def _check_soa(key: Key, apex: str, before: RRset | None, after: RRset | None) -> None:
    if key.name != apex or before is None or after is None:
        raise Rejected("NS1 makes the SOA of every zone; it is changed, not created or deleted")
    if before.ttl != after.ttl:
        raise Rejected("the TTL of the SOA is the zone's default TTL at NS1, and is not set apart")


def _spelled(rrset: RRset | None) -> RRset | None:
    return None if rrset is None else normalised(rrset)


def _is_as_before(found: _Found, before: RRset | None) -> bool:
    expected = _spelled(before)
    return same(found.rrset, expected) or (found.listed is not None and same(found.listed, expected))


def _found(understood: Understood, record: Mapping[str, Any]) -> _Found:
    words = f"it is now kept as it is: {understood.kept.description}" if understood.kept else ""
    return _Found(understood.rrset, record, words, understood.listed)
