"""Thirty and more ways in which a zone is not served as its file says, each made and taken back."""

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from tests.lab.laboratory import PROVIDERS, Lab
from tests.support.dns_servers import Behaviour, dns_server

MORE = (
    '  "@": {MX: [10 mail, 20 backup], TXT: "v=spf1 -all", CAA: 0 issue "ca.example"}',
    "  www: {CNAME: host1}",
    '  mail: {AAAA: "2001:db8::25"}',
    "  deep.host1: {A: 198.51.100.99}",
    f"  long: {{TXT: {'x' * 300}}}",
    "  sub: {NS: [ns.sub.child.lab., ns.elsewhere.example.]}",
    "  ns.sub: {A: 198.51.100.53}",
    "  _sip._tcp: {SRV: 0 5 5060 mail}",
    "  old: {DNAME: new.example.}",
)
"""Lines of the zone file besides the addresses: one of each kind that is asked for in its own way."""
Maker = Callable[[Lab], AbstractContextManager[None]]
_serial = re.compile(r"(\d+)(\s+; serial)").sub


@dataclass(frozen=True, slots=True)
class Fault:
    """How it is made, and what must be found: rules with the provider they are about, which may be nobody."""

    made: Maker
    found: frozenset[tuple[str, str]]
    code: int = 2
    """What verify ends with: 1 where something could not be asked at all."""
    is_slow: bool = False
    """Whether seconds go by before anybody knows."""

    @property
    def places(self) -> frozenset[str]:
        """Where it is found: providers, and the parent as the empty text."""
        return frozenset(provider for _, provider in self.found)


def edited(provider: str, old: str, new: str) -> Maker:
    """Let *provider* serve *new* in place of each match of the pattern *old* in its zone file."""

    @contextmanager
    def made(lab: Lab) -> Iterator[None]:
        text = lab.providers[provider].file.read_text()
        changed, count = re.subn(old, new, text, flags=re.MULTILINE)
        assert count, f"nothing matches {old}"
        lab.serve(provider, _next(changed))
        try:
            yield
        finally:
            lab.serve(provider, text)

    return made


def _next(text: str) -> str:
    return _serial(lambda found: f"{int(found[1]) + 1}{found[2]}", text)


def dead(provider: str, *, silent: bool) -> Maker:
    """Kill *provider*."""

    @contextmanager
    def made(lab: Lab) -> Iterator[None]:
        lab.kill(provider, silent=silent, api=False)
        try:
            yield
        finally:
            lab.start(provider)

    return made


def unloaded(provider: str, text: str | None) -> Maker:
    """Start *provider* again with *text* as its zone file, which it does not load, or with none."""

    @contextmanager
    def made(lab: Lab) -> Iterator[None]:
        one = lab.providers[provider]
        right = one.file.read_text()
        away = one.file.with_suffix(".away")
        one.machine.stop()
        # The server reads its file once, when it starts; zonesync is shown the right one afterwards.
        one.file.rename(away)
        if text is not None:
            one.file.write_text(text)
        one.machine.start()
        one.file.write_text(right)
        try:
            yield
        finally:
            away.rename(one.file)
            one.machine.stop()
            one.machine.start()

    return made


def impostor(provider: str, *behaviours: Behaviour) -> Maker:
    """Let a server that behaves badly stand in for *provider*, with its zone."""

    @contextmanager
    def made(lab: Lab) -> Iterator[None]:
        one = lab.providers[provider]
        text = one.file.read_text()
        one.machine.kill(silent=False)
        try:
            with contextlib.ExitStack() as stack:
                for address in one.machine.addresses:
                    stack.enter_context(dns_server(address, text, *behaviours))
                yield
        finally:
            one.machine.start()

    return made


def delegated(
    change: Callable[[Sequence[str]], Sequence[str]], extra: Sequence[str] = (), without: Sequence[str] = ()
) -> Maker:
    """Let the parent delegate to what *change* makes of the right hosts."""

    @contextmanager
    def made(lab: Lab) -> Iterator[None]:
        right = lab.parent.delegated
        lab.parent.delegate(change(right), extra=extra, without=without)
        try:
            yield
        finally:
            lab.parent.delegate(right)

    return made


