"""The octoDNS adapter keeps the contract with a class of which it knows nothing, one call for each record."""

from dataclasses import dataclass

import pytest

from tests.octodns.scripted import SERVICES, ScriptedProvider, Service
from tests.octodns.support import made
from tests.support.examples import large
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance import ProviderConformance
from zonesync_octodns import OctodnsProvider
from zonesync_octodns.convert import record
from zonesync_octodns.names import new_zone

TOKEN = "a-token-of-some-length"


@dataclass
class Faults:
    service: Service

    def lose_call(self) -> None:
        self.service.faults.append("before")

    def lose_answer(self) -> None:
        self.service.faults.append("after")

    def cut_list(self) -> None:
        self.service.faults.append("cut")


class TestScripted(ProviderConformance):
    @pytest.fixture
    def many(self) -> int:
        return large(150)

    @pytest.fixture
    def provider(self, request) -> OctodnsProvider:
        SERVICES.pop(request.node.name, None)
        path = f"{ScriptedProvider.__module__}.ScriptedProvider"
        return made(OctodnsProvider, path, account=request.node.name, token=TOKEN)

    @pytest.fixture
    def service(self, request) -> Service:
        return SERVICES[request.node.name]

    @pytest.fixture
    def faults(self, provider: OctodnsProvider, service: Service) -> Faults:
        return Faults(service)

    @pytest.fixture
    def secrets(self) -> tuple[str, ...]:
        return (TOKEN,)

    @pytest.fixture
    def foreign_edit(self, provider: OctodnsProvider, service: Service):
        def edit(zone: ZoneId, key: Key, rrset: RRset | None) -> None:
            name = key.name.removesuffix(zone.name).rstrip(".")
            if rrset is None:
                del service.zones[zone.name][name, key.type]
            else:
                data = record(new_zone(zone.name), rrset, lenient=True).data
                service.zones[zone.name][name, key.type] = {**data, "type": key.type}

        return edit
