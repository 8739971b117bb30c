"""The dollar lines: ``$ORIGIN``, ``$TTL``, ``$INCLUDE`` within its folder, ``$GENERATE`` by BIND's rules."""

import os

import pytest

from zonesync.findings import Place
from zonesync.load.zonefile import limits, read_zonefile
from zonesync.model.rrset import Key

HEAD = "$TTL 300\n@ IN SOA ns1 host 1 2 3 4 60\n@ IN NS ns1\n"


def read(text, root=None, **options):
    return read_zonefile((HEAD + text).encode(), "example.com", root=root, **options)


def names(zone):
    apex = ".example.com."
    return [(name.removesuffix(apex), rrset.ttl, *rrset.rdatas) for (name, _), rrset in list(zone.rrsets.items())[2:]]


def test_an_origin_holds_for_the_names_below_it_and_may_be_relative():
    zone = read("$ORIGIN sub ; note\na CNAME b\n$origin @\n$ORIGIN x\n@ CNAME a\n$ORIGIN EXAMPLE.com.\nc CNAME a")
    assert names(zone) == [
        ("a.sub", 300, "b.sub.example.com."),
        ("x.sub", 300, "a.x.sub.example.com."),
        ("c", 300, "a.example.com."),
    ]
    assert zone.directives == ("$TTL", "$ORIGIN")


def test_a_default_ttl_holds_for_the_records_below_it():
    assert names(read("a TXT x\n$TTL 1h\nb TXT x\n$DATE 20300101000000\nc 5 TXT x\nd TXT x")) == [
        ("a", 300, '"x"'),
        ("b", 3600, '"x"'),
        ("c", 5, '"x"'),
        ("d", 3600, '"x"'),
    ]


def test_a_directive_after_white_space_is_none():
    assert [finding.rule for finding in read(" $ORIGIN sub").errors] == ["unknown-type"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("$GENERATE 1-4/2 h$ A 192.0.2.$", [("h1", 300, "192.0.2.1"), ("h3", 300, "192.0.2.3")]),
        ("$generate 1-1 $ 60 IN A 192.0.2.$", [("1", 60, "192.0.2.1")]),
        ("$GENERATE 1-1 $ IN 1h A 192.0.2.$", [("1", 3600, "192.0.2.1")]),
        ('$GENERATE 1-2 @ MX "$ m$"', [("example.com.", 300, "1 m1.example.com.", "2 m2.example.com.")]),
        ('$GENERATE 7-7 h TXT "\\"a b$\\""', [("h", 300, '"a b7"')]),
        ("$GENERATE 7-7 h TXT a\\;b$ ; note", [("h", 300, '"a;b7"')]),
        ("$GENERATE 7-7 h TXT $$\\$", [("h", 300, '"$$"')]),
        ("$GENERATE 10-10 x${0} A 192.0.2.${-9}", [("x10", 300, "192.0.2.1")]),
        ("$GENERATE 1-1 x${+1,3} A 192.0.2.1", [("x002", 300, "192.0.2.1")]),
        ("$GENERATE 1-1 x${10,3,x}y${10,0,X}z${9,4,o} A 192.0.2.1", [("x00bybz0012", 300, "192.0.2.1")]),
        ("$GENERATE 1-1 x${-5,3,d} A 192.0.2.1", [("x-04", 300, "192.0.2.1")]),
        ("$GENERATE 1-1 x${-3,0,x} A 192.0.2.1", [("xfffffffe", 300, "192.0.2.1")]),
        ("$GENERATE 18-18 ${0,7,n} CNAME n${0,3,N}x", [("2.1.0.0", 300, "n2.1x.example.com.")]),
        ("$GENERATE 1-1 a${0,2,n}b${-2,0,n} A 192.0.2.1", [("a1.bf.f.f.f.f.f.f.f", 300, "192.0.2.1")]),
        ("$GENERATE 2147483647-2147483647 h$ A 192.0.2.1", [("h2147483647", 300, "192.0.2.1")]),
        ("$GENERATE 1-1 a\\.$ PTR b$", [("a\\.1", 300, "b1.example.com.")]),
    ],
)
def test_generate_makes_the_records_that_bind_makes(line, expected):
    zone = read(line)
    assert not zone.findings
    assert names(zone) == expected


def test_generate_leaves_the_current_owner_as_it_was():
    assert names(read("a TXT x\n$GENERATE 1-1 b TXT y\n AAAA ::1"))[-1] == ("a", 300, "::1")


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("$GENERATE 5-4 h$ A 192.0.2.$", "bad-generate"),
        ("$GENERATE 1-5/0 h$ A 192.0.2.$", "bad-generate"),
        ("$GENERATE 1-3/ h$ A 192.0.2.$", "bad-generate"),
        ("$GENERATE 1 h$ A 192.0.2.$", "bad-generate"),
        ("$GENERATE 0-4294967295 h$ A 192.0.2.$", "bad-generate"),
        ("$GENERATE 0-2147483647 h$ A 192.0.2.1", "too-large"),
        ("$GENERATE 1-2 h${0,2,k} A 192.0.2.$", "bad-generate"),
        ("$GENERATE 1-2 h${0,2 A 192.0.2.$", "bad-generate"),
        ("$GENERATE 1-2 h${0,256} A 192.0.2.$", "bad-generate"),
        ("$GENERATE 1-2 h${0,100} A 192.0.2.$", "bad-name"),
        ("$GENERATE 1-2 h${2147483647} A 192.0.2.$", "bad-generate"),
        ("$GENERATE 1-2 h$ MX 10 m$", "bad-generate"),
        ("$GENERATE 1-2 h$ A", "bad-generate"),
        ("$GENERATE 1-2 h$", "zonefile-syntax"),
        ("$GENERATE 1-2", "zonefile-syntax"),
        ("$GENERATE 1-2 h$ FOO x", "unknown-type"),
        ("$GENERATE 1-2 h$ CH A 192.0.2.1", "bad-class"),
        ("$GENERATE 255-256 h A 192.0.2.$", "bad-rdata"),
        ('$GENERATE 1-2 h TXT "(a$"', "zonefile-syntax"),
    ],
)
def test_a_generate_that_bind_refuses_is_refused_once(line, rule):
    (finding,) = read(line).findings
    assert (finding.rule, finding.place.line) == (rule, 4)


