"""What limits do: which never bind, which the others imply, which two pull against each other.

A limit is one line of the limits table with all its rows. It is *idle* where the land alone keeps
every row of it, and *implied* where every plan that meets the others meets it too: the most (or
least) its activity can reach without it, by one warm linear program a row and side. A plan that
breaks a limit and nothing else shows on the way that it is neither, and is tried on the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.explain.resolve import Resolver
from optimizer.formulation.attainable import attainable
from optimizer.formulation.program import Family, LinearProgram
from optimizer.solve.tables import BINDING

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.solve.solution import Solution

Role = Literal["idle", "implied", "binding", "free"]

#: A row is kept where it is missed by no more than this, relative to its size.
KEPT = 1e-7


@dataclass(frozen=True)
class LimitRole:
    """What one limit does.

    Parameters
    ----------
    limit
        Name.
    rows
        Number of its rows.
    role
        `idle`: land alone keeps it; `implied`: the other limits keep it (one at a time: two
        limits may imply each other); `binding`: it holds the plan back or at least touches it;
        `free`: this plan has room in it, though others could break it.
    """

    limit: str
    rows: int
    role: Role


def limit_roles(
    solution: Solution, progress: Callable[[str], None] | None = None
) -> tuple[LimitRole, ...]:
    """Say what every limit does, in the order of the table.

    Parameters
    ----------
    solution
        Plan at whose prices and rows the limits are judged; parcels are divisible here.
    progress
        Told in a few words what is being done.
    """
    examiner = _Examiner(solution)
    roles = []
    for limit, rows in limit_rows(solution).items():
        if progress is not None:
            progress(f"examining the limit {limit}")
        roles.append(LimitRole(limit, len(rows), examiner.role(rows)))
    return tuple(roles)


def limit_rows(solution: Solution) -> dict[str, NDArray[np.int64]]:
    """Limit -> its rows of the program, in the order of the table; limits without rows too."""
    table = solution.instance.table("limits")
    labels = solution.program.rows
    names = [] if table is None else [str(name) for name in table.text("limit")]
    return {name: np.flatnonzero((labels.family == Family.LIMIT) & (labels.limit == line))
            for line, name in enumerate(names)}


class _Examiner:
    """Looks for a plan that meets all other limits and breaks the one in question."""

    def __init__(self, solution: Solution) -> None:
        self.solution, self.program = solution, solution.program
        self.resolver = Resolver(solution)
        self.resolver.free_floors()
        self.by_row = self.program.matrix.tocsr()
        self.rules = np.flatnonzero(self.program.rows.family != Family.OBJECTIVE_FLOOR)
        self.idle_rows = {found.row for found in attainable(self.program)
                          if _within(self.program, found.row, found.least, found.most)}
        self.witnesses: list[NDArray[np.float64]] = []
        self.size_r = abs(self.program.matrix) @ np.abs(solution.x_c)

    def role(self, rows: NDArray[np.int64]) -> Role:
        """Role of the limit with these rows."""
        asked = np.array([row for row in rows if int(row) not in self.idle_rows], dtype=np.int64)
        if not len(asked):
            return "idle"
        if not self._breakable(rows, asked):
            return "implied"
        return "binding" if self._touched(rows) else "free"

    def _touched(self, rows: NDArray[np.int64]) -> bool:
        """Whether the plan leaves no room in some row."""
        activity = self.program.activity(self.solution.x_c)[rows]
        slack = np.minimum(activity - self.program.row_lower[rows],
                           self.program.row_upper[rows] - activity)
        bound = _size(self.program, rows)
        room = BINDING * np.maximum(1.0, np.maximum(bound, self.size_r[rows]))
        return bool(np.any(slack <= room))

    def _breakable(self, rows: NDArray[np.int64], asked: NDArray[np.int64]) -> bool:
        """Whether some plan meets all other rules and breaks one of the rows."""
        if any(self._only_breaks(x_c, rows) for x_c in self.witnesses):
            return True
        free = np.full(len(rows), np.inf)
        self.resolver.restart()
        with self.resolver.rows(rows, -free, free):
            best = self.resolver.solve(self.program.cost)
            if best is not None and self._witnessed(best.x_c, rows):
                return True
            for row in self._nearest_first(asked):
                coefficients = self._coefficients(int(row))
                if np.isfinite(self.program.row_upper[row]) and self._climbs(coefficients, rows):
                    return True
                if np.isfinite(self.program.row_lower[row]) and self._climbs(-coefficients, rows):
                    return True
        return False

    def _climbs(self, cost_c: NDArray[np.float64], rows: NDArray[np.int64]) -> bool:
        """Whether the way to the most of an objective leads over one of the rows."""
        def breaks(x_c: NDArray[np.float64]) -> bool:
            return self._only_breaks(x_c, rows)
        return self._witnessed(self.resolver.climb(cost_c, breaks), rows)

    def _witnessed(self, x_c: NDArray[np.float64], rows: NDArray[np.int64]) -> bool:
        """Whether a plan breaks one of the rows and nothing else; if so, keep it for others."""
        if not self._only_breaks(x_c, rows):
            return False
        self.witnesses.append(x_c)
        return True

    def _only_breaks(self, x_c: NDArray[np.float64], rows: NDArray[np.int64]) -> bool:
        """Whether a plan breaks one of the rows and no other rule."""
        others = np.setdiff1d(self.rules, rows)
        return self._breaks(x_c, rows) and not self._breaks(x_c, others)

    def _breaks(self, x_c: NDArray[np.float64], rows: NDArray[np.int64]) -> bool:
        """Whether a plan misses one of the rows by more than rounding."""
        part = self.by_row[rows]
        activity, size = part @ x_c, abs(part) @ np.abs(x_c)
        missed = np.maximum(self.program.row_lower[rows] - activity,
                            activity - self.program.row_upper[rows])
        room = KEPT * np.maximum(1.0, np.maximum(_size(self.program, rows), size))
        return bool(np.any(missed > room))

    def _coefficients(self, row: int) -> NDArray[np.float64]:
        """One row as an objective, shape (C,), scaled to a largest coefficient of 1."""
        dense = np.zeros(self.program.shape[1])
        part = slice(self.by_row.indptr[row], self.by_row.indptr[row + 1])
        dense[self.by_row.indices[part]] = self.by_row.data[part]
        return dense / max(float(np.abs(dense).max(initial=0.0)), np.finfo(float).tiny)

    def _nearest_first(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows with the least room in the plan first: they break most easily."""
        activity = self.program.activity(self.solution.x_c)[rows]
        slack = np.minimum(activity - self.program.row_lower[rows],
                           self.program.row_upper[rows] - activity)
        size = np.maximum(1.0, np.maximum(self.size_r[rows], _size(self.program, rows)))
        return rows[np.argsort(slack / size, kind="stable")]


def _within(program: LinearProgram, row: int, least: float, most: float) -> bool:
    """Whether all that land allows lies within the bounds of a row."""
    return bool(least >= program.row_lower[row] and most <= program.row_upper[row])


def _size(program: LinearProgram, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Size of the larger finite bound of each row; 0 without one."""
    lower, upper = np.abs(program.row_lower[rows]), np.abs(program.row_upper[rows])
    return np.maximum(np.where(np.isfinite(lower), lower, 0.0),
                      np.where(np.isfinite(upper), upper, 0.0))
