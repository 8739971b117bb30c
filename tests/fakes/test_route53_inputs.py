"""Requests and values of a wrong form, asked through boto3."""

from typing import Any

import pytest

from tests.fakes.route53_boto import A1, alias, change, client, filled, refused, rr, stocked


@pytest.fixture(scope="module")
def fake():
    with stocked() as started:
        yield started


@pytest.fixture(scope="module")
def service(fake):
    return client(fake)


@pytest.fixture
def zone(fake):
    """Return the id of a zone that holds one of each."""
    return filled(fake)


WEIGHTED: dict[str, Any] = {"SetIdentifier": "x", "Weight": 1}
SHAPE = "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found"  # noqa: E501 -- the service's sentence
POLICY = "Expected exactly one of [Weight, Region, Failover, GeoLocation, MultiValueAnswer, CidrRoutingConfig, or GeoProximityLocation], but found"  # noqa: E501 -- the service's sentence
BARE = {"Name": "n.example.com", "Type": "A"}
X: dict[str, Any] = {"SetIdentifier": "x"}
INPUT = {
    "values without a TTL": (BARE | {"ResourceRecords": [{"Value": A1}]}, f"{SHAPE} none in Change with ["),
    "a TTL without values": (BARE | {"TTL": 3}, f"{SHAPE} none in Change with ["),
    "neither values nor an alias": (BARE, f"{SHAPE} none in Change with [Action=CREATE, Name=n.example.com, Type=A, "),
    "an alias with a TTL": (
        alias("n.example.com", "A", "a.example.com", "Z", TTL=300),
        f"{SHAPE} more than one in Change with [Action=CREATE, Name=n.example.com, Type=A, SetIdentifier=null]",
    ),
    "an alias with values": (
        alias("n.example.com", "A", "a.example.com", "Z", ResourceRecords=[{"Value": A1}]),
        f"{SHAPE} more than one in Change with [",
    ),
    "a traffic policy instance": (
        BARE | {"TrafficPolicyInstanceId": "x"},
        "Unexpected field 'TrafficPolicyInstanceId'",
    ),
    "a weight without an identifier": (
        rr("n.example.com", "A", A1, Weight=1),
        "Missing field 'SetIdentifier' in Change",
    ),
    "an identifier without a policy": (rr("n.example.com", "A", A1, **X), f"{POLICY} none in Change"),
    "two policies": (rr("n.example.com", "A", A1, **WEIGHTED, Region="us-east-1"), f"{POLICY} more than one in Change"),
    "a weighted NS": (rr("n.example.com", "NS", "a.", **WEIGHTED), "Unexpected field 'Weight'"),
    "a weighted DS": (rr("n.example.com", "DS", f"1 8 2 {'0' * 64}", **WEIGHTED), "Unexpected field 'Weight'"),
    "a multivalue alias": (
        alias("n.example.com", "A", "a.example.com", "Z", **X, MultiValueAnswer=True),
        "Unexpected field 'MultiValueAnswer'",
    ),
    "a multivalue CNAME": (
        rr("n.example.com", "CNAME", "a.", **X, MultiValueAnswer=True),
        "Unexpected field 'MultiValueAnswer'",
    ),
    "multivalue that is false": (
        rr("n.example.com", "A", A1, **X, MultiValueAnswer=False),
        "Unexpected field 'MultiValueAnswer'",
    ),
    "an empty location": (rr("n.example.com", "A", A1, **X, GeoLocation={}), "[ContinentCode, or CountryCode]"),
    "a continent with a country": (
        rr("n.example.com", "A", A1, **X, GeoLocation={"ContinentCode": "EU", "CountryCode": "DE"}),
        "[ContinentCode, or CountryCode]",
    ),
    "a subdivision of Germany": (
        rr("n.example.com", "A", A1, **X, GeoLocation={"CountryCode": "DE", "SubdivisionCode": "BY"}),
        "SubdivisionCode needs a CountryCode of US or UA",
    ),
    "a bias without a place": (
        rr("n.example.com", "A", A1, **X, GeoProximityLocation={"Bias": 1}),
        "[AWSRegion, LocalZoneGroup, or Coordinates]",
    ),
    "two places": (
        rr("n.example.com", "A", A1, **X, GeoProximityLocation={"AWSRegion": "us-east-1", "LocalZoneGroup": "x"}),
        "[AWSRegion, LocalZoneGroup, or Coordinates]",
    ),
    "a place beyond the pole": (
        rr(
            *("n.example.com", "A", A1), **X, GeoProximityLocation={"Coordinates": {"Latitude": "91", "Longitude": "0"}}
        ),
        "Coordinates are out of range",
    ),
    "an unknown type": (rr("n.example.com", "LOC", "x"), "Invalid XML ; cvc-enumeration-valid: Value 'LOC' is not"),
    "an unknown region": (rr("n.example.com", "A", A1, **X, Region="mars"), "Invalid XML ; cvc-enumeration-valid"),
    "a weight of 256": (
        rr("n.example.com", "A", A1, **X, Weight=256),
        (
            "Invalid XML ; cvc-maxInclusive-valid: Value '256' is not facet-valid with respect to maxInclusive '255' "
            "for type 'ResourceRecordSetWeight'."
        ),
    ),
    "a TTL of 2**31": (rr("n.example.com", "A", A1, ttl=2**31), "cvc-maxInclusive-valid: Value '2147483648'"),
    "a bias of 100": (
        rr("n.example.com", "A", A1, **X, GeoProximityLocation={"AWSRegion": "us-east-1", "Bias": 100}),
        "cvc-maxInclusive-valid: Value '100'",
    ),
    "an identifier of 129": (
        rr("n.example.com", "A", A1, SetIdentifier="x" * 129, Weight=1),
        "cvc-maxLength-valid: Value",
    ),
    "a value of 4,001": (
        rr("n.example.com", "TXT", ('"' + "a" * 200 + '" ') * 19 + '"' + "a" * 142 + '"'),
        "with length = '4001' is not facet-valid with respect to maxLength '4000' for type 'RData'.",
    ),
    "a name of 1,025": (rr("a" * 1025, "A", A1), "maxLength '1024' for type 'DNSName'."),
    "a longitude of letters": (
        rr(*("n.example.com", "A", A1), **X, GeoProximityLocation={"Coordinates": {"Latitude": "1", "Longitude": "x"}}),
        "cvc-pattern-valid: Value 'x'",
    ),
}


