"""`--shard`, from the command line: jobs beside each other, and a job that nothing is dealt to."""

import json

import pytest

from tests.support.dns_servers import dns_server
from tests.support.root import as_root

OWN = {"example.com": "6/8", "example.org": "7/8", "2.0.192.in-addr.arpa": "4/8"}
"""Where the zones of the example project are dealt to."""
COMMANDS = [["validate"], ["plan", "--exit-code"], ["drift"]]
commands = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)


@commands
def test_a_job_that_nothing_is_dealt_to_is_well(command, edited, run):
    done = run(*command, "--shard", "8/8")
    assert done.code == 0
    assert done.err == "Shard 8/8: 0 of 3 zones.\n"


@commands
def test_the_edit_is_found_by_the_job_that_has_the_zone(command, edited, run):
    shards = [f"{index}/8" for index in range(1, 9)]
    found = {shard for shard in shards if run(*command, "--shard", shard).code}
    assert found == (set() if command == ["validate"] else {OWN["example.org"]})


@commands
def test_a_broken_file_refuses_the_job_that_has_the_zone(command, applied, run):
    (applied / "zones/example.org.yaml").write_text("records: {www: {A: none}}\n")
    codes = {shard: run(*command, "--shard", shard).code for shard in (*OWN.values(), "8/8")}
    assert codes == {"6/8": 0, "7/8": 1, "4/8": 0, "8/8": 0}


def test_drift_without_any_zone_is_refused_in_every_job(applied, run):
    for file in (applied / "zones").glob("*.yaml"):
        file.unlink()
    for shard in ("1/2", "2/2"):
        refused = run("drift", "--shard", shard)
        assert refused.code == 1
        assert "error[nothing-checked]" in refused.err


def test_a_job_without_a_zone_at_the_provider_is_well_where_another_has_one(applied, run):
    file = applied / "zones/example.org.yaml"
    file.write_text(file.read_text().replace("zone: example.org\n", "zone: example.org\nproviders: [primary]\n"))
    here = ["--shard", OWN["example.org"], "--provider", "secondary"]
    assert run("drift", *here).code == 0
    refused = run("drift", "example.org", *here)
    assert refused.code == 1
    assert "error[nothing-checked]" in refused.err, "no job looks at anything"


def test_a_job_with_nothing_says_so_as_json(applied, run):
    data = json.loads(run("drift", "--shard", "8/8", "--format", "json").out)
    assert data["summary"]["line"] == "drift: none; 0 zones at 0 providers"
    assert json.loads(run("validate", "--shard", "8/8", "--format", "json").out)["zones"] == 0


def test_the_plan_of_a_job_is_saved_and_applied_by_itself(project, run):
    shard = OWN["example.org"]
    assert run("plan", "--shard", shard, "--out", "plan.json").code == 0
    assert run("apply", "plan.json").code == 0
    assert run("drift", "--shard", shard).code == 0
    assert run("drift", "--shard", OWN["example.com"]).code == 2


@pytest.mark.parametrize("command", [*COMMANDS, ["verify"]], ids=" ".join)
@pytest.mark.parametrize("text", ["0/2", "3/2", "2", "a/b", "1/10000"])
def test_what_is_no_shard_is_a_wrong_command_line(text, command, project, run):
    refused = run(*command, "--shard", text)
    assert refused.code == 64
    assert refused.out == ""
    assert "--shard" in refused.err


ROOT, ONE = "127.53.9.254", "127.53.9.1"
TREE = f"""$ORIGIN .
$TTL 300
@ SOA ns.root. hostmaster.root. 1 3600 900 1209600 300
@ NS ns.root.
ns.root. A {ROOT}
lab. NS ns1.lab.
ns1.lab. A {ONE}
"""
SERVED = f"""$ORIGIN lab.
$TTL 300
@ SOA ns1 hostmaster 7 3600 900 1209600 300
@ NS ns1
ns1 A {ONE}
"""


@as_root
def test_verify_asks_for_what_is_dealt_to_the_job(tmp_path, monkeypatch, run):
    (tmp_path / "zones").mkdir()
    (tmp_path / "zones/lab.yaml").write_text(
        f"zone: lab\nttl: 5m\nproviders: [one]\nnameservers: {{ttl: 5m, hosts: [ns1.lab.]}}\n"
        f"records: {{ns1: {{A: {ONE}}}}}\n"
    )
    (tmp_path / "zonesync.yaml").write_text(
        "zones: [zones/*.yaml]\nproviders: {one: {type: bind, directory: one, nameservers: [ns1.lab.]}}\n"
        "verify: {root_hints: root.hints, rate: 5000, timeout: 0.3}\n"
    )
    (tmp_path / "root.hints").write_text(f". 3600000 NS ns.root.\nns.root. 3600000 A {ROOT}\n")
    (tmp_path / "one").mkdir()
    (tmp_path / "one/lab.zone").write_text(SERVED)
    monkeypatch.chdir(tmp_path)
    with dns_server(ROOT, TREE), dns_server(ONE, SERVED):
        done = {shard: run("verify", "--shard", shard) for shard in ("1/2", "2/2")}
    assert [one.code for one in done.values()] == [0, 0]
    assert sorted("1 zone, 1 name server" in one.out for one in done.values()) == [False, True]
