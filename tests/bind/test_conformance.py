"""The BIND adapter keeps the contract, with named-checkzone and without."""

from pathlib import Path
from typing import Any

import pytest

import zonesync_bind.files
from tests.support.examples import large
from tests.support.servers import need
from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance import ProviderConformance
from zonesync.provider.conformance.fixtures import ForeignEdit
from zonesync.provider.contract import Outcome
from zonesync_bind import BindProvider


class DiskFaults:
    """Breaks the one call that a fault is ordered for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, directory: Path) -> None:
        self.monkeypatch = monkeypatch
        self.directory = directory

    def lose_call(self) -> None:
        self._break_once(Path, "replace")

    def lose_answer(self) -> None:
        self._break_once(zonesync_bind.files, "sync_folder")

    def cut_list(self) -> None:
        (file,) = self.directory.glob("conformance.example.zone")
        data = file.read_bytes()
        file.write_bytes(data[: data.rindex(b"192.0.2.1") + 5])

    def _break_once(self, owner: Any, name: str) -> None:
        whole = getattr(owner, name)

        def broken(*_: Any) -> None:
            self.monkeypatch.setattr(owner, name, whole)
            raise OSError(5, "Input/output error")

        self.monkeypatch.setattr(owner, name, broken)


class Bind(ProviderConformance):
    @pytest.fixture
    def directory(self, tmp_path: Path) -> Path:
        return tmp_path / "zones"

    @pytest.fixture
    def faults(self, monkeypatch: pytest.MonkeyPatch, directory: Path) -> DiskFaults:
        return DiskFaults(monkeypatch, directory)

    @pytest.fixture
    def foreign_edit(self, directory: Path) -> ForeignEdit:
        other = BindProvider("other", directory=str(directory), check="false")

        def edit(zone: ZoneId, key: Key, rrset: RRset | None) -> None:
            live = other.read(zone)
            assert live is not None
            (receipt,) = other.apply(live, [Change(live.rrsets.get(key), rrset)])
            assert receipt.outcome is Outcome.APPLIED

        return edit

    @pytest.fixture
    def many(self) -> int:
        return large(1500)


class TestChecked(Bind):
    @pytest.fixture
    def provider(self, directory: Path) -> BindProvider:
        need("named-checkzone")
        return BindProvider("bind", directory=str(directory), nameservers=["ns1.example.net.", "ns2.example.net."])


class TestUnchecked(Bind):
    @pytest.fixture
    def provider(self, directory: Path) -> BindProvider:
        return BindProvider(
            "bind", directory=str(directory), check=False, serial="unix", named_conf=str(directory / "named.conf")
        )
