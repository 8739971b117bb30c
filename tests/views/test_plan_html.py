"""Plan and drift as a page: what it holds, and that nothing in it is more than text."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.big_plans import HOSTILE, big, hostile, reviewed, rrset, target
from tests.support.examples import examples
from zonesync.cli import run
from zonesync.findings import Finding, Place, Severity
from zonesync.model.change import Action, Change
from zonesync.model.rrset import Key
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Allowance, KeptRRset, Move, Plan, Setting, Step, StepKind, Unread
from zonesync.run.drift import DriftItem, Event, Kind, Subject
from zonesync.run.traces import Trace
from zonesync.views import drift_html
from zonesync.views.plain import clean
from zonesync.views.plan_html import html

ZONE = ZoneId("example.com.")


class Reader(HTMLParser):
    """What a browser would see: the elements in order, and the text of each script and style."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags = []
        self.attributes = []
        self.texts = {}
        self.words = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.cdata_elem:
            self.texts.setdefault(f"{self.cdata_elem}{self.tags.count(self.cdata_elem)}", []).append(data)
        else:
            self.words.append(data)

    def element(self, name):
        return "".join(self.texts[name])


def data(page):
    return json.loads(Reader(page).element("script1"))


def rows(page, kind=""):
    return [row for row in data(page)["rows"] if row["k"] == (kind or row["k"])]


def plan(*steps, **more):
    return Plan(targets=(target(ZONE, "aws"), target(ZONE, "ns1")), steps=steps, **more)


def content(provider, *changes, **more):
    return Step(kind=StepKind.CONTENT, zone=ZONE, provider=provider, changes=changes, **more)


WWW = Change(None, rrset("www", "A", 300, "192.0.2.1"), "zones/example.com.yaml:14")
API = Change(rrset("api", "A", 300, "192.0.2.2"), None, "not in zones/example.com.yaml")


def test_what_two_providers_share_is_one_row():
    made = rows(html(plan(content("aws", WWW, API), content("ns1", WWW))), "c")

    assert [(row["n"], row["a"], row["g"], row["p"]) for row in made] == [
        ("api", "-", "delete", ["aws"]),
        ("www", "+", "create", ["aws", "ns1"]),
    ]
    assert made[1]["w"] == "zones/example.com.yaml:14"


def test_what_providers_need_in_different_forms_is_a_row_for_each():
    other = Change(None, rrset("www", "A", 60, "192.0.2.1"))

    made = rows(html(plan(content("aws", WWW), content("ns1", other))), "c")

    assert [(row["p"], row["d"][0][3]) for row in made] == [(["aws"], "300"), (["ns1"], "60")]


def test_every_change_is_there_once_at_each_provider():
    made = big(3000)
    wanted = sorted(
        (str(step.zone), step.provider, change.key.name, change.key.type, change.action.value)
        for step in made.steps
        for change in step.changes
    )

    shown = [(row["z"], one, row["q"], row["t"], row["a"]) for row in rows(html(made), "c") for one in row["p"]]

    assert sorted(shown) == wanted


def test_each_zone_has_a_heading_with_its_counts():
    made = plan(content("aws", WWW, API), content("ns1", WWW))

    assert rows(html(made), "h") == [{"k": "h", "g": "", "m": "example.com", "v": ["+2", "-1"]}]
    assert {one[0] for one in rows(html(made), "h")[0]["v"]} <= {action.value for action in Action}


def test_a_zone_without_anything_to_say_is_not_there():
    assert rows(html(plan())) == []


def test_errors_come_first_and_warnings_last_each_with_its_place():
    place = Place("zones/example.com.yaml", 14, 9)
    low = Finding(
        "low-ttl", Severity.WARNING, "TTL 60 is under 300", place, "raise it", "example.com", excerpt="  A: 1\n"
    )
    bad = Finding("max-deletes", Severity.ERROR, "too many", zone="example.com", provider="aws")
    more = Finding("orphan-zone", Severity.WARNING, "no file", zone="x.example")

    page = html(plan(content("aws", WWW), findings=(low, bad)), findings=[more])

    found = rows(page, "f")
    assert [row["r"] for row in found] == ["max-deletes", "orphan-zone", "low-ttl"]
    assert found[2]["w"] == "zones/example.com.yaml:14:9"
    assert (found[2]["x"], found[2]["c"], found[2]["h"]) == ("  A: 1", 9, "raise it")
    assert [row["m"] for row in rows(page, "h")] == ["Errors", "example.com", "Warnings and notes"]


