"""What a service quotes of credentials is starred out, in each spelling that it may come back in."""

import base64
from urllib.parse import quote

import pytest

from zonesync.provider.errors import Denied
from zonesync.provider.masking import SHORTEST, masked

SECRET = "ab/cd+ef=gh ij"


@pytest.mark.parametrize(
    "spelled",
    [SECRET, quote(SECRET, safe=""), base64.b64encode(SECRET.encode()).decode()],
    ids=["plain", "url", "base64"],
)
def test_a_secret_is_starred_in_words_and_hint(spelled):
    problem = masked(Denied(f"not with {spelled} at all", hint=f"replace {spelled}!"), [SECRET])
    assert problem.words.rstrip("=").startswith("not with ***")
    assert problem.words.endswith(" at all")
    assert problem.hint.startswith("replace ***")
    assert spelled not in f"{problem!r}{problem}"


def test_of_two_secrets_the_longer_is_starred_whole():
    assert masked(Denied("key secret-secret, and secret-s"), ["secret-s", "secret-secret"]).words == "key ***, and ***"


@pytest.mark.parametrize("secret", ["", None, "k" * (SHORTEST - 1)])
def test_what_is_too_short_to_be_a_secret_is_left_in_the_words(secret):
    assert masked(Denied(f"kkkkkkkk {secret}"), [secret]).words == f"kkkkkkkk {secret}"
