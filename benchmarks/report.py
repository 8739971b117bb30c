"""The one table of a run, and the same as data."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.cases import Figure
from benchmarks.measure import Samples


@dataclass(frozen=True)
class Outcome:
    """A figure with its value."""

    figure: Figure
    value: float

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if self.figure.target is None:
            return None
        if self.figure.kind == "faster":
            return self.value >= self.figure.target
        return self.value <= self.figure.target

    @property
    def text(self) -> str:
        """The figure in words, with the target beside it."""
        peer = self.figure.theirs.partition(",")[0]
        figure, sign = self.figure, ">=" if self.figure.kind == "faster" else "<="
        less = f" (less {figure.less})" if figure.less else ""
        words = {
            "faster": f"{self.value:.1f} times as fast as",
            "time": f"{self.value:.2f} of the time of",
            "memory": f"{self.value:.2f} of the memory of",
        }[figure.kind]
        target = (
            "" if figure.target is None else f"; target {sign} {figure.target:g}, {'met' if self.met else 'MISSED'}"
        )
        return f"{words} {peer}{less}{target}"


def outcomes(figures: Sequence[Figure], samples: Mapping[str, Samples]) -> list[Outcome]:
    """Work out the figures whose two cases were both run."""
    found = []
    for figure in figures:
        ours, theirs = samples.get(figure.ours), samples.get(figure.theirs)
        less = samples.get(figure.less)
        if ours is None or theirs is None or (figure.less and less is None):
            continue
        wall = ours.median - (less.median if less else 0)
        match figure.kind:
            case "faster":
                value = theirs.median / wall
            case "time":
                value = wall / theirs.median
            case _:
                value = ours.peak / theirs.peak
        found.append(Outcome(figure, value))
    return found


def table(samples: Mapping[str, Samples], found: Sequence[Outcome]) -> str:
    """Render Markdown: a row for each case, its figures in the last cell."""
    lines = [
        "| what | runs | min s | median s | max s | peak MB | against its peer, same run |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    for name, sample in samples.items():
        figures = "<br>".join(outcome.text for outcome in found if outcome.figure.ours == name)
        walls = sample.walls
        lines.append(
            f"| {name} | {len(walls)} | {min(walls):.3f} | {sample.median:.3f} | {max(walls):.3f} "
            f"| {sample.peak:.0f} | {figures} |"
        )
    return "\n".join(lines)


def as_data(samples: Mapping[str, Samples], found: Sequence[Outcome]) -> dict[str, object]:
    """Return what the table says, and every sample, for JSON."""
    return {
        "format": 1,
        "machine": {"python": platform.python_version(), "platform": platform.platform(), "cpus": os.cpu_count()},
        "cases": [
            {"name": name, "seconds": sample.walls, "median_seconds": sample.median, "peak_mb": sample.peak}
            for name, sample in samples.items()
        ],
        "figures": [
            {
                "ours": outcome.figure.ours,
                "theirs": outcome.figure.theirs,
                "kind": outcome.figure.kind,
                "less": outcome.figure.less,
                "value": outcome.value,
                "target": outcome.figure.target,
                "met": outcome.met,
            }
            for outcome in found
        ],
    }
