"""The laboratory does what the tests on it rest upon."""

import time

import pytest

from tests.lab.client import Verdict
from tests.lab.laboratory import PROVIDERS
from tests.lab.project import FRESH
from tests.lab.traffic import Traffic

pytestmark = pytest.mark.server
_SECONDS = 60


def _left_out(lab, traffic):
    """The addresses that nobody has asked yet."""
    asked = traffic.count(lab.addresses(*PROVIDERS))
    return [address for address in lab.addresses(*PROVIDERS) if not asked[address]]


def test_the_resolver_finds_the_zone_at_all_four_providers(lab, tmp_path, run):
    lab.project(tmp_path, *PROVIDERS)
    outcome = run("apply", "--yes")
    assert outcome.code == 0, outcome.out + outcome.err
    for name in PROVIDERS:
        for address in lab.addresses(name):
            reply = lab.providers[name].machine.ask("nobody.child.lab.", "A", address)
            assert [rdata.to_text() for rrset in reply.answer for rdata in rrset] == [FRESH]
    lab.delegate(lab.provider_hosts(*PROVIDERS))
    with Traffic() as traffic, lab.client() as client:
        start = time.monotonic()
        client.rest(1.5)
        # A resolver picks at random: one of eight may have to wait for its turn.
        while _left_out(lab, traffic) and time.monotonic() < start + _SECONDS:
            client.rest(0.5)
        tally = client.since(start, time.monotonic() - 0.1)
        assert not _left_out(lab, traffic)
    assert tally.count()[Verdict.RIGHT] == len(tally.lookups) > 60, tally
