"""The DNSSEC keys of a signed zone, made from a seed: real key tags and digests of keys that sign nothing."""

import base64
import random
from typing import Any

import dns.dnssec
import dns.name
import dns.rdataclass
import dns.rdatatype
from dns.rdtypes.ANY.DNSKEY import DNSKEY

from tests.fakes.gcloud_state import Zone

ALGORITHMS = {"rsasha1": 5, "rsasha256": 8, "rsasha512": 10, "ecdsap256sha256": 13, "ecdsap384sha384": 14}


def keys(zone: Zone) -> list[dict[str, Any]]:
    """Return the zone's dnsKeys; none where it is not signed."""
    if zone.dnssec == "off":
        return []
    return [_key(zone, number, spec) for number, spec in enumerate(zone.resource["dnssecConfig"]["defaultKeySpecs"])]


def _key(zone: Zone, number: int, spec: dict[str, Any]) -> dict[str, Any]:
    signing = spec["keyType"] == "keySigning"
    secret = random.Random(f"{zone.resource['id']}/{number}").randbytes(int(spec["keyLength"]) // 8)
    rdata = DNSKEY(
        dns.rdataclass.IN, dns.rdatatype.DNSKEY, 257 if signing else 256, 3, ALGORITHMS[spec["algorithm"]], secret
    )
    digest = dns.dnssec.make_ds(dns.name.from_text(zone.apex), rdata, "SHA256").digest.hex().upper()
    key = {
        "kind": "dns#dnsKey",
        "id": str(number),
        "algorithm": spec["algorithm"],
        "keyLength": int(spec["keyLength"]),
        "publicKey": base64.b64encode(secret).decode(),
        "creationTime": zone.resource["creationTime"],
        "isActive": True,
        "type": spec["keyType"],
        "keyTag": dns.dnssec.key_id(rdata),
    }
    return {**key, "digests": [{"type": "sha256", "digest": digest}]} if signing else key
