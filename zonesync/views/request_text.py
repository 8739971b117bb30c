"""A request to a provider as one line."""

from zonesync.provider.observing import Request
from zonesync.views.plain import clean


def line(request: Request) -> str:
    """Render *request*: ``aws ListResourceRecordSets example.com 200 0.132s 0B>4.2kB``, and what went wrong."""
    words = (
        request.provider or "-",
        request.operation,
        request.target or "-",
        request.status or "-",
        f"{request.seconds:.3f}s",
        f"{size(request.sent)}>{size(request.received)}",
        request.problem,
    )
    return clean(" ".join(filter(None, words)))


def size(octets: int) -> str:
    """Spell a number of octets in at most three digits: ``812B``, ``4.2kB``, ``13MB``."""
    value = float(octets)
    for unit in ("B", "kB", "MB"):
        if round(value) < 1000:
            return f"{value:.1f}{unit}" if unit != "B" and value < 10 else f"{value:.0f}{unit}"
        value /= 1000
    return f"{value:.1f}GB"
