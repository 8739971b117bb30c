"""The known ways in which other tools fail with Route 53, one after the other: none of them happens here."""

from dataclasses import replace

import pytest

from tests.fakes.kit import Throttle
from tests.fakes.route53 import Route53Fake
from tests.route53.conftest import QUICK, ZONE, Make, apply, host, key, read, rrset, told
from zonesync.model.change import Change
from zonesync.model.names import absolute
from zonesync.model.rdata import txt_strings, txt_text
from zonesync.model.rrset import RRset
from zonesync.plan.diff import diff
from zonesync.provider.calls import Budget
from zonesync.provider.contract import Outcome
from zonesync.provider.errors import Rejected
from zonesync_route53 import Route53Provider

WRITES = "/rrset"


def differences(provider, *wanted):
    """Return what a plan would change, apex NS and SOA left aside."""
    desired = provider.translate(ZONE, {one.key: one for one in wanted})
    apex = {key("@", "NS"), key("@", "SOA")}
    return diff(read(provider).rrsets, desired, normalise=provider.normalise, skip=apex)


def actions(fake):
    """Return how often each action was sent."""
    bodies = b"".join(request.body for request in fake.requests("POST", WRITES))
    return {action: bodies.count(f"<Action>{action}<".encode()) for action in ("CREATE", "DELETE", "UPSERT")}


def test_1_octal_names_are_not_planned_again_for_ever(provider, fake):
    owners = ["*", "*.deep", "a/b", r"at\@sign", r"with\.dot", r"\001\255", "_dmarc", "xn--bcher-kva"]
    wanted = [rrset(owner, "TXT", '"here"') for owner in owners]
    wanted.append(RRset("alias.example.com.", "TXT", None, ("alias *.example.com. - false",)))
    host(provider, *wanted)
    assert r"\052.example.com." in {native["Name"] for native in fake.dump(ZONE.name)}
    assert differences(provider, *wanted) == []


def test_2_a_difference_of_dots_alone_is_no_change(provider, fake):
    live = host(provider)
    fake.edit(ZONE.name, "www.example.com.", "CNAME", 300, ["target.example.net"])
    fake.edit(ZONE.name, "example.com.", "MX", 300, ["10 mail.example.net", "20 mx.example.net."])
    fake.edit(ZONE.name, "web.example.com.", "A", 300, ["192.0.2.1"])
    fake.add_native(
        ZONE.name,
        {
            "Name": "alias.example.com.",
            "Type": "A",
            "AliasTarget": {
                "HostedZoneId": live.provider_id,
                "DNSName": "web.example.com",
                "EvaluateTargetHealth": False,
            },
        },
    )
    wanted = [
        rrset("www", "CNAME", "target.example.net."),
        rrset("@", "MX", "10 mail.example.net.", "20 mx.example.net."),
        rrset("web", "A", "192.0.2.1"),
        RRset("alias.example.com.", "A", None, ("alias web.example.com. - false",)),
    ]
    assert differences(provider, *wanted) == []
    # And what was stored without a dot is deleted in exactly that form.
    live = read(provider)
    new = rrset("www", "CNAME", "other.example.net.")
    assert told(apply(provider, live, Change(wanted[0], new))) == {new.key: Outcome.APPLIED}


def test_3_one_bad_change_does_not_spoil_its_batch_and_nothing_done_is_dropped(provider, fake):
    live = host(provider)
    fake.edit(ZONE.name, "c7.example.com.", "CNAME", 300, ["x.example.net."])
    fake.protect(ZONE.name, "c50.example.com.", "A")
    changes = [Change(None, rrset(f"c{number}", "A", "192.0.2.1")) for number in range(100)]
    found = told(apply(provider, live, *changes))
    bad = {key("c7", "A"), key("c50", "A")}
    assert {where for where, outcome in found.items() if outcome is not Outcome.APPLIED} == bad
    now = read(provider).rrsets
    assert {change.key for change in changes} - set(now) == bad


def test_4_batches_keep_the_limits_of_records_and_characters_with_upsert_counted_twice(provider, fake):
    wide = [rrset(f"w{n}", "A", *(f"192.0.{n}.{i}" for i in range(1, 250))) for n in range(9)]
    long = [rrset(f"l{n}", "TXT", txt_text(f"{n:03}".encode() * 1300)) for n in range(20)]
    live = host(provider, *wide, *long)
    old = live.rrsets[key("@", "NS")]
    names = [f"ns{n}.example.net." for n in range(300)]
    receipts = apply(
        provider,
        live,
        Change(old, rrset("@", "NS", *names)),
        *(Change(one, replace(one, ttl=60)) for one in (*wide, *long)),
    )
    assert set(told(receipts).values()) == {Outcome.APPLIED}
    assert read(provider).rrsets[key("@", "NS")].rdatas == tuple(sorted(names))
    # The service would have refused any request over a limit.
    assert all(receipt.outcome is Outcome.APPLIED for receipt in receipts)
    assert len(fake.requests("POST", WRITES)) > 8


