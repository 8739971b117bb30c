"""The shape of ``policy:`` in the configuration: rules that a plan is held against."""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from zonesync.load.fields import Flag, Seconds, Shape, listed
from zonesync.load.ignoring import glob_label
from zonesync.load.values import type_of
from zonesync.model.names import shorten

KINDS = ("protect", "owners", "freeze", "max_ttl_before_change", "require")
"""What a rule may be; each has exactly one."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOMENT = (
    "write a day (`2026-12-20`), a time (`2026-12-20T17:00`), or a weekday and a time (`fri 16:00`), in `time_zone`"
)

_DAY = 24 * 60
_week_time = re.compile(
    r"(mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs?|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?) +"
    r"([01]?[0-9]|2[0-3]|24(?=:00)):([0-5][0-9])",
    re.IGNORECASE,
).fullmatch
# ISO 8601 has other spellings of a day; what is read as the midnight before it would end a freeze a day too soon.
_dated = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ].+)?").fullmatch
_YEARS = range(1900, 9999)
"""With a day more, or another time zone, these are still within what :mod:`datetime` can tell."""


class WeekTime(NamedTuple):
    """A time of each week."""

    day: int
    """0 is Monday, as for :meth:`datetime.datetime.weekday`."""
    minute: int
    """Of the day."""

    def __str__(self) -> str:
        return f"{DAYS[self.day]} {self.minute // 60:02}:{self.minute % 60:02}"


Moment = date | datetime | WeekTime
"""A whole day, a time, or a time of each week; without an offset of its own it is of the rule's time zone."""


def _glob(text: str) -> str:
    """Return *text* as names are matched: lower case, A-labels. Raises ValueError for what names no name."""
    if not text or any(character.isspace() for character in text):
        raise ValueError(f"`{shorten(text)}` is no name: write it as in a zone file, `*` for any")
    return ".".join(map(glob_label, text.split("."))).lower()


def _zone_glob(text: str) -> str:
    name, at, view = text.partition("@")
    return f"{_glob(name).removesuffix('.') or '.'}{at}{view}"


def _path(text: str) -> str:
    segments = text.strip("/").split("/")
    if not text.strip("/") or "\\" in text or text.startswith("!") or not {"", ".", ".."}.isdisjoint(segments):
        raise ValueError(f"`{shorten(text)}` is no path: write it as seen from the configuration, `zones/*.yaml`")
    return text


def _person(text: str) -> str:
    name = text.removeprefix("@").casefold()
    if not name or any(character.isspace() for character in name):
        raise ValueError(f"`{shorten(text)}` is nobody: write a login (`alice`), a mail address, or a team")
    return name


def _moment(value: Any) -> Moment:
    text = value.strip() if isinstance(value, str) else ""
    weekly = _week_time(text)
    if weekly:
        day, minute = DAYS.index(weekly[1][:3].lower()), int(weekly[2]) * 60 + int(weekly[3])
        # A day ends where the next one begins.
        return WeekTime(day, minute) if minute < _DAY else WeekTime((day + 1) % 7, 0)
    is_day = len(text) == len("2026-12-20")
    try:
        found = (date if is_day else datetime).fromisoformat(text if _dated(text) else "")
    except ValueError:
        raise ValueError(f"`{shorten(str(value), 40)}` is no time: {_MOMENT}") from None
    if found.year not in _YEARS:
        raise ValueError(f"`{text}` is no time: write a year from {_YEARS[0]} to {_YEARS[-1]}")
    return found


def _time_zone(value: Any) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (ValueError, KeyError, OSError):
        raise ValueError(
            f"`{shorten(str(value), 40)}` is no time zone that this machine knows: write one as `Europe/Amsterdam`; "
            "where none is known, install the `tzdata` package"
        ) from None


