"""A webhook is told within bounded time, or not at all; nothing is raised, and nobody is shown its URL."""

import http.client
import json
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.fakes.kit import Answer
from tests.fakes.ns1_tls import self_signed
from tests.fakes.webhook import PATH, Webhook
from zonesync.run import deliver
from zonesync.run.deliver import Tries, post

BODY = json.dumps({"text": "hello"}).encode()
QUICK = Tries(first_wait=0.01)


@pytest.fixture
def hook():
    with Webhook() as service:
        yield service


def test_a_document_arrives_once(hook):
    assert post(hook.hook, BODY) == ""
    assert hook.told == [{"text": "hello"}]


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(status, hook):
    hook.fail(times=2, answer=Answer(status))
    assert post(hook.hook, BODY, QUICK) == ""
    assert len(hook.log) == 3
    assert len(hook.told) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 403, 404, 410])
def test_what_will_not_pass_is_not_tried_again(status, hook):
    hook.fail(times=9, answer=Answer(status, headers={"Location": hook.hook}))
    assert post(hook.hook, BODY, QUICK) == f"it answered {status}"
    assert len(hook.log) == 1


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_cut_connection_is_tried_again(drop, hook):
    hook.fail(drop=drop)
    assert post(hook.hook, BODY, QUICK) == ""
    assert len(hook.told) == (1 if drop == "before" else 2)


def test_tries_come_to_an_end(hook):
    hook.fail(times=99, answer=Answer(503))
    assert post(hook.hook, BODY, QUICK) == "it answered 503, tried 4 times"
    assert len(hook.log) == 4


def test_a_rest_that_is_asked_for_is_kept(hook, monkeypatch):
    slept = []
    monkeypatch.setattr("time.sleep", slept.append)
    hook.fail(answer=Answer(429, headers={"Retry-After": "7"}))
    assert post(hook.hook, BODY) == ""
    assert 7.0 in slept


@pytest.mark.parametrize("wait", ["60", format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)])
def test_who_asks_for_more_patience_than_there_is_goes_without(wait, hook):
    hook.fail(times=9, answer=Answer(429, headers={"Retry-After": wait}))
    assert post(hook.hook, BODY, QUICK) == "it answered 429"
    assert len(hook.log) == 1


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("12", 12.0),
        ("-1", None),
        ("soon", None),
        ("\u0661", None),
        ("9" * 40, None),
        (f"Sun, 06 Nov 1994 08:49:37 -{'9' * 20}", None),
    ],
)
def test_a_retry_after_is_read_or_ignored(text, seconds):
    assert deliver._wanted(text) == seconds


@pytest.mark.parametrize("host", ["a..b", ".a", f"{'a' * 64}.example"])
def test_a_host_that_is_no_name_is_said_at_once_and_nothing_is_printed(host, capfd):
    assert post(f"https://{host}/{PATH}", BODY) == "its host is no name"
    assert capfd.readouterr() == ("", "")


def test_a_defect_is_told_by_its_kind_and_nothing_is_printed(hook, monkeypatch, capfd):
    def broken(*_):
        raise ZeroDivisionError(hook.hook)

    monkeypatch.setattr(deliver, "_send", broken)
    assert post(hook.hook, BODY) == "a defect in zonesync itself: ZeroDivisionError"
    assert capfd.readouterr() == ("", "")


def test_a_date_in_the_past_asks_for_no_rest():
    assert deliver._wanted("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0


def test_a_service_that_says_nothing_is_left_behind(hook):
    hook.fail(times=9, delay=30.0)
    assert post(hook.hook, BODY, Tries(seconds=0.2)) == "it did not answer within 0.2 s"


def test_a_port_where_nobody_listens_is_named_by_the_systems_words_alone():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}{PATH}"
        words = post(url, BODY, QUICK)
    assert words.startswith("no answer: ")
    assert words.endswith(", tried 4 times")
    assert "s3cr3t" not in words


def test_an_answer_that_is_no_http_is_no_answer(monkeypatch, hook):
    def broken(*_, **__):
        raise http.client.BadStatusLine(hook.hook)

    monkeypatch.setattr("urllib.request.OpenerDirector.open", broken)
    assert post(hook.hook, BODY, QUICK) == "no answer: BadStatusLine, tried 4 times"


@pytest.mark.parametrize("url", ["", "http://example.com/x", "file:///etc/passwd", "https://example.com/a b"])
def test_nothing_is_sent_where_nothing_may_be(url):
    assert post(url, BODY)


def test_this_machine_is_asked_without_a_proxy(hook, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert post(hook.hook, BODY, Tries(attempts=1)) == ""


def test_a_certificate_is_looked_at(tmp_path, monkeypatch):
    certificate, key = self_signed(tmp_path)
    with Webhook(tls=(certificate, key)) as service:
        words = post(service.hook, BODY, Tries(attempts=1))
        assert words.startswith("no answer: ")
        assert "s3cr3t" not in words
        assert service.told == []
        monkeypatch.setenv("SSL_CERT_FILE", certificate)
        assert post(service.hook, BODY, Tries(attempts=1)) == ""
        assert len(service.told) == 1
