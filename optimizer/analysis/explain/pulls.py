"""Which limits pull against each other: tightening one makes the other dearer.

Every limit with a price is tightened by 1 % of its bound (of what its row adds up to, where the
bound is 0, as in shares of reclaimed land), and the program is solved again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.explain.limit_roles import limit_rows
from optimizer.analysis.explain.resolve import Resolver
from optimizer.analysis.explain.row_words import row_words
from optimizer.formulation.program import Family
from optimizer.formulation.row_names import limit_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.solve.solution import Solution

#: Share of its bound by which a limit is tightened.
TIGHTENED = 0.01
#: A price has risen where it grew by more than this share of it.
RISEN = 1e-6


@dataclass(frozen=True)
class Pull:
    """One limit pulls against a row of another.

    Parameters
    ----------
    tightened
        Limit that was tightened.
    other
        Row of another limit, or topsoil, by its name.
    price_before, price_after
        Its price, in `unit`.
    unit
        Of the prices.
    dearer
        Growth of the price times the bound of the other (what it adds up to where that is 0), in
        the unit of the objective: what makes pairs comparable.
    mutual
        Whether tightening the other makes a row of this one dearer too.
    """

    tightened: str
    other: str
    price_before: float
    price_after: float
    unit: str
    dearer: float
    mutual: bool


@dataclass(frozen=True)
class Pulls:
    """All pairs, the strongest first, and limits that cannot be tightened by 1 % at all."""

    pairs: tuple[Pull, ...]
    at_the_edge: tuple[str, ...]


def pulls_of(solution: Solution, progress: Callable[[str], None] | None = None) -> Pulls:
    """Find the pairs of limits that pull against each other.

    Parameters
    ----------
    solution
        Optimum; only limits with a price in it are tightened. Prices of a plan of whole parcels
        are those of the linear program.
    progress
        Told in a few words what is being done.
    """
    resolver = Resolver(solution)
    size_r = _sizes(solution)
    found: list[tuple[str, int, float]] = []
    edge = []
    for limit, rows in limit_rows(solution).items():
        if not np.any(solution.price_r[rows]):
            continue
        if progress is not None:
            progress(f"tightening the limit {limit}")
        price_r = _tightened(solution, resolver, rows, size_r)
        if price_r is None:
            edge.append(limit)
            continue
        found += [(limit, row, float(price_r[row])) for row in _risen(solution, rows, price_r)]
    return Pulls(_pairs(solution, found, size_r), tuple(edge))


def _sizes(solution: Solution) -> NDArray[np.float64]:
    """Bound of each row, and what the row adds up to where that is 0, shape (R,)."""
    program = solution.program
    bound = np.where(np.isfinite(program.row_upper), program.row_upper, program.row_lower)
    bound = np.where(np.isfinite(bound), np.abs(bound), 0.0)
    # At a bound of 0 what is above and what is below cancel: half of the sizes is one side.
    sides = 0.5 * (abs(program.matrix) @ np.abs(solution.x_c))
    return np.asarray(np.where(bound > 0.0, bound, sides))


def _tightened(
    solution: Solution, resolver: Resolver, rows: NDArray[np.int64], size_r: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Prices after tightening all rows of a limit, shape (R,); None where nothing is left.

    An equality is moved in the direction in which its price says it costs.
    """
    program, step = solution.program, TIGHTENED * size_r[rows]
    lower, upper = program.row_lower[rows], program.row_upper[rows]
    equal = lower == upper
    moved = -np.sign(solution.price_r[rows]) * step
    with resolver.rows(rows, np.where(equal, lower + moved, lower + step),
                       np.where(equal, upper + moved, upper - step)):
        raw = resolver.solve(program.cost)
    return None if raw is None else raw.price_r


def _risen(
    solution: Solution, rows: NDArray[np.int64], price_r: NDArray[np.float64]
) -> list[int]:
    """Rows of other limits, and of topsoil, whose price has grown."""
    family = solution.program.rows.family
    others = np.isin(family, (Family.LIMIT, Family.SOIL_BALANCE))
    others[rows] = False
    before, after = np.abs(solution.price_r), np.abs(price_r)
    scale = np.maximum(before, RISEN * np.abs(price_r).max(initial=0.0))
    grown = others & (after - before > RISEN * np.maximum(scale, np.finfo(float).tiny))
    return [int(row) for row in np.flatnonzero(grown)]


def _pairs(
    solution: Solution, found: list[tuple[str, int, float]], size_r: NDArray[np.float64]
) -> tuple[Pull, ...]:
    """Records of the pairs, the strongest first."""
    owner = {int(row): limit for limit, rows in limit_rows(solution).items() for row in rows}
    directed = {(limit, owner.get(row, "")) for limit, row, _ in found}
    pairs = [
        Pull(limit, row_words(solution, row), float(solution.price_r[row]) + 0.0, after + 0.0,
             _unit(solution, row),
             float((abs(after) - abs(solution.price_r[row])) * size_r[row]),
             (owner.get(row, ""), limit) in directed)
        for limit, row, after in found]
    return tuple(sorted(pairs, key=lambda pull: -pull.dearer))


def _unit(solution: Solution, row: int) -> str:
    """Unit of a price."""
    unit = "m3"
    if solution.program.rows.family[row] == Family.LIMIT:
        unit = limit_name(solution.instance, solution.program, row).unit or "1"
    return f"{solution.stages[-1].unit} per {unit}"
