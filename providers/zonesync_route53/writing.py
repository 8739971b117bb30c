"""Changes of one hosted zone, carried out: exact deletes and creates in atomic batches.

A DELETE repeats the RRset exactly as it was listed, so that the service itself refuses to overwrite what somebody
else has changed. The zone's own NS and SOA cannot be deleted for a moment: they are read again right before an UPSERT,
which leaves a window of one round trip.
https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from zonesync.model.change import Action, Change
from zonesync.model.rrset import Key, RRset
from zonesync.provider.compare import same, soa_serial, with_serial
from zonesync.provider.contract import LiveZone, Outcome, Receipt
from zonesync.provider.errors import Conflict, Rejected, Unavailable
from zonesync.provider.outcomes import NOT_TRIED, certain, isolated
from zonesync_route53 import convert
from zonesync_route53.batching import Cost, batches, cost
from zonesync_route53.client import Client
from zonesync_route53.kept import Native
from zonesync_route53.listing import list_one, list_zone
from zonesync_route53.ordering import deletes_first, groups, targets_first
from zonesync_route53.refusals import culprits, outcome_of, overtaken

_APEX_TYPES = ("NS", "SOA")


class Writer:
    """Writes one hosted zone as it was read: *live* with *natives*, its RRsets in the service's own form."""

    def __init__(
        self, client: Client, live: LiveZone, natives: Mapping[Key, Native], normalise: Callable[[RRset], RRset]
    ) -> None:
        self._client = client
        self._live = live
        self._natives = natives
        self._normalise = normalise
        self._id = live.provider_id

    def write(self, changes: Sequence[Change], check: Callable[[Change], Receipt | None]) -> Iterator[Receipt]:
        """Carry out *changes*, yielding a receipt for each batch; *check* refuses a change without sending it.

        All changes at one name stand or fall together. Raises ProviderError where what has no receipt did not happen.
        """
        fit = []
        for group in groups(changes):
            refused, good = _sorted_out(group, check)
            yield from refused
            fit.append(good)
        unknown = ""
        for batch in batches(filter(None, fit), self._cost):
            if unknown:
                yield Receipt(batch, Outcome.REJECTED, words=NOT_TRIED + unknown)
                continue
            for receipt in isolated(batch, self._certain, culprits):
                if receipt.outcome is Outcome.UNKNOWN:
                    unknown = receipt.words
                yield receipt

    def _cost(self, change: Change) -> Cost:
        if self._is_apex(change.key):
            new = cost(convert.spell(_after(change), self._id))
            return new + new
        old = cost(self._natives[change.key]) if change.before is not None else Cost()
        return old if change.after is None else old + cost(convert.spell(_after(change), self._id))

    def _is_apex(self, key: Key) -> bool:
        return key.name == self._live.id.name and key.type in _APEX_TYPES

    def _certain(self, batch: tuple[Change, ...]) -> Receipt:
        return certain(batch, lambda: self._sent(batch), self._now, self._normalise)

    def _now(self) -> Mapping[Key, RRset]:
        return list_zone(self._client, self._id, self._live.id.name).rrsets

    def _sent(self, batch: tuple[Change, ...]) -> Receipt:
        try:
            wanted = list(self._operations(batch))
            answer = self._client.write(
                "change_resource_record_sets", "ChangeInfo", HostedZoneId=self._id, ChangeBatch={"Changes": wanted}
            )
        except Conflict as problem:
            return Receipt(batch, Outcome.CONFLICT, words=problem.words)
        except Rejected as problem:
            return Receipt(batch, outcome_of(problem.words), words=problem.words)
        if "Id" not in answer["ChangeInfo"]:
            raise Unavailable("an answer that names no change")
        return Receipt(batch, Outcome.APPLIED, convert.bare(answer["ChangeInfo"]["Id"]))

    def _operations(self, batch: Sequence[Change]) -> Iterator[dict[str, Any]]:
        apex = [change for change in batch if self._is_apex(change.key)]
        others = [change for change in batch if not self._is_apex(change.key)]
        for change in deletes_first(others):
            yield {"Action": "DELETE", "ResourceRecordSet": self._natives[change.key]}
        for change in apex:
            yield {"Action": "UPSERT", "ResourceRecordSet": convert.spell(self._at_apex(change), self._id)}
        for change in targets_first(others):
            yield {"Action": "CREATE", "ResourceRecordSet": convert.spell(_after(change), self._id)}

    def _at_apex(self, change: Change) -> RRset:
        """Return what *change* makes of NS or SOA, read again. Raises :class:`Conflict` where it has changed."""
        try:
            native = list_one(self._client, self._id, change.key)
        except Unavailable as problem:
            problem.sent = False  # it was a read: nothing has been written yet
            raise
        now = convert.read(native, self._id) if native else None
        if not isinstance(now, RRset) or not same(now, change.before):
            raise Conflict(overtaken(change))
        after = _after(change)
        return with_serial(after, soa_serial(now)) if change.key.type == "SOA" else after


def _after(change: Change) -> RRset:
    assert isinstance(change.after, RRset), "checked before anything is sent"
    return change.after


def _sorted_out(
    group: tuple[Change, ...], check: Callable[[Change], Receipt | None]
) -> tuple[list[Receipt], tuple[Change, ...]]:
    """Part *group* into the names that cannot be sent, with why, and the changes that can."""
    refused: dict[str, Receipt] = {}
    for change in group:
        receipt = check(change)
        if receipt and (change.key.name not in refused or receipt.outcome is Outcome.CONFLICT):
            refused[change.key.name] = receipt
    receipts = [
        Receipt(tuple(c for c in group if c.key.name == name), receipt.outcome, words=receipt.words)
        for name, receipt in refused.items()
    ]
    return receipts, tuple(change for change in group if change.key.name not in refused)


def checked(live: LiveZone, change: Change, *, fixed_ns: bool) -> Receipt | None:
    """Refuse, without sending it, a change of what is not live any more, and one that Route 53 never takes."""
    key, after = change.key, change.after
    where = f"`{key.name} {key.type}`"
    if not same(live.rrsets.get(key), change.before):
        return Receipt((change,), Outcome.CONFLICT, words=f"{where} is not what the change is based on")
    words = ""
    if after is not None and not isinstance(after, RRset):
        words = f"what {where} becomes is not computed yet"
    elif key.name == live.id.name and key.type in _APEX_TYPES and after is None:
        words = f"{where} belongs to every hosted zone, and is never deleted"
    elif key == (live.id.name, "NS") and fixed_ns:
        words = f"{where} is Route 53's own in a private zone"
    elif change.action is Action.CREATE:
        kept = next((kept for kept in live.kept if (kept.name, kept.type) == key), None)
        words = f"{where} is there with a form of its own, which is kept as it is: {kept.description}" if kept else ""
    return Receipt((change,), Outcome.REJECTED, words=words) if words else None
