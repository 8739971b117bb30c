"""Pull requests that were planned and are merged, as the commands of the job on `main` find them."""

from tests.ci.commands.conftest import ZONE

MARK = "<!-- zonesync:apply:dns -->"
API = {"zones/example.com.yaml": f"{ZONE}  api: {{A: 192.0.2.7}}\n"}
ORG = {"zones/example.org.yaml": f"{ZONE}  api: {{A: 192.0.2.9}}\n"}


def planned(stage, number=1, files=API, **run):
    """Open a pull request whose plan has run."""
    head = stage.open(number, files)
    done = stage.run("ci", "plan")
    assert done.code == 0, done.err
    made = stage.github.add_run(run.pop("head_sha", head), **run)
    upload(stage, made)
    return made


def upload(stage, run, change=lambda text: text, **fields):
    files = {"plan.json": change(stage.text("plan.json")), "plan.md": stage.text("plan.md"), "plan.html": "<html>"}
    return stage.github.add_artifact(run, fields.pop("name", "zonesync-plan-dns"), files, **fields)


def merged(stage, *numbers):
    """Merge pull requests, and become the job of that push."""
    stage.repository.git("checkout", "--quiet", "main")
    before = stage.repository.head
    for number in numbers:
        commit = stage.repository.merge(number, stage.github.pulls[number].head_sha)
        stage.github.merge(number, commit)
    stage.job("push", stage.github.push_event(before, stage.repository.head), GITHUB_SHA=stage.repository.head)


def served(stage, zone="example.com"):
    file = stage.folder / "served" / f"{zone}.zone"
    return file.read_text() if file.exists() else ""


def comment(stage, number=1):
    [body] = [body for body in stage.github.bodies(number) if body.startswith(MARK)]
    return body
