"""Hostile records in Markdown, rendered by the engines that GitHub and others use."""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.support.hostile_texts import TEXTS as HOSTILE
from tests.support.node import run_node
from zonesync.findings import Finding, Place, Severity
from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import (
    Allowance,
    Handover,
    KeptRRset,
    Move,
    Plan,
    Setting,
    Standing,
    Step,
    StepKind,
    Target,
    Unread,
)
from zonesync.provider.contract import Outcome, Receipt
from zonesync.run.drift import DriftItem, Event, Kind, Subject
from zonesync.run.results import Run, StepResult
from zonesync.run.traces import Trace
from zonesync.views import drift_markdown, plan_markdown, run_markdown
from zonesync.views.markdown import shortened
from zonesync.views.plain import clean

pytestmark = pytest.mark.source

SCRIPT = Path(__file__).parents[1] / "support" / "render_markdown.cjs"
MARKER = "<!-- zonesync:plan:test -->"
ALLOWED = {
    "h2", "h3", "p", "br", "strong", "code", "pre", "ul", "li", "details", "summary",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {("details", "open"), ("code", "class"), ("pre", "lang"), ("td", "align"), ("th", "align")}
ATTRIBUTES |= {("td", "style"), ("th", "style"), ("pre", "class")}
VOID = {"br"}
LIVE = re.compile(
    r"@\w|#\d|GH-\d|:\w+:|://|www\.|\$|mailto|\b[0-9a-f]{7,40}\b|<|>|`|\[|\]|\||evil|octocat"
    r"""|[!~%&^*:]["\w{]""",
    re.IGNORECASE,
)
"""What GitHub or GitLab would turn into something outside of code, or what only a hostile record brings.

GitLab's: https://docs.gitlab.com/user/markdown/#gitlab-specific-references.
"""


class Rendered(HTMLParser):
    """What a reader's browser sees."""

    def __init__(self, text):
        super().__init__()
        self.tags = Counter()
        self.attributes = set()
        self.open = []
        self.code = []
        self.outside = []
        self.comments = []
        self.rows = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes |= {(tag, name) for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)
        if tag == "code":
            self.code.append("")
        if tag == "tr":
            self.rows.append(0)
        if tag in {"td", "th"}:
            self.rows[-1] += 1

    def handle_startendtag(self, tag, attrs):
        assert tag in VOID
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_comment(self, data):
        self.comments.append(data)

    def handle_decl(self, decl):
        raise AssertionError(decl)

    def handle_pi(self, data):
        raise AssertionError(data)

    def unknown_decl(self, data):
        raise AssertionError(data)

    def handle_data(self, data):
        if "code" in self.open or "pre" in self.open:
            self.code[-1] += data
        else:
            self.outside.append(data)


def records(text):
    """Return changes with *text* wherever a change holds text."""
    one = RRset("www.example.com.", "TXT", 300, (text,))
    two = RRset("www.example.com.", "TXT", 60, tuple(sorted({text, "other"})))
    odd = RRset(f"{text}.example.com.", "A", 300, ("192.0.2.1",))
    return (
        Change(None, one, text),
        Change(one, two, f"zones/{text}:1"),
        Change(two, None),
        Change(None, odd, f"also drops {text}"),
    )


def hostile_plan(text):
    zone = ZoneId(f"{text}.example.com." if text.strip() else "example.com.", text)
    handover = Handover(parent=text, before=(text,), after=(text, "ns1.example."), glue=(f"{text} 192.0.2.1",))
    kinds = [
        Step(kind=StepKind.CREATE_ZONE, zone=zone, provider=text, note=text),
        Step(kind=StepKind.CONTENT, zone=zone, provider=text, changes=records(text)),
        Step(kind=StepKind.CONTENT, zone=zone, provider="other", changes=records(text)),
        Step(
            kind=StepKind.METADATA,
            zone=zone,
            provider=text,
            settings=(Setting(name=text, before=(text,), after=("b",)),),
        ),
        Step(kind=StepKind.ROTATION, zone=zone, provider=text, standing=Standing.OUT, hosts=(text,)),
        Step(kind=StepKind.MANUAL, zone=zone, provider="", handover=handover),
        Step(kind=StepKind.WAIT, zone=zone, provider=text, seconds=60),
    ]
    errors = [
        Finding(
            text, severity, f"`{text}` is {text}, not `{text}`", Place(text, 1, 2), text, text, text, text, "A", text
        )
        for severity in Severity
    ]
    kept = KeptRRset(name=f"{text}.example.com.", type="A", set_identifier=text, description=text, digest="d")
    target = Target(zone=zone, provider=text, target=text, live=None, desired="", configuration="", kept=(kept,))
    return Plan(
        created=text,
        version=text or "1",
        commit=text,
        targets=(target,),
        steps=tuple(kinds),
        findings=tuple(errors),
        unread=(Unread(zone=zone, provider=text, words=text),),
        allowances=(Allowance(rule="max-deletes", zone=text),),
        rollback=text,
        move=Move(kind="join", provider=text),
    )


def hostile_drift(text):
    zone = ZoneId(f"{text}.example.com." if text.strip() else "example.com.")
    last = Trace(text, text, text, text, text, text, is_change=True)
    change = records(text)[1]
    return [
        DriftItem(Kind.READ_FAILED, Subject.ZONE, zone, text, words=text),
        DriftItem(
            Kind.CHANGED_OUTSIDE, Subject.RRSET, zone, text, change.key, change=change, event=Event.EDITED, last=last
        ),
        DriftItem(
            Kind.KEPT_CHANGED,
            Subject.KEPT,
            zone,
            text,
            Key(f"{text}.example.com.", "A"),
            text,
            event=Event.ADDED,
            last=last,
            words=text,
        ),
        DriftItem(
            Kind.NOT_APPLIED,
            Subject.SETTING,
            zone,
            text,
            setting=Setting(name=text, before=(), after=(text,)),
            last=last,
        ),
        DriftItem(Kind.NOT_APPLIED, Subject.STEP, zone, text, words=text),
        DriftItem(Kind.UNMANAGED_ZONE, Subject.ZONE, zone, text, last=last),
    ]


def hostile_run(text):
    steps = hostile_plan(text).steps
    receipts = (Receipt(records(text), Outcome.REJECTED, words=text),)
    results = [StepResult(step, receipts, problem=text) for step in steps[:3]]
    results += [StepResult(step, receipts, changed=True) for step in steps[3:]]
    return Run(text, tuple(results), None, problem=text)


def pages():
    for text in HOSTILE:
        plan = hostile_plan(text)
        yield plan_markdown.markdown(plan, marker=MARKER, title=text, findings=plan.findings)
        drift = hostile_drift(text)
        yield drift_markdown.markdown(drift, plan, unlisted={text: text}, marker=MARKER, title=text)
        yield run_markdown.markdown(hostile_run(text), marker=MARKER, title=text, again=text)
    steps = tuple(step for text in HOSTILE for step in hostile_plan(text).steps)
    yield plan_markdown.markdown(Plan(steps=steps), marker=MARKER)


@pytest.fixture(scope="module")
def shown():
    """Return each page with what each engine makes of it."""
    texts = list(pages())
    rendered = json.loads(run_node(SCRIPT, "cmark-gfm", text=json.dumps(texts)))
    return [
        (text, engine, Rendered(html))
        for text, both in zip(texts, rendered, strict=True)
        for engine, html in both.items()
    ]


def test_no_hostile_record_becomes_markup(shown):
    for text, engine, page in shown:
        assert set(page.tags) <= ALLOWED, (engine, text)
        assert page.attributes <= ATTRIBUTES, (engine, text)
        assert page.open == [], (engine, text)
        assert page.tags["h2"] == 1, (engine, text)
        assert page.comments == [MARKER[4:-3]], (engine, text)


def test_nothing_of_a_hostile_record_stands_outside_of_code(shown):
    for text, engine, page in shown:
        said = "".join(page.outside)
        assert not LIVE.search(said), (engine, LIVE.search(said), text)


def test_no_hostile_record_breaks_a_table(shown):
    for text, engine, page in shown:
        assert page.tags["table"] <= 1
        assert set(page.rows) <= {5, 6}, (engine, page.rows, text)
        assert len(set(page.rows)) <= 1, (engine, page.rows, text)
        assert len(page.rows) == text.count("\n| "), (engine, text)


def test_each_hostile_value_is_shown_in_code(shown):
    told = iter(shown)
    for text in HOSTILE:
        for _, engine, page in (next(told), next(told)):
            assert shortened(clean(text)) in "\n".join(page.code), (engine, text)
        for _ in range(4):
            next(told)


def test_each_diff_is_one_block(shown):
    for text, engine, page in shown:
        assert page.tags["pre"] == page.tags["details"] == page.tags["summary"] == text.count("\n<details"), (
            engine,
            text,
        )


def test_no_line_is_a_command_to_whoever_logs_it():
    for page in pages():
        assert "##[" not in page
        assert not re.search(r"(?m)^\s*(::|/[a-z])", page)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", page)
        assert page.isprintable() or set(page) - {char for char in page if char.isprintable()} == {"\n"}
