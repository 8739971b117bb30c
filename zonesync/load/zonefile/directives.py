"""The lines that start with a dollar sign: ``$ORIGIN``, ``$TTL``, ``$INCLUDE``, ``$GENERATE``, and BIND's ``$DATE``."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from zonesync.load.zonefile import generate
from zonesync.load.zonefile.fields import owner_name, ttl_value
from zonesync.load.zonefile.include import included_file
from zonesync.load.zonefile.limits import MAX_GENERATED
from zonesync.load.zonefile.rr import add_rr, ttl_and_class
from zonesync.load.zonefile.session import Frame, Include
from zonesync.load.zonefile.tokens import ProblemError, Token, read_record

Directive = Callable[[list[Token], Frame], Include | None]


def _origin(tokens: list[Token], frame: Frame) -> None:
    _count(tokens, 2, 2, "$ORIGIN name")
    frame.origin = owner_name(tokens[1], frame.origin)


def _ttl(tokens: list[Token], frame: Frame) -> None:
    _count(tokens, 2, 2, "$TTL seconds")
    seconds = ttl_value(tokens[1])
    if seconds is None:
        raise ProblemError("bad-ttl", f"`{tokens[1].shown}` is no TTL", tokens[1].line, tokens[1].column)
    frame.session.build.default_ttl = seconds


def _include(tokens: list[Token], frame: Frame) -> Include:
    _count(tokens, 2, 3, "$INCLUDE file [origin]")
    session = frame.session
    path = included_file(tokens[1], session.root, session.chain, session.build.includes)
    origin = owner_name(tokens[2], frame.origin) if len(tokens) == 3 else frame.origin
    return Include(path, tokens[1].text, origin, tokens[1].line, tokens[1].column)


def _date(tokens: list[Token], _frame: Frame) -> None:
    # Written by BIND into files of cached data; it says nothing that a zone has.
    _count(tokens, 2, 2, "$DATE time")


def _generate(tokens: list[Token], frame: Frame) -> None:
    if len(tokens) < 4:
        _count(tokens, 5, 7, "$GENERATE range name [ttl] [class] type rdata")
    build = frame.session.build
    numbers = generate.steps(tokens[1])
    name = generate.template(tokens[2])
    at, _ = ttl_and_class(tokens, 3)
    if at != len(tokens) - 2:
        last = tokens[-1]
        hint = "put rdata of several words into quotes" if at < len(tokens) - 2 else ""
        raise ProblemError(
            "bad-generate", "after the name come type and one word of rdata", last.line, last.column, hint
        )
    value = generate.template(tokens[-1])
    build.generated += len(numbers)
    if build.generated > MAX_GENERATED:
        raise ProblemError(
            "too-large",
            f"{build.generated} generated records are over {MAX_GENERATED}",
            tokens[1].line,
            tokens[1].column,
            "check the range",
        )
    fixed = tokens[3:-1]
    for number in numbers:
        _generate_one(name(number), fixed, value(number), tokens, frame)


def _generate_one(name: str, fixed: list[Token], value: str, tokens: list[Token], frame: Frame) -> None:
    # The quotes around the right-hand side only held it together: what is inside is rdata to be cut into words.
    line = tokens[0].line
    inner = read_record(f" {value}", line, iter(()))
    if inner.problem is not None:
        inner.problem.column = tokens[-1].column
        raise inner.problem
    owner = owner_name(tokens[2]._replace(text=name), frame.origin)
    words = [token._replace(column=tokens[-1].column) for token in inner.tokens]
    add_rr([*fixed, *words], 0, frame, owner)


def _count(tokens: list[Token], least: int, most: int, form: str) -> None:
    if not least <= len(tokens) <= most:
        at = tokens[min(most, len(tokens) - 1)]
        what = "too much" if len(tokens) > most else "something is missing"
        raise ProblemError(
            "zonefile-syntax", f"{what} after `{tokens[0].shown}`", at.line, at.column, f"write `{form}`"
        )


DIRECTIVES: Mapping[str, Directive] = MappingProxyType(
    {"$ORIGIN": _origin, "$TTL": _ttl, "$INCLUDE": _include, "$GENERATE": _generate, "$DATE": _date}
)
