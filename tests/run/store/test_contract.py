"""What every store promises, on each kind of store."""

import itertools
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.run.store import StoreError

NAMES = ["audit/000000000001.json", "audit/000000000002.json", "locks/example.com%40in.json", "locks/a.json", "top"]
ROWS = ["journal/one", "journal/two", "top", "audit/000000000001.json"]
FOLDERS = ["audit/", "locks/", "journal/", "none/", ""]
names, rows = st.sampled_from(NAMES), st.sampled_from(ROWS)
operations = st.lists(
    st.one_of(
        st.tuples(st.just("put"), names),
        st.tuples(st.just("replace"), names, st.sampled_from(["now", "stale", "absent"])),
        st.tuples(st.just("remove"), names),
        st.tuples(st.just("append"), rows),
        st.tuples(st.just("remove_row"), rows),
        st.tuples(st.just("reopen")),
    ),
    max_size=14,
)
serial = itertools.count()


def folder_of(name):
    return name[: name.rfind("/") + 1]


class Model:
    """What a store should hold: objects with their versions, and rows."""

    def __init__(self, kind, home):
        self.kind, self.home, self.store = kind, home, kind.another()
        self.objects, self.rows, self.versions, self.stale = {}, {}, {}, {}

    def step(self, number, what, *rest):
        name = self.home + rest[0] if rest else ""
        data = f"{number} \xfc\n".encode() * (number + 1)
        getattr(self, what)(*([name, data, *rest[1:]] if rest else []))
        for name in self.objects.keys() | self.versions.keys():
            there = self.store.fetch(name)
            assert (there.data if there else None) == self.objects.get(name) == self.store.get(name)

    def put(self, name, data):
        assert self.store.put_if_absent(name, data) is (name not in self.objects)
        if name not in self.objects:
            self._now(name, data, self.store.fetch(name).version)

    def replace(self, name, data, which):
        expected = {"now": self.versions, "stale": self.stale, "absent": {}}[which].get(name)
        version = self.store.replace(name, data, expected)
        assert (version is not None) is (expected == self.versions.get(name))
        if version is not None:
            assert self.store.fetch(name).version == version
            self._now(name, data, version)

    def remove(self, name, _):
        self.store.remove(name)
        self._now(name, None, None)

    def append(self, name, data):
        row = self.store.row(name)
        for record in (data.replace(b"\n", b"\r\xe2\x80\xa8"), b"", b"{}", b"{}"):
            row.append(record)
            self.rows.setdefault(name, []).append(record)

    def remove_row(self, name, _):
        self.store.row(name).remove()
        self.rows.pop(name, None)

    def reopen(self):
        self.store = self.kind.another()

    def _now(self, name, data, version):
        if name in self.versions:
            self.stale[name] = self.versions.pop(name)
        self.objects.pop(name, None)
        if data is not None:
            self.objects[name], self.versions[name] = data, version


@examples(16)
@given(operations)
def test_a_store_is_a_dictionary_with_versions_and_rows(kind, script):
    model = Model(kind, f"{next(serial)}/")
    for number, step in enumerate(script):
        model.step(number, *step)
    store, home = model.store, model.home
    for folder in FOLDERS:
        here = home + folder
        assert store.names(here) == sorted(name for name in model.objects if folder_of(name) == here)
        assert store.rows(here) == sorted(name for name in model.rows if folder_of(name) == here)
    for name in {home + one for one in ROWS}:
        assert list(store.row(name).records()) == model.rows.get(name, [])


def test_bytes_come_back_as_they_were(store):
    for number, data in enumerate((b"", b"\0", bytes(range(256)) * 4096, b"\r\n\r\n", "ü\u2028".encode())):
        assert store.put_if_absent(f"x/{number}", data)
        assert store.get(f"x/{number}") == data


