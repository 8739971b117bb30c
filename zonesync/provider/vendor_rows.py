"""The rows of what is known of the apex NS RRset at DNS services: level, names, source and date.

From their documentation, from what tools that write to them declare, and from what users met; no live account was
asked. Where sources contradict each other or say little, the row has the stricter level, and its note says so: a zone
refused wrongly costs a question, one taken wrongly costs an outage.
"""

from zonesync.provider.contract import ApexNs
from zonesync.provider.vendor import Vendor

CHECKED = "2026-11-22"
"""The day on which an octoDNS package of that row was opened and its declaration read."""

_TABLE = "https://docs.dnscontrol.org/provider"
"""DNSControl's pages on each service; its columns tell who may be one host of two."""


def _octodns(package: str) -> str:
    return f"https://github.com/octodns/octodns-{package}"


def _issue(number: int) -> str:
    return f"https://github.com/StackExchange/dnscontrol/issues/{number}"


def _fixed(name: str, note: str, *octodns: str, source: str = _TABLE, confidence: str = "medium") -> Vendor:
    return Vendor(name, ApexNs.FIXED, False, source, confidence, note, octodns=octodns)


def _declared(name: str, *octodns: str) -> Vendor:
    note = "declared by DNSControl alone, and checked by nobody"
    return Vendor(name, ApexNs.NON_EMPTY, True, _TABLE, "low", note, octodns=octodns)


_FULL = ApexNs.FULL
_NON_EMPTY = ApexNs.NON_EMPTY
_ADD_ONLY = ApexNs.ADD_ONLY
_IGNORED = ApexNs.IGNORED
_FIXED = ApexNs.FIXED

