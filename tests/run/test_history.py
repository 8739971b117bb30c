"""What the audit log tells of the past, held against a model that was there."""

import json
from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.model.change import Change
from zonesync.model.names import NameSyntaxError
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Kept, ZoneId
from zonesync.run import chain, history, snapshots
from zonesync.run.audit import AuditError, AuditLog
from zonesync.run.entries import sides
from zonesync.run.runs import runs
from zonesync.run.selection import Filter, select
from zonesync.run.snapshots import fingerprint
from zonesync.run.store import MemoryStore
from zonesync.views import audit_json, audit_text

ZONES = (ZoneId("example.com."), ZoneId("example.com.", "inside"), ZoneId("example.net."))
PROVIDERS = ("aws", "ns1")
PLACES = tuple((zone, provider) for zone in ZONES for provider in PROVIDERS)
LABELS = ("", "www.", "*.dev.", "a\\.b.")


def entry(kind, run, number=0, **more):
    return {
        "kind": kind,
        "run": run,
        "time": f"2026-11-22T02:03:{number % 60:02d}Z",
        "actor": f"kim-{run}",
        "author": "",
        "user": "ci",
        "host": "runner",
        "commit": f"c0ffee{run}",
        "run_url": f"https://ci.example/{run}",
        "plan": "sha256:0",
        **more,
    }


def changed(run, zone, provider, before, after, outcome="applied", **more):
    said = {"outcome": outcome, "change_id": "C1", "words": "", "step": "content", "number": 1}
    return entry("change", run, zone=str(zone), provider=provider, **said, **sides(Change(before, after)), **more)


def rrset(zone, label, value, ttl=300):
    return RRset.of(f"{label}{zone.name}", "A", ttl, [f"192.0.2.{value}"])


@dataclass
class Model:
    """What everybody had at any time, and the log that tells of it."""

    store: MemoryStore = field(default_factory=MemoryStore)
    live: dict = field(default_factory=lambda: {place: {} for place in PLACES})
    entries: list = field(default_factory=list)
    last: dict = field(default_factory=dict)
    """By place and key the run that last touched it, with outcome and after."""
    snapshot: dict = field(default_factory=dict)
    since: dict = field(default_factory=dict)
    before: dict = field(default_factory=dict)
    """By run what everybody had before it."""

    def run(self, run, steps):
        self.before[run] = {place: dict(rrsets) for place, rrsets in self.live.items()}
        self.entries.append(entry("run_start", run, zones=[str(zone) for zone in ZONES], changes=len(steps)))
        for number, step in enumerate(steps):
            self.step(run, number, *step)
        self.entries.append(entry("run_end", run, outcome="complete"))

    def step(self, run, number, place, label, value, outcome):
        zone, provider = place
        key = Key(f"{label}{zone.name}", "A")
        if outcome == "snapshot":
            data = snapshots.of_live(zone, provider, self.live[place], ())
            self.entries.append(
                entry("zone", run, zone=str(zone), provider=provider, snapshot=snapshots.save(self.store, data))
            )
            self.snapshot[place] = (run, {one: fingerprint(rrset) for one, rrset in self.live[place].items()})
            self.since[place] = {}
            return
        before, after = self.live[place].get(key), rrset(zone, label, value) if value else None
        if before == after:
            return
        told = "unknown" if outcome in {"lost", "unheard"} else outcome
        self.entries.append(changed(run, zone, provider, before, after, told))
        if outcome in {"rejected", "conflict"}:
            return
        self.last[place, key] = (run, told, after)
        possible = (after,) if outcome == "applied" else (before, after)
        self.since.setdefault(place, {})[key] = tuple(one and fingerprint(one) for one in possible)
        if outcome != "lost":
            self.live[place] = {
                **{k: v for k, v in self.live[place].items() if k != key},
                **({key: after} if after else {}),
            }

    def log(self, batch):
        log = AuditLog(self.store)
        for start in range(0, len(self.entries), batch):
            log.append(self.entries[start : start + batch])
        return log


