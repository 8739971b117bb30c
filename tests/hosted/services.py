"""The three hosted services as the tests of trouble see them: real credentials, two zones, and their own way to say no.

Every service here asks for credentials: those of :mod:`tests.support.credentials`, which nothing may ever show.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.fakes import gcloud_errors as google
from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.kit import Answer, FakeService, Request
from tests.fakes.ns1 import Ns1Fake
from tests.fakes.route53 import Route53Fake
from tests.fakes.route53 import error as aws
from tests.support.credentials import CREDENTIALS

if TYPE_CHECKING:
    from tests.cli.conftest import Outcome
    from tests.hosted.conftest import Folder

KINDS = ("route53", "gcloud", "ns1")
FOREVER = 1_000_000
AWS_KEY, AWS_SECRET, AWS_TOKEN = "AKIDEXAMPLE", CREDENTIALS["AWS_SECRET_ACCESS_KEY"], CREDENTIALS["AWS_SESSION_TOKEN"]
NS1_KEY = CREDENTIALS["NS1_APIKEY"]
GOOGLE_TOKEN = CREDENTIALS["ZONESYNC_TEST_SECRET"]
QUICK = {"attempts": "3", "patience": "5", "rate": "1000"}
ATTEMPTS = 3

HTML = Answer(200, b"<!DOCTYPE html><html><body>Please sign in<br></body></html>", content_type="text/html")
BAD_GATEWAY = Answer(502, b"<html><body>502 Bad Gateway<br></body></html>", content_type="text/html")
EMPTY = Answer(200, b"")

Records = Mapping[str, tuple[int, tuple[str, ...]]]
"""TTL and addresses of each A record by its owner, relative to the zone."""


class Tokens(FakeService):
    """Google's token endpoint."""

    def handle(self, request: Request) -> Answer:
        """Give a token to everyone."""
        return Answer.of({"access_token": GOOGLE_TOKEN, "expires_in": 3600, "token_type": "Bearer"})


@dataclass(slots=True)
class Service:
    """One service, and the words and paths that are its own."""

    kind: str
    fake: Any
    settings: dict[str, Any]
    tokens: Tokens | None = None
    writes: str = field(init=False)
    """The method of a call that writes records."""

    def __post_init__(self) -> None:
        self.writes = "PUT|POST|DELETE" if self.kind == "ns1" else "POST"

    def pick(self, **of: Any) -> Any:
        """Return the one of *of* that is for this service."""
        return of[self.kind]

    def id(self, zone: str = "example.com") -> str:
        """Return what the service calls *zone*."""
        if self.kind == "route53":
            return str(self.fake.zone_ids(f"{zone}.")[0])
        return str(self.fake.resource(f"{zone}.")["name"]) if self.kind == "gcloud" else zone

    def listing(self, zone: str = "example.com") -> dict[str, str]:
        """Return the method and path of the calls that list the records of *zone*."""
        path = self.pick(route53="/hostedzone/{}/rrset$", gcloud="/managedZones/{}/rrsets$", ns1="/zones/{}$")
        return {"method": "GET", "path": path.format(self.id(zone))}

    def writing(self, zone: str = "example.com") -> dict[str, str]:
        """Return the method and path of the calls that write records of *zone*."""
        path = self.pick(route53="/hostedzone/{}/rrset/?$", gcloud="/managedZones/{}/changes$", ns1="/zones/{}/.+/A$")
        return {"method": self.writes, "path": path.format(self.id(zone))}

    def written(self, zone: str = "example.com") -> int:
        """Count the calls that were to write records of *zone*."""
        return len(self.fake.requests(**self.writing(zone)))

    def live(self, zone: str = "example.com") -> Records:
        """Return the A records that the service has, without any call."""
        found = {}
        for native in self.fake.dump(f"{zone}."):
            name, rtype, ttl, values = self.pick(route53=_of_route53, gcloud=_of_gcloud, ns1=_of_ns1)(native)
            if rtype == "A":
                owner = name.removesuffix(".").removesuffix(zone).removesuffix(".")
                found[owner] = (ttl, tuple(sorted(values)))
        return found

    def refuse(self, owner: str, words: str) -> Callable[[], None]:
        """Refuse every write about *owner* from now on, with *words*; what is returned ends that."""
        handle = self.fake.handle

        def handled(request: Request) -> Answer:
            if request.method in self.writes.split("|") and owner.encode() in request.path.encode() + request.body:
                return self.refusal(words)
            answer: Answer = handle(request)
            return answer

        self.fake.handle = handled
        return lambda: setattr(self.fake, "handle", handle)

    # Its own way to say no

    def refusal(self, words: str) -> Answer:
        """Refuse a write for what is in it."""
        answers = {
            "route53": aws("InvalidChangeBatch", words),
            "gcloud": google.error(400, "invalid", words),
            "ns1": Answer.of({"message": words}, 400),
        }
        return answers[self.kind]

    def denial(self, words: str) -> Answer:
        """Refuse a call for who makes it."""
        answers = {
            "route53": aws("AccessDenied", words, 403),
            "gcloud": google.error(403, "forbidden", words),
            "ns1": Answer.of({"message": words}, 403),
        }
        return answers[self.kind]

    def failure(self, words: str) -> Answer:
        """Fail for no reason of the caller's."""
        answers = {
            "route53": aws("InternalError", words, 500),
            "gcloud": google.error(500, "backendError", words),
            "ns1": Answer.of({"message": words}, 500),
        }
        return answers[self.kind]

    def throttle(self, words: str = "Rate exceeded") -> Answer:
        """Say that it was one call too many."""
        answers = {
            "route53": aws("Throttling", words, 400),
            "gcloud": google.error(429, "rateLimitExceeded", words),
            "ns1": Answer.of({"message": words}, 429),
        }
        return answers[self.kind]


