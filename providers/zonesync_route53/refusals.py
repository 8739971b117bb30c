"""What Route 53 says when it refuses a batch: whose fault it is, and whether somebody else was faster.

A refused batch names the record set at fault in most of its messages, and the value in the others. One answer may
hold several messages, ``[first, second]``. The patterns are those that the service is known to send.
"""

import re
from collections.abc import Iterator

from zonesync.model.change import Change
from zonesync.model.names import NameSyntaxError
from zonesync.model.rrset import RRset
from zonesync.provider.contract import Outcome, Receipt
from zonesync_route53 import values
from zonesync_route53.aliases import alias_of
from zonesync_route53.names import from_native, to_native

_named = re.compile(r"name='([^']+)'|DNS name ([^\s,]+)").finditer
_alias_target = re.compile(r"alias that targets ([^\s,]+)").finditer
_overtaken = re.compile(
    r"but it already exists|but it was not found|do not match the current values|no longer what it was"
).search


def outcome_of(words: str) -> Outcome:
    """Tell a refusal that shows somebody else's change from one of the change itself."""
    return Outcome.CONFLICT if _overtaken(words) else Outcome.REJECTED


def culprits(receipt: Receipt) -> set[str]:
    """Return the owner names among the receipt's changes that its words speak of; empty where they do not tell."""
    changed = {change.key.name for change in receipt.changes}
    found = set(_names(_named(receipt.words))) & changed
    targets = set(_names(_alias_target(receipt.words)))
    found |= {change.key.name for change in receipt.changes if (a := alias_of(change.after)) and a.target in targets}
    if not found and "encountered with" in receipt.words:
        found = {change.key.name for change in receipt.changes if _is_quoted(change, receipt.words)}
    return found


def overtaken(change: Change) -> str:
    """Say, as the service would, that an RRset which only an UPSERT can change has been changed by somebody else."""
    name, rtype = change.key
    return f"[name='{to_native(name)}', type='{rtype}'] is no longer what it was when it was read"


def _names(matches: Iterator[re.Match[str]]) -> Iterator[str]:
    for match in matches:
        for text in filter(None, match.groups()):
            try:
                yield from_native(text)
            except NameSyntaxError:
                continue


def _is_quoted(change: Change, words: str) -> bool:
    after = change.after
    return isinstance(after, RRset) and any(f"'{values.to_native(text)}'" in words for text in after.rdatas)
