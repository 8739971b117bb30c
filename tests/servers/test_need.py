"""A server that is not installed is no silent success."""

import pytest

from tests.support.servers import need


def test_a_missing_server_skips_the_test_and_says_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TESTS_IN_CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="`no-such-server` is not installed; `make servers`"):
        need("no-such-server")


def test_a_missing_server_fails_the_test_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESTS_IN_CI", "true")
    with pytest.raises(pytest.fail.Exception, match="`no-such-server` is not installed"):
        need("no-such-server")
