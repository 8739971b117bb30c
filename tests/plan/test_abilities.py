"""What adapters can do besides the contract, as far as a plan shows it: kept RRsets, extras, forms and limits."""

import json

import pytest

from tests.planning import APEX, FULL, SOA, changes, desired, fact, key, live, planned, refusals, rr, rules
from zonesync.findings import Severity
from zonesync.model.change import Action, Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import Kept, Nameservers
from zonesync.plan import digest, fit, offline, planfile, why
from zonesync.plan.plan import KeptRRset, Plan
from zonesync.provider.contract import AliasSupport, ApexNs, Capabilities

WWW, OTHER = rr("www", "A", "192.0.2.1"), rr("www", "A", "192.0.2.2")
BLUE = Kept(f"w.{APEX}", "A", "weighted 10", "sha256:b", "blue")
GREEN = Kept(f"w.{APEX}", "A", "weighted 90", "sha256:g", "green")
LATER = Kept(f"x.{APEX}", "TXT", "traffic policy", "sha256:x")


# Kept
def test_what_is_kept_stands_with_its_target_in_order_and_is_no_change():
    made = planned(desired(WWW), fact(zone=live(WWW, kept=(LATER, GREEN, BLUE))))
    assert made.steps == ()
    (target,) = made.targets
    assert [(one.name, one.set_identifier, one.description) for one in target.kept] == [
        (f"w.{APEX}", "blue", "weighted 10"),
        (f"w.{APEX}", "green", "weighted 90"),
        (f"x.{APEX}", "", "traffic policy"),
    ]
    assert target.left_alone == 3


def test_a_plan_file_holds_what_is_kept_and_an_older_one_without_it_still_loads():
    made = planned(desired(OTHER), fact(zone=live(WWW, kept=(BLUE,))))
    saved = planfile.sealed(Plan(targets=made.targets, steps=made.steps))
    assert planfile.loads(planfile.dumps(saved).encode()) == saved
    data = json.loads(planfile.dumps(saved))
    for part, field in ((data["targets"][0], "kept"), (data["steps"][0], "settings")):
        del part[field]
    body = {name: value for name, value in data.items() if name != "digest"}
    older = planfile.loads(json.dumps({**body, "digest": digest.of_data(body)}).encode())
    assert older.targets[0].kept == ()
    assert older.steps == saved.steps


def test_what_is_kept_is_plain_data():
    one = KeptRRset(name="w.", type="A", description="d", digest="x")
    assert KeptRRset.model_validate(one.model_dump(mode="json")) == one


# Extras
GONE = rr("gone", "A", "192.0.2.1")
EXTRAS = {WWW.key: "filters, meta", GONE.key: "meta"}


def test_a_change_says_what_becomes_of_fields_that_are_not_modelled():
    zone = desired(OTHER, rr("new", "A", "192.0.2.1"), file="z.yaml", places={OTHER.key: ("z.yaml", (4 << 20 | 1,))})
    extras = {**EXTRAS, key("new", "A"): "nothing yet"}
    found = {one.key.name: one for one in changes(planned(zone, fact(zone=live(WWW, GONE, extras=extras))))}
    assert found[f"www.{APEX}"].why == "z.yaml:4; keeps filters, meta"
    assert found[f"gone.{APEX}"].why == "not in z.yaml; also drops meta"
    assert found[f"new.{APEX}"].why == "not in z.yaml"
    assert [why.extras_of(found[f"{name}.{APEX}"]) for name in ("www", "gone", "new")] == [
        "keeps filters, meta",
        "also drops meta",
        "",
    ]


def test_extras_are_told_without_a_place_and_of_the_apex_too():
    there = live(WWW, extras={WWW.key: "meta", SOA.key: "link", key("@", "NS"): "tags"})
    zone = desired(OTHER, soa={"minimum": 1}, nameservers=Nameservers("list", hosts=("ns9.x.example.",), said=True))
    found = {one.key.type: one for one in changes(planned(zone, fact(zone=there)))}
    assert (found["A"].why, why.extras_of(found["A"])) == ("keeps meta", "keeps meta")
    assert found["SOA"].why == "soa:; keeps link"
    assert found["NS"].why == "nameservers:; keeps tags"


@pytest.mark.parametrize(
    "reason", ["z.yaml:4", "", "not in keeps.yaml", "in z; keep", "z; also drops x"], ids=lambda text: text or "none"
)
def test_nothing_is_told_of_an_rrset_without_extras(reason):
    update = Change(WWW, OTHER, why.with_extras(reason, Change(WWW, OTHER), ""))
    assert update.why == reason
    assert why.extras_of(update) == ""
    create = Change(None, WWW, why.with_extras(reason, Change(None, WWW), "meta"))
    assert (create.action, create.why, why.extras_of(create)) == (Action.CREATE, reason, "")


# Translated forms
ALIAS = rr("cdn", "ALIAS", "web.example.com.")
WEB = rr("web", "A", "192.0.2.7")
CAN_ALIAS = Capabilities(types=None, apex_ns=ApexNs.FULL, alias=AliasSupport.TRANSLATED, provider_alias=True)


