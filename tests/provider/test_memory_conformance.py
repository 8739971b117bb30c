"""The in-memory provider keeps the contract in each of its characters, and at each level of the apex NS RRset."""

import pytest

from zonesync.provider.conformance import ProviderConformance
from zonesync.provider.conformance.apex import ApexConformance
from zonesync.provider.contract import ApexNs
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_character import Character
from zonesync.provider.memory_faults import Fault


class MemoryFaults:
    def __init__(self, provider: MemoryProvider) -> None:
        self.provider = provider

    def lose_call(self) -> None:
        self.provider.faults.arm(Fault.BEFORE)

    def lose_answer(self) -> None:
        self.provider.faults.arm(Fault.AFTER)

    def cut_list(self) -> None:
        self.provider.faults.arm(Fault.TRUNCATE, "read")


class Memory(ProviderConformance):
    @pytest.fixture
    def faults(self, provider: MemoryProvider) -> MemoryFaults:
        return MemoryFaults(provider)


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
