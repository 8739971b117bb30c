"""What is said on stderr as JSON Lines: one object a line, with time, level, event and message."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from zonesync.findings import Finding
from zonesync.provider.observing import Request
from zonesync.views import findings, request_text


def line(now: datetime, level: str, event: str, message: str, **fields: Any) -> str:
    """Render one event. *level* is error, warning, info or debug; fields that are None are left out.

    Control characters are escaped by JSON, so that nothing in *message* ends the line or moves a cursor.
    """
    time = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    given = {key: value for key, value in fields.items() if value is not None}
    data = {"time": time, "level": level, "event": event, "message": message, **given}
    return json.dumps(data, ensure_ascii=True, default=str).replace("\x7f", "\\u007f")


def of_finding(now: datetime, finding: Finding) -> str:
    """Render a finding, with the fields that it has in every other JSON."""
    fields = findings.data(finding)
    message = fields.pop("message")
    level = fields.pop("severity")
    return line(now, level, "finding", message, **fields)


def of_request(now: datetime, request: Request) -> str:
    """Render a request to a provider as it ended."""
    fields = {key: value if value != "" else None for key, value in asdict(request).items()}
    fields["seconds"] = round(request.seconds, 6)
    return line(now, "debug", "request", request_text.line(request), **fields)
