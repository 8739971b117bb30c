"""ns1-python in front of the fake."""

from typing import Any

from ns1 import NS1, Config

from tests.fakes.ns1 import Ns1Fake


class PlainConfig(Config):
    """A configuration that can speak HTTP: ns1-python has no option for it."""

    at: str = ""

    def getEndpoint(self) -> str:  # noqa: N802 -- the name that the base class has
        """Return where the API is, without ``/v1``."""
        return self.at


def client(fake: Ns1Fake, key: str | None = None, **settings: Any) -> NS1:
    """Return ns1-python for *fake*, with *settings* of its configuration."""
    config = PlainConfig()
    config.createFromAPIKey(key or fake.key)
    config.at = fake.url.removesuffix("/v1")
    for name, value in settings.items():
        config[name] = value
    return NS1(config=config)
