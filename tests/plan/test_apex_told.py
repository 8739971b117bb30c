"""What is said of an apex NS set: to whom it belongs, why it is refused, and the way out."""

import pytest

from tests.planning import SOA, desired, fact, live, planned, refusals, rr, rules
from zonesync.findings import Severity
from zonesync.model.rrset import RRset
from zonesync.model.zone import Nameservers, Overlay
from zonesync.plan import apex, offline
from zonesync.provider.contract import ApexNs, Capabilities
from zonesync.provider.vendors import of_octodns

A2 = ("ns1.a.example.", "ns2.a.example.")
B2 = ("ns1.b.example.", "ns2.b.example.")
AUTO = Nameservers("auto", said=True)
UNMANAGED = Nameservers(said=True)
AZURE4 = tuple(f"ns{n}-07.azure-dns.{tld}." for n, tld in enumerate(("com", "net", "org", "info"), 1))


def listed(*hosts, ttl=None):
    return Nameservers("list", hosts=hosts, ttl=ttl, said=True)


def able(level=ApexNs.FULL, **more):
    return Capabilities(types=None, apex_ns=level, premade_apex=True, assigns_nameservers=True, **more)


def serving(name, own, hosts=None, ttl=3600, capabilities=None, **more):
    zone = live(apex=(SOA, rr("@", "NS", *(hosts or own), ttl=ttl)), nameservers=own)
    return fact(name, zone, capabilities or able(), **more)


def at_two(servers, *records, **more):
    return desired(*records, nameservers=servers, providers=("a", "b"), **more)


def vendor(path):
    """What an adapter says of itself that takes it from the data."""
    one = of_octodns(path)
    return able(one.level, apex_ns_ttl=one.ttl_editable, apex_ns_own=one.own, documentation=one.source)


# Services, before anybody is asked
@pytest.mark.parametrize("servers", [AUTO, listed(*A2, *B2)], ids=["auto", "list"])
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("octodns_azure.AzureProvider", "*.azure-dns.com., *.azure-dns."),
        ("octodns_cloudflare.CloudflareProvider", "nameserver-options"),
        ("octodns_dnsimple.DnsimpleProvider", "octodns-dnsimple"),
    ],
)
def test_azure_cloudflare_and_dnsimple_are_refused_offline_with_the_reason_and_the_documentation(path, words, servers):
    capabilities = vendor(path)
    found = offline.check(at_two(servers), [fact("a", capabilities=able()), fact("b", capabilities=capabilities)])
    (refused,) = refusals(found)
    assert (refused.rule, refused.provider) == ("apex-ns-not-editable", "b")
    assert words in refused.message
    assert of_octodns(path).source in refused.message
    assert "`providers:`" in refused.help


@pytest.mark.parametrize(
    ("servers", "expected"),
    [
        (listed(*A2, *AZURE4), []),
        (listed(*A2, *AZURE4[:3]), ["apex-ns-not-editable"]),
        (Nameservers("auto", auto={"a": 2, "b": 0}, said=True), []),
        (Nameservers("auto", auto={"a": 2, "b": 4}, said=True), []),
        (Nameservers("auto", auto={"a": 2, "b": 3}, said=True), ["apex-ns-not-editable"]),
        (UNMANAGED, []),
    ],
    ids=["all four", "three of four", "all it has", "as many as four", "fewer than four", "unmanaged"],
)
def test_azure_passes_where_the_set_has_a_name_of_each_kind_that_it_insists_on(servers, expected):
    capabilities = vendor("octodns_azure.AzureProvider")
    both = [fact("a", capabilities=able()), fact("b", capabilities=capabilities)]
    assert rules(offline.check(at_two(servers), both)) == expected


def test_the_names_that_were_assigned_count_before_those_that_are_usual():
    capabilities = vendor("octodns_azure.AzureProvider")
    other = tuple(host.replace("-07", "-09") for host in AZURE4)
    (refused,) = refusals(
        planned(at_two(listed(*A2, *other)), serving("a", A2), serving("b", AZURE4, capabilities=capabilities))
    )
    assert AZURE4[0] in refused.message
    assert "add them to `nameservers:`" in refused.help


