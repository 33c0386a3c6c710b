"""Why nothing fits: the least loosening of limits that would let a plan through.

Every limit row, every duty to reclaim, every rule on layout and every added constraint gets a
slack priced by 1 / max(1, |bound|), so that the sum of relative loosenings is smallest. Land and
soil balance stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.layout.words import RULES, rule_words
from optimizer.formulation.program import Family, LinearProgram
from optimizer.formulation.row_names import limit_name, number_text, row_name
from optimizer.solve.afresh import solve_afresh
from optimizer.solve.errors import SolverFault
from optimizer.solve.whole_parcels import mixed_program, search

if TYPE_CHECKING:
    from optimizer.instance.record import Instance

#: Families whose rows may be loosened.
LOOSENED = (Family.LIMIT, Family.MUST_RECLAIM, Family.SCRIPT, Family.NEIGHBOUR,
            Family.CLUSTER)
#: Loosenings below this, relative to the bound, are rounding.
NO_LOOSENING = 1e-7
#: A search over whole parcels for reasons ends after so many seconds.
SEARCH_SECONDS = 60.0


def loosenings(instance: Instance, program: LinearProgram, *, whole: bool) -> tuple[str, ...]:
    """Say which rules have to give way, and by how much, one line each; at least one."""
    short_r = shortfall(program, whole=whole)
    rows = np.flatnonzero(np.abs(short_r) > NO_LOOSENING * np.maximum(1.0, _size(program)))
    lines = tuple(_line(instance, program, int(row), float(short_r[row])) for row in rows)
    if lines:
        return lines
    available = number_text(float(np.sum(instance.land.area_i)))
    line = (f"no plan for the {available} ha meets every rule, though loosening any limit by "
            f"less than {NO_LOOSENING:g} of its bound would let one through")
    return (line,)


def conflict(
    instance: Instance, program: LinearProgram, proof_r: NDArray[np.float64] | None
) -> tuple[str, ...]:
    """Say which rules cannot be met together, by the prices that prove it, one line each."""
    if proof_r is None:
        return ("some land that must be reclaimed has no option that the rules allow",)
    rows = np.flatnonzero(proof_r != 0.0)
    worth_r = np.abs(proof_r) * np.maximum(_size(program), 1.0)
    rows = rows[worth_r[rows] > NO_LOOSENING * np.max(worth_r, initial=0.0)]
    lines = [_part_of_conflict(instance, program, int(row), lower=bool(proof_r[row] < 0.0))
             for row in rows]
    return tuple(dict.fromkeys(
        ["these rules cannot all be met on this land, as their prices prove:", *lines]))


def _part_of_conflict(
    instance: Instance, program: LinearProgram, row: int, *, lower: bool
) -> str:
    """One rule that takes part in a conflict."""
    family = Family(int(program.rows.family[row]))
    if family is Family.LIMIT:
        name = limit_name(instance, program, row)
        return f"{name.limit}: {name.rule}"
    if family is Family.SOIL_BALANCE:
        named = row_name(instance, program, row)
        return (f"topsoil of {named.source} in {named.period}: "
                f"{number_text(float(program.row_upper[row]))} m3")
    if family in RULES:
        return rule_words(instance, program, row)
    bound = program.row_lower[row] if lower else program.row_upper[row]
    return f"{family.word.replace('_', ' ')}: {'at least' if lower else 'at most'} {bound:,.6g}"


def shortfall(program: LinearProgram, *, whole: bool = False) -> NDArray[np.float64]:
    """How far each row falls short in the plan with the least total relative loosening.

    Parameters
    ----------
    program
        An infeasible program.
    whole
        Whether parcels are taken whole.

    Returns
    -------
    ndarray
        Shape (R,), in the unit of the row: positive where the activity stays below a lower
        bound, negative where it exceeds an upper one, 0 where the rule is kept.
    """
    base, scale_c = mixed_program(program) if whole else (program, None)
    elastic, row_s, sign_s = _with_slacks(base)
    if whole:
        x_c = search(elastic, gap=0.01, time_limit=SEARCH_SECONDS).x_c
    else:
        x_c = solve_afresh(elastic)[1].x_c
    if not len(x_c):
        msg = "no plan was found even with every limit loosened"
        raise SolverFault(msg)
    del scale_c  # slacks are in the units of the rows, whatever the columns are in
    short_r = np.zeros(program.shape[0])
    np.add.at(short_r, row_s, sign_s * x_c[program.shape[1]:])
    return short_r


def _with_slacks(
    program: LinearProgram,
) -> tuple[LinearProgram, NDArray[np.int64], NDArray[np.float64]]:
    """Program with one slack for each bound that may give way; rows and signs of the slacks."""
    family = program.rows.family
    may_give = np.isin(family, LOOSENED)
    # A parcel that must be reclaimed may fall short, but cannot be used twice.
    above = np.flatnonzero(may_give & np.isfinite(program.row_upper)
                           & (family != Family.MUST_RECLAIM))
    below = np.flatnonzero(may_give & np.isfinite(program.row_lower))
    row_s = np.concatenate([below, above])
    sign_s = np.concatenate([np.ones(len(below)), -np.ones(len(above))])
    count, columns = len(row_s), program.shape[1]
    slacks = sp.csc_array((sign_s, (row_s, np.arange(count))), shape=(program.shape[0], count))
    price_s = 1.0 / np.maximum(1.0, _size(program)[row_s])
    integer = program.integer_c
    return LinearProgram(
        matrix=sp.csc_array(sp.hstack([program.matrix, slacks], format="csc")),
        row_lower=program.row_lower, row_upper=program.row_upper,
        column_lower=np.append(program.column_lower, np.zeros(count)),
        column_upper=np.append(program.column_upper, np.full(count, np.inf)),
        cost=np.append(np.zeros(columns), -price_s), rows=program.rows,
        columns=program.columns.appended(count),
        integer_c=None if integer is None else np.append(integer, np.zeros(count, dtype=bool)),
    ), row_s, sign_s


def _size(program: LinearProgram) -> NDArray[np.float64]:
    """Size of the larger finite bound of each row, shape (R,); 0 without one."""
    lower = np.where(np.isfinite(program.row_lower), np.abs(program.row_lower), 0.0)
    upper = np.where(np.isfinite(program.row_upper), np.abs(program.row_upper), 0.0)
    return np.asarray(np.maximum(lower, upper))


def _line(instance: Instance, program: LinearProgram, row: int, short: float) -> str:
    """One loosening in words."""
    family = Family(int(program.rows.family[row]))
    if family is Family.MUST_RECLAIM:
        parcel = instance.land.parcels[program.rows.parcel[row]]
        area = number_text(float(program.row_upper[row]))
        return (f"parcel {parcel} must be reclaimed ({area} ha): {number_text(short)} ha cannot "
                "be, given the limits")
    direction = "short by" if short > 0 else "over by"
    if family is Family.LIMIT:
        name = limit_name(instance, program, row)
        reach = name.amount(name.bound - short)
        return (f"{name.limit}: {name.rule}: cannot be met together with the other limits; "
                f"{direction} {name.amount(abs(short))} ({reach} is possible)")
    if family in RULES:
        return (f"{rule_words(instance, program, row)}: cannot be met together with the limits; "
                f"{direction} {number_text(abs(short))}")
    number = int(program.rows.limit[row]) + 1
    return f"added constraint {number}: {direction} {number_text(abs(short))}"
