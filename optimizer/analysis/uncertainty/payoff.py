r"""What a plan is worth in every case, and whether it keeps the rules there.

Hectares are decided before; the stocks of topsoil follow from them in every case:

    stock[k,t] = (1 - loss_kt) stock[k,t-1] + supply[k,t] - sum soil_m3 x

so that a plan has one value a case. It keeps the rules of a case if every option it uses is allowed
there, no stock is negative and every row holds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.assemble import assemble
from optimizer.formulation.columns import stocks_at
from optimizer.formulation.layout.edges import with_edges
from optimizer.formulation.objective import stage_costs
from optimizer.formulation.program import Family
from optimizer.formulation.row_names import limit_name, row_name
from optimizer.options.enumerate import option_keys, options_at, options_of

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

#: Rows broken by less than this share of their size are kept.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Payoff:
    """One plan in one case.

    Parameters
    ----------
    value
        Objective there, unit of the objective.
    broken
        First rule it breaks there, in words; blank where it keeps all.
    """

    value: float
    broken: str


def payoff_of(
    case: Instance, options: Options, area_o: NDArray[np.float64]
) -> Payoff:
    """Judge a plan in a case.

    Parameters
    ----------
    case
        The instance as the case has it.
    options, area_o
        Options of the plan (of any case: names count, not volumes) and their hectares.
    """
    used = np.flatnonzero(area_o > 0.0)
    there = options_at(case, options.parcel_o[used].astype(np.int64),
                       options.practice_o[used].astype(np.int64),
                       options.period_o[used].astype(np.int64),
                       options.source_o[used].astype(np.int64))
    program = assemble(case, there)
    stock = stocks_of(case, there, area_o[used])
    x_c = np.zeros(program.shape[1])
    x_c[:there.count], x_c[stocks_at(case, there)] = area_o[used], stock.ravel()
    x_c = with_edges(program, x_c)
    value = math.fsum(stage_costs(case, there)[-1].cost_c * x_c)
    return Payoff(value, _broken(case, there, program, x_c))


def stocks_of(
    case: Instance, options: Options, area_o: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Topsoil left at every source after every period, m3, shape (K, T); below 0 where short."""
    topsoil = case.topsoil
    shape = (topsoil.count, case.calendar.count)
    brings = options.source_o >= 0
    taken = np.zeros(shape)
    np.add.at(taken, (options.source_o[brings], options.period_o[brings]),
              (options.soil_m3_o * area_o)[brings])
    stock = np.zeros(shape)
    for t in range(shape[1]):
        left = (1.0 - topsoil.loss_kt[:, t]) * stock[:, t - 1] if t else 0.0
        stock[:, t] = left + topsoil.supply_kt[:, t] - taken[:, t]
    return stock


def _broken(
    case: Instance, options: Options, program: LinearProgram, x_c: NDArray[np.float64]
) -> str:
    """First rule of the case that the plan breaks."""
    allowed = np.isin(option_keys(case, options), option_keys(case, options_of(case)))
    if not allowed.all():
        first = int(np.argmin(allowed))
        use, method = case.practices.name_um(int(options.practice_o[first]))
        return f"{use} by {method} is not allowed on {case.land.parcels[options.parcel_o[first]]}"
    size_r = np.maximum(1.0, abs(program.matrix) @ np.abs(x_c))
    activity = program.activity(x_c)
    short = np.maximum(program.row_lower - activity, activity - program.row_upper) / size_r
    worst = int(np.argmax(short)) if len(short) else -1
    if worst >= 0 and short[worst] > TOLERANCE:
        return _words(case, program, worst)
    stocks = x_c[stocks_at(case, options)]
    if len(stocks) and stocks.min() < -TOLERANCE * max(1.0, float(np.abs(stocks).max())):
        k, t = divmod(int(np.argmin(stocks)), case.calendar.count)
        return f"topsoil of {case.topsoil.sources[k]} in {case.calendar.labels[t]}"
    return ""


def _words(case: Instance, program: LinearProgram, row: int) -> str:
    """A row in words: a limit with its rule, land by its parcel."""
    if program.rows.family[row] == Family.LIMIT:
        named = limit_name(case, program, row)
        return f"{named.limit}: {named.rule}"
    named_row = row_name(case, program, row)
    parts = (named_row.parcel, named_row.source, named_row.period)
    return f"{named_row.family.replace('_', ' ')} of {' '.join(part for part in parts if part)}"
