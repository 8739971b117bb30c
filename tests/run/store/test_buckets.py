"""Buckets that cannot be used, and what is said then."""

import importlib
import socket
import sys

import pytest
from moto.backends import get_backend

from tests.support.object_store import refused
from zonesync.load import State
from zonesync.run.store import StoreError, open_store, untested


@pytest.fixture
def store(served, tmp_path):
    return open_store(served.state, tmp_path)


ACTS = [
    ("PUT", "write", lambda store: store.put_if_absent("a/b", b"x")),
    ("PUT", "write", lambda store: store.replace("a/b", b"x", None)),
    ("PUT", "(read|write)", lambda store: store.replace("a/b", b"x", '"abc"')),
    ("PUT", "write", lambda store: [store.row("a/b")._store.put("a/b", b"x", None)]),
    ("GET", "read", lambda store: store.get("a/b")),
    ("GET", "read", lambda store: store.fetch("a/b")),
    ("POST", "remove", lambda store: store.remove("a/b")),
    ("GET", "list", lambda store: store.names("a/")),
    ("GET", "list", lambda store: store.rows("a/")),
    ("GET", "list", lambda store: store.row("a/b").append(b"x")),
    ("GET", "list", lambda store: store.row("a/b").records()),
    ("GET", "list", lambda store: store.row("a/b").remove()),
]


@pytest.mark.parametrize(("method", "act", "run"), ACTS)
def test_no_bucket_is_never_taken_for_an_empty_one(served, store, method, act, run):
    get_backend("s3")["123456789012"]["global"].delete_bucket("state")

    with pytest.raises(StoreError, match=rf"cannot {act} s3://state/team/dns/a/.*: there is no such bucket: create it"):
        run(store)


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        ("403 Forbidden", "AccessDenied", "access is denied: the credentials need leave"),
        ("403 Forbidden", "", "access is denied"),
        ("403 Forbidden", "InvalidAccessKeyId", r"the credentials are not accepted.* \(InvalidAccessKeyId\)"),
        ("403 Forbidden", "SignatureDoesNotMatch", "the credentials are not accepted"),
        ("400 Bad Request", "ExpiredToken", "the credentials are not accepted: renew"),
        ("401 Unauthorized", "", "the credentials are not accepted"),
        ("403 Forbidden", "RequestTimeTooSkewed", "the clock of this machine"),
        ("400 Bad Request", "AuthorizationHeaderMalformed", "the bucket is in another region: write its `region:`"),
        ("301 Moved Permanently", "PermanentRedirect", "the bucket is in another region: write its `region:`"),
        ("301 Moved Permanently", "", "the bucket is in another region: write its `region:`"),
        ("418 I am a teapot", "Teapot", r"it answers 418 \(Teapot\), which zonesync does not know"),
        ("404 Not Found", "", "it answers 404, which zonesync does not know"),
        ("404 Not Found", "ContainerNotFound", "there is no such bucket"),
    ],
)
@pytest.mark.parametrize(("method", "act", "run"), [ACTS[0], ACTS[4], ACTS[6], ACTS[7]])
def test_every_answer_has_words_and_a_next_step(served, store, method, act, run, status, code, words):
    secret = "AKIAIOSFODNN7EXAMPLE"
    served.service.faults.append((method, refused(status, code, f"the string to sign was \x1b[31m{secret}")))

    with pytest.raises(StoreError, match=f"cannot {act} s3://state/team/dns/a/.*: {words}") as caught:
        run(store)
    assert secret not in str(caught.value)
    assert str(caught.value).isprintable()
    assert caught.value.__suppress_context__
    assert served.service.faults == []


def test_a_service_that_is_busy_all_the_time_is_named(served, store, monkeypatch):
    served.service.faults += [("GET", refused("503 Slow Down", "SlowDown"))] * 7

    with pytest.raises(
        StoreError, match=r"it answers 503( \(SlowDown\))?: the service is busy or broken, tried 7 times"
    ):
        store.get("a/b")


def test_nobody_listening_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("zonesync.run.store.buckets._RETRY", {"max_retries": 0})
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")
    store = open_store(State(url="s3://state", endpoint="http://127.0.0.1:1"), tmp_path)

    with pytest.raises(StoreError, match="cannot list s3://state/a/: no connection could be made"):
        store.names("a/")


def test_a_service_that_never_answers_is_not_waited_for_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr("zonesync.run.store.buckets._RETRY", {"max_retries": 1})
    monkeypatch.setattr("zonesync.run.store.buckets.ANSWER_SECONDS", 0.05)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        store = open_store(State(url="s3://state", endpoint=endpoint), tmp_path)
        for act in (lambda: store.get("a"), lambda: store.put_if_absent("a", b"x"), lambda: store.names("a/")):
            with pytest.raises(StoreError, match="no answer came in time"):
                act()


@pytest.mark.parametrize(("given", "used"), [("eu-west-1", "eu-west-1"), ("", "ap-south-1")])
def test_a_region_comes_from_the_state_or_else_from_the_environment(served, tmp_path, monkeypatch, given, used):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    signed, app = [], served.service.app

    def noting(environ, start_response):
        signed.append(environ["HTTP_AUTHORIZATION"].split("/")[2])
        return app(environ, start_response)

    served.service.app = noting
    assert open_store(served.state.model_copy(update={"region": given}), tmp_path).get("a") is None
    assert signed == [used]


