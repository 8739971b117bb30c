"""init: a configuration, first zones and a workflow to start from, asked for or told by options."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.cli.arguments import require_zone
from zonesync.cli.exits import Exit
from zonesync.cli.output import put
from zonesync.cli.questions import GoneError, Questions
from zonesync.importers.zonefile import Imported
from zonesync.load.state import State
from zonesync.model.zone import ZoneId
from zonesync.provider.registry import installed
from zonesync.views.plain import clean, wrapped
from zonesync.workflow import choosing, starting
from zonesync.workflow.repository import top_of
from zonesync.workflow.templates import SERVICES, Ci, ci_of

if TYPE_CHECKING:
    from zonesync.cli.session import Session


_NONE = "none"


def init(
    session: "Session",
    zones: Sequence[str] | None,
    providers: Sequence[str] | None,
    imports: Sequence[str] | None,
    ci: str | None,
    state: str | None,
    *,
    yes: bool,
) -> int:
    """Work out what is to be written, write it, and say what comes next."""
    root = session.config_file.parent
    asked = Questions(session, asks=sys.stdin.isatty() and not yes)
    try:
        start = _wanted(session, asked, zones, providers, imports, ci, state)
        files = starting.files(start)
        starting.require_free(root, files)
        found = [finding for one in start.imported for finding in one.findings]
        session.report(found)
        if session.is_too_strict_for(found):
            return Exit.REFUSED
        leaves = starting.leaves_out(start)
        knows = (root / ".gitignore").exists()
        if leaves and not knows:
            files[".gitignore"] = "".join(f"{line}\n" for line in leaves)
        if asked.asks:
            session.say(f"To be written: {', '.join(_seen(session, name) for name in files)}.")
        if not asked.confirmed("Write them?"):
            session.say("Nothing was written.")
            return Exit.REFUSED
    except GoneError:
        session.complain("not-confirmed", "there is nobody to answer, and nothing was written", "say it by options")
        return Exit.REFUSED
    starting.write(root, files)
    for name in files:
        put(clean(f"wrote {_seen(session, name)}"))
    steps = list(_steps(session, start))
    if leaves and knows:
        steps.append(f"add to {_seen(session, '.gitignore')}: {' '.join(leaves)}")
    put("next:")
    for step in steps:
        put("\n".join(f"  {line}" for line in wrapped(clean(step), 76, 2)))
    return Exit.OK


def _wanted(
    session: "Session",
    asked: Questions,
    zones: Sequence[str] | None,
    providers: Sequence[str] | None,
    imports: Sequence[str] | None,
    ci: str | None,
    state: str | None,
) -> starting.Start:
    root, config = session.config_file.parent, session.config_file.name
    top = top_of(root)

    def imported(words: Sequence[str]) -> tuple[Imported, ...]:
        return tuple(_imported(session, word) for word in words if word != _NONE)

    # Who names zones has none to import, unless they are named, too.
    brought = asked.answer([] if zones and imports is None else imports, "Zone files to import", _NONE, imported)
    default = "" if brought else "example.com"
    return starting.Start(
        zones=asked.answer([] if brought and zones is None else zones, "Zones", default, _zones),
        providers=asked.answer(
            providers, f"Providers, NAME=TYPE of {', '.join(sorted(installed()))}", "primary=bind", _providers
        ),
        imported=brought,
        ci=asked.answer(ci and [ci], f"Workflows for {', '.join(SERVICES)}", ci_of(top), _ci),
        state=asked.answer(state and [state], "State, a folder or a bucket's URL", ".zonesync", _state),
        config=config,
        folder=None if top is None else Path(os.path.realpath(root)).relative_to(top).as_posix(),
    )


def _imported(session: "Session", word: str) -> Imported:
    name, equals, file = word.partition("=")
    path = Path(file if equals else word)
    zone = require_zone(name if equals else workflow.zone_of_file(path))
    return starting.import_zone(session.path(path), str(zone))


def _zones(words: Sequence[str]) -> tuple[ZoneId, ...]:
    return tuple(dict.fromkeys(map(require_zone, words)))


def _providers(words: Sequence[str]) -> tuple[choosing.Choice, ...]:
    found = tuple(map(choosing.choice, words))
    for number, one in enumerate(found):
        if one.name in {other.name for other in found[:number]}:
            raise workflow.UnknownNameError(f"two providers are called `{one.name}`: write NAME={one.type}")
    return found


def _ci(words: Sequence[str]) -> Ci:
    for one in SERVICES:
        if list(words) == [one]:
            return one
    raise workflow.UnknownNameError(f"`{' '.join(words)}` is none of {', '.join(SERVICES)}")


def _state(words: Sequence[str]) -> str:
    return choosing.state(" ".join(words))


def _seen(session: "Session", name: str) -> str:
    """Return a file of the configuration's folder as seen from where the command was given."""
    return os.path.normpath(session.config_file.parent / name)


def _steps(session: "Session", start: starting.Start) -> Iterator[str]:
    """Yield what is to be done next, in order."""
    config, program = _seen(session, start.config), session.program
    yield from starting.missing_extras(start)
    for name in starting.variables(start):
        yield f"set {name} where zonesync runs"
    if start.zones:
        zones = [_seen(session, starting.zone_file(str(zone))) for zone in start.zones]
        yield f"edit {config} and {', '.join(zones)}"
    if start.imported:
        yield "look at `nameservers:` and `soa:` of what was imported: they are the old provider's"
    yield f"{program} validate"
    yield f"{program} plan --out plan.json     (changes nothing)"
    yield f"{program} apply plan.json"
    if start.ci != "none":
        yield f"{_seen(session, starting.workflow_place(start))}: put in your roles and secrets, as its comments say"
        if State(url=start.state).is_folder:
            yield f"in CI a folder goes with the job: let `state:` in {config} be a bucket"
