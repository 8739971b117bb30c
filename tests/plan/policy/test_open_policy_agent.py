"""examples/policy, evaluated over plans as `zonesync plan --format json` writes them."""

from pathlib import Path

import opa_eval
import pytest

from tests.planning import ZONE, hosts, rr
from zonesync.model.change import Change, Computed
from zonesync.model.zone import ZoneId
from zonesync.plan import planfile
from zonesync.plan.plan import Plan, Step, StepKind, Unread

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "policy"
WWW, MX = rr("www", "A", "192.0.2.1"), rr("@", "MX", "10 mail.example.net.")


def denied(file, *changes, zone=ZONE, kind=StepKind.CONTENT, unread=()):
    """What the example *file* has against a plan of *changes*, and whether it allows it."""
    steps = (Step(kind=kind, zone=zone, provider="a", changes=changes),)
    plan = planfile.dumps(planfile.sealed(Plan(steps=steps, unread=unread)))
    package = file.removesuffix(".rego")
    deny, allow = (
        opa_eval.OpaEval(str(EXAMPLES / file), query=f"data.zonesync.{package}.{rule}").evaluate_parsed(plan)
        for rule in ("deny", "allow")
    )
    assert (allow is True) is (not deny)
    return sorted(deny)


def test_every_example_is_evaluated_here():
    assert {file.name for file in EXAMPLES.glob("*.rego")} == {"deletes.rego", "addresses.rego"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([Change(None, WWW), Change(None, MX)], []),
        ([Change(WWW, None)], []),
        ([Change(WWW, rr("www", "A", "192.0.2.2"))], []),
        ([Change(MX, None)], ["example.com. MX would be deleted at a"]),
        ([Change(MX, rr("@", "MX", "20 mail.example.net."))], []),
        ([Change(None, Computed("example.com.", "NS", 3600, {"a": 2}))], []),
        ([Change(one, None) for one in hosts(10)], []),
        ([Change(one, None) for one in hosts(11)], ["11 RRsets would be deleted, the limit is 10"]),
    ],
)
def test_the_policy_of_deletes_says_which(changes, words):
    assert denied("deletes.rego", *changes) == words


def test_the_policy_of_deletes_refuses_to_lose_a_zone_or_to_overlook_one():
    assert denied("deletes.rego", kind=StepKind.DELETE_ZONE) == ["the zone example.com would be deleted at a"]
    unread = Unread(zone=ZONE, provider="b", words="it is down")
    assert denied("deletes.rego", unread=(unread,)) == ["example.com could not be read at b"]


@pytest.mark.parametrize(
    ("address", "is_private"),
    [
        ("10.0.0.1", True),
        ("172.15.255.255", False),
        ("172.16.0.0", True),
        ("172.31.255.255", True),
        ("172.32.0.0", False),
        ("192.168.7.7", True),
        ("192.0.2.1", False),
        ("100.63.255.255", False),
        ("100.64.0.0", True),
        ("100.99.0.1", True),
        ("100.127.255.255", True),
        ("100.128.0.0", False),
        ("110.0.0.1", False),
        ("fc00::1", True),
        ("fdff:1::", True),
        ("fe80::1", False),
        ("2001:db8::fc00", False),
    ],
)
def test_the_policy_of_addresses_keeps_private_ones_in_private_zones(address, is_private):
    rtype = "AAAA" if ":" in address else "A"
    new = rr("x", rtype, "2001:db8::9" if ":" in address else "192.0.2.9", address)

    assert denied("addresses.rego", Change(WWW, None), Change(None, new)) == (
        [f"x.example.com. {rtype} would have the private address {address}"] if is_private else []
    )
    assert denied("addresses.rego", Change(None, new), zone=ZoneId("example.com.", "internal")) == []
