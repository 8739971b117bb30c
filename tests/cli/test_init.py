"""init: what it writes loads, plans and applies; what it asks can be answered; nothing is ever overwritten."""

import io
import json
import re
import shlex
import stat
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml

from zonesync import workflow
from zonesync.workflow import starting, templates

ZONEFILE = """\
$ORIGIN shop.example.
@ 3600 IN SOA ns1.old.example. hostmaster.shop.example. 1 3600 900 1209600 300
@ 3600 IN NS ns1.old.example.
@ 3600 IN NS ns2.old.example.
www 300 IN A 192.0.2.1
"""
KEPT = "# mine\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "new").mkdir()
    monkeypatch.chdir(tmp_path / "new")
    monkeypatch.delenv("CI", raising=False)
    return tmp_path / "new"


def written(folder):
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--zone", "a.example", "--zone", "b.example"],
        ["--provider", "bind"],
        ["--provider", "one=bind", "--provider", "two=bind"],
        ["--provider", "one=bind,directory=served/one,check=false"],
        ["--zone", "example.net", "--zone", "example.org"],
        ["--zone", "example.com@internal", "--zone", "example.com"],
        ["--zone", "0/25.2.0.192.in-addr.arpa", "--zone", "8.b.d.0.1.0.0.2.ip6.arpa", "--zone", "10.in-addr.arpa"],
        ["--zone", "1.2.0.192.in-addr.arpa", "--zone", "0-25.2.0.192.in-addr.arpa", "--zone", "in-addr.arpa"],
        ["--zone", "_acme.example.com", "--zone", "bücher.example"],
        ["--zone", "example.com", "--zone", "example.net", "--zone", "example.org"],
        ["--state", "."],
        ["--state", "kept/here"],
        ["--ci", "github", "--yes"],
    ],
    ids=" ".join,
)
def test_what_is_written_is_planned_applied_and_planned_again(arguments, folder, run):
    assert run("init", *arguments).code == 0
    checked = run("validate")
    assert checked.code == 0
    assert "error[" not in checked.out
    assert "warning[" not in checked.out
    assert run("fmt", "--check").code == 0
    assert run("plan").code == 0
    assert run("apply", "--yes").code == 0
    assert run("plan", "--exit-code").code == 0


@pytest.mark.parametrize("kind", ["route53", "gcloud,project=acme-dns", "ns1", "ns1,api_key=${NS1_KEY}"])
def test_a_service_needs_no_credentials_to_be_written_and_validated(kind, folder, run, monkeypatch):
    shown = run("init", "--provider", f"cloud={kind}", "--provider", "own=bind", "--zone", "a.example")
    assert shown.code == 0
    if "${" in kind:
        assert "set NS1_KEY where zonesync runs" in shown.out
        monkeypatch.setenv("NS1_KEY", "k")
    checked = run("validate")
    assert checked.code == 0
    assert "error[" not in checked.out


def test_the_root_is_written_without_a_warning(folder, run):
    assert run("init", "--zone", ".").code == 0
    assert run("validate", "--strict").code == 0
    assert run("fmt", "--check").code == 0


def test_every_file_names_its_schema_and_the_schema_accepts_it(folder, run):
    assert run("init", "--provider", "one=bind", "--provider", "two=ns1", "--zone", "a.example").code == 0
    files = [folder / "zonesync.yaml", folder / "zones/a.example.yaml"]
    for file in files:
        first = file.read_text().splitlines()[0]
        start = "# yaml-language-server: $schema="
        assert first.startswith(start)
        schema = json.loads((file.parent / first.removeprefix(start)).read_text())
        kind = "config" if file.name == "zonesync.yaml" else "zone"
        assert schema == workflow.schema(kind)
        jsonschema.Draft202012Validator(schema).validate(yaml.safe_load(file.read_text()))


def test_a_zone_file_becomes_a_zone_and_no_example_is_written(folder, run):
    (folder / "shop.example.zone").write_text(ZONEFILE)
    shown = run("init", "--import", "shop.example.zone")
    assert shown.code == 0
    assert "they are the old provider's" in " ".join(shown.out.split())
    assert [path.name for path in (folder / "zones").iterdir()] == ["shop.example.yaml"]
    text = (folder / "zones/shop.example.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=../.zonesync-schema/zone.json\nzone: shop.example\n")
    assert run("validate").code == 0
    assert "192.0.2.1" in run("plan").out
    assert run("fmt", "--check").code == 0


def test_a_zone_file_can_be_named_and_stand_beside_a_new_zone(folder, run):
    (folder / "old").write_text(ZONEFILE)
    assert run("init", "--import", "shop.example=old", "--zone", "new.example").code == 0
    assert sorted(path.stem for path in (folder / "zones").iterdir()) == ["new.example", "shop.example"]


