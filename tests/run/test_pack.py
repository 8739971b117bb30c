"""A pack gives back the entries that were put into it, or nothing."""

import json
import zlib
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.run import pack as module
from zonesync.run.pack import pack, unpack

ENTRIES = st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=20), st.binary(max_size=60), max_size=6)


@examples(100)
@given(ENTRIES)
def test_what_is_packed_is_there_again_in_its_order(entries):
    assert list(unpack(pack(entries)).items()) == list(entries.items())


@examples(200)
@given(entries=ENTRIES, where=st.integers(0, 10**6), bit=st.integers(0, 7), cut=st.booleans())
def test_a_pack_that_is_damaged_holds_nothing(entries, where, bit, cut):
    data = bytearray(pack(entries))
    where %= len(data)
    data[where] ^= 1 << bit
    assert unpack(bytes(data[:where] if cut else data)) == {}


def _forged(body):
    packed = zlib.compress(body)
    return pack({})[:16] + sha256(packed).digest() + packed


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}\n",
        b"[]\nmore",
        b'[["a",3]]\nab',
        b'[["a",-1],["b",3]]\nab',
        b'[["a",-1]]\n',
        b'[["a","x"]]\nab',
        json.dumps([["a", 1 << 70]]).encode() + b"\n",
    ],
)
def test_an_index_that_does_not_fit_holds_nothing(body):
    assert unpack(_forged(body)) == {}


def test_what_swells_without_end_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(module, "MAX_SIZE", 1000)
    assert unpack(pack({"a": bytes(900)})) == {"a": bytes(900)}
    assert unpack(pack({"a": bytes(1000)})) == {}
