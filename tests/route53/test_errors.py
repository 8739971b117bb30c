"""Whatever goes wrong at the service is said in its own words, and never reads as an empty zone."""

import re
import time
from dataclasses import replace

import pytest
from botocore import exceptions as sdk

from tests.fakes.kit import Answer, Throttle
from tests.fakes.route53 import Route53Fake, error
from tests.route53.conftest import ACCESS_KEY, QUICK, RRSET, ZONE, apply, host, key, read, rrset, told
from tests.support.credentials import CREDENTIALS
from zonesync.model.change import Change
from zonesync.provider.calls import Budget
from zonesync.provider.contract import Outcome
from zonesync.provider.errors import Denied, NotFound, ProviderError, Rejected, Throttled, Unavailable
from zonesync_route53 import Route53Provider
from zonesync_route53.errors import asked_to_wait, explain

SECRET = CREDENTIALS["AWS_SECRET_ACCESS_KEY"]
HTML = Answer(200, b"<html><body>Please sign in<br></body></html>", content_type="text/html")
TIDY_HTML = Answer(200, b"<html><body>Please sign in</body></html>", content_type="text/html")
EMPTY = Answer(200, b"")
READS = [r"/hostedzonesbyname$", r"/hostedzone/Z\w+$", RRSET]


@pytest.fixture
def guarded(monkeypatch):
    """Start a service that checks signatures, in which credentials are known."""
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    with Route53Fake(credentials={ACCESS_KEY: SECRET}) as fake:
        yield fake


def at(fake, **options):
    return Route53Provider("aws", endpoint=fake.url, rate="100000", budget=QUICK, poll=lambda _: None, **options)


def fails(provider, kind):
    with pytest.raises(kind) as raised:
        provider.read(ZONE)
    assert (raised.value.provider, raised.value.zone) == ("aws", "example.com")
    return raised.value


def test_credentials_that_are_right_are_taken(guarded):
    assert at(guarded).read(ZONE) is None


