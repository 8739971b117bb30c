"""Read zone files: RFC 1035 master files with RFC 2308, RFC 3597 and BIND's ``$GENERATE``, by BIND's rules.

Most lines of a large zone are one plain record each. :mod:`~zonesync.load.zonefile.lines` deals with those at once;
any line it has the least doubt about goes to :mod:`~zonesync.load.zonefile.record`, which reads everything.
"""

import codecs
from pathlib import Path

from zonesync.findings import Finding, Place, Severity
from zonesync.load.zonefile.build import Build, TooManyErrorsError
from zonesync.load.zonefile.include import TooLargeError, checked_size, read_octets
from zonesync.load.zonefile.limits import MAX_ERRORS
from zonesync.load.zonefile.lines import read_text
from zonesync.load.zonefile.result import ZoneFile
from zonesync.load.zonefile.session import Frame, Session
from zonesync.model.names import absolute


def read_zonefile(
    source: str | Path | bytes,
    origin: str | None = None,
    *,
    root: Path | None = None,
    file: str = "",
    fast: bool = True,
) -> ZoneFile:
    """Read a zone file whole, whatever is wrong with it: look at ``errors``, or call ``require`` on the result.

    *source* is a path, or the octets themselves. *origin* is the zone's name; without it the file must tell, by an
    ``$ORIGIN`` or absolute names, and the zone is where the SOA stands. *root* is the only folder that
    ``$INCLUDE`` may read from; without it an ``$INCLUDE`` is an error. *file* is what findings call the file.
    ``fast=False`` reads every line the careful way, for tests.

    Raises OSError for a file that cannot be read, and NameSyntaxError for an *origin* that is no name.
    """
    zone = None if origin is None else absolute(origin)
    build = Build(zone)
    build.files.append(file or ("<zone>" if isinstance(source, bytes) else str(source)))
    session = Session(build, root, fast)
    try:
        data = source if isinstance(source, bytes) else _read(Path(source), session)
        build.octets = checked_size(len(data))
        if data.startswith(codecs.BOM_UTF8):
            data = data[len(codecs.BOM_UTF8) :]
            build.warn("byte-order-mark", "the file starts with a byte order mark", 1, hint="BIND refuses such a file")
        read_text(session, data, Frame(session, 0, zone))
        build.finish()
    except TooLargeError as problem:
        build.findings.append(Finding("too-large", Severity.ERROR, str(problem), Place(build.files[0], 1, 1)))
    except TooManyErrorsError:
        last = build.findings[-1].place
        message = f"reading stopped after {MAX_ERRORS} errors"
        build.findings.append(Finding("too-many-errors", Severity.ERROR, message, last))
    return ZoneFile(
        file=build.files[0],
        origin=build.zone,
        rrsets=build.rrsets,
        findings=tuple(build.findings),
        header=tuple(build.header),
        comments=build.comments,
        directives=tuple(build.directives),
        files=tuple(build.files),
        lines=build.lines,
    )


def _read(path: Path, session: Session) -> bytes:
    session.chain.append(path.resolve())
    return read_octets(path, 0)
