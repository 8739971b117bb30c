"""What goes wrong between us and a forge."""


class ApiError(Exception):
    """The forge refused, or did not answer; the message says what was asked, and what it said."""

    def __init__(
        self, words: str, status: int = 0, *, wait: float | None = None, sent: bool = False, passes: bool = False
    ) -> None:
        super().__init__(words)
        self.status = status
        """0 where there was no answer."""
        self.wait = wait
        """Seconds after which it may be asked again, where it said so."""
        self.sent = sent
        """Whether a write may have taken effect all the same."""
        self.passes = passes
        """Whether it may be otherwise in a moment: nobody answered, or the forge has a fault of its own."""
