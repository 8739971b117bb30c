"""Which zones a change touches: what `--changed-since` plans and validates."""

import subprocess

import pytest

from zonesync import workflow

CONFIG = """\
zones: [zones/*.yaml]
defaults: {providers: [here]}
providers: {here: {type: bind, directory: served}}
"""
ZONE = "records: {www: {A: 198.51.100.1}}\n"
FILES = {
    "zonesync.yaml": CONFIG,
    "zones/a.example.yaml": ZONE,
    "zones/b.example.yaml": f"include: [../shared/one.yaml]\n{ZONE}",
    "zones/c.example.yaml": f"include: [../shared/one.yaml]\n{ZONE}",
    "shared/one.yaml": "include: [two.yaml]\nrecords: {mail: {A: 198.51.100.2}}\n",
    "shared/two.yaml": "records: {mx: {A: 198.51.100.3}}\n",
    "README.md": "words\n",
}


def git(folder, *words):
    subprocess.run(
        ["git", "-c", "user.name=kim", "-c", "user.email=kim@example.com", *words],
        cwd=folder,
        check=True,
        capture_output=True,
    )


def write(folder, files):
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def committed(folder):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "change")


@pytest.fixture(params=["", "dns"], ids=["at the top", "in a folder"])
def root(tmp_path, request):
    """A repository, its configuration at the top or in a folder, on a branch of its own."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main", ".")
    folder = tmp_path / request.param
    write(folder, FILES)
    committed(tmp_path)
    git(tmp_path, "checkout", "--quiet", "-b", "change")
    return folder


def touched(root, ref="main"):
    project = workflow.open_project(root / "zonesync.yaml")
    loaded = workflow.load(project, keep=workflow.touched_since(project, ref).has)
    assert not loaded.is_whole
    return [str(zone.id)[0] for zone in loaded.zones]


@pytest.mark.parametrize(
    ("files", "zones"),
    [
        ({}, ""),
        ({"README.md": "others"}, ""),
        ({"zones/a.example.yaml": f"{ZONE}# words\n"}, "a"),
        ({"shared/one.yaml": "records: {mail: {A: 198.51.100.9}}\n"}, "bc"),
        ({"shared/two.yaml": "records: {mx: {A: 198.51.100.9}}\n"}, "bc"),
        ({"zonesync.yaml": f"{CONFIG}# words\n"}, "abc"),
        ({"zones/d.example.yaml": ZONE}, "d"),
        ({"zones/ä.example.yaml": f"zone: d.example\n{ZONE}"}, "d"),
    ],
    ids=[
        "nothing",
        "words",
        "a zone",
        "a fragment",
        "a fragment's fragment",
        "the configuration",
        "a new zone",
        "umlaut",
    ],
)
@pytest.mark.parametrize("is_committed", [True, False], ids=["committed", "in the working tree"])
def test_what_a_change_touches(root, files, zones, is_committed):
    write(root, files)
    if is_committed and files:
        committed(root)
    assert "".join(touched(root)) == zones


def test_what_the_other_branch_changed_since_is_no_change_of_this_one(root):
    write(root, {"zones/a.example.yaml": f"{ZONE}# mine\n"})
    committed(root)
    git(root, "checkout", "--quiet", "main")
    write(root, {"zones/b.example.yaml": ZONE})
    committed(root)
    git(root, "checkout", "--quiet", "change")
    assert touched(root) == ["a"]


def test_a_zone_that_changes_its_file_is_touched(root):
    git(root, "mv", "zones/a.example.yaml", "zones/moved.yaml")
    write(root, {"zones/moved.yaml": f"zone: a.example\n{ZONE}"})
    committed(root)
    assert touched(root) == ["a"]


def test_a_zone_whose_file_is_a_link_to_what_changed_is_touched(root):
    (root / "zones/e.example.yaml").symlink_to("../shared/e.yaml")
    write(root, {"shared/e.yaml": ZONE})
    committed(root)
    git(root, "branch", "--force", "main")
    write(root, {"shared/e.yaml": f"{ZONE}# words\n"})
    committed(root)
    assert touched(root) == ["e"]


def test_a_zone_that_cannot_be_loaded_any_more_is_told_whatever_broke_it(root):
    git(root, "rm", "--quiet", "shared/two.yaml")
    committed(root)
    project = workflow.open_project(root / "zonesync.yaml")
    loaded = workflow.load(project, keep=workflow.touched_since(project, "main").has)
    assert {finding.rule for finding in loaded.findings} >= {"missing-file"}


@pytest.mark.parametrize("ref", ["nowhere", "--output=x", " ", "0" * 40])
def test_a_ref_that_git_does_not_know_is_no_ref(root, ref):
    project = workflow.open_project(root / "zonesync.yaml")
    with pytest.raises(workflow.UnknownNameError, match="--changed-since"):
        workflow.touched_since(project, ref)


def test_outside_a_repository_nothing_is_known(tmp_path):
    write(tmp_path, FILES)
    with pytest.raises(workflow.UnknownNameError, match="--changed-since"):
        workflow.touched_since(workflow.open_project(tmp_path / "zonesync.yaml"), "main")
