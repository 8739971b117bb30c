"""Zone files (RFC 1035 section 5): read whole, with a place for every complaint, and written for every server.

:func:`read_zonefile` never raises for what a file says: its result carries findings. :func:`require` turns a result
that cannot be served into an exception. :func:`write_zonefile` gives the same bytes for the same RRsets.
"""

from zonesync.load.zonefile.reader import read_zonefile
from zonesync.load.zonefile.result import ZoneFile, ZoneFileError, require
from zonesync.load.zonefile.writer import write_zonefile

__all__ = ["ZoneFile", "ZoneFileError", "read_zonefile", "require", "write_zonefile"]
