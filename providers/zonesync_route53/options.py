"""The options that ``type: route53`` has, checked before anything is done. Each function raises ValueError."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from zonesync.model.names import NameSyntaxError
from zonesync.model.zone import ZoneId
from zonesync.provider import options
from zonesync.provider.calls import Budget
from zonesync_route53.convert import bare
from zonesync_route53.networks import spell

NAMES = (
    "profile",
    "role_arn",
    "external_id",
    "endpoint",
    "region",
    "zone_id",
    "private",
    "networks",
    "delegation_set",
    "rate",
    "attempts",
    "patience",
)
RATE = 5
"""Requests a second that AWS allows an account."""
_id = re.compile(r"[A-Z0-9]{1,32}").fullmatch
_arn = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/\S+").fullmatch


@dataclass(frozen=True, slots=True)
class Options:
    """What the configuration says."""

    profile: str = ""
    role_arn: str = ""
    external_id: str = ""
    endpoint: str = ""
    region: str = ""
    zone_id: str = ""
    """The id of the one zone that there is."""
    zone_ids: Mapping[str, str] = field(default_factory=dict)
    """Ids by zone, as ``str(ZoneId)``."""
    private: bool = False
    networks: tuple[str, ...] = ()
    delegation_set: str = ""
    rate: float = RATE
    budget: Budget = field(default_factory=Budget)


def parse(given: Mapping[str, object]) -> Options:
    """Return the options *given* by the configuration."""
    options.refuse_unknown("route53", NAMES, {key: value for key, value in given.items() if key not in NAMES})
    told = {key: value for key, value in given.items() if value is not None}
    texts = {
        key: options.text(key, told[key]) for key in ("profile", "role_arn", "external_id", "region") if key in told
    }
    zone_id, zone_ids = _zone_ids(told.get("zone_id"))
    found = Options(
        **texts,
        endpoint=options.endpoint("endpoint", told["endpoint"]) if "endpoint" in told else "",
        zone_id=zone_id,
        zone_ids=zone_ids,
        private=options.truth("private", told.get("private", False)),
        networks=_networks(told.get("networks")),
        delegation_set=_one_id("delegation_set", told["delegation_set"]) if "delegation_set" in told else "",
        rate=options.number("rate", told.get("rate", RATE), 0.1, 100000),
        budget=Budget(
            attempts=int(options.number("attempts", told.get("attempts", 8), 1, 100)),
            seconds=options.number("patience", told.get("patience", 120), 1, 86400),
        ),
    )
    _check_together(found)
    return found


def _check_together(found: Options) -> None:
    if found.role_arn and not _arn(found.role_arn):
        raise ValueError(f"`role_arn` is `{found.role_arn}`; it is like `arn:aws:iam::123456789012:role/dns`")
    if found.external_id and not found.role_arn:
        raise ValueError("`external_id` goes with `role_arn`, which is missing")
    if found.networks and not found.private:
        raise ValueError("`networks` are for private zones: write `private: true`")
    if found.delegation_set and found.private:
        raise ValueError("`delegation_set` is for public zones: a private one has no name servers of its own")


def _networks(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(sorted({spell(text) for text in options.texts("networks", value, "[eu-west-1/vpc-0a1b2c3d]")}))


def _zone_ids(value: object) -> tuple[str, Mapping[str, str]]:
    if value is None:
        return "", {}
    if not isinstance(value, Mapping):
        return _one_id("zone_id", value), {}
    ids = {}
    for zone, zone_id in value.items():
        try:
            ids[str(ZoneId.parse(str(zone)))] = _one_id(f"zone_id: {zone}", zone_id)
        except NameSyntaxError as problem:
            raise ValueError(f"`zone_id` has `{zone}`: {problem}") from problem
    return "", ids


def _one_id(option: str, value: object) -> str:
    found = bare(options.text(option, value))
    if not _id(found):
        raise ValueError(f"`{option}` is `{found}`; an id is like `Z0123456789ABCDEFGHIJ`")
    return found
