"""What is wrong with how a zone is signed at several providers: DS at the parent, DNSKEYs at each (RFC 8901)."""

from collections.abc import Collection, Iterator, Mapping

from zonesync.findings import Finding, Severity
from zonesync.model.names import display

_ZONE_KEY = 0x0100
_REVOKED = 0x0080
_ENTRY_POINT = 0x0001
_DIGESTS = {1: "SHA1", 2: "SHA256", 4: "SHA384"}
"""The DS digest types that validators know (RFC 8624 section 3.3)."""

_MULTI_SIGNER = (
    "set the providers up as several signers (RFC 8901): each publishes the zone-signing keys of all, and the parent "
    "has a DS for a key of each; or take the DS out of the parent and wait its TTL"
)

_Told = tuple[str, Severity, str, str, str]
"""Rule, severity, message, help, provider."""


def check(
    zone: str,
    ds: Collection[bytes] | None,
    keys: Mapping[str, Mapping[str, Collection[bytes]]],
    *,
    identity: str = "",
) -> list[Finding]:
    """Return what keeps validating resolvers from believing every provider of *zone*, a canonical name.

    *ds* are the DS rdatas at the parent in wire form, None where it could not be asked. *keys* are the DNSKEY rdatas
    that each server of each provider answers with: by provider, then by what the server is called; servers that do
    not answer are left out. *identity* is what findings call the zone; without it, its name.

    Rules: ``unsigned-provider``, ``ds-without-key`` (RFC 4035 section 5.2), ``keys-differ`` (RFC 8901 section 2: every
    provider publishes the zone-signing keys of all), ``keys-without-ds`` (INFO).
    """
    asked = {provider: servers for provider, servers in keys.items() if servers}
    signing = {provider: servers for provider, servers in asked.items() if any(servers.values())}
    known = [one for one in ds or () if len(one) > 4 and one[3] in _DIGESTS]
    told: list[_Told] = []
    if known:
        told += _unsigned(zone, asked)
        told += _unmatched(zone, known, signing)
    told += _apart(zone, signing, matters=bool(known))
    if ds is not None and not ds and signing:
        message = f"`{display(zone)}` is signed at {_listed(signing)}, and its parent has no DS: nobody validates it"
        hint = "add the DS where the domain is registered, when every provider of the zone signs"
        told.append(("keys-without-ds", Severity.INFO, message, hint, ""))
    name = identity or (zone if zone == "." else zone[:-1])
    return [
        Finding(rule, severity, message, help=hint, zone=name, provider=provider, name=zone, type="DNSKEY")
        for rule, severity, message, hint, provider in told
    ]


def joining_problem(
    zone: str,
    provider: str,
    *,
    signs: bool | None,
    ds: Collection[bytes] | None,
    signers: Collection[str] = (),
) -> str:
    """Return why *provider*, which does not sign, may not join *zone*, a canonical name; empty where it may.

    *signs* tells whether the provider signs its copy, None where it cannot tell. *ds* are the DS rdatas at the parent,
    None where it could not be asked: then *signers*, the providers known to sign now, decide.

    Without a DS nobody validates, and who signs does not matter. A provider that signs may join, and still must
    publish the other providers' keys: see :func:`check`.
    """
    if signs or (ds is not None and not ds) or (ds is None and not signers):
        return ""
    does = f"`{provider}` does not sign it" if signs is False else f"nothing says that `{provider}` signs it"
    if ds is None:
        why = f"`{display(zone)}` is signed at {_listed(signers)}, and the parent could not be asked for a DS"
    else:
        why = f"`{display(zone)}` is signed: its parent has a DS"
    return (
        f"{why}; {does}. A validating resolver follows the DS and refuses every answer without a valid signature, "
        f"so each look-up that comes to `{provider}` would fail. Let every provider sign, and first set them up as "
        "several signers (RFC 8901 section 2: each publishes the zone-signing keys of all, and the parent has a DS for "
        "a key of each); or have the DS taken out of the parent, and wait until its TTL has passed"
    )


