"""Zone files in and out of NS1, and its search: calls beside those for zones and records."""

from collections.abc import Iterator, Mapping
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import dns.exception
import dns.name
import dns.rdata
import dns.zone

from tests.fakes.kit import Request
from tests.fakes.ns1_account import Account
from tests.fakes.ns1_answers import ARITY, DNSSEC, TEXTS, fields_of, presentation
from tests.fakes.ns1_records import Record
from tests.fakes.ns1_refusals import bad
from tests.fakes.ns1_zones import Zone

UNEXPORTED = DNSSEC | {"ALIAS", "REDIRECT", "URLFWD"}
"""What a zone file cannot hold; linked records and filter chains are left out as well."""
PIECE = 255
"""Bytes of one character string (RFC 1035, section 3.3)."""


def zone_file(zone: Zone) -> str:
    """Return *zone* as a zone file."""
    fields = zone.fields()
    soa = (
        f"{fields['primary_master']}. {fields['hostmaster'].replace('@', '.')}. {fields['serial']} {fields['refresh']}"
        f" {fields['retry']} {fields['expiry']} {fields['nx_ttl']}"
    )
    lines = [f"$ORIGIN {zone.fqdn}.", f"{zone.fqdn}. {fields['ttl']} IN SOA {soa}"]
    for key in zone.order():
        lines += _lines(zone.records[key])
    return "\n".join(lines) + "\n"


def _lines(record: Record) -> Iterator[str]:
    data = record.data
    if record.type in UNEXPORTED or data["link"] or data["filters"] or record.type not in {*ARITY, *TEXTS}:
        return
    for answer in data["answers"]:
        text = _strings(answer["answer"]) if record.type in TEXTS else presentation(record.type, answer["answer"])
        rdata = dns.rdata.from_text("IN", record.type, text, dns.name.root, relativize=False)
        yield f"{record.domain}. {data['ttl']} IN {record.type} {rdata.to_text()}"


def _strings(fields: list[str]) -> str:
    pieces = []
    for field in fields:
        raw = field.encode()
        pieces += [raw[start : start + PIECE] for start in range(0, len(raw) or 1, PIECE)]
    return " ".join('"' + "".join(f"\\{byte:03}" for byte in piece) + '"' for piece in pieces)


def load(account: Account, name: str, request: Request) -> Zone:
    """Create the zone *name* from the zone file that *request* uploads; networks and views are query parameters."""
    query = request.query
    try:
        parsed = dns.zone.from_text(_upload(request), name, relativize=False, check_origin=False)
    except (dns.exception.DNSException, UnicodeDecodeError, KeyError) as error:
        raise bad(f"invalid zone file: {error}") from None
    body: dict[str, Any] = {"zone": name}
    if query.get("networks"):
        body["networks"] = [int(number) for number in query["networks"].split(",") if number.isdigit()]
    if query.get("views"):
        body["views"] = query["views"].split(",")
    zone = account.create_zone(query.get("name") or name, body)
    for owner, rdataset in parsed.iterate_rdatasets():
        rtype = dns.rdatatype.to_text(rdataset.rdtype)
        if rtype != "SOA":
            answers = [{"answer": _fields(rtype, rdata)} for rdata in rdataset]
            account.store(
                zone, owner.to_text(omit_final_dot=True).lower(), rtype, {"ttl": rdataset.ttl, "answers": answers}
            )
    return zone


def _upload(request: Request) -> str:
    header = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(header + request.body)
    for part in message.iter_parts() if message.is_multipart() else ():
        if part.get_param("name", header="content-disposition") == "zonefile":
            return bytes(part.get_payload(decode=True)).decode()
    raise bad("zonefile is missing")


def _fields(rtype: str, rdata: Any) -> list[Any]:
    if rtype in TEXTS:
        return [string.decode("utf-8", "replace") for string in rdata.strings]
    if rtype == "CAA":
        return [rdata.flags, rdata.tag.decode(), rdata.value.decode()]
    if rtype == "HINFO":
        return [rdata.cpu.decode(), rdata.os.decode()]
    if rtype == "NAPTR":
        texts = [text.decode() for text in (rdata.flags, rdata.service, rdata.regexp)]
        return [rdata.order, rdata.preference, *texts, rdata.replacement.to_text()]
    return fields_of(rtype, rdata.to_text())


def search(account: Account, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the zones and records whose name holds the text that is looked for."""
    word, kind = query.get("q", "").lower(), query.get("type", "all")
    found: list[dict[str, Any]] = []
    for name in sorted(account.zones):
        zone = account.zones[name]
        if kind in {"all", "zone"} and word in name:
            found.append(zone.fields())
        if kind in {"all", "record"}:
            found += [zone.records[key].full(zone.fqdn) for key in zone.order() if word in key[0]]
    most = query.get("max", "")
    return found[: int(most)] if most.isdigit() else found
