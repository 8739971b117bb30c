"""The octoDNS adapter keeps the contract with octodns-powerdns at a real PowerDNS."""

import pytest

from tests.octodns.support import made
from tests.support.examples import large
from tests.support.powerdns import PowerDns
from tests.support.tcp_faults import TcpFaults, http_write, tcp_faults
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance import ProviderConformance
from zonesync_octodns import OctodnsProvider

pytestmark = pytest.mark.server


class TestPowerDns(ProviderConformance):
    @pytest.fixture
    def many(self) -> int:
        return large(90)

    @pytest.fixture
    def faults(self, powerdns: PowerDns):
        with tcp_faults(powerdns.address, (powerdns.address, powerdns.api_port), http_write) as proxy:
            yield proxy

    @pytest.fixture
    def provider(self, powerdns: PowerDns, faults: TcpFaults) -> OctodnsProvider:
        return made(
            OctodnsProvider,
            "octodns_powerdns.PowerDnsProvider",
            host=faults.address,
            port=str(faults.port),
            api_key=powerdns.api_key,
        )

    @pytest.fixture
    def secrets(self, powerdns: PowerDns) -> tuple[str, ...]:
        return (powerdns.api_key,)

    @pytest.fixture
    def foreign_edit(self, powerdns: PowerDns):
        def edit(zone: ZoneId, key: Key, rrset: RRset | None) -> None:
            values = None if rrset is None else list(rrset.rdatas)
            powerdns.put(zone.name, key.name, key.type, (rrset and rrset.ttl) or 0, values)

        return edit
