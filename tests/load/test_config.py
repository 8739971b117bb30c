import pytest

from zonesync.load import Defaults, Limit, Safety, State, load_config
from zonesync.load.config import Verify

WHOLE = """\
zones: [zones/*.yaml, more/**/*.yaml]
state: s3://bucket/prefix
defaults: {ttl: 2h, providers: [primary, ns1]}
providers:
  primary: {type: bind, directory: build/primary, nameservers: [ns1.example.net., ns2.example.net.]}
  ns1: {type: ns1, api_key: "${NS1_API_KEY}", endpoint: "https://${HOST}/v1", note: no}
  lab: {type: rfc2136, server: 127.0.0.1, port: 5300, tsig: {name: k, algorithm: hmac-sha256, secret: abc}}
safety: {max_deletes: 30%, max_changes: 12, always_allow: 3}
lint: {ignore: [low-ttl]}
"""
ENVIRON = {"NS1_API_KEY": "s3cret", "HOST": "h.example"}


def load(tmp_path, text, environ=ENVIRON):
    (tmp_path / "zonesync.yaml").write_text(text)
    return load_config(tmp_path / "zonesync.yaml", environ=environ)


def test_a_configuration_says_everything_the_model_holds(tmp_path):
    config, findings = load(tmp_path, WHOLE)

    assert findings == []
    assert config is not None
    assert (config.file, config.zones, config.state) == (
        "zonesync.yaml",
        ("zones/*.yaml", "more/**/*.yaml"),
        State(url="s3://bucket/prefix"),
    )
    assert config.defaults == Defaults(ttl=7200, providers=("primary", "ns1"))
    assert config.safety == Safety(
        max_deletes=Limit(amount=30, is_percent=True), max_changes=Limit(amount=12), always_allow=3
    )
    assert config.lint_ignore == ("low-ttl",)
    assert config.providers["primary"].options == {
        "directory": "build/primary",
        "nameservers": ["ns1.example.net.", "ns2.example.net."],
    }
    assert config.providers["lab"].options["port"] == "5300"
    assert config.providers["ns1"].options["note"] == "no"


def test_variables_are_filled_in_and_never_shown(tmp_path):
    config, _ = load(tmp_path, WHOLE)
    assert config is not None
    ns1, lab = config.providers["ns1"], config.providers["lab"]

    assert ns1.options["api_key"] == "s3cret"
    assert ns1.options["endpoint"] == "https://h.example/v1"
    assert (ns1.secret_keys, lab.secret_keys) == ({"api_key", "endpoint"}, {"tsig.secret"})
    assert ns1.public() == {"type": "ns1", "note": "no"}
    assert lab.public() == {
        "type": "rfc2136",
        "port": "5300",
        "server": "127.0.0.1",
        "tsig": {"algorithm": "hmac-sha256", "name": "k"},
    }
    assert "s3cret" not in repr(config)
    assert "abc" not in repr(config)


def test_everything_has_a_default(tmp_path):
    config, findings = load(tmp_path, "providers: {only: {type: bind}}")

    assert findings == []
    assert config is not None
    assert (config.zones, config.state) == (("zones/*.yaml",), State())
    assert config.defaults == Defaults(ttl=3600, providers=("only",))
    assert config.safety == Safety(
        max_deletes=Limit(amount=30, is_percent=True), max_changes=Limit(amount=60, is_percent=True), always_allow=3
    )


def test_of_several_providers_none_is_a_default(tmp_path):
    config, _ = load(tmp_path, "providers: {a: {type: bind}, b: {type: bind}}")

    assert config is not None
    assert config.defaults.providers == ()


