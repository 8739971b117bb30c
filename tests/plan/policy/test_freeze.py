from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.policies import DELETE, UPDATE, objections, plan, rule, words
from zonesync.load.policy import DAYS
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import StepKind
from zonesync.plan.policy.freeze import until

CHRISTMAS = "from: 2026-12-19, until: 2027-01-03"
WEEKEND = "from: fri 16:00, until: mon 08:00"
NIGHT = "from: tue 22:30, until: wed 06:00"
AMSTERDAM = "time_zone: Europe/Amsterdam"
NEW_YORK = "time_zone: America/New_York"


def at(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("freeze", "now", "end"),
    [
        # whole days, the last one included
        (CHRISTMAS, "2026-12-18T23:59:59Z", ""),
        (CHRISTMAS, "2026-12-19T00:00:00Z", "2027-01-04 00:00 UTC"),
        (CHRISTMAS, "2027-01-03T23:59:59Z", "2027-01-04 00:00 UTC"),
        (CHRISTMAS, "2027-01-04T00:00:00Z", ""),
        ("from: 2026-12-24, until: 2026-12-24", "2026-12-24T12:00:00Z", "2026-12-25 00:00 UTC"),
        # in a time zone; Amsterdam is at +01:00 in winter, New York at -05:00
        (f"{CHRISTMAS}, {AMSTERDAM}", "2026-12-18T22:59:59Z", ""),
        (f"{CHRISTMAS}, {AMSTERDAM}", "2026-12-18T23:00:00Z", "2027-01-04 00:00 Europe/Amsterdam"),
        (f"{CHRISTMAS}, {AMSTERDAM}", "2027-01-03T23:00:00Z", ""),
        (f"{CHRISTMAS}, {NEW_YORK}", "2026-12-19T04:59:59Z", ""),
        (f"{CHRISTMAS}, {NEW_YORK}", "2027-01-04T04:59:59Z", "2027-01-04 00:00 America/New_York"),
        # now is told anywhere
        (CHRISTMAS, "2026-12-19T00:30:00+01:00", ""),
        (CHRISTMAS, "2026-12-18T20:00:00-05:00", "2027-01-04 00:00 UTC"),
        # times of a day
        ("from: 2026-11-18T11:00, until: 2026-11-18T13:00", "2026-11-18T10:59:59Z", ""),
        ("from: 2026-11-18T11:00, until: 2026-11-18T13:00", "2026-11-18T11:00:00Z", "2026-11-18 13:00 UTC"),
        ("from: 2026-11-18T11:00, until: 2026-11-18T13:00", "2026-11-18T13:00:00Z", ""),
        ("from: 2026-11-18 11:00, until: 2026-11-18", "2026-11-18T23:00:00Z", "2026-11-19 00:00 UTC"),
        (f"from: 2026-11-18T11:00Z, until: 2026-11-19, {AMSTERDAM}", "2026-11-18T10:30:00Z", ""),
        # a part of each week; 2026-11-20 is a Friday
        (WEEKEND, "2026-11-20T15:59:59Z", ""),
        (WEEKEND, "2026-11-20T16:00:00Z", "mon 08:00 UTC"),
        (WEEKEND, "2026-11-22T12:00:00Z", "mon 08:00 UTC"),
        (WEEKEND, "2026-11-23T07:59:59Z", "mon 08:00 UTC"),
        (WEEKEND, "2026-11-23T08:00:00Z", ""),
        (WEEKEND, "2026-11-18T12:00:00Z", ""),
        (f"{WEEKEND}, {AMSTERDAM}", "2026-11-20T15:00:00Z", "mon 08:00 Europe/Amsterdam"),
        (f"{WEEKEND}, {AMSTERDAM}", "2026-11-20T14:59:59Z", ""),
        (f"{WEEKEND}, {AMSTERDAM}", "2026-07-17T14:00:00Z", "mon 08:00 Europe/Amsterdam"),
        (f"{WEEKEND}, {AMSTERDAM}", "2026-07-17T13:59:59Z", ""),
        (f"{WEEKEND}, {NEW_YORK}", "2026-11-20T20:59:59Z", ""),
        (NIGHT, "2026-11-17T22:29:00Z", ""),
        (NIGHT, "2026-11-18T05:59:00Z", "wed 06:00 UTC"),
        (NIGHT, "2026-11-18T06:00:00Z", ""),
        ("from: Friday  16:00, until: MON 8:00", "2026-11-20T16:00:00Z", "mon 08:00 UTC"),
        ("from: sat 00:00, until: sun 24:00", "2026-11-22T23:59:00Z", "mon 00:00 UTC"),
        ("from: sat 00:00, until: sun 24:00", "2026-11-23T00:00:00Z", ""),
        ("from: sun 24:00, until: mon 06:00", "2026-11-23T00:00:00Z", "mon 06:00 UTC"),
        # clocks go back on 2026-10-25, a Sunday, at 03:00 in Amsterdam: 02:30 is there twice, and frozen twice
        (f"from: sun 02:00, until: sun 02:45, {AMSTERDAM}", "2026-10-25T00:30:00Z", "sun 02:45 Europe/Amsterdam"),
        (f"from: sun 02:00, until: sun 02:45, {AMSTERDAM}", "2026-10-25T00:50:00Z", ""),
        (f"from: sun 02:00, until: sun 02:45, {AMSTERDAM}", "2026-10-25T01:30:00Z", "sun 02:45 Europe/Amsterdam"),
    ],
)
def test_a_freeze_is_from_its_beginning_to_its_end(freeze, now, end):
    assert until(rule(f"{{freeze: {{{freeze}}}}}").freeze, at(now)) == end