@pytest.mark.parametrize("case", INPUT)
def test_a_request_of_a_wrong_form_is_invalid_input(fake, service, zone, case):
    native, words = INPUT[case]

    code, message, status = refused(change, service, zone, ("CREATE", native))

    assert (code, status) == ("InvalidInput", 400)
    assert words in message


def test_an_unknown_health_check_is_not_found(service, zone):
    native = rr("n.example.com", "A", A1, **WEIGHTED, HealthCheckId="unknown")

    assert refused(change, service, zone, ("CREATE", native)) == (
        *("NoSuchHealthCheck", "No health check exists with the specified ID: unknown", 404),
    )


VALUES = {
    ("A", "192.0.2.256"): "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)",
    ("A", "192.0.2.1, 192.0.2.2"): "ARRDATANotSingleField (Value contains spaces)",
    ("AAAA", "192.0.2.1"): "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)",
    ("AAAA", "2001:db8::1 "): "AAAARRDATANotSingleField (Value contains spaces)",
    ("CNAME", "a..b"): "DomainLabelEmpty (Domain label is empty)",
    ("CNAME", "a b"): "CNAMERRDATANotSingleField (Value contains spaces)",
    ("NS", "ns é"): "NSRRDATANotSingleField (Value contains spaces)",
    ("PTR", "ns.é"): "UnsupportedCharacter (Value contains unsupported characters)",
    ("MX", "mail.example.net."): "MXRRDATANotTwoFields (MX doesn't have 2 fields)",
    ("MX", "65536 mail.example.net."): "MXRRDATAIllegalNumber (Value is not a 16-bit number)",
    ("MX", "ten mail.example.net."): "MXRRDATAIllegalNumber (Value is not a 16-bit number)",
    ("SRV", "1 2 mail.example.net."): "SRVRRDATANotFourFields (SRV doesn't have 4 fields)",
    ("TXT", "plain"): "InvalidCharacterString (Value should be enclosed in quotation marks)",
    ("TXT", '"a" b'): "InvalidCharacterString (Value should be enclosed in quotation marks)",
    ("TXT", '"open'): "InvalidCharacterString (Value should be enclosed in quotation marks)",
    ("TXT", '"in"side"'): "InvalidCharacterString (Value should be enclosed in quotation marks)",
    ("TXT", f'"{"a" * 256}"'): "CharacterStringTooLong (Value is too long)",
    ("TXT", '"é"'): "InvalidCharacterString (Value contains unsupported characters)",
    ("TXT", r'"\400"'): "InvalidCharacterString (Value contains an invalid escape sequence)",
    ("TXT", r'"\18"'): "InvalidCharacterString (Value contains an invalid escape sequence)",
    ("SPF", "v=spf1 -all"): "InvalidCharacterString (Value should be enclosed in quotation marks)",
    ("CAA", "0 issue ca.example"): "CAARRDATAInvalid (Value should be enclosed in quotation marks)",
    ("CAA", '256 issue "ca.example"'): "CAARRDATAInvalid (Value is not valid for type CAA)",
    ("NAPTR", "1 2 U E2U . ."): "NAPTRRRDATAInvalid (Value should be enclosed in quotation marks)",
    ("NAPTR", '1 2 "U" "E2U" "" x y'): "NAPTRRRDATAInvalid (Value should be enclosed in quotation marks)",
    ("DS", "1 8 2 00"): "DSRRDATAInvalid (Value is not valid for type DS)",
    ("DS", rf"\# 36 0001 08 02 {'00' * 32}"): "DSRRDATAInvalid (Value is not valid for type DS)",
    ("SSHFP", "1 1 xyz"): "SSHFPRRDATAInvalid (Value is not valid for type SSHFP)",
    ("TLSA", "1 1 1"): "TLSARRDATAInvalid (Value is not valid for type TLSA)",
    ("TLSA", "3 1 1 00 ; so"): "TLSARRDATAInvalid (Value is not valid for type TLSA)",
    ("SVCB", "1"): "SVCBRRDATAInvalid (Value is not valid for type SVCB)",
    ("HTTPS", "1 . ipv4hint=x"): "HTTPSRRDATAInvalid (Value is not valid for type HTTPS)",
}


@pytest.mark.parametrize(("kind", "value"), VALUES)
def test_a_value_that_is_none_of_its_type_is_refused(service, zone, kind, value):
    code, message, _ = refused(change, service, zone, ("CREATE", rr("n.example.com", kind, value)))

    assert code == "InvalidChangeBatch"
    assert message.startswith("[Invalid Resource Record: 'FATAL problem: ")
    assert VALUES[kind, value] in message


def test_a_bad_soa_is_refused(service, zone):
    code, message, _ = refused(change, service, zone, ("UPSERT", rr("example.com", "SOA", "a. b. 1 2 3 4")))

    assert (code, "SOARRDATAInvalid" in message) == ("InvalidChangeBatch", True)