@pytest.mark.parametrize(
    ("text", "rule", "line", "column"),
    [
        ("zone: [a]", "unknown-key", 1, 1),
        ("zones: {a: b}", "bad-value", 1, 8),
        ("state: ''", "bad-value", 1, 8),
        ("state: ~", "empty-value", 1, 8),
        ("defaults: {ttl: x}", "bad-ttl", 1, 17),
        ("defaults: {providers: [a]}", "unknown-provider", 1, 24),
        ("defaults: {tll: 5}", "unknown-key", 1, 12),
        ("providers: [a]", "bad-value", 1, 12),
        ("providers: {a: bind}", "bad-value", 1, 16),
        ("providers: {a: {directory: b}}", "bad-value", 1, 16),
        ("providers: {a: {type: ~}}", "empty-value", 1, 23),
        ("providers: {default: {type: bind}}", "bad-name", 1, 13),
        ("providers: {a b: {type: bind}}", "bad-name", 1, 13),
        ("providers: {a: {type: bind}, a: {type: bind}}", "duplicate-key", 1, 30),
        ("providers: {a: {type: ns1, api_key: '${NOPE}'}}", "missing-variable", 1, 37),
        ("providers: {a: {type: ns1, list: [x, '${NOPE}']}}", "missing-variable", 1, 38),
        ("providers: {a: {type: ns1, api_key: '${NS1-KEY}'}}", "bad-variable", 1, 37),
        ("safety: {max_deletes: 101%}", "bad-value", 1, 23),
        ("safety: {max_changes: many}", "bad-value", 1, 23),
        ("safety: {always_allow: -1}", "bad-value", 1, 24),
        ("safety: {max_plan_age: a week}", "bad-value", 1, 24),
        ("verify: {rate: 0}", "bad-value", 1, 16),
        ("verify: {rate: nan}", "bad-value", 1, 16),
        ("verify: {rate: inf}", "bad-value", 1, 16),
        ("verify: {timeout: 0}", "bad-value", 1, 19),
        ("verify: {timeout: soon}", "bad-value", 1, 19),
        ("verify: {port: 53}", "unknown-key", 1, 10),
        ("safety: {max_plan_age: 30 d}", "bad-value", 1, 24),
        ("safety: {max_plan_age: -1}", "bad-value", 1, 24),
        ("safety: {max_plan_age: [30d]}", "bad-value", 1, 24),
        ("lint: [x]", "bad-value", 1, 7),
        ("", "empty-file", 1, 1),
        ("[]", "bad-file", 1, 1),
        ("a: b: c", "yaml-syntax", 1, 5),
    ],
)
def test_a_mistake_is_one_finding_at_its_place(tmp_path, text, rule, line, column):
    config, findings = load(tmp_path, text)

    assert config is None
    assert [(found.rule, found.place and (found.place.line, found.place.column)) for found in findings] == [
        (rule, (line, column))
    ]


@pytest.mark.parametrize(
    "text",
    [
        "providers: {a: {type: ns1, api_key: hunter2}, b: c}",
        "providers: {a: {type: ns1, api_key: 'hunter2' : }}",
        'providers: {a: {type: x, tsig: {name: k, secret: "hunter2"}}, default: {type: x}}',
        "providers: {a: {token: hunter2}}",
    ],
)
def test_no_finding_shows_a_secret(tmp_path, text):
    config, findings = load(tmp_path, text)

    assert config is None
    assert findings
    assert all("hunter2" not in repr(finding) for finding in findings)
    assert all(len(finding.excerpt) == len(text) for finding in findings)


def test_a_missing_configuration_is_a_finding(tmp_path):
    config, (finding,) = load_config(tmp_path / "zonesync.yaml")

    assert (config, finding.rule) == (None, "missing-file")


@pytest.mark.parametrize(
    ("text", "count", "base", "holds"),
    [("30%", 3, 10, True), ("30%", 4, 10, False), ("0%", 0, 0, True), ("5", 5, 1, True), ("5", 6, 1000, False)],
)
def test_a_limit_is_a_share_or_a_number(text, count, base, holds):
    limit = Limit.parse(text)

    assert limit.holds(count, base) is holds
    assert str(limit) == text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7d", 604800), ("12h30m", 45000), ("3600", 3600), ("0", 0), ("never", None), ('"never"', None), ("1w2d", 777600)],
)
def test_the_age_of_a_plan_is_a_time_or_never(tmp_path, text, seconds):
    config, findings = load(tmp_path, f"safety: {{max_plan_age: {text}}}")
    assert findings == []
    assert config is not None
    assert config.safety == Safety(max_plan_age=seconds)
    assert Safety().max_plan_age == 30 * 86400


def test_a_url_with_a_password_and_what_a_variable_stands_for_are_secret(tmp_path):
    text = 'providers: {a: {type: t, proxy: "https://me:hunter2@h.example/v1", note: "x${HOST}y", l: [{url: "ftp://t@h"}]}}'
    config, _ = load(tmp_path, text)
    assert config is not None
    one = config.providers["a"]
    assert one.secret_keys == {"proxy", "note", "l.url"}
    assert one.filled_in == {"h.example"}
    assert one.public() == {"type": "t", "l": [{}]}
    assert "hunter2" not in repr(config)


def test_how_name_servers_are_asked_is_configured(tmp_path):
    file = tmp_path / "zonesync.yaml"
    file.write_text("verify: {rate: 1000, timeout: 0.5, root_hints: lab.hints}\n")
    config, findings = load_config(file)
    assert config is not None
    assert (config.verify, findings) == (Verify(rate=1000, timeout=0.5, root_hints="lab.hints"), [])
    file.write_text("{}\n")
    config, _ = load_config(file)
    assert config is not None
    assert config.verify == Verify()
