"""Who is configured to be told is told at the end of a command, and nothing of that changes the command."""

import json

import pytest

from tests.fakes.kit import Answer
from tests.fakes.webhook import PATH, Webhook
from zonesync.run import deliver

DOCUMENT = "json"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(deliver.Tries.__init__, "__defaults__", (2, 5.0, 2.0, 0.01))


@pytest.fixture
def hook():
    with Webhook() as service:
        yield service


@pytest.fixture
def documents():
    with Webhook(slack=False) as service:
        yield service


def configured(project, monkeypatch, service, more=""):
    monkeypatch.setenv("HOOK", service.hook)
    file = project / "zonesync.yaml"
    file.write_text(f"{file.read_text()}notify: {{url: '${{HOOK}}'{more}}}\n")


def test_an_apply_is_told_once(project, run, hook, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTOR", "kim")
    configured(project, monkeypatch, hook)
    done = run("apply", "--yes")
    assert done.code == 0
    (told,) = hook.told
    lines = told["text"].splitlines()
    assert lines[0] == ":white_check_mark: *apply* of `project`: applied"
    assert lines[1] == "`94 changes applied`"
    assert "• `example.org` at `primary`: 13 created" in lines
    assert "by `kim`" in lines[-1]
    run_id = done.out.split("run ")[1].split()[0]
    assert f"run `{run_id}`" in lines[-1]


def test_nothing_to_do_is_not_told(applied, run, hook, monkeypatch):
    configured(applied, monkeypatch, hook)
    assert run("apply", "--yes").code == 0
    assert run("drift").code == 0
    assert run("plan", "--out", "plan.json").code == 0
    assert run("validate").code == 0
    assert hook.log == []


def test_a_document_has_run_head_and_counts(project, run, documents, monkeypatch):
    configured(project, monkeypatch, documents, ", format: json")
    done = run("apply", "--yes", "example.org")
    (told,) = documents.told
    assert (told["event"], told["outcome"], told["command"]) == ("apply", "applied", "apply")
    assert f"audit log {told['audit_log']}" in done.out
    assert f"run {told['run']}" in done.out
    assert told["counts"]["creates"] == len(told["items"]) > 0
    assert {place["zone"] for place in told["places"]} == {"example.org"}


def test_an_apply_that_leaves_something_is_told_with_the_reason(project, run, documents, monkeypatch):
    configured(project, monkeypatch, documents, ", format: json")
    (project / "build/secondary/example.org.zone").mkdir(parents=True)
    assert run("apply", "--yes").code == 3
    (told,) = documents.told
    assert (told["event"], told["outcome"]) == ("apply", "incomplete")
    assert told["summary"].endswith("changes applied, 1 zone not read")
    assert [(one["rule"], one["zone"], one["provider"]) for one in told["reasons"]] == [
        ("unread", "example.org", "secondary")
    ]


def test_a_step_that_fails_is_told_with_the_providers_words(applied, run, documents, monkeypatch):
    configured(applied, monkeypatch, documents, ", format: json")
    file = applied / "zones/example.com.yaml"
    file.write_text(file.read_text().replace("192.0.2.25", "192.0.2.26"))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("zonesync_bind.BindProvider.apply", full)
    assert run("apply", "--yes").code != 0
    (told,) = documents.told
    assert told["outcome"] in {"failed", "incomplete"}
    assert "No space left on device" in str(told["places"])


def test_a_run_that_a_defect_ends_is_told_without_its_words(applied, run, documents, monkeypatch):
    configured(applied, monkeypatch, documents, ", format: json")
    file = applied / "zones/example.com.yaml"
    file.write_text(file.read_text().replace("192.0.2.25", "192.0.2.26"))

    def broken(*_, **__):
        raise ZeroDivisionError("hush-hush")

    monkeypatch.setattr("zonesync.workflow.apply", broken)
    assert run("apply", "--yes").code == 70
    (told,) = documents.told
    assert told["outcome"] == "failed"
    assert told["reasons"] == [
        {"rule": "stopped", "message": "ZeroDivisionError stopped it", "zone": "", "provider": ""}
    ]


def test_drift_is_told_by_cause(edited, run, hook, monkeypatch):
    configured(edited, monkeypatch, hook)
    assert run("drift").code == 2
    (told,) = hook.told
    assert told["text"].splitlines()[:4] == [
        ":warning: *drift* of `project`: drift",
        "`drift: 1 record set changed outside zonesync; 3 zones at 2 providers`",
        "• `example.org` at `secondary`: `1 difference`",
        "• `example.org. A` at `secondary`: changed outside",
    ]


def test_drift_that_cannot_be_known_is_told_as_unknown(applied, run, documents, monkeypatch):
    configured(applied, monkeypatch, documents, ", format: json")
    file = applied / "build/secondary/example.org.zone"
    file.unlink()
    file.mkdir()
    assert run("drift").code == 1
    (told,) = documents.told
    assert (told["event"], told["outcome"]) == ("drift", "unknown")
    assert any(reason["zone"] == "example.org" for reason in told["reasons"])


def test_a_refused_apply_is_told_with_its_rule(applied, run, documents, monkeypatch):
    configured(applied, monkeypatch, documents, ", format: json")
    assert run("plan", "--out", "plan.json").code == 0
    file = applied / "zones/example.org.yaml"
    file.write_text(file.read_text().replace("include: [shared/mail.yaml]\n", "").replace('  www: {CNAME: "@"}\n', ""))
    assert run("apply", "--yes").code == 1
    (told,) = documents.told
    assert (told["event"], told["outcome"], told["command"]) == ("refused", "refused", "apply")
    assert told["reasons"][0]["rule"]
    assert told["reasons"][0]["zone"] == "example.org"
    assert told["run"] == ""


def test_a_stale_plan_is_told_as_refused(applied, run, documents, monkeypatch):
    configured(applied, monkeypatch, documents, ", format: json")
    file = applied / "zones/example.org.yaml"
    text = file.read_text()
    file.write_text(text.replace("192.0.2.80", "192.0.2.81"))
    assert run("plan", "--out", "plan.json").code == 0
    file.write_text(text)
    assert run("apply", "plan.json").code == 1
    (told,) = documents.told
    assert told["event"] == "refused"


@pytest.mark.parametrize(("on", "count"), [("apply", 1), ("drift", 1), ("refused", 0), ("[apply, drift]", 2)])
def test_only_what_is_asked_for_is_told(on, count, project, run, hook, monkeypatch):
    configured(project, monkeypatch, hook, f", on: {on}")
    assert run("drift").code == 2
    assert run("apply", "--yes").code == 0
    assert len(hook.told) == count


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_webhook_that_fails_is_a_warning_and_the_exit_code_stands(status, project, run, hook, monkeypatch):
    configured(project, monkeypatch, hook)
    hook.fail(times=9, answer=Answer(status))
    done = run("--strict", "apply", "--yes", "example.org")
    assert done.code == 0
    assert f"warning[not-notified]: the webhook was not told: it answered {status}" in done.err
    assert hook.url not in done.err
    assert PATH not in done.err


def test_without_the_variable_everything_works_and_the_apply_says_so(project, run, monkeypatch):
    monkeypatch.delenv("HOOK", raising=False)
    file = project / "zonesync.yaml"
    file.write_text(f"{file.read_text()}notify: {{url: '${{HOOK}}'}}\n")
    assert run("--strict", "validate").code == 0
    assert run("plan").err == ""
    done = run("apply", "--yes")
    assert done.code == 0
    assert "the environment has no `HOOK`" in done.err


def test_a_url_that_the_environment_spoils_is_a_warning(project, run, monkeypatch):
    monkeypatch.setenv("HOOK", "http://hooks.example.com/s3cr3t-p4th")
    file = project / "zonesync.yaml"
    file.write_text(f"{file.read_text()}notify: {{url: '${{HOOK}}'}}\n")
    done = run("apply", "--yes")
    assert done.code == 0
    assert "by https" in done.err
    assert "s3cr3t" not in done.err


def test_a_defect_in_telling_changes_nothing(project, run, hook, monkeypatch):
    configured(project, monkeypatch, hook)
    monkeypatch.setattr("zonesync.workflow.notifying.of_apply", lambda *_: 1 / 0)
    done = run("apply", "--yes")
    assert done.code == 0
    assert "ZeroDivisionError" in done.err


def test_an_interrupt_while_telling_changes_nothing(project, run, hook, monkeypatch):
    configured(project, monkeypatch, hook)

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("zonesync.workflow.notifying.post", interrupted)
    assert run("apply", "--yes").code == 0


def test_no_secret_of_the_configuration_is_told(project, run, documents, monkeypatch):
    configured(project, monkeypatch, documents, ", format: json")
    monkeypatch.setenv("NS1_KEY", "hush-hush-hush")
    file = project / "zonesync.yaml"
    file.write_text(
        file.read_text().replace(
            "providers:\n  primary:", "providers:\n  cloud: {type: ns1, api_key: '${NS1_KEY}'}\n  primary:"
        )
    )

    from zonesync.findings import Finding, Severity
    from zonesync.workflow import RefusedError

    words = f"POST {documents.hook} with hush-hush-hush"

    def refusing(*_, **__):
        raise RefusedError([Finding("broken", Severity.ERROR, words)])

    monkeypatch.setattr("zonesync.workflow.make_plan", refusing)
    assert run("apply", "--yes").code == 1
    (told,) = documents.told
    assert told["reasons"][0]["rule"] == "broken"
    assert "hush" not in json.dumps(told)
    assert "s3cr3t" not in json.dumps(told)


def test_hostile_names_and_words_arrive_harmless(project, run, hook, monkeypatch):
    configured(project, monkeypatch, hook)
    file = project / "zones/example.org.yaml"
    file.write_text(f"{file.read_text()}  '`<!channel>`': {{A: 192.0.2.9}}\n  '*bold*@everyone': {{A: 192.0.2.9}}\n")
    assert run("apply", "--yes", "example.org").code == 0
    # The fake refuses a message that mentions somebody, or that has a control sequence.
    assert len(hook.told) == 1


def test_a_rollback_is_told_as_one(edited, run, documents, monkeypatch):
    configured(edited, monkeypatch, documents, ", format: json")
    file = edited / "zones/example.org.yaml"
    file.write_text(file.read_text().replace("192.0.2.80", "192.0.2.81"))
    assert run("apply", "--yes").code == 0
    assert run("rollback", documents.told[0]["run"], "--yes").code == 0
    assert [one["command"] for one in documents.told] == ["apply", "rollback"]


def test_a_rollback_that_is_only_shown_is_not_told_when_it_is_refused(edited, run, documents, monkeypatch):
    file = edited / "zones/example.org.yaml"
    file.write_text(file.read_text().replace("192.0.2.80", "192.0.2.81"))
    assert run("apply", "--yes").code == 0
    of_run = run("audit", "log").out.split("run ")[-1].split()[0].strip(",:")
    served = edited / "build/secondary/example.org.zone"
    served.write_text(served.read_text().replace("192.0.2.81", "192.0.2.99"))
    configured(edited, monkeypatch, documents, ", format: json")
    assert run("rollback", of_run, "--out", "back.json").code == 1
    assert documents.told == []
    assert run("rollback", of_run, "--yes").code == 1
    assert [one["event"] for one in documents.told] == ["refused"]


def test_each_plan_of_one_command_is_told_for_itself():
    from zonesync.cli.telling import Telling
    from zonesync.findings import Finding, Severity
    from zonesync.plan.plan import Plan

    telling = Telling()
    telling.command = "apply"
    telling.applied(Plan(), (), None, "first")
    telling.begin()
    assert telling.outcome is None
    telling.heard([Finding("stale", Severity.ERROR, "second"), Finding("low-ttl", Severity.WARNING, "no reason")])
    assert [one.rule for one in telling.errors] == ["stale"]
    told = [(one.event, [reason.message for reason in one.reasons]) for one in telling._notices(3)]
    assert told == [("apply", ["first"]), ("refused", ["second"])]
