"""In any web of zones whose name servers stand in each other, a host is found exactly where there is a way to it."""

import asyncio
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.internet import Internet
from tests.support.internet_tree import HINTS
from zonesync.run.asking.finding import Finder

ZONES = [f"z{number}.net." for number in range(5)]
HOSTS = [f"{name}.{zone}" for zone in ZONES for name in ("ns", "low.sub")]
ADDRESS = {host: f"192.0.2.{number + 1}" for number, host in enumerate(HOSTS)}


@dataclass(frozen=True)
class Web:
    """Which hosts serve which zone, which have glue at `net.`, and which are dead."""

    servers: dict[str, list[str]]
    glue: frozenset[str]
    dead: frozenset[str]

    def internet(self) -> Internet:
        net = [f"{zone} NS {host}" for zone, hosts in self.servers.items() for host in hosts]
        net += [f"{host} A {ADDRESS[host]}" for host in self.glue if any(host in one for one in self.servers.values())]
        zones = {
            "127.52.0.1": {".": "@ NS a.root.\na.root. A 127.52.0.1\nnet. NS ns.net.\nns.net. A 127.52.1.3"},
            "127.52.1.3": {"net.": "\n".join(["@ NS ns", "ns A 127.52.1.3", *net])},
        }
        for host, address in ADDRESS.items():
            held = [zone for zone, hosts in self.servers.items() if host in hosts]
            if held and host not in self.dead:
                zones[address] = {zone: self.text(zone) for zone in held}
        return Internet(zones)

    def text(self, zone: str) -> str:
        ns = [f"@ NS {host}" for host in self.servers[zone]]
        return "\n".join([*ns, *(f"{host} A {ADDRESS[host]}" for host in HOSTS if _zone(host) == zone)])

    def findable(self) -> set[str]:
        """Return the hosts with a way to them: the least set that the rules of resolution close."""
        reached: set[str] = set()
        while True:
            more = {
                zone
                for zone, hosts in self.servers.items()
                if any(host not in self.dead and (host in self.glue or _zone(host) in reached) for host in hosts)
            }
            if more == reached:
                break
            reached = more
        return {
            host
            for host in HOSTS
            if _zone(host) in reached or (host in self.glue and host in self.servers[_zone(host)])
        }


def _zone(host: str) -> str:
    return ".".join(host.split(".")[-3:])


webs = st.builds(
    Web,
    st.fixed_dictionaries(
        {zone: st.lists(st.sampled_from(HOSTS), min_size=1, max_size=3, unique=True) for zone in ZONES}
    ),
    st.frozensets(st.sampled_from(HOSTS), max_size=4),
    st.frozensets(st.sampled_from(HOSTS), max_size=4),
)


@pytest.mark.property
@given(webs, st.permutations(HOSTS))
@examples(200)
def test_a_host_is_found_exactly_where_a_way_leads_to_it_whoever_else_is_looked_for(web, order):
    async def together():
        finder = Finder(web.internet(), HINTS, ipv6=False)
        deep = asyncio.gather(*(finder.delegation(f"x.sub.{_zone(host)}") for host in order))
        found = await asyncio.gather(*(finder.addresses(host) for host in order))
        await deep
        return found

    async def alone(host):
        return await Finder(web.internet(), HINTS, ipv6=False).addresses(host)

    found = asyncio.run(together())
    assert {one.name for one in found if not one.rule} == web.findable()
    assert all(one.addresses == (ADDRESS[one.name],) for one in found if not one.rule)
    assert all(one.problem for one in found if one.rule)
    assert (asyncio.run(alone(order[0])).rule == "") == (order[0] in web.findable())


@pytest.mark.property
@given(webs)
@examples(100)
def test_finding_costs_a_bounded_number_of_questions(web):
    internet = web.internet()

    async def one_by_one():
        finder = Finder(internet, HINTS, ipv6=False)
        for host in HOSTS:
            await finder.addresses(host)

    asyncio.run(one_by_one())
    assert internet.asked.total() < 60 * len(HOSTS)
