"""Names as NS1 takes them: without the trailing dot, compared without case."""

import dns.exception
import dns.name

from tests.fakes.ns1_refusals import bad


def checked(name: str, what: str) -> str:
    """Return *name* in lower case; refuse one with a trailing dot or that is no domain name."""
    if name.endswith("."):
        raise bad(f"invalid {what} name {name!r}: trailing dot")
    try:
        ok = name.isascii() and not any(char.isspace() for char in name) and bool(dns.name.from_text(name, None))
    except (dns.exception.DNSException, UnicodeError):
        ok = False
    if not ok:
        raise bad(f"invalid {what} name {name!r}")
    return name.lower()


def inside(domain: str, fqdn: str) -> bool:
    """Tell whether *domain* is *fqdn* or below it; both in lower case."""
    return domain == fqdn or domain.endswith(f".{fqdn}")
