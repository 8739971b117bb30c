"""verify, from the command line, on a small internet of its own: a root, its parent zone and two providers' servers."""

import json
import os
import re

import pytest

from tests.support.dns_servers import Behaviour, dns_server
from tests.support.root import as_root

pytestmark = as_root

ROOT, ONE, TWO = "127.53.1.254", "127.53.1.1", "127.53.1.2"
TREE = f"""$ORIGIN .
$TTL 300
@ SOA ns.root. hostmaster.root. 1 3600 900 1209600 300
@ NS ns.root.
ns.root. A {ROOT}
lab. NS ns1.lab.
lab. NS ns2.lab.
ns1.lab. A {ONE}
ns2.lab. A {TWO}
"""
HINTS = f". 3600000 NS ns.root.\nns.root. 3600000 A {ROOT}\n"
ZONE = """zone: lab
ttl: 5m
providers: [one, two]
unmanaged: keep
nameservers: {ttl: 5m, hosts: [ns1.lab., ns2.lab.]}
soa: {minimum: 300}
records:
  ns1: {A: 127.53.1.1}
  ns2: {A: 127.53.1.2}
  www: {A: [192.0.2.1, 192.0.2.2]}
  "*.wild": {TXT: any}
  sub: {NS: [ns.sub.lab., ns.elsewhere.example.]}
  ns.sub: {A: 192.0.2.53}
"""
SERVED = f"""$ORIGIN lab.
$TTL 300
@ SOA ns1 hostmaster 7 3600 900 1209600 300
@ NS ns1
@ NS ns2
ns1 A {ONE}
ns2 A {TWO}
www A 192.0.2.1
www A 192.0.2.2
*.wild TXT any
sub NS ns.sub
sub NS ns.elsewhere.example.
ns.sub A 192.0.2.53
"""
CONFIG = """zones: [zones/*.yaml]
providers:
  one: {type: bind, directory: build/one, nameservers: [ns1.lab.]}
  two: {type: bind, directory: build/two, nameservers: [ns2.lab.]}
verify: {root_hints: root.hints, rate: 5000, timeout: 0.3}
"""