@pytest.mark.parametrize("broken", ["www IN A 192.0.2.999\n", None])
def test_a_zone_file_that_cannot_be_read_leaves_nothing_behind(broken, folder, run):
    if broken:
        (folder / "shop.example.zone").write_text(f"{ZONEFILE}{broken}")
    before = written(folder)
    assert run("init", "--import", "shop.example.zone").code == 1
    assert written(folder) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["--provider", "nonsense"],
        ["--provider", "one=nonsense"],
        ["--provider", "default=bind"],
        ["--provider", "a b=bind"],
        ["--provider", "one=bind,nonsense=1"],
        ["--provider", "one=bind,directory"],
        ["--provider", "one=bind,type=ns1"],
        ["--provider", "one=ns1,api_key=plain-secret"],
        ["--provider", "one=octodns"],
        ["--provider", "one=bind", "--provider", "one=ns1"],
        ["--zone", "bad..name"],
        ["--ci", "jenkins"],
        ["--state", "ftp://x/y"],
        ["--import", "bad..name=x.zone"],
    ],
    ids=" ".join,
)
def test_a_wrong_option_is_64_and_nothing_is_written(arguments, folder, run):
    shown = run("init", *arguments)
    assert shown.code == 64
    assert shown.err.startswith("zonesync: ")
    assert "plain-secret" not in shown.err
    assert written(folder) == set()


def test_a_typo_in_a_type_is_answered_with_the_right_one(folder, run):
    assert "did you mean `route53`?" in run("init", "--provider", "aws=route35").err


@pytest.mark.parametrize(
    "taken",
    [
        "zonesync.yaml",
        "zones/example.com.yaml",
        ".zonesync-schema/zone.json",
        ".github/workflows/zonesync.yml",
    ],
)
@pytest.mark.parametrize("as_what", ["a file", "a link to nowhere"])
def test_what_is_there_is_named_and_nothing_is_written(taken, as_what, folder, run):
    (folder / taken).parent.mkdir(parents=True, exist_ok=True)
    if as_what == "a file":
        (folder / taken).write_text(KEPT)
    else:
        (folder / taken).symlink_to("nowhere")
    before = sorted(folder.rglob("*"))
    shown = run("init", "--quiet", "--ci", "github")
    assert shown.code == 1
    assert f"`{taken}` is there already" in " ".join(shown.err.split())
    assert shown.out == ""
    assert sorted(folder.rglob("*")) == before


def test_every_file_in_the_way_is_named(folder, run):
    (folder / "zonesync.yaml").write_text(KEPT)
    (folder / ".gitlab-ci.yml").write_text(KEPT)
    assert "`zonesync.yaml`, `.gitlab-ci.yml` are there already" in " ".join(run("init", "--ci", "gitlab").err.split())


@pytest.mark.parametrize("number", range(4))
def test_a_disk_that_fails_half_way_leaves_nothing_behind(number, folder, run, monkeypatch):
    real, opened = Path.open, []

    def failing(path, mode="r", *args, **more):
        if mode == "x":
            opened.append(path)
            if len(opened) > number:
                raise OSError(28, "No space left on device", str(path))
        return real(path, mode, *args, **more)

    monkeypatch.setattr(Path, "open", failing)
    shown = run("init")
    assert shown.code == 1
    assert "No space left on device" in shown.err
    assert list(folder.iterdir()) == []


def test_somebody_who_is_quicker_is_not_overwritten(folder, monkeypatch):
    files = {"a.yaml": "a", "z/b.yaml": "b"}
    real = starting.require_free

    def late(root, wanted):
        real(root, wanted)
        (root / "z").mkdir()
        (root / "z/b.yaml").write_text(KEPT)

    monkeypatch.setattr(starting, "require_free", late)
    with pytest.raises(workflow.RefusedError, match="is there already"):
        starting.write(folder, files)
    assert written(folder) == {"z/b.yaml"}
    assert (folder / "z/b.yaml").read_text() == KEPT


def test_a_configuration_of_another_name_in_another_folder_is_written_there(folder, run):
    assert run("init", "--config", "dns/main.yaml").code == 0
    assert written(folder) == {
        f"dns/{name}"
        for name in (
            "main.yaml",
            "zones/example.com.yaml",
            ".zonesync-schema/config.json",
            ".zonesync-schema/zone.json",
        )
    }
    assert run("validate", "--config", "dns/main.yaml").code == 0


@pytest.mark.parametrize(
    ("remote", "file"),
    [
        ("git@github.com:acme/dns.git", ".github/workflows/zonesync.yml"),
        ("https://gitlab.example.com/acme/dns", ".gitlab-ci.yml"),
        ("/srv/git/dns", None),
        (None, None),
    ],
)
def test_the_remote_of_the_repository_chooses_the_workflow(remote, file, folder, run):
    subprocess.run(["git", "init", "-q", "."], check=True)
    if remote:
        subprocess.run(["git", "remote", "add", "origin", remote], check=True)
    assert run("init").code == 0
    workflows = {name for name in written(folder) if name.startswith((".github/", ".gitlab"))}
    assert workflows == ({file} if file else set())


