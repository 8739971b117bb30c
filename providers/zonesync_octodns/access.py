"""Objects of one octoDNS class, each made for one thing to do, so that none remembers what was."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from octodns.provider.base import BaseProvider
from octodns.source.base import BaseSource

from zonesync.provider.errors import ProviderError, Rejected
from zonesync.provider.masking import masked
from zonesync.provider.observing_requests import told
from zonesync_octodns import traits
from zonesync_octodns.classes import Recipe
from zonesync_octodns.explain import explain
from zonesync_octodns.reading import Content, read_zone
from zonesync_octodns.traits import Access, Traits

_told = re.compile(
    r"host|port|scheme|server_id|account|account_id|project|sub_id|resource_group|directory|region|file_extension"
    r"|key_name|view_id|sandbox|profile"
).fullmatch
"""Options that say which account or place is meant, and are no secrets."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a class of octoDNS, with its options, gives access to."""

    recipe: Recipe
    traits: Traits

    @classmethod
    def of(cls, recipe: Recipe) -> "Account":
        """Return the access that *recipe* gives; a class that is known for nothing else is a source or a target."""
        known = next((traits.KNOWN[path] for path in recipe.paths if path in traits.KNOWN), None)
        if known is None:
            known = traits.UNKNOWN if issubclass(recipe.made_of, BaseProvider) else traits.SOURCE
        return cls(recipe, known)

    @property
    def can_write(self) -> bool:
        """Whether records can be changed."""
        return self.traits.access is not Access.READ

    @property
    def place(self) -> str:
        """Which class and which account or place; never a secret."""
        told = (f"{name}={value}" for name, value in sorted(self.recipe.arguments.items()) if _told(name))
        return f"{self.recipe.path}({','.join(told)})"

    def make(self) -> Any:
        """Return a fresh object. Raises ProviderError for what its constructor raises."""
        try:
            made = self.recipe.make()
        except Exception as problem:  # raised again in our tree: each package has its own
            raise self.masked(explain(problem)) from problem
        for held in vars(made).values():
            if isinstance(held, requests.Session):
                told(held, self.recipe.made_of.__name__)
        return made

    def target(self) -> BaseProvider:
        """Return a fresh object that can write. Raises ProviderError."""
        if not self.can_write:
            raise Rejected(f"`{self.recipe.path}` only reads")
        return self.make()

    def read(self, apex: str) -> Content | None:
        """Return what the zone *apex* holds, None where there is none. Raises ProviderError."""
        return self.read_with(self.make(), apex)

    def read_with(self, made: BaseSource, apex: str) -> Content | None:
        """Return what *made*, which is fresh, reads. Raises ProviderError."""
        try:
            return read_zone(made, apex, as_target=self.can_write)
        except ProviderError as problem:
            raise self.masked(problem) from problem.__cause__

    def masked(self, problem: ProviderError) -> ProviderError:
        """Return *problem* without anything of the options that may be a secret."""
        return masked(problem, _texts(self.recipe.arguments))


def _texts(options: Mapping[str, Any]) -> list[str]:
    found = []
    for name, value in options.items():
        if isinstance(value, Mapping):
            found += _texts(value)
        elif isinstance(value, list):
            found += [part for part in value if isinstance(part, str)]
        elif isinstance(value, str) and not _told(name):
            found.append(value)
    return found
