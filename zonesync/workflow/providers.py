"""The configured providers, each asked about itself."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from zonesync.provider.registry import Factory, factory
from zonesync.run.providers import ProviderReport, asked
from zonesync.workflow.project import Project, RefusedError, check_providers, connect
from zonesync.workflow.reading import READERS
from zonesync.workflow.secrets import concealed, concealing


def report_providers(
    project: Project,
    names: Sequence[str] = (),
    find: Callable[[str], Factory] = factory,
    *,
    with_quotas: bool = True,
) -> list[ProviderReport]:
    """Ask the providers *names*, all for none, which zones they host and, where wanted, what their limits are.

    Raises :class:`UnknownNameError` for a name that the configuration lacks; whatever else goes wrong with a provider
    is in its report.
    """
    check_providers(project, names)
    chosen = list(dict.fromkeys(names or project.config.providers))

    def report(name: str) -> ProviderReport:
        made = ProviderReport(name, project.config.providers[name].type)
        try:
            provider = connect(project, [name], find)[name]
        except RefusedError as problem:
            return replace(made, problem=str(problem))
        with concealing(project.config, name):
            made = asked(made, provider, with_quotas=with_quotas)
        return replace(
            made,
            problem=concealed(project.config, name, made.problem),
            hint=concealed(project.config, name, made.hint),
        )

    with ThreadPoolExecutor(READERS) as pool:
        return list(pool.map(report, chosen))
