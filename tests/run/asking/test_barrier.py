"""The barrier of a run: empty only when every server of every provider answers with all of it."""

import pytest

from tests.run.asking.test_faults import ADDRESS, TEXT, zone_of
from tests.support.dns_servers import Behaviour, dns_server
from tests.support.root import as_root
from zonesync.run.asking.barrier import delegated, unserved
from zonesync.run.asking.expected import expect
from zonesync.run.asking.messages import Server
from zonesync.run.asking.settings import AskSettings

pytestmark = as_root

NOBODY = Server("root.test.", "127.53.0.250")
SETTINGS = AskSettings(
    hints=(NOBODY,), rate=10_000, timeout=0.3, tries=3, known={"ns1.lab.test.": (ADDRESS,)}, ipv6=False
)


def problems(hosts, *behaviours, text=TEXT):
    zone, nameservers = zone_of()
    expected = {"p": expect(zone, zone.at("p"), nameservers).questions}
    with dns_server(ADDRESS, text, *behaviours):
        return unserved(zone, expected, hosts, SETTINGS)


def test_nothing_stands_against_servers_that_answer_with_all_of_it():
    assert problems({"p": ("ns1.lab.test.",)}) == []


@pytest.mark.parametrize(
    ("behaviours", "text", "said"),
    [
        ((), TEXT.replace("192.0.2.9", "192.0.2.10"), "serves 1 of"),
        ((), TEXT.replace("www AAAA", "www 60 AAAA"), "another TTL"),
        ((Behaviour.REFUSES,), TEXT, "it answers REFUSED"),
        ((Behaviour.REFUSES_TCP,), TEXT, "over TCP"),
        ((Behaviour.REFUSES_TCP, Behaviour.REFUSES_UDP), TEXT, "is closed"),
    ],
)
def test_whatever_would_give_a_resolver_another_answer_or_none_stands_against_it(behaviours, text, said):
    (found,) = problems({"p": ("ns1.lab.test.",)}, *behaviours, text=text)
    assert found.startswith("p: `ns1.lab.test.`")
    assert said in found


def test_what_only_costs_time_does_not_stand_against_it():
    assert problems({"p": ("ns1.lab.test.",)}, Behaviour.FORMERR_TO_EDNS) == []


def test_a_provider_without_a_known_or_findable_name_server_is_a_problem():
    assert problems({}) == ["p: no name server of it is known"]
    (found,) = problems({"p": ("ns.nowhere.example.",)})
    assert found.startswith("p: `ns.nowhere.example.`:")


def test_the_delegation_is_asked_from_the_hints_on():
    assert delegated("lab.test.", SETTINGS).rule == "parent-unreachable"
