"""Zone files and vectors of other projects: read as their servers read them, but for a short table of exceptions.

What a file holds is told by the servers' verdicts and dumps, parsed here by dnspython, never by our reader.
"""

import gzip
import json
from collections import Counter
from functools import cache
from pathlib import Path

import dns.exception
import dns.name
import dns.rdata
import dns.rdatatype
import pytest
import yaml

from tests.support.shared import SHARED
from zonesync.load.zonefile import read_zonefile, write_zonefile
from zonesync.model import rdata

CORPORA = SHARED / "corpora"
VECTORS = CORPORA / "vectors"
EXCEPTIONS = json.loads(Path(__file__).with_name("zonefile_exceptions.json").read_text())
pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside this checkout")


def verdicts():
    path = CORPORA / "bind" / "verdicts.json"
    return json.loads(path.read_text())["zones"] if path.is_file() else {}


def pairs():
    path = VECTORS / "miekg_parse_pairs.json"
    return json.loads(path.read_text()) if path.is_file() else []


VERDICTS = verdicts()
PAIRS = pairs()
YAMLS = sorted(path.name for path in (VECTORS / "nlnetlabs-domain").glob("*.yaml"))


def wire(owner, ttl, rtype, text):
    value = dns.rdata.from_text("IN", rtype, text, dns.name.root, relativize=False)
    number = dns.rdatatype.from_text(rtype)
    return dns.name.from_text(owner).canonicalize().to_wire(), int(number), int(ttl), value.to_digestable().lower()


def dumped(text):
    """The records of text that a server or another parser printed, one a line."""
    records = Counter()
    for line in text.splitlines():
        if line and line[0] not in ";$":
            owner, ttl, _, rtype, *rest = line.split(None, 4)
            records[wire(owner, ttl, rtype, "".join(rest))] += 1
    return set(records)


def held(rrsets):
    """The records that our reader found, made comparable by wire form."""
    return {
        (
            dns.name.from_text(name).to_wire(),
            int(dns.rdatatype.from_text(rtype)),
            rrset.ttl,
            rdata.to_wire(rtype, text).lower(),
        )
        for (name, rtype), rrset in rrsets.items()
        for text in rrset.rdatas
    }


@cache
def canonical(path):
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="latin-1") as file:
        return dumped(file.read())


def bind_outcome(key):
    verdict = VERDICTS[key]
    path = CORPORA / "bind" / key
    zone = read_zonefile(path, verdict["origin"], root=path.parent)
    if zone.errors:
        assert all(error.place and error.place.line > 0 for error in zone.errors)
        return "refused"
    if "canonical" not in verdict:
        return "read"
    return "equal" if held(zone.rrsets) == canonical(CORPORA / "bind" / verdict["canonical"]) else "differs"


@pytest.mark.parametrize("key", VERDICTS)
def test_a_zone_file_is_read_as_the_servers_read_it(key):
    verdict, outcome = VERDICTS[key], bind_outcome(key)
    exception = EXCEPTIONS["bind"].get(key)
    if exception:
        assert outcome == exception["outcome"]
    elif verdict["consensus"] == "accept":
        assert outcome == "equal"
    elif verdict["consensus"] == "reject" and verdict.get("reject_kind") == "syntax":
        assert outcome == "refused"
    else:
        # The servers disagree, or object to what only a server checks: whatever is read is read as they do.
        assert outcome != "differs"


@pytest.mark.parametrize("key", VERDICTS)
def test_a_zone_file_written_again_holds_the_same(key):
    path = CORPORA / "bind" / key
    zone = read_zonefile(path, VERDICTS[key]["origin"], root=path.parent)
    if zone.errors:
        assert bind_outcome(key) == "refused"
        return
    text = write_zonefile(zone.rrsets, zone.origin)
    again = read_zonefile(text.encode(), zone.origin)
    assert again.rrsets == zone.rrsets
    assert not again.findings
    assert write_zonefile(again.rrsets, zone.origin) == text


