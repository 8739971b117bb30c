"""Finding begins at the root's servers: the real ones, or those of a file."""

import ipaddress

import pytest

from zonesync.run.asking.hints import ROOT, read_hints
from zonesync.run.asking.messages import Server


def test_the_root_has_thirteen_servers_with_two_addresses_each():
    letters = sorted({server.name for server in ROOT})
    assert letters == [f"{letter}.root-servers.net." for letter in "abcdefghijklm"]
    assert sorted(ipaddress.ip_address(server.address).version for server in ROOT) == [4] * 13 + [6] * 13
    assert len({server.address for server in ROOT}) == 26


def test_a_file_of_hints_gives_each_address_of_each_server(tmp_path):
    file = tmp_path / "named.root"
    file.write_text(
        "; from the internet\n"
        ".              3600000 NS    A.ROOT.LAB.\n"
        "A.ROOT.LAB.    3600000 A     127.52.0.1\n"
        "A.ROOT.LAB.    3600000 AAAA  ::1\n"
        ".              3600000 NS    b.root.lab.\n"
        "b.root.lab.    3600000 A     127.52.0.2\n"
        "stray.lab.     3600000 A     127.52.0.3\n"
        ".              3600000 NS    c.root.lab.\n"
    )
    assert read_hints(file) == (
        Server("a.root.lab.", "127.52.0.1"),
        Server("a.root.lab.", "::1"),
        Server("b.root.lab.", "127.52.0.2"),
    )
    assert {server.port for server in read_hints(file, port=5300)} == {5300}


def test_our_own_hints_survive_a_file(tmp_path):
    file = tmp_path / "named.root"
    lines = [f". 3600000 NS {server.name}" for server in ROOT]
    lines += [f"{one.name} 3600000 {'AAAA' if ':' in one.address else 'A'} {one.address}" for one in ROOT]
    file.write_text("\n".join(dict.fromkeys(lines)) + "\n")
    assert sorted(read_hints(file)) == sorted(ROOT)


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        (". 1 NS a.\na. 1 A 127.0.0.300\n", ":2:8: ", "`127.0.0.300` is no IPv4 address"),
        ("", ": ", "no NS RRset at the root"),
        ("a. 1 A 127.0.0.1\n", ": ", "no NS RRset at the root"),
        ("\n. 1 NS a.\n", ":2:1: ", "none of the 1 root servers has an A or AAAA"),
    ],
)
def test_a_file_that_gives_no_servers_is_refused_with_its_place(tmp_path, text, where, says):
    file = tmp_path / "named.root"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"named\.root") as caught:
        read_hints(file)
    assert str(caught.value).startswith(f"{file}{where}")
    assert says in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"hints: cannot be read: No such file"):
        read_hints(tmp_path / "hints")
