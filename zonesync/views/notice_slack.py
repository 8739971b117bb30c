"""A notice as a message for Slack, and for what takes its webhooks' form: Mattermost, Rocket.Chat, Discord.

What a file, a record or a service says stands in code spans, where none of them finds mentions, links or emphasis; and
it is disarmed besides, since Slack reads ``<!channel>`` in code, too (docs.slack.dev: formatting message text).
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from zonesync.run.notice import At, Item, Notice, Reason, Tenor
from zonesync.views.plain import clean, counted

LIMIT = 3000
"""Characters of a message; Slack takes more of them, Discord cuts earlier, and nobody reads on."""
ROOM = 10
"""So many places, items and reasons are told; the rest is counted."""
_WORD = 200
"""Characters of one text that is not ours."""
_MARKS = {
    Tenor.APPLIED: ":white_check_mark:",
    Tenor.INCOMPLETE: ":warning:",
    Tenor.FAILED: ":x:",
    Tenor.DRIFT: ":warning:",
    Tenor.UNKNOWN: ":grey_question:",
    Tenor.REFUSED: ":no_entry:",
}
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_SIGNS = {"create": "+", "update": "~", "delete": "-"}
_mention = re.compile(r"(?<![A-Za-z0-9])@|@(?=everyone|here|channel|all|group)", re.IGNORECASE)
_link = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]!$()*+,;=%-]+").fullmatch
_JOINER = "\u2060"
"""Takes no room, and keeps ``@`` from being read together with what follows."""
T = TypeVar("T")


def message(notice: Notice) -> dict[str, Any]:
    """Return the body of the request: nothing in it is a mention, and the one link is that to the CI run."""
    lines = list(_lines(notice))
    text = lines[0]
    for number, line in enumerate(lines[1:], 1):
        more = f"{text}\n{line}"
        if len(more) > LIMIT:
            text += f"\n…and {counted(len(lines) - number, 'more line')}"
            break
        text = more
    return {"text": text, "unfurl_links": False, "unfurl_media": False}


def dumps(notice: Notice) -> str:
    """Return the body of the request as JSON."""
    return json.dumps(message(notice), ensure_ascii=True)


def code(text: str) -> str:
    """Return *text*, which may be anybody's, as a code span that holds all of it."""
    shown = clean(text)
    if len(shown) > _WORD:
        shown = f"{shown[: _WORD - 1]}…"
    shown = _mention.sub(f"@{_JOINER}", shown.replace("`", "'"))
    return f"`{shown.translate(_ENTITIES)}`" if shown.strip() else ""


def _lines(notice: Notice) -> Iterator[str]:
    of = f" of {code(notice.project)}" if notice.project else ""
    yield f"{_MARKS[notice.tenor]} *{notice.command}*{of}: {notice.tenor}"
    yield code(notice.summary)
    yield from _told(notice.places, _place, "zone and provider", "zones and providers")
    yield from _told(notice.items, _item, "record set", "record sets")
    yield from _told(notice.reasons, _reason, "reason", "reasons")
    who = [f"by {code(notice.actor)}"] if notice.actor else []
    who += [f"commit {code(notice.commit[:12])}"] if notice.commit else []
    who += [f"run {code(notice.run)}"] if notice.run else []
    if notice.url:
        who.append(f"<{notice.url.translate(_ENTITIES)}|CI run>" if _link(notice.url) else code(notice.url))
    if who:
        yield ", ".join(who)


def _told(found: Sequence[T], line: Any, one: str, several: str) -> Iterator[str]:
    for each in found[:ROOM]:
        yield f"• {line(each)}"
    if (rest := len(found) - ROOM) > 0:
        yield f"• and {rest} more {one if rest == 1 else several}"


def _place(at: At) -> str:
    counts = [(at.creates, "created"), (at.updates, "updated"), (at.deletes, "deleted")]
    parts = [f"{count} {word}" for count, word in counts if count]
    parts += [code(at.problem)] if at.problem else []
    return f"{_where(at.zone, at.provider)}: {', '.join(parts) or 'nothing done'}"


def _item(item: Item) -> str:
    what = f"{item.name} {item.type}".strip() or item.zone
    sign = _SIGNS.get(item.what, "")
    if sign:
        return f"{code(f'{sign} {what}')} at {code(item.provider)}"
    return f"{code(what)} at {code(item.provider)}: {item.what.replace('-', ' ')}"


def _reason(reason: Reason) -> str:
    where = f" ({_where(reason.zone, reason.provider)})" if reason.zone or reason.provider else ""
    return f"{code(reason.rule)} {code(reason.message)}{where}"


def _where(zone: str, provider: str) -> str:
    return " at ".join(filter(None, (code(zone), code(provider))))
