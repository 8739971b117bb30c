"""The fake of Cloud DNS holds every body to the API's discovery document, and fails loudly."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.gcloud_calls import call, change, rrset
from tests.fakes.gcloud_routes import found, methods
from tests.fakes.gcloud_schema import checker, discovery, schema
from tests.support.examples import examples

APEX = "example.com."
RRSET = {"name": "www.example.com.", "type": "A", "ttl": 300, "rrdatas": ["192.0.2.1"]}
POLICY = {"name": "p.", "type": "A", "ttl": 1, "routingPolicy": {"wrr": {"items": [{"weight": 1.5, "rrdatas": ["x"]}]}}}
ZONE = {
    "id": "1",
    "name": "n",
    "labels": {"a": "b"},
    "visibility": "private",
    "privateVisibilityConfig": {"networks": [{"networkUrl": "u"}]},
    "dnssecConfig": {"state": "on", "defaultKeySpecs": [{"keyLength": 2048, "keyType": "keySigning"}]},
}
QUOTA = {"id": "p", "number": "1", "quota": {"managedZones": 1, "whitelistedKeySpecs": [{"algorithm": "rsasha256"}]}}
OPERATION = {"id": "1", "status": "pending", "zoneContext": {"oldValue": ZONE, "newValue": ZONE}}
KEYS = {
    "dnsKeys": [{"keyTag": 1, "keyLength": 2048, "isActive": True, "digests": [{"type": "sha256", "digest": "AB"}]}]
}
BODIES = [
    ("Change", {"additions": [RRSET, POLICY], "deletions": [RRSET], "status": "done"}),
    ("ManagedZone", ZONE),
    ("Project", QUOTA),
    ("Operation", OPERATION),
    ("DnsKeysListResponse", KEYS),
]
ODD = st.sampled_from(
    [
        *(None, True, False, 0, 1, -1, 1.0, 1.5, 2**31, -(2**31), 2**32, "", "1", "-1", "1.5", "1e3", "x", "off"),
        *("OFF", "pending", "public", "9" * 20, [], {}, ["x"], [1], [None], {"x": 1}, {"kind": "k"}, {"name": 1}),
    ]
)


def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from places(each, (*path, key))


def put(value, path, new):
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = put(copy[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("request_", [True, False])
@pytest.mark.parametrize(("name", "body"), BODIES)
def test_the_examples_are_as_the_document_says(name, body, request_):
    Draft202012Validator(schema(name, request=request_)).validate(body)
    assert checker(name, request=request_)(body) is None


@given(st.data())
@examples(300)
def test_the_quick_checker_decides_as_jsonschema_does(data):
    name, body = data.draw(st.sampled_from(BODIES))
    request = data.draw(st.booleans())
    path = data.draw(st.sampled_from(list(places(body))))
    odd = data.draw(ODD)
    body = put(body, path, odd)
    expected = Draft202012Validator(schema(name, request=request)).is_valid(body)
    assert (checker(name, request=request)(body) is None) == expected


@pytest.mark.parametrize("request_", [True, False])
def test_every_schema_of_the_document_is_a_json_schema_and_has_a_checker(request_):
    Draft202012Validator.check_schema(schema("Change", request=request_))
    assert schema("Change", request=request_)["$defs"].keys() == discovery()["schemas"].keys()
    for name in discovery()["schemas"]:
        assert checker(name, request=request_)({}) is None


@pytest.mark.parametrize(
    ("name", "body", "where"),
    [
        ("Change", {"additions": [{"nmae": "x"}]}, '.additions[0]: Unknown name "nmae": Cannot find field.'),
        ("Change", {"additions": {}}, ".additions: {} is not of type 'array'"),
        ("Change", {"status": "DONE"}, ".status: 'DONE' is not one of ['pending', 'done']"),
        ("Change", [], ": [] is not of type 'object'"),
        ("ManagedZone", {"id": "x"}, ".id: 'x' does not match '^[0-9]{1,20}$'"),
        ("ManagedZone", {"labels": {"a": 1}}, ".labels.a: 1 is not of type 'string'"),
        ("ResourceRecordSet", {"ttl": 2**31}, ".ttl: 2147483648 is not between -2147483648 and 2147483647"),
    ],
)
def test_a_problem_says_where_it_is(name, body, where):
    assert checker(name, request=False)(body) == where


def test_numbers_may_be_text_in_a_request_and_not_in_an_answer():
    given = {**RRSET, "ttl": "300"}
    assert checker("ResourceRecordSet", request=True)(given) is None
    assert checker("ResourceRecordSet", request=False)(given)


WRONG = {
    "an unknown field": ("POST", "/managedZones/z-example-com/changes", {"additions": [{**RRSET, "values": []}]}, {}),
    "a word that is no enum value": ("PATCH", "/managedZones/z-example-com", {"visibility": "PRIVATE"}, {}),
    "null": ("PATCH", "/managedZones/z-example-com", {"description": None}, {}),
    "no object": ("POST", "/managedZones/z-example-com/changes", [], {}),
    "no JSON": ("POST", "/managedZones/z-example-com/changes", b"{", {}),
    "no UTF-8": ("POST", "/managedZones/z-example-com/changes", b'"\xff"', {}),
    "no body": ("POST", "/managedZones/z-example-com/changes", b"", {}),
    "an unknown query parameter": ("GET", "/managedZones", None, {"max_results": 1}),
    "a query parameter of another method": ("GET", "/managedZones", None, {"filter": "x"}),
    "a query parameter that is no number": ("GET", "/managedZones", None, {"maxResults": "many"}),
    "a query parameter that is too large": ("GET", "/managedZones", None, {"maxResults": 2**31}),
    "a query parameter that is no enum value": (
        *("GET", "/managedZones/z-example-com/changes", None),
        {"sortBy": "name"},
    ),
    "another content type": ("POST", "/managedZones", b"{}", {}),
}


def ended(fake, work):
    """Return what leaving *fake* after *work* raises."""
    with pytest.raises(AssertionError) as raised, fake:
        work()
    return str(raised.value)


@pytest.mark.parametrize("case", WRONG)
def test_a_request_that_breaks_the_description_is_refused_and_raised_at_the_end(case):
    method, path, body, query = WRONG[case]
    headers = {"Content-Type": "text/plain"} if case == "another content type" else {}
    fake, seen = CloudDnsFake(), []

    def work():
        fake.create_zone(APEX)
        before = fake.dump(APEX)
        seen.append(call(fake, method, path, body, query=query, headers=headers).status)
        seen.append(fake.dump(APEX) == before)

    assert ended(fake, work).startswith(f"{method} /dns/v1/projects/p{path}: ")
    assert (seen, len(fake.problems)) == ([400, True], 1)


def test_an_answer_that_breaks_the_description_is_raised_at_the_end():
    fake = CloudDnsFake()

    def work():
        fake.create_zone(APEX)
        fake.add_native(APEX, {**rrset("www", "A", "192.0.2.1"), "ttl": "300"})
        call(fake, "GET", "/managedZones/z-example-com/rrsets")

    words = "the answer to resourceRecordSets.list.rrsets[2].ttl: '300' is not of type 'integer'"
    assert ended(fake, work) == words


def test_a_crash_of_the_fake_is_raised_at_the_end(monkeypatch):
    fake, seen = CloudDnsFake(), []

    def work():
        monkeypatch.setattr("tests.fakes.gcloud_rules.changed", lambda *_: 1 / 0)
        fake.create_zone(APEX)
        seen.append(change(fake, [rrset("www", "A", "192.0.2.1")]).refusal)

    assert "the fake failed: ZeroDivisionError" in ended(fake, work)
    assert seen == [(500, "backendError", "Internal Error")]


def test_a_method_that_the_fake_does_not_have_is_raised_at_the_end():
    fake = CloudDnsFake()
    assert ended(fake, lambda: call(fake, "GET", "/policies")) == "policies.list: the fake does not know it"


def test_what_a_test_raises_itself_comes_first():
    fake = CloudDnsFake()
    fake.problems.append("a problem")

    def work():
        raise KeyError

    with pytest.raises(KeyError), fake:
        work()


def test_a_path_that_no_method_has_is_answered_in_html():
    with CloudDnsFake() as fake:
        answer = call(fake, "GET", "/nothing")
        assert (answer.status, answer.content_type) == (404, "text/html; charset=UTF-8")
        assert b"Not Found" in answer.body


@pytest.mark.parametrize("query", [{"prettyPrint": "false"}, {"alt": "json"}, {"fields": "id"}, {"quotaUser": "x"}])
def test_parameters_of_every_method_are_taken(query):
    with CloudDnsFake() as fake:
        assert call(fake, "GET", "/managedZones", query=query).status == 200


def test_a_path_means_one_method():
    for method in methods():
        pattern = method.path.pattern
        path = pattern
        while "(?P<" in path:
            start = path.index("(?P<")
            path = path[:start] + "x" + path[path.index(")", start) + 1 :]
        known = found(method.verb, path)
        assert known is not None
        assert known[0].id == method.id


def test_the_log_keeps_what_was_asked():
    with CloudDnsFake() as fake:
        fake.create_zone(APEX)
        change(fake, [rrset("www", "A", "192.0.2.1")])
        [request] = fake.requests("POST", "/changes$")
        assert json.loads(request.body)["additions"] == [rrset("www", "A", "192.0.2.1")]