def test_all_generates_together_are_bounded(monkeypatch):
    monkeypatch.setattr("zonesync.load.zonefile.directives.MAX_GENERATED", 10)
    zone = read("$GENERATE 1-6 a$ A 192.0.2.1\n$GENERATE 1-6 b$ A 192.0.2.1\n")
    assert [(finding.rule, finding.place.line) for finding in zone.errors] == [("too-large", 5)]


def test_an_included_file_is_read_where_it_stands(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "hosts").write_text(" TXT from-before\na A 192.0.2.1\n$ORIGIN deep\n$TTL 7\nb A 192.0.2.2\n")
    zone = read("x A 192.0.2.9\n$INCLUDE sub/hosts other ; note\n AAAA ::1\nc A 192.0.2.3\n", tmp_path)
    assert not zone.findings
    assert names(zone) == [
        ("x", 300, "192.0.2.9"),
        ("x", 300, '"from-before"'),
        ("a.other", 300, "192.0.2.1"),
        ("b.deep.other", 7, "192.0.2.2"),
        ("x", 7, "::1"),
        ("c", 7, "192.0.2.3"),
    ]
    assert zone.place(Key("b.deep.other.example.com.", "A")) == Place("sub/hosts", 5, 1)
    assert zone.place(Key("c.example.com.", "A")) == Place("<zone>", 7, 1)


def test_an_included_file_without_an_origin_of_its_own_keeps_the_current_one(tmp_path):
    (tmp_path / "hosts").write_text("a A 192.0.2.1\n")
    assert names(read('$ORIGIN sub\n$INCLUDE "hosts"\n', tmp_path)) == [("a.sub", 300, "192.0.2.1")]


def test_a_mistake_in_an_included_file_has_its_place_there(tmp_path):
    (tmp_path / "hosts").write_text("\na A x\n")
    (finding,) = read("$INCLUDE hosts", tmp_path).errors
    assert finding.place == Place("hosts", 2, 5)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/etc/hostname", "absolute"),
        ("../outside", "below"),
        ("sub/../../outside", "below"),
        ("link", "below"),
        ("missing", "no such file"),
        (".", "below"),
        ("pipe", "below"),
        ("a\\000b", "escapes"),
        ('""', "escapes"),
        ("loop", "no such file"),
        ("x" * 5000, "no such file"),
    ],
)
def test_nothing_outside_the_root_folder_is_included(tmp_path, name, why):
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (tmp_path / "outside").write_text("a A 192.0.2.1\n")
    (root / "link").symlink_to(tmp_path / "outside")
    (root / "loop").symlink_to(root / "loop")
    os.mkfifo(root / "pipe")
    (finding,) = read(f"$INCLUDE {name}", root).findings
    assert finding.rule == "include-refused"
    assert why in finding.message


def test_a_link_that_stays_within_the_root_folder_is_followed(tmp_path):
    (tmp_path / "real").write_text("a A 192.0.2.1\n")
    (tmp_path / "link").symlink_to("real")
    assert names(read("$INCLUDE link", tmp_path)) == [("a", 300, "192.0.2.1")]


def test_without_a_root_folder_nothing_is_included():
    (finding,) = read("$INCLUDE hosts").findings
    assert "no folder" in finding.message


def test_a_file_that_includes_itself_is_refused(tmp_path):
    zone = tmp_path / "zone"
    zone.write_text(HEAD + "$INCLUDE other\n")
    (tmp_path / "other").write_text("a A 192.0.2.1\n$INCLUDE zone\n$INCLUDE other\n")
    findings = read_zonefile(zone, "example.com", root=tmp_path).findings
    assert [(finding.rule, finding.place.file) for finding in findings] == [("include-refused", "other")] * 2


def test_includes_are_bounded_in_depth_number_and_size(tmp_path, monkeypatch):
    for number in range(30):
        (tmp_path / str(number)).write_text(f"a A 192.0.2.1\n$INCLUDE {number + 1}\n")
    (finding,) = read("$INCLUDE 0", tmp_path).errors
    assert finding.place.file == str(limits.MAX_INCLUDE_DEPTH - 1)
    monkeypatch.setattr("zonesync.load.zonefile.include.MAX_INCLUDES", 2)
    (tmp_path / "x").write_text("a TXT x\n")
    assert [finding.place.line for finding in read("$INCLUDE x\n" * 3, tmp_path).errors] == [6]
    monkeypatch.setattr("zonesync.load.zonefile.include.MAX_TOTAL", 100)
    (tmp_path / "x").write_text("; " + "x" * 60)
    assert [finding.rule for finding in read("$INCLUDE x\n", tmp_path).errors] == ["too-large"]
