"""Each seeded fault is found by `verify`, from the command line, and nothing else is; the clean set has none."""

import json

import pytest

from tests.cli import test_verify
from tests.cli.test_verify import ONE, ROOT, SERVED, TREE, TWO
from tests.support.dns_servers import Behaviour, dns_server
from tests.support.root import as_root

lab = test_verify.lab
pytestmark = as_root

DNSKEY = "@ DNSKEY 256 3 13 {}\n"
KEY = "B" * 86 + "=="
DS = f"lab. DS 12345 13 2 {'ab' * 32}\n"

FAULTS = [
    # what, at the parent (old, new), at the second server (old, new), how it behaves, rules with their severity
    ("nothing", None, None, (), []),
    ("another address", None, ("www A 192.0.2.2", "www A 192.0.2.3"), (), ["served-differs"]),
    ("an address more", None, ("www A 192.0.2.2\n", "www A 192.0.2.2\nwww A 192.0.2.3\n"), (), ["served-differs"]),
    ("an address less", None, ("www A 192.0.2.2\n", ""), (), ["served-differs"]),
    ("another TTL", None, ("ns1 A", "ns1 60 A"), (), ["served-ttl-differs"]),
    ("a name missing", None, ("www A 192.0.2.1\nwww A 192.0.2.2\n", ""), (), ["served-nxdomain"]),
    ("a type missing", None, ("www A 192.0.2.1\nwww A 192.0.2.2\n", "www TXT x\n"), (), ["served-missing"]),
    ("an alias instead", None, ("www A 192.0.2.1\nwww A 192.0.2.2\n", "www CNAME x.\n"), (), ["served-differs"]),
    ("the wildcard missing", None, ("*.wild TXT any\n", ""), (), ["served-nxdomain"]),
    ("another wildcard", None, ("*.wild TXT any\n", "*.wild TXT other\n"), (), ["served-differs"]),
    ("another delegation", None, ("sub NS ns.elsewhere.example.\n", ""), (), ["served-differs"]),
    ("other glue", None, ("192.0.2.53", "192.0.2.54"), (), ["served-differs"]),
    ("no glue", None, ("ns.sub A 192.0.2.53\n", ""), (), ["served-missing"]),
    ("another SOA field", None, ("1209600 300", "1209600 600"), (), ["served-differs"]),
    ("another apex NS set", None, ("@ NS ns2\n", "@ NS ns3\n"), (), ["apex-ns-differs"]),
    ("another serial", None, ("hostmaster 7", "hostmaster 8"), (), []),
    ("lame: refused", None, None, (Behaviour.REFUSES,), ["lame"]),
    ("lame: not authoritative", None, None, (Behaviour.NOT_AUTHORITATIVE,), ["lame"]),
    ("SERVFAIL", None, None, (Behaviour.FAILS,), ["server-fails"]),
    ("silent", None, None, (Behaviour.SILENT,), ["server-silent"]),
    ("closed", None, None, (Behaviour.REFUSES_UDP, Behaviour.REFUSES_TCP), ["server-closed"]),
    ("no TCP", None, None, (Behaviour.REFUSES_TCP,), ["no-tcp"]),
    ("TCP cut", None, None, (Behaviour.CUTS_TCP,), ["no-tcp"]),
    ("truncates over TCP, too", None, None, (Behaviour.TRUNCATES_ALWAYS,), ["truncates-always"]),
    ("drops every second packet", None, None, (Behaviour.DROPS_HALF,), ["drops-packets"]),
    ("wrong id", None, None, (Behaviour.WRONG_ID,), ["wrong-id"]),
    ("answers from another port", None, None, (Behaviour.WRONG_PORT,), ["wrong-source"]),
    ("answers another question", None, None, (Behaviour.WRONG_QUESTION,), ["wrong-question"]),
    ("garbage", None, None, (Behaviour.GARBAGE,), ["malformed"]),
    ("answers differently each time", None, None, (Behaviour.VARIES,), ["answers-vary"]),
    ("no EDNS", None, None, (Behaviour.FORMERR_TO_EDNS,), ["no-edns"]),
    ("not at the parent", ("lab. NS ns2.lab.\n", ""), None, (), ["delegation-missing"]),
    ("a stranger at the parent", ("lab. NS ns2.lab.\n", "lab. NS ns2.lab.\nlab. NS ns.void.\n"), None, (),
     ["delegation-extra", "ns-unresolvable"]),
    ("not delegated", ("lab. NS ns1.lab.\nlab. NS ns2.lab.\n", ""), None, (), ["not-delegated"]),
    ("other glue at the parent", (f"ns2.lab. A {TWO}", "ns2.lab. A 127.53.1.77"), None, (), ["glue-differs"]),
    ("no glue at the parent", (f"ns2.lab. A {TWO}\n", ""), None, (), ["glue-missing"]),
    ("a DS and no key at one", ("lab. NS ns1.lab.\n", f"{DS}lab. NS ns1.lab.\n"), None, (), ["unsigned-provider"] * 2),
    ("keys and no DS", None, ("@ NS ns2\n", f"@ NS ns2\n{DNSKEY.format(KEY)}"), (), []),
]  # fmt: skip


def rows():
    """Yield each fault; `make test` has those of one server in tests/run/asking/test_faults.py alone."""
    for what, *row in FAULTS:
        is_elsewhere = row[0] is None and row[-1] and what != "another address"
        yield pytest.param(*row, id=what, marks=[pytest.mark.stress] if is_elsewhere else [])


@pytest.mark.parametrize(("parent", "second", "behaviours", "expected"), list(rows()))
def test_a_fault_is_found_and_nothing_else_is(lab, run, parent, second, behaviours, expected):
    tree, served = TREE, SERVED
    if parent:
        assert tree.count(parent[0]) == 1
        tree = tree.replace(*parent)
    if second:
        assert served.count(second[0]) == 1
        served = served.replace(*second)
    with (
        dns_server("127.53.1.253", tree.replace(ROOT, "127.53.1.253")),
        dns_server(ONE, SERVED),
        dns_server(TWO, served, *behaviours),
    ):
        (lab / "root.hints").write_text(test_verify.HINTS.replace(ROOT, "127.53.1.253"))
        code, out, err = run("verify", "--format", "json")
    (zone,) = json.loads(out)["zones"]
    found = [finding["rule"] for finding in zone["findings"] if finding["severity"] != "info"]
    assert sorted(found) == sorted(expected), out + err
    assert code == (2 if expected else 0)


def test_there_are_thirty_faults_and_more():
    assert len([row for row in FAULTS if row[-1]]) >= 30
