"""A saved plan that stopped half-way at a service is applied again: what is done is left alone, the rest is done."""

import pytest

from tests.hosted.hands import AtService
from tests.hosted.services import FOREVER, KINDS, WANTED, Service, address, flat, records
from tests.support.examples import large

MANY = {f"h{number}": address(number % 250, ttl=300 + number) for number in range(large(30))}


@pytest.fixture(params=KINDS)
def service(request, begin, folder) -> Service:
    """A service without any zone."""
    found = begin(request.param)
    folder.configure({found.kind: found.settings})
    return found


def planned(folder, wanted, **more):
    folder.zone(wanted, **more)
    folder.run("plan", "--out", "plan.json", code=0)


def test_a_zone_that_was_created_and_not_filled_is_filled_by_the_same_plan(service: Service, folder):
    planned(folder, WANTED, nameservers={"ttl": "1h", "auto": {service.kind: 2}}, soa={"minimum": 120})
    fault = service.fake.fail(**_content(service), times=FOREVER, answer=service.denial("not today"))
    folder.run("apply", "plan.json", code=3)
    assert service.live() == {}
    assert service.fake.zone_names() == ["example.com."]
    fault.times = 0
    again = folder.run("apply", "plan.json", code=0)
    assert "1 zone was created by an earlier run of this plan." in again.out
    assert service.live() == records(WANTED)
    assert service.fake.zone_names() == ["example.com."]
    folder.run("plan", "--exit-code", code=0)
    assert folder.run("apply", "plan.json", code=0).out.startswith("Nothing to do: everything in the plan is done")


def _content(service):
    """The calls that write records of any zone."""
    path = service.pick(route53="/rrset/?$", gcloud="/changes$", ns1="/zones/[^/]+/.+")
    return {"method": service.writes, "path": path}


def test_a_plan_that_was_cut_short_between_two_batches_is_gone_on_with(service: Service, folder):
    folder.zone({"old": address(1)}, nameservers="unmanaged")
    folder.run("apply", "--yes", code=0)
    folder.configure({service.kind: service.settings}, safety={"max_deletes": "100%"})
    planned(folder, MANY, nameservers="unmanaged")
    victim = f"h{len(MANY) // 2}."
    stop = service.refuse(victim if service.kind != "ns1" else f"/{victim}", "not this one")
    folder.run("apply", "plan.json", code=3)
    stop()
    some = service.live()
    assert some.keys() < MANY.keys()
    again = folder.run("apply", "plan.json", code=0)
    assert f"{len(some) + 1} of {len(MANY) + 1} changes are done already." in again.out
    assert service.live() == records(MANY)
    folder.run("plan", "--exit-code", code=0)


def test_what_others_edit_between_the_two_runs_is_not_overwritten(service: Service, folder):
    planned(folder, WANTED, nameservers="unmanaged")
    fault = service.fake.fail(**_content(service), times=FOREVER, answer=service.denial("not today"))
    folder.run("apply", "plan.json", code=3)
    fault.times = 0
    hands = AtService(service, folder.root)
    hands.edit("www", 300, ["203.0.113.9"])
    hands.edit("beside", 300, ["203.0.113.10"])
    edited = hands.dump()
    refused = folder.run("apply", "plan.json", code=1)
    assert "`www.example.com. A` is no longer as it shows: then absent, now `300 203.0.113.9`" in flat(refused.err)
    assert hands.dump() == edited


def test_a_zone_that_somebody_else_made_is_not_filled(service: Service, folder):
    planned(folder, WANTED, nameservers="unmanaged")
    service.fake.create_zone("example.com.")
    made = service.fake.dump("example.com.")
    refused = folder.run("apply", "plan.json", code=1)
    assert "error[plan-" in refused.err
    assert service.fake.dump("example.com.") == made


def test_a_zone_that_another_plan_created_is_not_filled(service: Service, folder):
    planned(folder, WANTED, nameservers="unmanaged")
    plan = (folder.root / "plan.json").read_bytes()
    folder.zone({"kept": address(1)}, nameservers="unmanaged")
    folder.run("apply", "--yes", code=0)
    folder.zone(WANTED, nameservers="unmanaged")
    (folder.root / "plan.json").write_bytes(plan)
    made = service.fake.dump("example.com.")
    assert "error[plan-" in folder.run("apply", "plan.json", code=1).err
    assert service.fake.dump("example.com.") == made


@pytest.mark.parametrize("late", [0, 1], ids=["first", "second"])
@pytest.mark.parametrize("pair", [("route53", "gcloud"), ("ns1", "route53"), ("gcloud", "ns1")], ids="+".join)
def test_a_zone_that_is_new_at_two_services_is_gone_on_with_wherever_it_stopped(begin, folder, pair, late):
    services = [begin(kind) for kind in pair]
    folder.configure({one.kind: one.settings for one in services})
    planned(folder, WANTED, nameservers="auto")
    # The creation itself is refused at one of them: nothing is known yet of the names that it will assign.
    method, path = {
        "route53": ("POST", r"/hostedzone$"),
        "gcloud": ("POST", r"/managedZones$"),
        "ns1": ("PUT", r"/zones/[^/]+$"),
    }[pair[late]]
    fault = services[late].fake.fail(method=method, path=path, times=FOREVER, answer=services[late].denial("not yet"))
    folder.run("apply", "plan.json", code=3 if late else 1)
    fault.times = 0
    folder.run("apply", "plan.json", code=0)
    for one in services:
        assert one.live() == records(WANTED)
    assert "No changes" in folder.run("plan", "--exit-code", code=0).out
    folder.run("apply", "plan.json", code=0)


def test_files_that_ask_for_something_else_since_refuse_the_rest(service: Service, folder):
    planned(folder, WANTED, nameservers="unmanaged")
    fault = service.fake.fail(**_content(service), times=FOREVER, answer=service.denial("not today"))
    folder.run("apply", "plan.json", code=3)
    fault.times = 0
    folder.zone({**WANTED, "www": address(99)}, nameservers="unmanaged")
    made = service.fake.dump("example.com.")
    refused = folder.run("apply", "plan.json", code=1)
    assert "error[plan-unasked]" in refused.err
    assert "www.example.com. A" in flat(refused.err)
    assert service.fake.dump("example.com.") == made
