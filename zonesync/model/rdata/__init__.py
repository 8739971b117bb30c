"""Rdata of every type: presentation text, mapping form and wire form to one canonical text and a typed value.

:func:`canonical` is the way in for presentation format. Our YAML files pass ``strict_hosts=True``, so that a
relative name with a dot inside is refused with both readings; a loader that holds one bare host name calls
:func:`host_in_file`. :data:`FAST` has recognisers for bulk reading. TXT helpers deal in octets and boundaries.
"""

from zonesync.model.rdata.base import Rdata, RdataError
from zonesync.model.rdata.fast import FAST
from zonesync.model.rdata.forms import canonical, from_fields, from_wire, parse, rdata_schema, to_wire
from zonesync.model.rdata.hosts import host_fields, host_in_file, targets
from zonesync.model.rdata.opaque import Opaque
from zonesync.model.rdata.registry import TYPES
from zonesync.model.rdata.rrtypes import type_name
from zonesync.model.rdata.tokens import txt_from_strings, txt_strings, txt_text

__all__ = [
    "FAST",
    "TYPES",
    "Opaque",
    "Rdata",
    "RdataError",
    "canonical",
    "from_fields",
    "from_wire",
    "host_fields",
    "host_in_file",
    "parse",
    "rdata_schema",
    "targets",
    "to_wire",
    "txt_from_strings",
    "txt_strings",
    "txt_text",
    "type_name",
]
