"""Changes field by field, to the letter."""

import pytest

from tests.support.big_plans import big, rrset
from zonesync.model.change import Change, Computed
from zonesync.model.rrset import RRset
from zonesync.plan.plan import Setting
from zonesync.views.plan_html import field_diff

SOA = "ns1.example.net. host.example.com. {} 3600 900 1209600 {}"


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (None, rrset("w", "A", 300, "192.0.2.1"), [("+", "ttl", "", "300"), ("+", "", "", "192.0.2.1")]),
        (rrset("w", "A", 300, "192.0.2.1"), None, [("-", "ttl", "300", ""), ("-", "", "192.0.2.1", "")]),
        (
            rrset("w", "A", 300, "192.0.2.1"),
            rrset("w", "A", 60, "192.0.2.1"),
            [("~", "ttl", "300", "60"), ("=", "", "192.0.2.1", "")],
        ),
        (
            rrset("w", "A", 300, "192.0.2.1", "192.0.2.2"),
            rrset("w", "A", 300, "192.0.2.2", "192.0.2.3"),
            [("~", "", "192.0.2.1", "192.0.2.3"), ("=", "ttl", "300", ""), ("=", "", "192.0.2.2", "")],
        ),
        (
            rrset("@", "MX", 60, "10 a.", "20 b."),
            rrset("@", "MX", 60, "10 a.", "5 b."),
            [("~", "preference", "20 b.", "5 b."), ("=", "ttl", "60", ""), ("=", "", "10 a.", "")],
        ),
        (
            rrset("@", "MX", 60, "10 a.", "20 b."),
            rrset("@", "MX", 60, "30 b.", "40 a."),
            [("~", "preference", "20 b.", "30 b."), ("~", "preference", "10 a.", "40 a."), ("=", "ttl", "60", "")],
        ),
        (
            rrset("@", "MX", 60, "10 a."),
            rrset("@", "MX", 60, "20 b.", "30 c."),
            [("-", "", "10 a.", ""), ("+", "", "", "20 b."), ("+", "", "", "30 c."), ("=", "ttl", "60", "")],
        ),
        (
            rrset("_s._tcp", "SRV", 60, "0 5 5060 a."),
            rrset("_s._tcp", "SRV", 60, "1 5 5061 a."),
            [("~", "priority, port", "0 5 5060 a.", "1 5 5061 a."), ("=", "ttl", "60", "")],
        ),
        (
            rrset("@", "CAA", 60, '0 issue "a.example"'),
            rrset("@", "CAA", 60, '0 issue "b.example"'),
            [("~", "value", '0 issue "a.example"', '0 issue "b.example"'), ("=", "ttl", "60", "")],
        ),
        (
            rrset("@", "SOA", 900, SOA.format(7, 300)),
            rrset("@", "SOA", 900, SOA.format(8, 600)),
            [("~", "minimum", "300", "600"), ("=", "ttl", "900", "")],
        ),
        (
            None,
            rrset("@", "SOA", 900, SOA.format(0, 300)),
            [
                ("+", "ttl", "", "900"),
                ("+", "mname", "", "ns1.example.net."),
                ("+", "rname", "", "host.example.com."),
                ("+", "refresh", "", "3600"),
                ("+", "retry", "", "900"),
                ("+", "expire", "", "1209600"),
                ("+", "minimum", "", "300"),
            ],
        ),
        (
            rrset("w", "A", 300, "192.0.2.1"),
            rrset("w", "A", None, "alias d.example. - false"),
            [("~", "ttl", "300", "none (an alias)"), ("~", "", "192.0.2.1", "alias d.example. - false")],
        ),
        (
            rrset("w", "TYPE999", 60, r"\# 1 00"),
            rrset("w", "TYPE999", 60, r"\# 1 01"),
            [("~", "", r"\# 1 00", r"\# 1 01"), ("=", "ttl", "60", "")],
        ),
        (
            rrset("@", "NS", 60, "a."),
            Computed("example.com.", "NS", 60, {"aws": 2, "ns1": 0}),
            [
                ("-", "ttl", "60", ""),
                ("-", "", "a.", ""),
                ("+", "known after creation", "", "2 of aws, all of ns1"),
            ],
        ),
    ],
)
def test_a_change_is_shown_by_the_fields_that_differ(before, after, lines):
    assert field_diff.of(Change(before, after)) == lines


def test_a_setting_is_shown_by_what_goes_and_what_comes():
    setting = Setting(name="networks", before=("a", "b"), after=("b", "c"))

    assert field_diff.of_setting(setting) == [("-", "networks", "a", ""), ("+", "networks", "", "c")]


def test_the_lines_of_a_change_hold_both_its_sides_whole():
    for step in big(2000, zones=4).steps:
        for change in step.changes:
            lines = field_diff.of(change)
            for rrset_, side, signs in ((change.before, 2, "-~="), (change.after, 3, "+~")):
                shown = {line[side] or (line[2] if line[0] == "=" else "") for line in lines if line[0] in signs + "="}
                assert not isinstance(rrset_, Computed)
                assert rrset_ is None or {*rrset_.rdatas, str(rrset_.ttl)} <= shown


def test_an_rrset_of_a_thousand_values_is_held_against_another_at_once():
    old = RRset("a.", "MX", 60, tuple(sorted(f"{number} a{number}." for number in range(1000))))
    new = RRset("a.", "MX", 60, tuple(sorted(f"{number} b{number}." for number in range(1000))))

    lines = field_diff.of(Change(old, new))

    assert (
        sum(line[0] == "-" for line in lines)
        == sum(line[0] == "+" for line in lines)
        == 1000 - sum(line[0] == "~" for line in lines)
    )
