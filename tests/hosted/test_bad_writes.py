"""Whatever a service does to a write: nothing is lost or done twice, and the next plan is exactly the rest."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes.kit import Answer
from tests.hosted.services import (
    ATTEMPTS,
    BAD_GATEWAY,
    CHANGED,
    EMPTY,
    FOREVER,
    HTML,
    KINDS,
    STANDING,
    WANTED,
    Service,
    address,
    clear_words,
    differing,
    flat,
    planned,
    records,
)


@pytest.fixture(params=KINDS)
def service(request, begin, folder):
    """A service with a zone, of which the file wants three changes: one batch, or three calls at NS1."""
    service = begin(request.param)
    folder.configure({service.kind: service.settings})
    folder.zone(STANDING, nameservers="unmanaged")
    folder.run("apply", "--yes", code=0)
    folder.zone(WANTED, nameservers="unmanaged")
    service.fake.log.clear()
    return service


def holds_true(service: Service, folder, outcome, before=STANDING, wanted=WANTED) -> set[str]:
    """Hold that the exit code tells what became of the zone, and that what is left is planned and carried out."""
    clear_words(outcome)
    left = differing(service.live(), records(wanted))
    was_changed = bool(differing(service.live(), records(before)))
    if left:
        assert outcome.code == 3 if was_changed else outcome.code in {1, 3}
    service.fake.faults.clear()
    assert planned(folder) == left
    folder.run("apply", "--yes", code=0)
    assert service.live() == records(wanted)
    folder.run("plan", "--exit-code", code=0)
    return left


# What passes, and is found out or sent again

PASSING: dict[str, Callable[[Service], dict[str, Any]]] = {
    "a short storm": lambda one: {"times": ATTEMPTS - 1, "answer": one.throttle()},
    "a failure before": lambda one: {"answer": one.failure("we are sorry")},
    "a failure after": lambda one: {"answer_after": one.failure("we are sorry")},
    "a connection cut before": lambda _: {"drop": "before"},
    "a connection cut after": lambda _: {"drop": "after"},
    "HTML instead": lambda _: {"answer": BAD_GATEWAY},
    "HTML with a good status after": lambda _: {"answer_after": HTML},
    "nothing after": lambda _: {"answer_after": EMPTY},
}


@pytest.mark.parametrize("trouble", PASSING)
def test_a_write_whose_answer_is_lost_once_is_carried_out_once(service: Service, folder, trouble):
    service.fake.fail(**service.writing(), **PASSING[trouble](service))
    apply = folder.run("apply", "--yes", code=0)
    assert service.live() == records(WANTED)
    assert holds_true(service, folder, apply) == set()
    took = [entry for entry in service.fake.log if entry.took_effect and entry.request.method in service.writes]
    assert len(took) == (3 if service.kind == "ns1" else 1)
    if trouble == "a short storm":
        assert f"{service.kind}: " in apply.err
        assert f"{ATTEMPTS - 1} tried again ({ATTEMPTS - 1} throttled)" in apply.err


@pytest.mark.parametrize("how", [{"drop": "after"}, {"drop": "before"}], ids=str)
def test_a_zone_whose_creation_is_lost_once_is_created_once(begin, folder, how):
    for kind in KINDS:
        service = begin(kind)
        folder.configure({kind: service.settings})
        folder.zone(STANDING, nameservers="unmanaged")
        service.fake.fail(method="PUT" if kind == "ns1" else "POST", path="zones?(/example.com)?$", **how)
        folder.run("apply", "--yes", code=0)
        assert service.fake.zone_names() == ["example.com."]
        assert service.live() == records(STANDING)


# What does not pass

LASTING: dict[str, tuple[Callable[[Service], dict[str, Any]], str, int]] = {
    "a storm": (lambda one: {"answer": one.throttle()}, "Rate exceeded", 1),
    "no permission": (lambda one: {"answer": one.denial("this one may not write")}, "this one may not write", 1),
    # A write without an answer may still be under way, whatever a read shows: that counts as a change.
    "failures": (lambda one: {"answer": one.failure("we are sorry")}, "we are sorry", 3),
    "cut connections": (lambda _: {"drop": "before"}, "onnection", 3),
    "HTML": (lambda _: {"answer": BAD_GATEWAY}, "502", 3),
    "a refusal": (lambda one: {"answer": one.refusal("not such a record")}, "not such a record", 1),
}


@pytest.mark.parametrize("trouble", LASTING)
def test_a_write_that_never_gets_through_changes_nothing_and_says_why(service: Service, folder, trouble):
    make, words, code = LASTING[trouble]
    service.fake.fail(**service.writing(), times=FOREVER, **make(service))
    apply = folder.run("apply", "--yes", code=code)
    assert words in flat(apply.out + apply.err)
    assert "FAILED   example.com at" in apply.out
    if code == 1:
        assert "Failed: no provider was changed." in apply.out
    if trouble == "a storm":
        assert service.written() == ATTEMPTS
    assert service.live() == records(STANDING)
    assert holds_true(service, folder, apply) == CHANGED


@pytest.mark.parametrize("trouble", LASTING)
def test_what_fails_in_the_middle_leaves_what_was_done_and_plans_the_rest(service: Service, folder, trouble):
    many = {f"host{number}": address(number % 250 + 1) for number in range(6 if service.kind == "ns1" else 1001)}
    wanted = STANDING | many
    folder.zone(wanted, nameservers="unmanaged")
    make, words, _ = LASTING[trouble]
    service.fake.fail(**service.writing(), skip=1, times=FOREVER, **make(service))
    apply = folder.run("apply", "--yes", code=3)
    assert words in flat(apply.out + apply.err)
    assert "Incomplete:" in apply.out
    if trouble == "a refusal" or service.kind == "ns1":
        assert re.search(r"host\d+\.example\.com\. A: ", flat(apply.out.partition("FAILED")[2]))
    left = holds_true(service, folder, apply, wanted=wanted)
    assert len(left) == (5 if service.kind == "ns1" else 1)


def test_a_look_at_what_was_written_that_is_denied_is_exit_code_3(service: Service, folder):
    if service.kind == "route53":
        service.fake.deny.add("GetChange")
        words = "allow `route53:GetChange`"
    elif service.kind == "gcloud":
        service.fake.deny.add("changes.get")
        words = "dns.changes.get"
    else:
        # NS1 has nothing to wait for: here it is the look before the second write.
        service.fake.fail(
            method="GET", path="/www.example.com/A$", times=FOREVER, answer=service.denial("not to be seen")
        )
        words = "not to be seen"
    apply = folder.run("apply", "--yes", code=3)
    assert words in flat(apply.out + apply.err)
    if service.kind != "ns1":
        assert "written, not confirmed as served" in flat(apply.out)
        service.fake.deny.clear()
    holds_true(service, folder, apply)


REFUSALS = {
    "route53": "[Invalid Resource Record: 'FATAL problem: UnacceptableToday encountered with '192.0.2.66'']",
    "gcloud": "Invalid value for 'entity.change.additions[bad.example.com.][A].rrdata[0]': '192.0.2.66'",
    "ns1": "Input validation failed (Value '192.0.2.66' is not acceptable today)",
}


@pytest.mark.parametrize("named", [True, False], ids=["named", "unnamed"])
def test_a_record_that_only_the_service_refuses_does_not_block_the_other_names(service: Service, folder, named):
    wanted = WANTED | {"bad": address(66)} | {f"host{number}": address(100 + number) for number in range(20)}
    folder.zone(wanted, nameservers="unmanaged")
    words = REFUSALS[service.kind] if named else "something in here is not acceptable"
    end = service.refuse("bad.example.com", words)
    apply = folder.run("apply", "--yes", code=3)
    assert words.split("'")[0] in flat(apply.out)
    assert "bad.example.com. A: rejected: " in flat(apply.out)
    assert differing(service.live(), records(wanted)) == {"bad"}
    end()
    assert holds_true(service, folder, apply, wanted=wanted) == {"bad"}


def test_a_refused_update_leaves_the_record_as_it_was(service: Service, folder):
    folder.zone(WANTED | {"www": address(66)}, nameservers="unmanaged")
    end = service.refuse("www.example.com", "not such a record")
    apply = folder.run("apply", "--yes", code=3)
    assert "www.example.com. A: rejected: " in flat(apply.out)
    assert service.live()["www"] == records(STANDING)["www"]
    end()
    assert holds_true(service, folder, apply, wanted=WANTED | {"www": address(66)}) == {"www"}


def test_a_saved_plan_that_was_carried_out_in_part_is_resumed_and_does_the_rest(service: Service, folder):
    wanted = WANTED | {"bad": address(66)}
    folder.zone(wanted, nameservers="unmanaged")
    folder.run("plan", "--out", "plan.json", code=0)
    end = service.refuse("bad.example.com", "not such a record")
    folder.run("apply", "plan.json", code=3)
    end()
    assert differing(service.live(), records(wanted)) == {"bad"}
    again = folder.run("apply", "plan.json", code=0)
    assert "of 4 changes are done already" in again.out
    assert holds_true(service, folder, again, wanted=wanted) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_a_storm_at_one_account_leaves_the_others_zones_alone(begin, folder, kind):
    services = {one: begin(one) for one in KINDS}
    folder.configure({one: services[one].settings for one in KINDS}, safety={"max_changes": "100%"})
    for one in KINDS:
        folder.zone(STANDING, f"{one}.example", nameservers="unmanaged", providers=[one])
    folder.run("apply", "--yes", code=0)
    for one in KINDS:
        folder.zone(WANTED, f"{one}.example", nameservers="unmanaged", providers=[one])
        services[one].fake.log.clear()
    stormy = services[kind].fake
    stormy.fail(times=FOREVER, answer=services[kind].throttle())
    plan = folder.run("plan", code=1)
    assert "1 unread" in flat(folder.run("drift", code=1).out)
    assert f"({kind}.example at {kind})" in flat(plan.err)
    assert plan.err.count("error[unread]") == 1
    apply = folder.run("apply", "--yes", code=3)
    for one in KINDS:
        assert services[one].live(f"{one}.example") == records(STANDING if one == kind else WANTED)
        assert (f"{one}: " in apply.err) == (one == kind), "only who had to be asked again is told of"
    assert not [entry for entry in stormy.log if entry.took_effect]
    stormy.faults.clear()
    # And one that begins with the writes.
    stormy.fail(method=services[kind].writes, times=FOREVER, answer=services[kind].throttle())
    folder.run("apply", "--yes", code=1)
    stormy.faults.clear()
    folder.run("apply", "--yes", code=0)
    assert services[kind].live(f"{kind}.example") == records(WANTED)


def test_a_service_that_names_a_time_to_wait_beyond_patience_is_not_waited_for(service: Service, folder):
    late = service.throttle()
    service.fake.fail(**service.writing(), times=FOREVER, answer=Answer(late.status, late.body, {"Retry-After": "900"}))
    apply = folder.run("apply", "--yes", code=1)
    assert "Rate exceeded" in flat(apply.out)
    assert service.written() == 1
    holds_true(service, folder, apply)
