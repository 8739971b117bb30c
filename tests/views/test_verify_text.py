"""What `verify` shows: 80 columns, nothing that steers a terminal, and a last line that says what was found."""

import json

from zonesync.findings import Finding, Severity
from zonesync.model.rrset import Key
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.run.asking.expected import Expected, Skipped
from zonesync.run.asking.messages import Server, Transport
from zonesync.run.asking.report import Example, Fault, ServerReport
from zonesync.run.asking.rounds import ZoneReport
from zonesync.run.asking.subject import Subject
from zonesync.run.asking.telling import findings
from zonesync.views import verify_json, verify_text

APEX = "example.com."
WWW = Key(f"www.{APEX}", "A")


def server(name="ns1.example.net.", **options):
    given = {"equal": 3, "all": 3, "serial": 7, "seconds": 0.0123} | options
    return ServerReport("aws", Server(name, "192.0.2.1"), **given)


def zone(*servers, found=(), skipped=(), **options):
    subject = Subject(
        DesiredZone(ZoneId(APEX), {}),
        {"aws": Expected((), tuple(skipped))},
        {"aws": ("ns1.example.net.",)},
        frozenset({"aws"}),
    )
    return ZoneReport(subject, servers, tuple(found), **options)


def test_a_server_that_sends_control_characters_cannot_steer_the_terminal():
    evil = "\x1b]0;x\x07\u202e"
    example = Example(WWW, WWW.name, ("192.0.2.1",), (evil,))
    bad = server(nsids=(evil,), faults=(Fault("served-differs", 1, 3, (Transport.UDP,), (example,), evil),))
    report = zone(bad, found=findings("example.com", APEX, bad), skipped=[Skipped(WWW, evil)])
    shown = verify_text.text([report]) + json.dumps(verify_json.verify([report], is_whole=True))
    assert "\x1b" not in shown
    assert "\u202e" not in verify_text.text([report])


def test_no_line_is_wider_than_80_columns():
    long = server(
        f"{'n' * 60}.{'m' * 60}.example.net.",
        nsids=("x" * 90,),
        unasked=19_997,
        faults=(Fault("lame", 3, 3, (), (), "w" * 90),),
    )
    keys = [Key(f"{'k' * 60}{number}.{APEX}", "AAAA") for number in range(9)]
    report = zone(
        long,
        found=findings("example.com", APEX, long),
        skipped=[Skipped(key, "kept as it is: a weighted record") for key in keys],
    )
    assert max(map(len, verify_text.text([report]).splitlines())) <= 80


def test_the_last_line_tells_how_many_servers_serve_what_they_should():
    good, bad = server(), server(equal=2)
    note = Finding("serial-differs", Severity.INFO, "x")
    error = Finding("served-differs", Severity.ERROR, "x")
    assert verify_text.summary([zone(good, found=[note])]) == (
        "verify: 1 zone, 1 name server at 1 address: all serve what they should; 1 note"
    )
    assert verify_text.summary([zone(good, bad, found=[error])]) == (
        "verify: 1 zone, 1 name server at 2 addresses: 1 of 2 serve what they should; 1 error"
    )
    unasked = Finding("nameservers-unknown", Severity.ERROR, "x")
    assert verify_text.summary([zone(good, found=[unasked])]).endswith("; 1 error; not everything could be asked")
    assert verify_text.summary([]) == "verify: no name server was asked"


def test_what_cannot_be_compared_is_grouped_by_reason_and_cut_short():
    keys = [Key(f"n{number}.{APEX}", "A") for number in range(5)]
    shown = verify_text.text([zone(server(), skipped=[Skipped(key, "ALIAS") for key in keys])])
    assert "  not comparable at aws: n0 A, n1 A, n2 A and 2 more: ALIAS\n" in shown
    data = verify_json.verify([zone(server(), skipped=[Skipped(key, "ALIAS") for key in keys])], is_whole=True)
    assert len(data["zones"][0]["not_comparable"]) == 5


def test_waiting_shows_for_each_server_how_long_it_took_or_that_it_is_not_there_yet():
    one, two = server(), server("ns2.example.net.", equal=2)
    report = zone(one, two, arrivals={("aws", one.server): 12.34}, is_timed_out=True)
    lines = verify_text.text([report]).splitlines()
    assert lines[1] == "  aws  ns1.example.net. 192.0.2.1: 3/3 equal, serial 7, 12.3 ms, after 12.3 s"
    assert lines[2].endswith("not yet")
