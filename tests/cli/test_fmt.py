"""fmt: what it writes, what it leaves alone, and that it says so."""

import os
import stat
from pathlib import Path

import pytest

from tests.support.root import as_root
from zonesync.workflow import RefusedError, formatting, open_project

CHANGED = 'records:\n  www.example.net.: {A: "192.0.2.1"}   # the site\nttl: 3600\n'
CANONICAL = "ttl: 1h\nrecords:\n  www: {A: 192.0.2.1}   # the site\n"


@pytest.fixture
def file(project):
    found = project / "zones/example.net.yaml"
    found.write_text(CHANGED)
    return found


def test_a_file_is_written_and_the_second_run_has_nothing_to_do(file, run):
    shown = run("fmt", "zones/example.net.yaml")
    assert (shown.code, shown.out) == (0, "changed zones/example.net.yaml\n1 file: 1 changed\n")
    assert file.read_text() == CANONICAL
    again = run("fmt", "zones/example.net.yaml")
    assert (again.code, again.out) == (0, "1 file: 0 changed\n")


def test_all_files_and_fragments_are_taken_where_none_is_named(file, project, run):
    fragment = project / "zones/shared/mail.yaml"
    text = fragment.read_text()
    fragment.write_text(f"{text}\n\n\n# the end\n")
    assert run("fmt").code == 0
    assert file.read_text() == CANONICAL
    assert fragment.read_text() == f"{text}\n# the end\n"
    assert run("fmt", "--check").out == "5 files: 0 would change\n"


def test_check_writes_nothing_and_exits_2(file, run):
    shown = run("fmt", "--check", "zones/example.net.yaml")
    assert shown.code == 2
    assert shown.out == "would change zones/example.net.yaml\n1 file: 1 would change\n"
    assert file.read_text() == CHANGED


@pytest.mark.parametrize(("arguments", "code"), [(["--diff"], 0), (["--diff", "--check"], 2)])
def test_a_diff_is_shown_and_nothing_written(file, run, arguments, code):
    shown = run("fmt", *arguments, "zones/example.net.yaml")
    assert shown.code == code
    assert shown.out.splitlines() == [
        "--- a/zones/example.net.yaml",
        "+++ b/zones/example.net.yaml",
        "@@ -1,3 +1,3 @@",
        "+ttl: 1h",
        " records:",
        '-  www.example.net.: {A: "192.0.2.1"}   # the site',
        "-ttl: 3600",
        "+  www: {A: 192.0.2.1}   # the site",
    ]
    assert file.read_text() == CHANGED


def test_a_diff_disarms_what_steers_a_terminal(file, run):
    file.write_text("ttl: 3600 # \u202e\nrecords: {}\n")
    assert "\\u202e" in run("fmt", "--diff", "zones/example.net.yaml").out


def test_mode_and_link_are_kept_and_nothing_else_is_left_in_the_folder(file, project, run):
    real = project / "zones/real.txt"
    file.rename(real)
    file.symlink_to("real.txt")
    real.chmod(0o640)
    names = sorted((project / "zones").iterdir())
    assert run("fmt", "zones/example.net.yaml").code == 0
    assert file.is_symlink()
    assert real.read_text() == CANONICAL
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted((project / "zones").iterdir()) == names


def test_a_file_that_does_not_load_is_left_and_the_others_are_written(file, project, run):
    broken = project / "zones/broken.example.yaml"
    broken.write_text("ttl: 3600\nrecords: {a: {A: 192.0.2.256}}\n")
    shown = run("fmt")
    assert shown.code == 1
    assert "error[fmt-unloadable]" in shown.err
    assert "192.0.2.256" in shown.err
    assert broken.read_text() == "ttl: 3600\nrecords: {a: {A: 192.0.2.256}}\n"
    assert file.read_text() == CANONICAL


@pytest.mark.parametrize("name", ["zonesync.yaml", "zones/other.yml"])
def test_a_file_that_no_zone_is_read_from_is_left(project, run, name):
    (project / "zones/other.yml").write_text("b: 1\na:    2\n")
    before = (project / name).read_text()
    shown = run("fmt", name)
    assert shown.code == 1
    assert "error[fmt-foreign]" in shown.err
    assert (project / name).read_text() == before


@pytest.mark.parametrize(("kind", "words"), [("nothing", "no such file"), ("a circle", "too many levels of symbolic")])
def test_a_file_that_is_not_there_is_said_and_the_others_are_written(kind, words, file, project, run):
    if kind == "a circle":
        (project / "zones/nothing").symlink_to("nothing")
    shown = run("fmt", "zones/nothing", "zones/example.net.yaml")
    assert shown.code == 1
    assert f"error[fmt-unreadable]: left as it is: {words}" in shown.err
    assert file.read_text() == CANONICAL


