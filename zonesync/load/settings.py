"""A zone file's settings, everything but its records, as the model's values."""

from dataclasses import dataclass
from pathlib import Path

from zonesync.load.checking import check, locate
from zonesync.load.ignoring import ignored_name, repeats_zone
from zonesync.load.nodes import Mapping, Scalar
from zonesync.load.report import Report
from zonesync.load.shapes import AutomaticNameservers, IgnoreShape, ListedNameservers, ZoneShape
from zonesync.load.suggest import did_you_mean
from zonesync.load.values import ValueProblem, host_name, type_of
from zonesync.model.names import NameSyntaxError, absolute, shorten
from zonesync.model.zone import Allow, Ignore, Nameservers, ZoneId

SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a zone file says beside its records."""

    id: ZoneId
    providers: tuple[str, ...]
    ttl: int
    shape: ZoneShape
    node: Mapping
    """The tree that :attr:`shape` was read from, for places."""


def zone_id(settings: Mapping, path: Path, report: Report) -> ZoneId:
    """Return the identity that the file claims, or its name does; the root zone and a finding where neither is one."""
    node, view = settings.get("zone"), settings.get("view")
    given = isinstance(node, Scalar) and not node.is_null
    text = node.text if given and isinstance(node, Scalar) else named_by(path)
    of_view = ""
    if not given:
        text, _, of_view = text.partition("@")
    if isinstance(view, Scalar):
        of_view = view.text
    place = node.place if node else settings.place
    advice = "a view has its own key, `view:`" if given and "@" in text else "write the name as `zone: example.com`"
    if not text or not set(text).isdisjoint('@ "();\t\n'):
        problem = f"`{shorten(text)}` is no zone name"
    else:
        try:
            return ZoneId(absolute(text), of_view)
        except NameSyntaxError as fault:
            problem = str(fault)
    if node is None or given:
        report.error(place, "bad-name", problem, advice)
    return ZoneId(".", of_view)


def named_by(path: Path) -> str:
    """Return the zone that a file is named for: its name less ``.yaml``, with ``%2F`` for a slash (RFC 2317)."""
    name = path.name
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name.replace("%2F", "/").replace("%2f", "/")


def read_settings(
    node: Mapping, identity: ZoneId, report: Report, *, ttl: int, providers: tuple[str, ...], known: tuple[str, ...]
) -> Settings | None:
    """Check the settings in *node* for shape; *ttl* and *providers* serve where it has none."""
    soa = node.get("soa")
    if isinstance(soa, Mapping) and "serial" in soa.entries:
        report.error(
            soa.entries.pop("serial")[0],
            "soa-serial",
            "a serial is never set",
            "remove it: each provider counts its own",
        )
    shape, node = check(ZoneShape, node, report, "a zone file")
    if shape is None:
        return None
    chosen = providers if shape.providers is None else shape.providers
    _check_providers(node, chosen, report, known)
    return Settings(identity, chosen, ttl if shape.ttl is None else shape.ttl, shape, node)


def _check_providers(node: Mapping, chosen: tuple[str, ...], report: Report, known: tuple[str, ...]) -> None:
    if not chosen:
        place = locate(node, ("providers",))[0].place
        report.error(
            place, "no-providers", "the zone has no provider", "write `providers: [NAME]`, here or in `defaults`"
        )
    for index, provider in enumerate(chosen):
        place = locate(node, ("providers", index))[0].place
        if provider in chosen[:index]:
            report.error(place, "duplicate-value", f"`{shorten(provider)}` is listed twice", "remove one of the two")
        elif known and provider not in known:
            report.error(
                place,
                "unknown-provider",
                f"`{shorten(provider)}` is no provider of the configuration",
                did_you_mean(provider, known),
            )


def nameservers(settings: Settings, report: Report) -> Nameservers:
    """Return what ``nameservers:`` says of the apex NS RRset."""
    said = settings.shape.nameservers
    match said:
        case None:
            return Nameservers()
        case str():
            return Nameservers(mode=said, said=True)
        case AutomaticNameservers():
            for provider in said.auto:
                if provider not in settings.providers:
                    place = locate(settings.node, ("nameservers", "auto", provider))[1]
                    advice = did_you_mean(provider, settings.providers)
                    report.error(
                        place, "unknown-provider", f"`{shorten(provider)}` is no provider of this zone", advice
                    )
            return Nameservers(mode="auto", auto=said.auto, ttl=said.ttl, said=True)
        case ListedNameservers():
            hosts, ttl, path = said.hosts, said.ttl, ["nameservers", "hosts"]
        case _:
            hosts, ttl, path = said, None, ["nameservers"]
    names: dict[str, int] = {}
    for index, host in enumerate(hosts):
        place = locate(settings.node, (*path, index))[0].place
        try:
            name = host_name(host, settings.id.name, place)
        except ValueProblem as problem:
            report.error(place, problem.rule, str(problem), problem.help, name=settings.id.name, type="NS")
            continue
        if name in names:
            report.warning(place, "duplicate-value", f"`{name}` is listed twice", "remove one of the two", type="NS")
        names.setdefault(name, place)
    return Nameservers(mode="list", hosts=tuple(sorted(names)), ttl=ttl, said=True)


def soa(settings: Settings, report: Report) -> dict[str, str | int]:
    """Return the SOA fields to manage, names canonical and times in seconds."""
    shape = settings.shape.soa
    fields: dict[str, str | int] = shape.model_dump(exclude_none=True) if shape else {}
    for key in ("mname", "rname"):
        if key in fields:
            place = locate(settings.node, ("soa", key))[0].place
            text = str(fields[key])
            try:
                _refuse_mailbox(text)
                fields[key] = host_name(text, settings.id.name, place)
            except ValueProblem as problem:
                report.error(place, problem.rule, str(problem), problem.help, name=settings.id.name, type="SOA")
    return fields


def _refuse_mailbox(text: str) -> None:
    local, at, domain = text.partition("@")
    if local and at and domain:
        name = "{}.{}.".format(local.replace(".", "\\."), domain.rstrip("."))
        raise ValueProblem(
            "bad-name", f"`{shorten(text)}` is a mailbox, not a name", f"write `{name}` (RFC 1035 section 3.3.13)"
        )


def networks(settings: Settings, report: Report) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[int, ...]]]:
    """Return what ``networks:`` says by provider, each text once, and the places of those texts."""
    said: dict[str, tuple[str, ...]] = {}
    places: dict[str, tuple[int, ...]] = {}
    for provider, texts in settings.shape.networks.items():
        if provider not in settings.providers:
            place = locate(settings.node, ("networks", provider))[1]
            advice = did_you_mean(provider, settings.providers)
            report.error(place, "unknown-provider", f"`{shorten(provider)}` is no provider of this zone", advice)
        first: dict[str, int] = {}
        for index, text in enumerate(texts):
            place = locate(settings.node, ("networks", provider, index))[0].place
            if text in first:
                report.warning(place, "duplicate-value", f"`{shorten(text)}` is listed twice", "remove one of the two")
            first.setdefault(text, place)
        said[provider] = tuple(first)
        places[provider] = tuple(first.values()) or (locate(settings.node, ("networks", provider))[0].place,)
    return said, places


def ignore_rules(settings: Settings, report: Report) -> tuple[Ignore, ...]:
    """Return the rules for RRsets that are neither changed nor reported."""
    zone, node = settings.id.name, settings.node
    return tuple(_ignore(rule, zone, node, report, index) for index, rule in enumerate(settings.shape.ignore))


def _ignore(rule: IgnoreShape, zone: str, node: Mapping, report: Report, index: int) -> Ignore:
    types = [word.strip() for text in rule.type for word in text.split(",")]
    whole = locate(node, ("ignore", index))[0]
    if bool(rule.owner) == bool(rule.name or types):
        message = "`owner` stands beside `name` or `type`" if rule.owner else "an ignore rule says what to ignore"
        report.error(whole.place, "bad-value", message, "write `{name: GLOB, type: TYPE}`, or `{owner: external-dns}`")
    known = []
    for spelled in types:
        try:
            known.append(type_of(spelled))
        except ValueProblem as problem:
            report.error(locate(whole, ("type",))[0].place, problem.rule, str(problem), problem.help)
    name = _ignored_name(rule.name, zone, locate(whole, ("name",))[0].place, report) if rule.name else ""
    return Ignore(name=name, type=",".join(known), owner=rule.owner or "")


def _ignored_name(text: str, zone: str, place: int, report: Report) -> str:
    try:
        name = ignored_name(text, zone)
    except ValueProblem as problem:
        report.error(place, problem.rule, str(problem), problem.help)
        return text
    meant = repeats_zone(name, zone)
    if meant:
        report.warning(
            place,
            "ignore-without-effect",
            f"`{shorten(name)}` matches no names but those like `{shorten(name)}.{zone}`",
            f"names are relative to the zone: write `{shorten(meant)}`",
        )
    return name


def allowances(settings: Settings) -> tuple[Allow, ...]:
    """Return the findings that the file accepts."""
    return tuple(Allow(rule.rule, rule.reason, rule.until) for rule in settings.shape.allow)
