"""No line over 80 columns, nothing that steers the terminal, no secret said, and looking changes nothing."""

import hashlib
import io
import json
import re

import pytest

from zonesync import cli
from zonesync.cli.app import ORDER, command

AUDIT = [["audit", name] for name in ("log", "show", "blame", "verify")]
COMMANDS = [*([name] for name in ORDER), ["import", "zonefile"], *AUDIT, ["providers", "check"]]
PLACE = re.compile(r"^\s*--> |sha256:|^drift: ")


def too_wide(text):
    """Lines over 80 columns that could have been cut at a space."""
    return [line for line in text.splitlines() if len(line) > 80 and not PLACE.search(line)]


@pytest.mark.parametrize("words", [[], *COMMANDS], ids=" ".join)
def test_help_fits_80_columns_and_explains_every_option(words, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert cli.run([*words, "--help"]) == 0
    shown = capsys.readouterr().out
    assert too_wide(shown) == []
    assert "Usage: zonesync" in shown


def parameters(group, path=()):
    for parameter in group.params:
        yield (*path, parameter.name), parameter
    for name, one in getattr(group, "commands", {}).items():
        yield from parameters(one, (*path, name))


def test_every_option_argument_and_command_has_a_help_text():
    for path, parameter in parameters(command()):
        assert parameter.help, path
        assert parameter.help.endswith("."), path


def test_the_commands_are_listed_in_the_order_of_use(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    cli.run(["--help"])
    listed = re.findall(r"^  (\w+)  ", capsys.readouterr().out, re.MULTILINE)
    assert [name for name in listed if name in ORDER] == list(ORDER)
    assert list(ORDER) == [
        "init",
        "validate",
        "fmt",
        "plan",
        "apply",
        "drift",
        "verify",
        "rollback",
        "evacuate",
        "restore",
        "provider",
        "export",
        "import",
        "providers",
        "audit",
        "unlock",
        "ci",
        "schema",
    ]


def test_no_line_of_the_whole_story_is_over_80_columns(project, run):
    (project / "zones/broken.example.yaml").write_text(
        "zone: broken.example\nnameservers: unmanaged\nrecords:\n"
        "  www: {CNAME: mail.example.net}\n  a: {MX: x, TXT: v=spf1 +all bogus}\n"
    )
    shown = [run("validate"), run("plan"), run("apply", "--yes")]
    (project / "zones/broken.example.yaml").unlink()
    shown += [
        run("plan", "--out", "plan.json"),
        run("apply", "plan.json"),
        run("plan"),
        run("providers"),
        run("providers", "check"),
        run("audit", "log"),
    ]
    file = project / "build/secondary/example.com.zone"
    file.write_text(file.read_text().replace("192.0.2", "198.51.100"))
    (project / "build/primary/example.org.zone.jnl").write_text("")
    shown += [
        run("drift"),
        run("apply", "plan.json"),
        run("apply", "--yes"),
        run("init"),
        run("nonsense"),
        run("audit", "log"),
    ]
    for one in shown:
        assert too_wide(one.out) == []
        assert too_wide(one.err) == []
    assert any("FAILED" in one.out or "error[" in one.err for one in shown)


HOSTILE = "\x1b[31m\u202e\x07\x9b\u2028\ufeff\u200f"


def clean(text):
    return all(char == "\n" or char.isprintable() for char in text)


def yaml_escaped(text):
    return json.dumps(text)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    "records",
    [
        "www: {TXT: @}",
        "www: {A: @}",
        "www: {MX: [{preference: 1, exchange: @}]}",
        "www: {TXT: ok, @: x}",
        "@: {A: 192.0.2.1}",
        "www: {A: {ttl: @, values: 192.0.2.1}}",
        "www: {A: {values: 192.0.2.1, @: 1}}",
        "www: {TXT: {base64: @}}",
        "www: {A: {by_provider: {@: 192.0.2.1}}}",
        "www: {HINFO: '@ b'}",
        "www: {CAA: {flags: 0, tag: @, value: @}}",
    ],
)
def test_no_control_character_of_a_zone_reaches_the_output(records, form, project, run):
    text = (
        "zone: evil.example\nnameservers: unmanaged\nrecords:\n  "
        + records.replace("@", yaml_escaped("x" + HOSTILE))
        + "\n"
    )
    (project / "zones/evil.example.yaml").write_text(text)
    for arguments in (["validate"], ["plan"], ["drift"], ["apply", "--yes"], ["audit", "log"]):
        if arguments[0] == "apply" and form == "json":
            continue
        shown = run(*arguments, *([] if arguments[0] == "apply" else ["--format", form]))
        assert clean(shown.out), arguments
        assert clean(shown.err), arguments


@pytest.mark.parametrize("form", ["zonefile", "yaml", "json"])
def test_no_control_character_is_exported_raw(form, project, run):
    (project / "zones/evil.example.yaml").write_text(
        f"zone: evil.example\nnameservers: unmanaged\nrecords: {{www: {{TXT: {yaml_escaped('x' + HOSTILE)}}}}}\n"
    )
    shown = run("export", "evil.example", "--format", form)
    assert shown.code == 0
    assert clean(shown.out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", HOSTILE],
        ["plan", "--provider", HOSTILE],
        ["plan", "--allow", HOSTILE],
        [HOSTILE],
        [f"--{HOSTILE}"],
        ["export", f"a.example@{HOSTILE}"],
        ["import", "zonefile", f"{HOSTILE}.zone"],
        ["--chdir", HOSTILE, "plan"],
        ["--config", HOSTILE, "plan"],
        ["apply", f"{HOSTILE}.json"],
        ["audit", "log", "--zone", f"a@{HOSTILE}"],
    ],
)
def test_no_control_character_of_an_argument_reaches_the_output(arguments, project, run):
    shown = run(*arguments)
    assert shown.code in {1, 64}
    assert clean(shown.out)
    assert clean(shown.err.replace("\r", ""))


