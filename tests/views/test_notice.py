"""A notice says what happened, in a form where nothing that somebody else wrote can act."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.webhook import SLACK_KEYS, Webhook
from tests.support.examples import examples
from zonesync.run.notice import At, Event, Item, Notice, Reason, Tenor
from zonesync.views import notice_json, notice_slack

HOSTILE = [
    "<!channel>",
    "<!here|all>",
    "<@U024BE7LH>",
    "<#C024BE7LR|general>",
    "<https://evil.example|click>",
    "https://evil.example",
    "@everyone",
    "x@everyone",
    "@channel @here @all",
    "a@HERE",
    "`code` ``` fence",
    "*bold* _it_ ~no~",
    "&lt;!channel&gt;",
    "<script>alert(1)</script>",
    "\x1b[31mred\x07",
    "\u202eevil\u2066",
    "line\nbreak\r\nand more\u2028still",
    "::set-output name=x::y",
    "[text](https://evil.example)",
    ":rotating_light:",
    "> quote",
    "x" * 5000,
]
NOTICE = Notice(
    Event.APPLY,
    Tenor.INCOMPLETE,
    "apply",
    "2 changes applied, 1 step not done",
    project="dns",
    time="2026-11-22T09:32:20Z",
    actor="kim@example.com",
    commit="e5e29142217455e5e2914221745",
    url="https://github.com/acme/dns/actions/runs/7",
    run="20261122T093220Z-9aa191",
    audit_log="8:sha256:ec40",
    places=(At("example.com", "aws", 1, 0, 1), At("example.com@internal", "ns1", problem="throttled")),
    items=(Item("example.com", "aws", "create", "www.example.com.", "A"), Item("example.com", "aws", "delete", "", "")),
    reasons=(Reason("unread", "no answer", "example.org", "ns1"),),
)


def filled(text):
    """A notice with *text* wherever somebody else may have a say."""
    return Notice(
        Event.APPLY,
        Tenor.FAILED,
        "apply",
        text,
        project=text,
        actor=text,
        commit=text,
        url=text,
        run=text,
        audit_log=text,
        places=(At(text, text, 1, 2, 3, text),),
        items=(Item(text, text, "update", text, text), Item(text, text, "changed-outside", text, text)),
        reasons=(Reason(text, text, text, text),),
    )


def test_a_message_says_what_where_and_who():
    assert notice_slack.message(NOTICE) == {
        "text": (
            ":warning: *apply* of `dns`: incomplete\n"
            "`2 changes applied, 1 step not done`\n"
            "• `example.com` at `aws`: 1 created, 1 deleted\n"
            "• `example.com@internal` at `ns1`: `throttled`\n"
            "• `+ www.example.com. A` at `aws`\n"
            "• `- example.com` at `aws`\n"
            "• `unread` `no answer` (`example.org` at `ns1`)\n"
            "by `kim@example.com`, commit `e5e291422174`, run `20261122T093220Z-9aa191`, "
            "<https://github.com/acme/dns/actions/runs/7|CI run>"
        ),
        "unfurl_links": False,
        "unfurl_media": False,
    }


@pytest.mark.parametrize("tenor", Tenor)
def test_every_outcome_has_its_mark(tenor):
    assert re.match(rf":\w+: \*apply\* of `dns`: {tenor}\n", notice_slack.message(replace(NOTICE, tenor=tenor))["text"])


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_gets_out_of_its_code_span(text):
    harmless(notice_slack.message(filled(text)))


@examples(200)
@given(st.lists(st.sampled_from([*HOSTILE[:-1], "`", "@", "<", "&", ">", "|", "\\", "here"]), max_size=4).map("".join))
def test_no_mixture_gets_out_of_its_code_span(text):
    harmless(notice_slack.message(filled(text)))


def harmless(data):
    assert set(data) <= SLACK_KEYS
    assert Webhook()._problem(data) == ""
    outside = re.sub(r"`[^`\n]*`", "", data["text"])
    # What is left is ours: marks, words and the link to the CI run.
    assert re.fullmatch(r"[:\w*•,()\n +~.…|/<>-]*", outside), outside
    assert "evil" not in re.sub(r"<https?://[^|>]*\|CI run>", "", outside)
    assert all(char in {"\n", "\u2060"} or char.isprintable() for char in data["text"])


def test_a_url_that_is_none_is_no_link():
    text = notice_slack.message(replace(NOTICE, url="https://x.example/|<!channel>"))["text"]
    assert "|CI run>" not in text
    assert "`https://x.example/|&lt;!channel&gt;`" in text


def test_a_long_message_says_how_much_is_left_out():
    many = replace(NOTICE, items=tuple(Item("z", "p", "update", f"n{number}.", "A") for number in range(50_000)))
    text = notice_slack.message(many)["text"]
    assert text.count("`~ n") == 10
    assert "• and 49990 more record sets\n" in text
    wide = replace(many, reasons=tuple(Reason("r" * 300, "m" * 300, "z" * 300) for _ in range(10)))
    text = notice_slack.message(wide)["text"]
    assert len(text) < 3100
    assert re.search(r"\n…and \d+ more lines$", text)


def test_the_document_has_everything_and_counts_what_it_leaves_out():
    many = replace(NOTICE, items=NOTICE.items * 150)
    data = json.loads(notice_json.dumps(many))
    assert data["counts"] == {"creates": 1, "updates": 0, "deletes": 1}
    assert (len(data["items"]), data["left_out"]) == (200, {"places": 0, "items": 100, "reasons": 0})
    assert data["items"][0] == {
        "zone": "example.com",
        "provider": "aws",
        "what": "create",
        "name": "www.example.com.",
        "type": "A",
    }
    assert (data["event"], data["outcome"], data["command"], data["format"]) == ("apply", "incomplete", "apply", 1)


@pytest.mark.parametrize("text", HOSTILE)
def test_the_document_holds_no_control_character(text):
    def texts(data):
        if isinstance(data, dict):
            for value in data.values():
                yield from texts(value)
        elif isinstance(data, list):
            for value in data:
                yield from texts(value)
        elif isinstance(data, str):
            yield data

    assert all(one.isprintable() for one in texts(json.loads(notice_json.dumps(filled(text)))))
