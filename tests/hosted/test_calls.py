"""How many calls a plan and an apply cost, from the logs of the fakes."""

import math

import pytest

from tests.hosted.conftest import settings_of
from tests.support.examples import large

MANY = large(2500)
PAGE = {"route53": 300, "gcloud": 100}
LIST = {"route53": r"/rrset/?$", "gcloud": r"/rrsets$"}
WRITE = {"route53": r"/rrset/?$", "gcloud": r"/changes$"}


def records(count):
    return {f"host{number}": {"A": f"192.0.{number // 250}.{number % 250 + 1}"} for number in range(count)}


@pytest.fixture(params=["route53", "gcloud"])
def made(request, folder, service):
    """A zone of thousands of RRsets, and the calls that making it took."""
    kind = request.param
    fake = service(kind)
    folder.configure({kind: settings_of(kind, fake)})
    folder.zone(records(MANY))
    folder.run("apply", "--yes", "example.com", code=0)
    calls = list(fake.log)
    fake.log.clear()
    return kind, folder, fake, calls


def test_creating_costs_two_calls_more_than_it_must_and_planning_two_more_than_the_pages(made):
    kind, folder, fake, calls = made
    batches = math.ceil(MANY / 1000)
    # Look whether the zone is there, create it, read what came with it, write, and wait for the last to be served.
    least = 1 + 1 + 1 + batches + 1
    assert len(calls) <= least + 2, [f"{one.request.method} {one.request.path}" for one in calls]
    assert len([one for one in calls if one.request.method == "POST"]) == 1 + batches

    folder.run("plan", "--exit-code", "example.com", code=0)
    pages = math.ceil((MANY + 2) / PAGE[kind])
    assert len(fake.requests("GET", LIST[kind])) == pages
    assert len(fake.log) == pages + 2
    fake.log.clear()
    # With every zone asked for, the list of zones stands in for the look-up.
    folder.run("plan", "--exit-code", code=0)
    assert len(fake.log) == pages + 2


def test_one_change_costs_one_write(made):
    kind, folder, fake, _ = made
    folder.zone(records(MANY) | {"host7": {"A": "198.51.100.7"}})
    folder.run("apply", "--yes", "example.com", code=0)
    assert len(fake.requests("POST", WRITE[kind])) == 1
    # A write, and two looks at its change: pending, then served.
    assert len(fake.log) <= math.ceil((MANY + 2) / PAGE[kind]) + 2 + 3


def test_ns1_reads_a_zone_in_one_call_and_writes_each_record_in_one(folder, ns1):
    folder.configure({"ns1": settings_of("ns1", ns1)})
    folder.zone(records(300))
    folder.run("apply", "--yes", code=0)
    assert len(ns1.requests("PUT", r"/zones/example.com/.+/A$")) == 300
    ns1.log.clear()
    folder.run("plan", "--exit-code", "example.com", code=0)
    assert len(ns1.log) == 1
    assert ns1.log[0].request.path == "/v1/zones/example.com"
