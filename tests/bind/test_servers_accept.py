"""named-checkzone accepts every file that is written, and reads from it what was meant."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import RDATA_TYPES, zones
from tests.support.examples import examples
from tests.support.servers import need
from zonesync.model.rrset import RRset
from zonesync.model.zone import Zone
from zonesync.provider.conformance.kit import apply, created, first_content, outcomes, read
from zonesync.provider.contract import Outcome
from zonesync_bind import BindProvider
from zonesync_bind.check import find_checker

IN_FILES = tuple(rtype for rtype in RDATA_TYPES if rtype not in {"ALIAS", "CDS", "CDNSKEY", "NAPTR"})
"""BIND loads CDS and CDNSKEY only beside the DNSKEY that they are made from, and looks into a NAPTR's expression."""
WITHOUT_TARGETS = tuple(rtype for rtype in IN_FILES if rtype not in {"MX", "NS", "SRV"})
"""Types whose data BIND loads whatever else the zone has; MX and NS within the zone need addresses."""

each_in_a_folder = examples(60)


@pytest.fixture(autouse=True)
def _bind_is_installed() -> None:
    need("named-checkzone")


def write(directory: Path, zone: Zone, *, check: bool) -> tuple[BindProvider, set[Outcome]]:
    shutil.rmtree(directory, ignore_errors=True)
    provider = BindProvider("bind", directory=str(directory), check=check)
    changes = [*first_content(provider, zone.id), *created(*zone.rrsets.values())]
    return provider, outcomes(apply(provider, provider.create(zone.id), changes))


@each_in_a_folder
@given(zone=zones(types=IN_FILES))
def test_named_checkzone_accepts_the_syntax_of_every_file(zone: Zone, directory: Path) -> None:
    assert write(directory, zone, check=False)[1] == {Outcome.APPLIED}
    checker = find_checker()
    assert checker is not None
    file = directory / f"{zone.id}.zone"
    # Whether targets exist is the zone's own affair; here it is about what the file says.
    lenient = ["-i", "none", "-k", "ignore", "-M", "ignore", "-S", "ignore"]
    done = subprocess.run([checker, *lenient, str(zone.id), str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@each_in_a_folder
@given(zone=zones(types=WITHOUT_TARGETS))
def test_a_zone_that_needs_nothing_else_passes_the_check_and_reads_back(zone: Zone, directory: Path) -> None:
    provider, found = write(directory, zone, check=True)
    assert found == {Outcome.APPLIED}
    rrsets = read(provider, zone.id).rrsets
    assert {key: rrsets[key] for key in zone.rrsets} == zone.rrsets
    assert len(rrsets) == len(zone.rrsets) + 2


@each_in_a_folder
@given(zone=zones(types=IN_FILES), data=st.data())
def test_files_are_the_same_however_they_came_about(zone: Zone, data: st.DataObject, directory: Path) -> None:
    provider, _ = write(directory, zone, check=False)
    at_once = (directory / f"{zone.id}.zone").read_text()
    shutil.rmtree(directory)
    list(provider.apply(provider.create(zone.id), first_content(provider, zone.id)))
    for rrset in data.draw(st.permutations(list(zone.rrsets.values()))):
        assert isinstance(rrset, RRset)
        list(provider.apply(read(provider, zone.id), created(rrset)))
    step_by_step = (directory / f"{zone.id}.zone").read_text()
    assert [line for line in step_by_step.splitlines() if "; serial" not in line] == [
        line for line in at_once.splitlines() if "; serial" not in line
    ]
