r"""One plan judged by several objectives at once: the best of the worst weighting of them.

    maximise over x   min over w of  sum_s w_s (cost_s . x + offset_s)
    with              w_s >= 0,  sum_s w_s = 1,  w_s <= cap_s

as one linear program, with a level and, where a cap is below 1, a shortfall for every objective:

    maximise   level - sum_s cap_s shortfall_s
    subject to cost_s . x + offset_s + shortfall_s - level >= 0,  shortfall_s >= 0,  rows of x

Caps of 1 give the best worst case; caps that add up to 1 the weighted mean with these weights;
caps p_s / (1 - alpha) the best conditional value at risk: the mean of the worst 1 - alpha.

Proof without a solver: any such weights w bound every plan by the certificate's bound of the
single objective sum_s w_s (cost_s . x + offset_s); the prices of the rows above are the w_s that
make the bound tight.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.program import (
    Family,
    LinearProgram,
    RowLabels,
)
from optimizer.solve.afresh import solve_afresh
from optimizer.solve.certificate import primal_violation, right_signs, upper_bound
from optimizer.solve.errors import NoAnswer, SolverFault
from optimizer.solve.highs import Basis, HighsSession
from optimizer.solve.highs.basis import BASIC, LOWER
from optimizer.solve.linear import GAP_ALLOWED, GAP_WANTED, VIOLATION_ALLOWED, NoPlan
from optimizer.solve.raw import RawSolution

#: Caps that add up to 1 within this leave only one weighting.
ONE = 1e-12


@dataclass(frozen=True)
class Gain:
    """One linear objective: gain of one unit of each column, shape (C,), and a constant."""

    cost_c: NDArray[np.float64]
    offset: float = 0.0

    def of(self, x_c: NDArray[np.float64]) -> float:
        """Value of a plan, without rounding on the way."""
        return math.fsum((*(self.cost_c * x_c), self.offset))


@dataclass(frozen=True)
class Best:
    """The best plan for several objectives, with its proof.

    Parameters
    ----------
    x_c
        Columns, shape (C,).
    value
        What it reaches: the worst weighting of `value_s`.
    value_s
        Its value by each objective, shape (S,).
    weight_s
        Weighting that proves the bound, shape (S,).
    price_r
        Prices of the program's own rows under that weighting, shape (R,).
    bound
        No plan reaches more.
    relative_gap
        (bound - value) / max(1, size of the terms).
    primal_violation
        Largest violation of a row, relative to its size.
    basis
        Basis of the program with its level, to start a program with one more objective from;
        None where the objectives were added up.
    """

    x_c: NDArray[np.float64]
    value: float
    value_s: NDArray[np.float64]
    weight_s: NDArray[np.float64]
    price_r: NDArray[np.float64]
    bound: float
    relative_gap: float
    primal_violation: float
    basis: Basis | None


def best_of_several(
    program: LinearProgram, gains: Sequence[Gain], cap_s: NDArray[np.float64] | None = None,
    start: Basis | None = None,
) -> Best:
    """Find the plan whose worst weighting of several objectives is best.

    Parameters
    ----------
    program
        Rules; its own objective is not used.
    gains
        The objectives, at least one.
    cap_s
        Most weight of each, shape (S,), adding up to at least 1; None: 1 each.
    start
        Basis of the program with its level and rows of the first objectives, as `Best.basis` or
        `with_level` gives it; only for caps of 1.

    Raises
    ------
    NoPlan
        If the rules cannot be met.
    SolverFault
        If the solver fails or its answer does not hold.
    """
    caps = np.ones(len(gains)) if cap_s is None else np.minimum(cap_s, 1.0)
    if len(gains) == 1:
        caps = np.ones(1)
    if abs(math.fsum(caps) - 1.0) <= ONE:
        return _weighted(program, gains, caps)
    wide = _with_levels(program, gains, caps)
    session, raw = _solved(wide, start)
    best = _best(program, gains, caps, raw, session)
    if best.relative_gap > GAP_WANTED or best.primal_violation > VIOLATION_ALLOWED:
        best = _best(program, gains, caps, _optimal(session.solve("simplex")), session)
    return _held(best)


def best_of_one(
    program: LinearProgram, gain: Gain, x_c: NDArray[np.float64], price_r: NDArray[np.float64]
) -> Best:
    """A solved plan of one objective, judged as those of several are."""
    one = np.ones(1)
    return _held(_judged(program, [gain], one, one, x_c, price_r, None))


def with_level(basis: Basis) -> Basis:
    """Basis with the level of one first objective, from the basis of the program alone."""
    return Basis(np.append(basis.column_c, np.int8(BASIC)), np.append(basis.row_r, np.int8(LOWER)))


def _weighted(
    program: LinearProgram, gains: Sequence[Gain], weight_s: NDArray[np.float64]
) -> Best:
    """Only one weighting is left: an ordinary program."""
    single = _single(program, gains, weight_s)
    session, raw = solve_afresh(single)
    raw = _optimal(raw)
    best = _judged(program, gains, weight_s, weight_s, raw.x_c, raw.price_r, None)
    if best.relative_gap > GAP_WANTED or best.primal_violation > VIOLATION_ALLOWED:
        raw = _optimal(session.solve("simplex"))
        best = _judged(program, gains, weight_s, weight_s, raw.x_c, raw.price_r, None)
    return _held(best)


def _solved(wide: LinearProgram, start: Basis | None) -> tuple[HighsSession, RawSolution]:
    """Solve afresh, or from a basis of the program with fewer objectives."""
    if start is None:
        session, raw = solve_afresh(wide)
        return session, _optimal(raw)
    session = HighsSession(wide)
    missing = wide.shape[0] - len(start.row_r)
    rows = np.append(start.row_r, np.full(missing, BASIC, dtype=np.int8))
    session.start_from_basis(Basis(start.column_c, rows))
    try:
        return session, _optimal(session.solve())
    except NoAnswer:
        return _solved(wide, None)


def _optimal(raw: RawSolution) -> RawSolution:
    """Pass an optimum on."""
    if raw.status == "infeasible":
        raise NoPlan
    if raw.status != "optimal":
        msg = f"the solver ended {raw.status} where an optimum must exist"
        raise SolverFault(msg)
    return raw


def _with_levels(
    program: LinearProgram, gains: Sequence[Gain], cap_s: NDArray[np.float64]
) -> LinearProgram:
    """Add the level, the shortfalls, and a row for each objective."""
    rows, columns = program.shape
    short = np.flatnonzero(cap_s < 1.0)
    added = 1 + len(short)
    levels = np.zeros((len(gains), added))
    levels[:, 0] = -1.0
    levels[short, 1 + np.arange(len(short))] = 1.0
    costs = sp.csr_array(np.vstack([gain.cost_c for gain in gains]))
    matrix = sp.block_array(
        [[program.matrix, sp.csr_array((rows, added))], [costs, sp.csr_array(levels)]],
        format="csc")
    return replace(
        program, matrix=sp.csc_array(matrix),
        row_lower=np.append(program.row_lower, [-gain.offset for gain in gains]),
        row_upper=np.append(program.row_upper, np.full(len(gains), np.inf)),
        column_lower=np.concatenate([program.column_lower, [-np.inf], np.zeros(len(short))]),
        column_upper=np.append(program.column_upper, np.full(added, np.inf)),
        cost=np.concatenate([np.zeros(columns), [1.0], -cap_s[short]]), offset=0.0,
        rows=RowLabels.concatenate([program.rows, RowLabels.of(Family.SCRIPT, len(gains))]),
        columns=program.columns.appended(added),
    )


def _best(
    program: LinearProgram, gains: Sequence[Gain], cap_s: NDArray[np.float64], raw: RawSolution,
    session: HighsSession,
) -> Best:
    """Read the plan and the weighting that proves it."""
    rows, columns = program.shape
    weight_s = _weighting(-raw.price_r[rows:], cap_s)
    return _judged(program, gains, cap_s, weight_s, raw.x_c[:columns], raw.price_r[:rows],
                   session.basis)


def _weighting(
    price_s: NDArray[np.float64], cap_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weights near the prices that keep their caps and add up to 1."""
    weight_s = np.clip(price_s, 0.0, cap_s)
    missing = 1.0 - math.fsum(weight_s)
    if missing > 0.0:
        room_s = cap_s - weight_s
        return np.asarray(weight_s + room_s * (missing / math.fsum(room_s)))
    return np.asarray(weight_s / math.fsum(weight_s))


