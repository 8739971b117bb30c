"""A zone is deleted when nothing but its apex is in it: NS1 itself would take a full one."""

from typing import Any

import pytest

from tests.fakes.kit import Answer
from tests.fakes.ns1 import Ns1Fake
from tests.ns1 import support
from tests.ns1.conftest import QUICK
from tests.ns1.support import ZONE, a
from zonesync.model.rrset import RRset
from zonesync.provider.contract import LiveZone, Outcome
from zonesync.provider.deletion import GONE
from zonesync.provider.errors import Denied, Rejected, Throttled
from zonesync.provider.outcomes import FOUND_OUT
from zonesync_ns1 import Ns1Provider

PATH = "/v1/zones/example.com$"


def hosted(provider: Ns1Provider, *rrsets: RRset) -> LiveZone:
    live = support.hosted(provider, *rrsets)
    assert isinstance(live, LiveZone)
    return live


def deletions(fake: Ns1Fake) -> int:
    return len(fake.requests("DELETE", PATH))


def test_a_zone_is_read_right_before_it_is_deleted(provider: Ns1Provider, fake: Ns1Fake) -> None:
    live = hosted(provider)
    before = len(fake.log)
    receipt = provider.delete(live)
    assert (receipt.outcome, receipt.words) == (Outcome.APPLIED, "")
    calls = [(entry.request.method, entry.request.path.partition("?")[0]) for entry in fake.log[before:]]
    assert calls == [("GET", "/v1/zones/example.com"), ("DELETE", "/v1/zones/example.com")]
    assert provider.read(ZONE) is None
    assert provider.target(ZONE).endswith("/example.com")


def test_a_full_zone_is_not_even_tried(provider: Ns1Provider, fake: Ns1Fake) -> None:
    live = hosted(provider, a("www"))
    receipt = provider.delete(live)
    assert receipt.outcome is Outcome.CONFLICT
    assert "`www.example.com. A`" in receipt.words
    assert deletions(fake) == 0


def test_what_comes_after_the_read_goes_with_the_zone(provider: Ns1Provider, fake: Ns1Fake) -> None:
    """The window that the README tells of; a service that closes it makes this fail."""
    live = hosted(provider)
    late = a("late")
    fake.fail(method="DELETE", path=PATH, run=lambda: fake.edit(ZONE.name, late.name, "A", 300, list(late.rdatas)))
    assert provider.delete(live).outcome is Outcome.APPLIED
    assert provider.read(ZONE) is None


def test_a_zone_made_anew_under_the_same_name_stays(provider: Ns1Provider, fake: Ns1Fake) -> None:
    old = hosted(provider)
    provider.delete(old)
    new = hosted(provider)
    receipt = provider.delete(old)
    assert receipt.outcome is Outcome.CONFLICT
    assert "is another zone by now" in receipt.words
    assert provider.read(ZONE) == new
    assert deletions(fake) == 1


@pytest.mark.parametrize(
    ("fault", "sent", "words"),
    [
        ({"drop": "before"}, 2, ""),
        ({"drop": "after"}, 1, FOUND_OUT),
        ({"answer": Answer(503, b"Service Unavailable")}, 2, ""),
        ({"answer_after": Answer(503, b"Service Unavailable")}, 1, FOUND_OUT),
        ({"answer_after": Answer(200, b"<html/>")}, 1, FOUND_OUT),
        ({"answer": Answer(404, b'{"message": "zone not found"}')}, 1, GONE),
    ],
    ids=str,
)
def test_a_lost_answer_is_followed_by_a_look_and_no_blind_repetition(
    provider: Ns1Provider, fake: Ns1Fake, fault: dict[str, Any], sent: int, words: str
) -> None:
    live = hosted(provider)
    fake.fail(method="DELETE", path=PATH, **fault)
    receipt = provider.delete(live)
    assert (receipt.outcome, receipt.words) == (Outcome.APPLIED, words)
    assert deletions(fake) == sent


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(401, b'{"message": "Unauthorized"}'), Denied),
        (Answer(403, b'{"message": "permission denied"}'), Denied),
        (Answer(429, b'{"message": "rate limit exceeded"}'), Throttled),
    ],
    ids=str,
)
def test_a_deletion_that_certainly_did_nothing_is_an_error(
    provider: Ns1Provider, fake: Ns1Fake, answer: Answer, kind: type[Exception]
) -> None:
    live = hosted(provider)
    fake.fail(method="DELETE", path=PATH, answer=answer, times=10)
    with pytest.raises(kind):
        provider.delete(live)
    assert provider.read(ZONE) == live


def test_what_the_service_refuses_is_told_in_its_words(provider: Ns1Provider, fake: Ns1Fake) -> None:
    live = hosted(provider)
    fake.fail(method="DELETE", path=PATH, answer=Answer(400, b'{"message": "other zones are linked to this one"}'))
    receipt = provider.delete(live)
    assert receipt.outcome is Outcome.REJECTED
    assert "other zones are linked to this one" in receipt.words
    assert provider.read(ZONE) == live


def test_a_linked_zone_is_not_deleted(provider: Ns1Provider, fake: Ns1Fake) -> None:
    live = hosted(provider)
    fake.account.zones["example.com"].data["link"] = "example.net"
    with pytest.raises(Rejected):
        provider.delete(live)
    assert deletions(fake) == 0


@pytest.mark.parametrize("dnssec", [True, False])
def test_whether_a_zone_is_signed_comes_with_it_and_does_not_keep_it(api_key: str, dnssec: bool) -> None:
    with Ns1Fake(key=api_key, dnssec=True) as fake:
        provider = Ns1Provider("ns1", api_key=api_key, endpoint=fake.url, budget=QUICK)
        fake.account.create_zone("example.com", {"zone": "example.com", "dnssec": dnssec})
        live = provider.read(ZONE)
        assert live is not None
        assert live.signed is dnssec
        assert [one.type for one in live.kept] == (["DNSKEY"] if dnssec else [])
        assert provider.delete(live).outcome is Outcome.APPLIED
        assert provider.read(ZONE) is None