def test_a_change_names_the_findings_about_it():
    low = Finding("low-ttl", Severity.WARNING, "low", zone="example.com", name="www.example.com.", type="A")
    other = Finding("low-ttl", Severity.WARNING, "low", zone="example.com", name="api.example.com.", type="AAAA")

    page = html(plan(content("aws", WWW, API), findings=(other, low)))

    told = {row["n"]: row.get("f", []) for row in rows(page, "c")}
    numbers = {row["i"]: row["n"] for row in rows(page, "f")}
    assert {name: [numbers[one] for one in found] for name, found in told.items()} == {
        "www": ["www.example.com."],
        "api": [],
    }


def test_an_error_that_was_allowed_refuses_nothing():
    bad = Finding("max-deletes", Severity.ERROR, "too many", zone="example.com")
    waiver = Allowance.parse("max-deletes@example.com")

    page = html(plan(content("aws", WWW), findings=(bad,), allowances=(waiver,)))

    assert [row["s"] for row in rows(page, "f")] == ["allowed"]
    assert "Can be applied" in Reader(page).words
    assert "max-deletes@example.com" in Reader(page).words


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (plan(), "Nothing to do"),
        (plan(content("aws", WWW)), "Can be applied"),
        (plan(content("aws", WWW), unread=(Unread(zone=ZONE, provider="ns1", words="503"),)), "Incomplete: 1 not read"),
        (plan(content("aws", WWW), findings=(Finding("a", Severity.ERROR, "b"),) * 2), "Refused: 2 errors"),
    ],
)
def test_the_first_thing_said_is_whether_it_can_be_applied(made, words):
    assert words in Reader(html(made)).words


def test_the_head_of_the_page_tells_what_the_plan_is():
    made = plan(rollback="r1", move=Move(kind="join", provider="ns1"), commit="0123456789abcdef", created="then")

    assert {"run r1", "join ns1", "0123456789ab", "then"} <= set(Reader(html(made)).words)
    assert "example.com at 12" in Reader(html(made, title="example.com at 12")).words


def test_steps_without_changes_say_what_they_do_and_where():
    made = rows(html(reviewed()), "s")

    assert [(row["m"], row.get("p", [])) for row in made] == [
        ("create the zone: with 2 name servers of its own", ["ns1"]),
        ("networks", ["route53"]),
        ("wait until the name servers answer with the content", []),
        ("`ns1` is in rotation from here on", ["ns1"]),
        ("by hand, at the registrar of example.net@internal: delegate it to", []),
    ]
    assert made[1]["d"] == [["+", "networks", "", "vpc-2"]]
    assert made[4]["b"] == "by hand"


def test_the_apex_ns_set_bears_a_badge():
    assert [row["b"] for row in rows(html(reviewed()), "c") if row["t"] == "NS"] == ["apex NS"]


def test_what_is_kept_is_shown_with_its_set():
    assert [(row["n"], row["m"]) for row in rows(html(reviewed()), "k")] == [("geo", 'geolocation EU, set "eu"')]


def test_the_same_plan_is_the_same_page():
    assert html(big(200)) == html(big(200))


# ---- nothing is more than text


