"""Drift as text and JSON, to the letter, and the line that fits an alert."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.planning import ZONE, rr
from tests.support.examples import examples
from zonesync.model.change import Change
from zonesync.model.rrset import Key
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import KeptRRset, Plan, Setting, Target, Unread
from zonesync.run.drift import DriftItem, Event, Kind, Subject
from zonesync.run.traces import Trace
from zonesync.views import drift_json, drift_summary, drift_text
from zonesync.views.plain import coloured

RUN = "20261120T020304Z-abc123"
TIME = "2026-11-20T02:03:04Z"
ADA = Trace(RUN, TIME, "ada@example.com", "Ada <ada@example.com>", "c0ffee1234567890", "", is_change=True)
LEFT = Trace(RUN, TIME)
BOB = Trace(RUN, "", "bob", is_change=True, is_delete=True)
PERHAPS = Trace(RUN, "once", is_change=True, is_certain=False)
CI = Trace("r", "", "ci", "Ada <a@b.c>", is_change=True)
STRANGE = ZoneId("x.example.")
TWELVE = "12 zones at 2 providers"
WWW, EDITED = rr("www", "A", "192.0.2.1", ttl=300), rr("www", "A", "192.0.2.66", ttl=300)
LONGER = rr("www", "A", "192.0.2.1", ttl=60)


def plan(zones=1, **more):
    names = [ZONE, *(ZoneId(f"z{number}.example.") for number in range(1, zones))]
    targets = tuple(
        Target(zone=zone, provider=name, target="t", live=None, desired="", configuration="")
        for zone in names
        for name in ("aws", "ns1")
    )
    return Plan(targets=targets, **more)


def rrset(kind, change, provider="aws", **more):
    return DriftItem(kind, Subject.RRSET, ZONE, provider, change.key, change=change, **more)


def outside(before, after, event, last=ADA, **more):
    return rrset(Kind.CHANGED_OUTSIDE, Change(before, after), event=event, last=last, **more)


def body(*items, **more):
    return drift_text.text(items, plan(), **more).splitlines()[:-2]


@pytest.mark.parametrize(
    ("item", "lines"),
    [
        (
            outside(EDITED, WWW, Event.EDITED),
            [
                "example.com  (aws): changed outside zonesync (live -> file)",
                "  ~ www A  192.0.2.66 -> 192.0.2.1",
                "      edited: last set by ada@example.com in run 20261120T020304Z-abc123",
                "        (2026-11-20 02:03 UTC) at commit c0ffee123456",
            ],
        ),
        (outside(LONGER, WWW, Event.EDITED), "TTL edited: last set by ada@example.com in run"),
        (outside(LONGER, WWW, Event.EDITED, is_file_ahead=True), " edited: last set by ada@example.com in run"),
        (outside(EDITED, WWW, Event.EDITED, is_file_ahead=True), "c0ffee123456; the file has changed since, too"),
        (outside(None, WWW, Event.DELETED), "deleted: last set by ada@example.com in run"),
        (outside(WWW, None, Event.ADDED, LEFT), "added: it was not there after run 20261120T020304Z-abc123 (2026"),
        (outside(WWW, None, Event.ADDED, BOB), f"added: last deleted by bob in run {RUN}"),
        (outside(EDITED, WWW, Event.EDITED, LEFT), "edited: last seen by zonesync after run 20261120T020304Z-abc123"),
        (outside(EDITED, WWW, Event.EDITED, PERHAPS), f"set, as far as is known, in run {RUN} (once)"),
        (outside(EDITED, WWW, Event.EDITED, CI), "set by ci (commit by Ada <a@b.c>) in run r"),
        (
            rrset(Kind.NOT_APPLIED, Change(EDITED, WWW), last=ADA),
            [
                "example.com  (aws): not applied yet (live -> file)",
                "  live is as last set by ada@example.com in run 20261120T020304Z-abc123",
                "    (2026-11-20 02:03 UTC) at commit c0ffee123456: the file is ahead",
                "  ~ www A  192.0.2.66 -> 192.0.2.1",
            ],
        ),
        (rrset(Kind.NOT_APPLIED, Change(EDITED, WWW), last=LEFT), f"live is as it was after run {RUN}"),
        (
            rrset(Kind.NOT_APPLIED, Change(EDITED, WWW), is_known=False),
            [
                "example.com  (aws): differs (live -> file)",
                "  what zonesync left here is not known, nor who has changed it",
                "  ~ www A  192.0.2.66 -> 192.0.2.1",
            ],
        ),
        (
            DriftItem(Kind.CHANGED_OUTSIDE, Subject.ZONE, ZONE, "aws", event=Event.DELETED, last=LEFT),
            [
                "example.com  (aws): changed outside zonesync",
                "  the zone has gone: it was there after run 20261120T020304Z-abc123 (2026-11-20",
                "    02:03 UTC)",
            ],
        ),
        (
            DriftItem(Kind.NOT_APPLIED, Subject.ZONE, ZONE, "aws"),
            [
                "example.com  (aws): not applied yet",
                "  the zone is not there, and was never applied from here",
            ],
        ),
        (DriftItem(Kind.NOT_APPLIED, Subject.ZONE, ZONE, "aws", is_known=False), "the zone is not there"),
        (
            DriftItem(Kind.READ_FAILED, Subject.ZONE, ZONE, "ns1", words="no answer"),
            ["example.com  (ns1): not read, so nothing is known of it there", "  no answer"],
        ),
        (
            DriftItem(
                Kind.KEPT_CHANGED,
                Subject.KEPT,
                ZONE,
                "aws",
                Key("www.example.com.", "A"),
                "blue",
                event=Event.EDITED,
                last=LEFT,
                words="weighted 10",
            ),
            [
                "example.com  (aws): changed outside zonesync, which cannot edit it",
                "  the next apply that changes the zone takes it as it is by then",
                '  ~ www A "blue"  weighted 10',
                "      edited since run 20261120T020304Z-abc123 (2026-11-20 02:03 UTC)",
            ],
        ),
        (
            DriftItem(
                Kind.CHANGED_OUTSIDE,
                Subject.SETTING,
                ZONE,
                "aws",
                setting=Setting(name="networks", before=("net-9",), after=("net-1",)),
                event=Event.EDITED,
                last=ADA,
            ),
            [
                "example.com  (aws): changed outside zonesync (live -> file)",
                "  ~ networks  - net-9  + net-1",
                "      edited: last set by ada@example.com in run 20261120T020304Z-abc123",
                "        (2026-11-20 02:03 UTC) at commit c0ffee123456",
            ],
        ),
        (
            DriftItem(Kind.NOT_APPLIED, Subject.STEP, ZONE, "aws", words="serial 7 was written but not reloaded"),
            ["example.com  (aws): not applied yet", "  . serial 7 was written but not reloaded"],
        ),
        (
            DriftItem(Kind.UNMANAGED_ZONE, Subject.ZONE, ZoneId("old.example."), "aws", last=LEFT),
            [
                "unmanaged at aws: no zone file puts these zones there",
                "  old.example  last applied in run 20261120T020304Z-abc123 (2026-11-20 02:03",
                "      UTC): its file has gone, or no longer names aws",
                "  import them or remove them by hand; `lint: {ignore: [orphan-zone]}` leaves",
                "    them out",
            ],
        ),
        (DriftItem(Kind.UNMANAGED_ZONE, Subject.ZONE, STRANGE, "aws"), "  x.example  never applied from here"),
    ],
)
def test_each_cause_is_said_in_words_for_whoever_is_on_call(item, lines):
    shown = body(item)
    if isinstance(lines, str):
        assert lines in re.sub(r"\n +", " ", "\n".join(shown)) or lines in shown
    else:
        assert shown == lines


def test_a_zone_of_which_nothing_is_known_is_not_said_to_be_new():
    (heading, line, *_) = body(
        DriftItem(Kind.UNMANAGED_ZONE, Subject.ZONE, ZoneId("x.example."), "aws", is_known=False)
    )
    assert (heading, line) == ("unmanaged at aws: no zone file puts these zones there", "  x.example")


def test_what_two_providers_have_alike_is_shown_once():
    change = Change(EDITED, WWW)
    both = [rrset(Kind.NOT_APPLIED, change, provider, last=ADA) for provider in ("aws", "ns1")]
    assert body(*both)[0] == "example.com  (aws, ns1): not applied yet (live -> file)"
    assert len(body(*both)) == 4
    first = rrset(Kind.NOT_APPLIED, Change(EDITED, WWW), "aws", last=LEFT)
    assert [line for line in body(first, both[1]) if line.startswith("example")] == [
        "example.com  (aws): not applied yet (live -> file)",
        "example.com  (ns1): not applied yet (live -> file)",
    ]


def test_one_reason_for_many_is_said_once():
    changes = [Change(None, rr(f"h{number}", "A", "192.0.2.1")) for number in range(4)]
    shown = body(*(rrset(Kind.NOT_APPLIED, change, is_known=False) for change in changes))
    assert sum("not known" in line for line in shown) == 1
    assert len(shown) == 6


def test_known_and_unknown_causes_are_told_apart():
    items = [
        rrset(Kind.NOT_APPLIED, Change(None, rr("a", "A", "192.0.2.1")), last=ADA),
        rrset(Kind.NOT_APPLIED, Change(None, rr("b", "A", "192.0.2.1")), is_known=False),
        rrset(Kind.NOT_APPLIED, Change(None, rr("c", "A", "192.0.2.1")), last=ADA),
    ]
    assert [line for line in body(*items) if line.startswith("example")] == [
        "example.com  (aws): differs (live -> file)",
        "example.com  (aws): not applied yet (live -> file)",
    ]


def test_what_is_kept_is_shown_where_nothing_differs():
    kept = KeptRRset(name="www.example.com.", type="A", description="weighted 10", set_identifier="blue", digest="x")
    (first, *rest) = plan().targets
    made = plan().model_copy(update={"targets": (first.model_copy(update={"kept": (kept,)}), *rest)})
    assert drift_text.text((), made) == (
        'example.com  (aws)\n  = www A  kept as is: weighted 10, set "blue"\n\ndrift: none; 1 zone at 2 providers\n'
    )


def test_providers_that_list_no_zones_are_named():
    shown = drift_text.text((), plan(), unlisted={"ns1": "no right to list"})
    assert shown == (
        "ns1: its zones could not be listed, so unmanaged ones are not known\n  no right to list\n\n"
        "drift: unknown, 1 provider unlisted; 1 zone at 2 providers\n"
    )


names = st.text(st.characters(codec="utf-8"), max_size=60)
values = st.lists(st.sampled_from([f"192.0.2.{number}" for number in range(30)]), min_size=1, max_size=12)


@given(names, names, values, values, st.sampled_from(Event), st.booleans())
@examples(100)
def test_no_line_but_the_last_is_over_80_columns_and_none_steers_the_terminal(
    actor, words, before, after, event, ahead
):
    change = Change(rr("www", "A", *before), rr("www", "A", *after))
    last = Trace(RUN, TIME, actor, words, words, is_change=True)
    items = [
        DriftItem(Kind.READ_FAILED, Subject.ZONE, ZONE, "ns1", words=words),
        outside(change.before, change.after, event, last, is_file_ahead=ahead),
        DriftItem(Kind.KEPT_CHANGED, Subject.KEPT, ZONE, "aws", change.key, words, event=event, last=last, words=actor),
        rrset(Kind.NOT_APPLIED, change, last=last),
        DriftItem(Kind.NOT_APPLIED, Subject.STEP, ZONE, "aws", words=words),
        DriftItem(Kind.UNMANAGED_ZONE, Subject.ZONE, ZoneId("long-name." * 15 + "example."), "aws", last=last),
    ]
    shown = drift_text.text(items, plan(), unlisted={"ns1": words}).split("\n")
    assert all(line.isprintable() for line in shown)
    assert max(map(len, shown[:-2])) <= 80


def test_colours_are_asked_for():
    item = outside(EDITED, WWW, Event.EDITED)
    assert "\x1b[31mchanged outside zonesync" in drift_text.text([item], plan(), coloured)
    assert "\x1b" not in drift_text.text([item], plan())


# The line
def many(kind, subject, count, **more):
    return [DriftItem(kind, subject, ZONE, "aws", **more) for _ in range(count)]


RRSETS = many(Kind.CHANGED_OUTSIDE, Subject.RRSET, 3)
UNREAD = (Unread(zone=ZONE, provider="aws", words="no"), Unread(zone=ZONE, provider="ns1", words="no"))


@pytest.mark.parametrize(
    ("items", "more", "line"),
    [
        ([], {}, "drift: none; 12 zones at 2 providers"),
        (
            [*RRSETS, *many(Kind.NOT_APPLIED, Subject.RRSET, 1), *many(Kind.UNMANAGED_ZONE, Subject.ZONE, 1)],
            {"unread": UNREAD},
            f"drift: 3 record sets changed outside zonesync, 1 not applied, 1 zone unmanaged, 1 unread; {TWELVE}",
        ),
        (RRSETS[:1], {}, "drift: 1 record set changed outside zonesync; 12 zones at 2 providers"),
        (
            [*RRSETS, *many(Kind.CHANGED_OUTSIDE, Subject.SETTING, 1)],
            {},
            "drift: 4 differences made outside zonesync; 12 zones at 2 providers",
        ),
        (
            many(Kind.CHANGED_OUTSIDE, Subject.ZONE, 1),
            {},
            "drift: 1 zone gone; 12 zones at 2 providers",
        ),
        (
            many(Kind.KEPT_CHANGED, Subject.KEPT, 2),
            {},
            "drift: 2 kept record sets changed; 12 zones at 2 providers",
        ),
        ([], {"unread": UNREAD}, "drift: unknown, 1 unread; 12 zones at 2 providers"),
    ],
)
def test_the_last_line_says_what_differs_and_how_much_was_looked_at(items, more, line):
    assert drift_summary.line(items, plan(12, **more)) == line
    assert drift_text.text(items, plan(12, **more)).endswith(f"{line}\n")


@pytest.mark.parametrize(
    ("made", "line"),
    [
        (plan(), "drift: unknown, not every zone file could be used; 1 zone at 2 providers"),
        (Plan(), "drift: unknown, no zone was looked at; 0 zones at 0 providers"),
    ],
)
def test_where_not_everything_was_looked_at_silence_proves_nothing(made, line):
    assert drift_summary.line([], made, is_whole=False) == line


@given(st.lists(st.integers(0, 120), min_size=5, max_size=5), st.booleans())
@examples(50)
def test_the_line_fits_an_alert_whatever_there_is(numbers, is_whole):
    kinds = [
        (Kind.CHANGED_OUTSIDE, Subject.RRSET),
        (Kind.CHANGED_OUTSIDE, Subject.ZONE),
        (Kind.KEPT_CHANGED, Subject.KEPT),
        (Kind.NOT_APPLIED, Subject.RRSET),
        (Kind.UNMANAGED_ZONE, Subject.ZONE),
    ]
    items = [item for (kind, subject), count in zip(kinds, numbers, strict=True) for item in many(kind, subject, count)]
    line = drift_summary.line(items, plan(12, unread=UNREAD), unlisted={"ns1": "no"}, is_whole=is_whole)
    assert len(line) <= drift_summary.ROOM
    assert "\n" not in line
    assert line.startswith("drift: ")
    assert "none" not in line


# JSON
def test_an_item_as_json_has_both_sides_and_who_set_it_last():
    item = outside(EDITED, WWW, Event.EDITED, is_file_ahead=True)
    (one,) = drift_json.drift([item], plan())["items"]
    assert one == {
        "kind": "changed-outside",
        "subject": "rrset",
        "zone": "example.com",
        "provider": "aws",
        "name": "www.example.com.",
        "type": "A",
        "set_identifier": None,
        "event": "edited",
        "live": {"ttl": 300, "rdatas": ["192.0.2.66"]},
        "files": {"ttl": 300, "rdatas": ["192.0.2.1"]},
        "setting": None,
        "cause_known": True,
        "files_changed_too": True,
        "last": {
            "run": RUN,
            "time": TIME,
            "did": "set",
            "certain": True,
            "actor": "ada@example.com",
            "author": "Ada <ada@example.com>",
            "commit": "c0ffee1234567890",
            "run_url": None,
        },
        "words": None,
    }


@pytest.mark.parametrize(
    ("last", "did"),
    [(LEFT, "left"), (ADA, "set"), (Trace(RUN, TIME, is_change=True, is_delete=True), "deleted")],
)
def test_json_says_what_the_last_run_did(last, did):
    (one,) = drift_json.drift([outside(WWW, None, Event.ADDED, last)], plan())["items"]
    assert one["last"]["did"] == did


def test_the_summary_as_json_has_the_line_and_a_number_for_each_cause():
    data = drift_json.drift(RRSETS, plan(2, unread=UNREAD), unlisted={"ns1": "no right"}, is_whole=False)
    assert data["summary"] == {
        "line": "drift: 3 record sets changed outside zonesync, 1 unread, 1 provider unlisted; 2 zones at 2 providers",
        "changed_outside": 3,
        "kept_changed": 0,
        "not_applied": 0,
        "unmanaged_zone": 0,
        "unread_zones": 1,
        "unlisted_providers": 1,
        "zones": 2,
        "providers": 2,
    }
    assert data["unlisted"] == [{"provider": "ns1", "words": "no right"}]
    assert not data["in_step"]


@pytest.mark.parametrize(
    ("items", "more"),
    [
        (many(Kind.UNMANAGED_ZONE, Subject.ZONE, 1), {}),
        ([], {"is_whole": False}),
        ([], {"unlisted": {"a": "no"}}),
    ],
)
def test_only_what_is_known_to_be_equal_is_in_step(items, more):
    assert drift_json.drift([], plan())["in_step"] is True
    assert drift_json.drift(items, plan(), **more)["in_step"] is False


def test_every_item_can_be_written_as_json():
    items = [
        DriftItem(kind, subject, ZONE, "aws", event=event)
        for kind in Kind
        for subject in Subject
        for event in (None, *Event)
    ]
    assert len(json.loads(json.dumps(drift_json.drift(items, plan())))["items"]) == len(items)
