"""The tree that tests of finding begin with: a root, `lab.` at two servers, `net.`, and what they delegate."""

import asyncio

from tests.support.internet import Internet
from zonesync.run.asking.finding import Finder
from zonesync.run.asking.messages import Server

HINTS = (Server("a.root.", "127.52.0.1"),)

TREE = {
    "127.52.0.1": {
        ".": """
            @ NS a.root.
            a.root. A 127.52.0.1
            lab. NS ns1.lab.
            lab. NS ns2.lab.
            ns1.lab. A 127.52.1.1
            ns2.lab. A 127.52.1.2
            net. NS ns.net.
            ns.net. A 127.52.1.3
        """
    },
    "127.52.1.1": {"lab.": (LAB := """
            @ NS ns1
            @ NS ns2
            ns1 A 127.52.1.1
            ns2 A 127.52.1.2
            child NS ns1.child
            child NS ns.far.net.
            ns1.child A 127.52.2.1
            deep.ent NS ns.far.net.
            alias CNAME ns1.child
            other NS ns.nowhere.net.
        """)},
    "127.52.1.2": {"lab.": LAB},
    "127.52.1.3": {"net.": "@ NS ns\nns A 127.52.1.3\nfar NS ns.far\nns.far A 127.52.1.4"},
    "127.52.1.4": {
        "far.net.": """
            @ NS ns
            ns A 127.52.1.4
            only6 AAAA 2001:db8::1
            both A 192.0.2.1
            both AAAA 2001:db8::2
            empty TXT x
        """,
        "child.lab.": (CHILD := "@ NS ns1\n@ NS ns.far.net.\nns1 A 127.52.2.1\nhost A 192.0.2.9"),
        "deep.ent.lab.": "@ NS ns.far.net.\nhost A 192.0.2.10",
    },
    "127.52.2.1": {"child.lab.": CHILD},
}  # fmt: skip


def find(name, internet=None, **more):
    internet = internet or Internet(TREE)
    more.setdefault("ipv6", False)
    return asyncio.run(Finder(internet, HINTS, **more).addresses(name))


def delegation(zone, internet=None, **more):
    return asyncio.run(Finder(internet or Internet(TREE), HINTS, ipv6=False, **more).delegation(zone))


def changed(tree=TREE, **servers):
    return {**tree, **{f"127.52.{key[1:].replace('_', '.')}": zones for key, zones in servers.items()}}


DS = "12345 13 2 " + "ab" * 32
BOTH = {"lab.": LAB + f"child DS {DS}\n", "child.lab.": "@ 900 NS ns1\n@ 900 NS ns.far.net.\nns1 A 127.52.2.1"}
