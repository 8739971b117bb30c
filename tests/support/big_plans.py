"""Plans for the views: one as a reviewer gets it, one of any size, and one of everything that may not be obeyed."""

import random

from zonesync.findings import Finding, Place, Severity
from zonesync.model.change import Change, Computed
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Handover, KeptRRset, Plan, Setting, Standing, Step, StepKind, Target, Unread

HOSTILE = (
    "</script><script>window.ran=1</script>",
    "</script x=1><script>window.ran=1</script x>",
    "</SCRIPT/><svg onload=window.ran=1>",
    "<img src=http://127.0.0.1:9/x onerror=window.ran=1>",
    "<!--<script>",
    "javascript:window.ran=1",
    "`x` | y | [a](http://a.example) @here #12",
    "::set-output name=a::b",
    "%%script%%",
    "\x1b[31mred\x07\x00\x7f\u009b",
    "\u202eright to left\u2066\u200b\ufeff",
    "\u2028\u2029\\u003c&lt;&amp;",
    "\"'${window.ran=1}{{1+1}}",
)
"""What somebody may put into a record, a comment or a provider's words."""


def rrset(owner: str, rtype: str, ttl: int | None, *values: str, apex: str = "example.com.") -> RRset:
    """An RRset as the loaders make it; *values* are canonical already."""
    return RRset(apex if owner == "@" else f"{owner}.{apex}", rtype, ttl, tuple(sorted(values)))


def target(zone: ZoneId, provider: str, *kept: KeptRRset) -> Target:
    return Target(zone=zone, provider=provider, target="t", live="", desired="", configuration="", kept=kept)


def reviewed() -> Plan:
    """A plan of an ordinary day, with something of everything that a page has to show."""
    zone, other = ZoneId("example.com."), ZoneId("example.net.", "internal")
    where = "zones/example.com.yaml"
    spf = '"v=spf1 include:_spf.example.net {} ip4:192.0.2.0/24 -all"'
    changes = [
        Change(
            rrset("@", "MX", 3600, "10 mail.example.com.", "20 mx.backup.example.net."),
            rrset("@", "MX", 3600, "10 mail.example.com.", "30 mx.backup.example.net."),
            f"{where}:9",
        ),
        Change(
            rrset("@", "TXT", 3600, spf.format("a:old.example.com")),
            rrset("@", "TXT", 300, spf.format("a:new.example.com mx")),
            f"{where}:12",
        ),
        Change(None, rrset("api", "A", 60, "192.0.2.20", "192.0.2.21"), f"{where}:19"),
        Change(rrset("legacy", "CNAME", 300, "old-host.example.org."), None, f"not in {where}"),
        Change(
            rrset("_sip._tcp", "SRV", 3600, "0 5 5060 sip1.example.com.", "0 5 5060 sip2.example.com."),
            rrset("_sip._tcp", "SRV", 3600, "0 5 5060 sip1.example.com.", "10 5 5061 sip3.example.com."),
            f"{where}:31",
        ),
        Change(None, rrset("xn--bcher-kva", "AAAA", 3600, "2001:db8::7"), f"{where}:40"),
    ]
    key = '"v=DKIM1; k=rsa; p=' + "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA" * 5 + '" "' + "wIDAQAB" * 20 + '"'
    changes.append(Change(None, rrset("s1._domainkey", "TXT", 3600, key), f"{where}:44"))
    names = ("ns1.example.net.", "ns2.example.net.")
    findings = (
        Finding(
            "mx-to-cname",
            Severity.ERROR,
            "MX names `legacy`, which is a CNAME",
            Place(where, 9, 10),
            "name its target instead",
            zone="example.com",
            name="example.com.",
            type="MX",
            excerpt="    MX: [10 mail, 30 mx.backup.example.net.]",
        ),
        Finding(
            "low-ttl",
            Severity.WARNING,
            "TTL 60 is under 300",
            Place(where, 19, 14),
            zone="example.com",
            name="api.example.com.",
            type="A",
            excerpt="    A: {ttl: 60, values: [192.0.2.20, 192.0.2.21]}",
        ),
        Finding(
            "max-deletes",
            Severity.ERROR,
            "12 of 30 record sets would go (40%), limit 30%",
            help="look at what goes; `--allow max-deletes@example.com` waives it",
            zone="example.com",
            provider="ns1",
        ),
    )
    kept = KeptRRset(name="geo.example.com.", type="A", set_identifier="eu", description="geolocation EU", digest="d")
    return Plan(
        created="2026-11-22T13:00:00Z",
        version="0.6.0",
        commit="0a1fb4f9d1c2b3a4958677665544332211ffeedd",
        digest="sha256:4b1f0c",
        findings=findings,
        unread=(Unread(zone=ZoneId("example.org."), provider="ns1", words="the service answers 503 since 40 s"),),
        targets=(
            target(zone, "route53", kept), target(zone, "ns1"), target(other, "route53"), target(other, "ns1"),
        ),
        steps=(
            Step(kind=StepKind.CONTENT, zone=zone, provider="route53", changes=tuple(changes)),
            Step(kind=StepKind.CONTENT, zone=zone, provider="ns1", changes=tuple(changes[:3] + changes[4:])),
            Step(kind=StepKind.CREATE_ZONE, zone=other, provider="ns1", note="with 2 name servers of its own"),
            Step(
                kind=StepKind.METADATA, zone=other, provider="route53",
                settings=(Setting(name="networks", before=("vpc-1",), after=("vpc-1", "vpc-2")),),
            ),
            Step(kind=StepKind.BARRIER, zone=other, provider="", verify=True),
            Step(
                kind=StepKind.APEX_NS, zone=other, provider="ns1",
                changes=(Change(None, Computed("example.net.", "NS", 86400, {"route53": 2, "ns1": 2})),),
            ),
            Step(kind=StepKind.ROTATION, zone=other, provider="ns1", standing=Standing.IN),
            Step(
                kind=StepKind.MANUAL, zone=other, provider="",
                handover=Handover(parent="net.", before=names[:1], after=names, glue=(f"{names[0]} 192.0.2.1",)),
            ),
        ),
    )  # fmt: skip


