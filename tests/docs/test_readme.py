"""What the README shows is what appears."""

import re
import shutil
from pathlib import Path

import pytest

from zonesync import cli
from zonesync.cli.app import ORDER
from zonesync.cli.exits import Exit

TREE = Path(__file__).resolve().parents[2]
README = (TREE / "README.md").read_text(encoding="utf-8")
EDITS = [
    ("A: {ttl: 1m, values", "A: {ttl: 5m, values"),
    ('  "*.dev": {CNAME: dev}\n  dev: {A: 192.0.2.40}\n', "  blog: {CNAME: www}\n"),
    ("    A: 192.0.2.25\n", "    A: 192.0.2.26\n"),
]
"""The edit of zones/example.com.yaml that the README's plan is of."""


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def folder(tmp_path, monkeypatch, capsys):
    shutil.copytree(TREE / "zones", tmp_path / "zones")
    shutil.copy(TREE / "zonesync.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_plan_is_what_appears(folder, capsys):
    assert cli.run(["apply", "--yes"]) == 0
    file = folder / "zones/example.com.yaml"
    text = file.read_text()
    for old, new in EDITS:
        assert text.count(old) == 1
        text = text.replace(old, new)
    file.write_text(text)
    capsys.readouterr()
    assert cli.run(["plan"]) == 0
    assert capsys.readouterr().out == blocks("text")[0]


def test_the_error_is_what_appears(folder, capsys):
    file = folder / "zones/example.org.yaml"
    file.write_text(
        file.read_text().replace("    A: 192.0.2.80\n", "    A: 192.0.2.80\n    MX: [10 mail.example.net]\n")
    )
    assert cli.run(["validate", "example.org"]) == 1
    assert blocks("text")[1] in capsys.readouterr().out


def test_the_zone_is_valid_once_its_fragment_is_there(folder, capsys):
    (folder / "zones/example.org.yaml").unlink()
    (folder / "zones/shared/mail.yaml").write_text(
        'records: {_dmarc: {TXT: "v=DMARC1; p=none"}, mail: {A: 192.0.2.25}}\n'
    )
    (folder / "zones/example.com.yaml").write_text(blocks("yaml")[0])
    code = cli.run(["validate", "example.com"])
    assert "error[" not in capsys.readouterr().out
    assert code == 0


def test_the_commands_are_those_of_the_program():
    table = README.split("| command |")[1].split("\n\n")[0]
    named = list(dict.fromkeys(re.findall(r"^\| `(\w+)", table, re.MULTILINE)))
    assert named == list(ORDER)
    for line in table.splitlines()[2:]:
        words = re.match(r"\| `([a-z ]+)", line)[1].split()
        assert cli.run([*words, "--help"]) == 0
        for option in re.findall(r"--[a-z-]+", line):
            assert option in {name for one in parameters(words) for name in one.opts}


def parameters(words):
    from zonesync.cli.app import command

    found = command()
    for word in words:
        found = found.commands[word]
    return found.params


def test_the_exit_codes_are_those_of_the_program():
    table = README.split("| exit code |")[1].split("\n\n")[0]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == [code.value for code in Exit]


@pytest.mark.source
@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "providers/zonesync_bind/README.md",
        "benchmarks/README.md",
    ],
)
def test_every_relative_link_leads_somewhere(name):
    file = TREE / name
    text = re.sub(r"```.*?```", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link and not link.startswith("#")]
    for link in links:
        assert (file.parent / link.partition("#")[0]).exists(), link
    if name == "README.md":
        assert "docs/lint.md" in links


@pytest.mark.source
def test_the_commands_of_readme_and_contributing_exist():
    targets = set(re.findall(r"^([a-z]+):", (TREE / "Makefile").read_text(), re.MULTILINE))
    for name in ("README.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"(?:`|\$ )make ([a-z]+)", (TREE / name).read_text()))
        assert named
        assert named <= targets
    import zonesync.lint.docs

    assert "python -m zonesync.lint.docs" in (TREE / "CONTRIBUTING.md").read_text()
    assert zonesync.lint.docs.__doc__


def test_the_changelog_has_this_version():
    from zonesync import __version__

    assert f"\n## {__version__} " in (TREE / "CHANGELOG.md").read_text()
