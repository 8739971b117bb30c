"""The plan file: JSON that a reviewer approves and apply obeys.

Any edit of it is found, but for white space outside JSON's strings and the order of keys, which say nothing.
"""

import json
import re
from typing import Any

from pydantic import ValidationError

from zonesync.model import rdata
from zonesync.model.alias import AliasTarget
from zonesync.model.change import Change
from zonesync.model.names import absolute
from zonesync.model.rrset import RRset
from zonesync.model.ttl import MAX_TTL
from zonesync.plan import digest
from zonesync.plan.networks import NETWORKS
from zonesync.plan.plan import FORMAT, Plan, Step, StepKind, is_allowable

MAX_SIZE = 512 * 2**20
_WITHOUT_CHANGES = frozenset(
    {
        StepKind.CREATE_ZONE,
        StepKind.BARRIER,
        StepKind.METADATA,
        StepKind.RELOAD,
        StepKind.WAIT,
        StepKind.MANUAL,
        StepKind.DELETE_ZONE,
        StepKind.ROTATION,
    }
)
_ADDED = frozenset({"settings", "kept", "rollback", "verify", "seconds", "standing", "hosts", "handover", "move"})
"""Fields of plans, steps and targets that the first writers of this format did not have."""
_WITH_SETTINGS = frozenset({StepKind.CREATE_ZONE, StepKind.METADATA})
_odd_escapes = re.compile(rb"(\\+)u(?![0-9a-f]{4})").finditer


class PlanFileError(ValueError):
    """The file is not a plan that can be applied; the message says what to do."""


def sealed(plan: Plan) -> Plan:
    """Return *plan* with its digest."""
    return plan.model_copy(update={"digest": digest.of_data(_body(plan.to_data()))})


def dumps(plan: Plan) -> str:
    """Return *plan* as the text of a plan file: the same plan, the same bytes."""
    return json.dumps(plan.to_data(), indent=1).replace("\x7f", "\\u007f") + "\n"


def loads(data: bytes) -> Plan:
    """Read a plan file back. Raises :class:`PlanFileError` for what is no plan, has another format, or was altered."""
    document = _document(data)
    _require_unaltered(document, data)
    try:
        plan = Plan.model_validate(document)
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PlanFileError(f"the plan is not well formed at `{where}`: {first['msg']}") from None
    if not _is_within(_body(document), _body(plan.to_data())):
        raise PlanFileError(
            "the plan holds fields that this zonesync does not know, so it cannot honour them; plan again"
        )
    _require_sound_plan(plan)
    return plan


def _document(data: bytes) -> dict[str, Any]:
    """Return what *data* holds where that is a plan of our format."""
    if len(data) > MAX_SIZE:
        raise PlanFileError(f"the plan is {len(data)} bytes long, the limit is {MAX_SIZE}")
    if not data.strip():
        raise PlanFileError("the file is empty")
    try:
        document = json.loads(data, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as problem:
        raise PlanFileError(f"the plan is cut short or no JSON: {problem}") from None
    if not isinstance(document, dict) or "format" not in document:
        raise PlanFileError("this JSON is no plan: it has no `format`")
    if document["format"] != FORMAT or isinstance(document["format"], bool):
        raise PlanFileError(
            f"the plan has format {document['format']!r}, this zonesync reads {FORMAT}: "
            "plan again, or use the version that made it"
        )
    return document


def _require_sound_plan(plan: Plan) -> None:
    for allowance in plan.allowances:
        if not is_allowable(allowance.rule):
            raise PlanFileError(f"the plan allows `{allowance.rule}`, which nobody can allow; plan again")
    for step in plan.steps:
        if step.changes and step.kind in _WITHOUT_CHANGES:
            raise PlanFileError(f"the plan has changes in a step `{step.kind}`, which carries none out; plan again")
        for change in step.changes:
            _require_sound(change)
        _require_sound_settings(step)


def _is_within(document: Any, data: Any) -> bool:
    """Tell whether *document* is *data*, less what an older zonesync did not write: that has its default there."""
    if isinstance(document, dict) and isinstance(data, dict):
        if document.keys() - data.keys() or data.keys() - document.keys() - _ADDED:
            return False
        return all(_is_within(value, data[key]) for key, value in document.items())
    if isinstance(document, list) and isinstance(data, list):
        return len(document) == len(data) and all(map(_is_within, document, data))
    return bool(document == data)


def _require_unaltered(document: dict[str, Any], data: bytes) -> None:
    try:
        expected = digest.of_data(_body(document))
    except (ValueError, RecursionError):
        raise PlanFileError("the plan holds data that no plan has") from None
    if document.get("digest") != expected:
        raise PlanFileError("the plan was altered after it was written: its digest does not match; plan again")
    # An escape in capitals is the same value, so that no digest tells; after an even row of backslashes it is none.
    if any(len(row[1]) % 2 for row in _odd_escapes(data)):
        raise PlanFileError("the plan was altered after it was written: its escapes are spelled otherwise; plan again")


def schema() -> dict[str, Any]:
    """Return the plan's JSON Schema (draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "zonesync plan",
        **Plan.model_json_schema(mode="serialization"),
    }


def _body(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != "digest"}


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _require_sound_settings(step: Step) -> None:
    if step.settings and step.kind not in _WITH_SETTINGS:
        raise PlanFileError(f"the plan has settings in a step `{step.kind}`, which carries none out; plan again")
    if step.kind is StepKind.METADATA and not step.settings:
        raise PlanFileError("the plan has a step `metadata` that says nothing; plan again")
    names = [setting.name for setting in step.settings]
    for setting in step.settings:
        if setting.name != NETWORKS or names.count(setting.name) > 1 or not setting.after:
            raise PlanFileError(f"the plan has a setting `{setting.name}` that no plan has; plan again")


def _require_sound(change: Change) -> None:
    sides = [side for side in (change.before, change.after) if side is not None]
    if len({side.key for side in sides}) != 1:
        names = ", ".join(f"`{side.name} {side.type}`" for side in sides) or "nothing"
        raise PlanFileError(f"the plan has a change of {names}, where one RRset belongs; plan again")
    for side in sides:
        if isinstance(side, RRset):
            _require_canonical(side)


def _require_canonical(rrset: RRset) -> None:
    try:
        name = absolute(rrset.name)
        if rrset.ttl is None:
            texts = tuple(AliasTarget.from_text(text).to_text() for text in rrset.rdatas)
        else:
            texts = tuple(sorted({rdata.canonical(rrset.type, text) for text in rrset.rdatas}))
    except ValueError as problem:
        raise PlanFileError(f"the plan holds `{rrset.name} {rrset.type}`, which is no RRset: {problem}") from None
    if name != rrset.name or texts != rrset.rdatas or not texts or not 0 <= (rrset.ttl or 0) <= MAX_TTL:
        raise PlanFileError(
            f"the plan holds `{rrset.name} {rrset.type}` in a form that zonesync does not write; plan again"
        )
