"""What `notify:` may say, and that nobody is shown a webhook's URL."""

import pytest

from zonesync.load.config import load_config
from zonesync.load.notify import EVENTS, Notify, is_loopback, problem_of

SECRET = "B0000-s3cr3t"


def loaded(tmp_path, text, **environ):
    file = tmp_path / "zonesync.yaml"
    file.write_text(f"notify: {text}\n")
    return load_config(file, environ=environ)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/services/T0/B0/x",
        "https://chat.example.com:8443/hooks/x?token=y",
        "http://127.0.0.1:8080/x",
        "http://127.9.9.9/x",
        "http://[::1]:8080/x",
        "http://localhost/x",
    ],
)
def test_a_webhook_is_https_or_on_this_machine(url):
    assert problem_of(url) == ""


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.slack.com/x",
        "https:///x",
        "http://hooks.slack.com/x",
        "http://127.0.0.1.example.com/x",
        "http://localhost.example.com/x",
        "http://10.0.0.1/x",
        "http://0x7f.1/x",
        "https://user@hooks.slack.com/x",
        "https://:pass@hooks.slack.com/x",
        "https://hooks.slack.com/x y",
        "https://hooks.slack.com/x\r\nHost: y",
        "https://hooks.slack.com:port/x",
        "https://hooks.slack.com:99999/x",
        "https://[::1/x",
        "ftp://hooks.slack.com/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://hööks.example/x",
    ],
)
def test_anything_else_is_refused(url):
    assert problem_of(url)


def test_this_machine_is_known_by_address():
    assert [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "127.0.0.1.", "192.0.2.1", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_the_url_comes_from_the_environment_and_everything_is_told_by_default(tmp_path):
    config, findings = loaded(tmp_path, "{url: '${HOOK}'}", HOOK="https://hooks.slack.com/x\n")
    assert findings == []
    assert config.notify == Notify(url="https://hooks.slack.com/x", format="slack", on=EVENTS)


def test_without_its_variable_a_configuration_loads_all_the_same(tmp_path):
    config, findings = loaded(tmp_path, "{url: 'https://${HOST}/${PATH}', format: json, on: drift}", HOST="x.example")
    assert findings == []
    assert config.notify == Notify(format="json", on=("drift",), missing=("PATH",))


def test_a_variable_that_is_empty_is_missing(tmp_path):
    config, _ = loaded(tmp_path, "{url: '${HOOK}'}", HOOK="")
    assert config.notify.missing == ("HOOK",)


def test_the_url_is_in_no_repr(tmp_path):
    config, _ = loaded(tmp_path, "{url: '${HOOK}'}", HOOK=f"https://hooks.slack.com/{SECRET}")
    assert SECRET in config.notify.url
    assert SECRET not in repr(config)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{{url: http://hooks.example.com/{SECRET}}}", "https"),
        (f"{{url: 'https://u:{SECRET}@hooks.example.com/{SECRET}'}}", "no user"),
        (f"{{url: https://hooks.example.com/{SECRET}, format: xml}}", "`format` is `xml`"),
        (f"{{url: https://hooks.example.com/{SECRET}, on: [deploy]}}", "`on` is `deploy`"),
        (f"{{url: https://hooks.example.com/{SECRET}, on: []}}", "on"),
        (f"{{url: https://hooks.example.com/{SECRET}, chanel: x}}", "chanel"),
        (f"https://hooks.example.com/{SECRET}", "mapping"),
        (f"{{url: [https://hooks.example.com/{SECRET}]}}", "best from the environment"),
        (f"{{url: '${{HOST}}https://hooks.example.com/{SECRET}${{'}}", "without a variable's name"),
        (f"\n  url:\n    http://hooks.example.com/{SECRET}", "https"),
        (f"{{url: 'https://hooks.example.com/${{}}/{SECRET}'}}", "without a variable's name"),
        (f"{{'https://hooks.example.com/{SECRET}': x}}", "is no key of `notify`"),
        ("{url: 7}", "webhook"),
        ("{}", "`url` is missing"),
    ],
)
def test_what_is_wrong_is_said_without_the_url(text, words, tmp_path):
    config, findings = loaded(tmp_path, text)
    assert config is None
    assert words in " ".join(finding.message for finding in findings)
    assert SECRET not in str(findings)
