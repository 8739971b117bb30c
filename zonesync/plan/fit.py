"""What a provider cannot hold is found when planning, not when applying."""

from collections.abc import Callable, Iterator, Mapping

from zonesync.findings import Finding, Severity
from zonesync.model import rdata
from zonesync.model.rrset import Key, RRset
from zonesync.model.ttl import MAX_TTL
from zonesync.model.zone import DesiredZone
from zonesync.provider.contract import AliasSupport, Capabilities

Refusal = Callable[[RRset], str]


def check(
    zone: DesiredZone,
    provider: str,
    capabilities: Capabilities,
    rrsets: Mapping[Key, RRset],
    refusal: Refusal | None = None,
    *,
    beside: int = 0,
) -> Iterator[Finding]:
    """Yield a finding for each desired RRset that *provider* cannot hold as written.

    *refusal* says why for reasons of the provider's own. *beside* counts the RRsets that are there besides: the
    apex NS and SOA, and what is left alone.
    """
    suspects = _suspects(capabilities, rrsets) if refusal is None else rrsets.values()
    for rrset in suspects:
        for rule, severity, message, hint in _problems(zone, provider, capabilities, rrset, refusal):
            yield Finding(
                rule,
                severity,
                message,
                help=hint,
                zone=str(zone.id),
                provider=provider,
                name=rrset.name,
                type=rrset.type,
            )
    count = len(rrsets) + beside
    if capabilities.max_rrsets is not None and count > capabilities.max_rrsets:
        yield Finding(
            "too-many-rrsets",
            Severity.ERROR,
            f"{count} RRsets are more than the {capabilities.max_rrsets} that `{provider}` holds in a zone",
            help="ask the provider to raise the limit, or delegate a part of the zone",
            zone=str(zone.id),
            provider=provider,
        )
    unsupported = set(zone.soa) - capabilities.soa_fields - ({"ttl"} if capabilities.soa_ttl else set())
    if unsupported:
        yield Finding(
            "soa-field-not-editable",
            Severity.ERROR,
            f"`{provider}` cannot set the SOA's {', '.join(sorted(unsupported))}",
            help="take it out of `soa:`; what is not named there is left as the provider has it",
            zone=str(zone.id),
            provider=provider,
            name=zone.apex,
            type="SOA",
        )


def _suspects(capabilities: Capabilities, rrsets: Mapping[Key, RRset]) -> Iterator[RRset]:
    """Narrow a large zone down to what needs a look: a provider without limits is looked at by type alone."""
    plain = (
        capabilities.min_ttl == 0
        and capabilities.max_ttl == MAX_TTL
        and capabilities.max_values is None
        and capabilities.max_txt is None
        and capabilities.min_txt == 0
        and capabilities.txt_octets
    )
    if not plain:
        yield from rrsets.values()
        return
    held = capabilities.types
    for rrset in rrsets.values():
        rtype = rrset.type
        if (
            rrset.ttl is None
            or rtype == "ALIAS"
            or (held is not None and rtype not in held)
            or (not capabilities.keeps_txt_boundaries and rtype in {"TXT", "SPF"})
        ):
            yield rrset


Problem = tuple[str, Severity, str, str]


def _problems(
    zone: DesiredZone, provider: str, capabilities: Capabilities, rrset: RRset, refusal: Refusal | None
) -> Iterator[Problem]:
    by_provider = f"write `by_provider: {{{provider}: …, default: …}}`, or `except: [{provider}]`"
    is_refused = False
    for problem in _limits(zone, provider, capabilities, rrset, by_provider):
        is_refused |= problem[1] is Severity.ERROR
        yield problem
    words = refusal(rrset) if refusal is not None and not is_refused else ""
    if words:
        message = f"`{provider}` cannot hold `{rrset.name} {rrset.type}`: {words}"
        yield "value-unsupported", Severity.ERROR, message, by_provider


def _limits(
    zone: DesiredZone, provider: str, capabilities: Capabilities, rrset: RRset, by_provider: str
) -> Iterator[Problem]:
    name, rtype = rrset.name, rrset.type
    if rrset.ttl is None:
        if not capabilities.provider_alias:
            yield (
                "alias-unsupported",
                Severity.ERROR,
                f"`{provider}` has no alias of its own for `{name} {rtype}`",
                by_provider,
            )
        return
    if rtype == "ALIAS":
        message = _no_alias(zone, provider, capabilities.alias, rrset)
        if message:
            yield "alias-unsupported", Severity.ERROR, message, by_provider
    elif capabilities.types is not None and rtype not in capabilities.types:
        yield "type-unsupported", Severity.ERROR, f"`{provider}` cannot hold {rtype}: `{name} {rtype}`", by_provider
    if not capabilities.min_ttl <= rrset.ttl <= capabilities.max_ttl:
        limits = f"{capabilities.min_ttl} to {capabilities.max_ttl}"
        yield (
            "ttl-unsupported",
            Severity.ERROR,
            f"`{provider}` takes TTLs of {limits} seconds, `{name} {rtype}` has {rrset.ttl}",
            "change the TTL, or " + by_provider,
        )
    if capabilities.max_values is not None and len(rrset.rdatas) > capabilities.max_values:
        yield (
            "too-many-values",
            Severity.ERROR,
            f"`{name} {rtype}` has {len(rrset.rdatas)} values, `{provider}` holds {capabilities.max_values}",
            by_provider,
        )
    if rtype in {"TXT", "SPF"}:
        yield from _text_problems(provider, capabilities, rrset, by_provider)


def _no_alias(zone: DesiredZone, provider: str, support: AliasSupport, rrset: RRset) -> str:
    """Say why *provider* cannot hold the neutral ALIAS *rrset*; empty where it can."""
    if support is AliasSupport.NOWHERE:
        return f"`{provider}` cannot answer `{rrset.name} ALIAS`"
    if support is AliasSupport.TRANSLATED:
        target = f"its target `{rrset.rdatas[0]}` is neither in the zone nor a known name of the provider"
        return f"`{provider}` cannot answer `{rrset.name} ALIAS`: {target}"
    if support is AliasSupport.APEX and rrset.name != zone.apex:
        return f"`{provider}` takes ALIAS at the apex alone"
    return ""


def _text_problems(provider: str, capabilities: Capabilities, rrset: RRset, by_provider: str) -> Iterator[Problem]:
    for text in rrset.rdatas:
        data = b"".join(rdata.txt_strings(text))
        if capabilities.max_txt is not None and len(data) > capabilities.max_txt:
            yield (
                "txt-too-long",
                Severity.ERROR,
                f"a text of `{rrset.name}` has {len(data)} octets, `{provider}` holds {capabilities.max_txt}",
                by_provider,
            )
        if len(data) < capabilities.min_txt:
            yield (
                "txt-too-short",
                Severity.ERROR,
                f"a text of `{rrset.name}` has {len(data)} octets, `{provider}` takes at least {capabilities.min_txt}",
                by_provider,
            )
        if not capabilities.txt_octets and not _is_utf8(data):
            yield (
                "txt-not-utf8",
                Severity.ERROR,
                f"a text of `{rrset.name}` is no UTF-8, and `{provider}` holds nothing else",
                by_provider,
            )
        if not capabilities.keeps_txt_boundaries and text != rdata.txt_text(data):
            yield (
                "txt-boundaries-lost",
                Severity.WARNING,
                f"`{provider}` does not keep the string boundaries of `{rrset.name} {rrset.type}`",
                "write the text as one, unless a reader of it counts the strings (RFC 6763 section 6.1)",
            )


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
