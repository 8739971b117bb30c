"""Requests of ``changes.create``, each all or nothing, and what became of them.

A deletion must equal what is stored: name, type, TTL, and the values in their stored order. That is the
compare-and-swap: https://cloud.google.com/dns/docs/reference/rest/v1/changes
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from zonesync.model.change import Change
from zonesync.model.names import NameSyntaxError, absolute
from zonesync.model.rrset import Key, RRset
from zonesync.provider.compare import soa_serial, with_serial
from zonesync.provider.contract import LiveZone, Outcome, Receipt
from zonesync.provider.errors import Conflict, NotFound, ProviderError, Rejected, Unavailable
from zonesync.provider.outcomes import NOT_TRIED, certain, isolated
from zonesync_gcloud.batching import batches
from zonesync_gcloud.client import CloudDns
from zonesync_gcloud.convert import Native, plain, to_native
from zonesync_gcloud.quotas import Limits
from zonesync_gcloud.zones import Hosted

_ZONE_IS_FULL = "rrsets per managed zone"
_entity = re.compile(r"entity\.change\.(additions|deletions)\[([^\]]+)\]").findall


def request(changes: Sequence[Change], live: LiveZone, natives: Mapping[Key, Native]) -> dict[str, Any]:
    """Return the body that carries out *changes*, deletions as they are stored. The serial of an SOA stays live's."""
    deletions = [plain(natives[change.key]) for change in changes if change.before is not None]
    additions = [to_native(_after(change.after, live)) for change in changes if isinstance(change.after, RRset)]
    # What is empty is left out, as the service does itself.
    return {name: part for name, part in (("additions", additions), ("deletions", deletions)) if part}


def _after(after: RRset, live: LiveZone) -> RRset:
    old = live.rrsets.get(after.key)
    return with_serial(after, soa_serial(old)) if old is not None and after.type == "SOA" else after


def named(receipt: Receipt) -> set[str]:
    """Read from a refusal which owner names it speaks of: ``entity.change.additions[NAME][TYPE]``, or ``[INDEX]``."""
    found: set[str] = set()
    parts = {
        "additions": [change for change in receipt.changes if change.after is not None],
        "deletions": [change for change in receipt.changes if change.before is not None],
    }
    for kind, subject in _entity(receipt.words):
        if subject.isdecimal():
            found.update(change.key.name for change in parts[kind][int(subject) :][:1])
            continue
        try:
            found.add(absolute(subject))
        except NameSyntaxError:
            continue
    return found


class Writer:
    """Carries out changes in one zone, based on *live*. *again* reads the zone anew, None where it is gone."""

    def __init__(
        self,
        service: CloudDns,
        hosted: Hosted,
        live: LiveZone,
        natives: Mapping[Key, Native],
        again: Callable[[], LiveZone | None],
        *,
        fresh: bool,
    ) -> None:
        self._service = service
        self._path = f"/managedZones/{hosted.name}/changes"
        self._hosted = hosted
        self._live = live
        self._natives = natives
        self._again = again
        self._fresh = fresh
        # Once the zone may have no more RRsets, halving a batch of creations would only ask in vain.
        self._full = ""

    def write(self, changes: Sequence[Change], limits: Limits) -> Iterator[Receipt]:
        """Carry out *changes*, a receipt for each batch or part of one. Raises ProviderError as ``apply`` does."""
        unknown = ""
        for batch in batches(changes, limits):
            if unknown:
                yield Receipt(batch, Outcome.REJECTED, words=NOT_TRIED + unknown)
                continue
            for receipt in isolated(batch, self.send, named):
                if receipt.outcome is Outcome.UNKNOWN:
                    unknown = receipt.words
                yield receipt

    def send(self, batch: tuple[Change, ...]) -> Receipt:
        """Send one request; where its answer is lost, find out by reading, and send once more what did nothing."""
        if self._full and _growth(batch) > 0:
            return Receipt(batch, Outcome.REJECTED, words=self._full)
        receipt = certain(batch, lambda: self._sent(batch), self._now, lambda rrset: rrset)
        if receipt.outcome is Outcome.APPLIED and not receipt.change_id:
            return replace(receipt, change_id=self._newest())
        return receipt

    def _sent(self, batch: tuple[Change, ...]) -> Receipt:
        try:
            return Receipt(batch, Outcome.APPLIED, self._post(request(batch, self._live, self._natives)))
        except Conflict as problem:
            return Receipt(batch, Outcome.CONFLICT, words=problem.words)
        except Rejected as problem:
            if _ZONE_IS_FULL in problem.words:
                self._full = problem.words
            return Receipt(batch, Outcome.REJECTED, words=problem.words)

    def _post(self, body: Mapping[str, Any]) -> str:
        answer = self._service.send("POST", self._path, body, "dns.changes.create", fresh=self._fresh)
        if not isinstance(answer.get("id"), str):
            raise Unavailable("an answer that names no change")
        return f"{self._hosted.name}/{answer['id']}"

    def _now(self) -> Mapping[Key, RRset]:
        now = self._again()
        if now is None:
            raise NotFound("the zone is gone")
        return now.rrsets

    def _newest(self) -> str:
        """Return the zone's newest change: one whose answer was lost is it, or comes before it."""
        query = {"sortBy": "changeSequence", "sortOrder": "descending", "maxResults": "1"}
        try:
            newest = self._service.get(self._path, "dns.changes.list", query)["changes"]
            return f"{self._hosted.name}/{newest[0]['id']}"
        except (ProviderError, LookupError, TypeError):
            return ""


def _growth(batch: Iterable[Change]) -> int:
    """Count by how many RRsets the zone grows."""
    return sum((change.after is not None) - (change.before is not None) for change in batch)
