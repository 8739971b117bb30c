"""The Route 53 adapter: hosted zones of one AWS account, public or private ones."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
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
from zonesync.provider.errors import ProviderError, Unavailable, named
from zonesync_route53 import account, aliases, creation, networks
from zonesync_route53.client import Client
from zonesync_route53.convert import TYPES, bare
from zonesync_route53.limits import MAX_TXT, MAX_VALUES, refusal_of_size
from zonesync_route53.listing import Listing, list_zone
from zonesync_route53.options import Options, parse
from zonesync_route53.sharing import share
from zonesync_route53.waiting import Waiter
from zonesync_route53.writing import Writer, checked
from zonesync_route53.zones import Hosted, Zones

_NEAR_THE_LIMIT = 9_000
"""RRsets from which on the service is asked how many the zone may have."""


class Route53Provider:
    """Hosted zones of one account. Options are described in the adapter's README; a wrong one raises ValueError.

    *budget* and *poll*, which sleeps between two looks at a pending change, are for tests.
    """

    def __init__(
        self,
        name: str,
        *,
        root: Path = Path(),
        budget: Budget | None = None,
        poll: Callable[[float], None] = time.sleep,
        **options: object,
    ) -> None:
        del root  # no option names a file
        self.name = name
        self._options: Options = parse(options)
        self._client = Client(self._options, budget)
        self._zones = Zones(self._client, self._options)
        self._waiter = Waiter(self._client, poll)
        private = self._options.private
        self._capabilities = Capabilities(
            types=TYPES,
            apex_ns=ApexNs.FIXED if private else ApexNs.NON_EMPTY,
            alias=AliasSupport.TRANSLATED,
            provider_alias=True,
            premade_apex=True,
            assigns_nameservers=not private,
            atomic=True,
            compare_and_swap=True,
            networks=private,
            max_rrsets=account.DEFAULT_RRSETS,
            max_values=MAX_VALUES,
            max_txt=MAX_TXT,
            documentation="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html",
        )

    @property
    def capabilities(self) -> Capabilities:
        """What a hosted zone can hold, as Amazon documents it."""
        return self._capabilities

    @property
    def nameservers(self) -> tuple[str, ...]:
        """Nothing: Route 53 assigns them to each zone."""
        return ()

    @property
    def networks(self) -> tuple[str, ...]:
        """The configured VPCs, for private zones whose file names none."""
        return self._options.networks

    @property
    def counts(self) -> Counts:
        """Calls, retries and waits so far."""
        return self._client.counts

    @property
    def permissions(self) -> Permissions:
        """The IAM actions that a plan needs, and what an apply adds."""
        return account.permissions(private=self._options.private, role_arn=self._options.role_arn)

    def credentials(self) -> Credentials:
        """Look for credentials where boto3 does, without asking Route 53."""
        return self._client.credentials()

    def quotas(self) -> Iterator[Quota]:
        """Ask for the limits of hosted zones and of their RRsets."""
        with named(self.name):
            yield from account.quotas(self._client, self._zones)

    def target(self, zone: ZoneId) -> str:
        """Name the endpoint and the hosted zone, by its id as soon as that is known."""
        kind = "private " if self._options.private else ""
        # By its name alone a zone is looked for: the view is no part of that.
        which = self._zones.known_id(zone) or f"{kind}{ZoneId(zone.name)}"
        return f"route53:{self._options.endpoint or 'aws'}/{which}"

    def zones(self) -> Iterator[ZoneRef]:
        """Yield every hosted zone of the configured kind."""
        with named(self.name):
            found = self._zones.all()
        for hosted in found:
            yield ZoneRef(ZoneId(hosted.name), hosted.id)

    def read(self, zone: ZoneId) -> LiveZone | None:
        """Return everything served for *zone*, page by page; None where it is not hosted here.

        Raises :class:`Rejected` where several zones have its name, or where ``zone_id`` is another one.
        """
        with named(self.name, zone):
            hosted = self._zones.read(zone)
            if hosted is None:
                return None
            return _live(zone, hosted, list_zone(self._client, hosted.id, zone.name))

    def create(self, zone: ZoneId, how: Creation = NO_WISHES) -> LiveZone:
        """Create *zone*, with a delegation set or visible in networks as configured, and return it.

        Raises :class:`Conflict` where one of its name and kind exists.
        """
        with named(self.name, zone):
            made = creation.create(self._client, self._zones, self._options, zone, how)
            try:
                if creation.associate_others(self._client, made, how, self._options):
                    made = self._zones.describe(made.id)
                return _live(zone, made, list_zone(self._client, made.id, zone.name))
            except ProviderError as problem:
                # There is a zone now: that must not read as if nothing had been changed.
                raise Unavailable(f"hosted zone `{made.id}` is created, but: {problem.words}") from problem

    def delete(self, live: LiveZone) -> Receipt:
        """Delete the hosted zone; Route 53 itself refuses one that is not empty, is signed or is protected.

        Raises :class:`ProviderError` where it is certain that nothing was deleted. A private zone goes out of its VPCs
        with that. https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHostedZone.html
        """

        def send(found: LiveZone) -> str:
            answer = self._client.write("delete_hosted_zone", "ChangeInfo", Id=found.provider_id)
            return bare(answer["ChangeInfo"].get("Id", ""))

        with named(self.name, live.id):
            receipt = delete_zone(live, lambda: self.read(live.id), send)
        if receipt.outcome is Outcome.APPLIED:
            self._zones.forget(live.id, live.provider_id)
        self._waiter.note(live.provider_id, receipt)
        return receipt

    def normalise(self, rrset: RRset) -> RRset:
        """Return *rrset* as Route 53 gives it back: an alias with the one spelling of its zone id."""
        return rrset if rrset.ttl is not None else aliases.normalise(rrset, self._zones.names)

    def translate(self, zone: ZoneId, rrsets: Mapping[Key, RRset]) -> Mapping[Key, RRset]:
        """Return *rrsets* with ``ALIAS`` as aliases of type A and AAAA, for targets in the zone and AWS's own."""
        return aliases.translate(zone, rrsets)

    def refusal(self, zone: ZoneId, rrset: RRset) -> str:
        """Say why Route 53 could not hold *rrset*; empty where it can."""
        return aliases.refusal(zone, rrset) or refusal_of_size(rrset)

    def capabilities_for(self, live: LiveZone, rrsets: int) -> Capabilities:
        """Return the capabilities with the zone's own limit of RRsets, asked for where *rrsets* come near to it."""
        if rrsets <= _NEAR_THE_LIMIT:
            return self._capabilities
        with named(self.name, live.id):
            return replace(self._capabilities, max_rrsets=account.max_rrsets(self._client, live.provider_id).limit)

    def spell_network(self, text: str) -> str:
        """Return the one spelling of a VPC, ``REGION/vpc-ID``."""
        return networks.spell(text)

    def set_networks(self, live: LiveZone, networks: Sequence[str]) -> Iterator[Receipt]:
        """Associate what is missing, then disassociate the rest."""
        with named(self.name, live.id):
            for receipt in share(self._client, self._zones, live, [self.spell_network(text) for text in networks]):
                self._waiter.note(live.provider_id, receipt)
                yield receipt

    def apply(self, live: LiveZone, changes: Sequence[Change]) -> Iterator[Receipt]:
        """Carry out *changes* in batches that Route 53 takes whole or not at all."""
        if not changes:
            return
        listing = live.token
        assert isinstance(listing, Listing), "a zone that this adapter has read"
        private = self._options.private
        writer = Writer(self._client, live, listing.natives, self.normalise)
        with named(self.name, live.id):
            for receipt in writer.write(changes, lambda change: checked(live, change, fixed_ns=private)):
                self._waiter.note(live.provider_id, receipt)
                yield receipt

    def reload(self, live: LiveZone) -> Receipt:
        """Do nothing: what is written is served."""
        return Receipt((), Outcome.APPLIED, words=f"`{live.id}` needs no reload")

    def wait(self, receipts: Sequence[Receipt]) -> None:
        """Return once every name server of Route 53 serves the changes (``INSYNC``)."""
        with named(self.name):
            self._waiter.wait(receipts)


def _live(zone: ZoneId, hosted: Hosted, listing: Listing) -> LiveZone:
    return LiveZone(
        zone,
        hosted.id,
        listing.rrsets,
        hosted.nameservers,
        listing.kept,
        networks=hosted.networks,
        token=listing,
    )
