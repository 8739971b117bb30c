"""What is refused before it is sent, and what a refusal speaks of."""

from collections.abc import Callable

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.gcloud.support import apply, created, outcomes, read, rrset
from zonesync.model.change import Change, Computed
from zonesync.model.rrset import RRset
from zonesync.provider.contract import Outcome, Receipt
from zonesync_gcloud import CloudDnsProvider
from zonesync_gcloud.writing import named

Make = Callable[..., CloudDnsProvider]


@pytest.fixture(autouse=True)
def _hosted(fake: CloudDnsFake) -> None:
    fake.create_zone("example.com.", name="example-com")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Precondition not met for 'entity.change.deletions[b.example.com.][A]'", {"b.example.com."}),
        ("Invalid value for 'entity.change.additions[A.Example.com.][MX].rrdata[1]': 'x'", {"a.example.com."}),
        ("Precondition not met for 'entity.change.deletions[0]'", {"b.example.com."}),
        ("The resource record set 'entity.change.additions[1]' is invalid", {"b.example.com."}),
        ("The resource record set 'entity.change.additions[9]' is invalid", set()),
        ("Invalid value for 'entity.change.additions[a..b][A].name'", set()),
        ("The change would exceed quota for additions per change.", set()),
        (r"'entity.change.additions[\042.example.com.][A]' is invalid", {"*.example.com."}),
    ],
)
def test_a_refusal_tells_its_culprit_by_name_or_by_place(words: str, names: set[str]):
    old = rrset("b", "A", "192.0.2.1")
    changes = (*created(rrset("a", "MX", "10 x.")), Change(old, rrset("b", "A", "192.0.2.2")))
    assert named(Receipt(changes, Outcome.REJECTED, words=words)) == names


def test_what_is_not_computed_yet_and_what_has_no_form_is_refused_without_a_call(make: Make, fake: CloudDnsFake):
    provider = make()
    live = read(provider)
    before = len(fake.log)
    computed = Change(None, Computed("www.example.com.", "A", 300, {"google": 2}))
    alias = Change(None, RRset("api.example.com.", "A", None, ("alias a.example. - false",)))
    receipts = apply(provider, [computed, alias], live)
    assert outcomes(receipts) == {"www": Outcome.REJECTED, "api": Outcome.REJECTED}
    assert len(fake.log) == before


def test_all_changes_at_a_name_go_the_same_way(make: Make):
    provider = make()
    apply(provider, created(rrset("www", "A", "192.0.2.1"), rrset("www", "TXT", '"x"')))
    believed = rrset("www", "A", "192.0.2.77")
    swap = [Change(believed, None), Change(rrset("www", "TXT", '"x"'), None)]
    (receipt,) = apply(provider, [*swap, *created(rrset("www", "CNAME", "a.example.net."))])
    assert (receipt.outcome, len(receipt.changes)) == (Outcome.CONFLICT, 3)


def test_an_update_and_a_swap_of_types_are_one_request(make: Make, fake: CloudDnsFake):
    provider = make()
    old = rrset("www", "A", "192.0.2.1")
    apply(provider, created(old))
    (receipt,) = apply(provider, [*created(rrset("www", "CNAME", "a.example.net.")), Change(old, None)])
    assert receipt.outcome is Outcome.APPLIED
    assert len(fake.requests("POST")) == 2


def test_the_serial_stays_the_services_own(make: Make, fake: CloudDnsFake):
    soa = "ns-cloud-a1.googledomains.com. cloud-dns-hostmaster.google.com. 41 21600 3600 259200 300"
    fake.edit("example-com", "example.com.", "SOA", 21600, [soa])
    believed, wanted = (rrset("@", "SOA", soa.replace("41", serial), ttl=21600) for serial in ("1", "9999"))
    wanted = RRset.of(wanted.name, "SOA", 600, [text.replace("259200", "1209600") for text in wanted.rdatas])
    (receipt,) = apply(make(), [Change(believed, wanted)])
    assert receipt.outcome is Outcome.APPLIED
    assert [text.split()[2] for one in fake.dump("example-com") if one["type"] == "SOA" for text in one["rrdatas"]] == [
        "41"
    ]


@pytest.mark.parametrize(("beside", "outcome"), [([], Outcome.UNKNOWN), (["a"], Outcome.APPLIED)])
def test_a_lost_answer_is_told_by_what_nobody_else_has_changed_since(
    make: Make, fake: CloudDnsFake, beside: list[str], outcome: Outcome
):
    def meddle() -> None:
        fake.edit("example-com", "b.example.com.", "A", 300, ["192.0.2.99"])

    provider = make()
    live = read(provider)
    fake.fail(method="POST", drop="after")
    fake.fail(path="/rrsets$", run=meddle)
    (receipt,) = apply(provider, created(*(rrset(owner, "A", "192.0.2.1") for owner in [*beside, "b"])), live)
    assert receipt.outcome is outcome
    assert receipt.words
    assert len(fake.requests("POST")) == 1


def test_a_zone_that_goes_while_an_answer_is_lost_is_unknown(make: Make, fake: CloudDnsFake):
    provider = make()
    live = read(provider)
    fake.fail(method="POST", drop="after")
    fake.fail(path="/rrsets$", run=fake.service.zones.clear)
    (receipt,) = apply(provider, created(rrset("a", "A", "192.0.2.1")), live)
    assert receipt.outcome is Outcome.UNKNOWN
    assert "the zone is gone" in receipt.words


def test_a_found_out_change_may_lack_its_number(make: Make, fake: CloudDnsFake):
    fake.deny = {"changes.list"}
    fake.fail(method="POST", drop="after")
    (receipt,) = apply(make(), created(rrset("a", "A", "192.0.2.1")))
    assert (receipt.outcome, receipt.change_id) == (Outcome.APPLIED, "")