COMMAND = re.compile(r"(?:run:|^ *-) (zonesync .*)", re.MULTILINE)


@pytest.mark.parametrize("service", ["github", "gitlab"])
@pytest.mark.parametrize(
    ("where", "arguments", "config"),
    [
        ("dns", [], "dns/zonesync.yaml"),
        ("", ["--chdir", "dns/a b"], "'dns/a b/zonesync.yaml'"),
        ("", ["--config", "dns/main.yaml"], "dns/main.yaml"),
        ("", ["--config", "main.yaml"], "main.yaml"),
    ],
)
def test_a_workflow_goes_to_the_top_and_names_the_configuration(
    service, where, arguments, config, folder, run, monkeypatch
):
    subprocess.run(["git", "init", "-q", "."], check=True)
    (folder / "dns/a b").mkdir(parents=True)
    monkeypatch.chdir(folder / where)
    shown = run(*arguments, "init", "--ci", service)
    assert shown.code == 0, shown.err
    target = folder / templates.TARGETS[service]
    text = target.read_text()
    commands = COMMAND.findall(text)
    assert commands
    assert all(command.startswith(f"zonesync --config {config} ") for command in commands)
    assert text.replace(f"--config {config} ", "") == templates.workflow_file(service, ["bind"])
    assert yaml.safe_load(text)
    assert (folder / where / shlex.split(config)[0].removeprefix(f"{where}/")).is_file()
    again = run(*arguments, "init", "--ci", service)
    assert again.code == 1
    assert f"{templates.TARGETS[service]}`" in " ".join(again.err.split())


def test_at_the_top_the_workflow_is_the_example(folder, run):
    subprocess.run(["git", "init", "-q", "."], check=True)
    assert run("init", "--ci", "github", "--provider", "ns1").code == 0
    text = (folder / templates.TARGETS["github"]).read_text()
    assert text == (templates._folder("github") / "zonesync.yml").read_text()


def test_a_name_that_a_workflow_cannot_hold_is_refused_and_nothing_is_written(folder, run):
    subprocess.run(["git", "init", "-q", "."], check=True)
    shown = run("init", "--ci", "github", "--config", "a: #b/zonesync.yaml")
    assert shown.code == 64
    assert "cannot stand in a workflow" in shown.err
    assert written(folder) == set()


def test_in_a_worktree_the_remote_chooses_too(folder, run, monkeypatch, tmp_path):
    def git(*words):
        subprocess.run(["git", "-c", "user.name=kim", "-c", "user.email=kim@example.com", *words], check=True)

    git("init", "-q", ".")
    git("remote", "add", "origin", "git@github.com:acme/dns.git")
    git("commit", "-q", "--allow-empty", "-m", "first")
    git("worktree", "add", "-q", str(tmp_path / "tree"))
    monkeypatch.chdir(tmp_path / "tree")
    assert run("init").code == 0
    assert written(tmp_path / "tree") >= {".github/workflows/zonesync.yml", ".gitignore"}


@pytest.mark.parametrize(
    ("state", "line"),
    [("kept/", "/kept/"), ("./kept", "/kept/"), (".", ""), ("..", ""), ("../kept", ""), ("zones", ""), ("/srv/x", "")],
)
def test_git_leaves_out_state_unless_files_of_the_repository_are_in_it(state, line, folder, run):
    subprocess.run(["git", "init", "-q", "."], check=True)
    assert run("init", "--state", state).code == 0
    lines = (folder / ".gitignore").read_text().splitlines()
    assert lines == [*([line] if line else []), "/build/", "/plan.json"]


def test_git_leaves_out_what_is_no_source(folder, run):
    subprocess.run(["git", "init", "-q", "."], check=True)
    assert run("init").code == 0
    assert run("plan", "--out", "plan.json").code == 0
    assert run("apply", "plan.json").code == 0
    subprocess.run(["git", "add", "."], check=True)
    added = subprocess.run(["git", "diff", "--cached", "--name-only"], check=True, capture_output=True, text=True)
    assert set(added.stdout.split()) == {
        ".gitignore",
        ".zonesync-schema/config.json",
        ".zonesync-schema/zone.json",
        "zonesync.yaml",
        "zones/example.com.yaml",
    }


def test_a_gitignore_of_ones_own_is_left_alone(folder, run):
    subprocess.run(["git", "init", "-q", "."], check=True)
    (folder / ".gitignore").write_text(KEPT)
    shown = run("init")
    assert shown.code == 0
    assert "add to .gitignore: /.zonesync/ /build/ /plan.json" in shown.out
    assert (folder / ".gitignore").read_text() == KEPT


