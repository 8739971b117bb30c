"""Tell the configured webhook what became of an apply, or of a look for drift. Whether that works changes nothing."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from zonesync.findings import Finding, Severity
from zonesync.load import Config
from zonesync.model.change import Action
from zonesync.plan.plan import Plan
from zonesync.provider.contract import Outcome
from zonesync.run.context import Context
from zonesync.run.deliver import Tries, post
from zonesync.run.drift import Kind
from zonesync.run.notice import At, Event, Item, Notice, Reason, Tenor
from zonesync.run.results import StepResult, done_changes
from zonesync.views import drift_summary, notice_json, notice_slack
from zonesync.views.plain import counted
from zonesync.workflow.drifting import Drifting
from zonesync.workflow.project import Project
from zonesync.workflow.secrets import without_secrets

RULE = "not-notified"
_ACTIONS = {Action.CREATE: "create", Action.UPDATE: "update", Action.DELETE: "delete"}
_word = re.compile(r"[a-z-]{0,15}|.{0,5}").fullmatch
"""A part of a webhook's path that is no secret: ``services``, ``hooks``, ``v1``."""


def of_apply(command: str, plan: Plan, results: Sequence[StepResult], run: str, head: str, problem: str) -> Notice:
    """Say what became of *plan*, by the *results* of its steps; *problem* is why the run was cut short, if it was.

    *head* is the audit log's after the run.
    """
    # Only a run that was cut short has steps without a result.
    failed = sum(not result.is_done for result in results) + (max(0, len(plan.steps) - len(results)) if problem else 0)
    has_changed = any(result.changed for result in results)
    if not failed and not problem and not plan.unread:
        tenor, summary = Tenor.APPLIED, f"{counted(done_changes(results), 'change')} applied"
    else:
        tenor = Tenor.INCOMPLETE if has_changed else Tenor.FAILED
        done = f"{counted(done_changes(results), 'change')} applied" if has_changed else "no provider was changed"
        parts = [done, f"{counted(failed, 'step')} not done"] if failed else [done]
        parts += [f"{counted(len(plan.unread), 'zone')} not read"] if plan.unread else []
        summary = ", ".join(parts)
    reasons = [Reason("stopped", problem)] if problem else []
    reasons += [Reason("unread", one.words, str(one.zone), one.provider) for one in plan.unread]
    return Notice(
        Event.APPLY,
        tenor,
        command,
        summary,
        run=run,
        audit_log=head,
        places=_places(results),
        items=_changed(results),
        reasons=tuple(reasons),
    )


def of_drift(found: Drifting, errors: Sequence[Finding], *, is_whole: bool) -> Notice | None:
    """Say what differs and what is not known; None where everything was looked at and nothing differs."""
    differs = bool(found.items) or not found.plan.is_empty
    if is_whole and not differs:
        return None
    known = [item for item in found.items if item.kind is not Kind.READ_FAILED]
    items = tuple(
        Item(
            str(one.zone),
            one.provider,
            one.kind.value,
            one.key.name if one.key else "",
            one.key.type if one.key else "",
        )
        for one in known
    )
    counts = Counter((item.zone, item.provider) for item in items)
    unread = {(str(one.zone), one.provider) for one in found.plan.unread}
    return Notice(
        Event.DRIFT,
        Tenor.DRIFT if known or (differs and not unread) else Tenor.UNKNOWN,
        "drift",
        drift_summary.line(found.items, found.plan, unlisted=found.unlisted, is_whole=is_whole),
        places=tuple(
            At(zone, provider, problem=counted(count, "difference")) for (zone, provider), count in counts.items()
        ),
        items=items,
        reasons=(
            *_reasons(errors),
            *(Reason("unlisted", words, provider=name) for name, words in found.unlisted.items()),
        ),
    )


def of_refusal(command: str, errors: Sequence[Finding]) -> Notice:
    """Say why *command* did nothing."""
    if command == "drift":
        return Notice(Event.DRIFT, Tenor.UNKNOWN, command, "nothing is known of drift", reasons=_reasons(errors))
    return Notice(Event.REFUSED, Tenor.REFUSED, command, "nothing was changed", reasons=_reasons(errors))


def tell(project: Project, notice: Notice, context: Context, tries: Tries | None = None) -> Finding | None:
    """Send *notice* where the configuration wants it sent; a warning where that did not work, and no exception."""
    notify = project.config.notify
    if notify is None or notice.event not in notify.on:
        return None
    if notify.missing:
        names = ", ".join(f"`{name}`" for name in notify.missing)
        return _undelivered(f"the environment has no {names}", "set it where the webhook is to be told")
    whole = _veiled(
        replace(
            notice,
            project=project.root.resolve().name,
            time=context.time(),
            actor=context.actor or context.author,
            commit=context.commit,
            url=context.url,
        ),
        project.config,
    )
    body = notice_slack.dumps(whole) if notify.format == "slack" else notice_json.dumps(whole)
    if problem := post(notify.url, body.encode(), tries):
        return _undelivered(problem, "what was done stands; the audit log and the output have it")
    return None


def _undelivered(words: str, advice: str) -> Finding:
    return Finding(RULE, Severity.WARNING, f"the webhook was not told: {words}", help=advice)


def _places(results: Sequence[StepResult]) -> tuple[At, ...]:
    """Count what was changed, by zone and provider, with the first problem there."""
    found: dict[tuple[str, str], At] = {}
    for result in results:
        where = (str(result.step.zone), result.step.provider)
        done = Counter(item.what for item in _changed([result]))
        if not (done or result.problem or result.changed):
            continue
        at = found.get(where) or At(*where)
        found[where] = replace(
            at,
            creates=at.creates + done["create"],
            updates=at.updates + done["update"],
            deletes=at.deletes + done["delete"],
            problem=at.problem or result.problem,
        )
    return tuple(found.values())


def _changed(results: Sequence[StepResult]) -> tuple[Item, ...]:
    return tuple(
        Item(str(result.step.zone), result.step.provider, _ACTIONS[change.action], change.key.name, change.key.type)
        for result in results
        for receipt in result.receipts
        if receipt.outcome is Outcome.APPLIED
        for change in receipt.changes
    )


def _reasons(findings: Sequence[Finding]) -> tuple[Reason, ...]:
    told = (Reason(one.rule, one.message, one.zone, one.provider) for one in findings if one.is_error)
    return tuple(dict.fromkeys(told))


def _veiled(notice: Notice, config: Config) -> Notice:
    """Star out whatever nobody is to see of the configuration, wherever it has got into *notice*."""
    hide = _hiding(config)
    return replace(
        notice,
        summary=hide(notice.summary),
        places=tuple(replace(one, problem=hide(one.problem)) for one in notice.places),
        reasons=tuple(replace(one, message=hide(one.message)) for one in notice.reasons),
    )


def _hiding(config: Config) -> Callable[[str], str]:
    hook = config.notify.url if config.notify else ""
    parts = {part for text in (urlsplit(hook).path, urlsplit(hook).query) for part in text.replace("&", "/").split("/")}
    parts |= {unquote(part) for part in parts}
    hidden = sorted(({hook} - {""}) | {part for part in parts if not _word(part)}, key=len, reverse=True)

    def hide(text: str) -> str:
        for settings in config.providers.values():
            text = without_secrets(text, settings)
        for part in hidden:
            text = text.replace(part, "***")
        return text

    return hide
