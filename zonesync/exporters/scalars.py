"""YAML scalars that the loader reads back as the very text they were: quoted where plain could mean anything else."""

import re

# Plain only what no YAML 1.1 or 1.2 reader could take for anything but text, in block and flow context alike.
_plain = re.compile(
    r"[A-Za-z0-9_./\\+=^][A-Za-z0-9_./\\+=^$()<>;*@~-]*(?: [A-Za-z0-9_./\\+=^$()<>;*@~\"-]+)*"
).fullmatch
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_NAMED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scalar(text: str) -> str:
    """Spell *text* as one YAML scalar on one line."""
    if _plain(text) and text.lower() not in _WORDS:
        return text
    return '"' + "".join(_NAMED.get(char) or _character(char) for char in text) + '"'


def _character(char: str) -> str:
    if char.isprintable() and char != "\ufeff":
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
