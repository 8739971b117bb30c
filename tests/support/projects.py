"""Small projects in a folder: a configuration, and zones in it."""

from pathlib import Path

from zonesync import workflow

_CONFIGURATION = """\
zones: [zones/*.yaml]
defaults: {providers: [bind]}
providers:
  bind: {type: bind, directory: served, named_conf: served/named.conf}
safety: {max_deletes: 100%, max_changes: 100%, always_allow: 1000000}
"""


def one_zone_project(folder: Path, *imported: workflow.Imported) -> workflow.Project:
    """Make *folder* a project with one BIND provider and the *imported* zones."""
    zones = folder / "zones"
    zones.mkdir(parents=True, exist_ok=True)
    for one in imported:
        assert one.text is not None
        stem = "root" if one.file_stem == "." else one.file_stem
        (zones / f"{stem}.yaml").write_text(one.text, encoding="utf-8")
    (folder / "zonesync.yaml").write_text(_CONFIGURATION)
    return workflow.open_project(folder / "zonesync.yaml")
