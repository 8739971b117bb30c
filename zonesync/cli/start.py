"""init: a configuration and a first zone to start from."""

from typing import TYPE_CHECKING

from zonesync.cli.arguments import require_zone
from zonesync.cli.exits import Exit
from zonesync.cli.output import put

if TYPE_CHECKING:
    from zonesync.cli.session import Session
    from zonesync.model.zone import ZoneId

_CONFIG = """\
# What each key means: `zonesync schema config`
zones: [zones/*.yaml]
state: .zonesync
defaults: {ttl: 1h, providers: [primary]}
providers:
  primary: {type: bind, directory: build/primary, nameservers: [ns1.example.net., ns2.example.net.]}
safety: {max_deletes: 30%, max_changes: 60%, always_allow: 3}
"""

_ZONE = """\
# What each key means: `zonesync schema zone`
zone: %(name)s
%(view)snameservers: [ns1.example.net., ns2.example.net.]
records:
  "@":
    A: 192.0.2.1
    AAAA: 2001:db8::1
    MX: 10 mail.example.net.
    TXT: v=spf1 mx -all
  www: {CNAME: "@"}
"""


def _first_zone(zone: "ZoneId") -> str:
    name, _, view = str(zone).partition("@")
    return _ZONE % {"name": name, "view": f"view: {view}\n" if view else ""}


def init(session: "Session", zone: str) -> int:
    """Write the two files, and say what comes next."""
    identity = require_zone(zone)
    files = {"zonesync.yaml": _CONFIG, f"zones/{str(identity).replace('/', '%2F')}.yaml": _first_zone(identity)}
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
