"""Services that cannot hold the apex NS set of a zone at two providers are rejected, and nobody is asked for that."""

import json
import socket
import sys
from types import ModuleType

import pytest
from azure.core.pipeline.transport import HttpTransport
from octodns_azure import AzureProvider

from zonesync import cli

SET = "[ns1.example.net., ns2.example.net.]"
AZURE = "ns1-01.azure-dns.com., ns2-01.azure-dns.net., ns3-01.azure-dns.org., ns4-01.azure-dns.info."


CLASSES = {
    "azure": {
        "class": "octodns_azure.AzureProvider",
        "sub_id": "dummy",
        "resource_group": "dummy",
        "directory_id": "dummy",
        "client_id": "dummy",
        "key": "dummy-key-of-azure",
    },
    "cloudflare": {"class": "octodns_cloudflare.CloudflareProvider", "token": "dummy-token"},
    "dnsimple": {"class": "octodns_dnsimple.DnsimpleProvider", "token": "dummy-token", "account": "12"},
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "zones").mkdir()
    monkeypatch.chdir(tmp_path)

    def nobody(*_: object, **__: object) -> None:
        raise OSError("there is no network")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    monkeypatch.setattr(socket.socket, "connect", nobody)
    # Azure's library tries again and again; so it does at once.
    monkeypatch.setattr(HttpTransport, "sleep", lambda *_: None)

    def write(provider: str, nameservers: str) -> None:
        files = {"type": "bind", "directory": "build", "nameservers": ["ns1.example.net.", "ns2.example.net."]}
        providers = {"files": files, provider: {"type": "octodns", **CLASSES[provider]}}
        (tmp_path / "zonesync.yaml").write_text(json.dumps({"zones": ["zones/*.yaml"], "providers": providers}))
        (tmp_path / "zones/example.com.yaml").write_text(
            f"zone: example.com\nproviders: [files, {provider}]\nnameservers: {nameservers}\n"
            "records:\n  www: {A: 198.51.100.1}\n"
        )

    return write


def errors(capsys, *arguments):
    capsys.readouterr()
    code = cli.run(list(arguments))
    found = json.loads(capsys.readouterr().out)
    return code, [one for one in found["findings"] if one["severity"] == "error"]


@pytest.mark.parametrize("command", ["validate", "plan"])
@pytest.mark.parametrize(
    ("provider", "nameservers", "reason", "source"),
    [
        ("azure", SET, "its level is `add_only`: its own names cannot be removed", "https://learn.microsoft.com/"),
        ("cloudflare", SET, "its level is `ignored`", "https://developers.cloudflare.com/"),
        ("cloudflare", "auto", "its level is `ignored`", "https://developers.cloudflare.com/"),
        ("cloudflare", "unmanaged", "its level is `ignored`", "https://developers.cloudflare.com/"),
        ("dnsimple", SET, "its level is `fixed`", "https://github.com/octodns/octodns-dnsimple"),
        ("dnsimple", "auto", "its level is `fixed`", "https://github.com/octodns/octodns-dnsimple"),
        ("dnsimple", "unmanaged", "its level is `fixed`", "https://github.com/octodns/octodns-dnsimple"),
    ],
)
def test_a_service_that_cannot_hold_the_set_is_rejected(
    project, capsys, command, provider, nameservers, reason, source
):
    project(provider, nameservers)
    code, found = errors(capsys, command, "--format", "json")
    assert code == 1
    (rejected,) = [one for one in found if one["rule"] == "apex-ns-not-editable"]
    assert rejected["provider"] == provider
    assert reason in rejected["message"]
    assert source in rejected["message"]
    assert rejected["help"]


def test_azure_is_taken_once_its_own_names_are_in_the_set(project, capsys):
    project("azure", f"[{AZURE}, ns1.example.net.]")
    code, found = errors(capsys, "validate", "--format", "json")
    assert (code, found) == (0, [])


@pytest.mark.parametrize("path", ["theirs.AzureProvider", "theirs.Ours"])
def test_a_class_made_of_a_known_one_or_imported_from_elsewhere_is_for_the_same_service(
    project, capsys, monkeypatch, path
):
    class Ours(AzureProvider):
        """Somebody's own."""

    module = ModuleType("theirs")
    monkeypatch.setattr(Ours, "__module__", "theirs")
    module.Ours, module.AzureProvider = Ours, AzureProvider
    monkeypatch.setitem(sys.modules, "theirs", module)
    monkeypatch.setitem(CLASSES["azure"], "class", path)
    project("azure", SET)
    code, found = errors(capsys, "validate", "--format", "json")
    assert code == 1
    assert ("apex-ns-not-editable", "azure") in {(one["rule"], one["provider"]) for one in found}
