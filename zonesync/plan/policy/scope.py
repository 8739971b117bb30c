"""Whether a rule is about an RRset: globs over names, types, zones and files."""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

from zonesync.load.policy import ScopeShape
from zonesync.model.names import relative
from zonesync.model.rrset import Key
from zonesync.model.zone import ZoneId

_tokens = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+").findall
_TOKENS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def covers(scope: ScopeShape, zone: ZoneId, key: Key) -> bool:
    """Tell whether *scope* has *key* of *zone* in it; what it does not mention is no condition.

    A whole zone, which has no type, is in a scope without types.
    """
    return (
        is_zone(scope.zones, zone)
        and (not scope.types or key.type in scope.types)
        and (not scope.names or any(is_name(glob, key.name, zone) for glob in scope.names))
    )


def is_zone(globs: Sequence[str], zone: ZoneId) -> bool:
    """Tell whether one of *globs* is *zone*, or there are none; without ``@`` a glob is every view of a name."""
    name = zone.name if zone.name == "." else zone.name[:-1]
    return not globs or any(fnmatchcase(f"{name}@{zone.view}" if "@" in glob else name, glob) for glob in globs)


def is_name(glob: str, name: str, zone: ZoneId) -> bool:
    """Tell whether *glob* is *name*: relative to the zone, or absolute where it ends in a dot."""
    if fnmatchcase(relative(name, zone.name), glob):
        return True
    return glob.endswith(".") and fnmatchcase(name, glob)


def is_path(globs: Sequence[str], path: str) -> bool:
    """Tell whether one of *globs* is *path*, or there are none.

    They are written as in a CODEOWNERS file: a slash within ties a glob to the top, without one it is a name at any
    depth, ``*`` stays within a folder, ``**`` does not, and a folder is all that it holds.
    """
    return not globs or any(_pattern(glob).fullmatch(path) for glob in globs)


@lru_cache(maxsize=1024)
def _pattern(glob: str) -> re.Pattern[str]:
    body = glob.strip("/")
    is_tied = "/" in body or glob.startswith("/")
    parts = [_TOKENS.get(token) or re.escape(token) for token in _tokens(body)]
    top = "" if is_tied else "(?:.*/)?"
    # As there: `zones/*` is the files in a folder, not those in the folders below it.
    below = "/.*" if glob.endswith("/") else "" if "*" in body.rpartition("/")[2] else "(?:/.*)?"
    return re.compile(f"{top}{''.join(parts)}{below}", re.DOTALL)