@pytest.mark.parametrize(
    ("types", "extras", "words"),
    [
        (["route53"], "ci,state,route53", "aws-actions/"),
        (["gcloud"], "ci,state,gcloud", "google-github-actions/"),
        (["ns1"], "ci,state,ns1", "NS1_API_KEY"),
        (["bind", "route53", "ns1"], "ci,state,ns1,route53", "aws-actions/"),
        (["bind"], "ci,state", "zonesync ci plan"),
    ],
)
def test_the_workflow_logs_in_and_installs_as_the_providers_need(types, extras, words, folder):
    text = templates.workflow_file("github", types)
    assert words in text
    assert set(templates._extras.findall(text)) == {("zonesync[", extras, "]")}
    assert yaml.safe_load(text)["permissions"] == {}


def test_each_service_has_a_workflow_that_is_yaml():
    for service in templates.TARGETS:
        assert yaml.safe_load(templates.workflow_file(service, ["ns1"]))


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def at_a_terminal(run, monkeypatch):
    def typed(*answers, arguments=()):
        monkeypatch.setattr("sys.stdin", Terminal("".join(f"{answer}\n" for answer in answers)))
        shown = run("init", *arguments)
        return shown.code, shown.err

    return typed


def test_at_a_terminal_enter_alone_is_the_default(folder, run, at_a_terminal):
    code, shown = at_a_terminal("", "", "", "", "", "")
    assert code == 0, shown
    assert run("validate").code == 0
    assert "primary: {type: bind, " in (folder / "zonesync.yaml").read_text()


def test_a_wrong_answer_is_asked_again(folder, run, at_a_terminal):
    code, shown = at_a_terminal(
        "nope.zone", "", "bad..name", "a.example 'b.example", "a.example b.example",
        "one=bnd", "one=bind two=bind", "jenkins", "github", "ftp://x", "", "y",
    )  # fmt: skip
    assert code == 0, shown
    for words in ("nope.zone", "bad..name", "No closing quotation", "did you mean `bind`?", "`jenkins` is none of"):
        assert words in shown
    assert written(folder) >= {"zones/a.example.yaml", "zones/b.example.yaml", ".github/workflows/zonesync.yml"}
    assert run("validate").code == 0


def test_what_is_given_is_not_asked(folder, at_a_terminal):
    code, shown = at_a_terminal(
        "", arguments=["--zone", "a.example", "--provider", "bind", "--ci", "none", "--state", "kept"]
    )
    assert code == 0, shown
    assert shown.count("]: ") == 1


def test_who_says_no_gets_nothing(folder, at_a_terminal):
    code, shown = at_a_terminal("", "", "", "", "", "no")
    assert code == 1
    assert "Nothing was written." in shown
    assert written(folder) == set()


@pytest.mark.parametrize("answered", [0, 3, 5])
def test_who_goes_away_half_way_gets_nothing(answered, folder, at_a_terminal):
    code, shown = at_a_terminal(*[""] * answered)
    assert code == 1
    assert "nobody to answer" in shown
    assert written(folder) == set()


def test_with_yes_a_terminal_is_not_asked(folder, at_a_terminal):
    code, shown = at_a_terminal(arguments=["--yes"])
    assert code == 0, shown
    assert "]: " not in shown


def test_files_are_for_everybody_that_the_umask_lets(folder, run):
    assert run("init").code == 0
    assert stat.S_IMODE((folder / "zonesync.yaml").stat().st_mode) & 0o600 == 0o600


@pytest.mark.parametrize(
    ("before", "again"),
    [
        (["--config", "dns/own.yaml"], "zonesync --config dns/own.yaml"),
        (["--chdir", "dns dir"], "zonesync --chdir 'dns dir'"),
        ([], "zonesync"),
    ],
    ids=["another configuration", "another folder", "here"],
)
def test_what_comes_next_can_be_typed_where_init_was(tmp_path, monkeypatch, run, before, again):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dns dir").mkdir()
    started = run(*before, "init", "--zone", "example.com", "--provider", "here=bind", "--ci", "none", "--yes")
    assert started.code == 0, started.err
    wrote = [line.removeprefix("wrote ") for line in started.out.splitlines() if line.startswith("wrote ")]
    assert wrote
    assert all((tmp_path / name).is_file() for name in wrote)
    (planning,) = [line for line in started.out.splitlines() if "plan --out" in line]
    assert planning.strip().startswith(f"{again} plan --out plan.json")
    saved = run(*shlex.split(planning.partition("(")[0])[1:])
    assert saved.code == 0, saved.err
    said = " ".join(saved.err.split())
    assert f"Saved to plan.json: `{again} apply plan.json` carries out exactly this." in said
    applied = run(*shlex.split(again)[1:], "apply", "plan.json")
    assert applied.code == 0, applied.err
