"""What is wrong, or likely wrong, with a zone before any provider sees it: zone in, findings out."""

from zonesync.lint import (
    addresses,
    caa,
    conflicts,
    cuts,
    dkim,
    dmarc,
    hosts,
    mail,
    meta,
    nameservers,
    reports,
    reverse,
    services,
    soa,
    spf,
    spf_limits,
    targets,
    texts,
    ttls,
)
from zonesync.lint.engine import lint
from zonesync.lint.registry import RULES, Problem, Rule, rule
from zonesync.lint.view import ZoneView

CHAPTERS = {
    "Aliases": conflicts,
    "Delegations": cuts,
    "Name servers": nameservers,
    "SOA": soa,
    "TTL": ttls,
    "Targets": targets,
    "Host names and wildcards": hosts,
    "Addresses": addresses,
    "Reverse zones": reverse,
    "Services": services,
    "MX": mail,
    "TXT": texts,
    "SPF": spf,
    "SPF lookups": spf_limits,
    "DMARC": dmarc,
    "DKIM": dkim,
    "MTA-STS and TLS reporting": reports,
    "CAA": caa,
    "Ignoring and allowing": meta,
}
"""Every module that holds rules, under the heading it has in docs/lint.md. A new module is entered here."""

__all__ = ["CHAPTERS", "RULES", "Problem", "Rule", "ZoneView", "lint", "rule"]
