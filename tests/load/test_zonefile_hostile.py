"""Files made to hurt: every one ends in a finding, soon and in little memory."""

import resource
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zonesync.load.zonefile import limits, read_zonefile

HEAD = b"$TTL 300\n@ IN SOA ns1 host 1 2 3 4 60\n@ IN NS ns1\n"
MIB = 1 << 20


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"a TXT " + b"x" * 2 * MIB, "too-large"),
        (b'a TXT "' + b"x" * 2 * MIB, "too-large"),
        (b"a TXT " + b"(" * 2 * MIB, "too-large"),
        (b"a TXT " + b"(" * 1000, "zonefile-syntax"),
        (b"a TXT (\n" + b"x\n" * MIB, "too-large"),
        (b"a TXT (\n" + b'"\n' * 1000, "zonefile-syntax"),
        (b"a TXT " + b"\\" * 100_001, "zonefile-syntax"),
        (b"a" * MIB + b" A 192.0.2.1", "too-large"),
        (b"a." * 100_000 + b" A 192.0.2.1", "bad-name"),
        (b"a " + b"9" * 100_000 + b" A 192.0.2.1", "unknown-type"),
        (b"a A " + b"1." * 100_000, "bad-rdata"),
        (b"a TXT " + b"x " * 100_000, "bad-rdata"),
        (b"a HTTPS 1 . " + b"key1=x " * 50_000, "bad-rdata"),
        (b"a TYPE65280 \\# 65536 " + b"00" * 65536, "bad-rdata"),
        (b"\0" * 1000, "zonefile-syntax"),
        (b"\n".join([b"\0"] * 1000), "too-many-errors"),
        (b"$GENERATE 0-4294967295 a$ A 192.0.2.1", "bad-generate"),
        (b"$GENERATE 0-2147483647 a$ A 192.0.2.1", "too-large"),
        (b"$GENERATE 1-100000 a${0,255} A 192.0.2.1", "bad-name"),
        (b"$GENERATE 1-1 " + b"$" * 100_001 + b" A 192.0.2.1", "bad-name"),
    ],
)
def test_a_hostile_file_is_refused_by_a_finding(data, rule):
    zone = read_zonefile(HEAD + data, "example.com")
    assert rule in {finding.rule for finding in zone.errors}
    assert all(len(finding.message) < 1000 for finding in zone.errors)


def test_a_file_over_the_stated_size_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr("zonesync.load.zonefile.include.MAX_TOTAL", 20)
    path = tmp_path / "zone"
    path.write_bytes(HEAD)
    for source in (HEAD, path):
        (finding,) = read_zonefile(source, "example.com").findings
        assert finding.rule == "too-large"


@given(st.binary(max_size=300), st.booleans())
def test_no_octets_whatever_raise_anything(noise, head):
    zone = read_zonefile((HEAD if head else b"") + noise, "example.com")
    assert all(finding.place is not None and finding.place.line >= 1 for finding in zone.findings)


@pytest.mark.parametrize("line", [b"x" * 50 * MIB, b"a TXT " + b'"x" ' * 12 * MIB, b"( " * 25 * MIB, b'"' * 50 * MIB])
def test_a_line_of_fifty_mebibytes_needs_less_than_a_gibibyte(line, tmp_path):
    path = tmp_path / "zone"
    path.write_bytes(HEAD + line)
    program = """
import sys
from zonesync.load.zonefile import read_zonefile
print(read_zonefile(sys.argv[1], "a").errors[0].rule)
"""

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        resource.setrlimit(resource.RLIMIT_CPU, (5, 5))

    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        env={"PYTHONPATH": ":".join(sys.path)},
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("too-large\n", "")


def test_the_stated_limits_leave_room_for_real_zones():
    assert limits.MAX_TOTAL >= 100 * MIB
    assert limits.MAX_RECORD > 5 * 65535