VENDORS: tuple[Vendor, ...] = (
    Vendor(
        "Amazon Route 53",
        _NON_EMPTY,
        True,
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html",
        "high",
        "Amazon advises against changing it, and does not hinder it; the assigned names stay in the delegation set",
        octodns=("octodns_route53.Route53Provider",),
        date=CHECKED,
    ),
    Vendor(
        "Amazon Route 53, private zones",
        _FIXED,
        False,
        _issue(3180),
        "medium",
        "no name servers are assigned, and no resolver follows those in the set",
    ),
    Vendor(
        "Google Cloud DNS",
        _NON_EMPTY,
        True,
        "https://github.com/hashicorp/terraform-provider-google/blob/main/website/docs/r/dns_record_set.html.markdown",
        "high",
        "NS and SOA exist at all times; private zones have fixed ones",
        octodns=("octodns_googlecloud.GoogleCloudProvider",),
        date=CHECKED,
    ),
    Vendor(
        "NS1",
        _NON_EMPTY,
        True,
        _octodns("ns1"),
        "high",
        "made with the zone, then updated; a linked zone has that of the zone it is linked to",
        octodns=("octodns_ns1.Ns1Provider",),
        date=CHECKED,
    ),
    Vendor(
        "Azure DNS",
        _ADD_ONLY,
        True,
        "https://learn.microsoft.com/azure/dns/dns-zones-records",
        "high",
        "its four names cannot be removed, others can be added",
        ("*.azure-dns.com.", "*.azure-dns.net.", "*.azure-dns.org.", "*.azure-dns.info."),
        ("octodns_azure.AzureProvider",),
        date=CHECKED,
    ),
    Vendor(
        "Azure Private DNS",
        _FIXED,
        False,
        _TABLE,
        "high",
        "NS records of private zones cannot be changed",
        octodns=("octodns_azure.AzurePrivateProvider",),
        date=CHECKED,
    ),
    Vendor(
        "Cloudflare",
        _IGNORED,
        False,
        "https://developers.cloudflare.com/dns/nameservers/nameserver-options/",
        "high",
        "records at the apex are stored and not served. The zone setting `multi_provider` makes it serve them beside "
        "its own (`add_only`); whether it is on cannot be known beforehand, so the stricter level stands. The TTL is a "
        "zone setting",
        ("*.ns.cloudflare.com.",),
        ("octodns_cloudflare.CloudflareProvider", "octodns_cloudflare.CloudflareInternalProvider"),
        date=CHECKED,
    ),
    Vendor(
        "DNSimple",
        _FIXED,
        False,
        _octodns("dnsimple"),
        "high",
        "the API cannot change them",
        octodns=("octodns_dnsimple.DnsimpleProvider",),
        date=CHECKED,
    ),
    Vendor(
        "DNS Made Easy",
        _ADD_ONLY,
        False,
        _octodns("dnsmadeeasy"),
        "high",
        "system NS records are fixed, custom ones can be added; only the custom ones have a TTL that can be set, and "
        "one RRset has one TTL (RFC 2181 section 5.2)",
        ("*.dnsmadeeasy.com.",),
        ("octodns_dnsmadeeasy.DnsMadeEasyProvider",),
    ),
    Vendor(
        "Akamai Edge DNS",
        _FIXED,
        False,
        _octodns("edgedns"),
        "medium",
        "contradictory: DNSControl declares full, octoDNS does not declare it; the contract may demand Akamai's "
        "authorities. The stricter level stands",
        octodns=("octodns_edgedns.AkamaiProvider",),
    ),
    Vendor(
        "UltraDNS",
        _NON_EMPTY,
        True,
        _octodns("ultra"),
        "medium",
        "made with the zone, then updated",
        octodns=("octodns_ultra.UltraProvider",),
    ),
    Vendor(
        "DigitalOcean",
        _FULL,
        True,
        _octodns("digitalocean"),
        "high",
        octodns=("octodns_digitalocean.DigitalOceanProvider",),
    ),
    Vendor(
        "Hetzner, DNS console",
        _FULL,
        True,
        _octodns("hetzner"),
        "high",
        "the old API, which the cloud one replaces; the class octodns_hetzner.HetznerProvider writes to either, and is "
        "taken for the stricter",
    ),
    Vendor(
        "Hetzner, cloud API",
        _ADD_ONLY,
        False,
        "https://docs.dnscontrol.org/provider/hetzner_v2",
        "high",
        "its own names cannot be removed; nothing is known of the TTL, so it counts as fixed",
        ("*.ns.hetzner.com.", "*.ns.hetzner.de."),
        ("octodns_hetzner.HetznerProvider",),
    ),
    _fixed(
        "Gandi LiveDNS",
        "the API refuses NS at the apex",
        "octodns_gandi.GandiProvider",
        source=_issue(135),
        confidence="high",
    ),
    Vendor(
        "OVHcloud",
        _ADD_ONLY,
        True,
        _octodns("ovh"),
        "medium",
        "contradictory: tools declare full, OVH says that the servers of a hosted domain cannot be changed. The "
        "stricter level stands",
        octodns=("octodns_ovh.OvhProvider",),
    ),
    Vendor(
        "PowerDNS",
        _FULL,
        True,
        _octodns("powerdns"),
        "high",
        "a server of one's own",
        octodns=("octodns_powerdns.PowerDnsProvider",),
        date=CHECKED,
    ),
    Vendor(
        "RFC 2136 UPDATE",
        _NON_EMPTY,
        True,
        "https://www.rfc-editor.org/rfc/rfc2136#section-3.4.2.4",
        "high",
        "the last NS at the apex cannot be deleted; named also refuses an in-zone name server without address",
        octodns=("octodns_bind.Rfc2136Provider",),
        date=CHECKED,
    ),
    Vendor(
        "Zone files",
        _FULL,
        True,
        _octodns("bind"),
        "high",
        "a file might have none, but no server loads it then",
        octodns=("octodns_bind.ZoneFileProvider",),
        date=CHECKED,
    ),
    _fixed(
        "Linode",
        "five NS records are made with the zone and cannot be modified; further ones are for subdomains",
        source="https://www.linode.com/docs/products/networking/dns-manager/guides/ns-record/",
        confidence="high",
    ),
    Vendor(
        "Vultr",
        _ADD_ONLY,
        True,
        "https://github.com/izzoa/octodns-vultr",
        "low",
        "one tool of a third party declares full, nobody else says anything. The stricter level stands",
        octodns=("octodns_vultr.VultrProvider",),
    ),
    Vendor(
        "Oracle Cloud DNS",
        _ADD_ONLY,
        False,
        "https://docs.dnscontrol.org/provider/oracle",
        "high",
        "its own names cannot be changed, and the TTL is always 86400",
        ("*.dns.oraclecloud.net.",),
    ),
    Vendor(
        "Alibaba Cloud DNS",
        _ADD_ONLY,
        False,
        _TABLE,
        "medium",
        "DNSControl declares full, but its own NS are not among the records that the API lists. The stricter level "
        "stands",
    ),
    _fixed("Constellix", "octoDNS says no", "octodns_constellix.ConstellixProvider", source=_octodns("constellix")),
    Vendor(
        "ClouDNS",
        _FULL,
        True,
        "https://github.com/ClouDNS/octodns_cloudns",
        "medium",
        octodns=("octodns_cloudns.ClouDNSProvider",),
    ),
    Vendor(
        "Porkbun",
        _IGNORED,
        False,
        _issue(3950),
        "high",
        "changes are ignored by its servers; one third-party octoDNS package declares full all the same. The stricter "
        "level stands",
        octodns=("octodns_porkbun.PorkbunProvider",),
    ),
    _fixed("Namecheap BasicDNS", "no control of NS at the apex", confidence="high"),
    _fixed(
        "GoDaddy",
        "the API takes the set only with its own names as they are (422 FAILED_NAME_SERVER_VALIDATION)",
        source="https://github.com/n3integration/terraform-provider-godaddy/issues/25",
    ),
    Vendor(
        "deSEC",
        _FULL,
        True,
        "https://github.com/rootshell-labs/octodns-desec",
        "medium",
        "an ordinary RRset. deSEC signs every zone, so a second provider needs multi-signer DNSSEC (RFC 8901)",
        octodns=("octodns_desec.DesecProvider",),
    ),
    Vendor(
        "Hurricane Electric",
        _ADD_ONLY,
        True,
        "https://docs.dnscontrol.org/provider/hedns",
        "medium",
        "DNSControl declares full; whether its own names can go is not said. The stricter level stands",
    ),
    _fixed("name.com", "contradictory: declared full, skipped in the code that would do it. The stricter level stands"),
    _fixed(
        "TransIP",
        "octoDNS sets the names by another call, without TTL; DNSControl says no. The stricter level stands",
        "octodns_transip.TransipProvider",
        source=_octodns("transip"),
    ),
    Vendor("Gcore", _FULL, True, _octodns("gcore"), "medium", octodns=("octodns_gcore.GCoreProvider",)),
    Vendor(
        "DNScale",
        _ADD_ONLY,
        False,
        _issue(4176),
        "medium",
        "its own names are managed by the system; nothing is known of the TTL, so it counts as fixed",
    ),
    _fixed(
        "Exoscale",
        "contradictory: a community package of octoDNS declares full, DNSControl says no. The stricter level stands",
        "octodns_exoscale.ExoscaleProvider",
    ),
    _fixed("Vercel", "NS cannot be set at the root"),
    _fixed("bunny.net", "DNSControl says no", "octodns_bunny.BunnyProvider"),
    _fixed("AutoDNS", "DNSControl says no", "octodns_autodns.AutoDNSProvider"),
    *(
        _fixed(name, "DNSControl says no")
        for name in ("Netlify", "Joker", "Netcup", "Sakura Cloud", "RWTH", "Realtime Register", "Packetframe")
    ),
    _declared("INWX", "octodns_inwx.INWXProvider"),
    _declared("Mythic Beasts", "octodns_mythicbeasts.MythicBeastsProvider"),
    *(
        _declared(name)
        for name in (
            "LuaDNS",
            "Netnod",
            "Huawei Cloud DNS",
            "Tencent Cloud DNS",
            "Loopia",
            "hosting.de",
            "Gidinet",
            "CentralNic Reseller",
        )
    ),
)
"""Every service that something is known of, in the order of docs/apex-ns.md."""
