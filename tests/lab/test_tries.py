"""Where servers of a zone are dead a resolver asks more often; what docs/two-providers.md says of it is measured here.

With ZONESYNC_STRESS=1 the figures are those of 200 lookups, and `pytest -rP` prints them.
"""

import pytest

from tests.lab.loopback import listed
from tests.lab.resolver import bind
from tests.lab.tries import figures, measure, prepare
from tests.support.examples import several

pytestmark = pytest.mark.server

LOOKUPS = several(200, 2)
ONE_OF_TWO = ("ns1.named.lab.", "ns1.nsd.lab.")
TWO_OF_FOUR = ("ns1.named.lab.", "ns2.named.lab.", "ns1.nsd.lab.", "ns2.nsd.lab.")


@pytest.fixture(params=["unbound", pytest.param("bind", marks=pytest.mark.stress)])
def resolver(request, lab, tmp_path):
    if request.param == "unbound":
        yield lab.resolver
        return
    address = lab.block.address(0, 54)
    with listed(address):
        one = bind(tmp_path, address, lab.hints.read_text())
        one.machine.start()
        yield one
        one.machine.stop()


@pytest.mark.parametrize("hosts", [ONE_OF_TWO, TWO_OF_FOUR], ids=["one of two", "two of four"])
def test_a_resolver_gets_its_answer_from_the_half_that_lives(lab, resolver, hosts):
    prepare(lab, hosts, dead=["nsd"])
    fresh = measure(lab, resolver, hosts, ["nsd"], LOOKUPS, forgetting=True)
    warm = measure(lab, resolver, hosts, ["nsd"], LOOKUPS, forgetting=False)
    print(f"started just now: {figures(fresh)}\ngoing on: {figures(warm)}")  # noqa: T201 -- figures for the documentation: `pytest -rP` shows them
    assert all(one.is_answered for one in (*fresh, *warm))


@pytest.mark.parametrize("hosts", [ONE_OF_TWO, TWO_OF_FOUR], ids=["two", "four"])
def test_one_try_is_enough_where_all_live(lab, resolver, hosts):
    prepare(lab, hosts)
    found = figures(measure(lab, resolver, hosts, [], LOOKUPS, forgetting=True))
    print(found)  # noqa: T201 -- figures for the documentation: `pytest -rP` shows them
    assert (found.failed, found.most) == (0, 1)
