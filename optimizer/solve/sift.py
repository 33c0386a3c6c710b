r"""Sifting: a program solved over few of its columns, until the prices say that none is missing.

    reduced_c = cost_c - sum_r price_r a_rc

Near a solved base nearly all options are hopeless, and the base's prices say which. The best few
of every parcel are kept, the program of these is solved from the base's basis, its prices are held
against all columns, and those that would gain are added, until none is left. The answer is then
optimal for the whole program and is certified on it.

Where the few columns cannot meet the rules, the least that they miss them by is sought the same
way, with elastic rows and no costs: either columns come in that meet them, or the prices prove that
no column can, and the whole program is infeasible.

Columns are told apart by their labels, so that the neighbour may have others than the base: an
override may open or close options.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, fields, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.program import ColumnLabels, Family, LinearProgram
from optimizer.solve.highs import Basis, HighsSession
from optimizer.solve.raw import RawSolution

#: Options of each parcel that are kept at first, and added at most in one round.
KEPT_PER_PARCEL = 3
#: A column that gains less than this, relative to the sizes it comes from, gains nothing.
NO_GAIN = 1e-9
#: More rounds than ever seen: then the whole program is better.
ROUNDS_AT_MOST = 60
#: Rules missed by less, in units of their largest coefficient, are not called infeasible here.
MISSED = 1e-6
BASIC = 1


@dataclass(frozen=True)
class Start:
    """What is known of the base.

    Parameters
    ----------
    columns
        Labels of its columns.
    basis
        Its optimal basis.
    price_r
        Its prices, shape (R,).
    """

    columns: ColumnLabels
    basis: Basis
    price_r: NDArray[np.float64]


@dataclass(frozen=True)
class _Kept:
    """Columns at work, in their order, and the basis over them."""

    columns: NDArray[np.int64]
    basis: Basis


class Sifter:
    """Solves programs near a base of the same rows; keeps what all of one matrix begin with.

    Parameters
    ----------
    start
        The base.
    """

    def __init__(self, start: Start) -> None:
        self._start = start
        self._seen: tuple[LinearProgram, _Kept] | None = None

    def solve(self, program: LinearProgram, time_limit: float | None = None) -> RawSolution | None:
        """Solve a program of as many rows as the base; its columns may be others.

        Parameters
        ----------
        program
            The neighbour.
        time_limit
            Seconds.

        Returns
        -------
        RawSolution or None
            Optimum of the whole program, `infeasible` with the proof described above, or
            `time_limit`; None where the rounds do not end.
        """
        deadline = None if time_limit is None else time.monotonic() + time_limit
        kept = self._first(program)
        raw, _, _ = _rounds(program, kept, deadline)
        if raw is None or raw.status != "infeasible":
            return raw
        least, widened, _ = _rounds(*_elastic(program, kept), deadline)
        if least is None or least.status != "optimal":
            return least
        missed = least.x_c[program.shape[1]:]
        if np.max(missed, initial=0.0) > MISSED:
            return replace(least, status="infeasible", x_c=np.zeros(0), price_r=np.zeros(0))
        real = widened[widened < program.shape[1]]
        raw, _, _ = _rounds(program, _widened(kept, real), deadline)
        # Rules that are met by a hair's breadth only are for the whole program to judge.
        return None if raw is None or raw.status == "infeasible" else raw

    def _first(self, program: LinearProgram) -> _Kept:
        """The first columns; the same for programs that differ in their bounds alone."""
        if self._seen is not None:
            seen, kept = self._seen
            if (seen.matrix is program.matrix and seen.cost is program.cost
                    and seen.column_lower is program.column_lower
                    and seen.column_upper is program.column_upper):
                return kept
        kept = _first(program, self._start)
        self._seen = program, kept
        return kept


def sifted_basis(program: LinearProgram, start: Start) -> tuple[RawSolution, Basis] | None:
    """Solve the base itself from a plan and prices near its optimum, and find its basis.

    Parameters
    ----------
    program
        The base.
    start
        Its columns, a basis near its optimum (too many or too few columns may be basic), and its
        prices.

    Returns
    -------
    tuple or None
        Optimum of the whole program and its basis; None where it is not found this way.
    """
    raw, columns, session = _rounds(program, _first(program, start), None)
    if raw is None or raw.status != "optimal":
        return None
    basis = session.basis
    column_c = np.zeros(program.shape[1], dtype=np.int8)
    column_c[columns] = basis.column_c
    return raw, Basis(column_c, basis.row_r)


def _widened(kept: _Kept, more: NDArray[np.int64]) -> _Kept:
    """Columns joined by others at their bounds."""
    columns = np.union1d(kept.columns, more)
    statuses = np.zeros(len(columns), dtype=np.int8)
    statuses[np.searchsorted(columns, kept.columns)] = kept.basis.column_c
    return _Kept(columns, Basis(statuses, kept.basis.row_r))


def _rounds(
    program: LinearProgram, kept: _Kept, deadline: float | None
) -> tuple[RawSolution | None, NDArray[np.int64], HighsSession]:
    """Solve over the columns kept and add those that are missing, until none is.

    Returns
    -------
    tuple
        Answer for the whole program (infeasible: over the columns kept), None without one; the
        columns at the end, in the order in which the session holds them; and the session.
    """
    iterations, seconds, columns = 0, 0.0, kept.columns
    session = HighsSession(columns_taken(program, columns))
    session.price_by_devex()
    session.start_from_basis(kept.basis, mend=True)
    for number in range(ROUNDS_AT_MOST):
        raw = _solved(session, deadline, added=number > 0)
        iterations, seconds = iterations + raw.iterations, seconds + raw.seconds
        raw = replace(raw, iterations=iterations, seconds=seconds)
        if raw.status in ("time_limit", "infeasible"):
            return raw, columns, session
        if raw.status != "optimal" or not len(raw.price_r):
            return None, columns, session
        missing = _missing(program, raw.price_r, columns)
        if not len(missing):
            x_c = np.clip(0.0, program.column_lower, program.column_upper)
            x_c[columns] = raw.x_c
            return replace(raw, x_c=x_c), columns, session
        session.add_columns(columns_taken(program, missing))
        columns = np.append(columns, missing)
    return None, columns, session


def _solved(session: HighsSession, deadline: float | None, *, added: bool) -> RawSolution:
    """Solve from the basis at hand: a plan that columns were added to climbs by primal simplex.

    It keeps the rules and lacks the optimum, as the base's basis is optimal and breaks the rules;
    measured, the wrong of the two simplexes takes ten times as long.
    """
    left = None if deadline is None else max(0.01, deadline - time.monotonic())
    raw = session.climb(time_limit=left) if added else session.solve("simplex", time_limit=left)
    late = deadline is not None and time.monotonic() > deadline
    return replace(raw, status="time_limit") if late else raw


def _elastic(program: LinearProgram, kept: _Kept) -> tuple[LinearProgram, _Kept]:
    """The program of the least miss: two columns a coupling row that fill what is missing.

    A unit of them is what one unit of the largest coefficient of the row brings.
    """
    matrix = program.matrix
    largest_r = np.zeros(program.shape[0])
    np.maximum.at(largest_r, matrix.indices, np.abs(matrix.data))
    rows = np.flatnonzero(program.rows.family != Family.LAND)
    up, down = (rows[np.isfinite(bound[rows])] for bound in
                (program.row_lower, program.row_upper))
    sizes = np.where(largest_r > 0.0, largest_r, 1.0)
    count = len(up) + len(down)
    filling = sp.csc_array(
        (np.concatenate([sizes[up], -sizes[down]]),
         (np.concatenate([up, down]), np.arange(count))), shape=(program.shape[0], count))
    elastic = replace(
        program, matrix=sp.csc_array(sp.hstack([matrix, filling], format="csc")),
        cost=np.concatenate([np.zeros(program.shape[1]), -np.ones(count)]), offset=0.0,
        column_lower=np.append(program.column_lower, np.zeros(count)),
        column_upper=np.append(program.column_upper, np.full(count, np.inf)),
        columns=program.columns.appended(count), integer_c=None)
    columns = np.append(kept.columns, program.shape[1] + np.arange(count))
    statuses = np.append(kept.basis.column_c, np.zeros(count, dtype=np.int8))
    return elastic, _Kept(columns, Basis(statuses, kept.basis.row_r))


def columns_taken(program: LinearProgram, which: NDArray[np.int64]) -> LinearProgram:
    """Return the program with only some of its columns."""
    return replace(
        program, matrix=program.matrix[:, which], cost=program.cost[which],
        column_lower=program.column_lower[which], column_upper=program.column_upper[which],
        columns=program.columns.take(which), integer_c=None)


def same_columns(one: ColumnLabels, other: ColumnLabels) -> bool:
    """Whether two programs have the same columns in the same order."""
    return one is other or all(
        np.array_equal(getattr(one, axis.name), getattr(other, axis.name))
        for axis in fields(ColumnLabels))


def _first(program: LinearProgram, start: Start) -> _Kept:
    """The best few columns of each parcel at the base's prices, and all the base plans with."""
    status_c = _statuses(program, start)
    gain_c = program.cost - program.matrix.T @ start.price_r
    free = np.isinf(program.column_upper) & (program.column_lower == 0.0)
    keep = ~free | ~program.columns.is_option | (status_c != 0)
    keep[_best(program, gain_c, np.arange(len(gain_c)))] = True
    which = np.flatnonzero(keep)
    return _Kept(which, Basis(status_c[which], start.basis.row_r))


