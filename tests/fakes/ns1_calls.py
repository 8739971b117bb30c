"""Bare HTTP calls to the fake of NS1, for tests of its rules: no client stands between."""

import http.client
import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tests.fakes.ns1 import Ns1Fake


class Reply(NamedTuple):
    """What came back."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def message(self) -> str:
        """The words of a refusal."""
        return str(self.body["message"])


def call(fake: Ns1Fake, method: str, path: str, body: Any = None, *, key: str | None = None) -> Reply:
    """Send one call to *path* under the API's base; *body* as JSON, or as it is where it is bytes.

    No Content-Type goes along, as ns1-python sends none.
    """
    raw = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    connection = http.client.HTTPConnection(urlsplit(fake.url).netloc, timeout=10)
    try:
        connection.request(method, f"/v1/{path}", raw, {"X-NSONE-Key": fake.key if key is None else key})
        response = connection.getresponse()
        text = response.read()
        return Reply(response.status, json.loads(text) if text else None, dict(response.headers.items()))
    finally:
        connection.close()


def put(fake: Ns1Fake, domain: str, rtype: str, *answers: Any, zone: str = "example.com", **fields: Any) -> Reply:
    """Create a record in *zone* with *answers*, each an array of fields."""
    body = {"zone": zone, "domain": domain, "type": rtype, "answers": [{"answer": answer} for answer in answers]}
    return call(fake, "PUT", f"zones/{zone}/{domain}/{rtype}", {**body, **fields})


def post(fake: Ns1Fake, domain: str, rtype: str, /, **fields: Any) -> Reply:
    """Change *fields* of a record in example.com."""
    return call(fake, "POST", f"zones/example.com/{domain}/{rtype}", fields)


def get(fake: Ns1Fake, domain: str, rtype: str, zone: str = "example.com") -> Reply:
    """Read a record."""
    return call(fake, "GET", f"zones/{zone}/{domain}/{rtype}")
