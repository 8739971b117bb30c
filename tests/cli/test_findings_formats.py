"""validate, for those who show findings beside the lines of a change."""

import json
import textwrap

import pytest

from zonesync.lint import RULES

MARK = "# reported here"
SECTIONS = {"zone", "view", "ttl", "records", "nameservers", "soa", "allow", "ignore", "unmanaged", "providers"}
CONFIG = """\
zones: [zones/*.yaml]
defaults: {providers: [aws, gcp]}
providers:
  aws: {type: bind, directory: aws, nameservers: [ns1.example.net., ns2.example.net.]}
  gcp: {type: bind, directory: gcp, nameservers: [ns1.example.org., ns2.example.org.]}
"""
ZONE = "zone: example.com\nnameservers: auto\nrecords:\n"
MISTAKES = {
    "A: 10.0.0.256": ("bad-value", "10.0.0.256"),
    "A: [192.0.2.1, 192.0.2.2, 192.0.2]": ("bad-value", "192.0.2]"),
    "AAAA: 2001:db8::g": ("bad-value", "2001:db8::g"),
    "ADDRESS: 192.0.2.1": ("unknown-type", "ADDRESS"),
    "MX: mail.example.net.": ("bad-value", "mail.example.net."),
    "TXT: [a, [b, {c: d}]]": ("unknown-key", "c: d}"),
    "CAA: 0 issue": ("bad-value", "0 issue"),
}
"""What may stand at a name, what is found there, and what the text begins with that it is found at."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_WORKSPACE", "GITHUB_ACTIONS", "CI", "CI_PROJECT_DIR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "zonesync.yaml").write_text(CONFIG)
    (tmp_path / "zones").mkdir()
    return tmp_path


@pytest.fixture
def broken(folder):
    """The project with one mistake, in line 5."""
    (folder / "zones/example.com.yaml").write_text(f"{ZONE}  www:\n    A: 10.0.0.256\n")
    return folder


def results(run, *arguments):
    (one,) = json.loads(run(*arguments, "validate", "--format", "sarif").out)["runs"]
    return one["results"]


def physical(result):
    return result["locations"][0]["physicalLocation"]


def example(bad):
    """Return the bad example of a rule as a zone file of its own."""
    keys = {line.partition(":")[0] for line in bad.splitlines() if line and not line[0].isspace()}
    body = bad if SECTIONS & keys else "records:\n" + textwrap.indent(bad, "  ")
    head = {"zone": "zone: example.com\n", "providers": "providers: [aws, gcp]\n"}
    return "".join(line for key, line in head.items() if key not in keys) + body


def marked(text):
    """Return the numbers of the lines that are marked; a mark on a line of its own speaks of the next."""
    lines = enumerate(text.splitlines(), 1)
    return [number + (not line.split(MARK)[0].strip()) for number, line in lines if MARK in line]


def test_each_lint_finding_points_at_the_line_that_its_example_marks(folder, run):
    checked = 0
    for rule in RULES.values():
        text = example(rule.bad)
        # The loader refuses this one's example before any rule sees it.
        if rule.id == "ns-without-address" or not marked(text):
            continue
        (folder / "zones/zone.yaml").write_text(text)
        own = [physical(result) for result in results(run) if result["ruleId"] == rule.id]
        assert [place["region"]["startLine"] for place in own] == marked(text), rule.id
        assert {place["artifactLocation"]["uri"] for place in own} == {"zones/zone.yaml"}
        checked += len(own)
    assert checked >= 50


def test_each_mistake_of_50_is_pointed_at_to_the_column(folder, run):
    lines = ZONE.splitlines()
    expected = []
    for number in range(50):
        mistake, (rule, at) = list(MISTAKES.items())[number % len(MISTAKES)]
        lines += ["", f"  # the host {number}"] * (number % 3) + [f"  hôte{number}: {{{mistake}}}"]
        expected.append((rule, len(lines), lines[-1].index(at) + 1))
    (folder / "zones/zone.yaml").write_text("\n".join(lines))
    found = [(result["ruleId"], physical(result)["region"]) for result in results(run)]
    assert [(rule, region["startLine"], region["startColumn"]) for rule, region in found] == expected


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "gitlab"])
def test_every_format_has_the_exit_code_of_the_findings(form, broken, run):
    assert run("validate", "--format", form).code == 1
    (broken / "zones/example.com.yaml").write_text(f"{ZONE}  www: {{A: 10.0.0.25}}\n")
    assert run("validate", "--format", form).code == 0
    assert run("--strict", "validate", "--format", form).code == 1


def test_github_is_told_by_commands_and_a_reader_of_the_log_in_words(broken, run):
    first, *rest = run("validate", "--format", "github").out.splitlines()
    assert first.startswith("::error file=zones/example.com.yaml,line=5,col=8,title=bad-value (example.com)::`address`")
    assert "  --> zones/example.com.yaml:5:8" in rest
    assert rest[-1] == "1 zone: 1 error"
    assert not any(line.startswith("::") for line in rest)


def test_gitlab_is_given_a_list_and_an_empty_one_where_nothing_is_found(broken, run):
    (entry,) = json.loads(run("validate", "--format", "gitlab").out)
    assert entry["location"] == {"path": "zones/example.com.yaml", "lines": {"begin": 5}}
    (broken / "zones/example.com.yaml").write_text(f"{ZONE}  www: {{A: 93.184.215.14}}\n")
    assert json.loads(run("validate", "--format", "gitlab").out) == []


@pytest.mark.parametrize("form", ["sarif", "gitlab", "github"])
def test_a_mistake_in_the_configuration_is_reported_like_any_other(form, broken, run):
    (broken / "zonesync.yaml").write_text(CONFIG.replace("zones:", "zonen:"))
    done = run("validate", "--format", form)
    assert done.code == 1
    if form == "github":
        assert "::error file=zonesync.yaml,line=1,col=1," in done.out
        return
    data = json.loads(done.out)
    found = data if form == "gitlab" else data["runs"][0]["results"]
    assert {entry.get("check_name", entry.get("ruleId")) for entry in found} >= {"unknown-key"}


@pytest.mark.parametrize("told", ["git", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_files_are_named_from_the_top_of_the_repository(told, broken, run, monkeypatch):
    top = broken / "top"
    (top / "infra").mkdir(parents=True)
    for name in ("zonesync.yaml", "zones"):
        (broken / name).rename(top / "infra" / name)
    if told == "git":
        (top / ".git").mkdir()
    else:
        monkeypatch.setenv(told, str(top))
    for arguments in (["--chdir", "top/infra"], ["--config", "top/infra/zonesync.yaml"]):
        (result,) = results(run, *arguments)
        assert physical(result)["artifactLocation"]["uri"] == "infra/zones/example.com.yaml"


def test_a_checkout_elsewhere_says_nothing_of_where_files_are(broken, run, monkeypatch, tmp_path_factory):
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path_factory.mktemp("other")))
    (broken / ".git").mkdir()
    (result,) = results(run)
    assert physical(result)["artifactLocation"]["uri"] == "zones/example.com.yaml"
