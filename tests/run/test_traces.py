"""The log is read backwards for who did something last, and no further than the answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.planning import APEX, ZONE, key
from tests.support.examples import examples
from zonesync.model.zone import ZoneId
from zonesync.run.readonce import ReadOnce
from zonesync.run.store import LocalStore, MemoryStore, StoreError
from zonesync.run.traces import Trace, look_back

A, B = (ZONE, "a"), (ZONE, "b")
WWW = key("www", "A")
SAID = {
    "time": "2026-11-20T02:03:04Z",
    "actor": "ada",
    "author": "Ada",
    "commit": "c0ffee",
    "run_url": "https://ci.example/1",
}


def change(run, after="192.0.2.1", outcome="applied", provider="a", name="www", zone="example.com"):
    data = after and {"ttl": 300, "rdatas": [after]}
    before = {"ttl": 300, "rdatas": ["192.0.2.9"]}
    sides = {"name": f"{name}.{APEX}", "type": "A", "before": before, "after": data}
    return {"kind": "change", "run": run, "zone": zone, "provider": provider, "outcome": outcome, **sides, **SAID}


def setting(run, after, outcome="applied", **more):
    sides = {"name": "networks", "before": [], "after": after}
    where = {"zone": "example.com", "provider": "a"}
    return {"kind": "setting", "run": run, **where, "outcome": outcome, **sides, **SAID, **more}


def created(run, outcome="done", settings=None):
    told = [{"name": "networks", "before": [], "after": ["net-1"]}] if settings is None else settings
    where = {"zone": "example.com", "provider": "a", "step": "create_zone"}
    return {"kind": "step", "run": run, **where, "outcome": outcome, "settings": told, **SAID}


def runs(entries):
    return {
        key.name: one.run for mine in look_back(entries, {A: [WWW]}, {}).changes.values() for key, one in mine.items()
    }


def test_the_newest_change_that_took_effect_is_the_last():
    assert runs([change("2", outcome="rejected"), change("1")]) == {WWW.name: "1"}
    assert runs([change("3"), change("2"), change("1")]) == {WWW.name: "3"}
    assert runs([change("2", outcome="unknown"), change("1")]) == {WWW.name: "2"}
    assert runs([change("2", after=None), change("1")]) == {WWW.name: "2"}


@pytest.mark.parametrize("other", [{"provider": "b"}, {"name": "api"}, {"zone": "example.com@in"}, {"zone": "a..b"}])
def test_what_another_provider_name_or_zone_had_does_not_count(other):
    assert runs([change("2", **other)]) == {}


def test_nothing_is_read_beyond_the_last_answer():
    read = []

    def entries():
        for entry in (change("4", name="api"), change("3"), setting("2", ["net-1"]), change("1", provider="b")):
            read.append(entry["run"])
            yield entry

    found = look_back(entries(), {A: [WWW]}, {A: ["networks"]})
    assert found.changes[A][WWW].run == "3"
    assert found.settings[A]["networks"].value == ("net-1",)
    assert read == ["4", "3", "2"]
    read.clear()
    assert look_back(entries(), {A: []}, {}).changes == {}
    assert read == []


def test_a_trace_says_who_when_and_from_which_commit():
    one = look_back([change("1")], {A: [WWW]}, {}).changes[A][WWW]
    expected = Trace("1", SAID["time"], "ada", "Ada", "c0ffee", SAID["run_url"], is_change=True)
    assert Trace.of(one) == expected
    assert look_back([setting("1", ["n"])], {}, {A: ["networks"]}).settings[A]["networks"].trace == expected
    assert Trace.of(look_back([change("1", after=None)], {A: [WWW]}, {}).changes[A][WWW]).is_delete
    assert not Trace.of(look_back([change("1", outcome="unknown")], {A: [WWW]}, {}).changes[A][WWW]).is_certain


@pytest.mark.parametrize(
    ("entries", "value"),
    [
        ([setting("2", ["net-2"]), created("1")], ("net-2",)),
        ([created("1")], ("net-1",)),
        ([setting("2", [], outcome="conflict"), created("1")], ("net-1",)),
        ([created("2", outcome="failed"), setting("1", ["net-0"])], ("net-0",)),
        ([created("2", settings="net"), created("2", settings=[7, {"name": "networks"}])], None),
        ([setting("1", "net"), setting("1", [7])], None),
        ([setting("1", ["net"], provider="b")], None),
    ],
)
def test_the_last_value_of_a_setting_is_one_that_was_made(entries, value):
    found = look_back(entries, {}, {A: ["networks"], B: ["other"]}).settings
    assert (found[A]["networks"].value if found else None) == value


def test_a_setting_that_was_made_in_part_is_not_certain():
    parts = [setting("2", ["net-2"], outcome="rejected"), setting("2", ["net-2"]), setting("1", ["net-1"])]
    assert not look_back(parts, {}, {A: ["networks"]}).settings[A]["networks"].trace.is_certain
    others = [setting("3", ["net-3"], outcome="rejected"), setting("2", ["net-2"])]
    assert look_back(others, {}, {A: ["networks"]}).settings[A]["networks"].trace.is_certain


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=3)
    | st.sampled_from(["change", "setting", "example.com"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(
    st.lists(
        st.dictionaries(st.sampled_from([*change("1"), "settings", "step"]), anything, max_size=8).map(
            lambda found: {"kind": "change", "zone": "example.com", **found}
        ),
        max_size=4,
    )
)
@examples(200)
def test_an_entry_that_is_none_of_ours_is_passed_over(entries):
    found = look_back([*entries, change("1")], {A: [WWW]}, {A: ["networks"]})
    assert WWW in found.changes[A]


# A store that is only looked at
class Far(MemoryStore):
    is_local = False

    def __init__(self):
        super().__init__()
        self.asked = []

    def get(self, name):
        self.asked.append(name)
        return super().get(name)

    def names(self, prefix):
        self.asked.append(prefix)
        return super().names(prefix)


def test_a_far_store_is_asked_once_for_each_object():
    far = Far()
    far.put_if_absent("audit/1", b"x")
    once = ReadOnce(far)
    for _ in range(2):
        assert once.names("audit/") == ["audit/1"]
        assert (once.get("audit/1"), once.get("audit/2")) == (b"x", None)
    assert far.asked == ["audit/", "audit/1", "audit/2"]


def test_a_store_that_is_only_looked_at_refuses_to_write(tmp_path):
    once = ReadOnce(LocalStore(tmp_path))
    for write in (
        lambda: once.put_if_absent("a", b""),
        lambda: once.replace("a", b"", None),
        lambda: once.remove("a"),
        lambda: once.row("a").append(b""),
        lambda: once.row("a").remove(),
    ):
        with pytest.raises(StoreError, match="only looked at"):
            write()
    assert once.is_local
    assert (once.fetch("a"), once.rows("a/"), list(once.row("a").records())) == (None, [], [])
    assert list(tmp_path.iterdir()) == []


def test_a_zone_that_differs_by_its_view_is_another_one():
    inside = (ZoneId(APEX, "in"), "a")
    found = look_back([change("2", zone="example.com@in"), change("1")], {A: [WWW], inside: [WWW]}, {})
    assert {str(zone): one[WWW].run for (zone, _), one in found.changes.items()} == {
        "example.com": "1",
        "example.com@in": "2",
    }