# Refusals by level
def test_a_private_zone_is_told_to_leave_its_set_alone():
    capabilities = able(ApexNs.FIXED, networks=True)
    both = [fact("a", capabilities=capabilities), fact("b", capabilities=capabilities)]
    found = refusals(offline.check(at_two(AUTO), both))
    assert [one.provider for one in found] == ["a", "b"]
    assert all("`nameservers: unmanaged`" in one.help and "private" in one.help for one in found)


def test_an_unmanaged_zone_is_refused_where_a_provider_serves_its_own_names_alone():
    both = [fact("a", capabilities=able()), fact("b", capabilities=able(ApexNs.FIXED))]
    (refused,) = refusals(offline.check(at_two(UNMANAGED), both))
    assert "never learns of `a`" in refused.message
    assert "allow: [{rule: apex-ns-not-editable" in refused.help


def test_a_ttl_that_cannot_be_changed_is_named_with_the_one_that_it_has():
    fixed = able(apex_ns_ttl=False)
    (refused,) = refusals(planned(at_two(AUTO), serving("a", A2), serving("b", B2, ttl=600, capabilities=fixed)))
    assert (refused.rule, refused.provider) == ("apex-ns-ttl-not-editable", "b")
    assert "it has 600, and 86400 is wanted" in refused.message
    assert "`ttl: 600`" in refused.help
    zone = at_two(Nameservers("auto", ttl=600, said=True))
    assert rules(planned(zone, serving("a", A2), serving("b", B2, ttl=600, capabilities=fixed))) == []


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"min_ttl": 300, "max_ttl": 3600}, []),
        ({"min_ttl": 301}, ["ttl-unsupported"]),
        ({"max_ttl": 299}, ["ttl-unsupported"]),
        ({"max_values": 4}, []),
        ({"max_values": 3}, ["too-many-values"]),
    ],
)
def test_the_set_is_held_against_what_a_provider_takes(limits, expected):
    zone = at_two(listed(*A2, *B2, ttl=300))
    facts = (serving("a", A2), serving("b", B2, capabilities=able(**limits)))
    assert rules(planned(zone, *facts)) == expected
    assert rules(offline.check(zone, facts)) == expected


def test_a_ttl_that_the_file_does_not_say_is_not_refused_before_it_is_known():
    both = [fact("a", capabilities=able()), fact("b", capabilities=able(max_ttl=3600))]
    assert rules(offline.check(at_two(listed(*A2, *B2)), both)) == []


# Who is in the set
def test_sets_that_differ_are_shown_by_what_each_provider_has_alone():
    facts = (serving("a", A2, (*A2, B2[0])), serving("b", B2, (*B2, A2[0])))
    (refused,) = refusals(planned(at_two(UNMANAGED), *facts))
    assert refused.rule == "nameservers-differ"
    assert refused.message.endswith(
        "beside `ns1.a.example.`, `ns1.b.example.`: `a` `ns2.a.example.`; `b` `ns2.b.example.`"
    )
    assert "`nameservers: auto`" in refused.help


def test_ttls_alone_that_differ_are_a_warning():
    facts = (serving("a", A2, (*A2, *B2), 300), serving("b", B2, (*A2, *B2), 600))
    (warning,) = planned(at_two(UNMANAGED), *facts).findings
    assert (warning.rule, warning.severity) == ("nameservers-differ", Severity.WARNING)
    assert "`a` 300, `b` 600" in warning.message


def test_a_stranger_is_named_and_vanity_names_may_be_accepted():
    (refused,) = refusals(planned(at_two(listed(*A2, *B2, "ns.c.example.")), serving("a", A2), serving("b", B2)))
    assert refused.rule == "foreign-nameserver"
    assert "`ns.c.example.`" in refused.message
    assert "allow: [{rule: foreign-nameserver" in refused.help