@contextmanager
def parent_dead(lab: Lab) -> Iterator[None]:
    """Kill the parent's server: nobody learns the delegation, nor the name servers' addresses."""
    lab.parent.machine.kill()
    try:
        yield
    finally:
        lab.parent.machine.start()


@contextmanager
def nothing(_: Lab) -> Iterator[None]:
    """Change nothing."""
    yield


def _all(hosts: Sequence[str]) -> Sequence[str]:
    return hosts


def _at(provider: str, *rules: str) -> frozenset[tuple[str, str]]:
    return frozenset((rule, provider) for rule in rules)


_DS = "child.lab. 1 IN DS 12345 13 2 " + "ab" * 32
_EVERY = frozenset(PROVIDERS)

FAULTS: dict[str, Fault] = {
    "an address is another": Fault(edited("nsd", r"100\.7$", "100.77"), _at("nsd", "served-differs")),
    "a value too many": Fault(
        edited("knot", r"^(host3 .*)100\.3$", r"\g<0>\n\g<1>100.33"), _at("knot", "served-differs")
    ),
    "a value too few": Fault(edited("pdns", r"^.*MX    20 .*\n", ""), _at("pdns", "served-differs")),
    "an MX preference is another": Fault(edited("named", r"MX    20", "MX    30"), _at("named", "served-differs")),
    "a text has other letters": Fault(edited("nsd", r"v=spf1 -all", "v=spf1 -ALL"), _at("nsd", "served-differs")),
    "an alias leads elsewhere": Fault(edited("knot", r"CNAME host1\.", "CNAME host2."), _at("knot", "served-differs")),
    "a DNAME leads elsewhere": Fault(edited("nsd", r"new\.example", "newer.example"), _at("nsd", "served-differs")),
    "the wildcard gives another address": Fault(
        edited("pdns", r"203\.0\.113\.1$", "203.0.113.9"), _at("pdns", "served-differs")
    ),
    "the wildcard is not there": Fault(edited("named", r"^\* .*\n", ""), _at("named", "served-nxdomain")),
    "an RRset is not there": Fault(edited("knot", r"^@ .*CAA.*\n", ""), _at("knot", "served-missing")),
    "a name is not there": Fault(edited("nsd", r"^deep.*\n", ""), _at("nsd", "served-nxdomain")),
    "a TTL is another": Fault(edited("pdns", r"^long      ", "long 300"), _at("pdns", "served-ttl-differs")),
    "the SOA has another minimum": Fault(edited("nsd", r"1(\s+; minimum)", r"5\1"), _at("nsd", "served-differs")),
    "a delegation has another server": Fault(
        edited("knot", r"ns\.elsewhere", "ns.nowhere"), _at("knot", "served-differs")
    ),
    "glue is another": Fault(edited("named", r"198\.51\.100\.53", "198.51.100.54"), _at("named", "served-differs")),
    "the apex NS set lacks a server": Fault(
        edited("nsd", r"^@ .*NS    ns2\.pdns.*\n", ""), _at("nsd", "apex-ns-differs")
    ),
    "the apex NS set has a server of nobody's": Fault(
        edited("named", r"^(@ .*NS    )ns2\.pdns.*\n", r"\g<0>\1ns1.gone.lab.\n"), _at("named", "apex-ns-differs")
    ),
    "a host is down": Fault(dead("nsd", silent=True), _at("nsd", "server-silent"), is_slow=True),
    "a host is up, its server is not": Fault(dead("knot", silent=False), _at("knot", "server-closed")),
    "the zone is not there": Fault(unloaded("pdns", None), _at("pdns", "server-fails")),
    "the server knows nothing of the zone": Fault(impostor("knot", Behaviour.REFUSES), _at("knot", "lame")),
    "the zone cannot be loaded": Fault(unloaded("named", "no zone\n"), _at("named", "server-fails")),
    "the parent lacks a server": Fault(delegated(lambda hosts: hosts[1:]), _at("", "delegation-missing")),
    "the parent has a server too many": Fault(
        delegated(lambda hosts: (*hosts, "ns.lab.")), _at("", "delegation-extra", "lame")
    ),
    "the parent has a server without address": Fault(
        delegated(lambda hosts: (*hosts, "ns1.gone.lab.")), _at("", "delegation-extra", "ns-unresolvable")
    ),
    "the parent delegates nothing": Fault(delegated(lambda _: ()), _at("", "not-delegated")),
    "a name server's name is an alias": Fault(
        delegated(_all, ["ns1.nsd.lab. 60 IN CNAME ns2.nsd.lab."], ["ns1.nsd.lab."]), _at("nsd", "ns-is-cname")
    ),
    "a name server's name is not there": Fault(
        delegated(_all, without=["ns1.nsd.lab."]), _at("nsd", "ns-unresolvable")
    ),
    "name servers' names go round in a circle": Fault(
        delegated(
            _all,
            [
                "ns1.nsd.lab. 60 IN NS a.round.lab.",
                "round.lab. 60 IN NS b.circle.lab.",
                "circle.lab. 60 IN NS a.round.lab.",
            ],
            ["ns1.nsd.lab."],
        ),
        _at("nsd", "ns-loop"),
    ),
    "a DS, and nobody signs": Fault(
        delegated(_all, [_DS]), frozenset(("unsigned-provider", provider) for provider in _EVERY)
    ),
    "the parent is down": Fault(
        parent_dead,
        _at("", "parent-unreachable") | {("ns-unresolvable", provider) for provider in _EVERY},
        code=1,
        is_slow=True,
    ),
    "no TCP": Fault(impostor("nsd", Behaviour.REFUSES_TCP), _at("nsd", "no-tcp")),
    "truncated over TCP": Fault(impostor("knot", Behaviour.TRUNCATES_ALWAYS), _at("knot", "truncates-always")),
    "every second packet is lost": Fault(
        impostor("named", Behaviour.DROPS_HALF), _at("named", "drops-packets"), is_slow=True
    ),
    "wrong id": Fault(impostor("nsd", Behaviour.WRONG_ID), _at("nsd", "wrong-id"), is_slow=True),
    "a forged answer before the right one": Fault(impostor("pdns", Behaviour.WRONG_ID_FIRST), _at("pdns", "wrong-id")),
    "another port answers": Fault(impostor("knot", Behaviour.WRONG_PORT), _at("knot", "wrong-source"), is_slow=True),
    "another question is answered": Fault(
        impostor("pdns", Behaviour.WRONG_QUESTION), _at("pdns", "wrong-question"), is_slow=True
    ),
    "garbage": Fault(impostor("named", Behaviour.GARBAGE), _at("named", "malformed"), is_slow=True),
    "no two answers are the same": Fault(impostor("pdns", Behaviour.VARIES), _at("pdns", "answers-vary")),
    "no EDNS": Fault(impostor("named", Behaviour.FORMERR_TO_EDNS), _at("named", "no-edns")),
    "not authoritative": Fault(impostor("nsd", Behaviour.NOT_AUTHORITATIVE), _at("nsd", "lame")),
    "TCP is cut": Fault(impostor("knot", Behaviour.CUTS_TCP), _at("knot", "no-tcp")),
}
CLEAN: dict[str, Maker] = {
    "the laboratory as it is": nothing,
    "a fake that behaves": impostor("nsd"),
    "connections that end after each answer": impostor("nsd", Behaviour.CLOSES_TCP),
}


def packed(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return *names* of faults by what can be wrong at once, and is told apart all the same: each at its own place."""
    packs: list[tuple[frozenset[str], tuple[str, ...]]] = []
    for name in names:
        places = FAULTS[name].places
        for number, (taken, pack) in enumerate(packs):
            if not taken & places:
                packs[number] = (taken | places, (*pack, name))
                break
        else:
            packs.append((places, (name,)))
    return [pack for _, pack in packs]
