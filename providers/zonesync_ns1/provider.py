"""The NS1 adapter: zones and records over its API, one call for each RRset."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import Any

from zonesync.model.change import Change
from zonesync.model.names import NameSyntaxError
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider import options
from zonesync.provider.abilities import Counts, Credentials, Permissions, Quota
from zonesync.provider.calls import Budget
from zonesync.provider.contract import (
    NO_WISHES,
    AliasSupport,
    ApexNs,
    Capabilities,
    Creation,
    LiveZone,
    Outcome,
    Receipt,
    ZoneRef,
)
from zonesync.provider.deletion import delete_zone
from zonesync.provider.errors import Conflict, Denied, ProviderError, Unavailable, named
from zonesync.provider.outcomes import NOT_TRIED
from zonesync_ns1 import convert, refusals, soa
from zonesync_ns1.client import Client, shape
from zonesync_ns1.creating import create_zone
from zonesync_ns1.explain import KEY_HINT
from zonesync_ns1.names import bare, canonical, path
from zonesync_ns1.options import ENDPOINT, GLOBAL_NETWORK, NAMES, Handles, base_url, network_ids
from zonesync_ns1.options import api_key as checked_key
from zonesync_ns1.order import ordered
from zonesync_ns1.reading import Listing, read_zone
from zonesync_ns1.records import SIGNATURES, TYPES
from zonesync_ns1.writing import Token, Writer

KEY_VARIABLE = "NS1_APIKEY"

_CAPABILITIES = Capabilities(
    types=TYPES,
    apex_ns=ApexNs.NON_EMPTY,
    alias=AliasSupport.ANYWHERE,
    soa_fields=soa.FIELDS,
    soa_ttl=False,
    keeps_txt_boundaries=False,
    premade_apex=True,
    assigns_nameservers=True,
    min_txt=1,
    txt_octets=False,
    documentation="https://www.ibm.com/docs/en/ns1-connect?topic=records-supported-dns-record-types",
)


class Ns1Provider:
    """One API key at NS1. Options are described in the adapter's README; a wrong one raises ValueError."""

    def __init__(
        self,
        name: str,
        *,
        root: Path = Path(),
        api_key: str | None = None,
        endpoint: str = ENDPOINT,
        zone_id: str | Mapping[str, str] | None = None,
        networks: Sequence[str] = (GLOBAL_NETWORK,),
        rate: object = 0,
        attempts: object = 8,
        patience: object = 120,
        budget: Budget | None = None,
        **unknown: object,
    ) -> None:
        del root  # nothing here is a file
        options.refuse_unknown("ns1", NAMES, unknown)
        self.name = name
        self._key = None if api_key is None else checked_key("api_key", api_key)
        self._endpoint = base_url("endpoint", endpoint)
        self._handles = Handles.parse("zone_id", zone_id)
        self._networks = network_ids("networks", networks)
        self._rate = options.number("rate", rate, 0, 1000)
        tries = int(options.number("attempts", attempts, 1, 100))
        seconds = options.number("patience", patience, 1, 86400)
        self._budget = budget or Budget(tries, seconds)
        self._ids: dict[str, str] = {}
        self._made: Client | None = None
        self._lock = Lock()

    @property
    def capabilities(self) -> Capabilities:
        """What NS1 can hold and do."""
        return _CAPABILITIES

    @property
    def nameservers(self) -> tuple[str, ...]:
        """None: NS1 assigns them."""
        return ()

    @property
    def counts(self) -> Counts:
        """What was asked of the service so far."""
        return self._made.counts if self._made else Counts()

    @property
    def permissions(self) -> Permissions:
        """The permissions of an API key, as NS1 calls them; one that writes may delete zones, too."""
        return Permissions(plan=("dns.view_zones",), apply=("dns.manage_zones",))

    def credentials(self) -> Credentials:
        """Tell where the API key comes from."""
        if self._key:
            return Credentials(True, "`api_key`")
        return Credentials(bool(os.environ.get(KEY_VARIABLE, "").strip()), f"`{KEY_VARIABLE}`")

    def quotas(self) -> Iterator[Quota]:
        """Yield nothing: the API tells of no limit but that of calls, which it tells with each answer."""
        yield from ()

    def target(self, zone: ZoneId) -> str:
        """Name the endpoint, what NS1 calls the zone, and its id once that is known."""
        handle = self._handles.of(zone)
        known = self._ids.get(handle)
        return f"ns1:{self._endpoint}/{handle}" + (f"/{known}" if known else "")

    def zones(self) -> Iterator[ZoneRef]:
        """Yield every zone that the key may see; of several with one name, that which is meant (``zone_id``)."""
        with named(self.name):
            found = [zone for page in self._client().pages("zones", _check_zones) for zone in page]
            refs = [(canonical(zone["zone"]), str(zone.get("name") or zone["zone"])) for zone in found]
        for name, handle in refs:
            for zone in self._handles.zones(name, handle):
                yield ZoneRef(zone, handle)

    def read(self, zone: ZoneId) -> LiveZone | None:
        """Return everything served for *zone*; None where it is not hosted here.

        Raises :class:`Unavailable` where the lists are not whole, and
        :class:`~zonesync.provider.errors.Rejected` for a linked or secondary zone, or one in no network.
        """
        with named(self.name, zone):
            handle = self._handles.of(zone)
            listing = read_zone(self._client(), handle, zone.name)
            with self._lock:
                if listing is None:
                    self._ids.pop(handle, None)
                    return None
                self._ids[handle] = str(listing.zone.get("id", ""))
            return _live(zone, handle, listing)

    def create(self, zone: ZoneId, how: Creation = NO_WISHES) -> LiveZone:
        """Create *zone* in the networks of the configuration. Raises ``Conflict`` where it exists."""
        del how  # NS1 takes no reference of ours: after a lost answer, the zone is looked at
        with named(self.name, zone):
            create_zone(self._client(), self._handles.of(zone), bare(zone.name), self._networks)
            try:
                live = self.read(zone)
            except ProviderError as problem:
                # There is a zone now: that must not read as if nothing had been changed.
                raise Unavailable(f"the zone was created, but: {problem.words}", hint=problem.hint) from problem
            if live is None:
                raise Unavailable("the zone was created, and is not there to be read")
            return live

    def delete(self, live: LiveZone) -> Receipt:
        """Delete the zone, which is read right before: NS1 itself would take a full one with all that is in it.

        What comes into it between that read and the deletion, one round trip, goes with it. Raises
        :class:`ProviderError` where it is certain that nothing was deleted.
        """

        def send(found: LiveZone) -> str:
            old, now = _token(live).zone.get("id"), _token(found).zone.get("id")
            if now != old:
                raise Conflict(f"`{found.provider_id}` is another zone by now: {now}, not {old}")
            self._client().delete(path("zones", _token(found).handle))
            return str(now or "")

        with named(self.name, live.id):
            receipt = delete_zone(live, lambda: _unsigned(self.read(live.id)), send)
        if receipt.outcome is Outcome.APPLIED:
            with self._lock:
                self._ids.pop(self._handles.of(live.id), None)
        return receipt

    def normalise(self, rrset: RRset) -> RRset:
        """Return *rrset* as NS1 gives it back: a text has no boundaries within."""
        return convert.normalised(rrset)

    def refusal(self, zone: ZoneId, rrset: RRset) -> str:
        """Say why NS1 could not hold *rrset*; empty where it can."""
        return refusals.refusal(zone.name, rrset)

    def apply(self, live: LiveZone, changes: Sequence[Change]) -> Iterator[Receipt]:
        """Carry out *changes* one by one, each compared with what is there right before.

        Raises :class:`ProviderError` where the service is not to be reached or refuses the key; the change that was
        due then, and those without a receipt, did not take effect.
        """
        token = _token(live)
        unknown = ""
        with named(self.name, live.id):
            writer = Writer(self._client(), live, token)
            for _, group in groupby(ordered(changes, live.id.name), key=lambda change: change.key.name):
                if unknown:
                    yield from (Receipt((change,), Outcome.REJECTED, words=NOT_TRIED + unknown) for change in group)
                    continue
                for receipt in writer.carry_out_at(tuple(group)):
                    unknown = receipt.words if receipt.outcome is Outcome.UNKNOWN else unknown
                    yield receipt

    def reload(self, live: LiveZone) -> Receipt:
        """Do nothing: what is written is served."""
        return Receipt((), Outcome.APPLIED, words=f"`{live.id}` needs no reload")

    def wait(self, receipts: Sequence[Receipt]) -> None:
        """Return at once: NS1 serves what it took within seconds, and tells nothing of it."""

    def _client(self) -> Client:
        with self._lock:
            if self._made is None:
                found = self._key or os.environ.get(KEY_VARIABLE, "").strip()
                if not found:
                    raise Denied(f"no API key: neither `api_key` nor {KEY_VARIABLE} is given", hint=KEY_HINT)
                try:
                    self._made = Client(checked_key(KEY_VARIABLE, found), self._endpoint, self._rate, self._budget)
                except ValueError as problem:
                    raise Denied(str(problem)) from None
            return self._made


