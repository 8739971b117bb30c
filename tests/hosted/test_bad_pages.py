"""Listings whose pages do not fit together, or that change while they are read: unread, or true, never shorter."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.fakes.kit import Answer
from tests.hosted.services import EMPTY, FOREVER, HTML, KINDS, STANDING, Service, address, clear_words, flat, planned

LISTED = {**STANDING, **{f"host{number}": address(20 + number) for number in range(8)}}


def paged(begin, folder, kind):
    """A service whose listing of the zone takes several pages, and is as the file has it."""
    service = begin(kind, page=4)
    folder.configure({kind: service.settings})
    folder.zone(LISTED, nameservers="unmanaged")
    folder.run("apply", "--yes", code=0)
    service.fake.log.clear()
    folder.run("plan", "--exit-code", code=0)
    assert len(service.fake.requests(**service.listing())) >= 3
    return service


def no_next(answer: Answer) -> Answer:
    """Say that there is more, and not where; Cloud DNS and NS1 say both in one, so theirs is a page without a list."""
    if b"<IsTruncated>" in answer.body:
        return replace(answer, body=re.sub(rb"<NextRecordName>.*?</NextRecordName>", b"", answer.body))
    return replace(answer, body=b"{}")


def first_again(service: Service) -> Callable[[Answer], Answer]:
    """Return what puts the records of the first page into the pages that follow it."""
    first: list[bytes] = []
    name = service.pick(route53="", gcloud="rrsets", ns1="records")

    def rewrite(answer: Answer) -> Answer:
        first.append(answer.body)
        if service.kind == "route53":
            inner = rb"<ResourceRecordSets>.*</ResourceRecordSets>"
            found = re.search(inner, first[0], re.DOTALL)
            assert found
            return replace(answer, body=re.sub(inner, found[0].replace(b"\\", b"\\\\"), answer.body, flags=re.DOTALL))
        data = json.loads(answer.body) | {name: json.loads(first[0])[name]}
        return replace(answer, body=json.dumps(data).encode())

    return rewrite


SAME = "the list changed while it was read"
MISSING = {
    "route53": "a page of the list is missing",
    "gcloud": "no list of rrsets",
    "ns1": "without a list of records",
}
NO_ANSWER = {"route53": "no XML of Route 53", "gcloud": "an answer that is no JSON", "ns1": "an answer that is"}
PAGES = {
    "a missing page": (lambda _: {"skip": 1, "rewrite": no_next}, MISSING),
    "a page that comes twice": (lambda one: {"rewrite": first_again(one)}, dict.fromkeys(KINDS, SAME)),
    "an error in the middle": (lambda one: {"skip": 1, "answer": one.failure("we are sorry")}, {}),
    "an empty page": (lambda _: {"skip": 1, "answer": EMPTY}, NO_ANSWER),
}


@pytest.mark.parametrize("trouble", PAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_listing_whose_pages_do_not_fit_together_is_unread_and_deletes_nothing(begin, folder, kind, trouble):
    service = paged(begin, folder, kind)
    make, told = PAGES[trouble]
    words = told.get(kind, "we are sorry")
    service.fake.fail(**service.listing(), times=FOREVER, **make(service))
    plan = folder.run("plan", "--format", "json", code=1)
    data = json.loads(plan.out)
    assert data["steps"] == []
    assert words in data["unread"][0]["words"]
    assert words in flat(plan.err)
    drift = folder.run("drift", code=1)
    assert "drift: unknown" in drift.out
    clear_words(plan, drift)
    assert not service.fake.requests(service.writes, "example|changes|rrset/?$")
    service.fake.faults.clear()
    folder.run("plan", "--exit-code", code=0)


@pytest.mark.parametrize("edits", [{"host0"}, {"aaa"}, {"host0", "aaa"}], ids=["gone", "come", "both"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_listing_that_changes_between_its_pages_never_yields_a_change_of_what_stands(begin, folder, kind, edits):
    service = paged(begin, folder, kind)
    last = "" if kind == "ns1" else "."

    def edit() -> None:
        """Make a record go that was on the pages already read, or one come that sorts before them."""
        for name in edits:
            values = None if name == "host0" else ["192.0.2.99"]
            service.fake.edit("example.com.", f"{name}.example.com{last}", "A", 300, values)

    service.fake.fail(**service.listing(), skip=1, run=edit)
    plan = folder.run("plan", "--format", "json")
    data = json.loads(plan.out)
    # Either the change was noticed, or the list is one that was true at some moment: never a record that stands missed.
    touched = {(change["before"] or change["after"])["name"] for step in data["steps"] for change in step["changes"]}
    assert touched <= {"host0.example.com.", "aaa.example.com."}
    if plan.code == 1:
        assert "the list changed while it was read" in data["unread"][0]["words"]
        assert not touched
    clear_words(plan)
    service.fake.faults.clear()
    assert planned(folder) == edits


LISTS = {"route53": "(/hostedzone|/hostedzonesbyname)$", "gcloud": "/managedZones$", "ns1": "/zones$"}
NOTHING = {
    "failures": lambda one: {"answer": one.failure("we are sorry")},
    "HTML": lambda _: {"answer": HTML},
    "nothing": lambda _: {"answer": EMPTY},
    "JSON of somebody else": lambda _: {"answer": Answer.of({"status": "ok"})},
    "cut connections": lambda _: {"drop": "before"},
}


@pytest.mark.parametrize("trouble", NOTHING)
@pytest.mark.parametrize("kind", KINDS)
def test_a_list_of_zones_that_cannot_be_read_is_never_an_account_without_zones(begin, folder, kind, trouble):
    service = paged(begin, folder, kind)
    service.fake.fail(method="GET", path=LISTS[kind], times=FOREVER, **NOTHING[trouble](service))
    for command in (["plan"], ["apply", "--yes"], ["plan", "example.com"]):
        shown = folder.run(*command)
        assert "create the zone" not in shown.out
        # NS1 is asked for a zone by its name, and needs no list.
        assert shown.code == (0 if kind == "ns1" else 1)
        assert ("error[unread]" in shown.err) == (kind != "ns1")
        clear_words(shown)
    assert service.fake.zone_names() == ["example.com."]
    service.fake.faults.clear()
    folder.run("plan", "--exit-code", code=0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_of_zones_with_a_page_missing_is_looked_up_by_name_or_unread(begin, folder, kind):
    service = begin(kind, **{"gcloud": {"page": 2}}.get(kind, {"zone_page": 2}))
    folder.configure({kind: service.settings})
    for number in range(5):
        folder.zone(STANDING, f"zone{number}.example", nameservers="unmanaged")
    folder.run("apply", "--yes", code=0)
    folder.run("plan", "--exit-code", code=0)
    path = LISTS[kind].replace("|/hostedzonesbyname", "")
    service.fake.fail(method="GET", path=path, skip=1, times=FOREVER, rewrite=lambda one: replace(one, body=b"{}"))
    shown = folder.run("plan")
    assert "create the zone" not in shown.out
    assert "to create" not in shown.out
    clear_words(shown)
    service.fake.faults.clear()
    folder.run("plan", "--exit-code", code=0)