def own_form(rrsets):
    """An alias of the provider's own for each type that the target has in the zone; else it stays."""
    found = dict(rrsets)
    for rrset in rrsets.values():
        targets = [other for other in rrsets.values() if rrset.type == "ALIAS" and other.name == rrset.rdatas[0]]
        for target in targets:
            found.pop(rrset.key, None)
            made = RRset(rrset.name, target.type, None, (f"alias {target.name} - false",))
            found[made.key] = made
    return found


def test_a_translated_form_is_planned_with_the_place_of_what_it_stands_for():
    zone = desired(ALIAS, WEB, file="z.yaml", places={ALIAS.key: ("z.yaml", (9 << 20 | 1,))})
    one = fact(zone=live(WEB), capabilities=CAN_ALIAS, translate=own_form)
    made = planned(zone, one)
    assert rules(made) == []
    (change,) = changes(made)
    assert change.after == RRset(f"cdn.{APEX}", "A", None, ("alias web.example.com. - false",))
    assert change.why == "z.yaml:9"
    settled = live(WEB, change.after)
    assert planned(zone, fact(zone=settled, capabilities=CAN_ALIAS, translate=own_form)).steps == ()
    assert made.targets[0].desired == digest.of_rrsets(zone.rrsets), "as the file describes it"
    assert rules(offline.check(zone, [one])) == []


def test_an_address_that_goes_where_an_alias_stands_is_not_of_the_alias():
    gone = rr("cdn", "AAAA", "2001:db8::1")
    zone = desired(ALIAS, WEB, file="z.yaml", places={ALIAS.key: ("z.yaml", (9 << 20 | 1,))})
    made = planned(zone, fact(zone=live(WEB, gone), capabilities=CAN_ALIAS, translate=own_form))
    assert [(one.action.value, one.why) for one in changes(made)] == [("-", "not in z.yaml"), ("+", "z.yaml:9")]


def test_an_alias_that_cannot_be_translated_says_why_and_offers_a_way_out():
    zone = desired(rr("cdn", "ALIAS", "elsewhere.example.net."))
    for found in (
        planned(zone, fact(zone=live(), capabilities=CAN_ALIAS, translate=own_form)),
        offline.check(zone, [fact(capabilities=CAN_ALIAS, translate=own_form)]),
    ):
        (finding,) = refusals(found)
        assert finding.rule == "alias-unsupported"
        assert "`elsewhere.example.net.` is neither in the zone nor a known name of the provider" in finding.message
        assert "by_provider" in finding.help


# What a provider refuses for reasons of its own
def odd(rrset):
    return "its octets add up to 13" if rrset.rdatas == ("192.0.2.13",) else ""


def test_a_value_that_the_provider_refuses_is_an_error_in_its_words():
    zone = desired(WWW, rr("bad", "A", "192.0.2.13"))
    one = fact(zone=live(WWW), refusal=odd)
    for found in (planned(zone, one), offline.check(zone, [one])):
        (finding,) = refusals(found)
        assert (finding.rule, finding.severity) == ("value-unsupported", Severity.ERROR)
        assert finding.message == "`a` cannot hold `bad.example.com. A`: its octets add up to 13"
        assert (finding.name, finding.type, finding.provider) == (f"bad.{APEX}", "A", "a")
        assert "by_provider" in finding.help


def test_one_problem_of_an_rrset_is_told_once():
    wrong = rr("bad", "A", "192.0.2.13")
    limited = Capabilities(types=frozenset({"AAAA"}), apex_ns=ApexNs.FULL)
    assert [one.rule for one in fit.check(desired(), "a", limited, {wrong.key: wrong}, odd)] == ["type-unsupported"]
    warned = Capabilities(types=None, apex_ns=ApexNs.FULL, keeps_txt_boundaries=False)
    cut = rr("t", "TXT", '"a" "b"')
    found = [one.rule for one in fit.check(desired(), "a", warned, {cut.key: cut}, lambda _: "no")]
    assert found == ["txt-boundaries-lost", "value-unsupported"]


# Limits of one zone
def test_what_one_zone_can_hold_counts_and_not_what_its_provider_can():
    few = Capabilities(types=frozenset({"A"}), apex_ns=ApexNs.FIXED)
    zone = desired(rr("t", "TXT", '"x"'), nameservers=Nameservers("auto", said=True), providers=("a", "b"))
    facts = (fact("a", live(capabilities=few)), fact("b", live(), nameservers=("ns1.b.example.",)))
    assert rules(planned(zone, *facts)) == ["apex-ns-not-editable", "type-unsupported"]
    assert facts[0].able is few
    assert (facts[1].able, fact().able) == (FULL, FULL)


@pytest.mark.parametrize(("limit", "expected"), [(6, []), (5, ["too-many-rrsets"])])
def test_a_limit_of_rrsets_counts_what_is_there_besides(limit, expected):
    there = live(WWW, rr("mine", "A", "192.0.2.1"), kept=(BLUE,), capabilities=limits(max_rrsets=limit))
    zone = desired(WWW, rr("new", "A", "192.0.2.1"), unmanaged="keep")
    assert rules(planned(zone, fact(zone=there))) == expected, "two of the file, one unmanaged, one kept, NS and SOA"


def limits(**more):
    return Capabilities(**{"types": None, "apex_ns": ApexNs.FULL, **more})
