r"""Owner names as Route 53 spells them: octal escapes, where the model has RFC 1035's decimal ones.

Route 53 lists everything but ``a-z 0-9 - _`` as ``\ooo``, a wildcard's asterisk (``\052``) and a dot within a label
(``\056``) included, and takes the same on input.
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
"""

import re

from zonesync.model.names import NameSyntaxError, absolute, join, split

_LITERAL = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789-_")
_plain = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.").fullmatch
_octal = re.compile(r"[0-3][0-7][0-7]").match


def to_native(name: str) -> str:
    """Spell a canonical name for Route 53."""
    return name if _plain(name) else "".join(f"{_escape(label)}." for label in split(name)[0]) or "."


def from_native(text: str) -> str:
    r"""Return Route 53's spelling of a name, with or without its final dot, as a canonical name.

    Raises :class:`NameSyntaxError`: what is no name, or has an escape that is not octal.
    """
    if _plain(text):
        return absolute(text)
    labels: list[bytes] = []
    current = bytearray()
    position = 0
    whole = text if text.endswith(".") else f"{text}."
    while position < len(whole):
        char = whole[position]
        if char == ".":
            labels.append(bytes(current).lower())
            current.clear()
        elif char == "\\":
            found = _octal(whole, position + 1)
            if not found:
                raise NameSyntaxError(f"`{text}` has an escape that is not octal")
            current.append(int(found.group(), 8))
            position += 3
        elif ord(char) < 0x80:
            current.append(ord(char))
        else:
            raise NameSyntaxError(f"`{text}` has a character outside ASCII")
        position += 1
    # Length and empty labels are checked by the one function that knows all rules.
    return absolute(_joined(labels, text))


def _joined(labels: list[bytes], text: str) -> str:
    if not all(labels):
        if text == ".":
            return text
        raise NameSyntaxError(f"`{text}` has an empty label")
    return join(labels)


def _escape(label: bytes) -> str:
    return "".join(chr(octet) if octet in _LITERAL else f"\\{octet:03o}" for octet in label)
