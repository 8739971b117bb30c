"""Export, then import: the same zone."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import APEX, RDATA_TYPES, names, ttls, zones
from zonesync.exporters import zone_yaml
from zonesync.load import Defaults, load_zone
from zonesync.load.zonefile import read_zonefile, require, write_zonefile
from zonesync.model.rrset import RRset
from zonesync.model.zone import Zone, ZoneId
from zonesync.plan import soa

pytestmark = pytest.mark.property

times = st.integers(0, 2**32 - 1) | st.sampled_from([2**31 - 1, 2**31, 2**32 - 1])
_rooted = names().filter(lambda name: name != ".")


@st.composite
def whole_zones(draw, types=RDATA_TYPES):
    """A zone with SOA and apex NS; SOA TTL equal to what the loader can say of it."""
    zone = draw(zones(types=types, max_size=8))
    servers = RRset(APEX, "NS", draw(ttls), tuple(sorted(draw(st.sets(_rooted, min_size=1, max_size=4)))))
    texts = [draw(_rooted), draw(_rooted), *(str(draw(times)) for _ in range(5))]
    start = RRset(APEX, "SOA", draw(ttls), (" ".join(texts),))
    return Zone(zone.id, {**zone.rrsets, servers.key: servers, start.key: start})


def read_yaml(text):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "zone.yaml"
        file.write_text(text)
        found, findings = load_zone(file, root=Path(folder), defaults=Defaults(providers=("a",)))
    assert found is not None, [str(finding) for finding in findings if finding.is_error] + [text]
    return found


@given(whole_zones())
def test_yaml_reads_back_as_the_zone_it_was_written_from(zone):
    found = read_yaml(zone_yaml.dumps(zone))
    servers, start = zone.rrsets[APEX, "NS"], zone.rrsets[APEX, "SOA"]
    assert found.id == zone.id
    assert found.rrsets == {key: rrset for key, rrset in zone.rrsets.items() if rrset not in (servers, start)}
    assert (found.nameservers.mode, found.nameservers.hosts, found.nameservers.ttl) == (
        "list",
        servers.rdatas,
        servers.ttl,
    )
    assert soa.same(soa.with_fields(start, found.soa), start), "the fields are those of the SOA"
    assert found.soa.keys() >= {"mname", "rname", "refresh", "retry", "expire", "minimum"}
    assert "serial" not in found.soa
    assert zone_yaml.dumps(zone) == zone_yaml.dumps(Zone(zone.id, dict(reversed(zone.rrsets.items()))))


def test_boundaries_between_any_bytes_read_back():
    text = RRset(APEX, "TXT", 60, ('"" "\\000"',))
    assert read_yaml(zone_yaml.dumps(Zone(ZoneId(APEX), {text.key: text}))).rrsets == {text.key: text}


@given(whole_zones(types=tuple(rtype for rtype in RDATA_TYPES if rtype != "ALIAS")))
def test_a_zone_file_reads_back_as_the_zone_it_was_written_from(zone):
    text = write_zonefile(zone.rrsets, APEX)
    found = require(read_zonefile(text.encode(), APEX))
    assert found.rrsets == zone.rrsets
    assert write_zonefile(found.rrsets, APEX) == text


@given(whole_zones())
def test_json_holds_every_rrset_as_it_is(zone):
    data = json.loads(json.dumps(zone_yaml.rrsets_data(zone.rrsets)))
    found = [RRset(one["name"], one["type"], one["ttl"], tuple(one["rdatas"])) for one in data]
    assert {rrset.key: rrset for rrset in found} == zone.rrsets
    assert len(found) == len(zone.rrsets)
