"""Running until it is precise enough: which figures decide, how many replications to do next, and what came of it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pathway.errors import PathwayError
from pathway.experiment.intervals import chosen
from pathway.experiment.precision import AHEAD, LEAST, Precision, ahead, enough, foreseen, growing, precise

if TYPE_CHECKING:
    from pathway.metrics import Measures

AT_MOST = 200
_AMOUNT = re.compile(r"^(?P<words>.*?)\s+(?:(?:within|to|±|\+/-)\s*)?(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>%|[a-z ]+)$")
_EXAMPLE = "expected a figure and how precise, such as 'p90 wait nanoknife 5 %' or 'mean wait ct 0.5 days'"


def read_precision(text: str) -> Precision:
    """Read how precisely a figure is to be known: statistic, measure, subject, then a percentage or an amount.

    >>> str(read_precision("p90 wait nanoknife 5 %")), str(read_precision("p90 wait for nanoknife within 3 days"))
    ('p90 wait nanoknife ± 5 %', 'p90 wait nanoknife ± 3 days')
    >>> str(read_precision("utilisation theatre 2 points")), str(read_precision("share_within clock d62/first 1 point"))
    ('utilisation theatre ± 2 points', 'share_within clock d62/first ± 1 points')
    """
    found = _AMOUNT.match(text.strip())
    words = found["words"].split() if found else []
    if words[:1] == ["utilisation"] and words[1:2] != ["utilisation"]:
        words = ["utilisation", *words]
    if found is None or len(words) < 2:  # noqa: PLR2004 - a statistic and a measure
        raise PathwayError(f"{text!r} says no precision; {_EXAMPLE}")
    statistic, measure, *rest = words
    subject, _, part = " ".join(rest[1:] if rest[:1] in (["for"], ["of"]) else rest).partition("/")
    amount, unit = float(found["number"]), found["unit"].strip()
    how: dict[str, Any] = {"plus_minus": amount, "unit": "days" if unit == "day" else unit}
    if unit in ("%", "percent"):
        how = {"within": amount / 100}
    elif unit in ("point", "points"):
        how = {"plus_minus": amount / 100, "unit": "share"}
    return Precision(measure=measure, subject=subject, statistic=statistic, part=part, **how)


@dataclass(frozen=True, slots=True)
class Search:
    """Looks for the number of replications with which all figures asked for are precise enough.

    `values` has what was measured so far, by precision and scenario, one a replication.
    """

    precisions: Sequence[Precision]
    scenarios: Sequence[str]
    at_most: int
    together: int  # replications worked on at a time
    values: dict[tuple[Precision, str], list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.precisions:
            raise PathwayError(f"no precision is asked for; {_EXAMPLE}")
        if self.at_most < LEAST:
            raise PathwayError(f"at_most is {self.at_most}, expected {LEAST} or more: fewer have no precision")

    def see(self, replications: Sequence[Mapping[str, Measures]]) -> None:
        """Take in what the next replications measured, by scenario; a figure that is in none of them is refused."""
        if not self.values:
            self._check(replications)
        for precision, name in list(self.values):
            found = (value_of(each[name].summary, precision) for each in replications)
            self.values[precision, name] += found

    def _check(self, replications: Sequence[Mapping[str, Measures]]) -> None:
        """Find out in which scenarios each figure is measured; in none, or in another unit, is refused."""
        tables = {name: pd.concat([each[name].summary for each in replications]) for name in self.scenarios}
        for precision in self.precisions:
            which = {key: getattr(precision, key) for key in ("measure", "subject", "statistic", "part")}
            having = [name for name in self.scenarios if len(rows_of(tables[name], precision))]
            rows = chosen(pd.concat(tables.values()) if not having else tables[having[0]], **which)
            unit = str(rows["unit"].iloc[0])
            if precision.unit and precision.unit != unit:
                raise PathwayError(f"{precision}: this figure is in {unit}, not in {precision.unit}")
            said = precision if precision.within is not None else replace(precision, unit=unit)
            self.values.update({(said, name): [] for name in having})

    @property
    def done(self) -> int:
        """How many replications were taken in."""
        return len(next(iter(self.values.values()), []))

    def found(self) -> int | None:
        """Give the number of replications that is enough, or the most allowed if none is; None while more may help."""
        if not self.values:
            return None
        met = np.logical_and.reduce([precise(np.array(each), which) for (which, _), each in self.values.items()])
        return enough(met) or (self.at_most if self.done >= self.at_most else None)

    def wanted(self) -> int:
        """Say how many replications to have next, those done included: no fewer than can be worked on at a time."""
        if not self.values:
            return min(self.at_most, max(LEAST, self.together))
        done = self.done
        needs = [foreseen(np.array(each), which) for (which, _), each in self.values.items()]
        needed = max((need for need in needs if not math.isnan(need)), default=done)
        needed = max(needed + ahead(int(needed)), LEAST + AHEAD)
        step = max(self.together, min(int(needed) - done, max(done // 2, AHEAD)))
        return min(self.at_most, done + step)

    def said(self, count: int) -> list[dict[str, Any]]:
        """Say for the manifest what became of each precision with the first so many replications."""
        return [outcome(which, name, np.array(each[:count])) for (which, name), each in self.values.items()]


def outcome(precision: Precision, scenario: str, values: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Say how precisely a figure is known, whether that is as asked for, and about how many replications would do.

    >>> asked = Precision(measure="wait", subject="ct", statistic="mean", within=0.1)
    >>> found = outcome(asked, "base", np.array([9.9, 10.0, 10.1]))
    >>> found["reached"], round(found["share"], 3)
    (True, 0.025)
    """
    means, halves = (float(each[-1]) if each.size else math.nan for each in growing(values))
    return {
        "scenario": scenario,
        "figure": precision.figure,
        "measure": precision.measure,
        "subject": precision.subject,
        "part": precision.part,
        "statistic": precision.statistic,
        "asked": precision.asked,
        "mean": means,
        "half": halves,
        "share": halves / abs(means) if means else math.nan,
        "is_share": precision.within is not None,
        "unit": precision.unit,
        "reached": bool(values.size and precise(values, precision)[-1]),
        "replications": int(values.size),
        "foreseen": foreseen(values, precision) if values.size else math.nan,
    }


