"""The class of a package that the configuration names: found when it is used, made with the options that it takes."""

import difflib
import importlib
import inspect
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from octodns.source.base import BaseSource

from zonesync.provider import options

_OWN = frozenset({"self", "id", "args", "kwargs"})
_TRUE = {"true": True, "false": False}

for _name in ("Record", "Zone", "Plan"):
    # What is wrong with a record is told by findings; without a handler, Python would write it to stderr.
    logging.getLogger(_name).addHandler(logging.NullHandler())


def class_path(option: str, value: object) -> str:
    """Return the path of a class as octoDNS writes it (``octodns_powerdns.PowerDnsProvider``)."""
    path = options.text(option, value)
    module, _, name = path.rpartition(".")
    if not module or not all(part.isidentifier() for part in path.split(".")) or not name:
        raise ValueError(f"`{option}` is `{path}`; it is a class with its module, `octodns_powerdns.PowerDnsProvider`")
    return path


def find(path: str) -> type[BaseSource]:
    """Import the class at *path*. Raises ValueError, which says what to install."""
    module_name, _, name = path.rpartition(".")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as missing:
        package = module_name.partition(".")[0]
        if missing.name == package:
            words = f"`{path}` needs the package `{package}`: pip install {package.replace('_', '-')}"
        else:
            words = f"`{path}` needs the module `{missing.name}`, which is not installed"
        raise ValueError(words) from missing
    except ImportError as problem:
        raise ValueError(f"`{module_name}` cannot be imported: {problem}") from problem
    found = getattr(module, name, None)
    if not inspect.isclass(found):
        close = difflib.get_close_matches(name, vars(module), n=1)
        hint = f"; did you mean `{module_name}.{close[0]}`?" if close else ""
        raise ValueError(f"`{module_name}` has no class `{name}`{hint}")
    if not issubclass(found, BaseSource):
        raise ValueError(f"`{path}` is no provider of octoDNS")  # noqa: TRY004 -- a wrong option, not a wrong type
    return found


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a provider object of octoDNS is made; anew for each read, so that nothing is remembered from before."""

    name: str
    path: str
    made_of: type[BaseSource]
    arguments: Mapping[str, Any]

    @classmethod
    def of(cls, name: str, path: str, given: Mapping[str, object]) -> "Recipe":
        """Check the options *given* as far as the class tells. Raises ValueError."""
        found = find(path)
        known, is_open = _parameters(found)
        for option in given:
            if option not in known and not is_open:
                close = difflib.get_close_matches(option, known, n=1)
                hint = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(sorted(known))}"
                raise ValueError(f"`{path}` has no option `{option}`; {hint}")
        lacking = [name for name, kind in known.items() if kind is inspect.Parameter.empty and name not in given]
        if lacking:
            raise ValueError(f"`{path}` needs {', '.join(f'`{name}`' for name in lacking)}")
        arguments = {option: fitting(option, value, known.get(option)) for option, value in given.items()}
        if "root_ns_warnings" in known:
            arguments.setdefault("root_ns_warnings", False)
        return cls(name, path, found, arguments)

    @property
    def paths(self) -> tuple[str, ...]:
        """The names under which something may be known of the class: as it is written, its own, those it is made of.

        A class that somebody made of a package's own, or imported into a module of theirs, is for the same service.
        """
        return (self.path, *(f"{one.__module__}.{one.__qualname__}" for one in self.made_of.__mro__))

    def make(self) -> Any:
        """Return a fresh object, of octoDNS's ``BaseSource``. Raises what its constructor raises."""
        made: Any = self.made_of(self.name, **self.arguments)
        if not made.log.handlers:
            made.log.addHandler(logging.NullHandler())
        return made


def _parameters(found: type) -> tuple[dict[str, object], bool]:
    """Return the options of a class with their defaults, and whether it may take others that cannot be told.

    A constructor with ``**kwargs`` hands them on to the next class in line.
    """
    known: dict[str, object] = {}
    for owner in found.__mro__:
        if "__init__" not in vars(owner) or owner is object:
            continue
        parameters = inspect.signature(vars(owner)["__init__"]).parameters.values()
        for parameter in parameters:
            if parameter.kind not in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD} and parameter.name not in _OWN:
                known.setdefault(parameter.name, parameter.default)
        if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
            return known, False
    return known, True


def fitting(option: str, value: object, default: object) -> object:
    """Return *value*, which a configuration has as text, in the type of *default*. Raises ValueError.

    Where the default tells no type, ``true`` and ``false`` are what they say, and everything else stays text.
    """
    if isinstance(value, Mapping):
        return {name: fitting(f"{option}.{name}", part, None) for name, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [fitting(option, part, None) for part in value]
    if not isinstance(value, str):
        return value
    try:
        match default:
            case bool():
                return options.truth(option, value)
            case int():
                return int(value)
            case float():
                return float(value)
    except ValueError:
        raise ValueError(f"`{option}` is `{value}`, where the class has {default!r} by default") from None
    return value if isinstance(default, str) else _TRUE.get(value, value)
