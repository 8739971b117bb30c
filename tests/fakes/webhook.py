"""A webhook on loopback: Slack's incoming webhooks as documented, or any that takes a JSON document.

It refuses what they refuse, and more: a key that is not documented, text that could mention somebody.
"""

import re

from tests.fakes.kit import Answer, FakeService, Request

PATH = "/services/T0000/B0000/s3cr3t-p4th"
SLACK_KEYS = {"text", "blocks", "attachments", "thread_ts", "mrkdwn", "unfurl_links", "unfurl_media"}
LONGEST = 40_000
"""Characters of a text; Slack cuts off what is beyond."""
_control = re.compile(r"<([^>]*)>")
_mention = re.compile(r"@(everyone|here|channel|all)|(?<![\w.])@\w", re.IGNORECASE)


class Webhook(FakeService):
    """Keeps what it was told in :attr:`told`."""

    def __init__(self, *, slack: bool = True, **more) -> None:
        super().__init__(**more)
        self.told: list[dict] = []
        self._is_slack = slack

    @property
    def hook(self) -> str:
        """The URL to post to: a credential."""
        return f"{self.url}{PATH}"

    def handle(self, request: Request) -> Answer:
        if request.path != PATH:
            return Answer(404, b"no_service", content_type="text/plain")
        if request.method != "POST":
            return Answer(405, b"", {"Allow": "POST"})
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return Answer(400, b"invalid_payload", content_type="text/plain")
        try:
            data = request.json
        except ValueError:
            return Answer(400, b"invalid_payload", content_type="text/plain")
        problem = self._problem(data)
        if problem:
            return Answer(400, problem.encode(), content_type="text/plain")
        self.told.append(data)
        return Answer(200, b"ok", content_type="text/html")

    def throttled(self) -> Answer:
        return Answer(429, b"rate_limited", {"Retry-After": "1"}, "text/plain")

    def _problem(self, data) -> str:
        if not isinstance(data, dict):
            return "invalid_payload"
        if not self._is_slack:
            return ""
        text = data.get("text")
        if not isinstance(text, str) or not text:
            return "no_text"
        if unknown := set(data) - SLACK_KEYS:
            return f"invalid_payload: {sorted(unknown)}"
        if len(text) > LONGEST:
            return "msg_too_long"
        if any(not link.startswith(("http://", "https://")) for link in _control.findall(text)):
            return "a control sequence"
        if _control.sub("", text).count("<") or re.sub(r"&(amp|lt|gt);", "", text).count("&"):
            return "an unescaped character"
        return "a mention" if _mention.search(text) else ""
