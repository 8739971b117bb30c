"""Keys, roles, denials, throttling, overlapping batches, changes under way, and requests that are none."""

import threading
from datetime import timedelta
from urllib.request import Request as Plain
from urllib.request import urlopen
from xml.etree import ElementTree as ET

import boto3
import pytest
from botocore.config import Config

from tests.fakes.kit import Throttle
from tests.fakes.route53 import Route53Fake, error
from tests.fakes.route53_boto import KEY, SECRET, change, client, refused, rr
from tests.fakes.route53_model import NAMESPACE

ROLE = "arn:aws:iam::123456789012:role/dns"


@pytest.fixture
def guarded():
    with Route53Fake(credentials={KEY: SECRET}, roles={ROLE: "outside"}) as fake:
        fake.create_zone("example.com")
        yield fake


def test_a_known_key_is_let_in_whatever_it_asks(guarded):
    service = client(guarded)
    zone = guarded.zone_ids("example.com")[0]

    change(service, zone, ("CREATE", rr("*.a.example.com", "TXT", '"ü"'.replace("ü", "\\374"))))
    listed = service.list_resource_record_sets(
        HostedZoneId=zone, StartRecordName="\\052.a.example.com", StartRecordType="TXT", MaxItems="1"
    )

    assert listed["ResourceRecordSets"][0]["Name"] == "\\052.a.example.com."


@pytest.mark.parametrize(
    ("key", "secret", "token", "code"),
    [
        ("AKIDOTHER", SECRET, None, "InvalidClientTokenId"),
        (KEY, "wrong", None, "SignatureDoesNotMatch"),
        (KEY, SECRET, "stray", "InvalidClientTokenId"),
    ],
)
def test_any_other_key_is_refused(guarded, key, secret, token, code):
    told = refused(client(guarded, key, secret, token).list_hosted_zones)

    assert (told[0], told[2]) == (code, 403)


def test_a_request_without_a_signature_is_refused(guarded):
    with pytest.raises(OSError, match="403"):
        urlopen(f"{guarded.url}/2013-04-01/hostedzone", timeout=5)


@pytest.mark.parametrize(("hours", "words"), [(1, "Signature expired"), (-1, "Signature not yet current")])
def test_a_clock_that_is_off_is_told_so(guarded, hours, words):
    now = guarded.access.clock
    guarded.access.clock = lambda: now() + timedelta(hours=hours).total_seconds()

    code, message, status = refused(client(guarded).list_hosted_zones)

    assert (code, status) == ("SignatureDoesNotMatch", 403)
    assert message.startswith(words)


def sts(fake):
    return boto3.client(
        "sts",
        endpoint_url=fake.url,
        region_name="us-east-1",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_a_role_is_assumed_with_its_external_id(guarded):
    asked = {"RoleArn": ROLE, "RoleSessionName": "me"}

    given = sts(guarded).assume_role(**asked, ExternalId="outside")["Credentials"]
    service = client(guarded, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])

    assert service.get_hosted_zone_count()["HostedZoneCount"] == 1
    tokenless = client(guarded, given["AccessKeyId"], given["SecretAccessKey"])
    assert refused(tokenless.list_hosted_zones)[0] == "InvalidClientTokenId"
    assert refused(sts(guarded).assume_role, **asked)[0] == "AccessDenied"
    assert refused(sts(guarded).assume_role, **(asked | {"RoleArn": f"{ROLE}x"}))[0] == "AccessDenied"


def test_a_role_is_assumed_where_everyone_is_let_in():
    with Route53Fake(roles={ROLE: None}) as fake:
        given = sts(fake).assume_role(RoleArn=ROLE, RoleSessionName="me")["Credentials"]

        assert given["Expiration"].timestamp() > fake.access.clock()


