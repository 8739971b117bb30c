"""A zone that is signed needs every provider to sign, and each to publish the keys of all (RFC 8901)."""

import dns.dnssec
import dns.name
import dns.rdata
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.findings import Severity
from zonesync.model.rdata import to_wire
from zonesync.run.asking.signing import check, joining_problem, matches, signing_keys

ZONE = "child.lab."


def key(seed, *, sep=False, flags=0x0100, algorithm=13):
    octets = bytes((seed * 37 + place) % 256 for place in range(64))
    return (flags | (1 if sep else 0)).to_bytes(2, "big") + bytes([3, algorithm]) + octets


def ds(rdata, digest="SHA256", zone=ZONE):
    parsed = dns.rdata.from_wire("IN", "DNSKEY", rdata, 0, len(rdata))
    policy = dns.dnssec.allow_all_policy
    return dns.dnssec.make_ds(dns.name.from_text(zone), parsed, digest, policy=policy).to_wire()


KSK, KSK2 = key(1, sep=True), key(2, sep=True)
ZSK, ZSK2 = key(3), key(4)
FOREIGN = key(9, sep=True)


def rules(parent, **keys):
    return [(one.rule, one.severity, one.provider) for one in check(ZONE, parent, keys)]


ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


@pytest.mark.parametrize(
    ("parent", "keys", "expected"),
    [
        pytest.param(set(), {"a": {"s": ()}, "b": {"s": ()}}, [], id="nobody-signs"),
        pytest.param({ds(KSK)}, {"a": {"s": {KSK, ZSK}}}, [], id="one-provider"),
        pytest.param({ds(KSK)}, {"a": {"s": {KSK, ZSK, ZSK2}}, "b": {"s": {KSK, ZSK, ZSK2}}}, [], id="model-1"),
        pytest.param(
            {ds(KSK), ds(KSK2)},
            {"a": {"s": {KSK, ZSK, ZSK2}}, "b": {"s": {KSK2, ZSK, ZSK2}}},
            [],
            id="model-2",
        ),
        pytest.param(
            {ds(KSK), ds(KSK2)},
            {"a": {"s": {KSK, KSK2}}, "b": {"s": {KSK, KSK2}}},
            [],
            id="combined-keys-of-both",
        ),
        pytest.param(
            {ds(KSK), ds(KSK2)},
            {"a": {"s": {KSK}}, "b": {"s": {KSK2}}},
            [("keys-differ", ERROR, "a"), ("keys-differ", ERROR, "b")],
            id="combined-keys-apart",
        ),
        pytest.param(
            {ds(KSK), ds(KSK2)},
            {"a": {"s": {KSK, ZSK}}, "b": {"s": {KSK2, ZSK, ZSK2}}},
            [("keys-differ", ERROR, "a")],
            id="one-lacks-the-others-key",
        ),
        pytest.param(
            {ds(KSK)}, {"a": {"s": {KSK, ZSK}}, "b": {"s": ()}}, [("unsigned-provider", ERROR, "b")], id="one-unsigned"
        ),
        pytest.param(
            {ds(KSK)}, {"a": {"s": {KSK, ZSK}, "t": ()}}, [("unsigned-provider", ERROR, "a")], id="one-server-unsigned"
        ),
        pytest.param(
            {ds(KSK)},
            {"a": {"s": {KSK, ZSK, ZSK2}}, "b": {"s": {KSK2, ZSK, ZSK2}}},
            [("ds-without-key", ERROR, "b")],
            id="no-ds-for-the-second",
        ),
        pytest.param({ds(FOREIGN)}, {"a": {"s": {KSK, ZSK}}}, [("ds-without-key", ERROR, "a")], id="ds-of-nobody"),
        pytest.param({ds(KSK), ds(FOREIGN)}, {"a": {"s": {KSK, ZSK}}}, [], id="a-spare-ds"),
        pytest.param({ds(KSK, "SHA384")}, {"a": {"s": {KSK}}}, [], id="sha384"),
        pytest.param({ds(KSK, "SHA1")}, {"a": {"s": {KSK}}}, [], id="sha1"),
        pytest.param(set(), {"a": {"s": {KSK, ZSK}}}, [("keys-without-ds", INFO, "")], id="no-ds"),
        pytest.param(
            set(),
            {"a": {"s": {KSK}}, "b": {"s": {KSK2}}},
            [("keys-differ", INFO, "a"), ("keys-differ", INFO, "b"), ("keys-without-ds", INFO, "")],
            id="no-ds-and-keys-apart",
        ),
        pytest.param(None, {"a": {"s": {KSK}}, "b": {"s": ()}}, [], id="a-parent-nobody-asked"),
        pytest.param({ds(KSK)}, {"a": {"s": {KSK, ZSK}}, "b": {}}, [], id="a-provider-that-does-not-answer"),
        pytest.param(
            {ds(KSK)},
            {"a": {"s": {KSK, ZSK}, "t": {KSK, ZSK, ZSK2}}},
            [("keys-differ", WARNING, "a")],
            id="a-rollover-between-servers",
        ),
        pytest.param(
            {to_wire("DS", "1 13 99 " + "ab" * 32)}, {"a": {"s": ()}}, [], id="a-digest-that-no-validator-knows"
        ),
    ],
)
def test_who_signs_with_which_keys_beside_which_ds_is_judged_as_a_validator_does(parent, keys, expected):
    assert rules(parent, **keys) == expected


def test_a_revoked_key_is_none_and_neither_is_one_without_the_zone_flag():
    revoked, none = key(1, sep=True, flags=0x0180), key(1, flags=0)
    assert not matches(ZONE, revoked, [ds(revoked)])
    assert not matches(ZONE, none, [ds(none)])
    assert signing_keys([revoked, none, b"", b"\x01"]) == frozenset()


@pytest.mark.property
@given(st.binary(max_size=80), st.binary(max_size=60))
@examples(200)
def test_any_octets_for_a_key_and_a_ds_are_judged_without_an_exception(rdata, digest):
    check(ZONE, [digest, digest[:3], b"\x00\x01\x0d\x02" + digest], {"a": {"s": [rdata, b"\x01\x00\x03\x0d" + rdata]}})


@pytest.mark.parametrize(
    ("signs", "parent", "signers", "refused"),
    [
        (False, {ds(KSK)}, ["a"], True),
        (False, {ds(KSK)}, [], True),
        (None, {ds(KSK)}, ["a"], True),
        (True, {ds(KSK)}, ["a"], False),
        (False, set(), ["a"], False),
        (False, set(), [], False),
        (False, None, ["a"], True),
        (False, None, [], False),
        (None, None, [], False),
    ],
)
def test_who_does_not_sign_may_not_join_a_zone_that_validators_look_at(signs, parent, signers, refused):
    problem = joining_problem(ZONE, "new", signs=signs, ds=parent, signers=signers)
    assert bool(problem) is refused
    if refused:
        assert all(word in problem for word in ("`new`", "`child.lab.`", "RFC 8901", "DS", "TTL"))
        assert not problem.endswith(".")


def test_key_tags_of_the_ds_are_told_where_no_key_fits():
    (found,) = check(ZONE, [to_wire("DS", "12345 13 2 " + "ab" * 32)], {"a": {"ns1 (192.0.2.1)": {KSK}}})
    assert "key tags 12345" in found.message
    assert "ns1 (192.0.2.1)" in found.message
