"""The audit log as text."""

from zonesync.views import audit_text

CHANGE = {
    "kind": "change",
    "zone": "example.com",
    "provider": "aws",
    "name": "cdn.example.com.",
    "type": "A",
    "outcome": "applied",
    "before": {"ttl": 300, "rdatas": ["192.0.2.1"]},
    "after": {"ttl": None, "rdatas": ["alias www.example.com. - false"]},
}


def test_an_alias_has_no_ttl_in_the_audit_log():
    text = "\n".join(audit_text.audit_lines([CHANGE], 200))
    assert "300 192.0.2.1 -> alias www.example.com. - false" in text
    assert "None" not in text
