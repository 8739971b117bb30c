"""A strict fake of the NS1 v1 JSON API: the rules of the service, its spellings and its rate limits.

It knows the service's documentation and what its clients rely on, and nothing of the product.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlencode

from tests.fakes.kit import Answer, FakeService, Request, Throttle
from tests.fakes.ns1_account import Account
from tests.fakes.ns1_answers import HOSTS
from tests.fakes.ns1_files import load, search, zone_file
from tests.fakes.ns1_hands import Hands
from tests.fakes.ns1_limits import Bucket, Buckets, rate_headers
from tests.fakes.ns1_refusals import RefusedError, invalid
from tests.fakes.ns1_zones import Zone

PAGE = 2500
"""Records, or zones, of one page."""

ALLOWED = {
    **dict.fromkeys(("zone", "record"), frozenset({"GET", "PUT", "POST", "DELETE"})),
    **dict.fromkeys(("zones", "search"), frozenset({"GET"})),
    "export": frozenset({"GET", "PUT"}),
    "import": frozenset({"PUT"}),
}
"""Methods by kind of call."""


class Ns1Fake(Hands, FakeService):
    """NS1 on loopback; :attr:`url` is the API's base, with ``/v1``.

    *page* records and *zone_page* zones make a page. *limits* gives ``(calls, seconds)`` per HTTP method. *deny* holds
    pairs of a method and ``zones``, ``zone`` or ``record`` that the key may not do, and may be changed at any time.
    *undots* are the types whose host answers come back without their dot for a share of the records that *seed* picks.
    *link* is ``url`` or ``path``: what the Link header to the next page holds. *exists* is the status of "already
    exists" for zones. *networks* are those the account has. *dnssec* says whether it may sign.
    """

    def __init__(
        self,
        *,
        key: str = "key",
        page: int = PAGE,
        zone_page: int | None = None,
        limits: Mapping[str, tuple[int, int]] | None = None,
        throttle: Throttle | None = None,
        tls: tuple[str, str] | None = None,
        seed: int = 1,
        deny: Iterable[tuple[str, str]] = (),
        networks: Iterable[int] = (0,),
        undots: Iterable[str] = HOSTS,
        link: str = "url",
        exists: int = 400,
        dnssec: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(throttle=throttle, tls=tls)
        self.key = key
        self.page = page
        self.zone_page = zone_page or page
        self.deny = set(deny)
        self.account = Account(seed=seed, networks=networks, undots=undots, exists=exists, dnssec=dnssec)
        self._buckets = Buckets(limits or {}, clock)
        self._link = link

    @property
    def url(self) -> str:
        """The API's base, without a final slash."""
        return f"{super().url}/v1"

    # HTTP

    def handle(self, request: Request) -> Answer:
        """Answer *request*."""
        bucket = self._buckets.of(request.method)
        extra: dict[str, str] = {}
        try:
            self._admit(request, bucket)
            body, extra = self._route(request)
            status = 200
        except RefusedError as refusal:
            status, body = refusal.status, json.dumps({"message": refusal.message})
        return Answer(status, body.encode(), {**(self._rate() or bucket.headers), **extra})

    def _admit(self, request: Request, bucket: Bucket) -> None:
        if request.headers.get("x-nsone-key") != self.key:
            raise RefusedError(401, "Unauthorized")
        if not bucket.takes():
            raise RefusedError(429, "rate limit exceeded")

    def throttled(self) -> Answer:
        """Say that it was one call too many, with the rate that the throttle has."""
        return Answer.of({"message": "rate limit exceeded"}, 429, **(self._rate() or {}))

    def _rate(self) -> dict[str, str] | None:
        if self.throttle is None:
            return None
        limit = max(1, int(self.throttle.burst))
        return rate_headers(limit, max(1, round(limit / self.throttle.rate)), int(self.throttle._tokens or 0))

    def _route(self, request: Request) -> tuple[str, dict[str, str]]:
        kind: str
        names: list[str]
        match [unquote(part) for part in request.path.split("/")[1:]]:
            case ["v1", "zones" | "search" as kind]:
                names = []
            case ["v1", "zones", name]:
                kind, names = "zone", [name]
            case ["v1", "zones", name, domain, rtype]:
                kind, names = "record", [name, domain, rtype]
            case ["v1", "import" | "export" as kind, "zonefile", name]:
                names = [name]
            case ["v1", "export" as kind, "zonefile", name, "status"]:
                names = [name]
            case _:
                raise RefusedError(404, "not found")
        if (request.method, kind) in self.deny:
            raise RefusedError(403, f"your API key has no permission to {request.method} {kind}")
        if request.method not in ALLOWED[kind]:
            raise RefusedError(405, "method not allowed")
        call: Callable[..., tuple[str, dict[str, str]]] = getattr(self, f"_{kind}")
        return call(request, *names)

    def _zones(self, request: Request) -> tuple[str, dict[str, str]]:
        names = sorted(self.account.zones)
        after, size = request.query.get("after", ""), self._size(request, self.zone_page)
        names = [name for name in names if name > after]
        body = json.dumps([self.account.zones[name].fields() for name in names[:size]])
        return body, self._next(request, names[size - 1], size) if len(names) > size else {}

    def _zone(self, request: Request, name: str) -> tuple[str, dict[str, str]]:
        match request.method:
            case "GET":
                zone = self.account.zone(name)
                if request.query.get("records") == "false":
                    return json.dumps(zone.fields()), {}
                return self._listing(request, zone)
            case "PUT":
                return self._whole(self.account.create_zone(name, _body(request))), {}
            case "POST":
                return self._whole(self.account.update_zone(name, _body(request))), {}
        self.account.delete_zone(name)
        return "{}", {}

    def _record(self, request: Request, name: str, domain: str, rtype: str) -> tuple[str, dict[str, str]]:
        match request.method:
            case "GET":
                zone, record = self.account.record(name, domain, rtype)
            case "PUT":
                zone, record = self.account.create_record(name, domain, rtype, _body(request))
            case "POST":
                zone, record = self.account.update_record(name, domain, rtype, _body(request))
            case _:
                self.account.delete_record(name, domain, rtype)
                return "{}", {}
        return json.dumps(record.full(zone.fqdn)), {}

    def _import(self, request: Request, name: str) -> tuple[str, dict[str, str]]:
        return self._whole(load(self.account, name, request)), {}

    def _export(self, request: Request, name: str) -> tuple[str, dict[str, str]]:
        zone = self.account.zone(name)
        if request.method == "PUT" or request.path.endswith("/status"):
            return json.dumps({"status": "COMPLETED"}), {}
        return zone_file(zone), {}

    def _search(self, request: Request) -> tuple[str, dict[str, str]]:
        return json.dumps(search(self.account, request.query)), {}

    def _listing(self, request: Request, zone: Zone) -> tuple[str, dict[str, str]]:
        size = self._size(request, self.page)
        domain, _, rtype = request.query.get("after", "").rpartition("/")
        records, last = zone.page((domain, rtype) if domain else None, size)
        link = self._next(request, "/".join(last), size) if last else {}
        return _with_records(zone, [record.short() for record in records]), link

    def _whole(self, zone: Zone) -> str:
        records, _ = zone.page(None, self.page)
        return _with_records(zone, [record.short() for record in records])

    def _size(self, request: Request, most: int) -> int:
        text = request.query.get("limit", "")
        return min(most, max(1, int(text))) if text.isdigit() else most

    def _next(self, request: Request, after: str, size: int) -> dict[str, str]:
        base = "" if self._link == "path" else f"{'https' if self._tls else 'http'}://{request.headers['host']}"
        where = quote(unquote(request.path), safe="/*@:")
        return {"Link": f'<{base}{where}?{urlencode({"after": after, "limit": size})}>; rel="next"'}


def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except ValueError:
        raise invalid("body is not JSON") from None
    if not isinstance(body, dict):
        raise invalid(f"Value {body!r} for field '<obj>' is not of type object")
    return body


def _with_records(zone: Zone, shorts: list[str]) -> str:
    return f'{json.dumps(zone.fields())[:-1]}, "records": [{", ".join(shorts)}]}}'
