"""What a log says of a case beside its events, such as age or priority: how often, and what may be asked about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pathway.errors import Finding
from pathway.interchange.calibration.naming import names_for
from pathway.interchange.calibration.splitting import Question
from pathway.interchange.observed import Attribute, ObservedLog
from pathway.interchange.refusing import RefusedError

Codes = NDArray[np.int64]

FEW = 5  # cases below which nobody's value stands in a scenario by itself
MOST_WORDS = 30
MOST_NUMBERS = 40
NUMBERS = 8  # different whole numbers from which on they are numbers, not words
CUTS = 4  # places at which a number is asked about
NOT_SAID, OTHER = "not_said", "other"
_WHOLE = re.compile(r"-?\d{1,9}")


@dataclass(frozen=True)
class Trait:
    """Something known of a case.

    `values` are the words of a category, and empty for a number; `table` has each value with the number of cases;
    `cuts` the numbers at which is asked. `level` gives for each value of the log (and last, for none) the number of the
    word, or of the cuts that are reached.
    """

    name: str
    title: str
    values: tuple[str, ...]
    table: tuple[tuple[int, int], ...]
    cuts: tuple[int, ...]
    level: Codes
    missing: int


@dataclass(frozen=True)
class Asked:
    """What may be asked about: activities by their code, and behind them the traits of cases, each word by itself."""

    activities: int
    traits: tuple[Trait, ...]

    @property
    def words(self) -> tuple[tuple[int, int], ...]:
        """Which trait, and which of its words (-1: a number) each code behind the activities is about."""
        return tuple(
            (number, word)
            for number, trait in enumerate(self.traits)
            for word in (range(len(trait.values) if len(trait.values) > 2 else 1) if trait.values else (-1,))
        )

    def codes(self) -> list[int]:
        """List the codes that are about traits."""
        return list(range(self.activities, self.activities + len(self.words)))

    def counting(self, log: ObservedLog, rows: Codes, count: Callable[[int], Codes]) -> Callable[[int], Codes]:
        """Give what a question compares: how often the patient of a row had been somewhere, or what is known of it."""

        def known(code: int) -> Codes:
            if code < self.activities:
                return count(code)
            number, word = self.words[code - self.activities]
            level = self.traits[number].level[log.attributes[number].code][log.case[rows]]
            return level if word < 0 else (level == word).astype(np.int64)

        return known

    def say(self, question: Question, names: Sequence[str]) -> str:
        """Write a question as a condition; `names` are those of activities."""
        if question.activity < self.activities:
            return f"visits({names[question.activity]}) {'>=' if question.yes else '<'} {question.times}"
        number, word = self.words[question.activity - self.activities]
        trait = self.traits[number]
        if word < 0:
            return f"{trait.name} {'>=' if question.yes else '<'} {trait.cuts[question.times - 1]}"
        return f"{trait.name} {'==' if question.yes else '!='} {trait.values[word]}"


def read_traits(log: ObservedLog) -> tuple[Trait, ...]:
    """Read what a log says of its cases.

    Raises
    ------
    RefusedError
        If something has so many different words that it is no category.
    """
    names = names_for(each.name for each in log.attributes)
    return tuple(_trait(log, each, name) for each, name in zip(log.attributes, names, strict=True))


def _trait(log: ObservedLog, attribute: Attribute, name: str) -> Trait:
    said = attribute.values
    counts = np.bincount(attribute.code[attribute.code >= 0], minlength=len(said))
    missing = int((attribute.code < 0).sum())
    if said and len(said) >= NUMBERS and all(_WHOLE.fullmatch(each) for each in said):
        return _numbers(attribute, name, counts, missing)
    often = [code for code in range(len(said)) if counts[code] >= FEW]
    if len(often) > MOST_WORDS or not often:
        why = "none that five cases share" if not often else f"{len(often)} that five cases or more share"
        message = (
            f"{attribute.name!r} has {len(said):,} values, {why}: no category of at most {MOST_WORDS}, and no number"
        )
        raise RefusedError([Finding(log.source, 1, 1, message)])
    words = names_for(said[code] for code in often)
    rest = [label for label, n in ((OTHER, counts.sum() - counts[often].sum()), (NOT_SAID, missing)) if n]
    values = (*words, *names_for(rest, words))
    level = np.full(len(said) + 1, len(values) - 1, np.int64)
    level[: len(said)] = len(often)
    level[often] = np.arange(len(often))
    sizes = np.bincount(level[attribute.code], minlength=len(values))
    return Trait(name, attribute.name, values, tuple(enumerate(sizes.tolist())), (), level, missing)


def _numbers(attribute: Attribute, name: str, counts: Codes, missing: int) -> Trait:
    """Take numbers in groups of at least five cases, by their means, and ask at four places with as many between."""
    values = np.array([int(each) for each in attribute.values], np.int64)
    everybody = np.sort(np.repeat(values, counts))
    groups = np.array_split(everybody, max(1, min(MOST_NUMBERS, everybody.size // FEW)))
    means, place = np.unique([round(float(group.mean())) for group in groups], return_inverse=True)
    sizes = np.bincount(place, [group.size for group in groups]).astype(int)
    shares = np.linspace(0, 1, CUTS + 2)[1:-1]
    cuts = tuple(int(each) for each in np.unique(np.quantile(everybody, shares, method="higher")))
    level = np.append(np.searchsorted(cuts, values, side="right"), 0)
    return Trait(
        name, attribute.name, (), tuple(zip(means.tolist(), sizes.tolist(), strict=True)), cuts, level, missing
    )