def test_the_policy_lets_this_script_and_this_style_run_alone():
    page = Reader(html(hostile()))
    policy = next(a["content"] for tag, a in page.attributes if a.get("http-equiv") == "Content-Security-Policy")

    for name, directive in (("script2", "script-src"), ("style1", "style-src")):
        digest = base64.b64encode(hashlib.sha256(page.element(name).encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_the_page_names_nothing_to_fetch_and_no_handler():
    for tag, attributes in Reader(html(hostile())).attributes:
        assert not any(name.startswith("on") for name in attributes)
        assert not {"src", "action", "style", "srcdoc"} & attributes.keys()
        assert attributes.get("href", "data:,") == "data:,", tag


def test_hostile_text_is_no_element():
    plain = Reader(html(plan(content("aws", WWW), created="c", version="v", commit="d", digest="e")))

    page = Reader(html(hostile()))
    assert page.tags == plain.tags
    assert not set("<>&") & set(page.element("script1"))


def test_hostile_text_is_shown_disarmed_and_whole():
    shown = json.dumps(rows(html(hostile())), ensure_ascii=False)

    for text in HOSTILE:
        assert shown.count(json.dumps(clean(text), ensure_ascii=False)[1:-1]) >= 10


def test_no_control_character_reaches_the_page():
    assert set(re.findall(r"[^\x20-\x7e]", html(hostile(), title=HOSTILE[9]))) == {"\n"}


@given(st.text(), st.text(min_size=1))
@examples(60)
@pytest.mark.property
def test_whatever_a_record_holds_the_page_has_the_same_elements(title, text):
    change = Change(None, rrset("www", "TXT", 60, text), text)
    note = Finding(text, Severity.INFO, text, help=text, zone=text)

    page = html(plan(content("aws", change), findings=(note,), digest="d"), title=title)

    assert Reader(page).tags == Reader(html(plan(digest="d"))).tags
    assert rows(page, "c")[0]["d"][1][3] == clean(text)
    assert "<" not in Reader(page).element("script1")


# ---- drift


def drifted(kind, change, provider="aws", **more):
    return DriftItem(kind, Subject.RRSET, ZONE, provider, change.key, change=change, **more)


ADA = Trace("r7", "2026-11-20T02:03:04Z", "ada@example.com", is_change=True)
KEPT = KeptRRset(name="geo.example.com.", type="A", set_identifier="eu", description="geolocation", digest="")


def test_drift_shows_each_difference_with_its_cause():
    items = [
        drifted(Kind.CHANGED_OUTSIDE, WWW, event=Event.DELETED, last=ADA),
        drifted(Kind.NOT_APPLIED, API, last=ADA),
        drifted(Kind.NOT_APPLIED, API, "ns1", last=ADA),
        drifted(Kind.NOT_APPLIED, WWW, "ns1", is_known=False),
    ]

    page = drift_html.html(items, plan(content("aws", WWW)))

    assert [(row["n"], row["g"], row["b"], row["p"]) for row in rows(page, "c")] == [
        ("www", "changed-outside", "changed outside", ["aws"]),
        ("api", "not-applied", "not applied", ["aws", "ns1"]),
        ("www", "not-applied", "differs", ["ns1"]),
    ]
    assert rows(page, "c")[0]["v"] == ["deleted: last set by ada@example.com in run r7 (2026-11-20 02:03 UTC)"]
    assert "Differs" in Reader(page).words


def test_drift_that_is_no_rrset_is_shown_too():
    networks = Setting(name="networks", before=("a",), after=("b",))
    items = [
        DriftItem(Kind.CHANGED_OUTSIDE, Subject.ZONE, ZONE, "aws", last=ADA),
        DriftItem(Kind.CHANGED_OUTSIDE, Subject.SETTING, ZONE, "aws", setting=networks, event=Event.EDITED, last=ADA),
        DriftItem(Kind.NOT_APPLIED, Subject.STEP, ZONE, "aws", words="reload"),
        DriftItem(Kind.UNMANAGED_ZONE, Subject.ZONE, ZoneId("x.example."), "aws", is_known=False),
        DriftItem(
            Kind.KEPT_CHANGED, Subject.KEPT, ZONE, "aws", Key(KEPT.name, "A"), "eu", event=Event.ADDED, last=ADA,
            words="geolocation",
        ),
    ]  # fmt: skip

    page = drift_html.html(items, plan())

    assert [(row["g"], row["m"]) for row in rows(page, "s")] == [
        ("changed-outside", "the zone has gone: it was there after run r7 (2026-11-20 02:03 UTC)"),
        ("changed-outside", "networks"),
        ("not-applied", "reload"),
        ("unmanaged-zone", "the zone is hosted here, and no file puts it there"),
    ]
    assert [(row["a"], row["n"], row["m"].partition(" since ")[0]) for row in rows(page, "k")] == [
        ("+", "geo", 'geolocation, set "eu", added')
    ]


def test_silence_is_no_proof_where_something_was_not_read():
    unread = Unread(zone=ZONE, provider="ns1", words="503")
    item = DriftItem(Kind.READ_FAILED, Subject.ZONE, ZONE, "ns1", words="503")

    page = drift_html.html([item], plan(unread=(unread,)), unlisted={"aws": "denied"}, is_whole=False)

    assert [(row["r"], row["p"]) for row in rows(page, "f")] == [("unread", ["ns1"]), ("unlisted", ["aws"])]
    assert "Differs, and not everything was read" in Reader(page).words


@pytest.mark.parametrize(("is_whole", "words"), [(True, "In step"), (False, "Not everything was read")])
def test_no_drift_is_in_step_only_where_all_was_read(is_whole, words):
    assert words in Reader(drift_html.html([], plan(), is_whole=is_whole)).words


# ---- the command line


def test_plan_and_drift_print_the_page(tmp_path, capsys):
    (tmp_path / "zones").mkdir()
    (tmp_path / "zones" / "example.com.yaml").write_text("records:\n  www: {A: 192.0.2.1}\n")
    (tmp_path / "zonesync.yaml").write_text(
        "zones: [zones/*.yaml]\n"
        "providers: {primary: {type: bind, directory: out, nameservers: [ns1.example.net., ns2.example.net.]}}\n"
        "defaults: {ttl: 1h, providers: [primary]}\n"
    )
    (tmp_path / "out").mkdir()

    for command, code in (("plan", 0), ("drift", 2)):
        assert run([command, "--format", "html", "--chdir", str(tmp_path)]) == code
        page = capsys.readouterr().out
        assert page.startswith("<!doctype html>")
        assert next(row["z"] for row in rows(page) if row.get("n") == "www" or row["k"] == "s") == "example.com"
