"""The runner acts on nothing that it does not know, and hands a job nothing that the workflow does not grant."""

import pytest

from tests.ci.forge import RunningFake
from tests.ci.repository import Repository
from tests.ci.runner.expressions import UnsupportedError, evaluate, holds, interpolate
from tests.ci.runner.machine import outputs
from tests.ci.runner.runner import Event, Runner

CONTEXTS = {
    "github": {"event_name": "push", "event": {"number": "7", "pull_request": {"head": "x"}}, "repository": "acme/dns"},
    "inputs": {"all": False, "aws-role": "", "name": "dns"},
    "secrets": {"KEY": "k"},
    "steps": {"plan": {"outputs": {"mode": "planned"}}},
}
CHECKOUT = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8"
PYTHON = "actions/setup-python@e797f83bcb11b83ae66e0230d6156d7c80228e7c"

pytestmark = pytest.mark.source


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("github.event_name == 'PUSH'", True),
        ("github.event_name != 'push'", False),
        ("inputs.aws-role != '' && github.event_name == 'push'", False),
        ("inputs.aws-role || 'none'", "none"),
        ("!inputs.all && (github.event.number == '7' || false)", True),
        ("github.event.merge_group.head_sha", ""),
        ("steps.plan.outputs.mode", "planned"),
        ("steps.plan.outputs.artifact", ""),
        ("secrets.OTHER", ""),
        ("'it''s'", "it's"),
    ],
)
def test_an_expression_has_the_value_that_github_gives_it(text, value):
    assert evaluate(text, CONTEXTS) == value


@pytest.mark.parametrize(
    "text",
    [
        "github.actor",
        "inputs.nothing",
        "env.PATH",
        "vars.X",
        "matrix.shard",
        "steps.later.outputs.mode",
        "contains(github.event_name, 'p')",
        "failure()",
        "github.event_name ==",
        "(github.event_name",
        "inputs.all inputs.name",
        "github.event.*.number",
        "1 < 2",
    ],
)
def test_an_expression_that_is_not_played_is_an_error(text):
    with pytest.raises(UnsupportedError):
        evaluate(text, CONTEXTS)


def test_a_step_after_a_failure_runs_only_where_it_says_always():
    assert not holds("github.event_name == 'push'", CONTEXTS, so_far=False)
    assert not holds("", CONTEXTS, so_far=False)
    assert holds("always() && github.event_name == 'push'", CONTEXTS, so_far=False)
    assert not holds("always() && github.event_name == 'schedule'", CONTEXTS, so_far=True)
    with pytest.raises(UnsupportedError):
        holds("${{ inputs.all }} == 'x'", CONTEXTS, so_far=True)
    assert interpolate("a-${{ inputs.name }}-${{ inputs.all }}", CONTEXTS) == "a-dns-false"


def test_outputs_are_read_as_the_runner_reads_them():
    assert outputs("a=1\nb<<END\nx=2\n\ny\nEND\nc=\n") == {"a": "1", "b": "x=2\n\ny", "c": ""}
    with pytest.raises(AssertionError):
        outputs("b<<END\nx\n")


def played(tmp_path, workflow, forge, head_repository="", **more):
    repository = Repository.made(tmp_path / "origin", {".github/workflows/w.yml": workflow})
    runner = Runner(tmp_path / "runner", repository.folder, forge, **more)
    (tmp_path / "runner").mkdir()
    event = Event("pull_request", {}, repository.head, "refs/pull/1/merge", head_repository=head_repository)
    (result,) = runner.play(event, "opened")
    return result


def workflow(steps="", job="", top="permissions: {}"):
    return f"""\
on: pull_request
{top}
jobs:
  one:
    permissions: {{contents: read, pull-requests: write, id-token: write}}
    runs-on: ubuntu-24.04
    {job}
    steps:
      - uses: {CHECKOUT}
        with: {{persist-credentials: false}}
      - uses: {PYTHON}
        with: {{python-version: "3.13"}}
      {steps}
"""


@pytest.mark.parametrize(
    "text",
    [
        workflow("- run: echo hello"),
        workflow("- run: zonesync ci plan && curl example.com"),
        workflow(f"- uses: {CHECKOUT.partition('@')[0]}@v5"),
        workflow("- uses: somebody/else@08c6903cd8c0fde910a37f88322edcfb5dd907a8"),
        workflow(f"- {{uses: {PYTHON}, with: {{python-version: '3.13', cache: pip}}}}"),
        workflow(f"- {{uses: {CHECKOUT}}}").replace("{persist-credentials: false}", "{persist-credentials: true}"),
        workflow("- {run: zonesync ci plan, working-directory: x}"),
        workflow(job="container: debian"),
        workflow(job="env: {A: b}"),
        workflow(job="strategy: {matrix: {shard: [1/2, 2/2]}}"),
        workflow(job="concurrency: {group: a, queue: max}"),
        workflow(top="permissions: {}\nconcurrency: {group: a, queue: max}"),
        workflow(top="permissions: {}\nenv: {A: '${{ vars.B }}'}"),
        workflow("- {uses: ./.github/actions/mine, shell: bash}"),
        workflow("- uses: $/.github/actions/mine"),
        workflow(f"- uses: zonesync/zonesync/.github/actions/zonesync@{'4f1c0de' * 5}4f1c0"),
        workflow(top="permissions: {}\ndefaults: {run: {shell: sh}}"),
        workflow().replace("ubuntu-24.04", "windows-2022"),
    ],
    ids=range(18),
)
def test_what_a_workflow_says_beyond_what_is_played_is_an_error(tmp_path, text):
    with RunningFake() as forge, pytest.raises(UnsupportedError):
        played(tmp_path, text, forge)


