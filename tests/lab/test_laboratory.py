"""The laboratory does what the tests on it rest upon."""

import time

import pytest

from tests.lab.client import Verdict
from tests.lab.laboratory import PROVIDERS
from tests.lab.project import FRESH
from tests.lab.traffic import Traffic

pytestmark = pytest.mark.server


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
        tally = client.since(start, time.monotonic() - 0.1)
    assert tally.count()[Verdict.RIGHT] == len(tally.lookups) > 60, tally
    asked = traffic.count(lab.addresses(*PROVIDERS))
    assert all(asked[address] for address in lab.addresses(*PROVIDERS)), asked
