"""docs/notify.md names every key of the document, every event and outcome, and shows a message as it is sent."""

import re
from pathlib import Path

import pytest

from tests.support.words import keys
from zonesync.load.config import load_config
from zonesync.load.notify import EVENTS, Notify
from zonesync.run.deliver import Tries
from zonesync.run.notice import At, Event, Item, Notice, Reason, Tenor
from zonesync.views import notice_json, notice_slack
from zonesync.workflow.notifying import RULE

TREE = Path(__file__).resolve().parents[2]
PAGE = (TREE / "docs" / "notify.md").read_text()
NAMED = set(re.findall(r"`([\w -]+)`", PAGE))
WHOLE = Notice(
    Event.DRIFT,
    Tenor.DRIFT,
    "drift",
    "drift: 1 record set changed outside zonesync; 3 zones at 2 providers",
    project="dns",
    actor="kim",
    commit="e5e291422174",
    url="https://github.com/acme/dns/actions/runs/7",
    places=(At("example.org", "secondary", problem="1 difference"),),
    items=(Item("example.org", "secondary", "changed-outside", "example.org.", "A"),),
    reasons=(Reason("rule", "words"),),
)


@pytest.mark.parametrize("word", sorted({*keys(notice_json.document(WHOLE)), *Event, *Tenor, RULE}))
def test_the_page_explains_every_word_of_the_document(word):
    assert str(word) in NAMED


def test_the_message_of_the_page_is_what_is_sent():
    (shown,) = re.findall(r"```text\n(.*?)\n```", PAGE, re.DOTALL)
    sent = notice_slack.message(WHOLE)["text"].splitlines()
    assert shown.splitlines() == [line for line in sent if "`rule`" not in line]


def test_the_settings_of_the_page_load_and_are_the_defaults(tmp_path):
    (shown,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "zonesync.yaml").write_text(shown)
    url = "https://hooks.example.com/x"
    config, findings = load_config(tmp_path / "zonesync.yaml", environ={"ZONESYNC_HOOK": url})
    assert findings == []
    assert config.notify == Notify(url=url)
    assert set(Event) == set(EVENTS)


def test_the_numbers_of_the_page_are_those_of_the_program():
    assert Tries().attempts == 4
    assert "up to four times" in PAGE
    assert f"after {Tries().seconds:g} seconds in all" in PAGE
    assert f"at most {notice_slack.LIMIT:,} characters" in PAGE
    assert f"the {notice_json.ROOM} of each" in PAGE
    assert notice_slack.ROOM == 10
