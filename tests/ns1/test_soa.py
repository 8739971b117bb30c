"""The SOA of a zone is fields of the zone at NS1."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.strategies import names
from zonesync.model.rrset import RRset
from zonesync_ns1 import soa
from zonesync_ns1.refusals import refusal

FIELDS = {
    "ttl": 3600,
    "nx_ttl": 300,
    "retry": 7200,
    "refresh": 43200,
    "expiry": 1209600,
    "serial": 42,
    "hostmaster": "hostmaster@nsone.net",
    "primary_master": "dns1.p01.nsone.net",
    "dns_servers": ["dns1.p01.nsone.net", "dns2.p01.nsone.net"],
}
TEXT = "dns1.p01.nsone.net. hostmaster.nsone.net. 42 43200 7200 1209600 300"


def read(**changed):
    return soa.soa("example.com.", FIELDS | changed)


def test_the_soa_is_put_together_from_the_zones_fields():
    assert read() == RRset("example.com.", "SOA", 3600, (TEXT,))


def test_without_a_primary_master_it_is_the_first_name_server():
    assert read(primary_master="") == read() == read(primary_master=None)


@pytest.mark.parametrize(
    ("hostmaster", "rname"),
    [
        ("hostmaster@nsone.net", "hostmaster.nsone.net."),
        ("First.Last@Example.com", r"first\.last.example.com."),
        ("dns+zone@example.com.", "dns+zone.example.com."),
        ("hostmaster.example.com", "hostmaster.example.com."),
    ],
)
def test_the_hostmaster_is_a_mailbox_or_a_name(hostmaster, rname):
    assert read(hostmaster=hostmaster).rdatas[0].split(" ")[1] == rname


@pytest.mark.property
@example(r"_sip.\@.example.com.")
@given(names())
def test_a_name_that_stands_for_a_mailbox_comes_back_and_any_other_is_refused(rname):
    rrset = RRset("example.com.", "SOA", 3600, (f"ns1.example.net. {rname} 1 2 3 4 5",))
    if refusal("example.com.", rrset):
        with pytest.raises(ValueError, match="mailbox"):
            soa.mailbox_of(rname)
    else:
        assert soa.rname_of(soa.mailbox_of(rname)) == rname


@pytest.mark.property
@given(st.fixed_dictionaries({name: st.integers(0, 2**31 - 1) for name in ("refresh", "retry", "expiry", "nx_ttl")}))
def test_what_changed_is_what_is_sent(numbers):
    changed = soa.changed(read(), read(**numbers))
    assert changed == {name: value for name, value in numbers.items() if value != FIELDS[name]}


def test_the_serial_is_never_sent():
    assert not soa.changed(read(), read(serial=43))


def test_names_are_sent_without_their_final_dot():
    after = read(primary_master="ns1.example.net", hostmaster=r"a.b@example.net")
    assert soa.changed(read(), after) == {"primary_master": "ns1.example.net", "hostmaster": "a.b@example.net"}


@pytest.mark.parametrize(
    "changed",
    [{"serial": None}, {"refresh": "43200"}, {"ttl": True}, {"primary_master": None, "dns_servers": []}],
)
def test_fields_that_are_not_there_are_an_error(changed):
    with pytest.raises(ValueError, match="the zone"):
        read(**changed)


def test_the_root_is_no_primary_master():
    assert refusal("example.com.", RRset("example.com.", "SOA", 60, (". a.example. 1 2 3 4 5",)))