def test_no_control_character_of_a_zone_file_or_an_audit_entry_reaches_the_output(applied, run):
    file = applied / "build/primary/example.org.zone"
    file.write_text(file.read_text() + f'evil TXT "{HOSTILE}"\n')
    for arguments in (["plan"], ["drift"], ["export", "example.org", "--from", "primary"]):
        shown = run(*arguments)
        assert clean(shown.out)
        assert clean(shown.err)
    assert run("apply", "--yes").code == 0
    assert clean(run("audit", "log").out)


SECRET = "hunter2-0123456789"


@pytest.mark.parametrize(
    "option",
    [
        "api_key: ${ZS_SECRET}",
        "nonsense: ${ZS_SECRET}",
        "serial: ${ZS_SECRET}",
        "nameservers: ['${ZS_SECRET}']",
        f"api_key: {SECRET}",
        f"tsig: {{secret: {SECRET}}}",
        f"token: [{SECRET}",
    ],
)
def test_a_secret_of_the_configuration_is_never_said(option, project, run, monkeypatch):
    monkeypatch.setenv("ZS_SECRET", SECRET)
    file = project / "zonesync.yaml"
    name = option.partition(":")[0]
    text = re.sub(rf"\n    {name}:.*?(?=\n)", "", file.read_text(), count=1)
    file.write_text(text.replace("    type: bind\n", f"    type: bind\n    {option}\n", 1))
    shown = [
        run(*words)
        for words in (
            ["validate"],
            ["plan", "--out", "plan.json"],
            ["plan", "--format", "json"],
            ["apply", "--yes"],
            ["drift"],
            ["providers"],
            ["audit", "log"],
            ["audit", "log", "--format", "json"],
        )
    ]
    for one in shown:
        assert SECRET not in one.out
        assert SECRET not in one.err
    for path in project.rglob("*"):
        if path.is_file() and path != file:
            assert SECRET not in path.read_text()


def digest_of(folder):
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        state = path.lstat()
        found.update(f"{path} {state.st_mode} {state.st_mtime_ns} {state.st_ino}".encode())
        if path.is_file():
            found.update(path.read_bytes())
    return found.hexdigest()


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate"],
        ["plan"],
        ["plan", "--format", "json"],
        ["plan", "--exit-code", "--provider", "primary"],
        ["drift"],
        ["drift", "--format", "json"],
        ["export", "example.com"],
        ["export", "example.com", "--from", "primary", "--format", "yaml"],
        ["providers"],
        ["providers", "check"],
        ["audit", "log"],
        ["audit", "blame", "example.com"],
        ["audit", "verify"],
        ["schema", "zone"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("state", ["project", "edited"])
def test_looking_changes_nothing_and_says_the_same_twice(arguments, state, request, run):
    folder = request.getfixturevalue(state)
    before = digest_of(folder)
    first, second = run(*arguments), run(*arguments)
    assert digest_of(folder) == before
    if arguments == ["plan", "--format", "json"]:
        strip = {"created", "digest"}
        assert first.code == second.code
        assert {k: v for k, v in json.loads(first.out).items() if k not in strip} == {
            k: v for k, v in json.loads(second.out).items() if k not in strip
        }
    else:
        assert first == second


def test_the_same_zones_are_written_as_the_same_bytes_by_another_process_order(project, run, monkeypatch):
    exported = {zone: run("export", zone).out for zone in ("example.com", "example.org")}
    file = project / "zones/example.org.yaml"
    head, _, records = file.read_text().partition("records:\n")
    blocks = re.split(r"\n(?=  \S)", records.rstrip("\n"))
    file.write_text(head + "records:\n" + "\n".join(reversed(blocks)) + "\n")
    assert run("export", "example.org").out == exported["example.org"]


def test_the_progress_bar_appears_on_a_terminal_after_a_second_and_not_when_quiet(monkeypatch):
    from types import SimpleNamespace

    from zonesync.cli import progress

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    now = iter([0.0, 0.5, 2.0, 3.0, 4.0, 5.0])
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: next(now)))
    for quiet, is_shown in ((False, True), (True, False)):
        stream = Terminal()
        monkeypatch.setattr("sys.stderr", stream)
        with progress.Progress(SimpleNamespace(quiet=quiet), "Reading") as bar:
            bar.expect("Reading", 3)
            assert stream.getvalue() == ""
            bar.advance()
            bar.advance()
        assert ("Reading" in stream.getvalue()) is is_shown
        if not quiet:
            now = iter([0.0] * 9)
