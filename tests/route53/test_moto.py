"""The adapter works on moto, too, which nobody here wrote, as far as that is faithful."""

import logging

import pytest
from moto.moto_api._internal.models import moto_api_backend
from moto.server import ThreadedMotoServer

from tests.route53.conftest import QUICK, ZONE, apply, host, key, read, rrset, told
from zonesync.model.change import Change
from zonesync.plan.diff import diff
from zonesync.provider.contract import Outcome
from zonesync_route53 import Route53Provider


@pytest.fixture
def moto():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    # Every server of one process has the same memory.
    moto_api_backend.reset()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


def test_a_zone_is_made_filled_planned_again_changed_and_emptied(moto):
    provider = Route53Provider("aws", endpoint=moto, rate="100000", budget=QUICK, poll=lambda _: None)
    wanted = [
        rrset("*", "A", "192.0.2.1", "192.0.2.2"),
        rrset("www", "CNAME", "target.example.net."),
        rrset("@", "MX", "10 mail.example.net."),
        rrset("text", "TXT", '"a \\"quoted\\" \\195\\188"'),
    ]
    live = host(provider, *wanted)
    assert len(live.nameservers) == 4
    apex = {key("@", "NS"), key("@", "SOA")}
    assert diff(live.rrsets, {one.key: one for one in wanted}, normalise=provider.normalise, skip=apex) == []
    new = rrset("*", "A", "192.0.2.3", ttl=60)
    receipts = apply(provider, live, Change(wanted[0], new), *(Change(one, None) for one in wanted[1:]))
    provider.wait(receipts)
    assert set(told(receipts).values()) == {Outcome.APPLIED}
    assert {one for where, one in read(provider).rrsets.items() if where not in apex} == {new}
    # Its SOA is no rdata, and so it is kept, and shown.
    assert [(kept.name, kept.type) for kept in live.kept] == [(ZONE.name, "SOA")]
    assert provider.delete(live).outcome is Outcome.CONFLICT
    apply(provider, read(provider), Change(new, None))
    receipt = provider.delete(read(provider))
    provider.wait([receipt])
    assert receipt.outcome is Outcome.APPLIED
    assert provider.read(ZONE) is None
    assert list(provider.zones()) == []
