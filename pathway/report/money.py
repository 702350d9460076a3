"""Amounts as a finance department reads them: one step of rounding for a table, whose lines then add up."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pathway.report.numbers import MISSING

MILLION, THOUSAND = 1_000_000, 1_000


def step_for(total: float) -> int:
    """Give what a table's amounts are rounded to: thousands of more than a million.

    >>> step_for(16_400_000), step_for(90_000)
    (1000, 1)
    """
    return THOUSAND if abs(total) >= MILLION else 1


def rounded(amounts: Sequence[float], step: int) -> list[int]:
    """Round amounts to whole steps so that they still add up to their rounded sum.

    Those are rounded up whose rest is largest.

    >>> rounded([1400, 1400, 1400], 1000), rounded([500.4, 499.6], 1)
    ([2, 1, 1], [500, 500])
    """
    exact = [amount / step for amount in amounts]
    whole = [math.floor(each) for each in exact]
    missing = round(sum(exact)) - sum(whole)
    by_rest = sorted(range(len(exact)), key=lambda place: whole[place] - exact[place])
    for place in by_rest[:missing]:
        whole[place] += 1
    return whole


def say_amount(amount: float | None, step: int = 1) -> str:
    """Write an amount in whole steps.

    >>> say_amount(16_471_164.2, 1000), say_amount(-12.4), say_amount(float("nan"))
    ('16,471', '−12', '–')
    """
    if amount is None or math.isnan(amount):
        return MISSING
    if math.isinf(amount):
        return "∞"
    whole = round(amount / step)
    return f"{'−' if whole < 0 else ''}{abs(whole):,}"


def say_range(low: float, high: float, step: int = 1) -> str:
    """Write the interval of an amount.

    >>> say_range(1_000.0, 2_000.0), say_range(float("nan"), 1.0)
    ('1,000 – 2,000', '–')
    """
    if math.isnan(low) or math.isnan(high):
        return MISSING
    one, other = say_amount(low, step), say_amount(high, step)
    return one if one == other else f"{one} – {other}"
