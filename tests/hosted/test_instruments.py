"""What ``--metrics`` and ``--trace`` say of the calls to a service is what the service saw."""

import json
import re
from collections import Counter

import pytest

from tests.fakes.kit import Answer
from tests.hosted.services import (
    AWS_SECRET,
    FOREVER,
    GOOGLE_TOKEN,
    KINDS,
    NS1_KEY,
    STANDING,
    WANTED,
    Service,
)
from tests.support.credentials import CREDENTIALS, found_in

SECRET = CREDENTIALS["ZONESYNC_TEST_SECRET"]
TRACED = re.compile(
    r"trace (?P<provider>\S+) (?P<operation>.+?) (?P<target>\S+) (?P<status>\d{3}|-) \d+\.\d{3}s "
    r"(?P<sent>[\d.]+k?B)>(?P<received>[\d.]+k?B)(?: (?P<problem>\w+))?"
)


@pytest.fixture(params=KINDS)
def service(request, begin, folder):
    """A service with a zone, of which the file wants three changes; its log is empty."""
    service = begin(request.param)
    folder.configure({"there": service.settings})
    folder.zone(STANDING, nameservers="unmanaged")
    folder.run("apply", "--yes", code=0)
    folder.zone(WANTED, nameservers="unmanaged")
    clear(service)
    return service


def clear(service):
    service.fake.log.clear()
    if service.tokens:
        service.tokens.log.clear()


def log_of(service):
    """Return every request that the service saw, those for a token among them."""
    return [*service.fake.log, *(service.tokens.log if service.tokens else ())]


def statuses(service):
    return Counter(str(entry.status) if entry.status else "-" for entry in log_of(service))


def metrics(folder, name="metrics.json"):
    return json.loads((folder.root / name).read_text())


def traced_in(err):
    """Return the parts of each line of a trace in *err*, each of which must have them all."""
    lines = [line for line in err.splitlines() if line.startswith("trace ")]
    found = [match.groupdict() for match in map(TRACED.fullmatch, lines) if match]
    assert len(found) == len(lines), err
    return found


def equal(data, service):
    """Hold that what was counted is what the service saw."""
    seen = log_of(service)
    classes = Counter(f"{entry.status // 100}xx" if entry.status else "failed" for entry in seen)
    counted: Counter[str] = Counter()
    for row in data["requests"]:
        counted[row["status"]] += row["count"]
    assert counted == classes
    assert sum(row["sent"] for row in data["requests"]) == sum(len(entry.request.body) for entry in seen)
    assert sum(row["count"] for row in data["durations"]) == len(seen)
    assert all(sum(each["count"] for each in row["buckets"]) == row["count"] for row in data["durations"])
    assert {row["provider"] for row in data["requests"]} == {"there"}
    # A token is fetched beside the calls that the retry layer counts.
    assert [row["calls"] for row in data["calls"]] == [len(service.fake.log)]


@pytest.mark.parametrize("command", [["drift"], ["apply", "--yes"]], ids=" ".join)
def test_the_requests_counted_are_those_that_the_service_saw(service: Service, folder, command):
    folder.run(*command, "--metrics", "metrics.json", code=2 if command == ["drift"] else 0)
    data = metrics(folder)
    equal(data, service)
    assert {row["zone"] for row in data["requests"]} <= {"", "example.com"}
    assert "example.com" in {row["zone"] for row in data["requests"]}
    made = Counter({row["action"]: row["count"] for row in data["planned"]})
    assert made == {"create": 1, "update": 1, "delete": 1}
    if command[0] == "apply":
        assert {(row["action"], row["outcome"], row["count"]) for row in data["changes"]} == {
            ("create", "applied", 1),
            ("update", "applied", 1),
            ("delete", "applied", 1),
        }
        assert set(data["phases"]) == {"plan", "apply"}
    if command[0] == "drift":
        assert sum(row["count"] for row in data["drift"]) == 3


def test_the_bytes_counted_are_those_that_the_service_sent(service: Service, folder):
    sizes = []

    def weighed(answer: Answer) -> Answer:
        sizes.append(len(answer.body))
        return answer

    service.fake.fail(times=FOREVER, rewrite=weighed)
    folder.run("plan", "--metrics", "metrics.json", code=0)
    rows = [row for row in metrics(folder)["requests"] if row["operation"] != "token request"]
    assert sum(row["received"] for row in rows) == sum(sizes) > 0


def test_throttles_and_retries_are_counted_as_the_service_saw_them(service: Service, folder):
    service.fake.fail(**service.listing(), times=2, answer=service.throttle())
    folder.run("plan", "--metrics", "metrics.json", code=0)
    data = metrics(folder)
    equal(data, service)
    (calls,) = data["calls"]
    assert (calls["retries"], calls["throttled"]) == (2, 2)
    assert calls["waited"] > 0


def test_a_call_whose_answer_is_lost_is_counted_as_failed_and_sent_again(service: Service, folder):
    service.fake.fail(**service.listing(), times=1, drop="before")
    folder.run("plan", "--metrics", "metrics.json", code=0)
    data = metrics(folder)
    equal(data, service)
    assert data["calls"][0]["retries"] == 1
    assert sum(row["count"] for row in data["requests"] if row["status"] == "failed") == 1