def test_a_file_that_cannot_be_written_is_said_and_the_others_are_written(file, project, run, monkeypatch):
    other = project / "zones/a.example.yaml"
    other.write_text(CHANGED.replace("www.example.net.", "www"))
    replace = Path.replace

    def refused(path, target):
        if target == other:
            raise PermissionError(13, "Permission denied", str(path))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refused)
    shown = run("fmt")
    assert shown.code == 1
    assert "error[fmt-unwritable]: left as it is: it cannot be replaced: permission denied" in shown.err
    assert "zones/a.example.yaml" in shown.err
    assert file.read_text() == CANONICAL
    assert not list(file.parent.glob(".*"))


@as_root
def test_root_leaves_a_file_its_owner(file, run):
    os.chown(file, 1234, 2345)
    file.chmod(0o640)
    assert run("fmt", "zones/example.net.yaml").code == 0
    assert file.read_text() == CANONICAL
    known = file.stat()
    assert (known.st_uid, known.st_gid, stat.S_IMODE(known.st_mode)) == (1234, 2345, 0o640)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda text: text.replace(b"192.0.2.1", b"192.0.2.2"), "would say something else"),
        (lambda text: text.replace(b"# the site", b""), "would lack a comment"),
        (lambda text: text.replace(b"# the site", b"# the sight"), "would lack a comment"),
        (lambda text: text + b"view: inside\n", "would say something else"),
        (lambda text: text + b"\x00", "cannot be worked out"),
        (lambda text: text.replace(b"   #", b"    #"), "a second run would change it again"),
        (lambda text: text + b"]", "would say something else"),
    ],
)
def test_a_defect_of_ours_is_never_written(file, run, monkeypatch, spoil, words):
    right = formatting.formatted
    monkeypatch.setattr(formatting, "formatted", lambda content, zone: spoil(right(content, zone)))
    shown = run("fmt", "zones/example.net.yaml")
    assert shown.code == 1
    assert words in " ".join(shown.err.split())
    assert file.read_text() == CHANGED


@pytest.mark.parametrize("check", ["same_comments", "same_meaning"])
def test_the_loaded_zones_are_compared_whatever_the_other_checks_say(file, run, monkeypatch, check):
    right = formatting.formatted
    monkeypatch.setattr(formatting, check, lambda *_: True)
    monkeypatch.setattr(
        formatting, "formatted", lambda content, zone: right(content, zone).replace(b"192.0.2.1", b"192.0.2.2")
    )
    monkeypatch.setattr(formatting, "same_meaning", lambda *_: True)
    shown = run("fmt", "zones/example.net.yaml")
    assert shown.code == 1
    assert "the zone `example.net` would load differently" in " ".join(shown.err.split())
    assert file.read_text() == CHANGED


def test_a_file_that_is_edited_meanwhile_is_not_written_over(file, project):
    (one,) = formatting.format_files(open_project(project / "zonesync.yaml"), [file])
    file.write_text("ttl: 2h\n")
    with pytest.raises(RefusedError, match="changed meanwhile"):
        formatting.write_formatted(one)
    assert file.read_text() == "ttl: 2h\n"
    assert not list(file.parent.glob(".*"))


def test_a_fragment_of_a_zone_that_does_not_load_is_left(project, run):
    fragment = project / "zones/shared/mail.yaml"
    text = fragment.read_text().replace("records:", "records:\n    spare.example.com.:   {A: 192.0.2.99}", 1)
    fragment.write_text(text)
    shown = run("fmt", "zones/shared/mail.yaml")
    assert shown.code == 1  # the name is outside one of the two zones that include it
    assert "error[fmt-unloadable]" in shown.err
    assert fragment.read_text() == text


def test_a_fragment_keeps_absolute_names(project, run):
    (project / "zones/example.org.yaml").unlink()
    fragment = project / "zones/shared/mail.yaml"
    fragment.write_text("records:\n    spare.example.com.:   {A: 192.0.2.99}\n")
    assert run("fmt", "zones/shared/mail.yaml").code == 0
    assert fragment.read_text() == "records:\n  spare.example.com.: {A: 192.0.2.99}\n"


def test_what_export_writes_is_canonical(project, run):
    for zone in ("example.com", "example.org", "2.0.192.in-addr.arpa"):
        file = project / f"zones/{zone}.yaml"
        file.write_text(run("export", zone, "--no-soa", "--format", "yaml").out)
    assert run("fmt", "--diff").out == "3 files: 0 would change\n"


def test_a_file_that_is_left_alone_is_counted_in_words(project, run):
    (project / "zones/example.org.yaml").write_text("records: [")
    assert run("fmt").out.splitlines()[-1].endswith(", 1 left as it is")
    (project / "zones/example.com.yaml").write_text("records: [")
    assert run("fmt").out.splitlines()[-1].endswith(", 2 left as they are")
