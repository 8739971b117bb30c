"""One PowerDNS and one named for the tests of the octoDNS adapter."""

from pathlib import Path

import pytest

from tests.support.powerdns import PowerDns, running_powerdns
from tests.support.updating import Updatable, running_updatable_named

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    # The packages call what octoDNS itself has deprecated; that is between them.
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore::DeprecationWarning"))


def _address(worker: str, network: int) -> str:
    """Return an address of this worker's own, so that workers do not collide."""
    number = int(worker.removeprefix("gw")) + 1 if worker.startswith("gw") else 1
    return f"127.54.{network}.{number}"


@pytest.fixture(scope="session")
def worker(request) -> str:
    return getattr(request.config, "workerinput", {}).get("workerid", "master")


@pytest.fixture(scope="session")
def powerdns_server(tmp_path_factory, worker):
    with running_powerdns(
        tmp_path_factory.mktemp("powerdns"), _address(worker, 1), port=5354, more="enable-lua-records=yes"
    ) as server:
        yield server


@pytest.fixture
def powerdns(powerdns_server: PowerDns):
    yield powerdns_server
    for zone in powerdns_server.call("GET").json():
        powerdns_server.call("DELETE", f"/{zone['id']}")


@pytest.fixture(scope="session")
def named_server(tmp_path_factory):
    with running_updatable_named(tmp_path_factory.mktemp("named")) as server:
        yield server


@pytest.fixture
def named(named_server: Updatable):
    before = len(named_server.made)
    yield named_server
    for zone in named_server.made[before:]:
        named_server.drop_zone(zone)
