"""The options of ``type: bind``, checked before anything is done."""

import difflib
from collections.abc import Mapping, Sequence

from zonesync.model.names import NameSyntaxError, absolute
from zonesync_bind.serial import SerialStyle

NAMES = ("directory", "nameservers", "serial", "reload", "named_conf", "check", "filename")
_TRUE = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def refuse_unknown(options: Mapping[str, object]) -> None:
    """Raise ValueError for any option that there is not."""
    for option in options:
        close = difflib.get_close_matches(option, NAMES, n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(f'`{name}`' for name in NAMES)}"
        raise ValueError(f"no option `{option}` for `type: bind`; {hint}")


def text(option: str, value: object) -> str:
    """Return a text option. Raises ValueError."""
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"`{option}` is a text that is not empty")
    return value


def texts(option: str, value: object, example: str) -> tuple[str, ...]:
    """Return a list of texts. Raises ValueError."""
    if isinstance(value, str) or not isinstance(value, Sequence) or not all(isinstance(part, str) for part in value):
        raise ValueError(f"`{option}` is a list, such as {example}")
    return tuple(value)


def truth(option: str, value: object) -> bool:
    """Return a yes or no, which the configuration may give as text. Raises ValueError."""
    found = value if isinstance(value, bool) else _TRUE.get(str(value).lower())
    if found is None:
        raise ValueError(f"`{option}` is `{value}`; it is `true` or `false`")
    return found


def hosts(option: str, value: object) -> tuple[str, ...]:
    """Return a list of host names, canonical. Raises ValueError."""
    names = []
    for host in texts(option, value, "[ns1.example.net., ns2.example.net.]"):
        if not host.endswith("."):
            raise ValueError(f"`{option}` has `{host}`; write it out with the final dot: `{host}.`")
        try:
            names.append(absolute(host))
        except NameSyntaxError as problem:
            raise ValueError(f"`{option}`: {problem}") from problem
    return tuple(names)


def style(option: str, value: object) -> SerialStyle:
    """Return how serials are counted. Raises ValueError."""
    try:
        return SerialStyle(str(value))
    except ValueError:
        styles = ", ".join(f"`{known}`" for known in SerialStyle)
        raise ValueError(f"`{option}` is `{value}`; it is one of {styles}") from None


def command(option: str, value: object) -> tuple[str, ...]:
    """Return a command as its program and arguments; empty for none. Raises ValueError."""
    if value is None:
        return ()
    parts = texts(option, value, '[rndc, reload, "{zone}"]')
    if not parts or not parts[0] or any("\0" in part for part in parts):
        raise ValueError(f'`{option}` names no program; write it as [rndc, reload, "{{zone}}"]')
    return parts
