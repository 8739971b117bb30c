"""What zonesync is measured against: octoDNS in a virtual environment, named-checkzone, and a bare typer program."""

import json
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

OCTODNS = ("octodns==1.22.0", "octodns-bind==1.1.0")


def octodns(given: Path | None, scratch: Path) -> Path:
    """Return the folder of octoDNS's commands: of the environment *given*, else a new throw-away one."""
    if given is not None:
        commands = given / "bin"
        if not (commands / "octodns-compare").exists():
            raise SystemExit(f"there is no octodns-compare in {commands}")
        return commands
    folder = scratch / "octodns-venv"
    commands = folder / "bin"
    if not (commands / "octodns-compare").exists():
        print(f"installing {' '.join(OCTODNS)} into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([commands / "python", "-m", "pip", "install", "--quiet", *OCTODNS], check=True)
    return commands


# Runs in a process of its own, so that the harness stays small. Prints the shape of zonesync's command line:
# for each command or group its parameters and texts, as far as `--help` shows them.
_SHAPE = """
import json
import typer
from zonesync.cli.app import app
unseen = ("help", "install_completion", "show_completion")
def shape(command, context):
    parameters = [
        {
            "kind": p.param_type_name, "names": list(p.opts), "help": getattr(p, "help", "") or "",
            "metavar": p.metavar, "flag": bool(getattr(p, "is_flag", False)), "many": p.multiple or p.nargs < 0,
        }
        for p in command.params if p.name not in unseen
    ]
    children = {}
    for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
        child = command.get_command(context, name)
        if child is not None and not child.hidden:
            children[name] = shape(child, type(context)(child, info_name=name, parent=context))
    return {
        "help": command.help or "", "epilog": command.epilog or "", "parameters": parameters, "commands": children
    }
command = typer.main.get_command(app)
print(json.dumps(shape(command, command.make_context("zonesync", ["schema"], resilient_parsing=True))))
"""

_DEFAULT_COMMANDS = ("init", "validate", "plan", "apply", "drift", "export", "providers", "schema")
_DEFAULT_GROUPS = {"import": ("zonefile",), "audit": ("log",)}


def shape(python: str, env: Mapping[str, str]) -> tuple[dict[str, object], bool]:
    """Return the shape of zonesync's command line, and whether it was read from zonesync itself."""
    done = subprocess.run([python, "-c", _SHAPE], env=env, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return json.loads(done.stdout), True
    print(f"the commands of zonesync could not be listed: {done.stderr.strip()[-300:]}", file=sys.stderr)
    return _default(), False


def _default() -> dict[str, object]:
    parameters = [
        {
            "kind": "option",
            "names": [f"--option-{n}"],
            "help": "What it is for.",
            "metavar": None,
            "flag": n < 2,
            "many": False,
        }
        for n in range(5)
    ]

    def command(children: Mapping[str, object] | None = None) -> dict[str, object]:
        return {"help": "Do this.", "epilog": "", "parameters": parameters, "commands": children or {}}

    groups = {name: command({child: command() for child in children}) for name, children in _DEFAULT_GROUPS.items()}
    return command({name: command() for name in _DEFAULT_COMMANDS} | groups)


def bare_program(spec: Mapping[str, object], folder: Path) -> None:
    """Write `bare_typer.py`: a typer program of the same commands, options and help texts that does nothing."""
    lines = ["import typer", "from typing import Annotated, Optional"]
    _bare(spec, "app", lines)
    lines += ["def main() -> None:", "    app()"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bare_typer.py").write_text("\n".join(lines) + "\n")


def _bare(spec: Mapping[str, object], app: str, lines: list[str]) -> None:
    lines.append(f"{app} = typer.Typer(no_args_is_help=True, help={spec['help']!r}, epilog={spec['epilog']!r})")
    if spec["parameters"]:
        lines += [f"@{app}.callback()", *_function(f"{app}_root", spec)]
    commands = spec["commands"]
    assert isinstance(commands, dict)
    for name, child in commands.items():
        inner = f"{app}_{name.replace('-', '_')}"
        if child["commands"]:
            _bare(child, inner, lines)
            lines.append(f"{app}.add_typer({inner}, name={name!r})")
        else:
            lines += [f"@{app}.command({name!r})", *_function(inner, child)]


def _function(name: str, spec: Mapping[str, object]) -> list[str]:
    parameters = spec["parameters"]
    assert isinstance(parameters, list)
    lines = [f"    p{n}: {_parameter(parameter)}," for n, parameter in enumerate(parameters)]
    return [f"def {name}(", *lines, ") -> None:", f"    {spec['help']!r}"]


def _parameter(parameter: Mapping[str, object]) -> str:
    names, words = parameter["names"], f"metavar={parameter['metavar']!r}, help={parameter['help']!r}"
    assert isinstance(names, list)
    if parameter["flag"]:
        return f"Annotated[bool, typer.Option({', '.join(map(repr, names))}, help={parameter['help']!r})] = False"
    inner = "list[str]" if parameter["many"] else "str"
    if parameter["kind"] == "argument":
        return f"Annotated[Optional[{inner}], typer.Argument({words})] = None"
    return f"Annotated[Optional[{inner}], typer.Option({', '.join(map(repr, names))}, {words})] = None"
