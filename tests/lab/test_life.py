"""The life of a zone at several providers, by the commands alone, while a client asks for its names."""

import time

import pytest

from tests.lab.laboratory import TTL
from tests.lab.project import FRESH
from tests.lab.traffic import Traffic

pytestmark = pytest.mark.server

NEW = "203.0.113.2"
FORGOTTEN = TTL + 2.0
"""Seconds after which no resolver remembers a name server set: unbound keeps what has a TTL of 1 for up to 2 s."""


class Life:
    """What happens to the zone, and when it could not but hurt."""

    def __init__(self, lab, project, run, client):
        self.lab, self.project, self.run, self.client = lab, project, run, client

    def command(self, *words, code=0):
        """Run a command that is to end with *code*, and return what it prints."""
        outcome = self.run(*words)
        assert outcome.code == code, outcome.out + outcome.err
        return outcome.out

    def registrar(self, printed, *providers, hosts=()):
        """Do at the registrar's what was *printed*: exactly the servers of *providers*, or *hosts*."""
        wanted = hosts or self.lab.provider_hosts(*providers)
        before = self.lab.parent.delegated
        assert all(host in printed for host in set(wanted) ^ set(before)), printed
        self.lab.delegate(wanted)
        self.client.rest(FORGOTTEN)


def test_no_answer_is_wrong_or_missing_that_the_right_order_can_give(lab, tmp_path, run):
    project = lab.project(tmp_path, "named", "nsd")
    with Traffic() as traffic, lab.client() as client:
        life = Life(lab, project, run, client)
        life.command("apply", "--yes")
        lab.delegate(lab.provider_hosts("named", "nsd"))
        lab.resolver.forget()
        begun = time.monotonic()
        client.rest(0.5)

        project.write("named", "nsd", "pdns")
        life.registrar(life.command("provider", "join", "child.lab", "pdns", "--yes"), "named", "nsd", "pdns")
        assert asked(traffic, lab, "pdns"), counted(traffic, lab)
        life.command("verify")

        # The NS set changes: one server of each, and both of one.
        project.write("named", "nsd", "pdns", nameservers="{ttl: 1s, auto: {named: 1, nsd: 2, pdns: 1}}")
        life.command("apply", "--yes")
        hosts = ("ns1.named.lab.", *lab.provider_hosts("nsd"), "ns1.pdns.lab.")
        lab.delegate(hosts)
        client.rest(FORGOTTEN)
        unused = {lab.addresses("named")[1], lab.addresses("pdns")[1]}
        assert not traffic.count(unused, time.monotonic() - 0.5)

        killed = time.monotonic()
        lab.kill("nsd")
        life.registrar(life.command("evacuate", "nsd", "--yes"), hosts=("ns1.named.lab.", "ns1.pdns.lab."))
        evacuated = time.monotonic()
        client.settle()  # what met the outage is asked again and again, until it is answered
        client.rest(0.5)
        assert not asked(traffic, lab, "nsd")

        # Life goes on without it: what it has is old when it comes back.
        client.expect(FRESH, NEW)
        project.write("named", "nsd", "pdns", nameservers="{ttl: 1s, auto: {named: 1, nsd: 2, pdns: 1}}", fresh=NEW)
        life.command("apply", "--yes")
        client.rest(TTL + 1.0)
        client.expect(NEW)

        lab.start("nsd")
        life.registrar(life.command("restore", "nsd", "--yes"), hosts=hosts)
        lab.resolver.forget()  # it avoids for a while who did not answer
        client.rest(0.6)
        assert asked(traffic, lab, "nsd")

        project.write("nsd", "pdns", fresh=NEW)
        left = life.command("provider", "leave", "child.lab", "named", "--yes", code=3)
        life.registrar(left, "nsd", "pdns")
        life.command("provider", "leave", "child.lab", "named", "--yes", "--wait")
        client.rest(0.5)
        assert not asked(traffic, lab, "named")
        assert not lab.providers["named"].file.exists()
        life.command("plan", "--exit-code")
        life.command("verify")

        before, after = client.since(begun, killed), client.since(evacuated, time.monotonic())
        during = client.since(killed, evacuated)
    assert not before.bad, str(before)
    assert not after.bad, str(after)
    # Between the death and the end of what resolvers remember no order helps. The resolver asks the others, late.
    print(f"before the outage {before}\nduring it {during}\nafter it {after}")  # noqa: T201 -- figures for the documentation: `pytest -rP` shows them


def asked(traffic, lab, provider, seconds=0.5):
    """Tell whether anybody asked *provider* in the last *seconds*."""
    return sum(traffic.count(lab.addresses(provider), time.monotonic() - seconds).values()) > 0


def counted(traffic, lab):
    """Return how many questions each server got in the last second, for the reader."""
    now = time.monotonic()
    return {name: dict(traffic.count(lab.addresses(name), now - 1.0)) for name in lab.providers}
