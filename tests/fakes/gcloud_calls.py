"""Plain HTTP calls to the fake of Cloud DNS, for tests that look at what the service says."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.gcloud_state import Rrset


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: Any
    content_type: str | None

    @property
    def reason(self) -> str:
        """The first reason of a refusal."""
        return str(self.body["error"]["errors"][0]["reason"])

    @property
    def words(self) -> str:
        """What a refusal says."""
        return str(self.body["error"]["message"])

    @property
    def refusal(self) -> tuple[int, str, str]:
        """Status, reason and words."""
        return self.status, self.reason, self.words


def call(
    fake: CloudDnsFake,
    method: str,
    path: str = "",
    body: object = None,
    *,
    query: Mapping[str, object] | None = None,
    project: str = "p",
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Call *path* below the project; *body* is sent as JSON, or as it is if it is bytes."""
    sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    given = {"Content-Type": "application/json"} if body is not None else {}
    connection = HTTPConnection(fake.url.removeprefix("http://"), timeout=10)
    try:
        connection.request(
            method,
            f"/dns/v1/projects/{project}{quote(path)}{'?' + urlencode(query) if query else ''}",
            sent,
            {**given, **(headers or {})},
        )
        answer = connection.getresponse()
        text, kind = answer.read(), answer.getheader("Content-Type")
    finally:
        connection.close()
    parsed = json.loads(text) if text and "json" in (kind or "") else text
    return Reply(answer.status, parsed, kind)


def change(
    fake: CloudDnsFake, additions: Iterable[Rrset] = (), deletions: Iterable[Rrset] = (), zone: str = "z-example-com"
) -> Reply:
    """Make a change; a side that is empty is left out."""
    sides = {"additions": list(additions), "deletions": list(deletions)}
    return call(
        fake, "POST", f"/managedZones/{zone}/changes", {side: rrsets for side, rrsets in sides.items() if rrsets}
    )


def rrset(name: str, rtype: str, *rrdatas: str, ttl: int | str = 300) -> Rrset:
    """Return a record set below example.com. as a client sends it."""
    return {
        "name": name if name.endswith(".") else f"{name}.example.com.",
        "type": rtype,
        "ttl": ttl,
        "rrdatas": list(rrdatas),
    }
