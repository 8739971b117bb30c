"""A wrong option is an error before anything is done, and says what is right."""

import re

import pytest

from zonesync_route53 import Route53Provider
from zonesync_route53.options import NAMES, parse


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"zoneid": "Z1"}, "did you mean `zone_id`"),
        ({"anything": "x"}, "there are `profile`"),
        ({"endpoint": "ftp://x"}, "no URL"),
        ({"endpoint": "https://user:pass@x"}, "without a user"),
        ({"region": ""}, "not empty"),
        ({"private": "perhaps"}, "`true` or `false`"),
        ({"rate": "0"}, "0.1 to 100000"),
        ({"rate": "many"}, "0.1 to 100000"),
        ({"attempts": "0"}, "1 to 100"),
        ({"patience": "0"}, "1 to 86400"),
        ({"zone_id": "not an id"}, "`Z0123456789ABCDEFGHIJ`"),
        ({"zone_id": {"example.com": "x"}}, "zone_id: example.com"),
        ({"zone_id": {"a..b": "Z1"}}, "empty label"),
        ({"delegation_set": "n-1"}, "an id is like"),
        ({"role_arn": "dns"}, "arn:aws:iam::123456789012:role/dns"),
        ({"external_id": "x"}, "goes with `role_arn`"),
        ({"networks": ["eu-west-1/vpc-00000001"]}, "private: true"),
        ({"private": "true", "networks": "eu-west-1/vpc-00000001"}, "is a list"),
        ({"private": "true", "networks": ["vpc-1"]}, "REGION/vpc-ID"),
        ({"private": "true", "delegation_set": "N1"}, "public zones"),
    ],
)
def test_a_wrong_option_is_refused(options, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        Route53Provider("aws", **options)


def test_options_come_as_text_and_have_defaults():
    found = parse({"rate": "2.5", "attempts": "3", "patience": "60", "private": "yes", "endpoint": "http://h:1/"})
    assert (found.rate, found.budget.attempts, found.budget.seconds) == (2.5, 3, 60)
    assert (found.private, found.endpoint) == (True, "http://h:1")
    bare = parse({})
    assert (bare.rate, bare.budget.attempts, bare.budget.seconds, bare.private) == (5, 8, 120, False)


def test_an_option_that_is_none_is_as_one_that_is_not_there():
    assert parse(dict.fromkeys(NAMES)) == parse({})
