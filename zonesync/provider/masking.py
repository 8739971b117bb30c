"""No credential gets out with the words of a service, which may quote what it was sent."""

import base64
from collections.abc import Iterable
from urllib.parse import quote

from zonesync.provider.errors import ProviderError

SHORTEST = 8
"""Characters of the shortest text worth hiding: less is no secret, and may be part of any word."""


def masked(problem: ProviderError, secrets: Iterable[str | None]) -> ProviderError:
    """Return *problem* with each of *secrets* starred out of its words, as it is and as URLs and headers spell it."""
    forms = {form for secret in secrets if secret and len(secret) >= SHORTEST for form in _spellings(secret)}
    for form in sorted(forms, key=len, reverse=True):
        problem.words = problem.words.replace(form, "***")
        problem.hint = problem.hint.replace(form, "***")
    problem.args = (problem.words,)
    return problem


def _spellings(secret: str) -> tuple[str, ...]:
    return secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode().rstrip("=")
