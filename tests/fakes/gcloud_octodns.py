"""octoDNS's provider for Cloud DNS with its client sent to the fake; nothing else of it is touched."""

from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.dns import Client
from octodns_googlecloud import GoogleCloudProvider


class Provider(GoogleCloudProvider):
    """Takes the fake's URL as `endpoint`."""

    CHANGE_LOOP_WAIT = 0

    def __init__(self, name: str, endpoint: str, **options: Any) -> None:
        def client(project: str | None = None) -> Client:
            options = {"api_endpoint": endpoint}
            return Client(project=project, credentials=AnonymousCredentials(), client_options=options)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("google.cloud.dns.Client", client)
            super().__init__(name, "p", **options)