@pytest.fixture
def lab(tmp_path, monkeypatch):
    (tmp_path / "zones").mkdir()
    (tmp_path / "zones/lab.yaml").write_text(ZONE)
    (tmp_path / "zonesync.yaml").write_text(CONFIG)
    (tmp_path / "root.hints").write_text(HINTS)
    for name in ("one", "two"):
        (tmp_path / "build" / name).mkdir(parents=True)
        (tmp_path / "build" / name / "lab.zone").write_text(SERVED)
    monkeypatch.chdir(tmp_path)
    for name in ("CI", "COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    with dns_server(ROOT, TREE):
        yield tmp_path


def rules(out):
    return re.findall(r"^(\w+\[[\w-]+\])", out, re.MULTILINE)


def test_what_all_serve_is_shown_a_line_for_each_server_and_nothing_differs(lab, run):
    with (lab / "build/one/lab.zone").open("a") as file:
        file.write("byhand.lab. 300 IN TXT x\n")
    with dns_server(ONE, SERVED, nsid="one"), dns_server(TWO, SERVED):
        code, out, err = run("verify")
    assert (code, err) == (0, "")
    lines = re.sub(r"[0-9.]+ ms", "N ms", out).splitlines()
    assert lines == [
        "lab",
        '  one  ns1.lab. 127.53.1.1: 8/8 equal, serial 7, N ms, nsid "one"',
        "  two  ns2.lab. 127.53.1.2: 8/8 equal, serial 7, N ms",
        "  delegated by . to ns1.lab., ns2.lab.",
        "  not comparable at one: byhand TXT: `unmanaged: keep` leaves it alone",
        "",
        "verify: 1 zone, 2 name servers at 2 addresses: all serve what they should",
    ]


def test_what_one_server_serves_otherwise_is_told_with_exit_code_2(lab, run):
    other = SERVED.replace("192.0.2.2\n", "192.0.2.3\n").replace("hostmaster 7", "hostmaster 8")
    with dns_server(ONE, SERVED), dns_server(TWO, other):
        code, out, _ = run("verify")
        other_code, other_out, _ = run("verify", "--provider", "one")
    assert code == 2
    assert rules(out) == ["error[served-differs]"]
    assert "`www A` 192.0.2.1, 192.0.2.2 ->" in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 80
    assert (other_code, rules(other_out)) == (0, [])
    assert ONE in other_out
    assert TWO not in other_out


def test_a_dead_provider_does_not_hide_what_the_other_serves(lab, run):
    with dns_server(ONE, SERVED, Behaviour.VARIES):
        code, out, _ = run("verify")
    assert code == 2
    assert rules(out) == ["error[answers-vary]", "error[server-closed]"]


def test_the_json_names_every_server_and_every_difference(lab, run):
    other = SERVED.replace("192.0.2.2\n", "192.0.2.3\n")
    with dns_server(ONE, SERVED), dns_server(TWO, other):
        code, out, _ = run("verify", "--format", "json", "--transport", "udp")
    data = json.loads(out)
    assert (code, data["whole"], data["differs"]) == (2, True, True)
    (zone,) = data["zones"]
    first, second = zone["servers"]
    assert (first["provider"], first["equal"], first["faults"]) == ("one", 8, [])
    (fault,) = second["faults"]
    assert (fault["rule"], fault["count"], fault["transports"]) == ("served-differs", 1, ["udp"])
    assert fault["examples"][0]["served"] == ["192.0.2.1", "192.0.2.3"]
    assert zone["delegation"]["hosts"] == ["ns1.lab.", "ns2.lab."]
    assert [finding["rule"] for finding in zone["findings"]] == ["served-differs"]


def test_what_the_parent_says_otherwise_is_told(lab, run):
    with dns_server("127.53.1.253", TREE.replace(ROOT, "127.53.1.253").replace("lab. NS ns2.lab.\n", "")):
        (lab / "root.hints").write_text(HINTS.replace(ROOT, "127.53.1.253"))
        with dns_server(ONE, SERVED), dns_server(TWO, SERVED):
            code, out, _ = run("verify")
    assert code == 2
    assert [rule.partition("[")[2] for rule in rules(out)] == ["delegation-missing]"]


def test_a_parent_that_does_not_answer_makes_it_incomplete_and_hides_nothing_else(lab, run):
    (lab / "root.hints").write_text(HINTS.replace(ROOT, "127.53.1.252"))
    with dns_server(ONE, SERVED), dns_server(TWO, SERVED):
        code, out, _ = run("verify")
    assert code == 1
    assert rules(out) == ["error[parent-unreachable]"]
    assert out.count("8/8 equal") == 2


def test_a_provider_that_cannot_be_read_is_a_warning_and_its_servers_are_asked(lab, run):
    folder = lab / "build/two"
    (folder / "lab.zone").write_text("no zone file $$$\n")
    with dns_server(ONE, SERVED), dns_server(TWO, SERVED):
        code, out, err = run("verify")
        strict = run("--strict", "verify")
    assert "warning[provider-unreachable]" in err
    assert (code, out.count("8/8 equal")) == (0, 2)
    assert strict.code == 1


def test_without_a_usable_configuration_of_a_provider_the_servers_are_those_that_belong_to_nobody_else(lab, run):
    config = CONFIG.replace("{type: bind, directory: build/two, nameservers: [ns2.lab.]}", "{type: bind}")
    (lab / "zonesync.yaml").write_text(config)
    with dns_server(ONE, SERVED), dns_server(TWO, SERVED):
        code, out, err = run("verify")
    assert "warning[provider-unreachable]" in err
    assert "  two  ns2.lab. 127.53.1.2: 8/8 equal" in out
    assert code == 0


def test_waiting_ends_once_all_agree_and_tells_how_long_each_took(lab, run):
    with dns_server(ONE, SERVED), dns_server(TWO, SERVED):
        code, out, _ = run("verify", "--wait")
    assert code == 0
    assert len(re.findall(r"8/8 equal, .*after [0-9.]+ s", out)) == 2


def test_waiting_in_vain_ends_at_the_timeout_with_exit_code_2(lab, run):
    with dns_server(ONE, SERVED), dns_server(TWO, SERVED.replace("192.0.2.2\n", "192.0.2.3\n")):
        code, out, _ = run("verify", "--wait", "--wait-timeout", "0")
    assert code == 2
    assert "not yet" in out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--wait-timeout", "soon", "--wait"), 64),
        (("--provider", "three"), 64),
        (("nowhere.example",), 64),
        (("--rate", "0"), 64),
        (("--transport", "pigeon"), 64),
        (("--root-hints", "none.hints"), 1),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anybody_is_asked(lab, run, arguments, code):
    outcome = run("verify", *arguments)
    assert outcome.code == code
    assert "Traceback" not in outcome.err


def test_it_changes_nothing_anywhere(lab, run):
    def everything():
        return {path: path.read_bytes() for path in lab.rglob("*") if path.is_file()}

    before = everything()
    with dns_server(ONE, SERVED), dns_server(TWO, SERVED):
        assert run("verify").code == 0
    assert everything() == before
    assert os.environ.get("CI") is None


def test_the_servers_of_a_view_are_those_of_its_own_file_and_nobody_elses(lab, run):
    inside = "127.53.1.3"
    config = CONFIG.replace("  two:", "  in: {type: bind, directory: build/in, nameservers: [ns1.lab.]}\n  two:")
    (lab / "zonesync.yaml").write_text(config)
    (lab / "zones/inside.yaml").write_text(
        f"zone: lab\nview: inside\nttl: 5m\nproviders: [in]\nnameservers: {{ttl: 5m, hosts: [ns1.lab.]}}\n"
        f"records:\n  ns1: {{A: {inside}}}\n"
    )
    served = f"$ORIGIN lab.\n$TTL 300\n@ SOA ns1 h 1 3600 900 1209600 300\n@ NS ns1\nns1 A {inside}\n"
    (lab / "build/in").mkdir()
    (lab / "build/in/lab@inside.zone").write_text(served)
    with dns_server(ONE, SERVED), dns_server(TWO, SERVED), dns_server(inside, served):
        code, out, _ = run("verify")
    assert (code, rules(out)) == (0, [])
    assert re.findall(r"^  (\w+)  (\S+ \S+):", out, re.MULTILINE) == [
        ("one", f"ns1.lab. {ONE}"),
        ("two", f"ns2.lab. {TWO}"),
        ("in", f"ns1.lab. {inside}"),
    ]


def test_the_live_ttl_of_the_name_servers_is_not_guessed_where_no_provider_can_be_read(lab, run):
    file = lab / "zones/lab.yaml"
    file.write_text(ZONE.replace("{ttl: 5m, hosts: [ns1.lab., ns2.lab.]}", "[ns1.lab., ns2.lab.]"))
    for name in ("one", "two"):
        (lab / "build" / name / "lab.zone").write_text("no zone file")
    with dns_server(ONE, SERVED), dns_server(TWO, SERVED):
        code, out, err = run("verify")
    assert (code, rules(out)) == (0, [])
    assert err.count("provider-unreachable") == 2


def test_a_server_that_is_closed_is_closed_over_both_transports(lab, run):
    with dns_server(ONE, SERVED):
        code, out, _ = run("verify")
    assert (code, rules(out)) == (2, ["error[server-closed]"])
    assert "alone" not in out
