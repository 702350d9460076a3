"""A change in words and numbers: from what to what, by how much, with its precision, and whether that is good."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pathway.report.compared import Change

if TYPE_CHECKING:
    from pathway.report.material import Material

ROUGH = 10  # half an interval from which decimals say nothing
LARGE = 1000  # of which nobody reads decimals
SIGNS = {1: "▲", -1: "▼", 0: "◆"}  # better, worse, clear but neither, as in charts
UNITS = {"share": "compare.percent", "days": "compare.in_days"}


def digits(row: Change, *, in_sum: bool = True) -> int:
    """Give the decimals worth printing: none if the interval is wide, one more if the sum would not come out.

    Where levels are not printed beside their difference, or rounded otherwise, the sum is of no interest (`in_sum`).

    >>> from pathway.report.compared import Compared
    >>> figure = Compared("wait", "ct", "", "p90", "days", "")
    >>> digits(Change(figure, "b", 28.6, 42.2, 13.6, -10.0, 37.2))  # 29 + 14 is not 42
    1
    >>> digits(Change(figure, "b", 28.6, 42.7, 14.1, -10.0, 38.2))
    0
    """
    number = 0 if row.half >= ROUGH else 1
    if not in_sum or abs(row.before) >= LARGE:
        return number
    before, after, difference = (round(value, number) for value in (row.before, row.after, row.difference))
    return number if math.isclose(before + difference, after, abs_tol=1e-6) else number + 1


def signed(row: Change, material: Material, *, in_sum: bool = True) -> str:
    """Write a difference with half its interval: −5.0 ± 1.2, shares in percentage points."""
    if row.is_none:
        return material.text("compare.same")
    number = digits(row, in_sum=in_sum)
    difference = f"{abs(row.difference):,.{number}f}"
    half = "" if math.isnan(row.half) else f"{row.half:,.{number}f}"
    if not float(difference.replace(",", "")):
        said = material.text("compare.no_difference")
        return said if not half or not float(half) else f"{said} ± {half}"
    return ("+" if row.difference > 0 else "−") + difference + (f" ± {half}" if half else "")


def is_signed(said: str) -> bool:
    """Tell whether a change was written as a number.

    >>> is_signed("−5.0 ± 1.2"), is_signed("the same")
    (True, False)
    """
    return said[0] in "+−"


def unit_of(row: Change, material: Material) -> str:
    """Say what a level is counted in."""
    return material.text(UNITS.get(row.figure.unit, "compare.in_same"))


def points_of(row: Change, said: str, material: Material) -> str:
    """Say that a difference of shares is in percentage points."""
    points = row.figure.unit == "share" and is_signed(said)
    return material.text("compare.in_points" if points else "compare.in_same")


def sentence(row: Change, material: Material) -> str:
    """Say one change: “▲ 90th percentile of the wait for CT falls from 41 to 27 days (−14 ± 5): better”."""
    change = signed(row, material)
    filled = _filled(row, change, material)
    if not row.is_sure:
        return material.text("compare.unsure" if is_signed(change) else "compare.equal", **filled)
    key = "compare.rises" if row.difference > 0 else "compare.falls"
    return material.text(key, sign=SIGNS[row.good], judged=judged(row, material), **filled)


def clause(row: Change, material: Material) -> str:
    """Say one change in few words: “wait for CT from 41 to 27 days (−14 ± 5)”."""
    return material.text("plain.change", **_filled(row, signed(row, material), material))


def _filled(row: Change, change: str, material: Material) -> dict[str, str]:
    number = digits(row)
    return {
        "label": row.figure.label,
        "before": f"{row.before:,.{number}f}",
        "after": f"{row.after:,.{number}f}",
        "unit": unit_of(row, material),
        "change": change + points_of(row, change, material),
    }


def level(value: float, row: Change, material: Material) -> str:
    """Write what a figure is, with its unit and the decimals of its change."""
    number = round(value, digits(row)) or 0.0  # no −0.0
    return f"{number:,.{digits(row)}f}{unit_of(row, material)}"


def interval(row: Change, material: Material) -> str:
    """Write between what the change lies: “−19 to −9”; nothing known is a dash.

    Examples
    --------
    An interval keeps its signs, so that one sees whether it leaves out 0.
    """
    if math.isnan(row.half):
        return material.text("plain.unknown")
    number = digits(row)
    low, high = (f"{value:+,.{number}f}".replace("-", "−") for value in (row.low, row.high))
    return material.text("plain.interval", low=low, high=high) + points_of(row, low, material)


def judged(row: Change, material: Material) -> str:
    """Say whether a change is for the better or the worse, or whether it may be chance."""
    if row.is_none:
        return ""
    if not row.is_sure:
        return material.text("plain.chance" if not math.isnan(row.half) else "plain.unknown")
    return material.text({1: "plain.is_better", -1: "plain.is_worse"}.get(row.good, "plain.is_clear"))
