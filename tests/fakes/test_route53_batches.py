"""What a change batch may not do, asked through boto3: each refusal with its code and its words."""

import pytest

from tests.fakes.route53_boto import A1, A2, alias, change, client, filled, mine, refused, rr, stocked


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


def record(name, kind):
    return f"resource record set [name='{name}', type='{kind}']"


def fatal(code, words, value):
    return f"Invalid Resource Record: 'FATAL problem: {code} ({words}) encountered with '{value}''"


CREATE, DELETE, UPSERT = "CREATE", "DELETE", "UPSERT"
BATCH = {
    "create of what exists": (
        [(CREATE, rr("a.example.com", "A", "192.0.2.9"))],
        f"[Tried to create {record('a.example.com.', 'A')} but it already exists]",
    ),
    "create of an identifier that exists": (
        [(CREATE, rr("w.example.com", "A", A1, SetIdentifier="w1", Weight=1))],
        (
            "[Tried to create resource record set [name='w.example.com.', type='A', set-identifier='w1'] but it "
            "already exists]"
        ),
    ),
    "delete of what is absent": (
        [(DELETE, rr("b.example.com", "A", A1))],
        f"[Tried to delete {record('b.example.com.', 'A')} but it was not found]",
    ),
    "delete without the identifier": (
        [(DELETE, rr("w.example.com", "A", A1))],
        f"[Tried to delete {record('w.example.com.', 'A')} but it was not found]",
    ),
    "apex NS deleted": (
        [(DELETE, "NS")],
        "[A HostedZone must contain at least one NS record for the zone itself.]",
    ),
    "apex SOA deleted": ([(DELETE, "SOA")], "[A HostedZone must contain exactly one SOA record.]"),
    "apex NS deleted and created again": (
        [(DELETE, "NS"), (CREATE, rr("example.com", "NS", "ns.example.net."))],
        (
            "[A HostedZone must contain at least one NS record for the zone itself., "
            f"Tried to create {record('example.com.', 'NS')} but it already exists]"
        ),
    ),
    "apex NS created": (
        [(CREATE, rr("example.com", "NS", "ns.example.net."))],
        f"[Tried to create {record('example.com.', 'NS')} but it already exists]",
    ),
    "two SOA records": (
        [(UPSERT, rr("example.com", "SOA", "a. b. 1 2 3 4 5", "a. b. 1 2 3 4 6"))],
        "[A HostedZone must contain exactly one SOA record.]",
    ),
    "SOA below the apex": (
        [(CREATE, rr("sub.example.com", "SOA", "a. b. 1 2 3 4 5"))],
        "[A HostedZone must contain exactly one SOA record.]",
    ),
    "CNAME beside other data": (
        [(CREATE, rr("a.example.com", "CNAME", "b.example.com."))],
        (
            "[RRSet of type CNAME with DNS name a.example.com. is not permitted as it conflicts with other records "
            "with the same DNS name in zone example.com.]"
        ),
    ),
    "other data beside a CNAME": (
        [(UPSERT, rr("cname.example.com", "A", A1))],
        (
            "[RRSet of type A with DNS name cname.example.com. is not permitted because a conflicting RRSet of type "
            "CNAME with the same DNS name already exists in zone example.com.]"
        ),
    ),
    "other data before the CNAME goes": (
        [(CREATE, rr("cname.example.com", "A", A1)), (DELETE, rr("cname.example.com", "CNAME", "target.example.net"))],
        (
            "[RRSet of type A with DNS name cname.example.com. is not permitted because a conflicting RRSet of type "
            "CNAME with the same DNS name already exists in zone example.com.]"
        ),
    ),
    "CNAME at the apex": (
        [(UPSERT, rr("example.com", "CNAME", "b.example.net."))],
        "[RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.]",
    ),
    "CNAME alias at the apex": (
        [(CREATE, alias("example.com", "CNAME", "cname.example.com", "MINE"))],
        "[RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.]",
    ),
    "CNAME of two values": (
        [(CREATE, rr("b.example.com", "CNAME", "x.", "y."))],
        "[RRSet of type CNAME with DNS name b.example.com. must contain only one resource record]",
    ),
    "name of another zone": (
        [(CREATE, rr("a.example.org", "A", A1))],
        "[RRSet with DNS name a.example.org. is not permitted in zone example.com.]",
    ),
    "name that only ends alike": (
        [(CREATE, rr("fooexample.com", "A", A1))],
        "[RRSet with DNS name fooexample.com. is not permitted in zone example.com.]",
    ),
    "a wildcard NS": (
        [(CREATE, rr("*.example.com", "NS", "ns.example.net."))],
        "[RRSet with DNS name \\052.example.com., type NS cannot be a wildcard]",
    ),
    "the same deleted twice": (
        [(DELETE, rr("a.example.com", "A", A1, A2)), (DELETE, rr("a.example.com", "A", A1, A2))],
        "[The request contains an invalid set of changes for a resource record set 'A a.example.com.']",
    ),
    "the same upserted twice": (
        [(UPSERT, rr("b.example.com", "A", A1)), (UPSERT, rr("B.example.com.", "A", A2))],
        "[The request contains an invalid set of changes for a resource record set 'A b.example.com.']",
    ),
    "create before delete": (
        [(CREATE, rr("a.example.com", "A", "192.0.2.9")), (DELETE, rr("a.example.com", "A", A1, A2))],
        "[The request contains an invalid set of changes for a resource record set 'A a.example.com.']",
    ),
    "a value twice": (
        [(CREATE, rr("b.example.com", "A", A1, A1))],
        f"[Duplicate Resource Record: '{A1}']",
    ),
    "a value twice in two spellings": (
        [(CREATE, rr("b.example.com", "NS", "x.example.net", "X.example.net."))],
        "[Duplicate Resource Record: 'X.example.net.']",
    ),
    "several bad changes": (
        [
            (CREATE, rr("a.example.com", "A", A1)),
            (CREATE, rr("ok.example.com", "A", A1)),
            (DELETE, rr("b.example.com", "A", A1)),
        ],
        (
            f"[Tried to create {record('a.example.com.', 'A')} but it already exists, "
            f"Tried to delete {record('b.example.com.', 'A')} but it was not found]"
        ),
    ),
    "several bad values": (
        [(CREATE, rr("x.example.com", "A", "x")), (CREATE, rr("y.example.com", "TXT", "y"))],
        (
            f"[{fatal('ARRDATAIllegalIPv4Address', 'Value is not a valid IPv4 address', 'x')}, "
            f"{fatal('InvalidCharacterString', 'Value should be enclosed in quotation marks', 'y')}]"
        ),
    ),
    "a protected name and type": (
        [(CREATE, rr("kept.example.com", "A", A1))],
        f"[{record('kept.example.com.', 'A')} is protected (by the network team)]",
    ),
    "a name with an empty label": (
        [(CREATE, rr("a..example.com", "A", A1))],
        "[FATAL problem: DomainLabelEmpty (Domain label is empty) encountered with 'a..example.com']",
    ),
    "a name with a label of 64": (
        [(CREATE, rr(f"{'a' * 64}.example.com", "A", A1))],
        f"[FATAL problem: DomainLabelTooLong (Domain label is too long) encountered with '{'a' * 64}.example.com']",
    ),
    "a name of 256": (
        [(CREATE, rr("a." * 122 + "example.com", "A", A1))],
        f"[FATAL problem: DomainNameTooLong (Domain name is too long) encountered with '{'a.' * 122}example.com']",
    ),
    "a name with a space": (
        [(CREATE, rr("a b.example.com", "A", A1))],
        (
            "[FATAL problem: UnsupportedCharacter (Value contains unsupported characters) encountered with "
            "'a b.example.com']"
        ),
    ),
    "an empty alias target": (
        [(CREATE, alias("x.example.com", "A", "", "MINE"))],
        "[FATAL problem: DomainNameEmpty (Domain name is empty) encountered with '']",
    ),
    "1,001 records": (
        [(CREATE, rr(f"n{number}.example.com", "A", A1)) for number in range(1001)],
        "[Number of records limit of 1000 exceeded.]",
    ),
    "501 records upserted": (
        [(UPSERT, rr(f"n{number}.example.com", "A", A1)) for number in range(501)],
        "[Number of records limit of 1000 exceeded.]",
    ),
    "32,001 characters": (
        [(CREATE, rr(f"n{number}.example.com", "TXT", f'"{"a" * 254}"')) for number in range(125)]
        + [(CREATE, rr("n.example.com", "TXT", '""'))],
        "[RDATA character limit of 32000 exceeded.]",
    ),
    "16,001 characters upserted": (
        [(UPSERT, rr(f"n{number}.example.com", "TXT", f'"{"a" * 249}"')) for number in range(64)],
        "[RDATA character limit of 32000 exceeded.]",
    ),
    "4,001 aliases": (
        [(CREATE, alias(f"n{number}.example.com", "A", "a.example.com", "MINE")) for number in range(4001)],
        "[Cannot have more than 4000 changes in a batch]",
    ),
    "401 values": (
        [(CREATE, rr("n.example.com", "A", *(f"192.0.{number // 200}.{number % 200}" for number in range(401))))],
        "[Cannot have more than 400 records in a RRSet.]",
    ),
}


@pytest.mark.parametrize("case", BATCH)
def test_a_bad_batch_is_refused_in_the_words_of_the_service_and_changes_nothing(fake, service, zone, case):
    changes, words = BATCH[case]
    before = fake.dump(zone)

    code, message, status = refused(change, service, zone, *mine(zone, changes, fake))

    assert (code, message, status) == ("InvalidChangeBatch", words.replace("MINE", zone), 400)
    assert fake.dump(zone) == before
