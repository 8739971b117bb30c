"""What holds for rdata of every type: one canonical text, and every form leads to it."""

import dns.rdata
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import RDATA_TYPES, names, rdatas, rrsets, zones
from tests.support.examples import examples
from zonesync.model import rdata
from zonesync.model.names import is_within
from zonesync.model.rdata import RdataError, engine
from zonesync.model.rrset import RRset
from zonesync.model.zone import Zone

# Each type has its own run, so a few examples each are many over all.
a_few = examples(15)
every_type = pytest.mark.parametrize("rtype", RDATA_TYPES)
modelled = pytest.mark.parametrize("rtype", sorted(rdata.TYPES))
on_the_wire = pytest.mark.parametrize("rtype", [rtype for rtype in RDATA_TYPES if rtype != "ALIAS"])


def test_every_modelled_type_has_a_strategy() -> None:
    assert set(rdata.TYPES) == set(RDATA_TYPES) - {"TYPE65280"}


@every_type
@a_few
@given(data=st.data())
def test_canonical_text_is_a_fixed_point(rtype, data) -> None:
    text = data.draw(rdatas(rtype))

    assert rdata.canonical(rtype, text) == text
    assert engine.spell(rtype, text, ".") == text


@every_type
@a_few
@given(data=st.data())
def test_the_typed_value_spells_the_text_it_was_read_from(rtype, data) -> None:
    text = data.draw(rdatas(rtype))
    value = rdata.parse(rtype, text)

    assert value.to_text() == text
    assert value == rdata.parse(rtype, text)
    assert hash(value) == hash(rdata.parse(rtype, text))


@modelled
@a_few
@given(data=st.data())
def test_the_fields_of_a_value_lead_back_to_its_text(rtype, data) -> None:
    text = data.draw(rdatas(rtype))
    value = rdata.parse(rtype, text)
    fields = {name: getattr(value, name) for name in type(value).model_fields}

    assert rdata.from_fields(rtype, fields, "other.example.") == text


@on_the_wire
@a_few
@given(data=st.data())
def test_the_wire_form_leads_back_to_the_text(rtype, data) -> None:
    text = data.draw(rdatas(rtype))

    assert rdata.from_wire(rtype, rdata.to_wire(rtype, text)) == text


@pytest.mark.parametrize("rtype", [rtype for rtype in RDATA_TYPES if rtype not in {"ALIAS", "LOC"}])
@a_few
@given(data=st.data())
def test_dnspython_reads_the_canonical_text_to_the_same_wire_form(rtype, data) -> None:
    text = data.draw(rdatas(rtype))

    assert dns.rdata.from_text("IN", rtype, text).to_wire() == rdata.to_wire(rtype, text)


@on_the_wire
@a_few
@given(data=st.data())
def test_generic_data_of_a_known_type_is_decoded(rtype, data) -> None:
    text = data.draw(rdatas(rtype))
    wire = rdata.to_wire(rtype, text)

    assert rdata.canonical(rtype, f"\\# {len(wire)} {wire.hex(' ')}") == text


_KNOWN_TO_DNSPYTHON = sorted(
    dns.rdatatype.to_text(number)
    for number in dns.rdatatype.RdataType
    if number and not dns.rdatatype.is_metatype(number)
)
_alphabet = st.sampled_from([*r"""\"()#;@.=-+_: ,/'""", "\n", "\r", "\t", "\0", "é", "企", "\ud800", *"019afgmNSEWx"])
_arbitrary = st.text() | st.text(_alphabet, max_size=40)
_near_misses = st.sampled_from(RDATA_TYPES).flatmap(
    lambda rtype: st.tuples(rdatas(rtype), st.integers(0, 60), _arbitrary).map(
        lambda drawn: drawn[0][: drawn[1]] + drawn[2] + drawn[0][drawn[1] + 1 :]
    )
)


def _unless_refused(read):
    """Any error but RdataError is a defect, and fails the test that calls."""
    try:
        return read()
    except RdataError:
        return None


@given(rtype=st.sampled_from([*_KNOWN_TO_DNSPYTHON, "ALIAS", "TYPE65280"]), text=_arbitrary | _near_misses)
def test_any_text_is_canonical_after_one_step_or_refused_as_rdata(rtype, text) -> None:
    once = _unless_refused(lambda: rdata.canonical(rtype, text, "example.com."))

    if once is not None:
        assert rdata.canonical(rtype, once) == once
        assert rdata.parse(rtype, once).to_text() == once


@given(rtype=st.sampled_from([*_KNOWN_TO_DNSPYTHON, "TYPE65280"]), wire=st.binary(max_size=80))
def test_any_octets_are_rdata_with_a_text_that_reads_back_or_refused(rtype, wire) -> None:
    text = _unless_refused(lambda: rdata.from_wire(rtype, wire))

    if text is not None:
        assert rdata.canonical(rtype, text) == text
        assert rdata.to_wire(rtype, text).lower() == wire.lower()


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=8) | _arbitrary,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@modelled
@a_few
@given(data=st.data())
def test_any_mapping_is_rdata_or_refused(rtype, data) -> None:
    known = st.sampled_from([*rdata.TYPES[rtype].model_fields, "text", "base64"])
    fields = data.draw(st.dictionaries(known | st.text(max_size=5), _values, max_size=8))
    text = _unless_refused(lambda: rdata.from_fields(rtype, fields, "example.com."))

    if text is not None:
        assert rdata.canonical(rtype, text) == text


@given(data=st.binary(max_size=1200))
def test_text_without_boundaries_is_cut_at_255_octets(data) -> None:
    strings = rdata.txt_strings(rdata.txt_text(data))

    assert b"".join(strings) == data
    assert all(len(string) == 255 for string in strings[:-1])
    assert 0 < len(strings[-1]) <= 255 or data == b""


@given(strings=st.lists(st.binary(max_size=255), min_size=1, max_size=5))
def test_explicit_boundaries_are_kept(strings) -> None:
    text = rdata.txt_from_strings(strings)

    assert rdata.txt_strings(rdata.canonical("TXT", text)) == tuple(strings)


@every_type
@a_few
@given(data=st.data())
def test_targets_are_the_names_in_the_target_field(rtype, data) -> None:
    text = data.draw(rdatas(rtype))
    value = rdata.parse(rtype, text)
    field = {"MX": "exchange"}.get(rtype, "target")
    looked_up = rtype in {"ALIAS", "CNAME", "DNAME", "HTTPS", "MX", "NS", "PTR", "SRV", "SVCB"}
    target = getattr(value, field) if looked_up else "."

    assert rdata.targets(rtype, text) == (() if target == "." else (target,))


@given(rrset=rrsets())
def test_a_drawn_rrset_is_what_its_texts_build(rrset) -> None:
    assert RRset.of(rrset.name, rrset.type, rrset.ttl, rrset.rdatas) == rrset


@given(zone=zones())
def test_a_drawn_zone_is_one_that_a_server_loads(zone) -> None:
    assert isinstance(zone, Zone)
    for key in zone.rrsets:
        here = {other.type for other in zone.rrsets if other.name == key.name}
        assert is_within(key.name, zone.apex)
        assert key.type != "CNAME" or here == {"CNAME"}
        assert not any(
            other.type == "DNAME" and key.name != other.name and is_within(key.name, other.name)
            for other in zone.rrsets
        )


@given(name=names())
def test_a_drawn_name_is_canonical(name) -> None:
    assert rdata.canonical("CNAME", name) == name