_ONE_OR_MANY = WithJsonSchema({"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})
NameGlobs = Annotated[tuple[Annotated[str, AfterValidator(_glob)], ...], BeforeValidator(listed), _ONE_OR_MANY]
ZoneGlobs = Annotated[tuple[Annotated[str, AfterValidator(_zone_glob)], ...], BeforeValidator(listed), _ONE_OR_MANY]
PathGlobs = Annotated[tuple[Annotated[str, AfterValidator(_path)], ...], BeforeValidator(listed), _ONE_OR_MANY]
Types = Annotated[tuple[Annotated[str, AfterValidator(type_of)], ...], BeforeValidator(listed), _ONE_OR_MANY]
People = Annotated[tuple[Annotated[str, AfterValidator(_person)], ...], BeforeValidator(listed), _ONE_OR_MANY]
Deed = Literal["create", "update", "delete"]
_DEED = {"type": "string", "enum": list(get_args(Deed))}
Deeds = Annotated[
    tuple[Deed, ...],
    BeforeValidator(listed),
    WithJsonSchema({"oneOf": [_DEED, {"type": "array", "items": _DEED, "minItems": 1}]}),
]
MomentText = Annotated[Moment, PlainValidator(_moment), WithJsonSchema({"type": "string"})]
TimeZone = Annotated[ZoneInfo, PlainValidator(_time_zone), WithJsonSchema({"type": "string"})]
_ZONES = "Zones, `example.com` in every view or `example.com@view`; globs; default: all"
_NAMES = "Globs over names relative to the zone (`@`, `_dmarc*`), or absolute with the final dot; default: all"


class ScopeShape(Shape):
    """The RRsets that a rule is about."""

    names: NameGlobs = Field(default=(), description=_NAMES)
    types: Types = Field(default=(), description="Types; default: all")
    zones: ZoneGlobs = Field(default=(), description=_ZONES)


class ProtectShape(ScopeShape):
    """RRsets that no plan may delete or change."""

    actions: Deeds = Field(default=("update", "delete"), description="What no plan may do to them", min_length=1)


class OwnersEntryShape(ScopeShape):
    """RRsets, and who may change them."""

    paths: PathGlobs = Field(default=(), description="Zone files and fragments: globs as in a CODEOWNERS file")
    by: People = Field(description="Logins, mail addresses, or teams; an empty list: anybody")


def team_name(written: str) -> str:
    """Return the name of a team as entries have it."""
    return written.removeprefix("@").casefold()


class OwnersShape(Shape):
    """Who may change what; of the entries that match, the last one counts."""

    teams: dict[str, People] = Field(default={}, description="Logins or mail addresses by the name of their team")
    entries: tuple[OwnersEntryShape, ...] = Field(min_length=1, description="Who may change what; the last match wins")

    def members(self) -> dict[str, tuple[str, ...]]:
        """Return who is in which team, by its name as entries have it."""
        return {team_name(team): people for team, people in self.teams.items()}


class FreezeShape(Shape):
    """A time in which nothing is changed."""

    begin: MomentText = Field(alias="from", description="Its beginning: `2026-12-20`, `2026-12-20T17:00`, `fri 16:00`")
    until: MomentText = Field(description="Its end, of the same form; a day is the last one")
    time_zone: TimeZone = Field(default=ZoneInfo("UTC"), description="Where the times are told: `Europe/Amsterdam`")
    zones: ZoneGlobs = Field(default=(), description=_ZONES)

    @model_validator(mode="after")
    def _is_a_time(self) -> "FreezeShape":
        """Refuse what has no beginning before its end. A week goes round: it has no first and last."""
        weekly = [isinstance(moment, WeekTime) for moment in (self.begin, self.until)]
        if any(weekly) and not all(weekly):
            raise ValueError("`from` and `until` are of one form: two weekdays with times, or two dates")
        if any(weekly):
            if self.begin == self.until:
                raise ValueError(f"a week from `{self.begin}` to itself is all of it, or none: write two times")
        elif self.instants()[0] >= self.instants()[1]:
            raise ValueError("`until` comes before `from`")
        return self

    def instants(self) -> tuple[datetime, datetime]:
        """Return the first instant, and the first one after; not for a weekly freeze."""
        return self._instant(self.begin), self._instant(self.until, timedelta(days=1))

    def _instant(self, moment: Moment, whole_day: timedelta = timedelta()) -> datetime:
        assert isinstance(moment, date)
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time()) + whole_day
        return moment if moment.tzinfo else moment.replace(tzinfo=self.time_zone)


class TtlShape(ScopeShape):
    """RRsets whose TTL is lowered before they are changed."""

    ttl: Seconds = Field(description="Longest live TTL with which values may change")


class RequireShape(Shape):
    """What a zone is to be before it may be changed."""

    lint: Literal["clean"] | None = Field(default=None, description="`clean`: its files have no warning")
    providers: Annotated[int, Field(ge=1, le=100)] | None = Field(
        default=None, description="At so many providers at least"
    )
    zones: ZoneGlobs = Field(default=(), description=_ZONES)


class PolicyShape(Shape):
    """A rule over plans: an id, what it says, and one of the kinds."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")] = Field(
        description="Names the rule, in findings and for `--allow policy:ID@ZONE`: small letters, digits, `-`"
    )
    message: str = Field(min_length=1, description="What a refusal says first")
    allow: Flag = Field(default=False, description="Whether `plan --allow policy:ID@ZONE` waives it")
    protect: ProtectShape | None = Field(default=None, description="RRsets that no plan may delete or change")
    owners: OwnersShape | None = Field(default=None, description="Who may change what")
    freeze: FreezeShape | None = Field(default=None, description="A time in which nothing is changed")
    max_ttl_before_change: TtlShape | None = Field(
        default=None, description="RRsets whose TTL is lowered before they are changed"
    )
    require: RequireShape | None = Field(default=None, description="What a zone is to be before it may be changed")