def _live(zone: ZoneId, handle: str, listing: Listing) -> LiveZone:
    rrsets = {one.key: one.rrset for one in listing.records if one.rrset}
    return LiveZone(
        zone,
        handle,
        {listing.soa.key: listing.soa, **rrsets},
        tuple(canonical(str(server)) for server in listing.zone.get("dns_servers") or ()),
        tuple(one.kept for one in listing.records if one.kept),
        signed=bool(listing.zone["dnssec"]) if "dnssec" in listing.zone else None,
        extras={one.key: one.extra for one in listing.records if one.extra},
        token=Token(handle, listing.zone, _odd_names(listing)),
    )


def _token(live: LiveZone) -> Token:
    assert isinstance(live.token, Token), "a zone is written as it was read"
    return live.token


def _unsigned(live: LiveZone | None) -> LiveZone | None:
    """Return *live* without what NS1 itself makes to sign it."""
    return live and replace(live, kept=tuple(one for one in live.kept if one.type not in SIGNATURES))


def _odd_names(listing: Listing) -> dict[Key, str]:
    return {one.key: one.domain for one in listing.records if one.domain != bare(one.key.name)}


def _check_zones(page: Any) -> None:
    if not isinstance(page, list):
        raise Unavailable(f"an answer that is {shape(page)}, where a list of zones is due")
    for zone in page:
        try:
            canonical(zone["zone"])
        except (TypeError, KeyError, AttributeError, NameSyntaxError) as problem:
            raise Unavailable("an answer with a zone that has no name") from problem
