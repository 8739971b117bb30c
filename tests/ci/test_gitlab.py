"""The template for GitLab, copied: its jobs run line by line, as a runner would, before a fake of the API."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.ci.repository import Repository
from tests.fakes.gitlab import GitLabFake, User
from zonesync import __version__

TREE = Path(__file__).resolve().parents[2]
TEMPLATE = yaml.safe_load((TREE / "examples" / "gitlab" / ".gitlab-ci.yml").read_text())
BASE = TEMPLATE[".zonesync"]
JOBS = {name: job for name, job in TEMPLATE.items() if name not in {"stages", ".zonesync"}}
PLAYED = {"extends", "stage", "environment", "rules", "script", "after_script", "artifacts", "resource_group"}
RULES = {
    "plan": '$CI_PIPELINE_SOURCE == "merge_request_event"',
    "apply": '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH',
    "drift": '$CI_PIPELINE_SOURCE == "schedule"',
}
ZONE = "zone: example.com\nrecords:\n  www: {A: 192.0.2.10}\n"
OTHER = "zone: example.org\nrecords:\n  www: {A: 192.0.2.30}\n"

pytestmark = pytest.mark.source


def configuration(folder):
    return f"""\
zones: [zones/*.yaml]
state: {{url: {folder / "state"}, durable: true}}
defaults: {{ttl: 1h, providers: [primary]}}
providers:
  primary: {{type: bind, directory: {folder / "served"}, nameservers: [ns1.example.net., ns2.example.net.]}}
lint: {{ignore: [documentation-address]}}
"""


def test_the_template_says_nothing_that_is_not_looked_at_here():
    assert TEMPLATE["stages"] == list(JOBS) == list(RULES)
    assert set(BASE) == {"image", "variables", "before_script"}
    assert re.fullmatch(rf'python -m pip install --quiet "zonesync\[[\w,]+\]=={__version__}"', *BASE["before_script"])
    for name, job in JOBS.items():
        assert set(job) <= PLAYED | {"interruptible"}
        assert job["rules"] == [{"if": RULES[name]}]
    assert JOBS["apply"]["interruptible"] is False
    assert JOBS["apply"]["environment"]["name"] != JOBS["plan"]["environment"]["name"]
    assert JOBS["apply"]["resource_group"]


def played(name, folder, **env):
    """Run a job in *folder*, and return the exit code of its script."""
    job = JOBS[name]
    given = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "CI": "true",
        "GITLAB_CI": "true",
        "GITLAB_USER_LOGIN": "kim",
        **BASE["variables"],
        **env,
    }
    code = 0
    for line in [*job["script"], *job.get("after_script", ())]:
        words = shlex.split(line)
        assert words[0] == "zonesync", line
        if code and line in job["script"]:
            continue
        done = subprocess.run(
            [sys.executable, "-m", "zonesync", *words[1:]],
            cwd=folder,
            env=given,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert "::" not in done.stdout  # commands to another runner
        if line in job["script"]:
            code = done.returncode
        else:
            assert done.returncode == 0, done.stderr
    return code


def test_a_merge_request_is_planned_and_noted_and_its_merge_applied(tmp_path):
    repository = Repository.made(
        tmp_path / "clone",
        {
            "zonesync.yaml": configuration(tmp_path),
            "zones/example.com.yaml": ZONE,
            "zones/example.org.yaml": OTHER,
            ".gitignore": "build/\nplan.json\n",
        },
    )
    (tmp_path / "served").mkdir()
    base = repository.head
    head = repository.commit({"zones/example.com.yaml": ZONE + "  api: {A: 192.0.2.20}\n"}, "change-3")
    repository.git("checkout", "--quiet", head)
    with GitLabFake(tokens={"glpat": User(9, "zonesync")}, project=5, number=3, sha=head) as gitlab:
        code = played(
            "plan",
            repository.folder,
            CI_API_V4_URL=f"{gitlab.url}",
            CI_PROJECT_ID="5",
            CI_MERGE_REQUEST_IID="3",
            CI_MERGE_REQUEST_PROJECT_ID="5",
            CI_MERGE_REQUEST_SOURCE_PROJECT_ID="5",
            CI_MERGE_REQUEST_DIFF_BASE_SHA=base,
            CI_COMMIT_SHA=head,
            CI_PIPELINE_SOURCE="merge_request_event",
            CI_JOB_URL="https://gitlab.example/acme/dns/-/jobs/11",
            ZONESYNC_GITLAB_TOKEN="glpat",
        )
        assert code == 0
        (note,) = [one for one in gitlab.notes.values() if not one.system]
    assert "192.0.2.20" in note.body
    assert "example.org" not in note.body
    assert "https://gitlab.example/acme/dns/-/jobs/11" in note.body
    assert sorted(file.name for file in (repository.folder / "build" / "zonesync").iterdir()) == [
        "plan.html",
        "plan.json",
        "plan.md",
    ]

    repository.git("checkout", "--quiet", "main")
    merged = repository.merge(3, head)
    assert played("apply", repository.folder, CI_COMMIT_SHA=merged, CI_PIPELINE_SOURCE="push") == 0
    assert "192.0.2.20" in next((tmp_path / "served").glob("example.com*")).read_text()
    assert played("drift", repository.folder, CI_COMMIT_SHA=merged, CI_PIPELINE_SOURCE="schedule") == 0
