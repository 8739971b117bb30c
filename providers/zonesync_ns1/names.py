"""Names as NS1 writes them: without the final dot, in URLs and in bodies."""

from urllib.parse import quote

from zonesync.model.names import NameSyntaxError, absolute, join


def bare(name: str) -> str:
    """Return a canonical *name* without its final dot."""
    return name.removesuffix(".")


def canonical(domain: str) -> str:
    """Return the canonical name of what NS1 calls a domain or zone. Raises :class:`NameSyntaxError`."""
    return absolute(dotted(domain))


def readable(domain: str) -> str:
    """Return the canonical name of *domain*; where it is none, its characters as labels, so that it can be shown."""
    try:
        return canonical(domain)
    except NameSyntaxError:
        return join([label.encode(errors="replace") for label in domain.split(".") if label])


def dotted(host: str) -> str:
    """Return *host* with its final dot, which NS1 leaves out of some answers; nothing at all is the root."""
    return host if host.endswith(".") else f"{host}."


def path(*parts: str) -> str:
    """Return the path of a resource below the API's version; each part may hold any character."""
    return "/".join(quote(part, safe="*") for part in parts)