def _unsigned(zone: str, asked: Mapping[str, Mapping[str, Collection[bytes]]]) -> Iterator[_Told]:
    for provider, servers in asked.items():
        bare = sorted(server for server, rdatas in servers.items() if not rdatas)
        if bare:
            message = (
                f"`{display(zone)}` has a DS at its parent, and {', '.join(bare)} of `{provider}` gives no DNSKEY: "
                "every validating resolver refuses what it answers"
            )
            yield "unsigned-provider", Severity.ERROR, message, _MULTI_SIGNER, provider


def _unmatched(
    zone: str, ds: Collection[bytes], signing: Mapping[str, Mapping[str, Collection[bytes]]]
) -> Iterator[_Told]:
    for provider, servers in signing.items():
        bare = sorted(
            server for server, keys in servers.items() if keys and not any(matches(zone, one, ds) for one in keys)
        )
        if bare:
            tags = ", ".join(sorted({str(int.from_bytes(one[:2], "big")) for one in ds}))
            message = (
                f"no DNSKEY of {', '.join(bare)} of `{provider}` matches a DS at the parent (key tags {tags}): every "
                "validating resolver refuses what it answers"
            )
            hint = f"add a DS for a key of `{provider}` where the domain is registered; {_MULTI_SIGNER}"
            yield "ds-without-key", Severity.ERROR, message, hint, provider


def _apart(zone: str, signing: Mapping[str, Mapping[str, Collection[bytes]]], *, matters: bool) -> Iterator[_Told]:
    """Compare the keys within each provider, and between them those that sign the zone's data."""
    for provider, servers in signing.items():
        if len({frozenset(rdatas) for rdatas in servers.values() if rdatas}) > 1:
            message = f"the servers of `{provider}` give different DNSKEYs of `{display(zone)}`"
            hint = "a key rollover may be on its way between them: ask again later"
            yield "keys-differ", Severity.WARNING, message, hint, provider
    everything = {
        provider: frozenset(one for rdatas in servers.values() for one in rdatas)
        for provider, servers in signing.items()
    }
    wanted = frozenset().union(*(signing_keys(rdatas) for rdatas in everything.values()))
    for provider, rdatas in everything.items():
        if missing := wanted - rdatas:
            others = [other for other in everything if signing_keys(everything[other]) & missing]
            message = (
                f"the DNSKEYs of `{display(zone)}` at `{provider}` lack {len(missing)} zone-signing "
                f"{'key' if len(missing) == 1 else 'keys'} of {_listed(others)}: a resolver that has the keys from one "
                "refuses what the other signed"
            )
            yield "keys-differ", Severity.ERROR if matters else Severity.INFO, message, _MULTI_SIGNER, provider


def signing_keys(rdatas: Collection[bytes]) -> frozenset[bytes]:
    """Return those of DNSKEY *rdatas* that sign data: without the SEP flag, or all where each has it (RFC 4034 2.1.1).

    Keys that are revoked (RFC 5011), or none of the zone, do not count.
    """
    usable = frozenset(one for one in rdatas if len(one) > 4 and _flags(one) & _ZONE_KEY and not _flags(one) & _REVOKED)
    return frozenset(one for one in usable if not _flags(one) & _ENTRY_POINT) or usable


def matches(zone: str, key: bytes, ds: Collection[bytes]) -> bool:
    """Tell whether a DNSKEY rdata is the one that any of the *ds* rdatas stands for (RFC 4034 section 5.1.4)."""
    import dns.dnssec  # noqa: PLC0415 -- it brings a cryptography library along, and most zones are not signed
    import dns.exception  # noqa: PLC0415 -- as above
    import dns.name  # noqa: PLC0415 -- as above
    import dns.rdata  # noqa: PLC0415 -- as above

    if not _flags(key) & _ZONE_KEY or _flags(key) & _REVOKED:
        return False
    try:
        parsed = dns.rdata.from_wire("IN", "DNSKEY", key, 0, len(key))
        name = dns.name.from_text(zone)
        return any(
            dns.dnssec.make_ds(name, parsed, _DIGESTS[one[3]], policy=dns.dnssec.allow_all_policy).to_wire() == one
            for one in ds
            if len(one) > 4 and one[3] in _DIGESTS
        )
    except dns.exception.DNSException:
        return False


def _flags(key: bytes) -> int:
    return int.from_bytes(key[:2], "big")


def _listed(providers: Collection[str]) -> str:
    return ", ".join(f"`{provider}`" for provider in sorted(providers))