def test_nobody_is_a_stranger_where_the_names_of_a_provider_are_not_known():
    unknown = fact("b", live(apex=(SOA, rr("@", "NS", *A2))), able())
    assert rules(planned(at_two(listed(*A2, "ns.c.example.")), serving("a", A2), unknown)) == []


def test_a_provider_in_nobodys_set_is_refused_unless_it_is_out_of_rotation():
    zone = at_two(listed(*A2))
    (refused,) = refusals(planned(zone, serving("a", A2), serving("b", B2)))
    assert (refused.rule, refused.provider) == ("nameservers-leave-provider-out", "b")
    assert "add one of `ns1.b.example.`, `ns2.b.example.`" in refused.help
    assert rules(planned(zone, serving("a", A2), serving("b", B2, is_out=True))) == []


def test_a_set_that_is_left_alone_is_not_judged_while_one_of_its_providers_could_not_be_asked():
    unread = fact("b", None, able(), B2, is_unread=True)
    assert rules(planned(at_two(UNMANAGED), serving("a", A2), unread)) == []


# Name servers within the zone
NS1, NS2 = "ns1.example.com.", "ns2.example.com."
GLUE = (rr("ns1", "A", "192.0.2.1"), rr("ns1", "AAAA", "2001:db8::1"), rr("ns2", "A", "192.0.2.2"))


def in_zone(**more):
    return at_two(listed(NS1, NS2), *GLUE, **more)


def own(name, host):
    return serving(name, (host,), (NS1, NS2))


def test_a_name_server_within_the_zone_has_its_addresses_at_every_provider():
    assert rules(planned(in_zone(), own("a", NS1), own("b", NS2))) == []


@pytest.mark.parametrize(
    ("overlay", "at_b"),
    [
        (Overlay(only=("a",)), "`b` `2001:db8::1`"),
        (Overlay(excluded=("b",)), "`b` `2001:db8::1`"),
        (Overlay(by_provider={"b": RRset(NS1, "A", 60, ("192.0.2.9",))}), "`b` `192.0.2.9`, `2001:db8::1`"),
        (Overlay(by_provider={"b": None}), "`b` `2001:db8::1`"),
    ],
)
def test_a_name_server_with_another_address_at_one_provider_is_refused(overlay, at_b):
    zone = in_zone(overlays={GLUE[0].key: overlay})
    for found in (
        planned(zone, own("a", NS1), own("b", NS2)),
        offline.check(zone, [fact("a", capabilities=able()), fact("b", capabilities=able())]),
    ):
        (refused,) = refusals(found)
        assert refused.rule == "ns-address-differs"
        assert refused.message.endswith(f"`a` `192.0.2.1`, `2001:db8::1`; {at_b}")


def test_another_ttl_of_its_address_is_no_other_address():
    zone = in_zone(overlays={GLUE[0].key: Overlay(by_provider={"b": RRset(NS1, "A", 60, ("192.0.2.1",))})})
    assert rules(planned(zone, own("a", NS1), own("b", NS2))) == []


def test_what_a_provider_has_beside_the_file_may_be_the_address():
    zone = in_zone(overlays={GLUE[0].key: Overlay(only=("a",))}, unmanaged="keep")
    assert rules(planned(zone, own("a", NS1), own("b", NS2))) == []


# What may be accepted
@pytest.mark.parametrize(
    ("servers", "covered"), [(AUTO, False), (listed(*A2), False), (UNMANAGED, True), (Nameservers(), False)]
)
def test_a_level_is_accepted_only_where_nothing_is_asked_of_it(servers, covered):
    accepted = apex.acceptable(at_two(servers))
    assert ("apex-ns-not-editable" in accepted) is covered
    assert {"foreign-nameserver", "nameservers-differ", "nameservers-leave-provider-out"} <= accepted
    assert "apex-ns-ttl-not-editable" not in accepted
