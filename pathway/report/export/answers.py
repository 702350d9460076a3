"""One table for each question a manager asks: numbers as numbers, with what each column holds and how it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from pathway import words

if TYPE_CHECKING:
    from pathway.report.material import Material

Kind = Literal["text", "share", "days", "count", "tenths", "money", "date", "yes_no", "by_unit"]
SPAN = ("low", "high")
ONE_YEAR = ("see_low", "see_high")
SUBJECT = ("subject", "part")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in files, its heading for people (its unit with it), and what it holds.

    What is counted `by_unit` is written in the unit that stands in the row's column `unit`.
    """

    name: str
    heading: str
    kind: Kind


@dataclass(frozen=True, eq=False)
class Answer:
    """A table and the question it answers; `key` names its file, `sheet` its sheet in a workbook."""

    key: str
    sheet: str
    question: str
    note: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Asked:
    """A statistic that is to be a column, with its intervals if asked for: precision, or what one year may show too."""

    statistic: str
    kind: Kind
    spans: tuple[str, ...] = ()


PRECISE = SPAN
BOTH = (*SPAN, *ONE_YEAR)


def answer(key: str, kinds: Mapping[str, Kind], rows: Sequence[pd.DataFrame]) -> Answer | None:
    """Put an answer together from each scenario's rows; none if there are no rows at all."""
    some = [frame for frame in rows if len(frame)]
    if not some:
        return None
    frame = pd.concat(some, ignore_index=True)
    shown = [name for name in kinds if name in frame and not frame[name].isna().all()]
    columns = tuple(Column(name, heading(name), kinds[name]) for name in shown)
    said = {part: words.text(f"export.{key}_{part}") for part in ("sheet", "question", "note")}
    return Answer(key, said["sheet"], said["question"], said["note"], columns, frame[shown])


def heading(name: str) -> str:
    """Give the heading of a column; intervals are headed by what they are of.

    >>> heading("p90_low")
    'P90: average known to lie above (days)'
    """
    for ending in (*ONE_YEAR, *SPAN):
        if name.endswith(f"_{ending}"):
            base = words.text(f"export.column_{name.removesuffix(f'_{ending}')}")
            title, bracket, unit = base.partition(words.text("list.bracket"))
            return words.text(f"export.column_{ending}", what=title) + bracket + unit
    return words.text(f"export.column_{name}")


def spread(material: Material, measure: str, asked: Sequence[Asked], by: Sequence[str] = SUBJECT) -> pd.DataFrame:
    """Lay out the figures of one measure, a row a subject, a column a statistic and a bound.

    The columns are those of `by`, then `statistic`, `statistic_low` and so on, and `settles` where it is known.
    """
    chosen = material.intervals[material.intervals["measure"] == measure]
    index = chosen.set_index(list(by))
    parts: dict[str, pd.Series] = {}
    for each in asked:
        rows = index[index["statistic"] == each.statistic]
        parts[each.statistic] = rows["mean"]
        parts |= {f"{each.statistic}_{bound}": rows[bound] for bound in each.spans}
    if not parts or not any(len(column) for column in parts.values()):
        return pd.DataFrame()
    frame = pd.DataFrame(parts)
    settles = index["settles"].groupby(level=list(range(len(by)))).all()
    return frame.assign(settles=settles.reindex(frame.index)).reset_index()


def kinds_of(asked: Sequence[Asked]) -> dict[str, Kind]:
    """Say of each column of `spread` what it holds."""
    found: dict[str, Kind] = {}
    for each in asked:
        found[each.statistic] = each.kind
        found |= dict.fromkeys((f"{each.statistic}_{bound}" for bound in each.spans), each.kind)
    return found
