"""What somebody chooses for a start, as words of a command line or of an answer: providers, and where state is kept."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zonesync.load.state import read_url
from zonesync.load.variables import VARIABLE, is_secret
from zonesync.model.zone import NOTHING
from zonesync.provider.registry import ProviderTypeError, factory, installed
from zonesync.workflow.project import UnknownNameError, close_match

_provider_name = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*").fullmatch
_option_name = re.compile(r"[a-z][a-z0-9_]*").fullmatch


@dataclass(frozen=True, slots=True)
class Choice:
    """One provider: its name, its type, and options as texts."""

    name: str
    type: str
    options: Mapping[str, str] = field(default_factory=lambda: NOTHING)


def choice(text: str) -> Choice:
    """Read ``NAME=TYPE`` or ``TYPE``, each maybe with ``,KEY=VALUE``. Raises :class:`UnknownNameError`."""
    head, *rest = text.split(",")
    name, equals, kind = head.strip().partition("=")
    name, kind = (name.strip(), kind.strip()) if equals else (name, name)
    if kind not in installed():
        known = ", ".join(sorted(installed()))
        raise UnknownNameError(f"no provider type `{kind}`{close_match(kind, installed()) or f'; there are {known}'}")
    if not _provider_name(name) or name == "default":
        raise UnknownNameError(f"`{name}` is no name for a provider: letters, digits, `-`, `_` and `.`, not `default`")
    options: dict[str, str] = {}
    for part in rest:
        key, equals, value = part.strip().partition("=")
        if not equals or not _option_name(key) or key == "type":
            raise UnknownNameError(f"`{part.strip()}` is no option of `{name}`: write KEY=VALUE")
        if is_secret(key) and not VARIABLE.fullmatch(value):
            raise UnknownNameError(f"`{key}` is a secret, and no argument: write `{key}=${{NAME}}`")
        options[key] = value
    made = Choice(name, kind, options)
    _check(made)
    return made


def state(text: str) -> str:
    """Return *text* where it can stand behind ``state:``. Raises :class:`UnknownNameError`."""
    try:
        return str(read_url(text))
    except ValueError as problem:
        raise UnknownNameError(f"--state: {problem}") from None


def defaults(made: Choice, hosts: Sequence[str]) -> dict[str, object]:
    """Return the options that a provider has where nothing is chosen; its zone files are served by *hosts*."""
    if made.type != "bind":
        return {}
    return {"directory": f"build/{made.name}", "nameservers": list(hosts)}


def _check(made: Choice) -> None:
    """Let the adapter look at the options. Raises :class:`UnknownNameError`; asks no service."""
    options = {**defaults(made, ("ns1.example.net.",)), **made.options}
    try:
        factory(made.type)(made.name, **options)
    except ProviderTypeError:
        return  # what is to be installed is said at the end
    except ValueError as problem:
        raise UnknownNameError(f"provider `{made.name}`: {problem}; write {made.name}={made.type},KEY=VALUE") from None