@pytest.mark.parametrize(
    ("made", "zones", "refused"),
    [
        (plan(UPDATE, DELETE), "[]", ["`example.com` is frozen until 2027-01-04 00:00 UTC"]),
        (plan(UPDATE), "example.com", ["`example.com` is frozen until 2027-01-04 00:00 UTC"]),
        (plan(UPDATE), "'*.org'", []),
        (plan(UPDATE, zone=ZoneId("example.org.")), "'*.org'", ["`example.org` is frozen until 2027-01-04 00:00 UTC"]),
        (plan(kind=StepKind.CREATE_ZONE), "[]", ["`example.com` is frozen until 2027-01-04 00:00 UTC"]),
        (plan(kind=StepKind.DELETE_ZONE), "[]", ["`example.com` is frozen until 2027-01-04 00:00 UTC"]),
        (plan(kind=StepKind.RELOAD), "[]", []),
        (plan().model_copy(update={"steps": ()}), "[]", []),
    ],
)
def test_nothing_is_changed_in_a_frozen_zone(made, zones, refused):
    text = f"{{freeze: {{{CHRISTMAS}, zones: {zones}}}}}"

    assert words(objections(text, made, now=at("2026-12-25T12:00:00Z"))) == refused
    assert objections(text, made, now=at("2026-11-25T12:00:00Z")) == []


def test_an_emergency_is_let_through_where_the_rule_says_so():
    made, now = plan(UPDATE), at("2026-12-25T12:00:00Z")

    [found] = objections(f"{{freeze: {{{CHRISTMAS}}}}}", made, now=now)
    assert found.help == "wait until 2027-01-04 00:00 UTC"
    [found] = objections(rule(f"{{freeze: {{{CHRISTMAS}}}}}", allow=True, id="xmas"), made, now=now)
    assert found.help.endswith("; if that is meant, say `plan --allow policy:xmas@example.com`")


week_times = st.tuples(st.sampled_from(DAYS), st.integers(0, 23), st.integers(0, 59))


@pytest.mark.property
@given(week_times, week_times, st.integers(0, 7 * 24 * 60 - 1))
@examples(100)
def test_a_week_is_frozen_between_two_times_or_between_the_other_two(begin, end, minute):
    if begin == end:
        return
    one, other = (f"{day} {hour:02}:{minutes:02}" for day, hour, minutes in (begin, end))
    frozen = rule(f"{{freeze: {{from: {one}, until: {other}}}}}").freeze
    thawed = rule(f"{{freeze: {{from: {other}, until: {one}}}}}").freeze
    now = datetime(2026, 11, 16, tzinfo=UTC) + timedelta(minutes=minute)

    assert bool(until(frozen, now)) is not bool(until(thawed, now))
    assert until(frozen, now) == until(frozen, now + timedelta(weeks=3))
    assert until(frozen, now.astimezone(ZoneInfo("Asia/Kathmandu"))) == until(frozen, now)
