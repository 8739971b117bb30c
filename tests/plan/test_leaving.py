"""What is taken out of a zone before it is deleted: everything, but what its file cannot be written without."""

from dataclasses import replace

import pytest

from tests.planning import FULL, SOA, ZONE, desired, fact, live, rr
from zonesync.model.zone import Nameservers
from zonesync.plan.moving import Moving
from zonesync.plan.plan import Move, Standing, StepKind
from zonesync.plan.rotation import Absence
from zonesync.provider.deletion import left_in

INSIDE = ("ns1.example.com.", "ns.example.net.")
SERVERS = rr("@", "NS", *INSIDE, ttl=300)
GLUE = (rr("ns1", "A", "192.0.2.53"), rr("ns1", "AAAA", "2001:db8::53"))
WWW, OTHER = rr("www", "A", "192.0.2.1"), rr("ns2", "A", "192.0.2.54")
AWAY = Absence(Standing.LEAVING, ("ns1.a.example.",), "2026-11-01T00:00:00Z", "run", "tester")


def emptied(*, premade):
    """Return what leaving takes out, and what is left to be deleted with the zone."""
    there = live(*GLUE, WWW, OTHER, apex=(SOA, SERVERS))
    capabilities = replace(FULL, premade_apex=premade)
    mover = fact("a", there, capabilities, ["ns1.a.example."], deletes=True, is_out=True)
    stays = fact("b", there, FULL, list(INSIDE))
    zone = desired(*GLUE, WWW, OTHER, providers=("a", "b"), nameservers=Nameservers("list", INSIDE, said=True, ttl=300))
    steps = list(Moving(Move(kind="leave", provider="a"), zone, [mover, stays], AWAY).steps(()))
    assert StepKind.DELETE_ZONE in [step.kind for step in steps]
    gone = {change.key for step in steps for change in step.changes}
    return gone, replace(there, rrsets={key: one for key, one in there.rrsets.items() if key not in gone})


@pytest.mark.parametrize("premade", [True, False])
def test_what_is_left_is_what_a_deletion_takes(premade):
    _, left = emptied(premade=premade)
    assert left.id == ZONE
    assert left_in(left, addresses=not premade) == ""


def test_a_service_that_wants_its_zones_empty_gets_them_empty():
    gone, _ = emptied(premade=True)
    assert gone == {one.key for one in (*GLUE, WWW, OTHER)}


def test_addresses_of_name_servers_in_a_zone_file_go_with_the_zone():
    gone, _ = emptied(premade=False)
    assert gone == {WWW.key, OTHER.key}
