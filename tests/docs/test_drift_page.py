"""docs/drift.md names every cause, every key, and whatever can be in one of them."""

import dataclasses
import re
from pathlib import Path

import pytest

from tests.support.words import keys
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Plan
from zonesync.provider.abilities import Counts
from zonesync.run.drift import DriftItem, Event, Kind, Subject
from zonesync.run.traces import Trace
from zonesync.views import drift_json

PAGE = Path(__file__).resolve().parents[2] / "docs" / "drift.md"
NAMED = set(re.findall(r"`([\w-]+)`", PAGE.read_text()))
ITEM = DriftItem(Kind.CHANGED_OUTSIDE, Subject.RRSET, ZoneId("example.com."), "aws", last=Trace("r", "t"))


@pytest.mark.parametrize("word", sorted({*Kind, *Subject, *Event, *keys(drift_json.drift([ITEM], Plan()))}))
def test_the_page_explains_every_word_of_the_json(word):
    assert str(word) in NAMED


def test_the_page_explains_what_is_counted():
    assert {field.name for field in dataclasses.fields(Counts)} <= NAMED
