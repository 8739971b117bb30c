"""Zone files in and out of the fake of NS1, by ns1-python."""

import dns.zone
import pytest
from ns1.rest.errors import ResourceException

from tests.fakes.ns1 import Ns1Fake
from tests.fakes.ns1_sdk import client

# ns1-python leaves the file that it uploads to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def fake():
    with Ns1Fake() as running:
        running.create_zone("example.com.")
        yield running


def test_zone_files_go_in_and_come_out(fake, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = """$ORIGIN example.net.
@ 60 IN SOA ns.example.net. host.example.net. 1 2 3 4 5
@ 60 IN NS ns1.example.net.
@ 60 IN CAA 0 issue "ca.example.net; a=b"
@ 60 IN MX 10 mail
a 60 IN HINFO "A CPU" "an OS"
n 60 IN NAPTR 1 2 "s" "x" "" .
t 60 IN TXT "a \\"quoted\\" \\\\ text" "in two"
www 60 IN A 192.0.2.1
www 60 IN A 192.0.2.2
"""
    (tmp_path / "zone").write_text(text)
    zones = client(fake).zones()
    made = zones.import_file("example.net", "zone", networks=[0], views=["v"], name="other")
    assert (made["name"], made["zone"], made["views"], len(made["records"])) == ("other", "example.net", ["v"], 7)
    assert zones.initiate_zonefile_export("other")["status"] == "COMPLETED"
    assert zones.status_zonefile_export("other")["status"] == "COMPLETED"
    fake.add_native("other", {"domain": "example.net", "type": "ALIAS", "answers": [{"answer": ["x."]}]})
    out = dns.zone.from_text(zones.get_zonefile_export("other"), "example.net")
    expected = dns.zone.from_text(text, "example.net")
    for parsed in (out, expected):
        parsed.delete_rdataset("@", "SOA")
    assert out == expected


@pytest.mark.parametrize("content", [b"@ IN NONSENSE", b"\xff"])
def test_a_zone_file_that_is_none_is_refused(fake, tmp_path, monkeypatch, content):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zone").write_bytes(content)
    with pytest.raises(ResourceException, match="invalid zone file"):
        client(fake).zones().import_file("example.net", "zone")
    assert fake.zone_names() == ["example.com."]


def test_an_upload_without_a_file_is_refused(fake):
    with pytest.raises(ResourceException, match="zonefile is missing"):
        client(fake).zones()._make_request("PUT", "import/zonefile/example.net", body={})
