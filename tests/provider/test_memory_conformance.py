"""The in-memory provider keeps the contract in each of its characters, and at each level of the apex NS RRset."""

import pytest

from tests.support.able import AbleProvider
from tests.support.examples import STRESS
from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance import ForeignEdit, ProviderConformance
from zonesync.provider.conformance.apex import ApexConformance
from zonesync.provider.conformance.deletion import DeletionConformance
from zonesync.provider.conformance.kit import carried_out, read
from zonesync.provider.conformance.networks import NetworksConformance
from zonesync.provider.contract import ApexNs
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_character import Character
from zonesync.provider.memory_faults import Fault
from zonesync.provider.memory_private import PrivateMemoryProvider


class MemoryFaults:
    def __init__(self, provider: MemoryProvider) -> None:
        self.provider = provider

    def lose_call(self) -> None:
        self._arm(Fault.BEFORE)

    def lose_answer(self) -> None:
        self._arm(Fault.AFTER)

    def cut_list(self) -> None:
        self.provider.faults.arm(Fault.TRUNCATE, "read")

    def _arm(self, fault: Fault) -> None:
        for write in ("commit", "delete"):
            self.provider.faults.arm(fault, write)


def edit_of(provider: MemoryProvider) -> ForeignEdit:
    """Return an edit by another client of the same service, which reads and writes for itself."""

    def edit(zone: ZoneId, key: Key, rrset: RRset | None) -> None:
        live = read(provider, zone)
        carried_out(provider, live, [Change(live.rrsets.get(key), rrset)])

    return edit


class Memory(ProviderConformance):
    @pytest.fixture
    def faults(self, provider: MemoryProvider) -> MemoryFaults:
        return MemoryFaults(provider)

    @pytest.fixture
    def foreign_edit(self, provider: MemoryProvider) -> ForeignEdit:
        return edit_of(provider)

    @pytest.fixture
    def many(self) -> int:
        return 5000 if STRESS else 1500


class TestBatch(Memory):
    @pytest.fixture
    def provider(self) -> MemoryProvider:
        return MemoryProvider("batch", Character.BATCH, kept=True)


class TestOrdered(Memory):
    @pytest.fixture
    def provider(self) -> MemoryProvider:
        return MemoryProvider("ordered", Character.ORDERED, kept=True)


class TestSingle(Memory):
    @pytest.fixture
    def provider(self) -> MemoryProvider:
        return MemoryProvider("single", Character.SINGLE, kept=True)


class TestFile(Memory):
    @pytest.fixture
    def provider(self) -> MemoryProvider:
        return MemoryProvider("file", Character.FILE, kept=True, nameservers=["ns1.example.net.", "ns2.example.net."])


class TestDeletion(DeletionConformance):
    """Without RRsets that keep a zone from being empty."""

    @pytest.fixture(params=list(Character))
    def provider(self, request: pytest.FixtureRequest) -> MemoryProvider:
        return MemoryProvider("empty", request.param, nameservers=["ns1.example.net."])

    @pytest.fixture
    def faults(self, provider: MemoryProvider) -> MemoryFaults:
        return MemoryFaults(provider)


class TestApexNsLevels(ApexConformance):
    @pytest.fixture(params=[level for level in ApexNs if level is not ApexNs.NON_EMPTY])
    def provider(self, request: pytest.FixtureRequest) -> MemoryProvider:
        return MemoryProvider("level", Character.BATCH, capabilities={"apex_ns": request.param})


class TestNarrow(Memory):
    """Small batches, no SOA fields, narrow TTLs."""

    @pytest.fixture
    def provider(self) -> MemoryProvider:
        narrow = {"soa_fields": frozenset(), "soa_ttl": False, "min_ttl": 60, "max_ttl": 604800, "max_txt": 255}
        return MemoryProvider("narrow", Character.ORDERED, batch=7, capabilities=narrow)


class TestPrivate(Memory):
    """Private zones, each visible in some networks."""

    @pytest.fixture
    def provider(self) -> PrivateMemoryProvider:
        return PrivateMemoryProvider("private", networks=["net-1"])

    @pytest.fixture
    def private_networks(self) -> tuple[str, ...]:
        return ("NET-02", "net-1", "3")


class TestPrivateByFileAlone(NetworksConformance):
    """No networks of the provider's own: each zone has to have some."""

    @pytest.fixture
    def provider(self) -> PrivateMemoryProvider:
        return PrivateMemoryProvider("private")

    @pytest.fixture
    def private_networks(self) -> tuple[str, ...]:
        return ("net-1", "net-2", "net-3")


class TestAble(Memory):
    """Every other ability."""

    @pytest.fixture
    def provider(self) -> AbleProvider:
        return AbleProvider(key="hunter2")

    @pytest.fixture
    def secrets(self) -> tuple[str, ...]:
        return ("hunter2",)