def _statuses(program: LinearProgram, start: Start) -> NDArray[np.int8]:
    """Where the base's basis has each column of the program; what is new stands at its bound."""
    if same_columns(program.columns, start.columns):
        return start.basis.column_c
    held = {start.columns.key(int(column)): start.basis.column_c[column]
            for column in np.flatnonzero(start.basis.column_c)}
    status_c = np.zeros(program.shape[1], dtype=np.int8)
    parcels = np.unique(np.array([key[0] for key in held], dtype=np.int64))
    for column in np.flatnonzero(np.isin(program.columns.parcel, parcels)):
        status_c[column] = held.get(program.columns.key(int(column)), 0)
    return status_c


def _best(
    program: LinearProgram, gain_c: NDArray[np.float64], among: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The columns of the largest gains, so many of each parcel; ties by position."""
    parcel = program.columns.parcel[among]
    starts = np.flatnonzero(np.append(True, parcel[1:] != parcel[:-1])[:len(parcel)])
    lengths = np.diff(np.append(starts, len(parcel)))
    left, best = gain_c[among], np.zeros(len(among), dtype=bool)
    # Options lie parcel by parcel: a few passes over them are faster than to sort them.
    for _ in range(KEPT_PER_PARCEL if len(parcel) else 0):
        largest = np.repeat(np.maximum.reduceat(left, starts), lengths)
        equal = np.flatnonzero((left == largest) & ~best)
        first = equal[np.append(True, parcel[equal[1:]] != parcel[equal[:-1]])[:len(equal)]]
        best[first], left[first] = True, -np.inf
    return among[best]


def _missing(
    program: LinearProgram, price_r: NDArray[np.float64], columns: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Columns left out that would gain at these prices, the best few of each parcel."""
    gain_c = program.cost - program.matrix.T @ price_r
    wanted = gain_c > NO_GAIN * (1.0 + np.abs(program.cost))
    wanted[columns] = False
    among = np.flatnonzero(wanted)
    return np.sort(_best(program, gain_c, among)) if len(among) else among
