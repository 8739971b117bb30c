"""Who may call: signatures (Signature Version 4), denied operations, and roles to assume (STS).

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, quote

from tests.fakes.kit import Request
from tests.fakes.route53_model import RefusalError

USER = "arn:aws:iam::123456789012:user/ci"
_SKEW = 15 * 60
_STS = "https://sts.amazonaws.com/doc/2011-06-15/"
_HEADER = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})")


@dataclass(slots=True)
class Access:
    """The keys that the service knows, and what they may not do."""

    credentials: dict[str, str] | None = None
    """Access key id to secret; None lets everyone in."""
    deny: set[str] = field(default_factory=set)
    """Operations that nobody may call."""
    roles: dict[str, str | None] = field(default_factory=dict)
    """Roles that can be assumed, with the external id that each needs."""
    clock: Callable[[], float] = time.time
    """The service's clock; a test may set it off."""
    tokens: dict[str, str] = field(default_factory=dict)
    """Access key id of a role's session to its token."""

    def check(self, request: Request) -> None:
        """Refuse a request that is not signed by a known key, or was so too long ago."""
        if self.credentials is None:
            return
        match = _HEADER.fullmatch(request.headers.get("authorization", ""))
        if match is None:
            raise RefusalError("MissingAuthenticationToken", "Missing Authentication Token", 403)
        key, scope, signed, signature = match.groups()
        secret = self.credentials.get(key)
        if secret is None or self.tokens.get(key) != request.headers.get("x-amz-security-token"):
            raise RefusalError("InvalidClientTokenId", "The security token included in the request is invalid.", 403)
        self._fresh(request.headers.get("x-amz-date", ""))
        if not hmac.compare_digest(signature, _signature(request, secret, scope, signed.split(";"))):
            raise RefusalError(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
                "Access Key and signing method. Consult the service documentation for details.",
                403,
            )

    def _fresh(self, date: str) -> None:
        then = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        now = datetime.fromtimestamp(self.clock(), UTC)
        if abs((now - then).total_seconds()) > _SKEW:
            word, side = ("expired", "earlier") if now > then else ("not yet current", "later")
            raise RefusalError(
                "SignatureDoesNotMatch",
                f"Signature {word}: {date} is now {side} than {now:%Y%m%dT%H%M%SZ} (15 min.)",
                403,
            )

    def allow(self, operation: str, zone: str | None) -> None:
        """Refuse an operation that is denied; *zone* is the id of the zone that it is about."""
        if operation in self.deny:
            resource = f"arn:aws:route53:::hostedzone/{zone}" if zone else "*"
            raise RefusalError(
                "AccessDenied",
                f"User: {USER} is not authorized to perform: route53:{operation} on resource: {resource} because no "
                f"identity-based policy allows the route53:{operation} action",
                403,
            )

    def assume(self, request: Request) -> str:
        """Return the XML that answers `AssumeRole`; the keys in it are known from now on."""
        self.check(request)
        asked = {name: values[-1] for name, values in parse_qs(request.body.decode()).items()}
        role = asked.get("RoleArn", "")
        if role not in self.roles or self.roles[role] != asked.get("ExternalId"):
            words = f"User: {USER} is not authorized to perform: sts:AssumeRole on resource: {role}"
            raise RefusalError("AccessDenied", words, 403)
        number = len(self.tokens) + 1
        key, secret, token = f"ASIAFAKE{number:012d}", f"secret-of-role-{number}", f"token-of-role-{number}"
        self.tokens[key] = token
        if self.credentials is not None:
            self.credentials[key] = secret
        until = datetime.fromtimestamp(self.clock() + 3600, UTC)
        return (
            f'<AssumeRoleResponse xmlns="{_STS}"><AssumeRoleResult><Credentials><AccessKeyId>{key}</AccessKeyId>'
            f"<SecretAccessKey>{secret}</SecretAccessKey><SessionToken>{token}</SessionToken>"
            f"<Expiration>{until:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials><AssumedRoleUser><Arn>{role}</Arn>"
            f"<AssumedRoleId>AROAFAKE:{asked.get('RoleSessionName', '')}</AssumedRoleId></AssumedRoleUser>"
            "</AssumeRoleResult><ResponseMetadata><RequestId>fake</RequestId></ResponseMetadata></AssumeRoleResponse>"
        )


def _signature(request: Request, secret: str, scope: str, signed: Iterable[str]) -> str:
    names = list(signed)
    canonical = "\n".join(
        [
            request.method,
            request.path,
            _query(request.query),
            *(f"{name}:{' '.join(request.headers.get(name, '').split())}" for name in names),
            "",
            ";".join(names),
            hashlib.sha256(request.body).hexdigest(),
        ]
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", request.headers.get("x-amz-date", ""), scope, digest])
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def _query(query: Mapping[str, str]) -> str:
    return "&".join(sorted(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in query.items()))