def test_a_denied_operation_names_the_permission():
    with Route53Fake(deny={"ChangeResourceRecordSets"}) as fake:
        zone, service = fake.create_zone("example.com"), client(fake)

        told = refused(change, service, zone, ("CREATE", rr("a.example.com", "A", "192.0.2.1")))
        fake.deny.clear()
        change(service, zone, ("CREATE", rr("a.example.com", "A", "192.0.2.1")))

        fake.deny.add("ListHostedZones")
        assert refused(service.list_hosted_zones)[1].partition(" because ")[0].endswith("on resource: *")
        assert (told[0], told[2]) == ("AccessDenied", 403)
        assert told[1].startswith(
            "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: route53:ChangeResourceRecordSets on "
            f"resource: arn:aws:route53:::hostedzone/{zone}"
        )


def test_one_call_too_many_is_throttled():
    with Route53Fake(throttle=Throttle(rate=0, burst=2)) as fake:
        service = client(fake)
        service.list_hosted_zones()
        service.list_hosted_zones()

        assert refused(service.list_hosted_zones) == ("Throttling", "Rate exceeded", 400)


def test_a_change_is_pending_for_so_many_polls():
    with Route53Fake(insync_after=2) as fake:
        zone, service = fake.create_zone("example.com"), client(fake)
        batch = {
            "Comment": "why",
            "Changes": [{"Action": "CREATE", "ResourceRecordSet": rr("a.example.com", "A", "1.2.3.4")}],
        }

        made = service.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)["ChangeInfo"]
        polled = [service.get_change(Id=made["Id"])["ChangeInfo"] for _ in range(3)]

        assert (made["Status"], made["Comment"]) == ("PENDING", "why")
        assert [info["Status"] for info in polled] == ["PENDING", "PENDING", "INSYNC"]
        assert {info["SubmittedAt"] for info in polled} == {made["SubmittedAt"]}
        told = refused(service.get_change, Id="C0")
        assert (told[0], told[2]) == ("NoSuchChange", 404)


def test_a_batch_while_another_is_under_way_in_the_zone_is_refused():
    with Route53Fake() as fake:
        zone, other = fake.create_zone("example.com"), fake.create_zone("example.org")
        service = client(fake)
        during = []

        def meanwhile():
            asked = [
                threading.Thread(target=lambda: during.append(refused(change, service, zone, ("CREATE", rr("b.example.com", "A", "1.2.3.4"))))),  # noqa: E501 -- one call
                threading.Thread(target=lambda: during.append(change(service, other, ("CREATE", rr("b.example.org", "A", "1.2.3.4"))))),  # noqa: E501 -- one call
            ]  # fmt: skip
            for thread in asked:
                thread.start()
            while sum(fake._under_way.values()) < 3:
                pass
            threads.extend(asked)

        threads = []
        fake.fail(path=f"{zone}/rrset", run=meanwhile)
        change(service, zone, ("CREATE", rr("a.example.com", "A", "1.2.3.4")))
        for thread in threads:
            thread.join()

        codes = [told[0] for told in during if isinstance(told, tuple)]
        assert codes == ["PriorRequestNotComplete"]
        assert [each["Name"] for each in fake.dump(zone)[2:]] == ["a.example.com."]
        assert [each["Name"] for each in fake.dump(other)[2:]] == ["b.example.org."]
        change(service, zone, ("CREATE", rr("c.example.com", "A", "1.2.3.4")))


def test_a_zone_can_be_busy_for_some_batches():
    with Route53Fake() as fake:
        zone, service = fake.create_zone("example.com"), client(fake)
        fake.busy(zone, 2)
        wanted = ("CREATE", rr("a.example.com", "A", "1.2.3.4"))

        told = [refused(change, service, zone, wanted)[0] for _ in range(2)]
        change(service, zone, wanted)

        assert told == ["PriorRequestNotComplete"] * 2


def test_an_error_can_be_ordered():
    with Route53Fake() as fake:
        fake.fail(path="hostedzone$", answer=error("ServiceUnavailable", "later", 503))

        assert refused(client(fake).list_hosted_zones) == ("ServiceUnavailable", "later", 503)
        assert b"<Type>Sender</Type>" in error("Throttling", "slow").body
        assert b"<Type>Receiver</Type>" in error("InternalError", "broken", 500).body


