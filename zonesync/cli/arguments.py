"""What is wrong with an argument is said before anything else is looked at."""

import re

from zonesync import workflow
from zonesync.model.names import NameSyntaxError
from zonesync.model.zone import ZoneId

_view = re.compile(r"[A-Za-z0-9_.-]*").fullmatch


def require_zone(name: str) -> ZoneId:
    """Return the zone that *name* names. Raises :class:`~zonesync.workflow.UnknownNameError` where it can be none."""
    try:
        zone = ZoneId.parse(name)
    except NameSyntaxError as problem:
        raise workflow.UnknownNameError(f"`{name}` is no zone: {problem}") from None
    if not _view(zone.view):
        raise workflow.UnknownNameError(f"`{name}` is no zone: a view has letters, digits, `-`, `_` and `.` alone")
    return zone