def worst_weighting(value_s: NDArray[np.float64], cap_s: NDArray[np.float64]) -> float:
    """Worst weighting of values: the lowest ones first, each up to its cap."""
    left, total = 1.0, []
    for s in np.argsort(value_s, kind="stable"):
        weight = min(left, float(cap_s[s]))
        total.append(weight * float(value_s[s]))
        left -= weight
    return math.fsum(total)


def _single(
    program: LinearProgram, gains: Sequence[Gain], weight_s: NDArray[np.float64]
) -> LinearProgram:
    """Return the program with the weighted objective."""
    cost_c = np.zeros(program.shape[1])
    for weight, gain in zip(weight_s, gains, strict=True):
        if weight:
            cost_c += weight * gain.cost_c
    offset = math.fsum(w * gain.offset for w, gain in zip(weight_s, gains, strict=True))
    return program.with_cost(cost_c, offset)


def _judged(
    program: LinearProgram, gains: Sequence[Gain], cap_s: NDArray[np.float64],
    weight_s: NDArray[np.float64], x_c: NDArray[np.float64], price_r: NDArray[np.float64],
    basis: Basis | None,
) -> Best:
    """Values and proof of a plan, from numpy alone."""
    x_c = np.clip(x_c, program.column_lower, program.column_upper)
    single = _single(program, gains, weight_s)
    price_r = right_signs(single, price_r)
    value_s = np.array([gain.of(x_c) for gain in gains])
    value, bound = worst_weighting(value_s, cap_s), upper_bound(single, price_r)
    size = math.fsum(np.abs(single.cost * x_c)) + abs(single.offset)
    return Best(x_c, value, value_s, weight_s, price_r, bound,
                (bound - value) / max(1.0, size), primal_violation(program, x_c), basis)


def _held(best: Best) -> Best:
    """Refuse an answer that breaks a row or is not proven."""
    if not (best.primal_violation <= VIOLATION_ALLOWED and best.relative_gap <= GAP_ALLOWED):
        msg = (f"the solver's plan breaks a rule by {best.primal_violation:.3g} of its size, or "
               f"is {best.relative_gap:.3g} short of its bound; it is not used")
        raise SolverFault(msg)
    return best
