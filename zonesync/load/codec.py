"""Loaded zones as bytes and back, for who keeps them until the next run: columns, which are quick to read.

What is read back has the right shape and types, and nothing more is looked at: texts are taken for the canonical ones
that were written. Who keeps such bytes answers for where they come from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import starmap

from pydantic import TypeAdapter, ValidationError

from zonesync.findings import Finding
from zonesync.load.zones import LoadedZone
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Allow, DesiredZone, Ignore, Nameservers, Overlay, ZoneId

_NOWHERE = -1
"""Stands for a file where an RRset has no place."""


class CodecError(ValueError):
    """The bytes are none that this version has written."""


@dataclass(frozen=True, slots=True)
class Link:
    """A fragment that a zone includes: how it was come to, and what it held."""

    above: int
    """Which of the links before leads to the file that includes it; -1 for the zone's own file."""
    text: str
    target: str
    """The fragment's own path, relative to the folder of the configuration."""
    digest: str
    """SHA-256 of its content, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A zone whose file has no error, with the fragments that it was made of."""

    loaded: LoadedZone
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class _Form:
    """What is written."""

    id: ZoneId
    links: tuple[Link, ...]
    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    names: tuple[str, ...]
    types: tuple[str, ...]
    ttls: tuple[int | None, ...]
    rdatas: tuple[tuple[str, ...], ...]
    place_files: tuple[str, ...]
    file_of: tuple[int, ...]
    """Per RRset the index of its file."""
    places: tuple[tuple[int, ...], ...]
    other_places: tuple[tuple[str, str, str, tuple[int, ...]], ...]
    """Of what is no RRset by itself: name, type, file, places."""
    overlays: tuple[tuple[str, str, Overlay], ...]
    comments: tuple[tuple[str, str, str], ...]
    providers: tuple[str, ...]
    ttl: int
    nameservers: Nameservers
    soa: Mapping[str, str | int]
    networks: Mapping[str, tuple[str, ...]]
    network_places: Mapping[str, tuple[int, ...]]
    unmanaged: str
    ignore: tuple[Ignore, ...]
    allow: tuple[Allow, ...]
    lint_ignore: tuple[str, ...]
    file: str


def encode(kept: Kept) -> bytes:
    """Return a zone that could be loaded as bytes. Raises ValueError where it could not be."""
    loaded, zone = kept.loaded, kept.loaded.zone
    if zone is None:
        raise ValueError(f"the zone of {loaded.file} could not be loaded")
    rrsets = tuple(zone.rrsets.values())
    own = [zone.places.get(key, ("", ())) for key in zone.rrsets]
    files = {file: index for index, file in enumerate(dict.fromkeys(file for file, _ in own if file))}
    form = _Form(
        id=loaded.id,
        links=kept.links,
        findings=tuple(loaded.findings),
        files=loaded.files,
        names=tuple(rrset.name for rrset in rrsets),
        types=tuple(rrset.type for rrset in rrsets),
        ttls=tuple(rrset.ttl for rrset in rrsets),
        rdatas=tuple(rrset.rdatas for rrset in rrsets),
        place_files=tuple(files),
        file_of=tuple(files.get(file, _NOWHERE) for file, _ in own),
        places=tuple(places for _, places in own),
        other_places=tuple(
            (key.name, key.type, *place) for key, place in zone.places.items() if key not in zone.rrsets
        ),
        overlays=tuple((key.name, key.type, overlay) for key, overlay in zone.overlays.items()),
        comments=tuple((key.name, key.type, comment) for key, comment in zone.comments.items()),
        providers=zone.providers,
        ttl=zone.ttl,
        nameservers=zone.nameservers,
        soa=zone.soa,
        networks=zone.networks,
        network_places=zone.network_places,
        unmanaged=zone.unmanaged,
        ignore=zone.ignore,
        allow=zone.allow,
        lint_ignore=zone.lint_ignore,
        file=zone.file,
    )
    # Empty mappings are read-only views, which pydantic does not know.
    return _forms().dump_json(form, fallback=dict, warnings=False)


def decode(data: bytes) -> Kept:
    """Read back what :func:`encode` returned. Raises :class:`CodecError`."""
    try:
        form = _forms().validate_json(data)
        rows = zip(form.names, form.types, form.ttls, form.rdatas, strict=True)
        rrsets = {rrset.key: rrset for rrset in starmap(RRset, rows)}
        places = {
            key: (form.place_files[file], spots)
            for key, file, spots in zip(rrsets, form.file_of, form.places, strict=True)
            if file != _NOWHERE
        }
    except (ValidationError, ValueError, IndexError) as problem:
        raise CodecError(f"no zone is kept in this form: {type(problem).__name__}") from None
    places |= {Key(name, rtype): (file, spots) for name, rtype, file, spots in form.other_places}
    zone = DesiredZone(
        id=form.id,
        rrsets=rrsets,
        providers=form.providers,
        ttl=form.ttl,
        nameservers=form.nameservers,
        soa=form.soa,
        networks=form.networks,
        unmanaged=form.unmanaged,
        ignore=form.ignore,
        allow=form.allow,
        lint_ignore=form.lint_ignore,
        overlays={Key(name, rtype): overlay for name, rtype, overlay in form.overlays},
        comments={Key(name, rtype): comment for name, rtype, comment in form.comments},
        file=form.file,
        places=places,
        network_places=form.network_places,
    )
    return Kept(LoadedZone(form.file, form.id, zone, list(form.findings), form.files), form.links)


def encode_findings(found: Sequence[Finding]) -> bytes:
    """Return findings as bytes."""
    return _findings().dump_json(list(found))


def decode_findings(data: bytes) -> list[Finding]:
    """Read back what :func:`encode_findings` returned. Raises :class:`CodecError`."""
    try:
        return _findings().validate_json(data)
    except ValidationError:
        raise CodecError("no findings are kept in this form") from None


@cache
def _forms() -> TypeAdapter[_Form]:
    return TypeAdapter(_Form)


@cache
def _findings() -> TypeAdapter[list[Finding]]:
    return TypeAdapter(list[Finding])