def test_5_many_zones_under_a_strict_throttle_are_read_within_the_rate():
    with Route53Fake(throttle=Throttle(rate=100, burst=5)) as fake:
        for number in range(20):
            fake.create_zone(f"z{number}.example.")
        provider = Route53Provider("aws", endpoint=fake.url, rate="95", budget=QUICK)
        assert all(provider.read(ref.id) for ref in list(provider.zones()))
        assert len(fake.log) == 1 + 2 * 20
        assert provider.counts.throttled == 0


def test_5_a_prior_request_that_is_not_complete_is_waited_for(fake, make: Make):
    provider = make(budget=Budget(attempts=8, seconds=10, first_wait=0.001, longest_wait=0.002))
    live = host(provider)
    fake.busy(ZONE.name, times=5)
    www = rrset("www", "A", "192.0.2.1")
    assert told(apply(provider, live, Change(None, www))) == {www.key: Outcome.APPLIED}


def test_6_an_alias_comes_after_its_target_and_a_stale_delete_is_a_conflict(provider, fake):
    target = rrset("web", "A", "192.0.2.1")
    pointing = RRset("alias.example.com.", "A", None, ("alias web.example.com. - false",))
    live = provider.create(ZONE)
    assert set(told(apply(provider, live, Change(None, pointing), Change(None, target))).values()) == {Outcome.APPLIED}
    live = read(provider)
    fake.edit(ZONE.name, "web.example.com.", "A", 300, ["203.0.113.9"])
    assert told(apply(provider, live, Change(target, None))) == {target.key: Outcome.CONFLICT}
    assert read(provider).rrsets[target.key].rdatas == ("203.0.113.9",)


def test_7_a_routing_policy_is_never_changed_by_an_upsert(provider, fake):
    host(provider)
    weighted = {
        "Name": "www.example.com.",
        "Type": "A",
        "SetIdentifier": "blue",
        "Weight": 10,
        "TTL": 60,
        "ResourceRecords": [{"Value": "192.0.2.1"}],
    }
    fake.add_native(ZONE.name, weighted)
    fake.add_native(ZONE.name, weighted | {"SetIdentifier": "green", "Weight": 20})
    fake.log.clear()
    live = read(provider)
    assert [kept.set_identifier for kept in live.kept] == ["blue", "green"]
    www, other = rrset("www", "A", "192.0.2.9"), rrset("other", "A", "192.0.2.9")
    receipts = apply(provider, live, Change(None, www), Change(None, other))
    assert told(receipts) == {www.key: Outcome.REJECTED, other.key: Outcome.APPLIED}
    assert 'weighted 10, set "blue"' in next(r.words for r in receipts if r.outcome is Outcome.REJECTED)
    assert actions(fake) == {"CREATE": 1, "DELETE": 0, "UPSERT": 0}
    assert read(provider).kept == live.kept


def test_8_zones_of_the_same_name_are_never_chosen_by_chance(fake, make: Make):
    private, public = fake.create_zone(ZONE.name, private=True), fake.create_zone(ZONE.name)
    fake.create_zone(f"sub.{ZONE.name}")
    assert read(make()).provider_id == public
    assert read(make(private="true")).provider_id == private
    fake.create_zone(ZONE.name)
    with pytest.raises(Rejected, match="2 public hosted zones"):
        make().read(ZONE)


@pytest.mark.parametrize("octets", [0, 1, 254, 255, 256, 510, 511, 3953])
def test_9_texts_over_255_octets_are_cut_and_too_long_ones_are_known_before_apply(provider, octets):
    text = rrset("text", "TXT", txt_text(b"x" * octets))
    assert provider.refusal(ZONE, text) == ""
    live = host(provider, text)
    assert b"".join(txt_strings(live.rrsets[text.key].rdatas[0])) == b"x" * octets
    assert differences(provider, text) == []


def test_9_a_text_over_the_limit_is_refused_before_apply(provider):
    assert provider.capabilities.max_txt == 3953
    assert "4000 is the most" in provider.refusal(ZONE, rrset("text", "TXT", txt_text(b"\0" * 1200)))


