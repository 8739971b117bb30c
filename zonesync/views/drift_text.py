"""Drift as text: what differs, who set it last, and a last line that fits an alert."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from zonesync.model.names import display, relative
from zonesync.model.zone import NOTHING, ZoneId
from zonesync.plan.plan import Plan
from zonesync.run.drift import DriftItem, Event, Kind, Subject
from zonesync.views import drift_summary, drift_words
from zonesync.views.plain import Paint, Tone, clean, plain, wrapped
from zonesync.views.plan_text import change_lines, kept_blocks, setting_lines

_TITLES = {
    Kind.READ_FAILED: "not read, so nothing is known of it there",
    Kind.CHANGED_OUTSIDE: "changed outside zonesync",
    Kind.KEPT_CHANGED: "changed outside zonesync, which cannot edit it",
    Kind.NOT_APPLIED: "not applied yet",
}
_TONES = {
    Kind.READ_FAILED: Tone.BAD,
    Kind.CHANGED_OUTSIDE: Tone.BAD,
    Kind.KEPT_CHANGED: Tone.BAD,
    Kind.NOT_APPLIED: Tone.CHANGED,
    Kind.UNMANAGED_ZONE: Tone.CHANGED,
}
SIGNS = {Event.ADDED: "+", Event.DELETED: "-", Event.EDITED: "~"}


def text(
    items: Sequence[DriftItem],
    plan: Plan,
    paint: Paint = plain,
    width: int = 80,
    *,
    unlisted: Mapping[str, str] = NOTHING,
    is_whole: bool = True,
) -> str:
    """Render each difference with its cause, zone by zone, then what is kept as it is; the last line is the summary.

    *plan* is what would end the drift. Without *is_whole* something was not looked at, so that silence proves
    nothing; *unlisted* are providers that did not say which zones they host, and why.
    """
    managed = [item for item in items if item.kind is not Kind.UNMANAGED_ZONE]
    unmanaged = [item for item in items if item.kind is Kind.UNMANAGED_ZONE]
    blocks = [*_blocks(managed, paint, width), *kept_blocks(plan, paint, width), *_unmanaged(unmanaged, paint, width)]
    if unlisted:
        blocks.append("\n".join(_unlisted(unlisted, paint, width)))
    last = drift_summary.line(items, plan, unlisted=unlisted, is_whole=is_whole)
    return "\n\n".join([*blocks, paint(last, Tone.HEADING)]) + "\n"


def _blocks(items: Sequence[DriftItem], paint: Paint, width: int) -> Iterator[str]:
    """Yield a block for each zone and cause; what is alike at several providers is shown once."""
    for (zone, _), mine in groupby(items, lambda item: (item.zone, item.kind)):
        alike: dict[tuple[str, ...], tuple[DriftItem, list[str]]] = {}
        in_titles = sorted(mine, key=lambda item: (item.provider, title_of(item)))
        for (provider, title), group in groupby(in_titles, lambda item: (item.provider, title_of(item))):
            theirs = list(group)
            alike.setdefault((title, *_lines(theirs, paint, width)), (theirs[0], []))[1].append(provider)
        for (title, *shown), (first, providers) in alike.items():
            yield "\n".join([*_heading(zone, title, providers, _TONES[first.kind], paint, width), *shown])


def title_of(item: DriftItem) -> str:
    """Say why something differs; where live and file are both shown, which is which, too."""
    is_unknown = item.kind is Kind.NOT_APPLIED and not item.is_known
    title = "differs" if is_unknown else _TITLES[item.kind]
    return f"{title} (live -> file)" if item.change or item.setting else title


def _unmanaged(items: Sequence[DriftItem], paint: Paint, width: int) -> Iterator[str]:
    """Yield a block for each provider: there may be many such zones, and each has one line."""
    for provider in dict.fromkeys(item.provider for item in items):
        lines = [paint(f"unmanaged at {provider}: no zone file puts these zones there", _TONES[Kind.UNMANAGED_ZONE])]
        for item in items:
            if item.provider == provider:
                lines += wrapped(f"  {clean(item.zone.display)}  {clean(drift_words.of(item))}".rstrip(), width, 6)
        lines += _quiet(HOW_TO_END, 2, paint, width)
        yield "\n".join(lines)


HOW_TO_END = "import them or remove them by hand; `lint: {ignore: [orphan-zone]}` leaves them out"


def _heading(zone: ZoneId, title: str, providers: Sequence[str], tone: Tone, paint: Paint, width: int) -> Iterator[str]:
    name = f"{clean(zone.display)}  ({', '.join(providers)})"
    if len(name) + len(title) + 2 <= width:
        (name,) = wrapped(name, width, 4)
        yield f"{paint(name, Tone.HEADING)}: {paint(title, tone)}"
        return
    for piece in wrapped(name, width, 4):
        yield paint(piece, Tone.HEADING)
    yield paint(f"  {title}", tone)


def _lines(items: Sequence[DriftItem], paint: Paint, width: int) -> Iterator[str]:
    """Render what differs at one provider for one cause; what is true of several in a row is said once."""
    said = ""
    if items[0].kind is Kind.KEPT_CHANGED:
        yield from _quiet(drift_words.NEXT_APPLY, 2, paint, width)
    for item in items:
        words = drift_words.of(item)
        if item.kind is Kind.NOT_APPLIED and item.subject is not Subject.ZONE and words != said:
            yield from _quiet(words, 2, paint, width)
            said = words
        yield from _what(item, paint, width)
        if item.kind is not Kind.NOT_APPLIED or item.subject is Subject.ZONE:
            yield from _quiet(words, 2 if item.subject is Subject.ZONE else 6, paint, width)


def _what(item: DriftItem, paint: Paint, width: int) -> Iterator[str]:
    if item.change:
        yield from change_lines(item.change, item.zone.name, paint, width)
    elif item.setting:
        for line in setting_lines(item.setting, width):
            yield paint(line, Tone.CHANGED)
    elif item.subject is Subject.KEPT and item.key and item.event:
        is_named = f'"{item.set_identifier}"' in item.words
        identifier = f' "{item.set_identifier}"' if item.set_identifier and not is_named else ""
        described = f"  {item.words}" if item.words else ""
        name = display(relative(item.key.name, item.zone.name))
        line = f"  {SIGNS[item.event]} {name} {item.key.type}{identifier}{described}"
        for piece in wrapped(clean(line), width, 8):
            yield paint(piece, Tone.BAD)
    elif item.subject is Subject.STEP:
        for piece in wrapped(f"  . {clean(item.words)}", width, 4):
            yield piece


def _quiet(words: str, indent: int, paint: Paint, width: int) -> Iterator[str]:
    for piece in wrapped(" " * indent + clean(words), width, indent + 2) if words else ():
        yield paint(piece, Tone.QUIET)


def _unlisted(unlisted: Mapping[str, str], paint: Paint, width: int) -> Iterator[str]:
    for name, words in unlisted.items():
        yield paint(f"{name}: its zones could not be listed, so unmanaged ones are not known", Tone.BAD)
        yield from _quiet(words, 2, paint, width)
