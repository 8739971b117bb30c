r"""Values as Route 53 spells them: presentation format, with octal escapes where RFC 1035 has decimal ones.

Within quotes ``\"`` and ``\\`` stand for themselves. A host name without its final dot is absolute all the same, and
comes back as it was given; reading completes it, so that a difference of dots is no difference.
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
"""

import re

from zonesync.model.rdata import RdataError, canonical

_pieces = re.compile(r'"((?:[^"\\]|\\.)*+)"|\\([0-9]{3})|\\(.)', re.DOTALL)
_escapes = re.compile(r"\\(?:([0-9]{3})|(.))", re.DOTALL)
_octal = re.compile(r"[0-3][0-7]{2}").fullmatch


def to_native(text: str) -> str:
    """Spell the canonical text of one record for Route 53."""
    return _pieces.sub(_spell_piece, text) if "\\" in text else text


def from_native(rtype: str, value: str) -> str:
    """Return one of Route 53's values as canonical text. Raises :class:`RdataError` for what is no rdata."""
    return canonical(rtype, _pieces.sub(_read_piece, value) if "\\" in value else value)


def _spell_piece(found: re.Match[str]) -> str:
    quoted, decimal, char = found.groups()
    if quoted is not None:
        return f'"{_escapes.sub(_spell_escape, quoted)}"'
    # Outside of quotes an escape is part of a name, and names know octal escapes alone.
    return f"\\{int(decimal) if decimal else ord(char):03o}"


def _spell_escape(found: re.Match[str]) -> str:
    return f"\\{int(found[1]):03o}" if found[1] else found[0]


def _read_piece(found: re.Match[str]) -> str:
    quoted, digits, char = found.groups()
    if quoted is not None:
        return f'"{_escapes.sub(_read_escape, quoted)}"'
    return _decimal(digits) if digits else f"\\{char}"


def _read_escape(found: re.Match[str]) -> str:
    return _decimal(found[1]) if found[1] else found[0]


def _decimal(digits: str) -> str:
    if not _octal(digits):
        raise RdataError(f"`\\{digits}` is no octal escape")
    return f"\\{int(digits, 8):03d}"
