"""docs/policy.md names every key of the policy, and its example is one."""

import re
from pathlib import Path

import pytest

from zonesync.load import load_config
from zonesync.load.policy import (
    KINDS,
    FreezeShape,
    OwnersEntryShape,
    OwnersShape,
    PolicyShape,
    ProtectShape,
    RequireShape,
    TtlShape,
)

TREE = Path(__file__).resolve().parents[2]
PAGE = (TREE / "docs" / "policy.md").read_text(encoding="utf-8")
SHAPES = (PolicyShape, ProtectShape, OwnersShape, OwnersEntryShape, FreezeShape, TtlShape, RequireShape)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_page_names_every_key(shape):
    keys = {field.alias or name for name, field in shape.model_fields.items()}
    assert {key for key in keys if not re.search(rf"\b{key}\b", PAGE)} == set()


def test_the_example_of_the_page_is_a_policy_with_every_kind_of_rule(tmp_path):
    (tmp_path / "zonesync.yaml").write_text(re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1])
    config, findings = load_config(tmp_path / "zonesync.yaml")

    assert findings == []
    assert {kind for rule in config.policy for kind in KINDS if getattr(rule, kind)} == set(KINDS)


def test_the_page_links_to_every_example():
    assert set(re.findall(r"\(\.\./examples/policy/(.*?)\)", PAGE)) == {
        file.name for file in (TREE / "examples" / "policy").iterdir()
    }
