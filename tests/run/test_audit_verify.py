"""Whether the audit log is whole: every bit turned is found, and every other deed is told for what it is."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples, large
from zonesync.run import chain
from zonesync.run.audit import EMPTY, AuditError, AuditLog, Head
from zonesync.run.store import MemoryStore
from zonesync.run.verification import Deed, examine

TEXTS = (
    'say "hi" \\ back\\\\slash \\" \\u0041 \\010 \\"',
    "bücher · 例え · \U0001f980 · \u2028\u0085\x7f",
    "half a pair \udc80 and \ud83d",
    "tab\tbell\x07escape\x1b[31m nul\0 end",
    "v=DKIM1; p=" + "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A/+" * 20,
    '],"marks":"00000000","digest":"sha256:',
    "",
)


def change(number, text):
    return {
        "kind": "change",
        "run": f"20261122T02030{number % 10}Z-abcdef",
        "time": "2026-11-22T02:03:04Z",
        "zone": "example.com",
        "provider": "aws",
        "number": number,
        "name": f"n{number}.example.com.",
        "type": "TXT",
        "before": None,
        "after": {"ttl": 300, "rdatas": [text, "plain"]},
        "outcome": "applied",
        "words": text[::-1],
    }


def filled(objects=6):
    """A log with text of every kind in it."""
    store = MemoryStore()
    log = AuditLog(store)
    log.append([{"kind": "run_start", "run": "r", "zones": ["example.com"], "allowances": []}])
    for number in range(objects - 2):
        log.append([change(7 * number + at, text) for at, text in enumerate(TEXTS)])
    log.append([{"kind": "run_end", "run": "r", "outcome": "complete"}])
    return {name: store.get(name) for name in store.names("audit/")}


WHOLE = filled()
NAMES = tuple(WHOLE)
HEAD = Head(len(NAMES), chain.digest_of(WHOLE[NAMES[-1]]))
BITS = [(name, at, bit) for name, data in WHOLE.items() for at in range(len(data)) for bit in range(8)]


def verdict(objects, noted=None):
    return examine(sorted(objects.items()), noted)


def plain(name, data):
    """The entries of an object as they were written."""
    return [
        {key: value for key, value in entry.items() if key != "sequence"} for entry in chain.read(name, data).entries
    ]


def rewritten(objects, first, last, edit):
    """The objects, those from *first* to *last* edited, each with digests that are right again."""
    found = dict(objects)
    for number in range(first, last + 1):
        name = chain.name_of(number)
        previous = chain.digest_of(found[chain.name_of(number - 1)]) if number > 1 else EMPTY.digest
        found[name] = chain.encode(number, previous, edit(plain(name, objects[name])))
    return found


def test_a_log_that_nobody_touched_is_whole():
    found = verdict(WHOLE)
    assert found.is_whole
    assert (found.objects, found.entries, found.head) == (6, 30, HEAD)
    for number in range(1, len(NAMES) + 1):
        assert verdict(WHOLE, Head(number, chain.digest_of(WHOLE[chain.name_of(number)]))).is_whole
    assert verdict(WHOLE, EMPTY).is_whole


def test_an_object_has_an_entry_a_line_and_ends_in_the_digest_of_all_before():
    for data in WHOLE.values():
        document = json.loads(data)
        assert list(document) == ["format", "sequence", "previous", "entries", "marks", "digest"]
        assert len(data.splitlines()) >= len(document["entries"]) + 2
        assert data.count(b"\n") == len(document["entries"]) + 2
        assert data.endswith(b'"digest":"' + document["digest"].encode() + b'"}\n')


def test_every_bit_turned_at_500_places_is_found_in_the_object_itself():
    picked = random.Random(20261122)
    places = picked.sample(BITS[::8], min(500, large(120)))
    for name, at, _ in places:
        for bit in range(8):
            data = bytearray(WHOLE[name])
            data[at] ^= 1 << bit
            with pytest.raises(AuditError):
                chain.read(name, bytes(data))
            fault = verdict({**WHOLE, name: bytes(data)}).fault
            assert fault is not None, (name, at, bit)
            assert fault.sequence == chain.sequence_of(name)
            assert fault.deed in {Deed.EDITED, Deed.REORDERED}


def test_a_bit_turned_within_an_entry_names_that_entry():
    picked = random.Random(7)
    name = chain.name_of(3)
    lines = WHOLE[name].split(b"\n")
    for _ in range(large(150)):
        entry = picked.randrange(1, len(TEXTS) + 1)
        at = sum(len(line) + 1 for line in lines[:entry]) + picked.randrange(len(lines[entry]) - 1)
        data = bytearray(WHOLE[name])
        data[at] ^= 1 << picked.randrange(8)
        if data.count(b"\n") != WHOLE[name].count(b"\n"):
            continue
        fault = verdict({**WHOLE, name: bytes(data)}).fault
        assert (fault.deed, fault.sequence, fault.entry) == (Deed.EDITED, 3, entry), fault


def test_spelling_white_space_and_escapes_otherwise_is_found():
    name = chain.name_of(2)
    data = WHOLE[name]
    for old, new in (
        (b"\\ud83d", b"\\uD83D"),
        (b'"ttl":300', b'"ttl": 300'),
        (b'{"kind"', b'{ "kind"'),
        (b"}\n", b"}\n\n"),
    ):
        assert old in data
        altered = data.replace(old, new, 1)
        assert json.loads(altered) == json.loads(data)
        assert verdict({**WHOLE, name: altered}).fault.sequence == 2


def test_the_digest_in_capitals_is_found():
    for name, data in WHOLE.items():
        body, _, digest = data.rpartition(b"sha256:")
        altered = body + b"sha256:" + digest.upper()
        assert altered != data
        assert verdict({**WHOLE, name: altered}).fault.sequence == chain.sequence_of(name)


@pytest.mark.parametrize("size", [0, 1, 40, 200, 700, -400, -80, -70, -2, -1])
def test_an_object_that_was_cut_short_is_found(size):
    name = chain.name_of(4)
    fault = verdict({**WHOLE, name: WHOLE[name][:size]}).fault
    assert (fault.deed, fault.sequence) == (Deed.EDITED, 4)


# Entries within one object, whose digest was not made right again
def lines_changed(edit):
    name = chain.name_of(3)
    head, *entries, tail, end = WHOLE[name].split(b"\n")
    entries = edit([line.removesuffix(b",") for line in entries])
    return verdict({**WHOLE, name: b"\n".join((head, b",\n".join(entries), tail, end))}).fault


@pytest.mark.parametrize(
    ("edit", "deed", "entry", "words"),
    [
        (lambda e: [e[0], e[1].replace(b"plain", b"other"), *e[2:]], Deed.EDITED, 2, "entry 2 of 7 was edited"),
        (lambda e: [e[0], *e[2:]], Deed.EDITED, 2, "it has 6 entries of 7; entry 2 is the first that is missing"),
        (lambda e: e[:-1], Deed.EDITED, 7, "it has 6 entries of 7; entry 7 is the first that is missing"),
        (lambda e: [*e, b'{"kind":"change"}'], Deed.EDITED, 8, "it has 8 entries instead of 7; entry 8 is the first"),
        (lambda e: [e[0], e[2], e[1], *e[3:]], Deed.REORDERED, 2, "entry 2 of 7 stands in another's place"),
        (lambda e: [b"nonsense", *e[1:]], Deed.EDITED, 1, "entry 1 of 7 was edited, and is no JSON now"),
    ],
)
def test_what_was_done_to_an_entry_is_told(edit, deed, entry, words):
    fault = lines_changed(edit)
    assert (fault.deed, fault.sequence, fault.entry) == (deed, 3, entry)
    assert words in fault.words


def test_an_edited_entry_is_shown_by_what_it_is_about():
    fault = lines_changed(lambda e: [e[0].replace(b"n7.", b"x7."), *e[1:]])
    assert fault.words.endswith("which says now: change example.com x7.example.com. TXT aws")


def test_damage_around_the_entries_is_told_from_damage_to_one():
    name = chain.name_of(2)
    fault = verdict({**WHOLE, name: WHOLE[name].replace(b'"format":1', b'"format":3')}).fault
    assert (fault.deed, fault.entry) == (Deed.EDITED, 0)
    assert "its 7 entries are whole, what stands around them is not" in fault.words


# Whole objects
def without(objects, *numbers):
    return {name: data for name, data in objects.items() if chain.sequence_of(name) not in numbers}


@pytest.mark.parametrize(
    ("numbers", "first", "words"),
    [
        ([1], 1, "object 1 is missing, although there is object 2"),
        ([3], 3, "object 3 is missing"),
        ([2, 3, 4], 2, "objects 2 to 4 are missing, although there is object 5"),
        ([2, 4], 2, "object 2 is missing"),
    ],
)
def test_a_gap_is_a_removal(numbers, first, words):
    fault = verdict(without(WHOLE, *numbers)).fault
    assert (fault.deed, fault.sequence) == (Deed.REMOVED, first)
    assert words in fault.words


def test_objects_that_changed_places_are_told():
    two, four = chain.name_of(2), chain.name_of(4)
    fault = verdict({**WHOLE, two: WHOLE[four], four: WHOLE[two]}).fault
    assert (fault.deed, fault.sequence) == (Deed.REORDERED, 2)
    assert "object 2 is whole, but it is object 4" in fault.words


def test_an_object_rewritten_with_a_right_digest_breaks_the_link_to_the_next():
    forged = rewritten(WHOLE, 3, 3, lambda entries: entries[:-1])
    fault = verdict(forged).fault
    assert (fault.deed, fault.sequence) == (Deed.REWRITTEN, 3)
    assert "either object 3 was rewritten, or everything from object 4 on" in fault.words
    fault = verdict(forged, HEAD).fault
    assert (fault.deed, fault.sequence) == (Deed.REWRITTEN, 3)
    assert "object 3 was rewritten: object 4, for which the noted head vouches" in fault.words


def test_an_object_that_is_blamed_is_not_among_those_that_are_whole():
    forged = verdict(rewritten(WHOLE, 3, 3, lambda entries: entries[:-1]))
    assert forged.head == Head(2, chain.digest_of(WHOLE[chain.name_of(2)]))
    forged = verdict(rewritten(WHOLE, 1, 1, lambda entries: [*entries, {}]))
    assert (forged.fault.sequence, forged.head) == (1, EMPTY)


def test_a_first_object_that_follows_another_was_rewritten():
    name = chain.name_of(1)
    fault = verdict({**WHOLE, name: chain.encode(1, HEAD.digest, [])}).fault
    assert (fault.deed, fault.sequence) == (Deed.REWRITTEN, 1)


def test_without_a_head_nothing_tells_a_log_that_was_cut_off_or_wholly_rewritten():
    assert verdict(without(WHOLE, 5, 6)).is_whole
    assert verdict(rewritten(WHOLE, 1, 6, lambda entries: entries[:1])).is_whole


def test_a_head_that_is_newer_than_the_log_says_that_it_was_cut_off():
    fault = verdict(without(WHOLE, 5, 6), HEAD).fault
    assert (fault.deed, fault.sequence) == (Deed.CUT_OFF, 5)
    assert "the log ends with object 4, but it had 6: the last 2 were cut off" in fault.words
    fault = verdict({}, HEAD).fault
    assert (fault.deed, fault.sequence) == (Deed.CUT_OFF, 1)


def test_a_head_with_another_digest_says_that_the_log_was_rewritten():
    fault = verdict(WHOLE, Head(3, HEAD.digest)).fault
    assert (fault.deed, fault.sequence) == (Deed.REWRITTEN, 3)
    assert verdict(WHOLE, Head(0, HEAD.digest)).fault.deed is Deed.REWRITTEN
    assert verdict(WHOLE, Head(HEAD.sequence, EMPTY.digest)).fault.deed is Deed.REWRITTEN


def test_a_file_that_does_not_belong_into_the_log_is_told_after_everything_else():
    fault = verdict({**WHOLE, "audit/notes.txt": b""}).fault
    assert (fault.deed, fault.sequence) == (Deed.FOREIGN, 0)
    assert verdict({**without(WHOLE, 3), "audit/notes.txt": b""}).fault.deed is Deed.REMOVED


def test_an_object_that_goes_while_the_log_is_read_is_a_removal():
    fault = examine([*WHOLE.items(), (chain.name_of(7), None)], None).fault
    assert (fault.deed, fault.sequence) == (Deed.REMOVED, 7)


def deeds(picked):
    """One deed, done with some skill: the objects after it, and a head noted before it that tells."""
    objects = filled(picked.randrange(2, 9))
    last = len(objects)
    noted = picked.randrange(1, last + 1)
    head = Head(noted, chain.digest_of(objects[chain.name_of(noted)]))
    kind = picked.choice(("truncate", "remove", "swap", "rewrite", "rewrite all after", "cut and continue"))
    first = picked.randrange(1, noted + 1)
    if kind == "truncate":
        return kind, without(objects, *range(first, last + 1)), head
    if kind == "remove":
        return kind, without(objects, first), head
    if kind == "swap":
        other = picked.choice([number for number in range(1, last + 1) if number != first])
        one, two = chain.name_of(first), chain.name_of(other)
        return kind, {**objects, one: objects[two], two: objects[one]}, head
    if kind == "cut and continue":
        rest = without(objects, *range(first, last + 1))
        previous = chain.digest_of(rest[chain.name_of(first - 1)]) if first > 1 else EMPTY.digest
        for number in range(first, last + 1):
            data = chain.encode(number, previous, [change(number, "never happened")])
            rest[chain.name_of(number)], previous = data, chain.digest_of(data)
        return kind, rest, head
    to = first if kind == "rewrite" else last
    return (
        kind,
        rewritten(objects, first, to, lambda entries: [*entries[1:], {"kind": "zone", "words": "forged"}]),
        head,
    )


def test_with_a_head_100_truncations_removals_swaps_and_rewrites_are_found():
    picked = random.Random(4)
    kinds = set()
    for _ in range(100):
        kind, objects, head = deeds(picked)
        kinds.add(kind)
        assert not verdict(objects, head).is_whole, kind
    assert len(kinds) == 6


# Objects of before there was a digest in each
def old(sequence, previous, entries):
    document = {"format": 1, "sequence": sequence, "previous": previous, "entries": entries}
    return json.dumps(document, indent=1).encode() + b"\n"


def test_older_objects_are_read_and_followed_by_newer_ones():
    store = MemoryStore()
    first = old(1, EMPTY.digest, [{"kind": "run_end"}])
    second = old(2, chain.digest_of(first), [{"kind": "run_end", "n": 2}])
    for number, data in ((1, first), (2, second)):
        store.put_if_absent(chain.name_of(number), data)
    log = AuditLog(store)
    assert log.verify().unsealed == 2
    assert not log.verify().is_end_sealed
    log.append([{"kind": "run_end", "n": 3}])
    found = AuditLog(store).verify()
    assert (found.is_whole, found.unsealed, found.is_end_sealed, found.entries) == (True, 2, True, 3)
    edited = {chain.name_of(1): first.replace(b"run_end", b"run_ond"), chain.name_of(2): second}
    fault = verdict(edited).fault
    assert (fault.deed, fault.sequence) == (Deed.EDITED, 1)


def test_an_object_of_a_later_format_is_told_from_damage():
    name = chain.name_of(1)
    sealed = WHOLE[name].replace(b'"format":1', b'"format":2').rpartition(b"sha256:")[0] + b"sha256:"
    data = sealed + chain.digest_of(sealed).removeprefix("sha256:").encode() + b'"}\n'
    fault = verdict({name: data}).fault
    assert fault.deed is Deed.FOREIGN
    assert "a newer zonesync can read it" in fault.words
    with pytest.raises(AuditError, match="a newer zonesync wrote it"):
        chain.read(name, data)


def test_a_key_that_nobody_writes_is_refused():
    with pytest.raises(AuditError, match="no version of zonesync writes `more`"):
        chain.read(chain.name_of(1), json.dumps({**json.loads(old(1, EMPTY.digest, [])), "more": 1}).encode())


@given(data=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode(errors="replace")))
@examples(100)
def test_whatever_stands_in_an_objects_place_is_an_error_and_a_fault(data):
    with pytest.raises(AuditError):
        chain.read(chain.name_of(2), data)
    fault = verdict({**WHOLE, chain.name_of(2): data}).fault
    assert (fault.deed, fault.sequence) == (Deed.EDITED, 2)


@given(
    entries=st.lists(
        st.dictionaries(
            st.text(max_size=5).map("k{}".format),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.text(st.characters(), max_size=20),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
                max_leaves=5,
            ),
            max_size=4,
        ),
        max_size=4,
    )
)
@examples(200)
def test_what_is_written_is_read_again(entries):
    name = chain.name_of(7)
    data = chain.encode(7, EMPTY.digest, entries)
    assert plain(name, data) == entries
    assert chain.is_seal_whole(data)


def tower(height):
    value = []
    for _ in range(height):
        value = [value]
    return value


@pytest.mark.parametrize(
    "entry",
    [
        {"kind": 5},
        {"run": None},
        {"zones": "x"},
        {"number": "1"},
        {"deep": tower(20)},
        {"n": float("inf")},
        {"n": float("nan")},
    ],
    ids=str,
)
def test_an_entry_that_could_not_be_read_again_is_never_written(entry):
    store = MemoryStore()
    with pytest.raises(ValueError, match="an audit entry is a mapping of plain values"):
        AuditLog(store).append([entry])
    assert store.names("audit/") == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "5:",
        "x:sha256:" + "0" * 64,
        "5:sha256:" + "0" * 63,
        "5:md5:" + "0" * 64,
        "-1:sha256:" + "0" * 64,
        "٣:sha256:" + "0" * 64,
    ],
)
def test_what_is_no_head_is_an_error(text):
    with pytest.raises(ValueError, match="is no head of an audit log"):
        Head.parse(text)


def test_a_head_is_read_as_it_is_printed():
    assert Head.parse(str(HEAD)) == HEAD
    assert Head.parse(f" {HEAD}\n") == HEAD
