"""RRsets that no plan may delete or change, and whole zones."""

from collections.abc import Iterable, Iterator

from zonesync.load.policy import ProtectShape
from zonesync.model.change import Action
from zonesync.plan.plan import StepKind
from zonesync.plan.policy.scope import covers
from zonesync.plan.policy.touches import Objection, Touch

_OF_CHANGES = {Action.CREATE: "create", Action.UPDATE: "update", Action.DELETE: "delete"}
_OF_ZONES = {StepKind.CREATE_ZONE: "create", StepKind.METADATA: "update", StepKind.DELETE_ZONE: "delete"}
_WORDS = {"create": "would be created", "update": "would change", "delete": "would be deleted"}


def check(rule: ProtectShape, touched: Iterable[Touch]) -> Iterator[Objection]:
    """Yield each RRset, and each zone, that *rule* protects from what would be done to it.

    A zone as a whole is protected by a rule that has no types, and no names or that of its apex.
    """
    for touch in touched:
        action = _OF_CHANGES[touch.change.action] if touch.change else _OF_ZONES.get(touch.kind, "")
        if action in rule.actions and covers(rule, touch.zone, touch.key):
            yield Objection(touch.zone, f"{touch.name} {_WORDS[action]}", touch.provider, touch.key)
