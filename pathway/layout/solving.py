"""Linear programmes in the form the layout needs them: least cost, under limits on sums."""

from __future__ import annotations

from collections.abc import Sequence

Limit = tuple[Sequence[tuple[int, float]], float]  # ((variable, factor), …) sum to at most this


def solve(costs: Sequence[float], limits: Sequence[Limit]) -> list[float]:
    """Find the non-negative values of least cost within the limits.

    Columns and heights are both found this way; the dual simplex method ends in a corner, so
    columns come out whole.  A tiny cost on each variable makes corners unique in all but rare cases.

    >>> solve([1.0, 1.0], [(((0, 1.0), (1, -1.0)), -2.0)])
    [0.0, 2.0]
    """
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    if not limits:
        return [0.0] * len(costs)
    rows = [row for row, (terms, _) in enumerate(limits) for _ in terms]
    cols = [variable for terms, _ in limits for variable, _ in terms]
    factors = [factor for terms, _ in limits for _, factor in terms]
    matrix = coo_array((factors, (rows, cols)), shape=(len(limits), len(costs))).tocsr()
    bound = [limit for _, limit in limits]
    solved = linprog(costs, A_ub=matrix, b_ub=bound, bounds=(0, None), method="highs-ds")  # type: ignore[call-overload]
    return [float(value) for value in solved.x]