steps = st.tuples(
    st.sampled_from(PLACES),
    st.sampled_from(LABELS),
    st.integers(0, 4),
    st.sampled_from(["applied", "applied", "applied", "rejected", "conflict", "lost", "unheard", "snapshot"]),
)


@st.composite
def models(draw):
    model = Model()
    for number, each in enumerate(draw(st.lists(st.lists(steps, max_size=8), min_size=1, max_size=5))):
        model.run(f"run{number}", each)
    return model


@given(models(), st.integers(1, 7))
@examples(150)
def test_blame_names_the_last_run_that_touched_each_rrset(model, batch):
    entries = list(model.log(batch).entries())
    found = {
        ((one.zone, one.provider), one.key): (one.run, one.outcome, one.after)
        for zone in ZONES
        for one in history.blame(entries, zone)
    }
    assert found == model.last
    for zone in ZONES:
        for label in LABELS:
            mine = history.blame(entries, zone, label.removesuffix(".") or "@", "A")
            assert {one.provider: one.run for one in mine} == {
                place[1]: run
                for (place, key), (run, _, _) in model.last.items()
                if (place[0], key.name) == (zone, f"{label}{zone.name}")
            }


@given(models(), st.integers(1, 7), st.sets(st.sampled_from(PLACES)))
@examples(150)
def test_what_is_known_last_is_what_a_reader_from_the_start_would_say(model, batch, wanted):
    log = model.log(batch)
    found = history.last_known(log, model.store, wanted)
    told = {place for place in wanted if place in model.snapshot or model.since.get(place)}
    assert set(found) == told
    for place in told:
        known = found[place]
        assert known.problem == ""
        assert dict(known.since) == model.since.get(place, {})
        run, rrsets = model.snapshot.get(place, (None, None))
        assert (None if known.snapshot is None else dict(known.snapshot.rrsets)) == rrsets
        if run:
            assert known.run == run
        for key, live in model.live[place].items():
            expected = known.expects(key)
            assert fingerprint(live) in expected if expected is not None else rrsets is None
        for key in {key for _, key in model.last} - model.live[place].keys():
            expected = known.expects(key)
            assert expected is None or None in expected


@given(models(), st.integers(1, 7))
@examples(150)
def test_taking_a_run_back_gives_what_was_there_before(model, batch):
    """As long as every answer was heard, and for the last run, which nobody has changed anything after."""
    entries = list(model.log(batch).entries())
    run = list(model.before)[-1]
    taken = history.reversed_changes(entries, run)
    heard = all(one["outcome"] != "unknown" for one in model.entries if one["run"] == run and one["kind"] == "change")
    state = {place: dict(rrsets) for place, rrsets in model.live.items()}
    for place, rrsets in taken.items():
        for key, (before, after) in rrsets.items():
            assert before != after
            if heard:
                assert state[place].get(key) == after
            state[place].pop(key, None)
            if before:
                state[place][key] = before
    if heard:
        assert state == model.before[run]
    for zone in ZONES:
        only = {place: rrsets for place, rrsets in taken.items() if place[0] == zone}
        assert history.reversed_changes(entries, run, zone) == only
        assert history.reversed_changes(entries, run, str(zone)) == only


@given(models())
@examples(50)
def test_runs_are_summed_up_in_their_order(model):
    found = runs(model.entries)
    assert list(found) == list(model.before)
    for run, summary in found.items():
        mine = [one for one in model.entries if one["run"] == run]
        assert summary.outcome == "complete"
        assert (summary.actor, summary.commit) == (f"kim-{run}", f"c0ffee{run}")
        assert summary.counts == Counter(one["outcome"] for one in mine if one["kind"] == "change")


# Single cases
WWW = [rrset(ZONES[0], "www.", value) for value in range(4)]
ZONE = ZONES[0]


def known_of(*entries, store=None):
    store = store or MemoryStore()
    log = AuditLog(store)
    for one in entries:
        log.append([one])
    return history.last_known(log, store, [(ZONE, "aws")]).get((ZONE, "aws"))


