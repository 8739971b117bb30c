"""Every kind of store, ready for use."""

import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.support.object_store import s3
from zonesync.load import State
from zonesync.run.store import LocalStore, MemoryStore, Store, open_store


@dataclass(frozen=True)
class Kind:
    """A kind of store: of what is in it there may be several views, as several processes have them."""

    name: str
    open: Callable[[], Store]

    def another(self) -> Store:
        return self.open()


@pytest.fixture(scope="module")
def bucket():
    with s3() as served:
        yield served


@pytest.fixture
def served(bucket, monkeypatch):
    """Return a bucket that is empty again, at a service that works."""
    bucket.service.empty()
    monkeypatch.setattr(bucket.service, "app", bucket.service.app)
    return bucket


AZURITE = os.environ.get("ZONESYNC_AZURITE", "")
"""URL of an emulator, which is not on PyPI, with its account; a container `state` is there."""
KINDS = ["folder", "memory", "s3", *(["azurite"] if AZURITE else [])]


@pytest.fixture(params=KINDS)
def kind(request, tmp_path):
    if request.param == "folder":
        yield Kind("folder", lambda: LocalStore(tmp_path / "state"))
    elif request.param == "memory":
        store = MemoryStore()
        yield Kind("memory", lambda: store)
    elif request.param == "s3":
        served = request.getfixturevalue("served")
        state = served.state.model_copy(update={"url": f"{served.url}/{uuid.uuid4().hex}"})
        yield Kind("s3", lambda: open_store(state, tmp_path))
        assert served.service.faults == []
    else:
        state = State(url=f"az://state/{uuid.uuid4().hex}", endpoint=AZURITE)
        yield Kind("azurite", lambda: open_store(state, tmp_path))


@pytest.fixture
def store(kind):
    return kind.another()
