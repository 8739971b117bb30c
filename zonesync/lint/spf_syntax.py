"""The grammar of an SPF record (RFC 7208 section 12), and what its terms say."""

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from typing import NamedTuple

from zonesync.model.names import NameSyntaxError, absolute

_VERSION = "v=spf1"
_MACRO = r"%(?:\{[slodiphv](?:[1-9][0-9]*)?r?[-.+,/_=]*\}|[%_-])"
_LITERAL = r"[!-$&-~]"
_macro_string = re.compile(rf"(?:{_MACRO}|{_LITERAL})*", re.IGNORECASE).fullmatch
_domain_spec = re.compile(
    rf"(?:{_MACRO}|{_LITERAL})*(?:\.([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.?|{_MACRO})", re.IGNORECASE
).fullmatch
_modifier = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=(.*)", re.DOTALL).fullmatch
_directive = re.compile(r"([+?~-]?)([A-Za-z0-9_.-]*)(.*)", re.DOTALL).fullmatch
_cidr = re.compile(r"(?:/([0-9]+))?(?://([0-9]+))?$")
_quad = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}").fullmatch
MECHANISMS = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")
LOOKUPS = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
"""Terms that cost a DNS lookup (RFC 7208 section 4.6.4)."""


class Term(NamedTuple):
    """One mechanism or modifier."""

    name: str
    """In lower case."""
    qualifier: str
    """``+``, ``-``, ``~``, ``?``; empty for a modifier."""
    domain: str
    """The domain-spec as written; empty when left out."""
    text: str
    target: str | None = None
    """The canonical name that the domain-spec says; None with a macro, or when it is left out."""


class SpfRecord(NamedTuple):
    """The terms of a record in order, and what is wrong with it: a receiver ends in PermError for any fault."""

    terms: tuple[Term, ...]
    faults: tuple[str, ...]
    followed: tuple[Term, ...]
    """The terms that lead to another record: ``include``, and ``redirect`` where there is no ``all``."""
    lookups: int
    """How many DNS lookups its own terms cost (RFC 7208 section 4.6.4)."""

    def first(self, name: str) -> Term | None:
        """Return the first term *name*."""
        return next((term for term in self.terms if term.name == name), None)


def is_spf(text: str) -> bool:
    """Tell whether a TXT text is an SPF record: the version, then a space or the end (RFC 7208 section 4.5)."""
    return text[:6].lower() == _VERSION and text[6:7] in ("", " ")


@lru_cache(maxsize=4096)
def parse_spf(text: str) -> SpfRecord:
    """Read *text*, for which :func:`is_spf` holds."""
    terms: list[Term] = []
    faults: list[str] = []
    for word in text[len(_VERSION) :].split(" "):
        if not word:
            continue
        term, fault = _term(word)
        if fault:
            faults.append(fault)
        elif term.name in ("redirect", "exp") and any(other.name == term.name for other in terms):
            faults.append(f"`{term.name}=` comes twice")
        terms.append(term)
    names = [term.name for term in terms]
    reached = terms[: names.index("all")] if "all" in names else terms
    followed = [term for term in reached if term.name == "include"]
    if "all" not in names:
        followed += [term for term in terms if term.name == "redirect"][:1]
    lookups = sum(name in LOOKUPS and (name != "redirect" or "all" not in names) for name in names)
    return SpfRecord(tuple(terms), tuple(faults), tuple(followed), lookups)


def _term(word: str) -> tuple[Term, str]:
    shown = word[:60].encode("ascii", "backslashreplace").decode()
    if found := _modifier(word):
        name, value = found[1].lower(), found[2]
        term = _at(Term(name, "", "", word), value)
        if name in ("redirect", "exp"):
            return term, _domain_fault(value, shown)
        return term, "" if _macro_string(value) else f"`{shown}` has a character or macro that SPF does not know"
    found = _directive(word)
    assert found
    qualifier, name, rest = found[1] or "+", found[2].lower(), found[3]
    term = Term(name, qualifier, "", word)
    if name not in MECHANISMS:
        return term, f"`{shown}` is no SPF mechanism"
    if name in ("ip4", "ip6"):
        return term, _network_fault(name, rest, shown)
    if name in ("a", "mx"):
        cidr = _cidr.search(rest)
        assert cidr
        if fault := _length_fault(cidr[1], 32, shown) or _length_fault(cidr[2], 128, shown):
            return term, fault
        rest = rest[: cidr.start()]
    if not rest:
        needed = name in ("include", "exists")
        return term, f"`{shown}` names no domain: write `{name}:DOMAIN`" if needed else ""
    if name == "all" or not rest.startswith(":"):
        return term, f"`{shown}` has a part that `{name}` does not take"
    return _at(term, rest[1:]), _domain_fault(rest[1:], shown)


def _at(term: Term, domain: str) -> Term:
    target = None
    if domain and "%" not in domain:
        try:
            target = absolute(f"{domain.removesuffix('.')}.")
        except NameSyntaxError:
            target = None
    return term._replace(domain=domain, target=target)


def _domain_fault(domain: str, shown: str) -> str:
    if not domain:
        return f"`{shown}` names no domain"
    found = _domain_spec(domain)
    if not found:
        return f"`{shown}` has no valid domain: a name with a dot, or a macro"
    if found[1] and found[1].isdecimal():
        return f"`{shown}` names a domain whose last label is a number"
    if "%" not in domain and (".." in domain or domain.startswith(".")):
        return f"`{shown}` has an empty label"
    if "%" not in domain and any(len(label) > 63 for label in domain.split(".")):
        return f"`{shown}` has a label over 63 characters"
    return ""


def _network_fault(name: str, rest: str, shown: str) -> str:
    address, slash, length = rest[1:].partition("/")
    if not rest.startswith(":") or not address:
        return f"`{shown}` gives no address: write `{name}:ADDRESS`"
    valid = _quad(address) if name == "ip4" else _is_ip6(address)
    if not valid:
        return f"`{shown}` has no valid IPv{name[2]} address"
    if slash and not length:
        return f"`{shown}` has no prefix length after `/`"
    return _length_fault(length or None, 32 if name == "ip4" else 128, shown)


def _is_ip6(text: str) -> bool:
    if "%" in text:
        return False
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


def _length_fault(text: str | None, most: int, shown: str) -> str:
    if text is None:
        return ""
    if not text.isdecimal() or (text[0] == "0" and text != "0") or len(text) > 3 or int(text) > most:
        return f"`{shown}` has a prefix length that is no number up to {most}"
    return ""
