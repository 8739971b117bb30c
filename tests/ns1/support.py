"""What the tests of the NS1 adapter say often."""

from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId

ZONE = ZoneId("example.com.")
APEX = ZONE.name


def rrset(owner, rtype, *values, ttl=300):
    return RRset.of(APEX if owner == "@" else f"{owner}.{APEX}", rtype, ttl, values)


def key(owner, rtype):
    return Key(APEX if owner == "@" else f"{owner}.{APEX}", rtype)


def a(owner, number=1, ttl=300):
    return rrset(owner, "A", f"192.0.2.{number}", ttl=ttl)


def hosted(provider, *rrsets):
    """Create the zone with *rrsets*, and return it as it is read."""
    live = provider.create(ZONE)
    done = apply(provider, live, [Change(None, one) for one in rrsets])
    assert done == ["applied"] * len(rrsets)
    return provider.read(ZONE)


def apply(provider, live, changes):
    """Carry out *changes* and return their outcomes, in the order in which they were carried out."""
    return [receipt.outcome.value for receipt in provider.apply(live, changes)]


def receipt(provider, live, change):
    """Carry out one change."""
    (found,) = provider.apply(live, [change])
    return found


def native(fake, owner, rtype):
    """Return the whole record as the service has it."""
    domain = APEX[:-1] if owner == "@" else f"{owner}.{APEX[:-1]}"
    return next(one for one in fake.dump(APEX) if (one["domain"], one["type"]) == (domain, rtype))


def is_done(provider, change):
    """Tell whether the zone has what *change* makes."""
    return provider.read(ZONE).rrsets.get(change.key) == change.after


OLD, NEW = a("www", 1), a("www", 2)
CHANGES = {"create": Change(None, NEW), "update": Change(OLD, NEW), "delete": Change(OLD, None)}
WRITTEN = {"create": "PUT", "update": "POST", "delete": "DELETE"}