def test_a_step_has_neither_the_tests_variables_nor_a_token_that_it_is_not_given(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-who-runs-the-tests")
    steps = """\
- run: python -m pip install "zonesync[ci]==0.1.0"
      - run: zonesync ci plan
      - run: zonesync ci comment
        env: {GITHUB_TOKEN: "${{ github.token }}", KEY: "${{ secrets.KEY }}"}"""
    with RunningFake() as forge:
        result = played(tmp_path, workflow(steps), forge, secrets={"": {"KEY": "k", "OTHER": "o"}})
        install, plan = list(result.processes)
    assert result.conclusion == "failure"  # there is nothing to plan, and so no comment
    for ran in (install, plan):
        assert not {"AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "KEY"} & set(ran.env)
        assert not {"of-who-runs-the-tests", "k", "o", *forge.issued} & set(ran.env.values())
        assert ran.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]


def test_a_fork_has_a_token_that_reads_and_no_secret_and_no_identity(tmp_path):
    with RunningFake() as forge:
        install = '- {run: \'python -m pip install "zonesync[ci]==0.1.0"\', env: {KEY: "${{ secrets.KEY }}"}}'
        result = played(tmp_path, workflow(install), forge, "stranger/dns", secrets={"": {"KEY": "k"}})
    (job,) = result.jobs
    assert job.permissions == {"contents": "read", "pull-requests": "read"}
    (ran,) = result.processes
    assert ran.env["KEY"] == ""
    assert not any("ID_TOKEN" in name for name in ran.env)


def test_nothing_is_installed_that_no_step_installs(tmp_path):
    with RunningFake() as forge:
        result = played(tmp_path, workflow("- run: zonesync ci plan"), forge)
    assert [ran.code for ran in result.processes] == [127]


def test_a_reusable_workflow_gets_no_more_than_its_caller_has(tmp_path):
    call = """\
on: pull_request
permissions: {}
jobs:
  one:
    permissions: {contents: read}
    uses: tool/tool/.github/workflows/called.yml@4f1c0de4f1c0de4f1c0de4f1c0de4f1c0de4f1c0
"""
    called = tmp_path / "tool" / ".github" / "workflows" / "called.yml"
    called.parent.mkdir(parents=True)
    called.write_text(workflow().replace("on: pull_request", "on: workflow_call"))
    with RunningFake() as forge, pytest.raises(UnsupportedError, match="asks for"):
        played(tmp_path, call, forge, others={"tool/tool": tmp_path / "tool"})


def test_what_a_workflow_sets_every_step_has_and_a_step_s_own_goes_before_it(tmp_path):
    steps = """\
- run: python -m pip install "zonesync[ci]==0.1.0"
      - {run: zonesync ci plan, env: {A: own}}"""
    with RunningFake() as forge:
        result = played(tmp_path, workflow(steps, top="permissions: {}\nenv: {A: all, B: '${{ github.ref }}'}"), forge)
    assert [(ran.env["A"], ran.env["B"]) for ran in result.processes] == [
        ("all", "refs/pull/1/merge"),
        ("own", "refs/pull/1/merge"),
    ]


def test_an_action_of_the_repository_is_there_only_once_it_is_checked_out(tmp_path):
    text = workflow("- uses: ./.github/actions/mine")
    with RunningFake() as forge, pytest.raises(FileNotFoundError):
        played(tmp_path, text, forge)


@pytest.mark.parametrize(
    ("top", "job", "conclusions"),
    [
        ("", "a", ["success", "cancelled", "success"]),
        ("a", "b-${{ github.sha }}", ["success", "cancelled", "success"]),
        ("", "a-${{ github.sha }}", ["success", "success", "success"]),
    ],
    ids=["the jobs wait", "the runs wait", "nobody waits"],
)
def test_of_the_runs_that_wait_for_the_same_the_newest_is_kept(tmp_path, top, job, conclusions):
    text = workflow(
        job=f"concurrency: {{group: '{job}', cancel-in-progress: false}}",
        top=f"permissions: {{}}\nconcurrency: {{group: '{top}', cancel-in-progress: false}}",
    )
    repository = Repository.made(tmp_path / "origin", {".github/workflows/w.yml": text})
    (tmp_path / "runner").mkdir()
    commits = [repository.head, *(repository.commit({"words": word}) for word in "ab")]
    with RunningFake() as forge:
        runner = Runner(tmp_path / "runner", repository.folder, forge)
        done = runner.rush([Event("pull_request", {}, commit, "refs/heads/main") for commit in commits])
        assert [run.conclusion for run in forge.runs.values()] == conclusions
    assert [run.conclusion for run in done] == conclusions
    assert [run.number for run in done] == [1, 2, 3]
