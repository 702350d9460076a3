"""What a validation gives: observed figures beside what the scenario predicts for the same period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pathway import words

if TYPE_CHECKING:
    import pandas as pd

    from pathway.experiment.chance import Chance
    from pathway.experiment.observing import Observed
    from pathway.scenario import Scenario

INSIDE, OUTSIDE, BEYOND = "inside", "outside", "beyond"  # its own band; outside it; outside that for all together
WITHIN_SPREAD, BEYOND_SPREAD = "within_spread", "beyond_spread"
CASE_MIX, NO_CLOCK, NO_ACTIVITY, TOO_FEW = "case_mix", "no_clock", "no_activity", "too_few"
NOT_COMPARABLE = (CASE_MIX, NO_CLOCK, NO_ACTIVITY, TOO_FEW)


@dataclass(frozen=True, eq=False)
class Validation:
    """A past period replayed, and what was observed in it.

    `figures` has a row for each observed figure: measure, subject, part, statistic, period, low_day, high_day,
    observed, n, spread_low, spread_high, predicted, see_low, see_high (95 % prediction interval), all_low, all_high
    (the same for all figures together), patients (of how many in the simulation, mean), verdict.  `mixes` has a row
    for each case mix: subject, per, observed, predicted, low, high, factor, comparable.  `chance` is of all figures
    of single providers together, None if there are none.
    """

    scenario: Scenario  # as it was run
    observed: Observed
    figures: pd.DataFrame
    mixes: pd.DataFrame
    chance: Chance | None
    manifest: Mapping[str, Any]

    @property
    def compared(self) -> pd.DataFrame:
        """The figures that could be compared."""
        return self.figures[~self.figures["verdict"].isin(NOT_COMPARABLE)]

    @property
    def is_inside(self) -> bool:
        """Whether something could be compared, and lies no farther off than chance and the spread allow."""
        beyond = self.figures["verdict"].eq(BEYOND_SPREAD).any()
        return len(self.compared) > 0 and not beyond and (self.chance is None or self.chance.is_chance)

    def sentences(self) -> list[str]:
        """Say what came out: of all figures together, of those of several providers, and what cannot be compared."""
        return list(_sentences(self))

    def __repr__(self) -> str:
        return "\n".join([f"<Validation: {self.scenario.name}>", *self.sentences()])


def _sentences(found: Validation) -> Iterator[str]:
    chance = found.chance
    if chance:
        yield words.text(
            "validation.of_all",
            n=chance.figures,
            outside=chance.outside,
            expected=f"{chance.expected:.1f}",
            binomial=chance.binomial,
            at_most=chance.at_most,
        )
        key = "validation.none_beyond" if not chance.beyond else "validation.some_beyond"
        yield words.text(key, n=chance.beyond)
        key = "validation.is_chance" if chance.is_chance else "validation.is_not_chance"
        yield words.text(key, farthest=f"{chance.p_farthest:.3f}", outside=f"{chance.p_outside:.3f}")
    spread = found.figures[found.figures["verdict"].isin([WITHIN_SPREAD, BEYOND_SPREAD])]
    if len(spread):
        within = int(spread["verdict"].eq(WITHIN_SPREAD).sum())
        yield words.text("validation.of_spread", within=within, n=len(spread))
    if found.manifest["not_replayed"]:
        yield words.text("validation.no_stream", streams=words.listed(found.manifest["not_replayed"]))
    if found.manifest["unchecked"]:
        yield words.text("validation.unchecked", clocks=words.listed(found.manifest["unchecked"]))
    if not len(found.compared):
        yield words.text("validation.nothing")


def not_comparable(found: Validation) -> Iterator[tuple[str, str, str]]:
    """Give what cannot be compared: its title, ``not comparable: case mix`` or another reason, and why."""
    rows = found.figures[found.figures["verdict"].isin([CASE_MIX, NO_CLOCK, NO_ACTIVITY])]
    for (measure, subject, verdict), _ in rows.groupby(["measure", "subject", "verdict"], sort=False, observed=True):
        name = str(subject)
        if verdict == CASE_MIX:
            why = words.clauses(_say_mix(row) for row in _mixes_of(found, name).itertuples())
            yield title_of(found.scenario, str(measure), name), words.text("validation.case_mix"), why
        elif verdict == NO_CLOCK:
            yield name, words.text("validation.no_clock"), ""
        else:
            yield name, words.text("validation.no_activity"), ""


def _mixes_of(found: Validation, subject: str) -> pd.DataFrame:
    mixes = found.mixes
    return mixes[~mixes["comparable"] & ((mixes["subject"] == subject) | (mixes["per"] == subject))]


def _say_mix(row: Any) -> str:
    return words.text(
        "validation.mix", subject=row.subject, per=row.per, observed=f"{row.observed:.3g}",
        predicted=f"{row.predicted:.3g}", factor=f"{row.factor:.1f}",
    )  # fmt: skip


def title_of(scenario: Scenario, measure: str, subject: str) -> str:
    """Name a clock, an activity or a stream as the scenario does."""
    if measure == "referrals":
        stream = scenario.streams.get(subject)
        return (stream.title if stream else "") or subject
    if measure in ("clock", "case_mix"):
        clock = scenario.clocks.get(subject)
        return (clock.title if clock else "") or subject
    state = scenario.pathway.states.get(subject)
    return (state.title if state else "") or subject


def say_band(low: int, high: float) -> str:
    """Write a band of days.

    >>> say_band(15, 28), say_band(63, float("nan")), say_band(0, 28)
    ('15–28', '63+', '0–28')
    """
    return f"{low}+" if high != high else f"{low}–{high:.0f}"
