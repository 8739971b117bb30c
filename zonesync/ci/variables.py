"""A configuration whose variables this job does not have: it can be read for checking all the same."""

from collections.abc import Iterator, Mapping

PLACEHOLDER = "not-set-in-this-job"


class Blanks(Mapping[str, str]):
    """The environment, in which whatever a provider's options ask for is there; what is not is on record."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.missing: list[str] = []
        """Variables that were asked for, and that are not set, or empty: as a secret is that a job may not see."""

    def __contains__(self, name: object) -> bool:
        if not self._env.get(str(name)) and name not in self.missing:
            self.missing.append(str(name))
        return True

    def __getitem__(self, name: str) -> str:
        if name in self.missing:
            return PLACEHOLDER
        return self._env[name]

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]  # the mixin's asks us
        """Return the variable *name*, a placeholder for one that is missing and was asked for."""
        return PLACEHOLDER if name in self.missing else self._env.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._env)

    def __len__(self) -> int:
        return len(self._env)
