"""What the shapes of our YAML files are made of: values as they are written, and a mapping whose keys are all known."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from zonesync.load.state import MAX_LEASE, MIN_LEASE, read_url
from zonesync.model.ttl import MAX_INTERVAL, MAX_TTL, TtlSyntaxError, parse_interval, parse_ttl


def listed(value: Any) -> Any:
    """Return one text as a list of it."""
    return [value] if isinstance(value, str) else value


def _time(parse: Callable[[str], int], limit: int) -> tuple[BeforeValidator, WithJsonSchema]:
    """Return how a time of at most *limit* seconds is read, and its JSON Schema."""

    def read(value: Any) -> Any:
        if isinstance(value, str):
            return parse(value)
        raise ValueError("a time is seconds (`3600`) or units in order (`1h30m`)")

    about = "Seconds, or units in order: 1w2d3h4m5s"
    return BeforeValidator(read), WithJsonSchema({"oneOf": _spellings(limit), "description": about})


def _spellings(limit: int, least: int = 0) -> list[dict[str, Any]]:
    """Return the JSON Schemas of a time of *least* to *limit* seconds."""
    return [
        {"type": "integer", "minimum": least, "maximum": limit},
        {"type": "string", "pattern": "^(?=.)([0-9]+[wW])?([0-9]+[dD])?([0-9]+[hH])?([0-9]+[mM])?([0-9]+[sS]?)?$"},
    ]


def _date(value: Any) -> Any:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise ValueError(f"`{str(value)[:40]}` is no date: write it as `2027-01-31`") from None


def _age(value: Any) -> Any:
    advice = "write a time in order (`30d`, `12h30m`), seconds, or `never`"
    if value != "never":
        try:
            parse_interval(str(value))
        except TtlSyntaxError:
            raise ValueError(f"`{str(value)[:40]}` is no age: {advice}") from None
    return str(value)


def _lease(value: Any) -> Any:
    seconds = parse_interval(value) if isinstance(value, str) else value
    if not isinstance(seconds, int) or not MIN_LEASE <= seconds <= MAX_LEASE:
        raise ValueError(f"a lease is {MIN_LEASE} to {MAX_LEASE} seconds: `60`, `1m`")
    return seconds


def _flag(value: Any) -> Any:
    flags = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
    found = value if isinstance(value, bool) else flags.get(str(value).lower())
    if found is None:
        raise ValueError(f"`{str(value)[:40]}` is neither `true` nor `false`")
    return found


def _limit(value: Any) -> Any:
    digits = value.removesuffix("%") if isinstance(value, str) else ""
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10) or (
        value.endswith("%") and int(digits) > 100
    ):
        raise ValueError(f"`{str(value)[:40]}` is no limit: write a percentage (`30%`) or a number (`50`)")
    return value


Seconds = Annotated[int, *_time(parse_ttl, MAX_TTL)]
Interval = Annotated[int, *_time(parse_interval, MAX_INTERVAL)]
Texts = Annotated[
    tuple[str, ...],
    BeforeValidator(listed),
    WithJsonSchema({"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
Limit = Annotated[
    str,
    BeforeValidator(_limit),
    WithJsonSchema({"oneOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+%?$"}]}),
]
Age = Annotated[
    str,
    BeforeValidator(_age),
    WithJsonSchema({"oneOf": [*_spellings(MAX_INTERVAL), {"type": "string", "const": "never"}]}),
]
Lease = Annotated[
    int, BeforeValidator(_lease), WithJsonSchema({"oneOf": _spellings(MAX_LEASE, MIN_LEASE), "default": 60})
]
Flag = Annotated[bool, BeforeValidator(_flag)]
StateUrl = Annotated[str, Field(min_length=1), BeforeValidator(read_url)]
Day = Annotated[str, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]


def title_of(shape: type[Any]) -> str:
    """Return the title of *shape* in its JSON Schema."""
    return shape.__name__.removesuffix("Shape").lower()


class Shape(BaseModel):
    """A mapping whose keys are all known."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        model_title_generator=title_of,
        field_title_generator=lambda name, _info: name,
    )
