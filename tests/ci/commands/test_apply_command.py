"""ci apply: the reviewed plan, from the run that made it and no other; applied where it holds, else refused."""

import json

import pytest

from tests.ci.commands.conftest import CONFIG, JOB, ZONE
from tests.ci.commands.merging import API, MARK, ORG, comment, merged, planned, served, upload
from tests.fakes.github_shapes import Token, zipped
from tests.fakes.webhook import Webhook
from zonesync import workflow
from zonesync.plan import planfile


def resealed(change):
    """Return what changes a plan and gives it a digest that is right again."""

    def edit(text):
        data = json.loads(text)
        change(data)
        plan = planfile.Plan.model_validate({**data, "digest": ""})
        return planfile.dumps(planfile.sealed(plan))

    return edit


def test_a_merge_applies_the_reviewed_plan_and_the_audit_log_has_commit_and_run(stage):
    planned(stage)
    assert not served(stage)
    merged(stage, 1)
    done = stage.run("ci", "apply")
    assert done.code == 0, done.err
    assert "192.0.2.7" in served(stage)
    assert not served(stage, "example.org")
    assert stage.outputs["outcome"] == "applied"
    assert "Applied" in comment(stage)
    project = workflow.open_project(stage.repository.folder / "zonesync.yaml")
    entries = list(workflow.audit_log(project).entries_backwards())
    starts = [entry for entry in entries if entry.get("commit")]
    assert {entry["commit"] for entry in starts} == {stage.repository.head}
    assert "https://github.example/acme/dns/actions/runs/77" in json.dumps(starts)


def test_applied_twice_there_is_nothing_to_do(stage):
    planned(stage)
    merged(stage, 1)
    assert stage.run("ci", "apply").code == 0
    assert stage.run("ci", "apply").code == 0
    assert stage.outputs["outcome"] == "nothing"
    assert "Nothing to do" in comment(stage)


def test_an_artefact_with_one_extra_change_and_a_right_digest_is_refused(stage):
    run = planned(stage)
    stage.github.artifacts.clear()

    def extra(data):
        changes = next(step["changes"] for step in data["steps"] if "api." in json.dumps(step["changes"]))
        like = next(change for change in changes if "api." in json.dumps(change))
        changes.append(json.loads(json.dumps(like).replace("api.", "evil.").replace("192.0.2.7", "192.0.2.66")))

    upload(stage, run, resealed(extra))
    merged(stage, 1)
    done = stage.run("ci", "apply")
    assert done.code == 1
    assert not served(stage)
    assert stage.outputs["outcome"] == "refused"
    assert "evil" in comment(stage), comment(stage)
    assert "192.0.2.66" not in comment(stage).partition("```diff")[2]  # it is in no plan made now
    assert "nothing was changed" in comment(stage)
    assert "192.0.2.7" in comment(stage)  # the plan as it is now


def test_an_artefact_that_was_edited_without_a_digest_is_refused(stage):
    run = planned(stage)
    stage.github.artifacts.clear()
    upload(stage, run, lambda text: text.replace("192.0.2.7", "192.0.2.66"))
    merged(stage, 1)
    assert stage.run("ci", "apply").code == 1
    assert not served(stage)


def test_a_plan_of_an_older_head_is_not_taken(stage):
    planned(stage)
    stage.push(1, {"zones/example.com.yaml": f"{ZONE}  api: {{A: 192.0.2.8}}\n"})
    merged(stage, 1)
    assert stage.run("ci", "apply").code == 1
    assert not served(stage)


def test_the_newest_attempt_s_plan_is_taken(stage):
    run = planned(stage)
    stage.github.artifacts.clear()
    upload(stage, run, lambda _: "{}")
    upload(stage, run)
    merged(stage, 1)
    assert stage.run("ci", "apply").code == 0


def test_a_plan_of_a_fork_does_not_exist(stage):
    planned(stage)
    stage.github.pulls[1].head_repository = "stranger/dns"
    merged(stage, 1)
    assert stage.run("ci", "apply").code == 1
    assert "fork" in comment(stage)
    assert not stage.github.requests(path="/actions/")


