"""Thousands of broken files: whatever they hold, they end in findings, within five seconds and a gibibyte."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.hostile import confined, worker
from tests.hostile.mutation import CONFIGURATION, TREE, mutant

BATCH = 1000
MANY = pytest.mark.stress
IN_PROCESS = [
    *((kind, 200 if kind in {"yaml", "zonefile"} else 100) for kind in worker.TRIALS),
    *(pytest.param(kind, 20_000, marks=MANY) for kind in ("yaml", "zonefile")),
    *(pytest.param(kind, 3000, marks=MANY) for kind in ("config", "plan")),
]
COMMANDS = [
    *((kind, 2) for kind in worker.TRIALS),
    *(pytest.param(kind, 500, marks=MANY) for kind in ("yaml", "zonefile")),
    *(pytest.param(kind, 100, marks=MANY) for kind in ("config", "plan")),
]


def environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONHASHSEED": "0"}


def tried(kind, start, count):
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.worker", kind, str(start), str(count)],
        cwd=TREE,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize(("kind", "count"), IN_PROCESS)
def test_no_mutant_raises_anything_or_takes_long(kind, count, record_property):
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda start: tried(kind, start, min(BATCH, count - start)), range(0, count, BATCH)))
    assert [failure for result in results for failure in result["failures"]] == []
    outcomes = {}
    for result in results:
        for outcome, tally in result["outcomes"].items():
            outcomes[outcome] = outcomes.get(outcome, 0) + tally
    record_property("outcomes", outcomes)
    record_property("slowest", max(result["slowest"] for result in results))
    record_property("kibibytes", max(result["kibibytes"] for result in results))
    # mutants that are all refused, or all accepted, would show nothing
    assert len(outcomes) > 1
    assert sum(outcomes.values()) == count


def command(folder, *arguments):
    """Run a command as a user does, loaded anew."""
    done = subprocess.run(
        [sys.executable, "-m", "zonesync", *arguments],
        cwd=folder,
        env=environment(),
        preexec_fn=confined.confine,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


ARGUMENTS = {
    "yaml": ("zones/mutant.yaml", ["validate"], {0, 1}),
    "zonefile": ("example.com.zone", ["import", "zonefile", "example.com.zone"], {0, 1}),
    "config": ("mutant.yaml", ["--config", "mutant.yaml", "drift"], {0, 1, 2}),
    "plan": ("mutant.json", ["apply", "mutant.json"], {0, 1}),
}


@pytest.mark.parametrize(("kind", "count"), COMMANDS)
def test_the_command_ends_every_mutant_with_a_documented_exit_code(kind, count, tmp_path):
    good = worker.project(tmp_path, kind)
    name, arguments, allowed = ARGUMENTS[kind]
    for number in range(count):
        (tmp_path / name).write_bytes(mutant(kind, 1_000_000 + number, good))
        code, out, err = command(tmp_path, *arguments)
        assert code in allowed, (number, code, err[-2000:])
        assert "Traceback" not in err
        worker.require_clean(out)
        worker.require_clean(err)
        if code == 1:
            assert "error[" in out + err


@pytest.mark.parametrize("kind", sorted(worker.TRIALS))
def test_a_mutant_is_made_again_from_its_number(kind):
    good = [CONFIGURATION]
    assert [mutant(kind, number, good) for number in range(20)] == [mutant(kind, number, good) for number in range(20)]
    assert len({mutant(kind, number, good) for number in range(20)}) > 10


@pytest.mark.parametrize("kind", sorted(worker.TRIALS))
def test_what_the_mutants_start_from_is_accepted(kind, tmp_path):
    good = worker.project(tmp_path, kind)[0]
    assert worker.TRIALS[kind](tmp_path, good) in {"accepted", "exit code 0"}


def project(folder: Path, **files: bytes) -> Path:
    """A project with one zone, whose file holds what is given."""
    (folder / "zonesync.yaml").write_bytes(CONFIGURATION)
    (folder / "zones").mkdir()
    for name, content in files.items():
        (folder / "zones" / f"{name}.yaml").write_bytes(content)
    return folder


HEAD = b"zone: example.com\nnameservers: auto\nrecords:\n"
BOMB = b"".join(
    b"  n%d: &n%d [%s]\n" % (level, level, b", ".join([b"*n%d" % (level - 1)] * 9)) for level in range(1, 30)
)
YAML = {
    "an alias bomb": HEAD + b"  n0: &n0 [x]\n" + BOMB,
    "an alias bomb of mappings": HEAD
    + b"  a: &a {A: 192.0.2.1}\n"
    + b"".join(
        b"  b%d: &b%d {<<: [%s]}\n" % (n, n, b", ".join([b"*a" if n == 0 else b"*b%d" % (n - 1)] * 9))
        for n in range(20)
    ),
    "an alias of itself": HEAD + b"  a: &a [*a]\n",
    "a line of 50 MB": HEAD + b"  a: {TXT: " + b"x" * 50_000_000 + b"}\n",
    "a list of 50 MB on one line": HEAD + b"  a: {A: [" + b"192.0.2.1, " * 4_500_000 + b"]}\n",
    "brackets 100,000 deep": HEAD + b"  a: " + b"[" * 100_000,
    "braces 100,000 deep": HEAD + b"  a: " + b"{a: " * 100_000,
    "sequences 10,000 deep": HEAD + b"  a:\n    " + b"- " * 10_000 + b"x\n",
    "keys 3,000 deep": HEAD + b"".join(b" " * depth + b"a:\n" for depth in range(2, 3000)),
    "complex keys": HEAD + b"  ? [a, b]\n  : {A: 192.0.2.1}\n",
    "a NUL": HEAD + b"  a: {TXT: a\0b}\n",
    "nothing but NULs": b"\0" * 10_000,
    "no UTF-8": HEAD + b"  a: {TXT: \xff\xfe\xfa}\n",
    "UTF-16": (HEAD + b"  a: {A: 192.0.2.1}\n").decode().encode("utf-16"),
    "half a surrogate": HEAD + b"  a: {TXT: \xed\xa0\x80}\n",
    "a tag that runs code": HEAD + b"  a: {TXT: !!python/object/apply:os.system ['exit 3']}\n",
    "two documents": HEAD + b"  a: {A: 192.0.2.1}\n---\n" + HEAD,
    "a quote without end": HEAD + b'  a: {TXT: "' + b"x" * 100_000,
    "a number of a million digits": HEAD + b"  a: {A: {ttl: " + b"9" * 1_000_000 + b", values: 192.0.2.1}}\n",
    "a date of the future": b"allow: [{rule: x, until: 99999-99-99, reason: y}]\n" + HEAD + b"  a: {A: 192.0.2.1}\n",
    "an include of a device": b"include: [/dev/zero]\n" + HEAD + b"  a: {A: 192.0.2.1}\n",
    "an include from outside": b"include: [../../../../../../etc/passwd]\n" + HEAD + b"  a: {A: 192.0.2.1}\n",
    "an include of itself": b"include: [bad.yaml]\n" + HEAD + b"  a: {A: 192.0.2.1}\n",
    "100,000 duplicate keys": HEAD + b"  a: {A: 192.0.2.1}\n" * 100_000,
    "100,000 unknown types": HEAD + b"".join(b"  a%d: {NOPE: x}\n" % number for number in range(100_000)),
}


@pytest.mark.parametrize("what", YAML)
def test_a_hostile_zone_is_refused_soon_and_in_little_memory(what, tmp_path):
    code, out, err = confined.run(project(tmp_path, bad=YAML[what]), "validate")
    assert (code, err) == (1, "")
    assert "error[" in out
    assert "root:" not in out
    assert len(out) < 200_000
    worker.require_clean(out)


ZONE_HEAD = b"$TTL 300\n@ IN SOA ns1 host 1 2 3 4 60\n@ IN NS ns1\nns1 A 192.0.2.53\n"
ZONES = {
    "a line of 50 MB": ZONE_HEAD + b"a TXT " + b"x" * 50_000_000,
    "a file of nothing but NULs": b"\0" * 1_000_000,
    "no UTF-8": ZONE_HEAD + b"\xff\xfe\xfd A 192.0.2.300\n",
    "parentheses without end": ZONE_HEAD + b"a TXT (\n" * 1000,
    "a quote without end": ZONE_HEAD + b'a TXT "' + b"x\n" * 100_000,
    "$GENERATE of four billion": ZONE_HEAD + b"$GENERATE 0-4294967295 a$ A 192.0.2.1\n",
    "$GENERATE in the thousands": ZONE_HEAD + b"$GENERATE 1-60000 a$ A 192.0.2.1\n" * 100,
    "$INCLUDE of itself": ZONE_HEAD + b"$INCLUDE example.com.zone\n",
    "$INCLUDE of a device": ZONE_HEAD + b"$INCLUDE /dev/zero\n",
    "$INCLUDE from outside": ZONE_HEAD + b"$INCLUDE ../../../../../../etc/passwd\n",
    "a number of a million digits": ZONE_HEAD + b"a " + b"9" * 1_000_000 + b" A 192.0.2.1\n",
    "an owner of a million labels": ZONE_HEAD + b"a." * 1_000_000 + b" A 192.0.2.1\n",
    "rdata over 65,535 octets": ZONE_HEAD + b"a TXT " + b'"x" ' * 100_000,
}


@pytest.mark.parametrize("what", ZONES)
def test_a_hostile_zone_file_is_refused_soon_and_in_little_memory(what, tmp_path):
    (tmp_path / "example.com.zone").write_bytes(ZONES[what])
    code, out, err = confined.run(tmp_path, "import", "zonefile", "example.com.zone", "--out", "out")
    assert (code, out) == (1, "")
    assert "error[" in err
    assert "root:" not in err
    worker.require_clean(err)
    assert not (tmp_path / "out").exists()


PLANS = {
    "nothing": b"",
    "brackets 100,000 deep": b"[" * 100_000,
    "50 MB of a text": b'{"format": 1, "x": "' + b"x" * 50_000_000 + b'"}',
    "a number of a million digits": b'{"format": ' + b"9" * 1_000_000 + b"}",
    "no UTF-8": b'{"format": "\xff\xfe"}',
    "half a surrogate": b'{"format": 1, "digest": "\\ud800"}',
    "not a number": b'{"format": NaN}',
    "another format": b'{"format": 2}',
    "a list": b"[1]",
}


@pytest.mark.parametrize("what", PLANS)
def test_a_hostile_plan_is_refused_soon_and_in_little_memory(what, tmp_path):
    folder = project(tmp_path, good=HEAD + b"  a: {A: 192.0.2.1}\n")
    (folder / "plan.json").write_bytes(PLANS[what])
    code, out, err = confined.run(folder, "apply", "plan.json")
    assert (code, out) == (1, "")
    assert "error[plan-unusable]" in err
    worker.require_clean(err)
    assert not (tmp_path / "build").exists()


CONFIGURATIONS = {
    "an alias bomb": b"zones: [x]\nn0: &n0 [x]\n" + BOMB.replace(b"  n", b"n"),
    "brackets 100,000 deep": b"zones: " + b"[" * 100_000,
    "a device for zones": CONFIGURATION.replace(b"zones/*.yaml", b"/dev/zero"),
    "NULs": b"\0\0\0",
    "no UTF-8": b"zones: [\xff]",
    "a limit of a million digits": CONFIGURATION.replace(b"30%", b"9" * 1_000_000 + b"%"),
    "a folder outside that cannot be one": CONFIGURATION.replace(b"build/primary", b"/dev/null/x"),
}


@pytest.mark.parametrize("what", CONFIGURATIONS)
def test_a_hostile_configuration_ends_soon_and_in_little_memory(what, tmp_path):
    folder = project(tmp_path, good=HEAD + b"  a: {A: 192.0.2.1}\n")
    (folder / "zonesync.yaml").write_bytes(CONFIGURATIONS[what])
    code, out, err = confined.run(folder, "plan")
    assert code in {0, 1}
    assert "defect" not in err
    worker.require_clean(out + err)
    if what != "a device for zones":
        assert code == 1
        assert "error[" in err
