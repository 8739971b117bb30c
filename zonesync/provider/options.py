"""The options of a provider's configuration, checked before anything is done. Each function raises ValueError."""

import difflib
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from zonesync.model.names import NameSyntaxError, absolute

_TRUE = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_decimal = re.compile(r"[0-9]+(?:\.[0-9]+)?").fullmatch


def refuse_unknown(kind: str, names: Sequence[str], options: Mapping[str, object]) -> None:
    """Refuse any of *options*: those that ``type: kind`` has are *names*, and were taken already."""
    for option in options:
        close = difflib.get_close_matches(option, names, n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(f'`{name}`' for name in names)}"
        raise ValueError(f"no option `{option}` for `type: {kind}`; {hint}")


def text(option: str, value: object) -> str:
    """Return a text option."""
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"`{option}` is a text that is not empty")
    return value


def texts(option: str, value: object, example: str) -> tuple[str, ...]:
    """Return a list of texts."""
    if isinstance(value, str) or not isinstance(value, Sequence) or not all(isinstance(part, str) for part in value):
        raise ValueError(f"`{option}` is a list, such as {example}")
    return tuple(value)


def truth(option: str, value: object) -> bool:
    """Return a yes or no, which the configuration may give as text."""
    found = value if isinstance(value, bool) else _TRUE.get(str(value).lower())
    if found is None:
        raise ValueError(f"`{option}` is `{value}`; it is `true` or `false`")
    return found


def number(option: str, value: object, least: float, most: float) -> float:
    """Return a number within limits, which the configuration gives as text."""
    written = str(value)
    found = float(written) if _decimal(written) else float("nan")
    if not least <= found <= most:
        raise ValueError(f"`{option}` is `{value}`; it is a number of {least:g} to {most:g}")
    return found


def endpoint(option: str, value: object) -> str:
    """Return the URL of a service without a final slash; plain HTTP is for a test server or a proxy of one's own."""
    found = text(option, value).rstrip("/")
    try:
        parts = urlsplit(found)
        valid = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        valid = valid and not (parts.query or parts.fragment)
    except ValueError:
        valid = False
    if not valid or "@" in found or not found.isprintable() or " " in found:
        raise ValueError(f"`{option}` is no URL such as `https://host:port`, without a user, password or query in it")
    return found


def hosts(option: str, value: object) -> tuple[str, ...]:
    """Return a list of host names, canonical."""
    names = []
    for host in texts(option, value, "[ns1.example.net., ns2.example.net.]"):
        if not host.endswith("."):
            raise ValueError(f"`{option}` has `{host}`; write it out with the final dot: `{host}.`")
        try:
            names.append(absolute(host))
        except NameSyntaxError as problem:
            raise ValueError(f"`{option}`: {problem}") from problem
    return tuple(names)
