"""Wrong options are refused before anything is touched, by name and with what to write instead."""

from typing import Any

import pytest

from zonesync.provider.contract import Provider
from zonesync_bind import BindProvider


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "`directory` is missing"),
        ({"directory": ""}, "`directory`"),
        ({"directory": 7}, "`directory`"),
        ({"directory": "d", "nameserver": []}, "did you mean `nameservers`"),
        ({"directory": "d", "xyzzy": 1}, "there are `directory`, "),
        ({"directory": "d", "nameservers": "ns1.example.net."}, "`nameservers` is a list"),
        ({"directory": "d", "nameservers": ["ns1.example.net"]}, "`ns1.example.net.`"),
        ({"directory": "d", "nameservers": ["a..b."]}, "`nameservers`: .*empty label"),
        ({"directory": "d", "serial": "daily"}, "`serial` is `daily`; it is one of `date`, `unix`, `increment`"),
        ({"directory": "d", "reload": "rndc reload"}, "`reload` is a list, such as"),
        ({"directory": "d", "reload": []}, "`reload` names no program"),
        ({"directory": "d", "reload": ["rndc", 7]}, "`reload` is a list"),
        ({"directory": "d", "check": "maybe"}, "`check` is `maybe`"),
        ({"directory": "d", "named_conf": ""}, "`named_conf`"),
        ({"directory": "d", "filename": "zone.db"}, "`filename` is `zone.db`"),
    ],
)
def test_a_wrong_option_is_refused_by_name(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        BindProvider("bind", **options)


def test_options_may_be_the_text_of_a_configuration() -> None:
    provider = BindProvider("bind", directory="d", check="no", serial="unix", nameservers=["NS1.Example.NET."])
    assert provider.nameservers == ("ns1.example.net.",)
    assert isinstance(provider, Provider)


def test_reloads_are_a_capability_only_where_a_command_is_configured() -> None:
    assert not BindProvider("bind", directory="d").capabilities.reloads
    assert BindProvider("bind", directory="d", reload=["rndc", "reload", "{zone}"]).capabilities.reloads
