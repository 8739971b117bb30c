"""What `state:` may say, in both its forms."""

import jsonschema
import pytest
import yaml

from zonesync.load import State, load_config, schema


def load(tmp_path, state):
    (tmp_path / "zonesync.yaml").write_text(f"state: {state}\n")
    return load_config(tmp_path / "zonesync.yaml", environ={})


def is_in_schema(state):
    try:
        jsonschema.validate(yaml.safe_load(f"state: {state}"), schema("config"))
    except jsonschema.ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".zonesync", State()),
        ("/var/lib/zone sync", State(url="/var/lib/zone sync")),
        ("./s3:x", State(url="./s3:x")),
        ("s3://bucket", State(url="s3://bucket")),
        ("s3://bucket/", State(url="s3://bucket")),
        ("gs://my_bucket/a/b-c.d/", State(url="gs://my_bucket/a/b-c.d")),
        ("az://container/prefix", State(url="az://container/prefix")),
        ("{}", State()),
        ("{url: shared, durable: true}", State(url="shared", durable=True)),
        ("{durable: false, lease: 2}", State(lease=2)),
        ("{lease: 1m30s}", State(lease=90)),
        ("{lease: 1h}", State(lease=3600)),
        (
            "{url: s3://bucket/prefix, endpoint: 'http://127.0.0.1:9000/', region: eu-west-1, durable: yes, lease: 1m}",
            State(
                url="s3://bucket/prefix",
                endpoint="http://127.0.0.1:9000",
                region="eu-west-1",
                durable=True,
                lease=60,
            ),
        ),
        (
            "{url: az://c-1/p, endpoint: 'https://h.example/account'}",
            State(url="az://c-1/p", endpoint="https://h.example/account"),
        ),
    ],
)
def test_a_state_is_a_folder_or_a_bucket_with_settings(tmp_path, text, expected):
    config, findings = load(tmp_path, text)

    assert findings == []
    assert config is not None
    assert config.state == expected
    assert is_in_schema(text)


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("s3://bucket/a/b", ("s3", "bucket", "a/b", False)),
        ("gs://bucket", ("gs", "bucket", "", False)),
        ("a/b", ("", "", "", True)),
    ],
)
def test_a_url_has_parts(url, parts):
    state = State(url=url)

    assert (state.scheme, state.bucket, state.prefix, state.is_folder) == parts


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("''", 8, "`state` is empty"),
        ("[a]", 8, "`state` is a text"),
        ("ftp://host/x", 8, "no state can be kept at `ftp:`"),
        ("S3://bucket/x", 8, "did you mean `s3:`"),
        ("gcs://bucket/x", 8, "did you mean `gs:`"),
        ("file:///var/lib", 8, "no state can be kept at `file:`: write a folder"),
        ("s3:/bucket/x", 8, "two slashes"),
        ("s3:bucket", 8, "two slashes"),
        ("s3://", 8, "has no bucket"),
        ("s3:///prefix", 8, "has no bucket"),
        ("s3://b/x", 8, "`b` is no bucket's name"),
        ("s3://bück/x", 8, "is no bucket's name"),
        ("s3://bucket:80/x", 8, "is no bucket's name"),
        ("s3://bucket//x", 8, "is no prefix"),
        ("s3://bucket/../x", 8, "is no prefix"),
        ("s3://bucket/a b", 8, "is no prefix"),
        ("s3://bucket/a?versionId=1", 8, "without `?` and `#`"),
        ("s3://${BUCKET}/x", 8, "variables are filled in under `providers:` alone"),
        ('"a\\0b"', 8, "control character"),
        ("{url: ''}", 14, "`url` is empty"),
        ("{url: [a]}", 14, "`url` is a text"),
        ("{url: ftp://host}", 14, "no state can be kept"),
        ("{urll: a}", 9, "`urll` is no key of `state`"),
        ("{url: s3://bucket, access_key: x}", 27, "`access_key` is no key of `state`"),
        ("{endpoint: 'http://h'}", 9, "a folder has no `endpoint`"),
        ("{url: s3://bucket, endpoint: h:80}", 37, "`endpoint` is the URL of a service"),
        ("{url: s3://bucket, endpoint: 'ftp://h'}", 37, "`endpoint` is the URL of a service"),
        ("{url: s3://bucket, endpoint: 'http://h/?a=b'}", 37, "`endpoint` is the URL of a service"),
        ("{url: s3://bucket, endpoint: 'http://[::1'}", 37, "`endpoint` is the URL of a service"),
        ("{url: s3://bucket, endpoint: 'http://h:x'}", 37, "`endpoint` is the URL of a service"),
        ("{url: gs://bucket, region: eu-west-1}", 27, "`region` belongs to s3:// alone"),
        ("{url: s3://bucket, region: 'eu west'}", 35, "`eu west` is no region"),
        ("{durable: maybe}", 18, "`maybe` is neither `true` nor `false`"),
        ("{durable: [true]}", 18, "neither `true` nor `false`"),
        ("{lease: 1}", 16, "a lease is 2 to 3600 seconds"),
        ("{lease: 2h}", 16, "a lease is 2 to 3600 seconds"),
        ("{lease: [1]}", 16, "a lease is 2 to 3600 seconds"),
        ("{lease: soon}", 16, "`soon` is no TTL"),
    ],
)
def test_a_mistake_is_one_finding_at_its_value(tmp_path, text, column, words):
    config, (finding,) = load(tmp_path, text)

    assert config is None
    assert (finding.place.line, finding.place.column) == (1, column)
    assert words in f"{finding.message}; {finding.help}"


@pytest.mark.parametrize(
    "text",
    [
        "s3://AKIAUSER:hunter2@bucket/prefix",
        "{url: 's3://hunter2@bucket/prefix'}",
        "{url: s3://bucket, endpoint: 'https://user:hunter2@host'}",
        "{url: s3://bucket, secret_access_key: hunter2}",
    ],
)
def test_credentials_in_a_state_are_refused_and_never_shown(tmp_path, text):
    config, (finding,) = load(tmp_path, text)

    assert config is None
    assert "hunter2" not in repr(finding)
    assert "AKIAUSER" not in repr(finding)


@pytest.mark.parametrize("text", ["{urll: a}", "{lease: 1}", "{durable: maybe}", "[a]", "{lease: 4000}"])
def test_the_schema_refuses_what_the_loader_refuses(text):
    assert not is_in_schema(text)