def _of_route53(native: Mapping[str, Any]) -> tuple[str, str, int, Iterable[str]]:
    values = [one["Value"] for one in native.get("ResourceRecords", ())]
    return native["Name"], native["Type"], native.get("TTL", 0), values


def _of_gcloud(native: Mapping[str, Any]) -> tuple[str, str, int, Iterable[str]]:
    return native["name"], native["type"], native.get("ttl", 0), native.get("rrdatas", ())


def _of_ns1(native: Mapping[str, Any]) -> tuple[str, str, int, Iterable[str]]:
    values = [" ".join(map(str, one["answer"])) for one in native["answers"]]
    return native["domain"], native["type"], native["ttl"], values


def start(kind: str, folder: Path, key: str, opened: Callable[[Any], Any], **more: Any) -> Service:
    """Start the service *kind*, which knows this run's credentials; *opened* enters its fakes, *key* is an RSA key."""
    if kind == "route53":
        # A change is in sync at once: what waits for it has tests of its own, and sleeps a second.
        fake = opened(Route53Fake(seed=7, insync_after=0, credentials={AWS_KEY: AWS_SECRET}, **more))
        fake.access.tokens[AWS_KEY] = AWS_TOKEN
        return Service(kind, fake, {"type": kind, "endpoint": fake.url, **QUICK})
    if kind == "gcloud":
        fake = opened(CloudDnsFake(project="acme", token=GOOGLE_TOKEN, **more))
        tokens = opened(Tokens())
        told = {
            "type": "service_account",
            "project_id": "acme",
            "private_key_id": "1",
            "private_key": key,
            "client_email": "dns@acme.iam.gserviceaccount.com",
            "token_uri": f"{tokens.url}/token",
        }
        (folder / "credentials.json").write_text(json.dumps(told))
        settings = {"type": kind, "project": "acme", "endpoint": fake.url, "credentials_file": "credentials.json"}
        return Service(kind, fake, {**settings, **QUICK}, tokens)
    fake = opened(Ns1Fake(key=NS1_KEY, **more))
    return Service(kind, fake, {"type": kind, "endpoint": fake.url, **QUICK})


def address(number: int, ttl: int = 300) -> dict[str, Any]:
    """Return an A record for a zone file."""
    return {"A": {"ttl": ttl, "values": [f"192.0.2.{number}"]}}


STANDING = {"kept": address(1), "old": address(2), "www": address(3)}
WANTED = {"kept": address(1), "new": address(4), "www": address(5)}
"""Three changes against :data:`STANDING`: one created, one deleted, one updated."""
CHANGED = {"new", "old", "www"}


def records(wanted: Mapping[str, Mapping[str, Any]]) -> Records:
    """Return what *wanted* says, as :meth:`Service.live` does."""
    return {owner: (one["A"]["ttl"], tuple(sorted(one["A"]["values"]))) for owner, one in wanted.items()}


def differing(one: Records, other: Records) -> set[str]:
    """Return the owners of which two zones say another thing."""
    return {owner for owner in {*one, *other} if one.get(owner) != other.get(owner)}


def planned(folder: "Folder", zone: str = "example.com") -> set[str]:
    """Return the owners that a plan, which must be whole, would change in *zone*."""
    data = json.loads(folder.run("plan", "--format", "json", code=0).out)
    assert not data["unread"]
    changes = [change for step in data["steps"] if step["zone"] == zone for change in step["changes"]]
    names = [((change["before"] or change["after"])["name"]).removesuffix(".") for change in changes]
    return {name.removesuffix(zone).removesuffix(".") for name in names}


def clear_words(*outcomes: "Outcome") -> None:
    """Hold that nothing that went wrong was taken for a defect."""
    for one in outcomes:
        assert "Traceback" not in one.err + one.out
        assert "a defect" not in one.err + one.out


def flat(text: str) -> str:
    """Return wrapped text on one line."""
    return " ".join(text.split())
