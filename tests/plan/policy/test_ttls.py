import pytest

from tests.planning import NS, SOA, rr
from tests.support.policies import MX, WWW, objections, plan, rule, words
from zonesync.model.change import Change, Computed
from zonesync.model.rrset import RRset

LOW = rr("www", "A", "192.0.2.1", ttl=300)
ALIAS = RRset("cdn.example.com.", "A", None, ("alias",))


@pytest.mark.parametrize(
    ("ttl", "change", "refused"),
    [
        # the live TTL of all these is 1h, but for LOW
        (
            "{ttl: 5m}",
            Change(WWW, rr("www", "A", "192.0.2.2")),
            ["`www.example.com. A` has a TTL of 1h, the limit is 5m"],
        ),
        ("{ttl: 5m}", Change(WWW, rr("www", "A", "192.0.2.2", ttl=300)), 1),
        ("{ttl: 5m}", Change(WWW, None), 1),
        ("{ttl: 1h}", Change(WWW, rr("www", "A", "192.0.2.2")), []),
        (
            "{ttl: 3599}",
            Change(WWW, rr("www", "A", "192.0.2.2")),
            ["`www.example.com. A` has a TTL of 1h, the limit is 3599"],
        ),
        ("{ttl: 0}", Change(LOW, None), ["`www.example.com. A` has a TTL of 5m, the limit is 0"]),
        # the plan that lowers it, and the one after
        ("{ttl: 5m}", Change(WWW, LOW), []),
        ("{ttl: 5m}", Change(LOW, rr("www", "A", "192.0.2.2")), []),
        ("{ttl: 5m}", Change(LOW, None), []),
        # no values change, so nobody remembers wrong ones
        ("{ttl: 5m}", Change(WWW, rr("www", "A", "192.0.2.1", ttl=7200)), []),
        ("{ttl: 5m}", Change(None, WWW), []),
        # what is left out
        ("{ttl: 5m}", Change(SOA, rr("@", "SOA", "ns9.a.example. h.example.com. 7 3600 900 1209600 300")), []),
        ("{ttl: 5m}", Change(ALIAS, rr("cdn", "A", "192.0.2.1")), []),
        (
            "{ttl: 5m}",
            Change(NS, rr("@", "NS", "ns1.b.example.", ttl=86400)),
            ["`example.com. NS` has a TTL of 1d, the limit is 5m"],
        ),
        ("{ttl: 5m}", Change(NS, Computed("example.com.", "NS", 86400, {"a": 2})), 1),
        ("{ttl: 5m, types: [A, AAAA]}", Change(NS, None), []),
        ("{ttl: 5m, types: [A, AAAA]}", Change(WWW, None), 1),
        ("{ttl: 5m, names: ['@']}", Change(WWW, None), []),
        ("{ttl: 5m, names: ['@']}", Change(MX, None), 1),
        ("{ttl: 5m, zones: [example.org]}", Change(WWW, None), []),
    ],
)
def test_what_resolvers_remember_for_long_is_not_changed_at_once(ttl, change, refused):
    found = objections(f"{{max_ttl_before_change: {ttl}}}", plan(change))

    assert (words(found) if isinstance(refused, list) else len(found)) == refused


def test_a_refusal_says_what_to_do_first():
    [found] = objections("{max_ttl_before_change: {ttl: 5m}}", plan(Change(WWW, None)))
    assert found.help == (
        "lower its TTL to 5m or less and keep its values, apply that, wait 1h until resolvers have forgotten the old "
        "one, then change it"
    )
    [found] = objections(rule("{max_ttl_before_change: {ttl: 5m}}", allow=True), plan(Change(WWW, None)))
    assert found.help.endswith("; if that is meant, say `plan --allow policy:p@example.com`")
