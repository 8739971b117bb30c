"""What runs tell each other of loaded zones: it saves work, and decides nothing that is changed or watched over."""

import shutil
from pathlib import Path

import pytest

from tests.support.object_store import refused, s3
from zonesync import cli
from zonesync.load import zones as loading
from zonesync.run.pack import pack, unpack
from zonesync.workflow import remembering

PACK = Path(".zonesync/cache/zones")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project that was applied once, small as it is."""
    monkeypatch.setattr(remembering, "WORTH", 0)
    monkeypatch.chdir(tmp_path)
    Path("zonesync.yaml").write_text(
        "defaults: {providers: [here]}\n"
        "providers: {here: {type: bind, directory: served, nameservers: [ns1.example.net.]}}\n"
    )
    Path("zones").mkdir()
    for name in ("example.com", "example.org"):
        _write(name, "192.0.2.1")
    assert cli.run(["--quiet", "apply", "--yes"]) == 0
    return tmp_path


def _write(name, address):
    Path(f"zones/{name}.yaml").write_text(f"records: {{www: {{A: {address}}}}}\n")


def _run(capsys, *arguments):
    capsys.readouterr()
    code = cli.run([*arguments])
    return (code, *capsys.readouterr())


@pytest.fixture
def parsed(monkeypatch):
    seen = []
    real = loading.Files.read

    def read(self, path, content=None):
        seen.append(path.name)
        return real(self, path, content)

    monkeypatch.setattr(loading.Files, "read", read)
    return seen


def _poison():
    """Let the pack say that www is elsewhere, in a form that holds."""
    entries = unpack(PACK.read_bytes())
    assert any(b"192.0.2.1" in data for data in entries.values())
    PACK.write_bytes(pack({key: data.replace(b"192.0.2.1", b"192.0.2.66") for key, data in entries.items()}))


@pytest.mark.parametrize("command", ["plan", "validate"])
def test_a_second_look_parses_what_has_changed_alone(project, capsys, parsed, command):
    first = _run(capsys, command)
    parsed.clear()
    assert _run(capsys, command) == first
    assert parsed == []
    _write("example.org", "192.0.2.2")
    _run(capsys, command)
    assert parsed == ["example.org.yaml"]
    parsed.clear()
    _run(capsys, command, "--no-cache")
    assert parsed == ["example.com.yaml", "example.org.yaml"]


def test_plan_and_validate_find_the_same_with_it_and_without(project, capsys):
    Path("zones/example.org.yaml").write_text("records: {www: {A: {ttl: 5, values: [192.0.2.1, 192.0.2.1]}}}\n")
    for command in ("plan", "validate"):
        anew = _run(capsys, command, "--no-cache")
        assert anew[1] + anew[2] != ""
        assert [_run(capsys, command) for _ in range(2)] == [anew, anew]


def test_what_a_forged_cache_says_is_never_applied(project, capsys):
    assert _run(capsys, "plan")[0] == 0
    _poison()
    code, out, _ = _run(capsys, "plan", "--out", "plan.json")
    assert code == 0
    assert "192.0.2.66" in out, "the pack was believed, or this test proves nothing"
    served = {path: path.read_bytes() for path in Path("served").iterdir()}
    code, _, err = _run(capsys, "apply", "plan.json")
    assert code == 1
    assert "error[" in err
    code, out, _ = _run(capsys, "apply", "--yes")
    assert (code, "192.0.2.66" in out) == (0, False)
    assert {path: path.read_bytes() for path in Path("served").iterdir()} == served


def test_what_a_forged_cache_says_hides_no_drift(project, capsys):
    assert _run(capsys, "plan")[0] == 0
    _poison()
    for path in Path("served").glob("*.zone"):
        path.write_text(path.read_text().replace("192.0.2.1", "192.0.2.66"))
    assert _run(capsys, "plan", "--exit-code")[0] == 0, "the pack was believed, or this test proves nothing"
    code, out, _ = _run(capsys, "drift")
    assert code == 2
    assert "192.0.2.66" in out


@pytest.mark.parametrize("what", [b"", b"zonesync pack 1\n", b"\0" * 100], ids=["empty", "cut short", "no pack"])
def test_a_broken_cache_is_as_none_and_is_replaced(project, capsys, parsed, what):
    first = _run(capsys, "plan")
    PACK.write_bytes(what)
    assert _run(capsys, "plan") == first
    parsed.clear()
    assert _run(capsys, "plan") == first
    assert parsed == []


def test_where_nothing_can_be_kept_a_look_is_none_the_worse(project, capsys):
    shutil.rmtree(".zonesync/cache", ignore_errors=True)
    Path(".zonesync/cache").write_text("in the way")
    assert _run(capsys, "plan")[0] == 0
    assert _run(capsys, "validate")[0] == 0


def test_a_look_makes_no_state(project, capsys):
    shutil.rmtree(".zonesync")
    assert _run(capsys, "validate")[0] == 0
    assert _run(capsys, "plan")[0] == 0
    assert not Path(".zonesync").exists()


def test_few_zones_are_read_anew(project, capsys, monkeypatch):
    monkeypatch.undo()
    monkeypatch.chdir(project)
    assert _run(capsys, "plan")[0] == 0
    assert not PACK.exists()


def test_other_programs_and_branches_do_not_disturb_each_other(project, capsys, parsed, monkeypatch):
    _run(capsys, "plan")
    _write("example.org", "192.0.2.2")
    _run(capsys, "plan")
    _write("example.org", "192.0.2.1")
    parsed.clear()
    _run(capsys, "plan")
    assert parsed == [], "what the other branch made of it is kept a while"
    monkeypatch.setattr(remembering, "_program", lambda: "another")
    _run(capsys, "plan")
    assert parsed == ["example.com.yaml", "example.org.yaml"]


def test_what_is_kept_does_not_grow_without_end(project, capsys):
    sizes = []
    for number in range(2, 14):
        _write("example.org", f"192.0.2.{number}")
        _run(capsys, "plan")
        sizes.append(sum(map(len, unpack(PACK.read_bytes()).values())))
    assert max(sizes) < 3 * sizes[0]
    assert sizes[-1] <= max(sizes[2:6]) + 10


def test_the_program_is_its_source_and_its_libraries(monkeypatch):
    own = remembering._program()
    assert len(own) == 64
    remembering._program.cache_clear()
    monkeypatch.setattr(remembering.metadata, "version", lambda name: "99")
    assert remembering._program() != own
    remembering._program.cache_clear()
    monkeypatch.setattr(remembering, "_PROGRAM", ("no/*.py",))
    assert remembering._program() == ""
    remembering._program.cache_clear()


@pytest.fixture
def bucket(project):
    with s3() as served:
        text = Path("zonesync.yaml").read_text()
        Path("zonesync.yaml").write_text(f"{text}state: {served.yaml}\n")
        yield served


def test_in_a_bucket_who_applies_writes_and_who_plans_reads(bucket, project, capsys, parsed):
    assert _run(capsys, "plan", "--out", "plan.json")[0] == 0
    bucket.service.empty()
    assert _run(capsys, "apply", "plan.json")[0] == 0
    assert "team/dns/cache/zones" in bucket.service.objects()
    parsed.clear()
    assert _run(capsys, "plan")[0] == 0
    assert parsed == []
    bucket.service.requests.clear()
    assert _run(capsys, "validate")[0] == 0
    assert bucket.service.requests == []
    assert parsed == ["example.com.yaml", "example.org.yaml"]


def test_in_a_bucket_what_is_forged_is_neither_applied_nor_does_it_hide_drift(bucket, project, capsys):
    assert _run(capsys, "plan")[0] == 0
    name = "team/dns/cache/zones"
    entries = unpack(bucket.service.objects()[name])
    forged = pack({key: data.replace(b"192.0.2.1", b"192.0.2.66") for key, data in entries.items()})
    bucket.service.overwrite(name, forged)
    assert "192.0.2.66" in _run(capsys, "plan")[1], "the pack was believed, or this test proves nothing"
    assert _run(capsys, "drift")[0] == 0
    bucket.service.overwrite(name, forged)
    code, out, _ = _run(capsys, "apply", "--yes")
    assert (code, "192.0.2.66" in out) == (0, False)


def test_who_may_not_write_to_the_bucket_plans_all_the_same(bucket, project, capsys):
    bucket.service.faults += [("PUT", refused("403 Forbidden", "AccessDenied"))] * 5
    code, out, err = _run(capsys, "plan")
    assert code == 0
    assert "AccessDenied" not in out + err
    assert len(bucket.service.faults) == 4, "it is tried once"