def test_a_delete_is_blamed_too():
    entries = [changed("r1", ZONE, "aws", None, WWW[1]), changed("r2", ZONE, "aws", WWW[1], None)]
    (found,) = history.blame(entries, ZONE, "www")
    assert (found.run, found.after, found.before) == ("r2", None, WWW[1])


def paused(late=True):
    """The log of a run that lost its lock to another, and wrote down what it had done only after that one."""
    return [
        entry("run_start", "r0"),
        changed("r0", ZONE, "aws", None, WWW[0]),
        entry("run_start", "r1"),
        entry("run_start", "r2"),
        changed("r2", ZONE, "aws", WWW[1], WWW[2]),
        changed("r1", ZONE, "aws", WWW[0], WWW[1], **({"late": True} if late else {})),
    ]


def test_what_a_run_says_late_does_not_take_the_blame_from_the_run_that_came_after_it():
    assert [one.run for one in history.blame(paused(), ZONE)] == ["r2"]
    assert [one.run for one in history.blame([one for one in paused() if one["run"] != "r2"], ZONE)] == ["r1"]


def test_what_a_run_says_late_is_not_what_a_later_run_left():
    known = known_of(*paused())
    assert known.expects(WWW[2].key) == (fingerprint(WWW[2]),)
    alone = known_of(*(one for one in paused() if one["run"] != "r2"))
    assert alone.expects(WWW[1].key) == (fingerprint(WWW[1]),)


def test_a_snapshot_of_a_later_run_holds_against_what_a_run_says_late():
    store = MemoryStore()
    digest = snapshots.save(store, snapshots.of_live(ZONE, "aws", {WWW[2].key: WWW[2]}, ()))
    whole = entry("zone", "r2", zone="example.com", provider="aws", snapshot=digest)
    *before, last = paused()
    assert known_of(*before, whole, last, store=store).expects(WWW[2].key) == (fingerprint(WWW[2]),)


def test_an_attempt_that_did_not_take_effect_is_nobodys_blame():
    entries = [changed("r1", ZONE, "aws", None, WWW[1]), changed("r2", ZONE, "aws", WWW[1], WWW[2], "conflict")]
    assert [one.run for one in history.blame(entries, ZONE)] == ["r1"]


@pytest.mark.parametrize("name", ["www", "www.example.com.", "WWW.Example.com."])
def test_a_name_is_relative_or_absolute(name):
    assert len(history.blame([changed("r1", ZONE, "aws", None, WWW[1])], ZONE, name)) == 1
    assert history.blame([changed("r1", ZONE, "aws", None, WWW[1])], ZONE, name, "AAAA") == []


def test_what_is_no_name_is_an_error():
    with pytest.raises(NameSyntaxError):
        history.blame([], ZONE, "a..b")


def test_views_of_one_name_are_zones_of_their_own():
    entries = [changed("r1", ZONES[1], "aws", None, WWW[1])]
    assert history.blame(entries, ZONE) == []
    assert len(history.blame(entries, ZONES[1])) == 1


def test_a_change_that_was_recovered_says_by_whom():
    one = history.change(changed("dead", ZONE, "aws", None, WWW[1], "unknown", recovered_by="alive"))
    assert (one.run, one.recovered_by, one.possible) == ("dead", "alive", (None, WWW[1]))


def test_a_run_is_taken_back_to_before_its_first_change_and_not_at_all_where_it_did_so_itself():
    www = [changed("r1", ZONE, "aws", WWW[1], WWW[2]), changed("r1", ZONE, "aws", WWW[2], None)]
    assert history.reversed_changes(www, "r1") == {(ZONE, "aws"): {WWW[1].key: (WWW[1], None)}}
    assert history.reversed_changes([*www, changed("r1", ZONE, "aws", None, WWW[1])], "r1") == {}
    assert history.reversed_changes([*www, changed("r2", ZONE, "aws", None, WWW[3])], "r2") == {
        (ZONE, "aws"): {WWW[1].key: (None, WWW[3])}
    }


