"""A plan out of an artefact: a zip file that another run has left, and that is trusted with nothing more."""

import hashlib
import io
import zipfile
import zlib

MEMBER = "plan.json"
MAX_ZIP = 128 << 20
"""Bytes of the zip file: the plan, its page and its text."""
MAX_PLAN = 256 << 20
"""Bytes of the plan; one of 50,000 changes has 30 MB."""
MAX_MEMBERS = 100
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class ArtefactError(Exception):
    """The artefact is none that the plan workflow leaves; the message says why."""


def plan_in(archive: bytes, digest: str = "", member: str = MEMBER) -> bytes:
    """Return the file *member* of a zip file; nothing is unpacked to the disk. Raises :class:`ArtefactError`.

    *digest* is what GitHub says of the file, ``sha256:…``; empty where it says nothing.
    """
    kind, _, expected = digest.partition(":")
    if kind == "sha256" and hashlib.sha256(archive).hexdigest() != expected:
        raise ArtefactError("what was downloaded is not what its digest says")
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            members = opened.infolist()
            if len(members) > MAX_MEMBERS:
                raise ArtefactError(f"it holds {len(members):,} files; at most {MAX_MEMBERS} are expected")
            plans = [one for one in members if one.filename == member]
            if len(plans) != 1:
                raise ArtefactError(f"it holds {len(plans)} files named `{member}`; one is expected")
            if plans[0].compress_type not in _PACKED:
                raise ArtefactError(f"its `{member}` is packed in a way that nobody who uploads artefacts uses")
            if plans[0].file_size > MAX_PLAN:
                raise ArtefactError(f"its `{member}` is larger than {MAX_PLAN:,} bytes")
            with opened.open(plans[0]) as file:
                # The directory may lie about the size: one byte more tells.
                content = file.read(MAX_PLAN + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as problem:
        raise ArtefactError(f"it is no zip file that can be read: {problem}") from None
    if len(content) > MAX_PLAN:
        raise ArtefactError(f"its `{member}` is larger than {MAX_PLAN:,} bytes")
    return content
