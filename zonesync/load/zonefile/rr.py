"""One resource record from its tokens: TTL, class, type, rdata (RFC 1035 section 5.1)."""

from zonesync.load.zonefile.fields import class_value, no_origin, rr_type, ttl_value
from zonesync.load.zonefile.session import Frame
from zonesync.load.zonefile.tokens import ProblemError, Token
from zonesync.model import rdata
from zonesync.model.rrset import Key

_KEEPS_GLUE = frozenset({"SVCB", "HTTPS"})


def add_rr(tokens: list[Token], at: int, frame: Frame, owner: str = "") -> None:
    """Add the record of *owner* (default: the frame's) whose TTL, class, type and rdata are ``tokens[at:]``."""
    build = frame.session.build
    at, ttl = ttl_and_class(tokens, at)
    if at == len(tokens):
        last = tokens[-1]
        raise ProblemError("zonefile-syntax", "the record ends before its type", last.line, last.column)
    rtype = rr_type(tokens[at])
    start = tokens[min(at + 1, len(tokens) - 1)]
    try:
        value = canonical_rdata(rtype, tokens[at + 1 :], frame.origin or ".")
        if frame.origin is None and value != canonical_rdata(rtype, tokens[at + 1 :], "origin."):
            raise no_origin(start)
    except rdata.RdataError as problem:
        raise ProblemError("bad-rdata", f"{rtype}: {problem}", start.line, start.column) from None
    place = frame.file << 32 | tokens[0].line
    if ttl is not None:
        build.last_ttl = ttl
    elif build.default_ttl is not None:
        ttl = build.default_ttl
    elif build.last_ttl is not None:
        ttl = build.last_ttl
    elif rtype == "SOA":
        ttl = build.default_ttl = int(value.rpartition(" ")[2])
        build.warn(
            "no-default-ttl", f"no TTL is given; the SOA minimum {ttl} is used", place, hint="add `$TTL` at the top"
        )
    else:
        raise ProblemError(
            "no-ttl", "the record has no TTL, and there is no `$TTL`", tokens[0].line, 1, "add `$TTL` at the top"
        )
    key = Key(owner or frame.owner or ".", rtype)
    build.add(key, ttl, value, place, frame.run if not owner else place)


def ttl_and_class(tokens: list[Token], at: int) -> tuple[int, int | None]:
    """Read TTL and class, each optional, in either order. Returns the position of the type, and the TTL."""
    ttl: int | None = None
    has_class = False
    while at < len(tokens):
        token = tokens[at]
        if ttl is None and (seconds := ttl_value(token)) is not None:
            ttl = seconds
        elif not has_class and (number := class_value(token)) is not None:
            has_class = True
            if number != 1:
                raise ProblemError("bad-class", f"class `{token.shown}`: only IN is managed", token.line, token.column)
        else:
            break
        at += 1
    return at, ttl


def canonical_rdata(rtype: str, tokens: list[Token], origin: str) -> str:
    """Return the canonical text of rdata *tokens*. Raises RdataError."""
    keeps_glue = rtype in _KEEPS_GLUE
    parts: list[str] = []
    for token in tokens:
        if parts and not (keeps_glue and token.quoted and token.glued and parts[-1].endswith("=")):
            parts.append(" ")
        parts.append(f'"{token.text}"' if token.quoted else token.text)
    text = "".join(parts)
    return rdata.canonical(rtype, text, origin)