def big(count: int, zones: int = 40, seed: int = 6) -> Plan:
    """A plan of *count* changes in *zones* zones at two providers, the second of which lacks a tenth of them."""
    rng = random.Random(seed)
    ids = [ZoneId(f"zone{number:03}.example.") for number in range(zones)]
    steps = []
    for number, zone in enumerate(ids):
        changes = [_change(rng, zone.name, at) for at in range(count * number // zones, count * (number + 1) // zones)]
        few = tuple(change for at, change in enumerate(changes) if at % 10)
        steps.append(Step(kind=StepKind.CONTENT, zone=zone, provider="route53", changes=tuple(changes)))
        steps.append(Step(kind=StepKind.CONTENT, zone=zone, provider="ns1", changes=few))
    findings = tuple(
        Finding("low-ttl", Severity.WARNING, "TTL 60 is under 300", Place(f"zones/{zone}.yaml", 7, 9), "", str(zone))
        for zone in ids
    )
    targets = tuple(target(zone, provider) for zone in ids for provider in ("route53", "ns1"))
    return Plan(created="2026-11-22T13:00:00Z", version="0.6.0", targets=targets, steps=tuple(steps), findings=findings)


def _change(rng: random.Random, apex: str, number: int) -> Change:
    def address() -> str:
        return f"192.0.2.{rng.randrange(256)}"

    rtype = rng.choice(("A", "A", "A", "CNAME", "TXT", "MX", "AAAA"))
    make = {
        "A": address,
        "AAAA": lambda: f"2001:db8::{rng.randrange(1, 65536):x}",
        "CNAME": lambda: f"target{rng.randrange(10**6)}.example.net.",
        "TXT": lambda: f'"v=spf1 ip4:{address()} include:_spf{rng.randrange(99)}.example.net -all"',
        "MX": lambda: f"{rng.randrange(1, 99)} mail{rng.randrange(9)}.example.net.",
    }[rtype]
    before = rrset(f"host{number}", rtype, 3600, make(), apex=apex)
    after = rrset(f"host{number}", rtype, rng.choice((300, 3600)), f"{make()}", apex=apex)
    why = f"zones/{apex[:-1]}.yaml:{number + 7}"
    match rng.randrange(4):
        case 0:
            return Change(before, None, why)
        case 1 if before != after:
            return Change(before, after, why)
    return Change(None, after, why)


def hostile() -> Plan:
    """A plan that holds :data:`HOSTILE` wherever text may stand."""
    zone = ZoneId("example.com.", "in<b>side")
    changes = tuple(
        Change(None, rrset(f"x{number}", "TXT", 60, text), f"zones/{text}.yaml:1")
        for number, text in enumerate(HOSTILE)
    )
    findings = tuple(
        Finding(f"rule{text}", Severity.WARNING, text, Place(text, 1, 1), text, str(zone), text, text, text, text)
        for text in HOSTILE
    )
    kept = tuple(KeptRRset(name=text, type="A", set_identifier=text, description=text, digest="") for text in HOSTILE)
    steps = [Step(kind=StepKind.CONTENT, zone=zone, provider="p", changes=changes)]
    for text in HOSTILE:
        settings = (Setting(name=text, before=(text,), after=("x",)),)
        steps.append(Step(kind=StepKind.METADATA, zone=zone, provider=text, settings=settings, note=text))
        hand = Handover(parent=text, before=(text,), after=(text + "2",), glue=(text,))
        steps.append(Step(kind=StepKind.MANUAL, zone=zone, provider="", handover=hand))
    unread = tuple(Unread(zone=zone, provider=text, words=text) for text in HOSTILE)
    return Plan(
        created=HOSTILE[0],
        commit=HOSTILE[3],
        version=HOSTILE[9],
        digest=HOSTILE[10],
        targets=(target(zone, "p", *kept),),
        steps=tuple(steps),
        findings=findings,
        unread=unread,
    )
