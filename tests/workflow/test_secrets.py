"""No secret of the configuration gets out with the words of a provider."""

import pytest

from tests.planning import NOW, Folder, found_in
from zonesync import workflow
from zonesync.load import Config, ProviderConfig
from zonesync.provider.errors import Denied, ProviderError, Unavailable
from zonesync.provider.memory import MemoryProvider
from zonesync.run.audit import AuditLog
from zonesync.run.store import LocalStore
from zonesync.workflow.secrets import concealed, concealing, without_secrets

SETTINGS = ProviderConfig(
    name="a",
    type="x",
    options={"api_key": "hunter2/=", "tsig": {"secret": "c2VjcmV0", "name": "k"}, "keys": ["first1", "second2"]},
    secret_keys=frozenset({"api_key", "tsig.secret", "keys"}),
)
CONFIG = Config(providers={"a": SETTINGS})


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("the key hunter2/= is wrong", "the key *** is wrong"),
        ("GET /?key=hunter2%2F%3D failed", "GET /?key=*** failed"),
        ("bad MAC (c2VjcmV0)", "bad MAC (***)"),
        ("first1, second2", "***, ***"),
        ("the name k is public", "the name k is public"),
        ("", ""),
    ],
)
def test_every_spelling_of_a_secret_is_starred_out(words, shown):
    assert without_secrets(words, SETTINGS) == shown
    assert concealed(CONFIG, "a", words) == shown
    assert concealed(CONFIG, "nobody", words) == words


def test_a_secret_of_one_letter_does_not_star_out_every_word():
    short = ProviderConfig(name="a", type="x", options={"api_key": "k"}, secret_keys=frozenset({"api_key"}))
    assert without_secrets("key k is unknown: `k`", short) == "key *** is unknown: `***`"
    empty = ProviderConfig(name="a", type="x", options={"api_key": ""}, secret_keys=frozenset({"api_key"}))
    assert without_secrets("words", empty) == "words"


def test_an_error_and_all_that_caused_it_lose_the_secret():
    def fail():
        try:
            {}["hunter2/="]
        except KeyError as cause:
            raise Denied("hunter2/= is wrong", hint="not hunter2/=") from cause

    with pytest.raises(ProviderError) as caught, concealing(CONFIG, "a"):
        fail()
    problem = caught.value
    assert (problem.words, problem.hint, str(problem)) == ("*** is wrong", "not ***", "*** is wrong")
    assert problem.args == ("*** is wrong",)
    assert problem.__cause__.args == ("***",)


def test_errors_that_cause_each_other_are_looked_at_once():
    one, other = ValueError("hunter2/="), ValueError("fine", 7)
    one.__cause__, other.__cause__ = other, one
    with pytest.raises(ValueError, match=r"\*\*\*"), concealing(CONFIG, "a"):
        raise one
    assert other.args == ("fine", 7)


class Chatty(MemoryProvider):
    """Says its key in every error."""

    def __init__(self, name, key):
        super().__init__(name)
        self.key = key
        self.failing = set()

    def _fail(self, call):
        if call in self.failing:
            raise Unavailable(f"no answer to {self.key}", provider=self.name)

    def read(self, zone):
        self._fail("read")
        return super().read(zone)

    def zones(self):
        self._fail("zones")
        yield from super().zones()

    def apply(self, live, changes):
        self._fail("apply")
        yield from super().apply(live, changes)


def test_no_command_shows_or_records_a_secret_that_a_provider_says(tmp_path):
    key = "swordfish-42"
    folder = Folder(tmp_path, {"a": {"type": "memory", "api_key": key}})
    one = Chatty("a", key)
    find = found_in({"a": one})
    folder.zone({"www": {"A": "192.0.2.1"}})
    planning = folder.plan(find=find)
    one.failing = {"apply"}
    run = folder.carry_out(planning.plan, planning)
    problems = [result.problem for result in run.results]
    assert any("no answer to ***" in problem for problem in problems)
    one.failing = {"read", "zones"}
    made = folder.plan(find=find).plan
    assert [unread.words for unread in made.unread] == ["no answer to ***"]
    (report,) = workflow.report_providers(folder.open(), find=find)
    assert report.problem == "no answer to ***"
    entries = list(AuditLog(LocalStore(tmp_path / ".zonesync")).entries())
    assert key not in str([problems, made, report, entries])


def test_an_export_shows_no_secret_that_a_provider_says(tmp_path, monkeypatch):
    folder = Folder(tmp_path, {"a": {"type": "memory", "api_key": "swordfish-42"}})
    one = Chatty("a", "swordfish-42")
    one.failing = {"read"}
    folder.zone({"www": {"A": "192.0.2.1"}})
    monkeypatch.setattr("zonesync.workflow.exchange.connect", lambda *_: {"a": one})
    with pytest.raises(Unavailable) as caught:
        workflow.export(folder.open(), "example.com", "a", "json", NOW)
    assert caught.value.words == "no answer to ***"
