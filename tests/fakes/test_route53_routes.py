"""Routing policies and aliases that a batch may not make, asked through boto3."""

from typing import Any

import pytest

from tests.fakes.route53_boto import A1, A2, COLLECTION, alias, change, client, filled, mine, refused, rr, stocked


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


CREATE, DELETE, UPSERT = "CREATE", "DELETE", "UPSERT"
WEIGHTED: dict[str, Any] = {"SetIdentifier": "x", "Weight": 1}
BATCH = {
    "a simple record beside weighted ones": (
        [(UPSERT, rr("w.example.com", "A", A1))],
        (
            "[RRSet with DNS name w.example.com., type A cannot be created as other RRSets exist with the same name "
            "and type.]"
        ),
    ),
    "a weighted record beside a simple one": (
        [(CREATE, rr("a.example.com", "A", A1, **WEIGHTED))],
        (
            "[RRSet with DNS name a.example.com., type A, SetIdentifier x cannot be created as a non-weighted set "
            "exists with the same name and type.]"
        ),
    ),
    "a latency record beside weighted ones": (
        [(CREATE, rr("w.example.com", "A", A1, SetIdentifier="x", Region="us-east-1"))],
        (
            "[RRSet with DNS name w.example.com., type A, SetIdentifier x, and Region Name=us-east-1 cannot be created "
            "because a non-latency RRSet with the same name and type already exists.]"
        ),
    ),
    "another policy under the same identifier": (
        [(UPSERT, rr("g.example.com", "A", A1, SetIdentifier="g", Weight=1))],
        (
            "[RRSet with DNS name g.example.com., type A, SetIdentifier g cannot be created as a non-weighted set "
            "exists with the same name and type.]"
        ),
    ),
    "another TTL in a weighted group": (
        [(UPSERT, rr("w.example.com", "A", A1, ttl=60, SetIdentifier="w1", Weight=1))],
        (
            "[RRSet with DNS name w.example.com., type A, SetIdentifier w2 cannot be created as weighted sets must "
            "contain the same TTL.]"
        ),
    ),
    "two values of one weight": (
        [(CREATE, rr("n.example.com", "A", A1, A2, **WEIGHTED))],
        (
            "[RRSet with DNS name n.example.com., type A, SetIdentifier x cannot be created as weighted sets must "
            "contain only one resource record.]"
        ),
    ),
    "two values of one region": (
        [(CREATE, rr("n.example.com", "A", A1, A2, SetIdentifier="x", Region="us-east-1"))],
        (
            "[RRSet with DNS name n.example.com., type A, SetIdentifier x, and Region Name=us-east-1 cannot be created "
            "as latency sets must contain only one resource record.]"
        ),
    ),
    "a region twice": (
        [(CREATE, rr("l.example.com", "A", A1, SetIdentifier="x", Region="us-west-1"))],
        (
            "[RRSet with DNS name l.example.com., type A, SetIdentifier x, and Region Name=us-west-1 cannot be created "
            "because a latency RRSet with the same name, type and Region already exists.]"
        ),
    ),
    "a location twice": (
        [(CREATE, rr("g.example.com", "A", A1, SetIdentifier="x", GeoLocation={"CountryCode": "*"}))],
        (
            "[RRSet with DNS name g.example.com., type A, SetIdentifier x cannot be created because a geolocation "
            "RRSet with the same name, type and GeoLocation already exists.]"
        ),
    ),
    "a place twice with another bias": (
        [
            (
                CREATE,
                rr(
                    "p.example.com",
                    "A",
                    A1,
                    SetIdentifier="x",
                    GeoProximityLocation={"AWSRegion": "us-east-1", "Bias": 9},
                ),
            )
        ],
        (
            "[RRSet with DNS name p.example.com., type A, SetIdentifier x cannot be created because a geoproximity "
            "RRSet with the same name, type and GeoProximityLocation already exists.]"
        ),
    ),
    "two secondaries": (
        [(CREATE, rr("f.example.com", "A", A1, SetIdentifier="x", Failover="SECONDARY"))],
        (
            "[RRSet with DNS name f.example.com., type A, SetIdentifier x cannot be created because a failover RRSet "
            "with the same name, type and Failover already exists.]"
        ),
    ),
    "a primary without a health check": (
        [(CREATE, rr("f.example.com", "A", A1, SetIdentifier="x", Failover="PRIMARY"))],
        "[A non-alias primary ResourceRecordSet must have an associated health check.]",
    ),
    "a failover alias that looks at no health": (
        [(CREATE, alias("n.example.com", "A", "a.example.com", "MINE", SetIdentifier="x", Failover="PRIMARY"))],
        (
            "[RRSet with DNS name n.example.com., type A, SetIdentifier x cannot be created as failover aliases must "
            "evaluate the target's health.]"
        ),
    ),
    "a CIDR location twice": (
        [
            (
                CREATE,
                rr(
                    *("c.example.com", "A", A1),
                    SetIdentifier="x",
                    CidrRoutingConfig={"CollectionId": COLLECTION, "LocationName": "office"},
                ),
            )
        ],
        (
            "[RRSet with DNS name c.example.com., type A, SetIdentifier x cannot be created because a CIDR RRSet with "
            "the same name, type and CidrRoutingConfig already exists.]"
        ),
    ),
    "a CIDR location that is not": (
        [
            (
                CREATE,
                rr(
                    *("c.example.com", "A", A1),
                    SetIdentifier="x",
                    CidrRoutingConfig={"CollectionId": COLLECTION, "LocationName": "moon"},
                ),
            )
        ],
        f"[No CIDR location moon exists in a collection {COLLECTION}]",
    ),
    "a record of a traffic policy changed": (
        [(UPSERT, rr("t.example.com", "A", A2))],
        "[RRSet with DNS name t.example.com., type A cannot be changed as a traffic policy instance made it.]",
    ),
    "an alias without a target": (
        [(CREATE, alias("x.example.com", "A", "nowhere.example.com", "MINE"))],
        (
            "[Tried to create an alias that targets nowhere.example.com., type A in zone MINE, but that target was not "
            "found]"
        ),
    ),
    "an alias of another type": (
        [(CREATE, alias("x.example.com", "AAAA", "a.example.com", "MINE"))],
        "[Tried to create an alias that targets a.example.com., type AAAA in zone MINE, but that target was not found]",
    ),
    "an alias out of the zone": (
        [(CREATE, alias("x.example.com", "A", "a.example.org", "MINE"))],
        (
            "[Tried to create an alias that targets a.example.org., type A in zone MINE, but the alias target name "
            "does not lie within the target zone, Tried to create an alias that targets a.example.org., type A in zone "
            "MINE, but that target was not found]"
        ),
    ),
    "an alias before its target": (
        [(CREATE, alias("x.example.com", "A", "new.example.com", "MINE")), (CREATE, rr("new.example.com", "A", A1))],
        "[Tried to create an alias that targets new.example.com., type A in zone MINE, but that target was not found]",
    ),
    "an alias before its target is upserted": (
        [(CREATE, alias("x.example.com", "A", "a.example.com", "MINE")), (UPSERT, rr("a.example.com", "A", A1))],
        "[Tried to create an alias that targets a.example.com., type A in zone MINE, but that target was not found]",
    ),
    "an alias after its target is deleted": (
        [
            (DELETE, rr("a.example.com", "A", A1, A2)),
            (CREATE, alias("x.example.com", "A", "a.example.com", "MINE")),
        ],
        "[Tried to create an alias that targets a.example.com., type A in zone MINE, but that target was not found]",
    ),
    "an alias to itself": (
        [(CREATE, alias("x.example.com", "A", "x.example.com", "MINE"))],
        "[Tried to create an alias that targets x.example.com., type A in zone MINE, but that target was not found]",
    ),
    "an alias to NS": (
        [(UPSERT, alias("x.example.com", "NS", "example.com", "MINE"))],
        "[RRSet with DNS name x.example.com., type NS cannot be an alias]",
    ),
    "an alias to SOA": (
        [(UPSERT, alias("x.example.com", "SOA", "example.com", "MINE"))],
        "[RRSet with DNS name x.example.com., type SOA cannot be an alias]",
    ),
    "an alias to a service under the wrong zone": (
        [(CREATE, alias("x.example.com", "A", "lb.eu-west-1.elb.amazonaws.com", "Z35SXDOTRQ7X7K"))],
        (
            "[Tried to create an alias that targets lb.eu-west-1.elb.amazonaws.com., type A in zone Z35SXDOTRQ7X7K, "
            "but the alias target name does not lie within the target zone, Tried to create an alias that targets "
            "lb.eu-west-1.elb.amazonaws.com., type A in zone Z35SXDOTRQ7X7K, but that target was not found]"
        ),
    ),
    "an alias to a stranger": (
        [(CREATE, alias("x.example.com", "A", "lb.example.net", "ZUNKNOWN"))],
        (
            "[Tried to create an alias that targets lb.example.net., type A in zone ZUNKNOWN, but the alias target "
            "name does not lie within the target zone, Tried to create an alias that targets lb.example.net., type A "
            "in zone ZUNKNOWN, but that target was not found]"
        ),
    ),
    "a TXT alias to a service": (
        [(CREATE, alias("x.example.com", "TXT", "d.cloudfront.net", "Z2FDTNDATAQYW2"))],
        (
            "[Tried to create an alias that targets d.cloudfront.net., type TXT in zone Z2FDTNDATAQYW2, but that "
            "target was not found]"
        ),
    ),
    "an alias to CloudFront that looks at health": (
        [(CREATE, alias("x.example.com", "A", "d.cloudfront.net", "Z2FDTNDATAQYW2", evaluate=True))],
        "[EvaluateTargetHealth cannot be true for an alias that targets a CloudFront distribution]",
    ),
}


@pytest.mark.parametrize("case", BATCH)
def test_a_bad_batch_is_refused_in_the_words_of_the_service_and_changes_nothing(fake, service, zone, case):
    changes, words = BATCH[case]
    before = fake.dump(zone)

    code, message, status = refused(change, service, zone, *mine(zone, changes, fake))

    assert (code, message, status) == ("InvalidChangeBatch", words.replace("MINE", zone), 400)
    assert fake.dump(zone) == before