def test_a_run_that_has_not_ended_has_no_outcome():
    started = entry(
        "run_start", "r1", zones=["example.com"], changes=2, took_over={"example.com": "r0"}, rollback_of="r9"
    )
    found = runs([started])["r1"]
    assert (found.outcome, found.end, found.zones) == ("", "", ("example.com",))
    assert (found.took_over, found.rollback_of) == ({"example.com": "r0"}, "r9")
    ended = entry("run_end", "r1", outcome="killed", recovered_by="r2")
    found = runs([started, ended])["r1"]
    assert (found.outcome, found.recovered_by) == ("killed", "r2")


def test_the_breaking_of_a_lock_is_no_run():
    assert runs([entry("unlock", "r1", zone="example.com", holder="r0")]) == {}


def test_what_was_never_heard_of_is_not_known():
    assert known_of() is None
    assert known_of(changed("r1", ZONES[2], "aws", None, rrset(ZONES[2], "www.", 1))) is None
    assert known_of(changed("r1", ZONE, "aws", None, WWW[1], "rejected")) is None


def test_without_a_snapshot_only_what_was_changed_is_known():
    known = known_of(changed("r1", ZONE, "aws", None, WWW[1]), changed("r2", ZONE, "aws", WWW[1], WWW[2]))
    assert (known.run, known.snapshot, known.problem) == ("r2", None, "")
    assert known.expects(WWW[1].key) == (fingerprint(WWW[2]),)
    assert known.expects(Key("other.example.com.", "A")) is None


def test_a_change_whose_answer_was_lost_may_have_left_either_side():
    known = known_of(changed("r1", ZONE, "aws", WWW[1], WWW[2], "unknown"))
    assert known.expects(WWW[1].key) == (fingerprint(WWW[1]), fingerprint(WWW[2]))
    known = known_of(changed("r1", ZONE, "aws", WWW[1], None, "unknown"), changed("r2", ZONE, "aws", WWW[1], WWW[3]))
    assert known.expects(WWW[1].key) == (fingerprint(WWW[3]),)


def test_a_snapshot_knows_what_is_absent_and_what_is_kept():
    store = MemoryStore()
    kept = (Kept("geo.example.com.", "A", "geo", "sha256:3"),)
    digest = snapshots.save(store, snapshots.of_live(ZONE, "aws", {WWW[1].key: WWW[1]}, kept))
    whole = entry("zone", "r1", zone="example.com", provider="aws", snapshot=digest)
    known = known_of(changed("r0", ZONE, "aws", None, WWW[3]), whole, store=store)
    assert known.expects(WWW[1].key) == (fingerprint(WWW[1]),)
    assert known.expects(Key("other.example.com.", "A")) == (None,)
    assert known.snapshot.kept == {"geo.example.com. A": "sha256:3"}


@pytest.mark.parametrize("digest", ["sha256:" + "0" * 64, "", "nonsense"])
def test_a_snapshot_that_has_gone_is_said_and_nothing_is_made_up(digest):
    whole = entry("zone", "r1", zone="example.com", provider="aws", snapshot=digest)
    known = known_of(whole, changed("r2", ZONE, "aws", None, WWW[1]))
    assert (known.run, known.snapshot) == ("r1", None)
    assert known.problem
    assert known.expects(WWW[1].key) == (fingerprint(WWW[1]),)
    assert known.expects(Key("other.example.com.", "A")) is None


def test_the_log_is_read_from_its_end_only_as_far_as_needed():
    store = MemoryStore()
    log = AuditLog(store)
    log.append([changed("r0", ZONE, "aws", None, WWW[1])])
    digest = snapshots.save(store, snapshots.of_live(ZONE, "aws", {}, ()))
    log.append([entry("zone", "r1", zone="example.com", provider="aws", snapshot=digest)])
    name = chain.name_of(1)
    store.replace(name, b"broken", store.fetch(name).version)
    assert history.last_known(log, store, [(ZONE, "aws")])[ZONE, "aws"].run == "r1"
    with pytest.raises(AuditError):
        history.last_known(log, store, [(ZONE, "ns1")])
    assert history.last_known(log, store, []) == {}