def test_a_version_is_another_one_after_every_write_of_other_data(store):
    first = store.replace("locks/a.json", b"1", None)
    second = store.replace("locks/a.json", b"2", first)

    assert len({first, second, None}) == 3
    assert store.fetch("locks/a.json").version == second
    assert store.replace("locks/a.json", b"3", first) is None
    assert store.replace("locks/a.json", b"3", None) is None
    assert store.replace("locks/b.json", b"3", second) is None
    assert (store.get("locks/a.json"), store.get("locks/b.json")) == (b"2", None)


def test_what_is_not_there_is_none_and_can_be_removed(store):
    store.remove("locks/a.json")
    store.row("journal/a").remove()

    assert (store.get("locks/a.json"), store.fetch("locks/a.json")) == (None, None)
    assert (store.names("locks/"), store.rows("journal/"), list(store.row("journal/a").records())) == ([], [], [])


@pytest.mark.parametrize(
    "name",
    [
        *("", "/", "/etc/passwd", "../x", "a/../b", "a/..", "a//b", ".guard", "a/.x.tmp", "a\0b", "a\nb", "\ud800"),
        *("ü", "a b", "x.row", "x.row/000001", "C:\\x", "~/../x", "a" * 201),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_by_every_method(store, name):
    for act in (
        lambda: store.put_if_absent(name, b"x"),
        lambda: store.get(name),
        lambda: store.fetch(name),
        lambda: store.replace(name, b"x", None),
        lambda: store.remove(name),
        lambda: store.row(name).append(b"x"),
        lambda: store.names(name or "x"),
        lambda: store.rows(name or "x"),
    ):
        with pytest.raises(StoreError, match="state"):
            act()
    assert store.names("") == []


def test_a_record_with_a_line_break_is_refused(store):
    with pytest.raises(StoreError, match="line break"):
        store.row("journal/a").append(b"one\ntwo")
    assert store.rows("journal/") == []


def test_of_many_threads_one_puts_and_one_replaces(kind):
    count, won = 6, []
    gate = threading.Barrier(count)
    version = kind.another().replace("locks/b.json", b"before", None)

    def contend(number):
        store = kind.another()
        data = str(number).encode()
        gate.wait()
        put = store.put_if_absent("locks/a.json", data)
        gate.wait()
        won.append((number, put, store.replace("locks/b.json", data, version) is not None))

    threads = [threading.Thread(target=contend, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (first,) = [number for number, has_put, _ in won if has_put]
    (second,) = [number for number, _, has_replaced in won if has_replaced]
    assert kind.another().get("locks/a.json") == str(first).encode()
    assert kind.another().get("locks/b.json") == str(second).encode()


def test_of_many_threads_none_loses_an_update(kind):
    def count_up():
        store = kind.another()
        for _ in range(5):
            while True:
                there = store.fetch("count")
                number = int(there.data.split()[0]) if there else 0
                data = f"{number + 1} {threading.get_ident()}".encode()
                if store.replace("count", data, there.version if there else None):
                    break

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kind.another().get("count").split()[0] == b"20"


def test_threads_of_a_run_share_a_row(store):
    row = store.row("journal/run")
    threads = [
        threading.Thread(target=lambda who=who: [row.append(b"%d.%d" % (who, one)) for one in range(6)])
        for who in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = list(store.row("journal/run").records())
    assert sorted(found) == sorted(b"%d.%d" % (who, one) for who in range(4) for one in range(6))
    for who in range(4):
        assert [one for one in found if one.startswith(b"%d." % who)] == [b"%d.%d" % (who, one) for one in range(6)]


def test_a_row_is_continued_by_whoever_opens_it_next(kind):
    kind.another().row("journal/run").append(b"one")
    later = kind.another().row("journal/run")
    later.append(b"two")

    assert list(kind.another().row("journal/run").records()) == [b"one", b"two"]
    assert kind.another().names("journal/") == []
    later.remove()
    assert kind.another().rows("journal/") == []
