"""What Cloud DNS says when it refuses a call: status, reason and words, as JSON error bodies carry them.

Reasons are those of https://cloud.google.com/dns/docs/error-messages; the words are the service's own where a report
of them is public.
"""

import re
from collections.abc import Mapping

from tests.fakes.kit import Answer

STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 429: "RESOURCE_EXHAUSTED"}
"""The `status` word that Google's front end adds to the errors it makes itself."""
TOO_MANY = (
    "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'dns.googleapis.com' "
    "for consumer 'project_number:{number}'."
)


class Refused(Exception):  # noqa: N818 -- a refusal is no error of the fake
    """The service refuses; nothing took effect."""

    def __init__(self, status: int, *errors: tuple[str, str], **more: str) -> None:
        super().__init__(errors[0][1])
        self.status = status
        self.errors = errors
        """(reason, message) each."""
        self.more = more
        """What stands beside `reason` in each error, `domain` for one; `word` is the `status` beside `code`."""

    @property
    def reason(self) -> str:
        """The first reason."""
        return self.errors[0][0]

    def about(self, where: str) -> "Refused":
        """Return the same refusal in words about *where*, in place of a part of a change."""
        errors = (
            (reason, re.sub(r"entity\.change\.(additions|deletions)(\[[^]]*\])+", where, text))
            for reason, text in self.errors
        )
        return Refused(self.status, *errors, **self.more)

    def answer(self) -> Answer:
        """Return the HTTP response."""
        beside = {key: value for key, value in self.more.items() if key != "word"}
        error: dict[str, object] = {
            "code": self.status,
            "message": self.errors[0][1],
            "errors": [
                {"message": message, "domain": "global", "reason": reason, **beside} for reason, message in self.errors
            ],
        }
        if "word" in self.more:
            error["status"] = self.more["word"]
        return Answer.of({"error": error}, self.status)


def error(status: int, reason: str, message: str, **more: str) -> Answer:
    """Return an error as the service words it, to be ordered with ``fake.fail(answer=...)``."""
    return Refused(status, (reason, message), **more).answer()


def invalid(where: str, value: object) -> Refused:
    """Something about the request is wrong, whatever the zone holds."""
    return Refused(400, ("invalid", f"Invalid value for '{where}': '{value}'"))


def missing(where: str) -> Refused:
    """A required part of the request is not there."""
    return Refused(400, ("required", f"The '{where}' parameter is required but was missing."))


def immutable(where: str) -> Refused:
    """A field that only creation may set."""
    return Refused(400, ("invalid", f"The field '{where}' cannot be modified."))


def not_found(where: str, name: str) -> Refused:
    """The resource is not there."""
    return Refused(404, ("notFound", f"The '{where}' resource named '{name}' does not exist."))


def exists(where: str, name: str) -> Refused:
    """The resource is there already."""
    return Refused(409, ("alreadyExists", f"The resource '{where}' named '{name}' already exists"))


def not_met(where: str) -> Refused:
    """The zone does not hold what the request says it holds."""
    return Refused(412, ("conditionNotMet", f"Precondition not met for '{where}'"))


def over_quota(*what: str) -> Refused:
    """The change would exceed one quota or more."""
    return Refused(403, *(("quotaExceeded", f"The change would exceed quota for {each}.") for each in what))


def cname_clash(where: str, name: str, other: str) -> Refused:
    """A CNAME beside other data."""
    text = (
        f"The resource record set '{where}' is invalid because the DNS name '{name}' has a resource record set of the "
        f"type '{other}'. A DNS name may have either one CNAME resource record set or resource record sets of other "
        "types, but not both."
    )
    return Refused(400, ("cnameResourceRecordSetConflict", text))


def bad_apex(where: str, rtype: str) -> Refused:
    """The apex needs exactly one NS and one SOA set, and there is no other SOA."""
    text = (
        f"The resource record set '{where}' is invalid because a zone must contain exactly one resource record set "
        f"of type '{rtype}' at the apex."
    )
    return Refused(400, ("invalidZoneApex", text))


def disallowed_at_apex(where: str, rtype: str) -> Refused:
    """A type that cannot stand beside the SOA."""
    text = (
        f"The resource record set '{where}' is invalid because a resource record set of type '{rtype}' is not allowed "
        "at the zone apex."
    )
    return Refused(400, ("recordTypeDisallowedAtZoneApex", text))


def wildcard(where: str, rtype: str) -> Refused:
    """A type that no wildcard may have."""
    text = f"The resource record set '{where}' is invalid because a wildcard of type '{rtype}' is not allowed."
    return Refused(400, ("wildcardNotAllowed", text))


def one_only(where: str, rtype: str) -> Refused:
    """A type of which a set has one record."""
    text = f"The resource record set '{where}' is only permitted to have one record because it is of type '{rtype}'."
    return Refused(400, ("invalidRecordCount", text))


def not_empty(name: str) -> Refused:
    """A zone that still has records."""
    text = f"The resource named '{name}' cannot be deleted because it contains one or more 'resource records'."
    return Refused(400, ("containerNotEmpty", text))


def not_available(dns_name: str) -> Refused:
    """A DNS name that is reserved, or for which no name servers are left."""
    text = f"The '{dns_name}' managed zone is not available to be created."
    return Refused(400, ("managedZoneDnsNameNotAvailable", text))


def unverified(dns_name: str) -> Refused:
    """A DNS name that somebody else may own."""
    text = (
        f"Please verify ownership of the '{dns_name}' domain (or a parent) at "
        "http://www.google.com/webmasters/verification/ and try again"
    )
    return Refused(400, ("verifyManagedZoneDnsNameOwnership", text))


def forbidden(permission: str, resource: str) -> Refused:
    """The caller lacks *permission*."""
    return Refused(403, ("forbidden", f"Required '{permission}' permission for '{resource}'"))


def unauthenticated(headers: Mapping[str, str]) -> Refused:
    """No credentials, or bad ones."""
    advice = (
        "Expected OAuth 2 access token, login cookie or other valid authentication credential. "
        "See https://developers.google.com/identity/sign-in/web/devconsole-project."
    )
    if "authorization" in headers:
        reason, text = "authError", f"Request had invalid authentication credentials. {advice}"
    else:
        reason, text = "required", f"Request is missing required authentication credential. {advice}"
    more = {"location": "Authorization", "locationType": "header", "word": STATUS[401]}
    return Refused(401, (reason, text), **more)


def throttled(status: int, number: str) -> Refused:
    """One call too many in this minute; 429, or 403 as older front ends say."""
    more = {"domain": "usageLimits", "word": STATUS[429 if status == 429 else 403]}
    return Refused(status, ("rateLimitExceeded", TOO_MANY.format(number=number)), **more)


def malformed(problem: str) -> Refused:
    """JSON that the API's own description does not allow: Google's front end refuses it before the service sees it."""
    return Refused(400, ("badRequest", f"Invalid JSON payload received. {problem}"), word=STATUS[400])