def test_what_a_service_refuses_is_counted_by_outcome(service: Service, folder):
    service.refuse("new", "no such thing")
    folder.run("apply", "--yes", "--metrics", "metrics.json", code=3)
    data = metrics(folder)
    equal(data, service)
    outcomes = {(row["action"], row["outcome"]): row["count"] for row in data["changes"]}
    assert outcomes == {("create", "rejected"): 1, ("update", "applied"): 1, ("delete", "applied"): 1}
    assert data["exit_code"] == 3


def test_an_answer_that_cannot_be_read_is_counted_with_its_status(service: Service, folder):
    page = Answer(200, b"<!DOCTYPE html><html><body>Please sign in<br></body></html>", content_type="text/html")
    service.fake.fail(**service.listing(), times=FOREVER, answer=page)
    folder.run("plan", "--metrics", "metrics.json", code=1)
    data = metrics(folder)
    equal(data, service)
    assert data["zones"] == [{"provider": "there", "read": 0, "unread": 1}]
    assert {"severity": "error", "rule": "unread", "count": 1} in data["findings"]


def test_a_trace_shows_every_request_that_the_service_saw(service: Service, folder):
    service.fake.fail(**service.listing(), times=1, answer=service.throttle())
    service.fake.fail(**service.listing(), times=1, drop="before")
    shown = folder.run("apply", "--yes", "--trace", code=0)
    traced = traced_in(shown.err)
    assert Counter(one["status"] for one in traced) == statuses(service)
    assert {one["provider"] for one in traced} == {"there"}
    assert "example.com" in {one["target"] for one in traced}
    assert Counter(bool(one["problem"]) for one in traced)[True] == 1


def test_a_trace_names_operations_in_the_words_of_the_service(service: Service, folder):
    shown = folder.run("apply", "--yes", "--trace", code=0)
    operations = {one["operation"] for one in traced_in(shown.err)}
    words = service.pick(
        route53={"ListHostedZones", "GetHostedZone", "ListResourceRecordSets", "ChangeResourceRecordSets"},
        gcloud={"managedZones.list", "resourceRecordSets.list", "changes.create", "token request"},
        ns1={"GET /v1/zones", "GET /v1/zones/{zone}", "PUT /v1/zones/{zone}/{domain}/{type}"},
    )
    assert words <= operations, operations
    assert not {one for one in operations if "example" in one}


def test_a_trace_as_json_has_the_same_requests(service: Service, folder):
    shown = folder.run("plan", "--trace", "--log-format", "json", code=0)
    events = [json.loads(line) for line in shown.err.splitlines()]
    requests = [event for event in events if event["event"] == "request"]
    assert Counter(event.get("status", "-") for event in requests) == statuses(service)
    assert all(event["seconds"] >= 0 and event["level"] == "debug" for event in requests)


def test_no_credential_is_in_a_trace_or_in_metrics_whatever_the_service_says(service: Service, folder):
    secret = service.pick(route53=AWS_SECRET, gcloud=GOOGLE_TOKEN, ns1=NS1_KEY)
    service.fake.fail(**service.listing(), times=1, answer=service.throttle(f"you sent {secret}"))
    service.fake.fail(**service.writing(), times=FOREVER, answer=service.refusal(f"not with {secret}"))
    runs = [
        folder.run("plan", "--trace", "--metrics", "plan.prom"),
        folder.run("apply", "--yes", "--trace", "--log-format", "json", "--metrics", "apply.json"),
    ]
    for one in runs:
        assert not found_in(one.out + one.err)
    for name in ("plan.prom", "apply.json"):
        assert not found_in((folder.root / name).read_bytes())


def test_a_secret_in_the_address_of_a_service_is_not_told(begin, folder):
    """A proxy may want its key in the address."""
    service = begin("ns1")
    folder.configure({"ns1": service.settings | {"endpoint": f"{service.fake.url}/{SECRET}/v1"}})
    folder.zone(STANDING, nameservers="unmanaged")
    shown = folder.run("plan", "--trace", "--metrics", "metrics.json")
    assert "trace ns1 GET /v1/zones" in shown.err
    assert not found_in(shown.err.replace("\n", " "))
    assert not found_in((folder.root / "metrics.json").read_bytes())


def test_the_request_for_a_role_is_told_and_its_key_is_not(begin, folder, monkeypatch):
    role = "arn:aws:iam::123456789012:role/dns"
    service = begin("route53", roles={role: None})
    folder.configure({"route53": service.settings | {"role_arn": role}})
    folder.zone(STANDING, nameservers="unmanaged")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", service.fake.url)
    shown = folder.run("plan", "--trace", "--metrics", "metrics.json", code=0)
    assert "trace route53 AssumeRole sts 200" in shown.err
    assert "secret-of-role" not in shown.err
    assert sum(row["count"] for row in metrics(folder)["requests"]) == len(service.fake.log)


def test_without_the_options_nothing_is_told_and_no_call_is_another(service: Service, folder, monkeypatch):
    def never(*_, **__):
        raise AssertionError("nobody listens")

    monkeypatch.setattr("zonesync.provider.observing.Request", never)
    plain = folder.run("plan", code=0)
    seen = [(one.request.method, one.request.path, one.status) for one in log_of(service)]
    monkeypatch.undo()
    clear(service)
    watched = folder.run("plan", "--metrics", "metrics.prom", code=0)
    assert seen == [(one.request.method, one.request.path, one.status) for one in log_of(service)]
    assert watched == plain
