"""A zone is read whole or not at all."""

import json
import re
from dataclasses import replace

import pytest

from tests.fakes.kit import Answer
from tests.fakes.ns1 import Ns1Fake
from tests.ns1.conftest import QUICK
from tests.ns1.support import APEX, ZONE, a, hosted, key, rrset
from zonesync.model.zone import ZoneId
from zonesync.provider.errors import Denied, Rejected, Unavailable
from zonesync_ns1 import Ns1Provider

LIST = r"/zones/example\.com$"
TRIES = QUICK.attempts


@pytest.fixture
def fake(api_key):
    """Return NS1 with pages of four."""
    with Ns1Fake(key=api_key, page=4) as fake:
        yield fake


@pytest.fixture
def live(provider):
    return hosted(provider, *(a(f"host{number}") for number in range(10)))


def edited(change):
    """Return a rewrite of the JSON of an answer."""

    def rewrite(answer):
        body = json.loads(answer.body)
        return replace(answer, body=json.dumps(change(body) or body).encode())

    return rewrite


def test_a_zone_is_read_in_all_its_pages(provider, fake, live):
    assert len(live.rrsets) == 12
    fake.log.clear()
    assert provider.read(ZONE) == live
    assert len(fake.log) == 3


def test_a_large_zone_costs_its_pages_and_no_more(provider, fake, live):
    fake.page = 2500
    fake.log.clear()
    assert provider.read(ZONE) == live
    assert len(fake.log) == 1


def test_a_page_that_never_comes_makes_the_read_fail(provider, fake, live):
    fake.fail(method="GET", path=LIST, skip=1, times=TRIES, drop="before")
    with pytest.raises(Unavailable):
        provider.read(ZONE)


def test_a_page_that_fails_once_is_asked_for_again(provider, fake, live):
    fake.fail(method="GET", path=LIST, skip=1, answer=Answer(502, b"<html>bad gateway</html>"))
    assert provider.read(ZONE) == live
    assert provider.counts.retries == 1


@pytest.mark.parametrize("page", [1, 2])
def test_a_page_without_records_makes_the_read_fail(provider, fake, live, page):
    fake.fail(method="GET", path=LIST, skip=page, rewrite=edited(lambda body: body.update(records=[])))
    with pytest.raises(Unavailable, match="no records"):
        provider.read(ZONE)


def test_a_zone_without_its_ns_records_is_not_believed(provider, fake, live):
    drop = edited(lambda body: body.update(records=body["records"][1:]))
    fake.fail(method="GET", path=LIST, rewrite=drop)
    with pytest.raises(Unavailable, match="NS records"):
        provider.read(ZONE)


def test_an_edit_between_two_pages_makes_the_read_fail(provider, fake, live):
    fake.fail(method="GET", path=LIST, skip=1, run=lambda: fake.edit(APEX, f"new.{APEX}", "A", 60, ["192.0.2.9"]))
    with pytest.raises(Unavailable, match="changed while it was read"):
        provider.read(ZONE)
    assert key("new", "A") in provider.read(ZONE).rrsets


def test_a_record_that_is_listed_twice_makes_the_read_fail(provider, fake, live):
    twice = edited(lambda body: body.update(records=[*body["records"][:1], *body["records"]]))
    fake.fail(method="GET", path=LIST, skip=1, rewrite=twice)
    with pytest.raises(Unavailable, match="listed twice"):
        provider.read(ZONE)


def test_two_spellings_of_one_name_make_the_read_fail(provider, fake, live):
    def shout(body):
        first = body["records"][0]
        body["records"].append({**first, "domain": first["domain"].upper()})

    fake.fail(method="GET", path=LIST, skip=1, rewrite=edited(shout))
    with pytest.raises(Unavailable, match="listed twice"):
        provider.read(ZONE)