def say_outcome(found: Mapping[str, Any]) -> str:
    """Say in words what a precision asked for has come to.

    >>> asked = Precision(measure="wait", subject="ct", statistic="mean", within=0.05)
    >>> say_outcome(outcome(asked, "base", np.array([9.0, 10.0, 11.0])))
    'base: mean wait ct is 10 ± 25 %, asked for ± 5 %; about 18 replications would be needed'
    """
    reached = reached_precision(found)
    if reached is None:
        return f"{found['scenario']}: {found['figure']} has no precision yet, asked for ± {found['asked']}"
    said = f"{found['scenario']}: {found['figure']} is {found['mean']:.3g} ± {reached}, asked for ± {found['asked']}"
    return said if found["reached"] else said + needed_instead(found)


def reached_precision(found: Mapping[str, Any]) -> str | None:
    """Write the precision reached in percent, points or the figure's unit, as it was asked for; None without one."""
    if found["half"] != found["half"]:
        return None
    if found["is_share"]:
        return f"{100 * found['share']:.2g} %"
    if found["unit"] == "share":
        return f"{100 * found['half']:.2g} points"
    return f"{found['half']:.2g} {found['unit']}".rstrip()


def needed_instead(found: Mapping[str, Any]) -> str:
    """Say about how many replications would be needed, if that can be told."""
    if math.isnan(found["foreseen"]):
        return ""
    return f"; about {rounded(found['foreseen']):,} replications would be needed"


def rounded(number: float) -> int:
    """Round up to two digits, as more are not known of a number that is foreseen.

    >>> rounded(387.0), rounded(18.0), rounded(1234.0)
    (390, 18, 1300)
    """
    digits: int = 10 ** max(len(str(math.ceil(number))) - 2, 0)
    return math.ceil(number / digits) * digits


def rows_of(table: pd.DataFrame, precision: Precision) -> pd.DataFrame:
    """Choose the rows of one figure, none if there is no such figure; a clock without a part means all its patients."""
    rows = table
    for column in ("measure", "subject", "statistic"):
        rows = rows[rows[column] == getattr(precision, column)]
    mine = rows[rows["part"] == precision.part]
    return mine if len(mine) or precision.part else rows[rows["part"] == "all"]


def value_of(table: pd.DataFrame, precision: Precision) -> float:
    """Give one figure of one replication; NaN if it was not measured there."""
    rows = rows_of(table, precision)
    return float(rows["value"].iloc[0]) if len(rows) else math.nan


def precisions_of(asked: Sequence[Precision | str]) -> Iterator[Precision]:
    """Take precisions as they are or as they are written."""
    for each in asked:
        yield read_precision(each) if isinstance(each, str) else each
