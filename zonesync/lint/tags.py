"""Lists of ``tag=value;`` as DKIM, DMARC, MTA-STS and TLS-RPT write them (RFC 6376 section 3.2)."""

import re
from functools import lru_cache
from typing import NamedTuple

_tag = re.compile(r"[ \t\r\n]*([A-Za-z][A-Za-z0-9_]*)[ \t\r\n]*=([\t\r\n !-:<-~]*)").fullmatch


class TagList(NamedTuple):
    """The tags in order, and what is wrong with the list as a list."""

    tags: tuple[tuple[str, str], ...]
    faults: tuple[str, ...]

    def get(self, name: str) -> str | None:
        """Return the value of the first tag *name*."""
        return next((value for tag, value in self.tags if tag == name), None)


@lru_cache(maxsize=1024)
def parse_tags(text: str) -> TagList:
    """Read *text*; parts that are no tag, and tags that come twice, are told as faults."""
    tags: list[tuple[str, str]] = []
    faults: list[str] = []
    parts = text.split(";")
    if not parts[-1].strip():
        parts.pop()
    for part in parts:
        found = _tag(part)
        if not found:
            faults.append(
                f"`{part.strip()[:40]}` is no `tag=value`" if part.strip() else "there is an empty tag (`;;`)"
            )
            continue
        name = found[1]
        if any(name == tag for tag, _ in tags):
            faults.append(f"tag `{name}` comes twice")
        tags.append((name, found[2].strip()))
    return TagList(tuple(tags), tuple(faults))
