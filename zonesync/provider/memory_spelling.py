"""How the in-memory services spell names and values: each in a way of its own, as real ones do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv6Address

from zonesync.model.names import absolute, join, split
from zonesync.model.rdata import canonical, txt_strings, txt_text
from zonesync.model.rrset import RRset

_TEXT = frozenset({"TXT", "SPF"})
_UNESCAPED = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789-_")
_octal = re.compile(r"\\([0-3][0-7][0-7])")


@dataclass(frozen=True, slots=True)
class Native:
    """An RRset in a service's own form."""

    name: str
    type: str
    ttl: int | None
    values: tuple[str, ...]
    """In the service's own order."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Fields that the model does not know, and that an update must leave alone."""


def joined_txt(rrset: RRset) -> RRset:
    """Return a TXT or SPF RRset without the boundaries that a service loses; any other as it is."""
    if rrset.type not in _TEXT:
        return rrset
    return replace(rrset, rdatas=tuple(sorted({txt_text(b"".join(txt_strings(text))) for text in rrset.rdatas})))


class Spelling:
    """Zone-file spelling, kept as it is."""

    keeps_txt_boundaries = True

    def normalise(self, rrset: RRset) -> RRset:
        """Return *rrset* as it will read back."""
        return rrset if self.keeps_txt_boundaries else joined_txt(rrset)

    def spell(self, rrset: RRset) -> Native:
        """Turn the model's form into the service's."""
        return Native(rrset.name, rrset.type, rrset.ttl, rrset.rdatas)

    def read(self, native: Native) -> RRset:
        """Turn the service's form into the model's. Raises ValueError for what is no rdata or no name."""
        texts = tuple(sorted({canonical(native.type, value) for value in native.values}))
        return RRset(absolute(native.name), native.type, native.ttl, texts)


class OctalSpelling(Spelling):
    """Octal escapes for all but letters, digits, hyphen and underscore; TXT boundaries are lost."""

    keeps_txt_boundaries = False

    def spell(self, rrset: RRset) -> Native:
        """Turn the model's form into the service's."""
        labels = ("".join(chr(o) if o in _UNESCAPED else f"\\{o:03o}" for o in label) for label in split(rrset.name)[0])
        return Native(".".join(labels) + ".", rrset.type, rrset.ttl, joined_txt(rrset).rdatas)

    def read(self, native: Native) -> RRset:
        """Turn the service's form into the model's."""
        labels = [
            _octal.sub(lambda found: chr(int(found[1], 8)), label).encode("latin-1").lower()
            for label in native.name.removesuffix(".").split(".")
        ]
        return Spelling.read(self, replace(native, name=join(labels)))


class ReorderedSpelling(Spelling):
    """Addresses written out in full and upper case, and values handed back in an order of the service's own."""

    def spell(self, rrset: RRset) -> Native:
        """Turn the model's form into the service's."""
        values = rrset.rdatas
        if rrset.type == "AAAA":
            values = tuple(IPv6Address(value).exploded.upper() for value in values)
        return Native(rrset.name, rrset.type, rrset.ttl, values[::-1])


class UndottedSpelling(Spelling):
    """Owner names without their final dot; TXT boundaries are lost."""

    keeps_txt_boundaries = False

    def spell(self, rrset: RRset) -> Native:
        """Turn the model's form into the service's."""
        return Native(rrset.name.removesuffix(".") or ".", rrset.type, rrset.ttl, joined_txt(rrset).rdatas)
