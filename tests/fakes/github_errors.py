"""What GitHub's REST API answers where it is no success."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.fakes.kit import Answer

_DOCS = "https://docs.github.com/rest"


class RefusedError(Exception):
    """An answer that is no success."""

    def __init__(
        self,
        status: int,
        message: str,
        errors: Iterable[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        data: dict[str, Any] = {"message": message, "documentation_url": _DOCS, "status": str(status)}
        if found := list(errors):
            data["errors"] = found
        self.answer = Answer.of(data, status, **(headers or {}))