def test_a_plan_that_no_longer_holds_is_refused_with_the_difference(stage):
    planned(stage)
    merged(stage, 1)
    assert stage.run("ci", "apply").code == 0
    run = planned(stage, 2, {"zones/example.com.yaml": f"{ZONE}  api: {{A: 192.0.2.8}}\n"})
    file = stage.folder / "served" / "example.com.zone"
    file.write_text(file.read_text().replace("192.0.2.7", "192.0.2.99"))
    merged(stage, 2)
    done = stage.run("ci", "apply")
    assert done.code == 1
    assert run.id
    assert "192.0.2.99" in served(stage)
    assert "192.0.2.99" in comment(stage, 2)
    assert "192.0.2.8" in comment(stage, 2)
    assert stage.text("plan.md").startswith(MARK)


def test_an_artefact_that_is_none_of_ours_is_refused(stage):
    run = planned(stage)
    stage.github.artifacts.clear()
    stage.github.add_artifact(run, "zonesync-plan-dns", zipped({"plan.json": "[" * 100_000}))
    merged(stage, 1)
    done = stage.run("ci", "apply")
    assert done.code == 1, done.err
    assert not served(stage)
    assert "plan-unusable" in comment(stage)


def test_an_expired_artefact_says_so(stage):
    run = planned(stage)
    stage.github.artifacts.clear()
    upload(stage, run, expired=True)
    merged(stage, 1)
    assert stage.run("ci", "apply").code == 1
    assert "plan-expired" in comment(stage)


def test_the_token_does_not_go_to_where_the_artefact_is(stage):
    planned(stage)
    merged(stage, 1)
    assert stage.run("ci", "apply").code == 0
    [request] = stage.github.store.requests()
    assert "authorization" not in request.headers


def test_two_pull_requests_in_one_push_are_both_applied(stage):
    planned(stage, 1)
    planned(stage, 2, {"zones/example.org.yaml": f"{ZONE}  api: {{A: 192.0.2.9}}\n"})
    merged(stage, 1, 2)
    done = stage.run("ci", "apply")
    assert done.code == 0, done.err
    assert "192.0.2.7" in served(stage)
    assert "192.0.2.9" in served(stage, "example.org")
    assert stage.outputs["applied"] == "2"
    assert "Applied" in comment(stage, 1)
    assert "Applied" in comment(stage, 2)


def test_one_applied_and_one_refused_is_not_told_as_nothing_changed(stage):
    planned(stage, 1)
    planned(stage, 2, {"zones/example.org.yaml": f"{ZONE}  api: {{A: 192.0.2.9}}\n"}, conclusion="failure")
    merged(stage, 1, 2)
    assert stage.run("ci", "apply").code == 3
    assert "Applied" in comment(stage, 1)
    assert "plan-not-reviewed" in comment(stage, 2)


def pushed(stage, files, ref="refs/heads/main"):
    stage.repository.git("checkout", "--quiet", "main")
    before = stage.repository.head
    stage.repository.commit(files)
    stage.job("push", stage.github.push_event(before, stage.repository.head, ref=ref))


def test_a_direct_push_that_would_change_a_zone_is_refused(stage):
    pushed(stage, API)
    done = stage.run("ci", "apply")
    assert done.code == 1
    assert "push-not-reviewed" in done.err
    assert not served(stage)
    assert "192.0.2.7" in (stage.folder / "summary").read_text()


def test_a_direct_push_that_changes_no_zone_is_nothing_to_do(stage):
    pushed(stage, {"README.md": "words"})
    assert stage.run("ci", "apply").code == 0
    assert stage.outputs["outcome"] == "nothing"


def test_only_the_default_branch_is_applied(stage):
    pushed(stage, API, ref="refs/heads/other")
    done = stage.run("ci", "apply")
    assert done.code == 1
    assert "not-default-branch" in done.err


def test_a_pull_request_that_is_not_merged_yet_has_no_say(stage):
    planned(stage)
    merged(stage, 1)
    stage.github.pulls[1].merged_at = None
    assert stage.run("ci", "apply").code == 1
    assert not served(stage)


