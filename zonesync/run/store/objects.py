"""State in a bucket: Amazon S3, Cloud Storage, Azure, and what speaks like them, with conditional writes."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal, TypeVar

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, GenericError, PreconditionError

from zonesync.run.store.buckets import MAX_RETRIES, Bucket, VersionKey
from zonesync.run.store.contract import Row, StoreError, Versioned
from zonesync.run.store.names import ROW, checked, checked_folder, one_line
from zonesync.run.store.refusals import explain, is_definite, is_missing

if TYPE_CHECKING:
    from obstore import PutMode

T = TypeVar("T")

_TRIES = 3
"""Of a conditional write whose answer got lost, or that was refused although its condition holds (S3's 409)."""
_AT_ONCE = 8
_WRONG: Mapping[VersionKey, str] = {"e_tag": '"00000000000000000000000000000000"', "version": "1"}
"""Versions that no object of ours has."""


class ObjectStore:
    """A prefix of a bucket, shared by everybody who may read and write it.

    A conditional write may land while its answer is lost, or be sent twice on its way, and be refused the second time
    because of the first. So what is there is looked at after every refusal and every failure: where it is byte for byte
    ours, it is ours.
    """

    is_local = False

    def __init__(self, bucket: Bucket, url: str, version_key: VersionKey) -> None:
        self._bucket = bucket
        self._url = url
        self._version_key: VersionKey = version_key
        self._is_proven = False

    def put_if_absent(self, name: str, data: bytes) -> bool:
        """Write with ``If-None-Match: *``, and make sure, once, that the service knows what that means."""
        is_put = self.put(checked(name), data, None) is not None
        if is_put and not self._is_proven:
            self._prove(name, data)
        return is_put

    def get(self, name: str) -> bytes | None:
        """Read one object."""
        there = self.fetch(name)
        return there.data if there else None

    def fetch(self, name: str) -> Versioned | None:
        """Read one object with its ETag, or its generation."""
        return self.look(checked(name))

    def replace(self, name: str, data: bytes, expected: str | None) -> str | None:
        """Write with ``If-Match: VERSION`` (Cloud Storage: ``x-goog-if-generation-match``)."""
        return self.put(checked(name), data, expected)

    def remove(self, name: str) -> None:
        """Delete one object."""
        self.drop(checked(name))

    def names(self, prefix: str) -> list[str]:
        """List a folder's objects, all pages of them."""
        return self.listed(checked_folder(prefix))[0]

    def row(self, name: str) -> Row:
        """Return a folder of numbered objects, one a record."""
        return _ObjectRow(self, f"{checked(name)}{ROW}/")

    def rows(self, prefix: str) -> list[str]:
        """List a folder's rows."""
        folders = self.listed(checked_folder(prefix))[1]
        return [folder.removesuffix(ROW) for folder in folders if folder.endswith(ROW)]

    def put(self, path: str, data: bytes, expected: str | None) -> str | None:
        """Write *path* where its version is *expected*; return the new version, None where it is another one."""
        problem: BaseError | None = None
        for _ in range(_TRIES):
            try:
                return self._write(path, data, expected)
            except (AlreadyExistsError, PreconditionError) as refusal:
                problem = refusal
            except (BaseError, OSError, ValueError) as failure:
                if not isinstance(failure, GenericError) or is_definite(failure):
                    raise self._failure("write", path, failure) from None
                problem = failure
            there = self.look(path)
            if there is not None and there.data == data:
                return there.version
            if (there.version if there else None) != expected:
                return None
        assert problem is not None
        if isinstance(problem, GenericError):
            raise self._failure("write", path, problem) from None
        words = f"its condition holds, and it was refused {_TRIES} times; try again later"
        raise StoreError(f"cannot write {self._url}/{path}: {words}")

    def look(self, path: str) -> Versioned | None:
        """Read *path*."""

        def read() -> Versioned:
            result = obstore.get(self._bucket, path)
            return Versioned(bytes(result.bytes()), self._version(path, result.meta[self._version_key]))

        return self._unless_missing("read", path, read)

    def drop(self, path: str) -> None:
        """Delete *path*."""
        self._unless_missing("remove", path, lambda: obstore.delete(self._bucket, path))

    def listed(self, folder: str) -> tuple[list[str], list[str]]:
        """Return the names of the objects in *folder* and of the folders in it, each sorted."""
        try:
            found = obstore.list_with_delimiter(self._bucket, folder or None)
        except (BaseError, OSError, ValueError) as problem:
            raise self._failure("list", folder, problem) from None
        objects = sorted(str(one["path"]) for one in found["objects"])
        # Consoles make empty objects that stand for folders: such a one has no name of its own.
        return [name for name in objects if len(name) > len(folder)], sorted(found["common_prefixes"])

    def _prove(self, path: str, data: bytes) -> None:
        """Raise :class:`StoreError` where the service writes whatever the condition says, as some that speak S3 do.

        What is written is what is there already, so that nothing is changed even then.
        """
        for version in (None, _WRONG[self._version_key]):
            try:
                self._write(path, data, version)
            except (AlreadyExistsError, PreconditionError):
                continue
            except (BaseError, OSError, ValueError):
                return  # the next one is asked again
            raise StoreError(
                f"the service of the state {self._url} ignores conditional writes (`If-None-Match`, `If-Match`): "
                "two runs could overwrite each other; keep the state in Amazon S3, or in a service that knows them"
            )
        self._is_proven = True

    def _write(self, path: str, data: bytes, expected: str | None) -> str:
        mode: PutMode = "create"
        if expected is not None:
            # A key that is there with None in it is not the same as none.
            mode = {"e_tag": expected} if self._version_key == "e_tag" else {"version": expected}
        done = obstore.put(self._bucket, path, data, mode=mode, use_multipart=False)
        return self._version(path, done[self._version_key])

    def _unless_missing(self, act: Literal["read", "remove"], path: str, run: Callable[[], T]) -> T | None:
        try:
            return run()
        except FileNotFoundError as problem:
            if is_missing(problem):
                return None
            raise self._failure(act, path, problem) from None
        except (BaseError, OSError, ValueError) as problem:
            raise self._failure(act, path, problem) from None

    def _version(self, path: str, version: str | None) -> str:
        if not version:
            words = "its service tells no version of it (ETag, generation), which a state needs"
            raise StoreError(f"cannot use {self._url}/{path}: {words}")
        return version

    def _failure(self, act: str, path: str, problem: Exception) -> StoreError:
        # `from None` where this is raised: what a service answered may repeat a signature or a token.
        return StoreError(f"cannot {act} {self._url}/{path}: {explain(problem, MAX_RETRIES + 1)}")


class _ObjectRow:
    """Objects ``000001``, ``000002`` … in a folder. When all are removed, the first goes first: without it, no row."""

    def __init__(self, store: ObjectStore, folder: str) -> None:
        self._store = store
        self._folder = folder
        self._lock = threading.Lock()
        self._last: int | None = None

    def append(self, record: bytes) -> None:
        """Put the record under the first number that is free."""
        data = one_line(record)
        with self._lock:
            number = (self._numbers()[-1:] or [0])[0] if self._last is None else self._last
            number += 1
            while self._store.put(self._path(number), data, None) is None:
                number += 1
            self._last = number

    def records(self) -> Sequence[bytes]:
        """Read all of them, several at a time; a row without its first has been removed, or is just being."""
        numbers = self._numbers()
        if numbers[:1] != [1]:
            return ()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = list(pool.map(lambda number: self._store.look(self._path(number)), numbers))
        records = [one.data for one in found if one]
        return tuple(records) if len(records) == len(numbers) else ()

    def remove(self) -> None:
        """Delete the first record, so that nobody takes what is left for a row, and then the others."""
        first, *others = self._numbers() or [1]
        self._store.drop(self._path(first))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda number: self._store.drop(self._path(number)), others))

    def _numbers(self) -> list[int]:
        names = (name.removeprefix(self._folder) for name in self._store.listed(self._folder)[0])
        return sorted(int(name) for name in names if name.isascii() and name.isdecimal())

    def _path(self, number: int) -> str:
        return f"{self._folder}{number:06d}"
