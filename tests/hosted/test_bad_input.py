"""Whatever a service answers: its own words are shown, nothing is lost, and the exit code says what is true."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.fakes.kit import Answer
from tests.fakes.route53 import error as aws
from tests.hosted.services import (
    ATTEMPTS,
    BAD_GATEWAY,
    CHANGED,
    EMPTY,
    FOREVER,
    GOOGLE_TOKEN,
    HTML,
    KINDS,
    NS1_KEY,
    STANDING,
    WANTED,
    Service,
    address,
    clear_words,
    flat,
    planned,
    records,
)

OTHER = {"www": address(9)}
OTHER_WANTED = {"www": address(9), "more": address(10)}


@pytest.fixture(params=KINDS)
def service(request, begin, folder):
    """A service with two zones, of which the file of `example.com` wants three changes."""
    return standing(begin(request.param), folder)


def standing(service: Service, folder) -> Service:
    folder.configure({service.kind: service.settings})
    folder.zone(STANDING, nameservers="unmanaged")
    folder.zone(OTHER, "example.org", nameservers="unmanaged")
    folder.run("apply", "--yes", code=0)
    folder.zone(WANTED, nameservers="unmanaged")
    service.fake.log.clear()
    return service


# A zone that cannot be read

NO_LIST = {"route53": "no XML of Route 53", "gcloud": "no list of rrsets", "ns1": "without a list of records"}
NO_JSON = {"route53": "no XML of Route 53", "gcloud": "an answer that is no JSON", "ns1": "an answer that is no JSON"}
NO_APEX = {
    "route53": "the list lacks `example.com.",
    "gcloud": "it lacks `example.com.`",
    "ns1": "without the NS records",
}
READS: dict[str, Callable[[Service], tuple[dict[str, Any], str]]] = {
    "no permission": lambda one: ({"answer": one.denial("this one may not list")}, "this one may not list"),
    "a storm": lambda one: ({"answer": one.throttle()}, "Rate exceeded"),
    "failures": lambda one: ({"answer": one.failure("we are sorry")}, "we are sorry"),
    "cut connections": lambda one: ({"drop": "before"}, "onnection"),
    "HTML": lambda one: ({"answer": HTML}, one.pick(**NO_JSON)),
    "HTML of a gateway": lambda one: ({"answer": BAD_GATEWAY}, "502"),
    "nothing": lambda one: ({"answer": EMPTY}, one.pick(**NO_JSON | {"ns1": "an answer that is"})),
    "JSON of somebody else": lambda one: ({"answer": Answer.of({"status": "ok"})}, one.pick(**NO_LIST)),
    "a list without its apex": lambda one: ({"rewrite": lambda answer: headless(one, answer)}, one.pick(**NO_APEX)),
}
TRIED_AGAIN = ("a storm", "failures", "cut connections", "HTML", "HTML of a gateway", "nothing")


def headless(service: Service, answer: Answer) -> Answer:
    """Take the apex out of a list of records."""
    if service.kind == "route53":
        apex = rb"<ResourceRecordSet><Name>example.com.</Name>.*?</ResourceRecordSet>"
        return replace(answer, body=re.sub(apex, b"", answer.body, flags=re.DOTALL))
    data = json.loads(answer.body)
    name = service.pick(gcloud="rrsets", ns1="records", route53="")
    data[name] = [one for one in data[name] if one.get("name", one.get("domain")).rstrip(".") != "example.com"]
    return replace(answer, body=json.dumps(data).encode())


@pytest.mark.parametrize("trouble", READS)
def test_a_zone_that_cannot_be_read_is_unread_and_the_others_are_planned(service: Service, folder, trouble):
    fault, words = READS[trouble](service)
    service.fake.fail(**service.listing(), times=FOREVER, **fault)

    plan = folder.run("plan", code=1)
    assert words in flat(plan.err)
    assert "error[unread]" in plan.err
    assert f"(example.com at {service.kind})" in flat(plan.err)
    assert "to delete" not in plan.out
    asked = len(service.fake.requests(**service.listing()))
    assert asked == 1 if trouble in {"no permission", "a list without its apex"} else asked <= ATTEMPTS
    assert asked == ATTEMPTS or trouble not in TRIED_AGAIN

    drift = folder.run("drift", code=1)
    assert drift.out.endswith("\ndrift: unknown, 1 unread; 2 zones at 1 provider\n")
    assert words in flat(drift.err)

    # All that could be done is nothing, so nothing was changed.
    apply = folder.run("apply", "--yes", code=1)
    assert not service.fake.requests(service.writes)

    folder.zone(OTHER_WANTED, "example.org", nameservers="unmanaged")
    data = json.loads(folder.run("plan", "--format", "json", code=1).out)
    assert {step["zone"] for step in data["steps"]} == {"example.org"}
    assert [(one["zone"], one["provider"]) for one in data["unread"]] == [("example.com", service.kind)]
    assert words in data["unread"][0]["words"]
    partly = folder.run("apply", "--yes", code=3)
    assert service.live("example.org") == records(OTHER_WANTED)
    assert service.live() == records(STANDING)
    clear_words(plan, drift, apply, partly)

    service.fake.faults.clear()
    assert planned(folder) == CHANGED
    folder.run("apply", "--yes", code=0)
    assert service.live() == records(WANTED)
    folder.run("plan", "--exit-code", code=0)


@pytest.mark.parametrize("trouble", TRIED_AGAIN)
def test_a_read_that_fails_twice_is_tried_again_and_counted(service: Service, folder, trouble):
    fault, _ = READS[trouble](service)
    service.fake.fail(**service.listing(), times=2, **fault)
    plan = folder.run("plan", "--exit-code", code=2)
    throttled = 2 if trouble == "a storm" else 0
    assert f"2 tried again ({throttled} throttled)" in plan.err
    assert plan.err.count("tried again") == 1
    assert "tried again" not in plan.out


# The account, and which zone is meant


def wrong(service, monkeypatch):
    if service.kind == "route53":
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wr0ng" * 8)
        return "SignatureDoesNotMatch"
    if service.kind == "gcloud":
        service.fake.token = "another"
        return "invalid authentication credentials"
    service.fake.key = "another"
    return "Unauthorized"


def expired(service, monkeypatch):
    if service.kind == "route53":
        service.fake.fail(times=FOREVER, answer=aws("ExpiredToken", "The security token is expired", 403))
        return "The security token is expired"
    if service.kind == "gcloud":
        told = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
        service.tokens.fail(times=FOREVER, answer=Answer.of(told, 400))
        return "Token has been expired or revoked"
    service.fake.fail(times=FOREVER, answer=Answer.of({"message": "API key expired"}, 401))
    return "API key expired"


def clock(service, monkeypatch):
    if service.kind == "route53":
        service.fake.access.clock = lambda: time.time() + 3600
        return "check this machine's clock"
    words = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat"
    told = {"error": "invalid_grant", "error_description": words}
    service.tokens.fail(times=FOREVER, answer=Answer.of(told, 400))
    return "check this machine's clock"


def nobody(service, monkeypatch):
    if service.kind == "route53":
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            monkeypatch.delenv(name)
        return "unable to locate credentials"
    if service.kind == "ns1":
        monkeypatch.delenv("NS1_APIKEY")
        return "NS1_APIKEY"
    service.fake.token = GOOGLE_TOKEN
    service.tokens.fail(times=FOREVER, answer=Answer.of({"error": "invalid_grant", "error_description": "gone"}, 400))
    return "gone"


ACCOUNTS = [
    (kind, trouble)
    for kind in KINDS
    for trouble in (wrong, expired, clock, nobody)
    # An API key is signed with no clock.
    if (kind, trouble) != ("ns1", clock)
]


@pytest.mark.parametrize(("kind", "trouble"), ACCOUNTS, ids=lambda one: getattr(one, "__name__", one))
def test_an_account_that_cannot_be_used_leaves_every_zone_unread(begin, folder, monkeypatch, kind, trouble):
    service = standing(begin(kind), folder)
    with monkeypatch.context() as patch:
        words = trouble(service, patch)
        plan = folder.run("plan", code=1)
        assert words in flat(plan.err)
        assert plan.err.count("error[unread]") == 2
        assert "No changes found, not all was read" in plan.out
        drift = folder.run("drift", code=1)
        assert drift.out.endswith("; 2 zones at 1 provider\n")
        assert words in flat(drift.err)
        apply = folder.run("apply", "--yes", code=1)
        assert not service.fake.requests(service.writes)
        clear_words(plan, drift, apply)
    service.fake.faults.clear()
    service.fake.__dict__.update({"token": GOOGLE_TOKEN, "key": NS1_KEY})
    if service.tokens:
        service.tokens.faults.clear()
    if kind == "route53":
        service.fake.access.clock = time.time
    assert planned(folder) == CHANGED


def test_a_zone_that_is_not_hosted_is_planned_as_one_to_create(begin, folder):
    for kind in KINDS:
        service = begin(kind)
        folder.configure({kind: service.settings})
        folder.zone(WANTED, "unhosted.example", nameservers="unmanaged")
        plan = folder.run("plan", "--exit-code", code=2)
        assert ". create the zone" in plan.out
        assert not service.fake.requests(service.writes)


UNKNOWN_ID = {"route53": "Z0000000000000000000", "gcloud": "nowhere", "ns1": "nowhere.example"}


@pytest.mark.parametrize("kind", ["route53", "gcloud"])
def test_a_zone_id_that_nothing_has_is_an_error_and_not_a_zone_to_create(begin, folder, kind):
    service = standing(begin(kind), folder)
    folder.configure({kind: service.settings | {"zone_id": {"example.com": UNKNOWN_ID[kind]}}})
    plan = folder.run("plan", code=1)
    assert UNKNOWN_ID[kind] in plan.err
    assert "create the zone" not in plan.out
    assert folder.run("apply", "--yes", code=1)
    assert not service.fake.requests(service.writes)
    clear_words(plan)


def test_a_handle_that_nothing_has_at_ns1_is_a_zone_to_create_under_it(begin, folder):
    service = standing(begin("ns1"), folder)
    folder.configure({"ns1": service.settings | {"zone_id": {"example.com": "internal"}}})
    assert "create the zone" in folder.run("plan", code=0).out


def test_the_zone_id_of_another_zone_is_refused_and_says_which(service: Service, folder):
    folder.configure({service.kind: service.settings | {"zone_id": {"example.com": service.id("example.org")}}})
    plan = folder.run("plan", code=1)
    assert "`example.org" in plan.err
    assert "zone_id" in plan.err
    assert "to delete" not in plan.out
    folder.run("apply", "--yes", code=1)
    assert service.live("example.org") == records(OTHER)
    assert service.live() == records(STANDING)
    clear_words(plan)


@pytest.mark.parametrize("trouble", ["a storm", "no permission", "HTML"])
def test_a_saved_plan_whose_zone_cannot_be_read_again_is_refused(service: Service, folder, trouble):
    folder.run("plan", "--out", "plan.json", code=0)
    fault, words = READS[trouble](service)
    service.fake.fail(**service.listing(), times=FOREVER, **fault)
    refused = folder.run("apply", "plan.json", code=1)
    assert words in flat(refused.err)
    assert "Refused: nothing was changed." in refused.out
    assert not service.fake.requests(service.writes)
    data = json.loads(folder.run("drift", "--format", "json", code=1).out)
    assert [(one["zone"], one["provider"]) for one in data["unread"]] == [("example.com", service.kind)]
    assert words in data["unread"][0]["words"]
    service.fake.faults.clear()
    folder.run("apply", "plan.json", code=0)
    assert service.live() == records(WANTED)