def post(fake, path, body):
    asked = Plain(f"{fake.url}{path}", data=body.encode(), method="POST")
    try:
        return urlopen(asked, timeout=5).read()
    except OSError as failed:
        return failed.read()


def code_of(body):
    return ET.fromstring(body).findtext(f"{{{NAMESPACE}}}Error/{{{NAMESPACE}}}Code")


BATCH = "<Comment>x</Comment><Changes><Change><Action>CREATE</Action><ResourceRecordSet>{}</ResourceRecordSet></Change></Changes>"  # noqa: E501 -- one document
RECORD = "<Name>a.example.com</Name><Type>A</Type><TTL>{}</TTL><ResourceRecords><ResourceRecord><Value>1.2.3.4</Value></ResourceRecord></ResourceRecords>"  # noqa: E501 -- one document
ALIAS = "<Name>a.example.com</Name><Type>A</Type><AliasTarget><HostedZoneId>Z</HostedZoneId><DNSName>b.example.com</DNSName><EvaluateTargetHealth>yes</EvaluateTargetHealth></AliasTarget>"  # noqa: E501 -- one document
BODIES = {
    "well formed": (BATCH.format(RECORD.format(3)), None),
    "no XML": ("<", "MalformedInput"),
    "no changes": ("<Changes/>", "InvalidInput"),
    "another element": (BATCH.format(RECORD.format(3)) + "<Else/>", "InvalidInput"),
    "another element in a list": (
        BATCH.format(RECORD.format(3)).replace("<ResourceRecord>", "<Other>").replace("</ResourceRecord>", "</Other>"),
        "InvalidInput",
    ),
    "no action": (BATCH.format(RECORD.format(3)).replace("<Action>CREATE</Action>", ""), "InvalidInput"),
    "another action": (BATCH.format(RECORD.format(3)).replace("CREATE", "create"), "InvalidInput"),
    "a name twice": (BATCH.format("<Name>b.example.com</Name>" + RECORD.format(3)), "InvalidInput"),
    "a TTL of letters": (BATCH.format(RECORD.format("x")), "InvalidInput"),
    "a TTL below 0": (BATCH.format(RECORD.format(-1)), "InvalidInput"),
    "an element within a text": (BATCH.format(RECORD.format("<TTL>3</TTL>")), "InvalidInput"),
    "no records": (
        BATCH.format("<Name>a.example.com</Name><Type>A</Type><TTL>3</TTL><ResourceRecords/>"),
        "InvalidInput",
    ),
    "a truth of letters": (BATCH.format(ALIAS), "InvalidInput"),
}


@pytest.mark.parametrize("case", BODIES)
def test_a_body_that_the_model_does_not_allow_is_refused(case):
    body, code = BODIES[case]
    with Route53Fake() as fake:
        zone = fake.create_zone("example.com")
        document = f'<ChangeResourceRecordSetsRequest xmlns="{NAMESPACE}"><ChangeBatch>{body}</ChangeBatch></ChangeResourceRecordSetsRequest>'  # noqa: E501 -- one document

        assert code_of(post(fake, f"/2013-04-01/hostedzone/{zone}/rrset/", document)) == code
        assert len(fake.dump(zone)) == (2 if code else 3)


def test_another_document_is_malformed():
    with Route53Fake() as fake:
        for root, space in (("ChangeBatch", NAMESPACE), ("CreateHostedZoneRequest", "https://example.com/")):
            told = post(fake, "/2013-04-01/hostedzone", f'<{root} xmlns="{space}"/>')
            assert code_of(told) == "MalformedInput"


def test_what_the_fake_does_not_have_says_so():
    with Route53Fake() as fake:
        assert refused(client(fake).list_geo_locations)[0] == "NotImplemented"
        assert code_of(post(fake, "/2013-04-01/nothing", "")) == "UnknownOperationException"
