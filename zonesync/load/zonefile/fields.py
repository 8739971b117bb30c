"""The small fields of a record line: owner name, TTL, class and type."""

import re
from functools import lru_cache

from zonesync.load.zonefile.tokens import ProblemError, Token
from zonesync.model.names import NameSyntaxError, absolute, split
from zonesync.model.rdata import RdataError, type_name
from zonesync.model.ttl import MAX_TTL

_SECONDS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
_ttl = re.compile(r"[0-9]{1,20}|(?:[0-9]{1,20}[wdhms])+", re.IGNORECASE).fullmatch
_ttl_part = re.compile(r"([0-9]+)([wdhms]?)", re.IGNORECASE).findall
_class = re.compile(r"class([0-9]{1,5})", re.IGNORECASE).fullmatch
_CLASSES = {"IN": 1, "CS": 2, "CH": 3, "CHAOS": 3, "HS": 4, "HESIOD": 4, "NONE": 254, "ANY": 255}


def seconds(text: str) -> int | None:
    """Return the seconds that *text* spells, None where it is no TTL or over 2**31 - 1."""
    if not ("0" <= text[:1] <= "9") or not _ttl(text):
        return None
    found = _sum(text)
    return found if found <= MAX_TTL else None


def _sum(text: str) -> int:
    return sum(int(count) * _SECONDS[unit.lower() or "s"] for count, unit in _ttl_part(text))


def ttl_value(token: Token) -> int | None:
    """Return the seconds of *token*, None where it has not the form of a TTL.

    Units may come in any order, as BIND has it. Raises :class:`ProblemError` above 2**31 - 1 (RFC 2181 section 8).
    """
    text = token.text
    if token.quoted or not ("0" <= text[:1] <= "9") or not _ttl(text):
        return None
    found = _sum(text)
    if found > MAX_TTL:
        raise ProblemError(
            "bad-ttl",
            f"a TTL of {found} seconds is over {MAX_TTL} (RFC 2181 section 8)",
            token.line,
            token.column,
            "some servers would read it as 0; write what is meant",
        )
    return found


def class_value(token: Token) -> int | None:
    """Return the number of the class that *token* names, or None."""
    if token.quoted:
        return None
    found = _CLASSES.get(token.text.upper())
    if found is None and (generic := _class(token.text)) and int(generic[1]) < 65536:
        return int(generic[1])
    return found


def owner_name(token: Token, origin: str | None) -> str:
    """Return the canonical name of *token*. Raises :class:`ProblemError`: no name, or relative without an origin."""
    text = token.text.replace(" ", "\\032") if token.quoted else token.text
    try:
        name = absolute(text, origin or ".")
        if origin is None and not split(text)[1] and text != ".":
            raise no_origin(token)
    except NameSyntaxError as problem:
        raise ProblemError("bad-name", str(problem), token.line, token.column) from None
    return name


def no_origin(token: Token) -> ProblemError:
    """Return the complaint that *token* is relative to nothing."""
    message = f"`{token.shown}` is relative, or has such a name in it, and there is no origin yet"
    hint = "give the zone's name, or start the file with `$ORIGIN`"
    return ProblemError("no-origin", message, token.line, token.column, hint)


@lru_cache(maxsize=1024)
def _type(text: str) -> str:
    name = type_name(text)
    if name == "ALIAS":
        raise RdataError("`ALIAS` is no type of zone files; write the A and AAAA records it stands for")
    return name


def rr_type(token: Token) -> str:
    """Return the type that *token* names. Raises :class:`ProblemError` for none, and for meta types."""
    if token.quoted:
        raise ProblemError("unknown-type", f'`"{token.shown}"` stands where a type must', token.line, token.column)
    try:
        return _type(token.text.upper())
    except RdataError as problem:
        raise ProblemError("unknown-type", str(problem), token.line, token.column) from None
