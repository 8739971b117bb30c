"""Faults of name servers as findings: one for each server and rule, with numbers, examples and what to do next."""

from collections.abc import Iterator, Mapping, Sequence

from zonesync.findings import Finding, Severity
from zonesync.model.names import relative
from zonesync.run.asking.found import NO_IPV6, Found
from zonesync.run.asking.judging import CONTENT
from zonesync.run.asking.messages import Server, Transport
from zonesync.run.asking.report import Example, Fault, ServerReport

_LONG = 100
_WARNINGS = frozenset({"served-ttl-differs", "no-edns"})
"""Rules that never keep a resolver from the right answer."""

_WORDS: Mapping[str, str] = {
    "served-differs": "serves {sets} otherwise than desired",
    "served-missing": "does not serve {sets}",
    "served-nxdomain": "denies that the names of {sets} exist",
    "served-ttl-differs": "serves {sets} with another TTL than desired",
    "apex-ns-differs": "serves another apex NS set than the wanted one",
    "answers-vary": "answers differently each time for {sets}",
    "lame": "does not speak for the zone: {words}, for {questions}",
    "server-fails": "fails: {words}, to {questions}",
    "server-silent": "does not answer: {questions} got nothing back in time",
    "server-closed": "is closed: nobody listens there",
    "server-unreachable": "cannot be reached from here: {words}",
    "no-tcp": "does not answer over TCP: {questions} got nothing ({words})",
    "truncates-always": "truncates its answers over TCP as well, or takes no TCP for them: {questions}",
    "drops-packets": "drops packets: {questions} had to be asked again",
    "wrong-id": "answers with the wrong message id: {questions}",
    "wrong-source": "answers from another address or port than it was asked at: {questions}",
    "wrong-question": "answers another question than it was asked: {questions}",
    "malformed": "answers with something that is no DNS message: {questions}",
    "no-edns": "does not know EDNS: {questions} had to be asked again without",
}
_HELP: Mapping[str, str] = {
    "served-differs": "`zonesync plan` tells whether the provider holds it; if it does, its servers are behind",
    "served-missing": "`zonesync plan` tells whether the provider holds it; if it does, its servers are behind",
    "served-nxdomain": "`zonesync plan` tells whether the provider holds it; if it does, its servers are behind",
    "served-ttl-differs": "`zonesync plan` tells whether the provider holds that TTL, or changes it by itself",
    "apex-ns-differs": "`zonesync plan` tells what the provider holds; docs/apex-ns.md, who serves a set of its own",
    "answers-vary": "several machines may answer at this address, and not all have the same zone",
    "lame": "the provider may not have the zone, or this server not yet; the delegation must not name it until it has",
    "server-fails": "the server cannot load the zone, or cannot sign it: look into its log, or ask the provider",
    "server-silent": "ask from another network; if it is silent there, too, `zonesync evacuate` takes the provider out",
    "server-closed": "start the server, or let it listen on this address",
    "server-unreachable": "ask from another network, or look at the route",
    "no-tcp": "let port 53 over TCP through (RFC 7766): a resolver needs it for each answer that is truncated",
    "truncates-always": "let port 53 over TCP through, and answers in full there (RFC 7766)",
    "drops-packets": "it may limit the rate: ask slower with --rate; else look for packet loss on the way",
    "wrong-id": "resolvers throw such answers away (RFC 5452): look for what stands between, and rewrites them",
    "wrong-source": "resolvers throw such answers away (RFC 5452): let the server answer from where it is asked",
    "wrong-question": "resolvers throw such answers away (RFC 5452)",
    "malformed": "look for a server that is no DNS server, or for what stands between and damages messages",
    "no-edns": "resolvers ask again without, and lose time (RFC 6891 section 7)",
}


RULES = frozenset(_WORDS)
"""Every rule about a name server."""


def findings(zone: str, apex: str, report: ServerReport) -> Iterator[Finding]:
    """Yield a finding for each fault of one server, the worst kind first as the table of words has them."""
    order = list(_WORDS)
    for fault in sorted(report.faults, key=lambda fault: order.index(fault.rule)):
        words = _WORDS[fault.rule].format(
            sets=_counted(fault, "record set"),
            questions=_counted(fault, "question"),
            words=fault.words or "no reason given",
        )
        over = f" over {fault.transports[0].upper()} alone" if len(fault.transports) == 1 and _is_worth(fault) else ""
        first = fault.examples[0].key if fault.examples and fault.rule in CONTENT else None
        shown = _examples(fault, apex)
        yield Finding(
            fault.rule,
            severity(fault),
            f"`{report.server.name}` ({report.server.address}) {words}{over}{': ' if shown else ''}{shown}",
            help=_HELP[fault.rule],
            zone=zone,
            provider=report.provider,
            name=first.name if first else "",
            type=first.type if first else "",
        )


def severity(fault: Fault) -> Severity:
    """Return an error where a resolver gets a wrong answer or none, else a warning."""
    return Severity.WARNING if fault.rule in _WARNINGS or fault.is_recovered else Severity.ERROR


def unfound(zone: str, provider: str, found: Found) -> Finding:
    """Return the finding of a name server without a usable address: nobody can ask it, or this host cannot."""
    is_ours = found.rule == NO_IPV6
    hint = "nobody can ask it: give the name an address, or take it out of the apex NS set and the delegation"
    return Finding(
        found.rule,
        Severity.WARNING if is_ours else Severity.ERROR,
        f"`{found.name}`: {found.problem}",
        help="verify from a host with IPv6, too: nothing is known of this name server" if is_ours else hint,
        zone=zone,
        provider=provider,
        name=found.name,
    )


def serials(zone: str, provider: str, by_serial: Mapping[int, Sequence[Server]]) -> Finding:
    """Return the note that servers of one provider are at several serials."""
    said = "; ".join(
        f"{number} at {', '.join(f'`{server.name}` ({server.address})' for server in servers)}"
        for number, servers in sorted(by_serial.items())
    )
    return Finding(
        "serial-differs",
        Severity.INFO,
        f"the name servers have several serials: {said}",
        help="a change may be on its way: `zonesync verify --wait` waits for it",
        zone=zone,
        provider=provider,
    )


def _is_worth(fault: Fault) -> bool:
    return fault.rule not in ("no-tcp", "truncates-always", "drops-packets", "wrong-source")


def _counted(fault: Fault, noun: str) -> str:
    return f"{fault.count} of {fault.of} {noun}{'' if fault.of == 1 else 's'}"


def _examples(fault: Fault, apex: str) -> str:
    if fault.rule not in CONTENT and fault.rule != "answers-vary":
        return ""
    shown = "; ".join(_example(one, apex) for one in fault.examples)
    more = fault.count - len(fault.examples)
    return f"{shown}; and {more} more" if more > 0 else shown


def _example(example: Example, apex: str) -> str:
    name = f"`{relative(example.key.name, apex)} {example.key.type}`"
    if example.wanted and example.served:
        return f"{name} {_brief(example.wanted)} -> {_brief(example.served)}"
    if example.wanted:
        return f"{name} {_brief(example.wanted)}" + (f" ({example.words})" if example.words else "")
    return name


def _brief(texts: Sequence[str]) -> str:
    text = ", ".join(texts)
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


def over(transports: Sequence[Transport]) -> str:
    """Spell *transports* for a reader: ``UDP and TCP``."""
    return " and ".join(one.upper() for one in transports)
