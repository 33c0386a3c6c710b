r"""Blanks of an actual plan filled: what breaks rules least, and then earns most.

    (A10)  minimise  sum_s slack_s / max(1, size_s)
           subject to the rules, each limit and supply of topsoil with a slack,
           sum_{o of row} x_o = area_row    for every row of the plan

    (A11)  maximise the first stage of the objective, with the sum of (A10) no larger than found

A row stands for an option the rules allow wherever there is one, so that no more forbidden
hectares are read into a plan than it names. All rows are completed together: what one takes of
money or topsoil the others cannot have.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.analysis.allocation import Allocation
from optimizer.analysis.compare.actual import UNKNOWN, ActualRows
from optimizer.analysis.compare.candidates import Candidates, candidates_of
from optimizer.formulation.assemble import assemble
from optimizer.formulation.program import Family, LinearProgram, RowLabels
from optimizer.formulation.row_names import number_text
from optimizer.solve.afresh import solve_afresh
from optimizer.solve.certificate import is_land, primal_violation
from optimizer.solve.errors import SolverFault
from optimizer.solve.linear import VIOLATION_ALLOWED
from optimizer.solve.tables import option_names

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance

Floats = NDArray[np.float64]
#: Hectares below this, relative to the row, are rounding of the solver.
SLIVER = 1e-9
#: The most by which the second program may break rules more than the first, relative.
NO_WORSE = 1e-9
HOW = "as what breaks the rules least and then earns most, all rows together"


@dataclass(frozen=True)
class Completion:
    """An actual plan without blanks.

    Parameters
    ----------
    plan
        Columns parcel, use, method, period, source, area_ha, fixed, completed (the axes that
        were filled, in words).
    allocation
        The same as options with hectares.
    fixed_o
        Hectares of each that are done already, shape (O,).
    completed_ha
        Axis (`method`, `period`, `source`) -> hectares on which it was filled from a choice.
    method_measured
        Whether methods can be compared: False where the plan names none though it could.
    notes
        What was filled, in words.
    """

    plan: pd.DataFrame
    allocation: Allocation
    fixed_o: Floats
    completed_ha: dict[str, float]
    method_measured: bool
    notes: tuple[str, ...]


def complete(instance: Instance, rows: ActualRows) -> Completion:
    """Fill the blanks of an actual plan.

    Raises
    ------
    InstanceRefused
        If a row cannot be completed at all.
    """
    found = candidates_of(instance, rows)
    choices = np.bincount(found.row_o, minlength=rows.count)
    area_o = rows.area[found.row_o]
    if (choices > 1).any():
        area_o = _shares(instance, rows, found)
    used = np.flatnonzero(area_o > SLIVER * rows.area[found.row_o])
    found = Candidates(found.options.take(used), found.row_o[used], found.allowed_o[used])
    taken = np.bincount(found.row_o, area_o[used], rows.count)
    area_o = area_o[used] * (rows.area / np.where(taken > 0.0, taken, 1.0))[found.row_o]
    blank = _blanks(instance, rows, found)
    completed_ha = {axis: float(rows.area[rows_blank].sum()) for axis, rows_blank in blank.items()}
    named = rows.named["method"] & _has_choice(instance, rows)
    measured = not blank["method"].any() or bool(named.any())
    return Completion(
        plan=_plan(instance, rows, found, area_o, blank),
        allocation=Allocation(found.options, area_o),
        fixed_o=np.where(rows.fixed[found.row_o], area_o, 0.0),
        completed_ha=completed_ha, method_measured=measured,
        notes=_notes(completed_ha, float(rows.area.sum()), measured),
    )


def _has_choice(instance: Instance, rows: ActualRows) -> NDArray[np.bool_]:
    """Whether the use of each row has more than one method."""
    practices = instance.practices
    return np.asarray(np.bincount(practices.use_um, minlength=len(practices.uses))[rows.use] > 1)


def _blanks(
    instance: Instance, rows: ActualRows, found: Candidates
) -> dict[str, NDArray[np.bool_]]:
    """Rows on which an axis was blank though there was a choice."""
    several = (~np.isnan(instance.topsoil.distance_ik)).sum(axis=1)[rows.parcel] > 1
    brings = np.zeros(rows.count, dtype=bool)
    brings[found.row_o[found.options.source_o >= 0]] = True
    return {
        "method": rows.practice == UNKNOWN,
        "period": rows.period == UNKNOWN,
        "source": (rows.source == UNKNOWN) & brings & several,
    }


def _plan(
    instance: Instance, rows: ActualRows, found: Candidates, area_o: Floats,
    blank: dict[str, NDArray[np.bool_]],
) -> pd.DataFrame:
    """Tabulate the completed plan."""
    import pandas as pd

    filled = [", ".join(axis for axis, which in blank.items() if which[row])
              for row in found.row_o]
    return pd.DataFrame({
        **option_names(instance, found.options), "area_ha": area_o,
        "fixed": rows.fixed[found.row_o], "completed": filled})


def _notes(completed_ha: dict[str, float], planned_ha: float, measured: bool) -> tuple[str, ...]:
    """Say what was filled."""
    notes = [f"{axis} not given on {number_text(area)} of {number_text(planned_ha)} ha planned: "
             f"completed {HOW}" for axis, area in completed_ha.items() if area > 0.0]
    if not measured:
        notes.append("no method is given, so what methods make of the gap is not measured")
    elif completed_ha["method"] > 0.0:
        notes.append("methods are compared on the hectares where they are given; on the others "
                     "they are the best already")
    if completed_ha["period"] > 0.0:
        notes.append("periods that were completed are the best already: what better timing "
                     "would gain there is not in the gap")
    return tuple(notes)


def _shares(instance: Instance, rows: ActualRows, found: Candidates) -> Floats:
    """Hectares of every candidate, by (A10) and (A11)."""
    program, price_c = _elastic(instance, rows, found)
    cost_c = program.cost
    session, raw = solve_afresh(program.with_cost(-price_c))
    _refuse_unsolved(raw.status)
    least = float(price_c @ raw.x_c)
    columns = np.arange(len(cost_c))
    ceiling = np.array([program.shape[0] - 1])
    session.change_row_bounds(ceiling, np.array([-np.inf]),
                              np.array([least + NO_WORSE * max(1.0, least)]))
    session.change_costs(columns, cost_c)
    second = session.solve()
    _refuse_unsolved(second.status)
    x_c = np.clip(second.x_c, program.column_lower, program.column_upper)
    if not primal_violation(program, x_c) <= VIOLATION_ALLOWED:
        msg = "the completed plan does not hold; it is not used"
        raise SolverFault(msg)
    return np.asarray(x_c[:found.options.count])


def _refuse_unsolved(status: str) -> None:
    """A plan can always be completed, so anything but an optimum is a fault."""
    if status != "optimal":
        msg = f"completing the actual plan ended {status}"
        raise SolverFault(msg)


def _elastic(
    instance: Instance, rows: ActualRows, found: Candidates
) -> tuple[LinearProgram, Floats]:
    """Program of (A10) with the objective of (A11), the sum of slacks as its last row.

    Returns
    -------
    tuple
        The program, and the price of every column in the sum, shape (C,).
    """
    program = _as_planned(assemble(instance, found.options), rows, instance)
    row_s, sign_s, size_s = _slacks(instance, program)
    count, columns = len(row_s), program.shape[1]
    slacks = sp.csc_array((sign_s, (row_s, np.arange(count))), shape=(program.shape[0], count))
    price_c = np.concatenate([np.zeros(columns), 1.0 / np.maximum(1.0, size_s)])
    of_row = sp.csr_array(
        (np.ones(found.options.count), (found.row_o, np.arange(found.options.count))),
        shape=(rows.count, columns + count))
    matrix = sp.vstack([sp.hstack([program.matrix, slacks]), of_row,
                        sp.csr_array(price_c[None, :])], format="csc")
    elastic = LinearProgram(
        matrix=sp.csc_array(matrix),
        row_lower=np.concatenate([program.row_lower, rows.area, [-np.inf]]),
        row_upper=np.concatenate([program.row_upper, rows.area, [np.inf]]),
        column_lower=np.zeros(columns + count), column_upper=np.full(columns + count, np.inf),
        cost=np.append(program.cost, np.zeros(count)),
        rows=RowLabels.concatenate([program.rows, RowLabels.of(Family.SCRIPT, rows.count + 1)]),
        columns=program.columns.appended(count),
    )
    return elastic, price_c


def _as_planned(program: LinearProgram, rows: ActualRows, instance: Instance) -> LinearProgram:
    """Let the land rows through: the rows of the plan say how much of each parcel is used."""
    planned_i = np.bincount(rows.parcel, rows.area, instance.land.count)
    land = np.flatnonzero(is_land(program))
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    planned = planned_i[program.rows.parcel[land]]
    lower[land] = -np.inf
    upper[land] = np.maximum(upper[land], planned * (1.0 + SLIVER))
    return replace(program, row_lower=lower, row_upper=upper)


def _slacks(
    instance: Instance, program: LinearProgram
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Rows, signs and sizes of the slacks: one for each bound of a limit, one a supply."""
    limit = program.rows.family == Family.LIMIT
    below = np.flatnonzero(limit & np.isfinite(program.row_lower))
    above = np.flatnonzero(limit & np.isfinite(program.row_upper))
    soil = np.flatnonzero(program.rows.family == Family.SOIL_BALANCE)
    supplied_kt = instance.topsoil.supplied_kt()
    supplied = supplied_kt[program.rows.source[soil], program.rows.period[soil]]
    row_s = np.concatenate([below, above, soil])
    sign_s = np.concatenate([np.ones(len(below)), -np.ones(len(above)), -np.ones(len(soil))])
    size_s = np.concatenate([np.abs(program.row_lower[below]), np.abs(program.row_upper[above]),
                             supplied])
    return row_s, sign_s, size_s
