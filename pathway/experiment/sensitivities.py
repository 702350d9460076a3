"""What moving uncertain numbers gives: three tables, each with the sentence it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pathway import words
from pathway.experiment.sized_words import say_amount

if TYPE_CHECKING:
    import pandas as pd

    from pathway.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Tornado:
    """One number at a time.

    `table`: figure, unit, path, title, low and high (the values as written), source, is_assumed, as_is with half its
    interval, at_low, at_high, swing (from low to high, of pairs with the same patients) with half its interval; of
    each figure the widest first.
    """

    scenario: Scenario
    table: pd.DataFrame
    manifest: Mapping[str, Any]

    def sentences(self) -> list[str]:
        """Say of each figure which number matters most, and which of those without a source."""
        found = []
        for figure, rows in self.table.groupby("figure", sort=False):
            clear = rows[rows["swing"].abs() > rows["swing_half"].fillna(0)]
            if not len(clear):
                found.append(words.text("sensitivity.none", figure=figure))
                continue
            found.append(_most("sensitivity.most", clear))
            assumed = clear[clear["is_assumed"]]
            if len(assumed) and assumed.index[0] != clear.index[0]:
                found.append(_most("sensitivity.most_assumed", assumed))
            elif len(assumed):
                found.append(words.text("sensitivity.is_assumed", title=assumed["title"].iloc[0]))
        return found

    def __repr__(self) -> str:
        return "\n".join([f"<Tornado: {self.scenario.name}>", *self.sentences()])


def _most(key: str, rows: pd.DataFrame) -> str:
    row: Any = next(rows.itertuples())
    return words.text(
        key,
        figure=row.figure,
        title=row.title,
        low=row.low,
        high=row.high,
        at_low=say_amount(row.at_low, row.unit),
        at_high=say_amount(row.at_high, row.unit),
    )


@dataclass(frozen=True, eq=False)
class Screening:
    """All numbers moved about (Morris).

    `table`: figure, unit, path, title, is_assumed, mu, mu_star with half its interval, sigma; the largest first.
    """

    scenario: Scenario
    table: pd.DataFrame
    manifest: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Plausible:
    """Whole sets of plausible inputs.

    `table`: figure, unit, mean, low, high (nine in ten sets), from_inputs, from_chance (variances), share_of_inputs.
    `ranks`: figure, path, title, is_assumed, rank_correlation (Spearman).  `sets`: set, figure, mean.
    """

    scenario: Scenario
    table: pd.DataFrame
    ranks: pd.DataFrame
    sets: pd.DataFrame
    manifest: Mapping[str, Any]

    def sentences(self) -> list[str]:
        """Say of each figure what is owed to the inputs, and what to chance."""
        return [
            words.text(
                "sensitivity.apart",
                figure=row.figure,
                low=say_amount(row.low, row.unit),
                high=say_amount(row.high, row.unit),
                share=words.percent(f"{100 * row.share_of_inputs:.0f}"),
            )
            for row in self.table.itertuples()
        ]

    def __repr__(self) -> str:
        return "\n".join([f"<Plausible: {self.scenario.name}>", *self.sentences()])
