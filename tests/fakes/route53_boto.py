"""Speaking to the fake through boto3, in few words."""

from collections.abc import Iterable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.fakes.route53 import Route53Fake
from tests.fakes.route53_state import Native, simple

KEY, SECRET = "AKIDEXAMPLE", "a-secret"
CHECK = "11111111-aaaa-bbbb-cccc-222222222222"
COLLECTION = "33333333-aaaa-bbbb-cccc-444444444444"
A1, A2 = "192.0.2.1", "192.0.2.2"


def client(fake: Route53Fake, key: str = KEY, secret: str = SECRET, token: str | None = None) -> Any:
    """Return a client of *fake* that tries each call once."""
    return boto3.client(
        "route53",
        endpoint_url=fake.url,
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=20),
    )


def rr(name: str, kind: str, *values: str, ttl: int = 300, **more: Any) -> Native:
    """Return a record set with values."""
    return simple(name, kind, ttl, values) | more


def alias(name: str, kind: str, target: str, zone: str, *, evaluate: bool = False, **more: Any) -> Native:
    """Return a record set that is an alias."""
    point = {"HostedZoneId": zone, "DNSName": target, "EvaluateTargetHealth": evaluate}
    return {"Name": name, "Type": kind, "AliasTarget": point, **more}


def change(service: Any, zone: str, *changes: tuple[str, Native]) -> Any:
    """Send one batch of (action, record set)."""
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": native} for action, native in changes]}
    return service.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)


def refused(call: Any, *arguments: Any, **named: Any) -> tuple[str, str, int]:
    """Return the code, the message and the HTTP status of the error that *call* ends in."""
    with pytest.raises(ClientError) as caught:
        call(*arguments, **named)
    answer: Any = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def stocked() -> Route53Fake:
    """Return a fake, not yet started, that has a health check and a CIDR collection."""
    fake = Route53Fake(seed=3)
    fake.account.add_health_check(CHECK, "check", {"Type": "TCP", "IPAddress": A1, "Port": 443})
    fake.account.collections[COLLECTION] = {"office", "home"}
    return fake


def filled(fake: Route53Fake) -> str:
    """Return the id of a new zone example.com that holds one record set of each kind."""
    made = fake.create_zone("example.com")
    for name, kind, *values in (
        ("a.example.com.", "A", A1, A2),
        ("cname.example.com.", "CNAME", "target.example.net"),
        ("mx.example.com.", "MX", "10 mail.example.net."),
        ("*.example.com.", "TXT", '"star"'),
    ):
        fake.edit(made, name, kind, 300, values)
    for number in (1, 2):
        one = rr("w.example.com.", "A", f"192.0.2.{number}", SetIdentifier=f"w{number}", Weight=number)
        fake.add_native(made, one)
        region = rr("l.example.com.", "A", A1, SetIdentifier=f"l{number}", Region=f"us-west-{number}")
        fake.add_native(made, region)
    fake.add_native(made, rr("g.example.com.", "A", A1, SetIdentifier="g", GeoLocation={"CountryCode": "*"}))
    fake.add_native(made, rr("f.example.com.", "A", A1, SetIdentifier="f", Failover="SECONDARY"))
    place = {"CollectionId": COLLECTION, "LocationName": "office"}
    fake.add_native(made, rr("c.example.com.", "A", A1, SetIdentifier="c", CidrRoutingConfig=place))
    fake.add_native(
        made,
        rr("p.example.com.", "A", A1, SetIdentifier="p", GeoProximityLocation={"AWSRegion": "us-east-1", "Bias": 3}),
    )
    fake.add_native(made, rr("t.example.com.", "A", A1, TrafficPolicyInstanceId="policy-instance"))
    fake.add_native(made, alias("alias.example.com.", "A", "a.example.com.", made))
    fake.protect(made, "kept.example.com.", "A", "by the network team")
    return made


def mine(zone: str, changes: Iterable[tuple[str, Any]], fake: Route53Fake) -> Iterator[tuple[str, Native]]:
    """Fill in what only the zone at hand knows: a type stands for the record set of it, `MINE` for the zone's id."""
    for action, native in changes:
        if isinstance(native, str):
            yield action, next(each for each in fake.dump(zone) if each["Type"] == native)
        elif native.get("AliasTarget", {}).get("HostedZoneId") == "MINE":
            yield action, native | {"AliasTarget": native["AliasTarget"] | {"HostedZoneId": zone}}
        else:
            yield action, native
