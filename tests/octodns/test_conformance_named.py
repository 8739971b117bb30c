"""The octoDNS adapter keeps the contract with octodns-bind (AXFR and RFC 2136 UPDATE) at a real named."""

import pytest

from tests.octodns.support import made
from tests.support.examples import large
from tests.support.tcp_faults import TcpFaults, dns_write, tcp_faults
from tests.support.updating import KEY, Updatable
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance import ProviderConformance
from zonesync.provider.contract import NO_WISHES, Creation, LiveZone
from zonesync.provider.errors import Conflict
from zonesync_octodns import OctodnsProvider

pytestmark = pytest.mark.server


class _Operated(OctodnsProvider):
    """An UPDATE cannot make zones (RFC 2136 section 7.6), so an operator does."""

    operator: Updatable

    def refusal(self, zone: ZoneId, rrset: RRset) -> str:
        if rrset.type == "DS" and rrset.name.startswith("ds-sample"):
            return "named takes a DS only where there is a delegation"
        return super().refusal(zone, rrset)

    def create(self, zone: ZoneId, how: Creation = NO_WISHES) -> LiveZone:
        del how
        if self.read(zone) is not None:
            raise Conflict("the zone exists")
        self.operator.add_zone(zone.name)
        live = self.read(zone)
        assert live is not None
        return live


class TestNamed(ProviderConformance):
    @pytest.fixture
    def many(self) -> int:
        return large(90)

    @pytest.fixture
    def faults(self, named: Updatable):
        with tcp_faults(named.address, (named.address, named.port), dns_write) as proxy:
            yield proxy

    @pytest.fixture
    def provider(self, named: Updatable, faults: TcpFaults) -> OctodnsProvider:
        provider = made(
            _Operated,
            "octodns_bind.Rfc2136Provider",
            host=faults.address,
            port=str(faults.port),
            key_name=KEY,
            key_secret=named.secret,
            key_algorithm="hmac-sha256",
            nameservers=["ns1.servers.example.net.", "ns2.servers.example.net."],
        )
        provider.operator = named
        return provider

    @pytest.fixture
    def secrets(self, named: Updatable) -> tuple[str, ...]:
        return (named.secret,)

    @pytest.fixture
    def foreign_edit(self, named: Updatable):
        def edit(zone: ZoneId, key: Key, rrset: RRset | None) -> None:
            values = None if rrset is None else list(rrset.rdatas)
            named.put(zone.name, key.name, key.type, (rrset and rrset.ttl) or 0, values)

        return edit