@pytest.mark.parametrize("key", VERDICTS)
def test_the_quick_way_finds_what_the_careful_way_finds(key):
    path, origin = CORPORA / "bind" / key, VERDICTS[key]["origin"]
    assert read_zonefile(path, origin, root=path.parent) == read_zonefile(path, origin, root=path.parent, fast=False)


def pair_outcome(pair):
    # A SOA tells its zone itself; for the rest everything is in the root zone.
    zone = read_zonefile(f"$TTL 3600\n{pair['input']}".encode(), None if "SOA" in pair["input"] else ".")
    if zone.errors:
        return "refused"
    return "equal" if held(zone.rrsets) == dumped(pair["output"]) else "differs"


@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_a_vector_of_another_parser_is_read_as_it_says(number):
    pair = PAIRS[number]
    # Some vectors are inputs that must fail, or no zone text at all; their outputs are no records.
    expected = "equal" if "\tIN\t" in pair["output"] else "refused"
    exception = EXCEPTIONS["miekg"].get(str(number), {})
    assert pair_outcome(pair) == exception.get("outcome", expected)


class Loader(yaml.SafeLoader):
    """YAML with the vectors' tags, ``!A``, ``!Txt`` ..., as pairs of type and fields."""


def tagged(loader, suffix, node):
    construct = loader.construct_sequence if isinstance(node, yaml.SequenceNode) else loader.construct_mapping
    return suffix, construct(node)


Loader.add_multi_constructor("!", tagged)


def expected_record(record):
    kind, data = record["data"]
    if kind == "Unknown":
        text = f"\\# {len(data['data'] or '') // 2} {data['data'] or ''}"
        return wire(record["owner"], record["ttl"], data["rtype"].upper(), text)
    text = " ".join(f'"{part}"' for part in data) if kind == "Txt" else " ".join(map(str, data.values()))
    return wire(record["owner"], record["ttl"], kind.upper(), text.replace('o""', 'o\\""'))


@pytest.mark.parametrize("name", YAMLS)
def test_a_vector_in_yaml_is_read_as_it_says(name):
    vector = yaml.load((VECTORS / "nlnetlabs-domain" / name).read_text(), Loader)
    zone = read_zonefile(vector["zonefile"].encode(), vector["origin"])
    if name in EXCEPTIONS["nlnetlabs-domain"]:
        assert zone.errors
        return
    assert not zone.errors
    outside = [record for record in vector["result"] if not record["owner"].endswith(vector["origin"])]
    assert len(outside) == sum(finding.rule == "out-of-zone" for finding in zone.findings)
    assert held(zone.rrsets) == {expected_record(record) for record in vector["result"] if record not in outside}


def test_every_exception_is_of_a_vector_that_exists_and_cites_its_rfc():
    assert EXCEPTIONS["bind"].keys() <= VERDICTS.keys()
    assert all(int(number) < len(PAIRS) for number in EXCEPTIONS["miekg"])
    assert EXCEPTIONS["nlnetlabs-domain"].keys() <= set(YAMLS)
    for exception in (entry for table in EXCEPTIONS.values() for entry in table.values()):
        assert exception["rfc"].startswith("RFC ")
        assert exception["reason"]


def test_no_class_of_exceptions_grows_beyond_five():
    classes = Counter(entry["class"] for table in EXCEPTIONS.values() for entry in table.values())
    assert max(classes.values()) <= 5


def test_an_exception_that_is_not_needed_any_more_is_noticed():
    for key in EXCEPTIONS["bind"]:
        verdict = VERDICTS[key]
        wanted = "refused" if verdict.get("reject_kind") == "syntax" else "equal"
        assert bind_outcome(key) != wanted
    assert all(pair_outcome(PAIRS[int(number)]) != "equal" for number in EXCEPTIONS["miekg"])
