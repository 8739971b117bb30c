"""The audit log on a store that is far away: answers get lost, each look costs, and others write meanwhile."""

import pytest

from zonesync.run import chain
from zonesync.run.audit import AuditError, AuditLog
from zonesync.run.store import MemoryStore, StoreError


class Far(MemoryStore):
    """Counts what it is asked for, and loses answers as told."""

    is_local = False

    def __init__(self, *answers):
        super().__init__()
        self.answers = list(answers)
        self.lists = self.gets = 0

    def names(self, prefix):
        self.lists += 1
        return super().names(prefix)

    def get(self, name):
        self.gets += 1
        return super().get(name)

    def put_if_absent(self, name, data):
        answer = self.answers.pop(0) if self.answers else "heard"
        if answer == "never sent":
            raise StoreError("the service cannot be reached")
        placed = super().put_if_absent(name, data)
        if answer == "lost":
            raise StoreError("the answer was lost")
        return placed if answer == "heard" else super().put_if_absent(name, data)


class Near(Far):
    is_local = True


def numbers(store):
    return [entry["n"] for entry in AuditLog(store).entries()]


@pytest.mark.parametrize("answer", ["lost", "sent again"])
def test_an_object_whose_answer_was_lost_is_not_written_twice(answer):
    store = Far("heard", answer)
    log = AuditLog(store)
    heads = [log.append([{"n": n}]) for n in (1, 2, 3)]
    assert numbers(store) == [1, 2, 3]
    assert [head.sequence for head in heads] == [1, 2, 3]
    assert AuditLog(store).head() == heads[-1]
    assert log.verify(heads[1]).is_whole


def test_what_was_never_sent_is_an_error_and_can_be_tried_again():
    store = Far("heard", "never sent")
    log = AuditLog(store)
    log.append([{"n": 1}])
    with pytest.raises(StoreError, match="cannot be reached"):
        log.append([{"n": 2}])
    log.append([{"n": 2}])
    assert numbers(store) == [1, 2]


def test_what_a_folder_could_not_sync_is_an_error_although_it_is_there():
    store = Near("lost")
    log = AuditLog(store)
    with pytest.raises(StoreError, match="the answer was lost"):
        log.append([{"n": 1}])
    assert log.append([{"n": 2}]).sequence == 2
    assert numbers(store) == [1, 2]


def test_the_log_is_listed_once_however_much_is_appended():
    store = Far()
    other = AuditLog(store)
    log = AuditLog(store)
    for n in range(10):
        log.append([{"n": n}])
        assert log.head().sequence == n + 1
    assert store.lists == 1
    other.append([{"n": 10}])
    assert log.append([{"n": 11}]).sequence == 12
    assert log.head() == other.head()
    assert store.lists == 2


def test_nothing_is_appended_to_a_log_that_was_rewritten_meanwhile():
    store = Far()
    log = AuditLog(store)
    log.append([{"n": 1}])
    other = chain.encode(2, "sha256:" + "1" * 64, [{"n": 2}])
    store.put_if_absent(chain.name_of(2), other)
    for act in (log.head, lambda: log.append([{"n": 3}])):
        with pytest.raises(AuditError, match="does not follow the object before it"):
            act()


@pytest.mark.parametrize("make", [Far, Near])
@pytest.mark.parametrize("count", [0, 1, 8, 9, 40])
def test_objects_come_in_order_from_either_end(make, count):
    store = make()
    log = AuditLog(store)
    for n in range(count):
        log.append([{"n": n}, {"n": -n}])
    assert [one.sequence for one in log.objects()] == list(range(1, count + 1))
    assert [one.sequence for one in log.objects(backwards=True)] == list(range(count, 0, -1))
    assert list(log.entries_backwards()) == list(log.entries())[::-1]
    assert log.verify().objects == count


def test_who_stops_reading_does_not_fetch_all_of_a_long_log():
    store = Far()
    log = AuditLog(store)
    for n in range(100):
        log.append([{"n": n}])
    store.gets = 0
    for found in log.objects(backwards=True):
        assert found.entries[0]["n"] == 99
        break
    assert store.gets < 30


def test_an_object_that_cannot_be_fetched_is_an_error_in_its_place():
    class Broken(Far):
        def get(self, name):
            if name == chain.name_of(5):
                raise StoreError("the service is unwell")
            return super().get(name)

    store = Broken()
    log = AuditLog(store)
    for n in range(20):
        log.append([{"n": n}])
    seen = []
    with pytest.raises(StoreError, match="unwell"):
        seen.extend(found.sequence for found in log.objects())
    assert seen == [1, 2, 3, 4]


def test_a_listing_that_leaves_objects_out_is_not_the_end_of_the_log():
    class Forgetful(MemoryStore):
        """As something that answers in a bucket's place with a page that reads as an empty listing."""

        left = 0

        def names(self, prefix):
            return super().names(prefix)[: self.left]

    store = Forgetful()
    log = AuditLog(store)
    heads = [log.append([{"kind": "run_start", "run": str(number)}]) for number in range(4)]
    for store.left in (0, 2):
        seen = AuditLog(store)
        assert seen.verify().head == heads[-1]
        assert [entry["run"] for entry in seen.entries()] == ["0", "1", "2", "3"]
        assert [entry["run"] for entry in seen.entries_backwards()] == ["3", "2", "1", "0"]
