"""The types that have a class, by mnemonic."""

from collections.abc import Mapping
from types import MappingProxyType

from zonesync.model.rdata import address, certificate, dnssec, loc, mail, pointer, service, soa, svcb, text
from zonesync.model.rdata.base import Rdata

_CLASSES: tuple[type[Rdata], ...] = (
    pointer.ALIAS, address.A, address.AAAA, certificate.CAA, dnssec.CDS, dnssec.CDNSKEY, certificate.CERT,
    pointer.CNAME, dnssec.CSYNC, certificate.DHCID, pointer.DNAME, dnssec.DNSKEY, dnssec.DS, text.HINFO, svcb.HTTPS,
    certificate.IPSECKEY, loc.LOC, mail.MX, service.NAPTR, pointer.NS, certificate.OPENPGPKEY, pointer.PTR, mail.RP,
    certificate.SMIMEA, soa.SOA, text.SPF, service.SRV, certificate.SSHFP, svcb.SVCB, certificate.TLSA, text.TXT,
    service.URI, dnssec.ZONEMD,
)  # fmt: skip

TYPES: Mapping[str, type[Rdata]] = MappingProxyType({name: cls for cls in _CLASSES for name in cls.type_names})
"""The modelled types by mnemonic; every other type is :class:`~zonesync.model.rdata.opaque.Opaque`."""
