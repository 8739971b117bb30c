"""Errors on the apex NS set that a zone file accepts, for a time, in `validate` and in `plan`."""

import pytest

from tests.planning import NOW, Folder, found_in
from zonesync import workflow
from zonesync.lint.meta import ELSEWHERE
from zonesync.plan import apex
from zonesync.provider.contract import ApexNs
from zonesync.provider.memory import MemoryProvider

BOTH = ["ns1.one.example.", "ns1.two.example."]
STRANGER = [*BOTH, "ns9.example.net."]
WITHOUT = ["ns1.one.example.", "ns2.one.example."]
WWW = {"www": {"A": "192.0.2.1"}}


def found(folder, find=None):
    """The rules that refuse, by `validate` and by `plan`."""
    more = {"find": find} if find else {}
    project = folder.open()
    checked = workflow.check(project, (), NOW, **more).findings
    planned = folder.plan(**more).plan.findings
    return [sorted({one.rule for one in findings if one.is_error}) for findings in (checked, planned)]


@pytest.mark.parametrize(
    ("hosts", "allow", "errors"),
    [
        (BOTH, [], []),
        (STRANGER, [], ["foreign-nameserver"]),
        (STRANGER, [{"rule": "foreign-nameserver", "reason": "vanity"}], []),
        (STRANGER, [{"rule": "foreign-nameserver", "until": "2001-01-31", "reason": "over"}], ["foreign-nameserver"]),
        (STRANGER, [{"rule": "nameservers-differ", "reason": "another rule"}], ["foreign-nameserver"]),
        (WITHOUT, [], ["nameservers-leave-provider-out"]),
        (WITHOUT, [{"rule": "nameservers-leave-provider-out", "reason": "hidden primary"}], []),
    ],
)
def test_an_error_is_accepted_by_its_name_while_that_holds(tmp_path, hosts, allow, errors):
    folder = Folder(tmp_path)
    folder.zone(WWW, nameservers=hosts, allow=allow)
    assert found(folder) == [errors, errors]


@pytest.mark.parametrize(
    ("said", "is_accepted"), [("auto", False), (BOTH, False), ("unmanaged", True)], ids=["auto", "list", "unmanaged"]
)
def test_a_provider_that_cannot_hold_the_set_is_accepted_only_where_the_set_is_left_alone(tmp_path, said, is_accepted):
    folder = Folder(tmp_path, {name: {"type": "memory"} for name in ("one", "two")})
    full = {"apex_ns": ApexNs.FULL}
    providers = {
        "one": MemoryProvider("one", nameservers=["ns1.one.example.", "ns2.one.example."], capabilities=full),
        "two": MemoryProvider(
            "two",
            nameservers=["ns1.two.example.", "ns2.two.example."],
            capabilities={"apex_ns": ApexNs.FIXED},
        ),
    }
    find = found_in(providers)
    folder.zone(WWW, nameservers=said)
    assert found(folder, find) == [["apex-ns-not-editable"]] * 2
    folder.zone(WWW, nameservers=said, allow=[{"rule": "apex-ns-not-editable", "reason": "the zone moves"}])
    assert found(folder, find) == [[] if is_accepted else ["apex-ns-not-editable"]] * 2
    warned = {one.rule for one in workflow.load(folder.open(), (), NOW).findings}
    assert ("allow-without-effect" in warned) is not is_accepted


def test_a_note_on_one_provider_is_switched_off_by_its_name(tmp_path):
    folder = Folder(tmp_path)
    folder.zone(WWW, providers=["one"])
    told = {one.rule for one in workflow.check(folder.open(), (), NOW).findings}
    assert "one-provider" in told
    folder.config["lint"] = {"ignore": ["one-provider"]}
    folder.write_config()
    told = {one.rule for one in workflow.check(folder.open(), (), NOW).findings}
    assert not told & {"one-provider", "unknown-rule"}


def test_lint_knows_every_rule_that_can_be_accepted():
    assert apex.ACCEPTABLE | apex.ACCEPTABLE_UNMANAGED <= ELSEWHERE