def test_plain_http_is_spoken_only_to_an_endpoint_that_says_so(served, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    for name in ("AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.setenv(name, served.endpoint)
    store = open_store(State(url=served.url), tmp_path)

    with pytest.raises(StoreError, match="plain HTTP is spoken only where `state:` has an `endpoint:`"):
        store.get("a")
    assert served.service.requests == []


def test_missing_credentials_are_named_when_the_state_is_opened(tmp_path, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with pytest.raises(StoreError, match="no credentials for the state s3://state were found: set AWS_PROFILE, or"):
        open_store(State(url="s3://state"), tmp_path)

    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(StoreError, match="no credentials for the state s3://state were found"):
        open_store(State(url="s3://state"), tmp_path)

    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none"))
    with pytest.raises(StoreError, match=r"gs://state.*[:;] set GOOGLE_APPLICATION_CREDENTIALS"):
        open_store(State(url="gs://state"), tmp_path)

    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(StoreError, match=r"az://state.*; set AZURE_STORAGE_ACCOUNT_NAME"):
        open_store(State(url="az://state"), tmp_path)


def test_without_boto3_credentials_come_from_the_environment(served, tmp_path, monkeypatch):
    monkeypatch.setattr("zonesync.run.store.buckets._is_installed", lambda _: False)
    store = open_store(served.state, tmp_path)

    assert store.put_if_absent("a", b"1")
    assert store.get("a") == b"1"


def test_without_the_library_a_bucket_says_what_to_install_and_a_folder_works(tmp_path, monkeypatch):
    for module in ("objects", "buckets", "refusals"):
        monkeypatch.delitem(sys.modules, f"zonesync.run.store.{module}", raising=False)
    for module in [name for name in sys.modules if name.partition(".")[0] == "obstore"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "obstore", None)
    package = importlib.import_module("zonesync.run.store")

    with pytest.raises(StoreError, match=r"s3://state/x needs a library .* `pip install 'zonesync\[state\]'`"):
        package.open_store(State(url="s3://state/x"), tmp_path)
    assert package.open_store(State(), tmp_path).put_if_absent("a", b"1")


def test_a_list_has_all_its_pages_in_order(served, store):
    names = [f"audit/{number:012d}.json" for number in range(2345)]
    served.service.fill([f"team/dns/{name}" for name in reversed(names)])
    served.service.fill(["team/dns-other/audit/x", "team/dns/audit-too/x", "team/dns/audit/x/y"])

    assert store.names("audit/") == names
    assert store.names("") == []


def test_what_a_console_puts_in_the_place_of_a_folder_is_no_object(served, store):
    served.service.fill(["team/dns/", "team/dns/audit/", "team/dns/journal/", "team/dns/journal/run.row/"])

    assert [store.names(folder) for folder in ("", "audit/", "journal/")] == [[], [], []]
    assert list(store.row("journal/run").records()) == []
    store.row("journal/run").append(b"1")
    assert list(store.row("journal/run").records()) == [b"1"]


def test_a_row_without_its_first_record_is_being_removed_and_is_none(served, store):
    row = store.row("journal/run")
    for number in range(12):
        row.append(b"%d" % number)
    assert "team/dns/journal/run.row/000012" in served.service.objects()
    store.drop("journal/run.row/000001")

    assert list(store.row("journal/run").records()) == []
    assert store.rows("journal/") == ["journal/run"]
    store.row("journal/run").remove()
    assert store.rows("journal/") == []
    assert served.service.objects() == {}


def test_a_row_loses_its_first_record_first(store):
    row, drop, dropped = store.row("journal/run"), store.drop, []
    for number in range(3):
        row.append(b"%d" % number)
    store.drop = lambda path: (dropped.append(path), drop(path))
    row.remove()

    assert dropped[0] == "journal/run.row/000001"
    assert len(dropped) == 3


def test_a_row_that_is_removed_while_it_is_read_has_no_records(served, store):
    row = store.row("journal/run")
    row.append(b"1")
    row.append(b"2")
    served.service.requests.clear()
    look = store.look

    def late(path):
        store.drop("journal/run.row/000002")
        return look(path)

    store.look = late
    assert list(store.row("journal/run").records()) == []


def test_rows_count_on_beyond_six_digits(served, store):
    served.service.fill([f"team/dns/journal/run.row/{number:06d}" for number in (1, 999999)])
    row = store.row("journal/run")
    row.append(b"a")
    row.append(b"b")

    assert list(store.row("journal/run").records()) == [b"", b"", b"a", b"b"]


def test_a_prefix_is_no_must(served, tmp_path):
    store = open_store(served.state.model_copy(update={"url": "s3://state"}), tmp_path)

    assert store.put_if_absent("audit/1", b"1")
    assert (store.names("audit/"), served.service.objects()) == (["audit/1"], {"audit/1": b"1"})


def test_cloud_storage_says_that_it_is_untested():
    assert "has not been tested with" in untested("gs://bucket/prefix")
    assert [untested(url) for url in (".zonesync", "s3://bucket", "az://container")] == ["", "", ""]
