"""init: a configuration and a first zone to start from."""

from typing import TYPE_CHECKING

from zonesync.cli.arguments import require_zone
from zonesync.cli.exits import Exit
from zonesync.cli.output import put
from zonesync.exporters.scalars import scalar
from zonesync.model.names import is_within

if TYPE_CHECKING:
    from zonesync.cli.session import Session
    from zonesync.model.zone import ZoneId

_CONFIG = """\
# What each key means: `zonesync schema config`
zones: [zones/*.yaml]
state: .zonesync
defaults: {ttl: 1h, providers: [primary]}
providers:
  primary: {type: bind, directory: build/primary, nameservers: [ns1.%(servers)s, ns2.%(servers)s]}
safety: {max_deletes: 30%%, max_changes: 60%%, always_allow: 3}
"""

_ZONE = """\
# What each key means: `zonesync schema zone`
zone: %(name)s
%(view)snameservers: [ns1.%(servers)s, ns2.%(servers)s]
records:
  "@":
    A: 192.0.2.1
    AAAA: 2001:db8::1
    MX: 10 mail.%(servers)s
    TXT: v=spf1 mx -all
  www: {CNAME: "@"}
"""


def _words(zone: "ZoneId") -> dict[str, str]:
    name, _, view = str(zone).partition("@")
    return {
        "name": scalar(name),
        "view": f"view: {scalar(view)}\n" if view else "",
        # Name servers within the zone would need addresses in it.
        "servers": "example.org." if is_within("example.net.", zone.name) else "example.net.",
    }


def init(session: "Session", zone: str) -> int:
    """Write the two files, and say what comes next."""
    identity = require_zone(zone)
    words = _words(identity)
    files = {
        "zonesync.yaml": _CONFIG % words,
        f"zones/{str(identity).replace('/', '%2F')}.yaml": _ZONE % words,
    }
    taken = [name for name in files if session.path(name).exists()]
    if taken:
        session.complain("file-exists", f"{', '.join(taken)} is there already and is not overwritten")
        return Exit.REFUSED
    for name, text in files.items():
        path = session.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
        put(f"wrote {name}")
    put("next: edit them, then")
    for command in ("validate", "plan --out plan.json", "apply plan.json"):
        put(f"  zonesync {command}")
    return Exit.OK
