"""How old a saved plan may be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.plan import age
from zonesync.plan.plan import Plan

NOW = datetime(2026, 11, 22, 2, 3, 4, tzinfo=UTC)
DAY = 86400


def of_age(seconds):
    return Plan(created=(NOW - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ"))


@pytest.mark.parametrize(
    ("seconds", "limit", "said"),
    [
        (30 * DAY, 30 * DAY, None),
        (30 * DAY + 1, 30 * DAY, "it was made 4 weeks ago, at 2026-10-23T02:03:03Z; the limit is 30d"),
        (8 * DAY, 7 * DAY, "it was made 8 days ago, at 2026-11-14T02:03:04Z; the limit is 1w"),
        (25 * 3600, DAY, "it was made 25 hours ago, at 2026-11-21T01:03:04Z; the limit is 1d"),
        (90, 60, "it was made 90 seconds ago, at 2026-11-22T02:01:34Z; the limit is 1m"),
        (1, 0, "it was made 1 second ago, at 2026-11-22T02:03:03Z; the limit is 0"),
        (0, 0, None),
        (-3600, 0, None),
        (-400 * DAY, 7 * DAY, None),
        (10**9, None, None),
    ],
)
def test_a_plan_over_the_limit_is_refused_with_its_age_and_one_from_the_future_is_not(seconds, limit, said):
    found = list(age.check(of_age(seconds), NOW, limit))
    assert [one.message for one in found] == ([said] if said else [])
    for one in found:
        assert one.rule == "plan-too-old"
        assert "max_plan_age" in one.help


@pytest.mark.parametrize("created", ["", "yesterday", "2026-13-01", "1"])
def test_a_plan_that_does_not_say_when_it_was_made_is_refused_where_there_is_a_limit(created):
    (found,) = age.check(Plan(created=created), NOW, DAY)
    assert found.message == "it does not say when it was made; the limit is 1d"
    assert not list(age.check(Plan(created=created), NOW, None))


def test_a_time_without_zone_is_one_of_utc():
    assert not list(age.check(Plan(created="2026-11-22T02:03:04"), NOW, 0))
    assert list(age.check(Plan(created="2026-11-22T02:03:03"), NOW, 0))


@pytest.mark.property
@examples(100)
@given(st.integers(-(10**8), 10**8), st.integers(0, 10**8))
def test_the_limit_alone_decides(seconds, limit):
    assert bool(list(age.check(of_age(seconds), NOW, limit))) is (seconds > limit)
