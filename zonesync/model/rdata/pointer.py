"""Records that are one name: CNAME, DNAME, NS, PTR, and ALIAS, which is ours."""

from typing import ClassVar

from zonesync.model.rdata.base import Rdata
from zonesync.model.rdata.fields import HostName


class Pointer(Rdata):
    """What the types of this module share: a target."""

    target: HostName


class CNAME(Pointer):
    """The canonical name of an alias (RFC 1035 section 3.3.1)."""

    type_names: ClassVar = ("CNAME",)


class DNAME(Pointer):
    """The new place of everything below this name (RFC 6672)."""

    type_names: ClassVar = ("DNAME",)


class NS(Pointer):
    """An authoritative name server (RFC 1035 section 3.3.11)."""

    type_names: ClassVar = ("NS",)


class PTR(Pointer):
    """A pointer to another name (RFC 1035 section 3.3.12)."""

    type_names: ClassVar = ("PTR",)


class ALIAS(Pointer):
    """Answer A and AAAA as the target has them, also at the apex: no RR type of the DNS, but providers offer it."""

    type_names: ClassVar = ("ALIAS",)
