"""Which zones a change touches: what `--changed-since` plans and validates."""

import random
import shutil
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


@pytest.mark.parametrize("folder", ["zones", "shared"])
def test_zones_below_a_folder_that_is_a_link_to_another_now_are_touched(root, folder):
    git(root, "mv", folder, f"{folder}-one")
    shutil.copytree(root / f"{folder}-one", root / f"{folder}-two")
    (root / folder).symlink_to(f"{folder}-one")
    committed(root)
    git(root, "branch", "--force", "main")
    (root / folder).unlink()
    (root / folder).symlink_to(f"{folder}-two")
    committed(root)
    assert touched(root) == (["a", "b", "c"] if folder == "zones" else ["b", "c"])


@pytest.mark.parametrize("is_committed", [True, False], ids=["committed", "in the working tree"])
def test_zones_of_a_submodule_that_moved_are_touched(root, tmp_path_factory, is_committed):
    other = tmp_path_factory.mktemp("other")
    git(other, "init", "--quiet", ".")
    write(other, {"zones/e.example.yaml": ZONE})
    committed(other)
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "ext")
    write(root, {"zonesync.yaml": CONFIG.replace("zones/*.yaml", "zones/*.yaml, ext/zones/*.yaml")})
    committed(root)
    git(root, "branch", "--force", "main")
    write(root, {"ext/zones/e.example.yaml": f"{ZONE}# words\n"})
    if is_committed:
        committed(root / "ext")
        committed(root)
    assert touched(root) == ["e"]


@pytest.mark.parametrize("is_committed", [True, False], ids=["committed", "in the working tree"])
def test_gits_own_settings_leave_nothing_out(root, is_committed):
    for name, value in (("diff.relative", "true"), ("diff.ignoreSubmodules", "all"), ("core.quotePath", "true")):
        git(root, "config", name, value)
    write(root, {"zones/a.example.yaml": f"{ZONE}# words\n", "shared/two.yaml": "records: {}\n"})
    if is_committed:
        committed(root)
    assert touched(root) == ["a", "b", "c"]


def test_a_zone_outside_of_the_repository_is_touched_since_nobody_knows(root, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    write(other, {"e.example.yaml": ZONE})
    write(root, {"zonesync.yaml": CONFIG.replace("zones/*.yaml", f"zones/*.yaml, {other}/*.yaml")})
    committed(root)
    git(root, "branch", "--force", "main")
    assert touched(root) == ["e"]


def orphans(root):
    project = workflow.open_project(root / "zonesync.yaml")
    changed = workflow.touched_since(project, "main")
    return [one.zone for one in changed.orphans(project, workflow.load(project, keep=changed.has))]


@pytest.mark.parametrize("is_committed", [True, False], ids=["committed", "in the working tree"])
def test_a_zone_whose_file_is_deleted_is_said(root, is_committed):
    write(root, {"zones/other.yaml": f"zone: e.example\nview: inside\n{ZONE}"})
    committed(root)
    git(root, "branch", "--force", "main")
    for name in ("zones/a.example.yaml", "zones/other.yaml", "README.md"):
        (root / name).unlink()
    write(root, {"zones/new.example.yaml": ZONE})
    if is_committed:
        committed(root)
    assert orphans(root) == ["a.example", "e.example@inside"]


def test_a_file_that_was_moved_or_came_and_went_loses_no_zone(root):
    git(root, "mv", "zones/a.example.yaml", "zones/moved.yaml")
    write(root, {"zones/moved.yaml": f"zone: a.example\n{ZONE}", "zones/e.example.yaml": ZONE})
    git(root, "mv", "shared/two.yaml", "shared/three.yaml")
    committed(root)
    (root / "zones/e.example.yaml").unlink()
    committed(root)
    assert orphans(root) == []


def test_who_ignores_orphans_is_not_told(root):
    write(root, {"zonesync.yaml": f"{CONFIG}lint: {{ignore: [orphan-zone]}}\n"})
    (root / "zones/a.example.yaml").unlink()
    committed(root)
    assert orphans(root) == []


def test_a_zone_that_loads_otherwise_is_touched_whatever_was_edited(root):
    draw = random.Random(63)
    project = workflow.open_project(root / "zonesync.yaml")

    def zones():
        return {zone.id: (zone.file, dict(zone.rrsets)) for zone in workflow.load(project).zones}

    before = zones()
    seen = set()
    for number in range(14):
        files = sorted(path for folder in ("zones", "shared") for path in (root / folder).iterdir() if path.is_file())
        file = draw.choice(files)
        match draw.randrange(5):
            case 0:
                file.write_text(f"{file.read_text()}# {number}\n")
            case 1:
                file.write_text(file.read_text().replace("198.51.100.", "198.51.10."))
            case 2:
                file.rename(file.with_name(f"{number} ä'\"\n.yaml"))
            case 3:
                copy = file.with_name(f"copy{number}.example.yaml")
                file.rename(copy)
                file.symlink_to(copy.name)
            case _:
                (root / f"shared/{number}.yaml").write_text(f"records: {{n{number}: {{A: 198.51.100.7}}}}\n")
                name = root / "zones" / f"n{number}.example.yaml"
                name.write_text(f"include: [../shared/{number}.yaml]\n{ZONE}")
        if draw.random() < 0.5:
            committed(root)
        now = zones()
        changed = workflow.touched_since(project, "main")
        known = {zone.id for zone in workflow.load(project, keep=changed.has).zones}
        others = {zone for zone, content in now.items() if content != before.get(zone)}
        assert others <= known, number
        seen |= others
    assert len(seen) > 3


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