def test_a_zone_that_goes_between_two_pages_makes_the_read_fail(provider, fake, live):
    fake.fail(method="GET", path=LIST, skip=1, run=lambda: fake.account.delete_zone("example.com"))
    with pytest.raises(Unavailable, match="zone not found"):
        provider.read(ZONE)
    assert provider.read(ZONE) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.pop("records") and None,
        lambda body: body.update(records={}),
        lambda body: body.update(records=[None]),
        lambda body: body.update(records=[{"domain": "x"}]),
        lambda body: body.pop("zone") and None,
        lambda body: body.pop("serial") and None,
        lambda body: body.update(expiry=None),
        lambda body: [body],
    ],
)
def test_json_of_another_shape_makes_the_read_fail(provider, fake, live, change):
    fake.page = 2500
    fake.fail(method="GET", path=LIST, times=TRIES, rewrite=edited(change))
    with pytest.raises(Unavailable, match="an answer"):
        provider.read(ZONE)


@pytest.mark.parametrize("body", [b"", b"<html><body>Sign in</body></html>", b'{"zone": "example.com", "rec'])
@pytest.mark.parametrize("status", [200, 404, 503])
def test_what_is_no_json_is_neither_an_empty_zone_nor_a_missing_one(provider, fake, live, body, status):
    fake.fail(method="GET", path=LIST, times=TRIES, answer=Answer(status, body, content_type="text/html"))
    with pytest.raises(Unavailable):
        provider.read(ZONE)


def test_a_wrong_key_is_denied_with_the_services_words(fake):
    with pytest.raises(Denied, match=r"ns1 example\.com: Unauthorized") as raised:
        Ns1Provider("ns1", api_key="wrong", endpoint=fake.url, budget=QUICK).read(ZONE)
    assert "api_key" in raised.value.hint


def test_a_key_without_permission_is_denied_with_the_permission_to_give(provider, fake, live):
    fake.deny.add(("GET", "zone"))
    with pytest.raises(Denied, match="no permission") as raised:
        provider.read(ZONE)
    assert "dns.view_zones" in raised.value.hint


def test_a_zone_that_is_not_there_is_none(provider):
    assert provider.read(ZoneId("unknown.example.")) is None


def test_an_endpoint_that_is_not_the_apis_base_is_no_missing_zone(fake, api_key):
    provider = Ns1Provider("ns1", api_key=api_key, endpoint=f"{fake.url}/v2", budget=QUICK)
    with pytest.raises(Unavailable, match="`endpoint`"):
        provider.read(ZONE)


def test_a_record_that_goes_between_the_list_and_its_own_answer_makes_the_read_fail(provider, fake, live):
    fake.add_native(APEX, {"domain": "meta.example.com", "type": "A", "answers": [{"answer": ["192.0.2.1"]}],
                           "meta": {"up": True}})  # fmt: skip
    gone = Answer.of({"message": "record not found"}, 404)
    fake.fail(method="GET", path="/meta.example.com/A", answer=gone)
    with pytest.raises(Unavailable, match="changed while it was read"):
        provider.read(ZONE)


def test_many_records_that_need_a_call_of_their_own_are_all_read(provider, fake, live):
    for number in range(30):
        fake.add_native(
            APEX,
            {
                "domain": f"geo{number}.example.com",
                "type": "A",
                "ttl": 60,
                "answers": [{"answer": [f"192.0.2.{number}"], "meta": {"country": ["DE"]}}],
                "filters": [{"filter": "geotarget_country", "config": {}}],
            },
        )
    found = provider.read(ZONE)
    assert len(found.kept) == 30
    assert {kept.description for kept in found.kept} == {"filter chain geotarget_country (1 answer)"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"link": "source.example"}, "linked to `source.example`"),
        ({"secondary": {"enabled": True, "primary_ip": "192.0.2.1"}}, "secondary zone"),
        ({"networks": []}, "in no network"),
    ],
)
def test_a_zone_that_has_nothing_of_its_own_to_write_is_refused(provider, fake, fields, words):
    fake.create_zone("example.com.", **fields)
    with pytest.raises(Rejected, match=words):
        provider.read(ZONE)