@pytest.mark.parametrize(
    "broken",
    [
        {"zone": "a..b"},
        {"zone": ""},
        {"name": "a..b."},
        {"name": "WWW.example.com."},
        {"name": "www"},
        {"type": "NONSENSE-1"},
        {"provider": ""},
        {"outcome": ""},
        {"after": {"ttl": "300", "rdatas": ["192.0.2.1"]}},
        {"after": {"ttl": True, "rdatas": ["192.0.2.1"]}},
        {"after": {"ttl": -1, "rdatas": ["192.0.2.1"]}},
        {"after": {"ttl": 2**31, "rdatas": ["192.0.2.1"]}},
        {"after": {"ttl": 300, "rdatas": []}},
        {"after": {"ttl": 300, "rdatas": ["nonsense"]}},
        {"after": {"ttl": 300, "rdatas": [5]}},
        {"after": {"ttl": None, "rdatas": ["192.0.2.1"]}},
        {"after": {"ttl": 300, "computed": {"aws": 2}}},
        {"after": "192.0.2.1"},
        {"before": None, "after": None},
        {"kind": "setting"},
    ],
    ids=str,
)
def test_an_entry_that_cannot_be_understood_is_passed_over(broken):
    one = {**changed("r1", ZONE, "aws", None, WWW[1]), **broken}
    assert history.change(one) is None
    assert [each.run for each in history.changes([one, changed("r2", ZONE, "aws", None, WWW[1])])] == ["r2"]


# What somebody put into the log by hand
_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats()
    | st.text(st.characters(), max_size=8)
    | st.sampled_from(
        ["example.com", "www.example.com.", "A", "SOA", "applied", "unknown", "run_start", "zone", "r1", "\x1b[31m"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["ttl", "rdatas", "computed", "x"]), inner)
    ),
    max_leaves=4,
)
_KEYS = (
    *entry("change", "r"),
    "zone",
    "provider",
    "name",
    "type",
    "step",
    "number",
    "before",
    "after",
    "outcome",
    "words",
)
_KEYS = (
    *_KEYS,
    "zones",
    "changes",
    "allowances",
    "took_over",
    "rollback_of",
    "recovered_by",
    "snapshot",
    "holder",
    "sequence",
)
KINDS = ("run_start", "change", "setting", "step", "zone", "run_end", "unlock", "other")
USUAL = {**changed("r1", ZONE, "aws", WWW[1], WWW[2]), "zones": ["example.com"], "snapshot": "sha256:" + "0" * 64}


@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(_KEYS), _values, max_size=4)), max_size=5
    )
)
@examples(400)
def test_whatever_stands_in_the_log_is_refused_or_told_and_nothing_steers_the_terminal(odd):
    entries = [{**USUAL, "kind": kind, **more} for kind, more in odd]
    document = {"format": 1, "sequence": 1, "previous": chain.EMPTY.digest, "entries": entries}
    store = MemoryStore()
    store.put_if_absent(chain.name_of(1), json.dumps(document).encode())
    log = AuditLog(store)
    try:
        read = list(log.entries())
    except AuditError:
        assert not log.verify().is_whole
        return
    assert log.verify().is_whole
    history.last_known(log, store, PLACES)
    history.reversed_changes(read, "r1")
    blamed = history.blame(read, ZONE)
    lines = [*audit_text.audit_lines(read), *audit_text.blame_lines(blamed), *audit_text.verdict_lines(log.verify())]
    shown = [audit_json.blame("z", blamed, 0), {"entries": read}]
    for run in runs(read).values():
        mine = [one for one in read if one.get("run") == run.id]
        lines += audit_text.run_lines(run, mine)
        shown.append(audit_json.run(run, mine))
    assert all(len(line) <= 80 or "sha256:" in line for line in lines)
    assert all(line.isprintable() for line in lines)
    assert json.loads(json.dumps(shown, allow_nan=False))
    for wanted in (
        Filter(zone="example.com"),
        Filter(name="*"),
        Filter(name="www"),
        Filter(since="2026"),
        Filter(actor="k*"),
    ):
        assert all(one in read for one in select(read, wanted))