@pytest.mark.parametrize("data", [b'say "hi"', rb"back\slash", rb"\065", b"semi;colon", b"\xff\0\n", "bücher".encode()])
def test_10_texts_are_quoted_and_escaped_exactly_once(provider, fake, data):
    text = rrset("text", "TXT", txt_text(data))
    live = host(provider, text)
    assert txt_strings(live.rrsets[text.key].rdatas[0]) == (data,)
    (native,) = [one for one in fake.dump(ZONE.name) if one["Type"] == "TXT"]
    (record,) = native["ResourceRecords"]
    assert record["Value"].startswith('"')
    assert record["Value"].endswith('"')
    assert differences(provider, text) == []


@pytest.mark.parametrize("rtype", ["NS", "SOA"])
def test_15_apex_ns_and_soa_are_never_deleted(provider, fake, rtype):
    live = host(provider)
    fake.log.clear()
    www = rrset("www", "A", "192.0.2.1")
    found = told(apply(provider, live, Change(live.rrsets[key("@", rtype)], None), Change(None, www)))
    assert found == {key("@", rtype): Outcome.REJECTED, www.key: Outcome.APPLIED}
    assert actions(fake)["DELETE"] == 0


def test_16_the_apex_ns_of_a_new_zone_is_updated_and_not_created(provider, fake):
    live = provider.create(ZONE)
    old = live.rrsets[key("@", "NS")]
    new = rrset("@", "NS", "ns1.example.net.", *old.rdatas)
    assert told(apply(provider, live, Change(old, new))) == {new.key: Outcome.APPLIED}
    assert actions(fake) == {"CREATE": 0, "DELETE": 0, "UPSERT": 1}
    assert read(provider).rrsets[new.key] == new


@pytest.mark.parametrize("rtype", ["NS", "SOA"])
def test_16_apex_records_that_somebody_else_changed_are_not_overwritten(provider, fake, rtype):
    live = host(provider)
    old = live.rrsets[key("@", rtype)]
    www = rrset("www", "A", "192.0.2.1")
    fake.edit(ZONE.name, ZONE.name, rtype, 77, list(old.rdatas))
    found = told(apply(provider, live, Change(old, replace(old, ttl=600)), Change(None, www)))
    assert found == {old.key: Outcome.CONFLICT, www.key: Outcome.APPLIED}
    assert read(provider).rrsets[old.key].ttl == 77


def test_16_the_serial_of_the_soa_stays_the_services_own(provider, fake):
    live = host(provider)
    old = live.rrsets[key("@", "SOA")]
    fields = old.rdatas[0].split(" ")
    fake.edit(ZONE.name, ZONE.name, "SOA", 900, [" ".join([*fields[:2], "42", *fields[3:]])])
    new = rrset("@", "SOA", " ".join([*fields[:2], "7", "7201", *fields[4:]]), ttl=900)
    assert told(apply(provider, live, Change(old, new))) == {new.key: Outcome.APPLIED}
    assert read(provider).rrsets[new.key].rdatas[0].split(" ")[2:4] == ["42", "7201"]


def test_22_targets_without_a_dot_are_read_as_absolute(provider, fake):
    host(provider)
    for owner, rtype, value in [
        ("c", "CNAME", "target.example.net"),
        ("m", "MX", "10 mail.example.net"),
        ("s", "SRV", "0 0 5060 sip.example.net"),
        ("n", "NS", "ns1.example.net"),
        ("p", "PTR", "host.example.net"),
    ]:
        fake.edit(ZONE.name, f"{owner}.example.com.", rtype, 300, [value])
        (text,) = read(provider).rrsets[key(owner, rtype)].rdatas
        assert text == f"{value}."
        assert absolute(text.rpartition(" ")[2]).endswith("example.net.")


def test_23_what_is_not_understood_is_shown_and_never_touched(provider, fake):
    host(provider)
    strange = [
        {"Name": "t.example.com.", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}],
         "TrafficPolicyInstanceId": "instance-1"},
        {"Name": "h.example.com.", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}],
         "HealthCheckId": "check-1"},
        {"Name": "x.example.com.", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": "unquoted"}]},
    ]  # fmt: skip
    for native in strange:
        fake.add_native(ZONE.name, native)
    live = read(provider)
    shown = {kept.name: kept.description for kept in live.kept}
    assert "traffic policy instance instance-1" in shown["t.example.com."]
    assert "health check check-1" in shown["h.example.com."]
    assert not {kept.name for kept in live.kept} & {where.name for where in live.rrsets}
    www = rrset("www", "A", "192.0.2.1")
    apply(provider, live, Change(None, www))
    left = fake.dump(ZONE.name)
    assert all(native in left for native in strange)
    assert read(provider).kept == live.kept