@pytest.mark.parametrize("holds", [True, False])
def test_in_the_merge_queue_the_plan_is_held_against_the_providers_and_nothing_is_changed(stage, holds):
    run = planned(stage)
    run.conclusion = "success" if holds else "failure"
    group = stage.repository.git("rev-parse", "HEAD")
    stage.job("merge_group", stage.github.merge_group_event(1, group, stage.repository.head))
    done = stage.run("ci", "apply")
    assert done.code == (0 if holds else 1), done.err
    assert stage.outputs["outcome"] == ("holds" if holds else "refused")
    assert not served(stage)


def test_a_waiver_of_the_artefact_alone_is_refused(stage):
    stage.open(1, API)
    stage.env["ZONESYNC_ALLOW"] = "max-deletes@example.com"
    assert stage.run("ci", "plan").code == 0
    upload(stage, stage.github.add_run(stage.github.pulls[1].head_sha))
    merged(stage, 1)
    assert stage.run("ci", "apply").code == 1
    assert "waiver-not-named" in comment(stage)
    stage.env["ZONESYNC_ALLOW"] = "max-deletes@example.org max-changes@example.com"
    assert stage.run("ci", "apply").code == 1, "another waiver is none for this"
    stage.env["ZONESYNC_ALLOW"] = "max-deletes@example.com"
    assert stage.run("ci", "apply").code == 0


def test_an_artefact_that_would_take_a_run_back_is_refused(stage):
    run = planned(stage)
    stage.github.artifacts.clear()
    upload(stage, run, resealed(lambda data: data.update(rollback="20260101T000000Z-abcdef")))
    merged(stage, 1)
    assert stage.run("ci", "apply").code == 1
    assert "plan-not-of-files" in comment(stage)


def test_what_was_applied_is_applied_also_where_nobody_may_comment(stage):
    stage.github.tokens["job"] = Token(permissions={**JOB.permissions, "pull-requests": "read", "issues": "read"})
    planned(stage)
    merged(stage, 1)
    done = stage.run("ci", "apply")
    assert done.code == 0
    assert "comment-failed" in done.err
    assert "192.0.2.7" in served(stage)


def test_a_state_that_ends_with_the_job_is_refused(stage):
    planned(stage)
    merged(stage, 1)
    file = stage.repository.folder / "zonesync.yaml"
    file.write_text(file.read_text().replace("{url: state, durable: true}", "state"))
    done = stage.run("ci", "apply")
    assert done.code == 1
    assert "ephemeral-state" in done.err


def test_the_webhook_is_told_of_each_of_several_pull_requests(stage):
    with Webhook() as hook:
        files = {"zonesync.yaml": f"{CONFIG}notify: {{url: '{hook.hook}'}}\n"}
        stage.repository.commit(files)
        planned(stage, 1)
        planned(stage, 2, ORG)
        planned(stage, 3, {"zones/example.edu.yaml": ZONE}, conclusion="failure")
        merged(stage, 1, 2, 3)
        assert stage.run("ci", "apply").code == 3
    texts = [told["text"] for told in hook.told]
    assert [("example.com" in text, "example.org" in text) for text in texts[:2]] == [(True, False), (False, True)]
    assert ["refused" in text for text in texts] == [False, False, True]


def test_what_an_apply_has_to_note_stands_in_the_comment_on_its_own_pull_request(stage):
    stage.repository.commit({"README.md": "words"})
    stage.env = {"CI": "true"}
    assert stage.run("apply", "--yes").code == 0
    planned(stage, 1)
    planned(stage, 2, ORG)
    file = stage.folder / "served" / "example.org.zone"
    file.write_text(file.read_text().replace("192.0.2.1", "192.0.2.66"))
    merged(stage, 1, 2)
    assert stage.run("ci", "apply").code == 0
    assert "plan-other-edits" not in comment(stage, 1)
    assert "`plan-other-edits` `example.org` at `here`" in comment(stage, 2)
    assert "plan-other-edits" in (stage.folder / "summary").read_text()