def test_wrong_credentials_are_denied_without_showing_them(guarded, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wr0ng" * 8)
    problem = fails(at(guarded), Denied)
    assert "SignatureDoesNotMatch" in problem.words
    assert "credentials" in problem.hint
    assert "wr0ng" not in str(problem)


def test_an_unknown_access_key_is_denied(guarded, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIANOTKNOWNHERE")
    assert "InvalidClientTokenId" in fails(at(guarded), Denied).words


def test_expired_credentials_say_so(fake, provider):
    fake.fail(answer=error("ExpiredToken", "The security token included in the request is expired", 403))
    assert "new credentials" in fails(provider, Denied).hint


@pytest.mark.parametrize("hours", [-3600, 3600])
def test_a_clock_that_is_off_is_named_as_the_cause(guarded, hours):
    guarded.access.clock = lambda: time.time() + hours
    problem = fails(at(guarded), Denied)
    assert "Signature" in problem.words
    assert problem.hint == "check this machine's clock"


def test_no_credentials_at_all_are_denied(fake, provider, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    assert "credentials" in fails(provider, Denied).words
    assert not provider.credentials().found
    assert not fake.log


def test_a_profile_that_is_not_there_is_denied(make):
    problem = fails(make(profile="nobody"), Denied)
    assert "nobody" in problem.words


@pytest.mark.parametrize(
    ("operation", "permission"),
    [
        ("ListHostedZonesByName", "route53:ListHostedZonesByName"),
        ("GetHostedZone", "route53:GetHostedZone"),
        ("ListResourceRecordSets", "route53:ListResourceRecordSets"),
    ],
)
def test_a_permission_that_lacks_for_reading_is_named(fake, provider, operation, permission):
    host(provider)
    fake.deny.add(operation)
    problem = fails(at(fake), Denied)
    assert "is not authorized to perform" in problem.words
    assert problem.hint == f"allow `{permission}`"


def test_a_permission_that_lacks_for_writing_raises_before_anything_is_changed(fake, provider):
    live = host(provider)
    fake.deny.add("ChangeResourceRecordSets")
    with pytest.raises(Denied, match="ChangeResourceRecordSets"):
        list(provider.apply(live, [Change(None, rrset("www", "A", "192.0.2.1"))]))
    assert read(provider).rrsets == live.rrsets


def test_a_permission_lost_in_the_middle_keeps_what_was_done_and_raises(fake, provider):
    live = host(provider)
    changes = [Change(None, rrset(f"h{number}", "A", "192.0.2.1")) for number in range(1500)]
    fake.fail(method="POST", path=RRSET, skip=1, run=lambda: fake.deny.add("ChangeResourceRecordSets"))
    receipts = []
    with pytest.raises(Denied):
        receipts.extend(provider.apply(live, changes))
    fake.deny.clear()
    assert len(read(provider).rrsets) == 2 + 1000


def test_a_permission_that_lacks_for_waiting_is_named(fake, provider):
    live = host(provider)
    receipts = apply(provider, live, Change(None, rrset("www", "A", "192.0.2.1")))
    fake.deny.add("GetChange")
    with pytest.raises(Denied) as raised:
        provider.wait(receipts)
    assert raised.value.hint == "allow `route53:GetChange`"


def test_an_unknown_zone_id_is_not_an_absent_zone(make):
    problem = fails(make(zone_id="Z0000000000000000000"), NotFound)
    assert "Z0000000000000000000" in problem.words


def test_the_id_of_another_zone_is_refused_and_says_which(fake, make):
    other = fake.create_zone("example.org.")
    problem = fails(make(zone_id=other), Rejected)
    assert problem.words == f"hosted zone `{other}` is `example.org.`, not `example.com.`"


@pytest.mark.parametrize("path", READS)
def test_a_storm_of_throttling_ends_in_throttled(fake, provider, path):
    host(provider)
    fake.fail(path=path, times=1000, answer=error("Throttling", "Rate exceeded"))
    problem = fails(at(fake), Throttled)
    assert problem.words == "Throttling: Rate exceeded"


def test_throttling_that_ends_is_waited_out_and_counted(fake, provider):
    host(provider)
    fresh = at(fake)
    fake.fail(path=RRSET, times=2, answer=error("Throttling", "Rate exceeded"))
    assert read(fresh).rrsets
    assert fresh.counts.throttled == 2
    assert fresh.counts.retries == 2


def test_a_throttled_write_is_sent_again_and_done_once(fake, provider):
    live = host(provider)
    fake.fail(method="POST", times=2, answer=error("Throttling", "Rate exceeded"))
    www = rrset("www", "A", "192.0.2.1")
    assert told(apply(provider, live, Change(None, www))) == {www.key: Outcome.APPLIED}


def test_a_write_that_is_always_throttled_raises_and_changes_nothing(fake, provider):
    live = host(provider)
    fault = fake.fail(method="POST", times=1000, answer=error("Throttling", "Rate exceeded"))
    with pytest.raises(Throttled):
        list(provider.apply(live, [Change(None, rrset("www", "A", "192.0.2.1"))]))
    fake.faults.remove(fault)
    assert read(provider).rrsets == live.rrsets


def test_the_service_sees_no_more_than_its_rate_when_it_is_kept():
    with Route53Fake(throttle=Throttle(rate=200, burst=5)) as fake:
        provider = Route53Provider("aws", endpoint=fake.url, rate="190", budget=QUICK)
        live = host(provider, *(rrset(f"h{number}", "A", "192.0.2.1") for number in range(20)))
        for _ in range(10):
            read(provider)
        assert len(live.rrsets) == 22
        assert fake.throttle is not None
        assert fake.throttle.refused == provider.counts.throttled == 0


def test_a_zone_that_is_busy_is_waited_for(fake, provider):
    live = host(provider)
    fake.busy(ZONE.name, times=2)
    www = rrset("www", "A", "192.0.2.1")
    assert told(apply(provider, live, Change(None, www))) == {www.key: Outcome.APPLIED}
    assert provider.counts.retries == 2


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize(
    "fault",
    [
        {"answer": error("InternalFailure", "We encountered an internal error", 500)},
        {"answer": error("ServiceUnavailable", "try later", 503)},
        {"answer": Answer(502, b"<html>Bad Gateway", content_type="text/html")},
        {"answer": HTML},
        {"answer": TIDY_HTML},
        {"answer": EMPTY},
        {"answer": Answer(200, b'{"ok": true}')},
        {"drop": "before"},
        {"drop": "after"},
    ],
    ids=["500", "503", "502 with HTML", "HTML", "well-formed HTML", "empty 200", "JSON", "cut", "cut after"],
)
def test_a_bad_answer_to_a_read_is_unavailable_if_it_stays_and_harmless_if_it_goes(fake, provider, path, fault):
    live = host(provider)
    fake.fail(path=path, **fault)
    assert read(at(fake)).rrsets == live.rrsets
    fake.fail(path=path, times=1000, **fault)
    assert fails(at(fake), Unavailable).words


def test_a_server_that_does_not_listen_is_unavailable_and_was_not_reached(fake):
    url = fake.url.replace("127.0.0.1", "127.0.0.2")
    provider = Route53Provider("aws", endpoint=url, budget=Budget(attempts=1, seconds=5))
    problem = fails(provider, Unavailable)
    assert not problem.sent
    assert "127.0.0.2" in problem.words


@pytest.mark.parametrize(
    "fault",
    [
        {"answer_after": error("InternalFailure", "We encountered an internal error", 500)},
        {"answer_after": HTML},
        {"answer_after": EMPTY},
        {"drop": "after"},
    ],
    ids=["500", "HTML", "empty 200", "cut"],
)
def test_a_write_whose_answer_is_lost_is_found_out_by_reading_and_not_sent_again(fake, provider, fault):
    live = host(provider)
    fake.log.clear()
    fake.fail(method="POST", **fault)
    www = rrset("www", "A", "192.0.2.1")
    (receipt,) = apply(provider, live, Change(None, www))
    assert receipt.outcome is Outcome.APPLIED
    assert "found out by reading" in receipt.words
    assert len(fake.requests("POST")) == 1


@pytest.mark.parametrize("fault", [{"answer": error("InternalFailure", "oh", 500)}, {"drop": "before"}], ids=str)
def test_a_write_that_did_not_arrive_is_sent_once_more(fake, provider, fault):
    live = host(provider)
    fake.log.clear()
    fake.fail(method="POST", **fault)
    www = rrset("www", "A", "192.0.2.1")
    assert told(apply(provider, live, Change(None, www))) == {www.key: Outcome.APPLIED}
    assert len(fake.requests("POST")) == 2
    assert read(provider).rrsets[www.key] == www


def test_a_write_that_never_arrives_is_unknown_and_stops_the_rest(fake, provider):
    live = host(provider)
    fault = fake.fail(method="POST", times=1000, drop="before")
    changes = [Change(None, rrset(f"h{number}", "A", "192.0.2.1")) for number in range(1500)]
    receipts = apply(provider, live, *changes)
    assert [receipt.outcome for receipt in receipts] == [Outcome.UNKNOWN, Outcome.REJECTED]
    assert "not tried" in receipts[1].words
    fake.faults.remove(fault)
    assert read(provider).rrsets == live.rrsets


def test_a_write_that_can_not_be_read_back_is_unknown(fake, provider):
    live = host(provider)
    fake.fail(method="POST", drop="after")
    fault = fake.fail(method="GET", times=1000, drop="before")
    www = rrset("www", "A", "192.0.2.1")
    assert told(apply(provider, live, Change(None, www))) == {www.key: Outcome.UNKNOWN}
    fake.faults.remove(fault)
    assert read(provider).rrsets[www.key] == www


def test_a_lost_write_over_which_somebody_else_wrote_is_unknown(fake, provider):
    live = host(provider)
    fake.fail(method="POST", drop="after")
    fake.fail(method="GET", run=lambda: fake.edit(ZONE.name, "www.example.com.", "A", 60, ["203.0.113.9"]))
    www = rrset("www", "A", "192.0.2.1")
    assert told(apply(provider, live, Change(None, www))) == {www.key: Outcome.UNKNOWN}
    assert read(provider).rrsets[www.key].rdatas == ("203.0.113.9",)


def paged(count=10, **options):
    return Route53Fake(page=4, **options), [rrset(f"h{number}", "A", "192.0.2.1") for number in range(count)]


def test_a_missing_page_is_never_a_shorter_zone():
    running, content = paged()
    with running as fake:
        live = host(at(fake), *content)

        def skip(answer):
            # What the second page should have been, an answer without RRsets.
            start, _, rest = answer.body.partition(b"<ResourceRecordSets>")
            return replace(answer, body=start + b"<ResourceRecordSets>" + rest[rest.index(b"</ResourceRecordSets>") :])

        fake.fail(path=RRSET, skip=1, rewrite=skip)
        assert "the list changed while it was read" in fails(at(fake), Unavailable).words
        assert len(live.rrsets) == 12


@pytest.mark.parametrize(("owner", "found"), [("h1", 12), ("h3", 11)])
def test_a_list_that_changes_on_a_page_is_read_as_that_page_had_it(owner, found):
    running, content = paged()
    with running as fake:
        host(at(fake), *content)
        fake.fail(path=RRSET, skip=1, run=lambda: fake.edit(ZONE.name, f"{owner}.example.com.", "A", 0, None))
        assert len(read(at(fake)).rrsets) == found


def test_a_list_that_changes_where_two_pages_meet_is_unavailable():
    running, content = paged()
    with running as fake:
        host(at(fake), *content)
        fake.fail(path=RRSET, skip=1, run=lambda: fake.edit(ZONE.name, "h2.example.com.", "A", 0, None))
        assert "the list changed while it was read" in fails(at(fake), Unavailable).words


def test_a_page_that_comes_twice_is_unavailable():
    running, content = paged()
    with running as fake:
        host(at(fake), *content)
        first = []

        def remember(answer):
            first.append(answer)
            return answer

        fake.fail(path=RRSET, rewrite=remember)
        fake.fail(path=RRSET, skip=0, rewrite=lambda _: first[0])
        assert "the list changed" in fails(at(fake), Unavailable).words


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (rb"<IsTruncated>\w+</IsTruncated>", b"", "whether it is the last"),
        (rb"<NextRecordName>[^<]+</NextRecordName>", b"", "a page of the list is missing"),
        (rb"(<NextRecordName>)h2", rb"\1h1", "begins with what was there already"),
    ],
)
def test_a_page_that_does_not_say_how_it_goes_on_is_unavailable(old, new, words):
    running, content = paged()
    with running as fake:
        host(at(fake), *content)
        fake.fail(path=RRSET, rewrite=lambda answer: replace(answer, body=re.sub(old, new, answer.body)))
        assert words in fails(at(fake), Unavailable).words


@pytest.mark.parametrize("rtype", ["SOA", "NS"])
def test_a_list_without_apex_is_unavailable(fake, provider, rtype):
    host(provider)
    fake.edit(ZONE.name, ZONE.name, rtype, 0, None)
    assert f"lacks `example.com. {rtype}`" in fails(at(fake), Unavailable).words


def test_a_value_refused_at_apply_blocks_no_other_name(fake, provider):
    live = host(provider)
    fake.protect(ZONE.name, "bad.example.com.", "A", "held by the auditors")
    changes = [Change(None, rrset(owner, "A", "192.0.2.1")) for owner in ("a", "bad", "c")]
    receipts = apply(provider, live, *changes)
    found = told(receipts)
    assert found == {key("a", "A"): Outcome.APPLIED, key("bad", "A"): Outcome.REJECTED, key("c", "A"): Outcome.APPLIED}
    (words,) = [receipt.words for receipt in receipts if receipt.outcome is Outcome.REJECTED]
    assert "held by the auditors" in words
    assert len(fake.requests("POST", "/rrset")) == 3


def test_a_protected_record_set_can_be_neither_changed_nor_deleted(fake, provider):
    old = rrset("www", "A", "192.0.2.1")
    live = host(provider, old)
    fake.protect(ZONE.name, "www.example.com.", "A")
    for after in (None, rrset("www", "A", "192.0.2.2")):
        assert told(apply(provider, live, Change(old, after))) == {old.key: Outcome.REJECTED}
    assert read(provider).rrsets == live.rrsets


def test_a_zone_deleted_before_the_write_is_not_found(fake, provider):
    live = host(provider)
    del fake.account.zones[live.provider_id]
    with pytest.raises(NotFound, match=live.provider_id):
        list(provider.apply(live, [Change(None, rrset("www", "A", "192.0.2.1"))]))
    assert provider.read(ZONE) is None


def test_a_zone_made_anew_is_found_by_its_new_id(fake, provider):
    first = host(provider)
    del fake.account.zones[first.provider_id]
    second = fake.create_zone(ZONE.name)
    assert read(provider).provider_id == second


def test_a_defect_is_not_dressed_up_as_an_answer():
    assert explain(KeyError("x")) is None


@pytest.mark.parametrize(
    ("problem", "kind", "sent"),
    [
        (sdk.EndpointConnectionError(endpoint_url="https://x"), Unavailable, False),
        (sdk.ConnectTimeoutError(endpoint_url="https://x"), Unavailable, False),
        (sdk.ReadTimeoutError(endpoint_url="https://x"), Unavailable, True),
        (sdk.ConnectionClosedError(endpoint_url="https://x"), Unavailable, True),
        (sdk.SSLError(endpoint_url="https://x", error=OSError("handshake")), Unavailable, True),
        (sdk.NoCredentialsError(), Denied, None),
        (sdk.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"), Denied, None),
        (sdk.CredentialRetrievalError(provider="process", error_msg="exit 1"), Denied, None),
        (sdk.UnauthorizedSSOTokenError(), Denied, None),
        (sdk.NoRegionError(), Rejected, None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_the_sdks_own_errors_are_explained(problem, kind, sent):
    found = explain(problem)
    assert type(found) is kind
    assert found.words
    assert sent is None or found.sent is sent


def answered(code, status, message="m", headers=()):
    meta = {"HTTPStatusCode": status, "HTTPHeaders": dict(headers)}
    return explain(sdk.ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": meta}, "op"))


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("Throttling", 400, Throttled),
        ("ThrottlingException", 400, Throttled),
        ("PriorRequestNotComplete", 400, Throttled),
        ("anything", 429, Throttled),
        ("AccessDenied", 403, Denied),
        ("anything", 401, Denied),
        ("NoSuchHostedZone", 404, NotFound),
        ("InternalFailure", 500, Unavailable),
        ("HostedZoneAlreadyExists", 409, ProviderError),
        ("InvalidChangeBatch", 400, Rejected),
        ("InvalidInput", 400, Rejected),
        ("TooManyHostedZones", 400, Rejected),
        ("ConflictingDomainExists", 400, Rejected),
    ],
)
def test_every_code_has_its_place_in_the_tree(code, status, kind):
    found = answered(code, status)
    assert isinstance(found, kind)
    assert found.words == f"{code}: m"


def test_the_wait_that_the_service_asks_for_is_taken():
    assert answered("Throttling", 400, headers={"retry-after": "7"}.items()).retry_after == 7
    assert answered("ServiceUnavailable", 503, headers={"retry-after": "3"}.items()).retry_after == 3
    assert answered("Throttling", 400).retry_after is None


@pytest.mark.parametrize(
    ("header", "wait"), [("7", 7.0), (" 0 ", 0.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", None), (None, None)]
)
def test_retry_after_is_a_number_or_a_date(header, wait):
    assert asked_to_wait(header) == wait


def test_a_signature_error_shows_nothing_of_the_signed_request():
    message = f"The request signature does not match.\n\nThe Canonical String was\nx-amz-security-token:{SECRET}"
    assert answered("SignatureDoesNotMatch", 403, message).words == (
        "SignatureDoesNotMatch: The request signature does not match."
    )


def test_a_secret_that_the_service_quotes_is_masked(fake, provider):
    fake.fail(answer=error("InvalidInput", f"what is {SECRET} and {CREDENTIALS['AWS_SESSION_TOKEN']}?"))
    assert fails(provider, Rejected).words == "InvalidInput: what is *** and ***?"
