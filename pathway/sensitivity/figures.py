"""Figures that are followed while numbers move: of a target or any other, as contributions of the replications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pathway import words
from pathway.errors import SizingError, nearest
from pathway.experiment import only_figures, replicate
from pathway.experiment.intervals import share_by_year, t_quantile
from pathway.experiment.sized_words import target_label
from pathway.metrics import Measures, target_subjects

if TYPE_CHECKING:
    from collections.abc import Callable

    from pathway.scenario import Scenario, Target

Floats = NDArray[np.float64]
LEVEL = 0.95  # how sure intervals are


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure that is followed; the share of a target of a clock is of all patients of all years together."""

    measure: str
    subject: str
    statistic: str
    label: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Effort:
    """How the runs are made: as in `Experiment`."""

    replications: int
    engine: str = "auto"
    workers: int | None = None
    store: Path | None = None
    progress: Callable[[int, str], None] | None = None


def targets_asked(scenario: Scenario) -> list[Asked]:
    """Give the targets of a scenario as figures to follow."""
    units = (target.unit for target in scenario.targets)
    labels = (_label(scenario, target) for target in scenario.targets)
    found = [  # of a wait its statistic is followed, in days, not the share within its limit
        Asked("target", subject, "value", label, unit)
        for subject, label, unit in zip(target_subjects(scenario), labels, units, strict=True)
    ]
    if not found:
        raise SizingError(f"{scenario.name} has no targets; name a figure to follow, such as 'p90 wait ct'")
    return found


def _label(scenario: Scenario, target: Target) -> str:
    """Name a target; of a wait by its statistic, as that is followed."""
    if target.kind != "wait":
        return target_label(scenario, target)
    if target.title:
        return target.title
    name = scenario.pathway.states[target.subject].title or target.subject
    return words.text("first.target_wait", name=name, statistic=words.text(f"statistic.{target.statistic or 'p90'}"))


def asked_from_text(text: str) -> Asked:
    """Read ``STATISTIC MEASURE SUBJECT``, such as ``p90 wait nanoknife`` or ``per_year throughput nanoknife``.

    >>> asked_from_text("p90 wait nanoknife")
    Asked(measure='wait', subject='nanoknife', statistic='p90', label='p90 wait nanoknife', unit='')
    """
    parts = text.split(maxsplit=2)
    if len(parts) < 2:
        raise SizingError(f"{text!r}: expected STATISTIC MEASURE SUBJECT, such as 'p90 wait nanoknife'")
    statistic, measure, *subject = parts
    return Asked(measure, subject[0] if subject else "", statistic, text)


Runs = list[list[Measures]]


def simulated(scenarios: Sequence[Scenario], effort: Effort) -> Runs:
    """Simulate every scenario the same number of times, with the same patients in the same replication."""
    found: Runs = [[] for _ in scenarios]
    jobs = [(scenario, number) for scenario in scenarios for number in range(effort.replications)]
    done: dict[int, Measures] = {}
    how: dict[str, Any] = {"engine": effort.engine, "workers": effort.workers, "store": effort.store}
    for place, measures in replicate(jobs, measuring=only_figures, **how):
        done[place] = measures
        if effort.progress:
            effort.progress(len(done), f"{len(done)} / {len(jobs)}")
    for place in range(len(jobs)):
        found[place // effort.replications].append(done[place])
    return found


def contributions(asked: Asked, runs: Sequence[Measures]) -> Floats:
    """Give what each replication contributes to a figure: their mean is the figure, their spread its precision.

    Of a share of patients that is not the share of the replication: one with few patients contributes little.
    """
    tables = [_figures(each, asked.measure) for each in runs]
    value = np.array([_one(asked, table) for table in tables])
    if asked.measure != "target" or not all((asked.subject, "decided") in table for table in tables):
        return value
    known = np.array([table[asked.subject, "decided"] for table in tables])
    if not known.any():
        return np.full(known.size, np.nan)
    share, off = share_by_year(np.nan_to_num(value) * known, known)
    return share + off


def _figures(measures: Measures, measure: str) -> dict[tuple[str, str], float]:
    rows = measures.summary[measures.summary["measure"] == measure]
    names = zip(rows["subject"].astype(str), rows["statistic"].astype(str), strict=True)
    found: dict[tuple[str, str], float] = {}
    for name, value in zip(names, rows["value"].tolist(), strict=True):
        found.setdefault(name, value)  # of a clock with parts, all its patients come first
    return found


def _one(asked: Asked, table: Mapping[tuple[str, str], float]) -> float:
    if (asked.subject, asked.statistic) in table:
        return table[asked.subject, asked.statistic]
    if not table:
        raise SizingError(f"there is no measure {asked.measure!r} in these runs")
    subjects = dict.fromkeys(subject for subject, _ in table)
    if asked.subject not in subjects:
        raise SizingError(f"no {asked.measure} of {asked.subject!r} is measured{nearest(asked.subject, subjects)}")
    known = [statistic for subject, statistic in table if subject == asked.subject]
    hint = nearest(asked.statistic, known) or f"; there are {', '.join(known)}"
    raise SizingError(f"{asked.measure} {asked.subject} has no {asked.statistic!r}{hint}")


def unit_of(asked: Asked, run: Measures) -> str:
    """Give the unit of a figure."""
    if asked.unit:
        return asked.unit
    rows = run.summary
    rows = rows[(rows["measure"] == asked.measure) & (rows["statistic"] == asked.statistic)]
    return str(rows["unit"].iloc[0]) if len(rows) else ""


def mean_and_half(values: Floats) -> tuple[float, float]:
    """Give a mean and half its 95 % t-interval; infinite or missing values leave no interval.

    >>> mean_and_half(np.array([1.0, 2.0, 3.0]))[0]
    2.0
    """
    if values.size < 2 or not np.isfinite(values).all():
        return float(np.mean(values)), float("nan")
    half = t_quantile(LEVEL, values.size) * values.std(ddof=1) / np.sqrt(values.size)
    return float(values.mean()), float(half)


def chosen(scenario: Scenario, paths: Iterable[str] | None) -> list[str]:
    """Give the uncertain numbers that are moved: those named, or all there are."""
    if not scenario.uncertain:
        raise SizingError(f"{scenario.name} says of no number within which limits it may lie (see `uncertain`)")
    if paths is None:
        return list(scenario.uncertain)
    names = list(paths)
    for name in names:
        if name not in scenario.uncertain:
            raise SizingError(f"{name} is not among the uncertain numbers{nearest(name, scenario.uncertain)}")
    return names
