"""The Cloud DNS adapter: managed zones of one project, changed by exact deletions and additions, all or nothing."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider import options as common
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
from zonesync.provider.errors import Denied, NotFound, ProviderError, Rejected, Unavailable, named
from zonesync_gcloud import creation, credentials, deleting, networks, options, reading
from zonesync_gcloud.client import CloudDns
from zonesync_gcloud.convert import TYPES
from zonesync_gcloud.lookup import Directory
from zonesync_gcloud.permissions import permissions
from zonesync_gcloud.quotas import Limits, told
from zonesync_gcloud.reading import Token
from zonesync_gcloud.rebinding import rebind
from zonesync_gcloud.vetting import refusal, vet
from zonesync_gcloud.waiting import last_of_each_zone, until_done
from zonesync_gcloud.writing import Writer
from zonesync_gcloud.zones import Hosted


class CloudDnsProvider:
    """The public zones of a project, or its private ones.

    Options are described in the adapter's README; a wrong one raises ValueError. Nothing is called, and no
    credentials are loaded, before the first read.
    """

    def __init__(
        self,
        name: str,
        *,
        root: Path = Path(),
        project: str | None = None,
        endpoint: str | None = None,
        anonymous: bool | str = False,
        credentials_file: str | None = None,
        zone_id: str | Mapping[str, str] | None = None,
        private: bool | str = False,
        networks: Sequence[str] = (),
        rate: float | str = 10,
        attempts: int | str = 8,
        patience: float | str = 120,
        budget: Budget | None = None,
        sleep: Callable[[float], None] = time.sleep,
        **unknown: object,
    ) -> None:
        common.refuse_unknown("gcloud", options.NAMES, unknown)
        self.name = name
        self._account = options.account(root, project, endpoint, anonymous, credentials_file, rate)
        self._private = common.truth("private", private)
        self._networks = options.networks(networks, self._account.project, private=self._private)
        self._service = CloudDns(self._account, budget or options.budget(attempts, patience))
        self._directory = Directory(self._service, options.zone_ids(zone_id), private=self._private)
        self._sleep = sleep
        self._lock = threading.Lock()
        self._limits: Limits | None = None
        self._capabilities = Capabilities(
            types=TYPES,
            apex_ns=ApexNs.FIXED if self._private else ApexNs.NON_EMPTY,
            alias=AliasSupport.NOWHERE if self._private else AliasSupport.APEX,
            premade_apex=True,
            assigns_nameservers=not self._private,
            atomic=True,
            compare_and_swap=True,
            networks=self._private,
            documentation="https://cloud.google.com/dns/docs/records-overview",
        )

    @property
    def capabilities(self) -> Capabilities:
        """What Cloud DNS can hold, quotas apart: those come with each zone that is read."""
        return self._capabilities

    @property
    def nameservers(self) -> tuple[str, ...]:
        """None: the service assigns them to each zone."""
        return ()

    @property
    def networks(self) -> tuple[str, ...]:
        """The configured networks of private zones."""
        return self._networks

    @property
    def counts(self) -> Counts:
        """Calls, retries and waits so far."""
        return self._service.counts

    @property
    def permissions(self) -> Permissions:
        """What IAM has to grant."""
        return permissions(private=self._private)

    def credentials(self) -> Credentials:
        """Look for credentials without any call."""
        return credentials.look(self._account)

    def quotas(self) -> Iterator[Quota]:
        """Yield the project's limits, and how many zones it has."""
        with named(self.name):
            yield from told(self._quota(), len(self._directory.listed()))

    def target(self, zone: ZoneId) -> str:
        """Name endpoint, project and zone; a zone created anew under the same name is another target."""
        known = self._directory.known(zone)
        found = f"{known.name}#{known.id}" if known else self._directory.wanted(zone)
        # By its name alone a zone is looked for: the view is no part of that.
        which = found or f"{'private ' if self._private else ''}{ZoneId(zone.name)}"
        return f"gcloud:{self._account.endpoint or 'google'}/{self._service.project}/{which}"

    def zones(self) -> Iterator[ZoneRef]:
        """Yield every zone of the project that is public, or private, as configured, and holds RRsets of its own."""
        with named(self.name):
            found = self._directory.listed()
        for one in found:
            if one.private == self._private and one.manageable:
                yield ZoneRef(ZoneId(one.dns_name), one.name)

    def read(self, zone: ZoneId) -> LiveZone | None:
        """Return the zone as it is listed; None where the project has none of that name and visibility.

        Raises Rejected where several zones, or one that cannot be managed, have that name.
        """
        with named(self.name, zone):
            found = self._directory.find(zone)
            try:
                return self._load(zone, found) if found else None
            except NotFound:
                # It was deleted since it was found, perhaps to be created anew.
                found = self._directory.find(zone, anew=True)
            try:
                return self._load(zone, found) if found else None
            except NotFound as problem:
                raise Unavailable(f"the zone is listed, and yet: {problem.words}") from problem

    def create(self, zone: ZoneId, how: Creation = NO_WISHES) -> LiveZone:
        """Create *zone*. Raises Conflict where one of that name and visibility exists."""
        with named(self.name, zone):
            seen_in = how.networks or self._networks
            if self._private and not seen_in:
                raise Rejected("a private zone is visible in one network at least", hint="set `networks`")
            wanted = creation.body(zone, how.reference, seen_in, private=self._private)
            made = creation.create(self._service, self._directory, zone, wanted)
            try:
                return self._load(zone, made)
            except ProviderError as problem:
                # There is a zone now: that must not read as if nothing had been changed.
                raise Unavailable(
                    f"zone `{made.name}` is created, but: {problem.words}", hint=problem.hint
                ) from problem

    def delete(self, live: LiveZone) -> Receipt:
        """Delete the managed zone, if it holds no more than its apex NS and SOA."""
        with named(self.name, live.id):
            return deleting.delete(self._service, self._directory, live, _token(live).hosted, self.read)

    def normalise(self, rrset: RRset) -> RRset:
        """Return *rrset* itself: hosts in lower case and addresses compressed are the model's own spelling."""
        return rrset

    def refusal(self, zone: ZoneId, rrset: RRset) -> str:
        """Say why it could not hold *rrset*, by the project's quotas once they are known."""
        return refusal(zone, rrset, self._limits or Limits())

    def capabilities_for(self, live: LiveZone, rrsets: int) -> Capabilities:
        """Return what *live* can hold by the project's quotas, which one call for all zones tells."""
        del rrsets  # the quotas are known since the zone was read
        with named(self.name, live.id):
            return self._zone_capabilities(_token(live).hosted)

    def apply(self, live: LiveZone, changes: Sequence[Change]) -> Iterator[Receipt]:
        """Carry out *changes* in as few requests as the quotas allow; what one refuses does not stop the others."""
        with named(self.name, live.id):
            token = _token(live)
            ready, refused = vet(live, changes, self._capabilities.apex_ns)
            yield from refused
            if not ready:
                return
            writer = Writer(
                self._service,
                token.hosted,
                live,
                token.natives,
                lambda: self.read(live.id),
                fresh=self._directory.is_fresh(token.hosted.name),
            )
            yield from writer.write(ready, self._project_limits())

    def reload(self, live: LiveZone) -> Receipt:
        """Do nothing: what is written is served."""
        return Receipt((), Outcome.APPLIED, words=f"`{live.id}` needs no reload")

    def wait(self, receipts: Sequence[Receipt]) -> None:
        """Return once the last change of each zone is `done`: sent to the name servers."""
        with named(self.name):
            for zone, number in last_of_each_zone(receipt.change_id for receipt in receipts).items():
                path = f"/managedZones/{zone}/changes/{number}"
                fresh = self._directory.is_fresh(zone)
                try:
                    until_done(self._service, path, "dns.changes.get", self._sleep, fresh=fresh)
                except (NotFound, Rejected) as problem:
                    raise Unavailable(problem.words) from problem

    def spell_network(self, text: str) -> str:
        """Return the full URL of a network. Raises ValueError that says how it is written."""
        return networks.spell(text, self._service.project)

    def set_networks(self, live: LiveZone, networks: Sequence[str]) -> Iterator[Receipt]:
        """Make *live* visible in *networks* alone, in one call.

        The zone is read right before; what somebody else writes between that read and the call is overwritten, since
        the API has no condition on it.
        """
        with named(self.name, live.id):
            yield rebind(self._service, self._directory, live, networks, self._sleep)

    def _load(self, zone: ZoneId, hosted: Hosted) -> LiveZone:
        fresh = self._directory.is_fresh(hosted.name)
        return reading.read(self._service, zone, hosted, self._zone_capabilities(hosted), fresh=fresh)

    def _zone_capabilities(self, hosted: Hosted) -> Capabilities:
        return self._project_limits().capabilities(self._capabilities, signed=hosted.signed)

    def _project_limits(self) -> Limits:
        """Ask for the quotas, once; credentials that may not see them are content with the documented numbers."""
        with self._lock:
            if self._limits is None:
                try:
                    self._limits = Limits.of(self._quota())
                except (Denied, NotFound, Rejected):
                    self._limits = Limits()
            return self._limits

    def _quota(self) -> Mapping[str, object]:
        quota = self._service.get("", "dns.projects.get").get("quota")
        return quota if isinstance(quota, Mapping) else {}


def _token(live: LiveZone) -> Token:
    assert isinstance(live.token, Token), "a zone of another provider"
    return live.token