def test_a_zone_id_of_another_zone_is_refused_with_its_name(fake, api_key):
    fake.create_zone("other.example.")
    provider = Ns1Provider("ns1", api_key=api_key, endpoint=fake.url, zone_id="other.example", budget=QUICK)
    with pytest.raises(Rejected, match=re.escape("`other.example` is `other.example`")) as raised:
        provider.read(ZONE)
    assert "zone_id" in raised.value.hint


def test_zones_of_views_are_told_apart_by_what_ns1_calls_them(fake, api_key):
    fake.create_zone("example.com.", views=["public"])
    fake.create_zone("inside.", zone="example.com", views=["private"])
    public = Ns1Provider("ns1", api_key=api_key, endpoint=fake.url, budget=QUICK)
    inner = {"example.com@inside": "inside"}
    private = Ns1Provider("ns1", api_key=api_key, endpoint=fake.url, zone_id=inner, budget=QUICK)
    inside = ZoneId("example.com.", "inside")
    assert [(ref.id, ref.provider_id) for ref in public.zones()] == [(ZONE, "example.com")]
    assert {(ref.id, ref.provider_id) for ref in private.zones()} == {(ZONE, "example.com"), (inside, "inside")}
    fake.edit("inside.", "www.example.com.", "A", 60, ["10.0.0.1"])
    assert key_of(private.read(inside), "www") == ("10.0.0.1",)
    assert key("www", "A") not in public.read(ZONE).rrsets
    assert private.target(inside) != private.target(ZONE)


def key_of(live, owner):
    return live.rrsets[key(owner, "A")].rdatas


def test_all_pages_of_the_list_of_zones_are_read(fake, provider):
    fake.zone_page = 3
    names = {f"zone{number}.example." for number in range(10)}
    for name in names:
        fake.create_zone(name)
    assert {ref.id.name for ref in provider.zones()} == names


@pytest.mark.parametrize("body", [b"{}", b"[1]", b'[{"name": "x"}]', b'[{"zone": "a..b"}]', b""])
def test_a_list_of_zones_of_another_shape_is_unavailable(provider, fake, body):
    fake.fail(method="GET", path="/zones$", times=TRIES, answer=Answer(200, body))
    with pytest.raises(Unavailable, match="an answer"):
        list(provider.zones())


def test_the_target_follows_the_zones_id_once_that_is_known(provider, fake):
    before = provider.target(ZONE)
    provider.create(ZONE)
    assert provider.target(ZONE) == f"{before}/{fake.zone_fields(APEX)['id']}"
    fake.account.delete_zone("example.com")
    assert provider.read(ZONE) is None
    assert provider.target(ZONE) == before


def test_name_servers_are_those_of_the_zones_networks(provider, fake):
    live = provider.create(ZONE)
    assert live.nameservers == tuple(f"{name}." for name in fake.zone_fields(APEX)["dns_servers"])
    fake.edit(APEX, APEX, "NS", 60, ["ns1.elsewhere.example."])
    assert provider.read(ZONE).nameservers == live.nameservers


def test_a_record_of_a_type_that_is_not_modelled_is_shown(provider, fake, live):
    answer = ["/", "https://www.example.com", 302, 2, 0]
    fake.add_native(APEX, {"domain": "fwd.example.com", "type": "URLFWD", "answers": [{"answer": answer}]})
    fake.add_native(APEX, {"domain": "copy.example.com", "type": "A", "link": "host1.example.com", "answers": []})
    kept = {(one.name, one.type): one.description for one in provider.read(ZONE).kept}
    assert kept == {
        ("fwd.example.com.", "URLFWD"): "URLFWD with 1 answer",
        ("copy.example.com.", "A"): "linked to host1.example.com",
    }


def test_a_text_that_somebody_else_wrote_is_read_to_the_letter(provider, fake, live):
    text = ' "quoted" back\\slash; semi  blanks bücher '
    fake.edit(APEX, f"text.{APEX}", "TXT", 60, [[text]])
    assert provider.read(ZONE).rrsets[key("text", "TXT")] == rrset("text", "TXT", _quoted(text), ttl=60)


def _quoted(text):
    from zonesync.model.rdata import txt_text

    return txt_text(text.encode())
