"""IPv6 is used where the internet can answer to this host by it."""

import pytest

from zonesync.run.asking.routes import has_ipv6, is_answerable, is_ipv6


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("2a00:1450:4001:80b::200e", True),
        ("fd00::1234", False),
        ("fe80::1%eth0", False),
        ("::1", False),
        ("2001:db8::1", False),
    ],
)
def test_only_a_source_that_others_can_answer_to_counts(source, expected):
    assert is_answerable(source) is expected


def test_looking_for_a_route_raises_nothing_whatever_this_host_has():
    assert has_ipv6() in {True, False}


def test_a_colon_tells_the_families_apart():
    assert is_ipv6("::1")
    assert not is_ipv6("127.0.0.1")
