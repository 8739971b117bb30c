"""Mail: MX (RFC 1035 section 3.3.9) and the responsible person, RP (RFC 1183)."""

from typing import ClassVar

from zonesync.model.rdata.base import Rdata
from zonesync.model.rdata.fields import U16, HostName


class MX(Rdata):
    """A mail exchange (RFC 1035 section 3.3.9); `0 .` means no mail at all (RFC 7505)."""

    type_names: ClassVar = ("MX",)
    preference: U16
    exchange: HostName


class RP(Rdata):
    """The responsible person's mailbox as a name, and where a TXT tells more (RFC 1183 section 2.2)."""

    type_names: ClassVar = ("RP",)
    mbox_dname: HostName
    txt_dname: HostName
