"""Whether the apex NS set of a zone makes sense, and whether the zone's providers can hold it.

Who asks for a zone follows the NS sets that the parent and the zone's own servers give (RFC 1034 section 4.2.2). A
provider that serves another set than the others, or is in nobody's set, is paid for and never asked.
"""

from collections.abc import Collection, Iterator, Sequence

from zonesync.findings import Finding
from zonesync.model.change import Computed
from zonesync.model.names import is_within
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone
from zonesync.plan import apex_levels, apex_members, apex_set
from zonesync.plan.apex_findings import found
from zonesync.plan.facts import Facts

ACCEPTABLE = frozenset({"foreign-nameserver", "nameservers-differ", "nameservers-leave-provider-out"})
"""Errors that a zone file may accept with ``allow:``: vanity names, a hidden primary, a zone on its way."""
ACCEPTABLE_UNMANAGED = frozenset({"apex-ns-not-editable"})
"""Errors that it may accept besides where its set is ``unmanaged``: then nothing that cannot be done is asked for."""

_CHOICES = "write `nameservers: auto` (two of each provider), a list of hosts, or `unmanaged`"


def acceptable(zone: DesiredZone) -> frozenset[str]:
    """Return the rules of errors that the ``allow:`` of *zone*'s file accepts."""
    servers = zone.nameservers
    return ACCEPTABLE | ACCEPTABLE_UNMANAGED if servers.said and servers.mode == "unmanaged" else ACCEPTABLE


def check(
    zone: DesiredZone, facts: Sequence[Facts], want: RRset | Computed | None, *, was_read: bool = True
) -> Iterator[Finding]:
    """Yield what stands against *want* as the set of *zone*; *facts* are all its providers.

    What is out of rotation need not hold the set, and need not be in it. Without *was_read*, nobody has been asked:
    only what is certain whatever the answers are is found.
    """
    yield from check_said(zone)
    yield from apex_levels.check(zone, facts, want, was_read=was_read)
    yield from apex_members.check(zone, facts, want, was_read=was_read)


def check_offline(zone: DesiredZone, facts: Sequence[Facts]) -> Iterator[Finding]:
    """Yield what :func:`check` would find, as far as it is known before any provider was asked."""
    yield from check(zone, facts, apex_set.wanted(zone, facts), was_read=False)


def check_said(zone: DesiredZone) -> Iterator[Finding]:
    """Yield an error where several providers share a zone and its file does not say which name servers it has."""
    if len(zone.providers) > 1 and not zone.nameservers.said:
        yield found(
            zone,
            "nameservers-unsaid",
            "",
            f"the zone is at {len(zone.providers)} providers ({', '.join(zone.providers)}), and its file does not say "
            "which name servers its apex NS RRset holds",
            _CHOICES,
        )


def check_addresses(
    zone: DesiredZone, provider: str, hosts: Sequence[str], there: Collection[Key]
) -> Iterator[Finding]:
    """Yield an error for each of *hosts* within the zone that has no address *there*: no server loads such a zone."""
    for host in hosts:
        if is_within(host, zone.apex) and Key(host, "A") not in there and Key(host, "AAAA") not in there:
            yield found(
                zone,
                "ns-without-address",
                provider,
                f"the name server `{host}` is within the zone, and has no A or AAAA there (RFC 1912 section 2.3)",
                f"add its address under `records:`, or change the name servers of `{provider}`",
            )
