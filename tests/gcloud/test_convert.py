"""Cloud DNS's ResourceRecordSets and the model's RRsets say the same."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.gcloud_rdata import stored
from tests.strategies import APEX, RDATA_TYPES, rrsets
from tests.support.examples import examples
from zonesync.model.rrset import RRset
from zonesync.model.zone import Kept
from zonesync_gcloud.convert import TYPES, MalformedError, digest, from_native, plain, to_native
from zonesync_gcloud.policies import described

held = rrsets(APEX, tuple(sorted(TYPES & set(RDATA_TYPES))))


@pytest.mark.property
@examples(100)
@given(held)
def test_what_is_sent_reads_back_as_it_was(rrset: RRset):
    assert from_native(to_native(rrset)) == rrset


@pytest.mark.property
@examples(100)
@given(held)
def test_what_is_sent_reads_back_as_it_was_in_the_services_spelling(rrset: RRset):
    native = to_native(rrset)
    if any(value.startswith("\\#") for value in native["rrdatas"]):
        return  # of the generic form of RFC 3597 the service knows nothing
    spelled = {**native, "rrdatas": [stored(rrset.type, value) for value in native["rrdatas"]]}
    assert from_native(spelled) == rrset


@pytest.mark.property
@examples(100)
@given(held, st.randoms(use_true_random=False))
def test_the_order_of_values_says_nothing(rrset: RRset, random):
    native = to_native(rrset)
    random.shuffle(native["rrdatas"])
    assert from_native(native) == rrset


@pytest.mark.property
@examples(100)
@given(held)
def test_what_is_sent_is_json_and_dotted(rrset: RRset):
    native = to_native(rrset)
    assert json.loads(json.dumps(native)) == native
    assert native["name"].endswith(".")


@pytest.mark.parametrize(
    ("rtype", "theirs", "ours"),
    [
        ("AAAA", "2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("MX", "10 Mail.Example.NET.", "10 mail.example.net."),
        ("CNAME", "WWW.Example.net.", "www.example.net."),
        ("DS", "12345 13 2 " + "AB" * 32, "12345 13 2 " + "ab" * 32),
        ("TXT", "v=DKIM1; k=rsa", '"v=DKIM1;" "k=rsa"'),
        ("TXT", '"a" "b"', '"a" "b"'),
        ("TXT", r'"quote \" backslash \\ \195\188"', r'"quote \" backslash \\ \195\188"'),
        ("ALIAS", "Target.example.net.", "target.example.net."),
    ],
)
def test_the_services_spelling_reads_as_ours(rtype: str, theirs: str, ours: str):
    native = {"name": "Example.COM.", "type": rtype, "ttl": 300, "rrdatas": [theirs]}
    assert from_native(native) == RRset("example.com.", rtype, 300, (ours,))


def test_names_with_escapes_are_read():
    native = {"name": r"A\.b\032c.example.com.", "type": "A", "ttl": 300, "rrdatas": ["192.0.2.1"]}
    assert from_native(native).name == r"a\.b\032c.example.com."


def test_a_ttl_may_come_as_text():
    native = {"name": "example.com.", "type": "A", "ttl": "300", "rrdatas": ["192.0.2.1"]}
    assert from_native(native) == RRset("example.com.", "A", 300, ("192.0.2.1",))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            {"routingPolicy": {"geo": {"items": [{"location": "us-east1"}] * 3}}, "rrdatas": []},
            "geo policy, 3 locations",
        ),
        ({"type": "DNSKEY", "rrdatas": ["257 3 13 AA=="]}, "a type that is not managed here, 1 value"),
        ({"type": "LOC", "rrdatas": ["x", "y"]}, "a type that is not managed here, 2 values"),
        ({"rrdatas": ["no address"]}, "unreadable: "),
        ({"rrdatas": [5]}, "unreadable: "),
        ({"rrdatas": []}, "unreadable: "),
        ({"rrdatas": ["192.0.2.1"], "ttl": None}, "unreadable: `None` is no TTL"),
        ({"rrdatas": ["192.0.2.1"], "ttl": True}, "unreadable: `True` is no TTL"),
        ({"rrdatas": ["192.0.2.1"], "name": "a..example.com."}, "unreadable: "),
    ],
)
def test_what_the_model_cannot_hold_is_kept_with_its_description(more: dict[str, Any], words: str):
    kept = from_native({"name": "www.example.com.", "type": "A", "ttl": 300, **more})
    assert isinstance(kept, Kept)
    assert kept.description.startswith(words)
    assert kept.type == more.get("type", "A")


@pytest.mark.parametrize(
    "native", [{}, {"name": "a."}, {"name": 1, "type": "A"}, {"name": "a.", "type": "A", "rrdatas": "x"}]
)
def test_what_is_no_record_set_at_all_is_refused(native: dict[str, Any]):
    with pytest.raises(MalformedError):
        from_native(native)


def test_an_alias_without_a_ttl_has_no_form():
    with pytest.raises(ValueError, match="without a TTL"):
        to_native(RRset("example.com.", "A", None, ("alias a.example. - false",)))


def test_output_only_fields_are_not_sent_back():
    native = {
        "kind": "dns#resourceRecordSet",
        "name": "a.",
        "type": "A",
        "signatureRrdatas": ["x"],
        "routingPolicy": {"kind": "k", "wrr": {"kind": "k", "items": [{"kind": "k", "weight": 1.5, "rrdatas": ["a"]}]}},
    }
    assert plain(native) == {
        "name": "a.",
        "type": "A",
        "routingPolicy": {"wrr": {"items": [{"weight": 1.5, "rrdatas": ["a"]}]}},
    }


def test_the_digest_changes_with_the_data_and_not_with_what_is_put_out():
    native = {"name": "a.", "type": "A", "routingPolicy": {"wrr": {"items": [{"weight": 1}]}}}
    other = {"name": "a.", "type": "A", "routingPolicy": {"wrr": {"items": [{"weight": 2}]}}}
    assert digest(native) == digest({"kind": "dns#resourceRecordSet", "signatureRrdatas": ["x"], **native})
    assert digest(native) != digest(other)


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"geo": {"items": [{"location": "us-east1"}]}}, "geo policy, 1 location"),
        ({"geo": {"items": [{}, {}], "enableFencing": True}}, "geo policy, 2 locations, fenced"),
        ({"wrr": {"items": [{"weight": 1}, {"weight": 2}]}}, "weighted round robin, 2 items"),
        (
            {
                "primaryBackup": {
                    "primaryTargets": {"internalLoadBalancers": [{}, {}], "externalEndpoints": ["192.0.2.1"]},
                    "backupGeoTargets": {"items": [{}]},
                }
            },
            "failover, 3 primary targets, 1 backup location",
        ),
        ({"primaryBackup": "?"}, "failover, of an unknown form"),
        ({"geo": None}, "geo policy, 0 locations"),
        ({"latency": {}}, "routing policy of an unknown kind"),
        ("text", "routing policy of an unknown kind"),
    ],
)
def test_every_policy_is_described_on_one_line(policy: object, words: str):
    assert described(policy) == words
