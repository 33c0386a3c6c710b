"""Why a parcel got its use: what each hectare of it could earn at the optimum's prices.

The value of an option is its gain less the price of everything it takes: money, water, labour,
topsoil, its part in shares. The land goes to the option with the largest value; how far the next
use lies behind is the margin, and the account in which the two differ most decides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.explain.row_words import row_words
from optimizer.solve.certificate import is_land
from optimizer.solve.margins import Margins, margins_of
from optimizer.solve.tables import NO_AREA

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.solve.solution import Solution

#: A margin is thin below this share of what a reclaimed hectare moves on average.
THIN_SHARE = 0.01


@dataclass(frozen=True)
class Term:
    """One part of a value: `gain`, or a row of the program by its name.

    `amount` is in the unit of the objective per hectare; what is paid is negative.
    """

    name: str
    amount: float


@dataclass(frozen=True)
class RankedOption:
    """One option of a parcel, or leaving the land as it is (all names blank).

    Parameters
    ----------
    use, method, period, source
        What is done; source blank where no soil is brought in.
    value
        Gain less the prices of all it takes but land, unit of the objective per hectare.
    behind
        How far it lies behind the best of the parcel, 0 for the best.
    planned_ha
        Hectares the plan gives it.
    terms
        What the value is made of; they add up to it.
    """

    use: str
    method: str
    period: str
    source: str
    value: float
    behind: float
    planned_ha: float
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Decider:
    """The account in which the chosen option beats the runner-up by most.

    `chosen` and `runner_up` are its amounts in the two values.
    """

    name: str
    chosen: float
    runner_up: float


@dataclass(frozen=True)
class ParcelChoice:
    """Why one parcel got its use.

    Parameters
    ----------
    parcel, use
        The parcel and its main use; blank where nothing is reclaimed.
    unit
        Unit of the objective.
    land_price
        What one more hectare of the parcel would be worth.
    ranked
        Every option of the parcel and leaving it, best first.
    chosen, runner_up
        Best option of the main use, and best of the others; None where there is no other.
    margin
        Value of the one less that of the other, per hectare; NaN without a runner-up.
    decides
        Where the two differ most; None without a runner-up.
    threshold
        Margins below it are thin.
    divided
        Whether the plan itself divides the parcel between uses, or leaves some of it.
    whole_parcels
        Whether parcels were taken whole: the prices are then of the linear program, and the
        plan may go against them (a margin below 0).
    """

    parcel: str
    use: str
    unit: str
    land_price: float
    ranked: tuple[RankedOption, ...]
    chosen: RankedOption
    runner_up: RankedOption | None
    margin: float
    decides: Decider | None
    threshold: float
    divided: bool
    whole_parcels: bool

    @property
    def tie(self) -> bool:
        """Whether another use is just as good, and the plan could as well take it."""
        return self.margin == 0.0 and not self.divided

    @property
    def thin(self) -> bool:
        """Whether the choice hangs on less than the threshold."""
        return self.margin < self.threshold


def choice_of(solution: Solution, i: int) -> ParcelChoice:
    """Explain the use of parcel i at the prices of a solution."""
    instance = solution.instance
    margins = margins_of(solution)
    ranked = _ranked(solution, i)
    uses = (*instance.practices.uses, "")
    use = uses[int(margins.chosen_i[i])]
    chosen = next(option for option in ranked if option.use == use)
    runner_up = next((o for o in ranked if o.use != use), None)
    return ParcelChoice(
        parcel=str(instance.land.parcels[i]), use=use, unit=solution.stages[-1].unit,
        land_price=_land_price(solution, i), ranked=ranked, chosen=chosen, runner_up=runner_up,
        margin=float(margins.margin_i[i]),
        decides=None if runner_up is None else _decider(chosen, runner_up),
        threshold=thin_threshold(solution), divided=bool(_divided(solution)[i]),
        whole_parcels=solution.whole_parcels,
    )


def _ranked(solution: Solution, i: int) -> tuple[RankedOption, ...]:
    """Options of a parcel and, where it may be left, leaving it, the most valuable first."""
    options = np.flatnonzero(solution.options.parcel_o == i)
    found = [_option(solution, int(o)) for o in options]
    if not solution.instance.land.must_i[i] or not found:
        left = float(solution.instance.land.area_i[i] - math.fsum(solution.area_o[options]))
        left = left if left > NO_AREA * solution.instance.land.area_i[i] else 0.0
        found.append(RankedOption("", "", "", "", 0.0, 0.0, left, ()))
    # Among equals the one with more hectares in the plan comes first.
    found.sort(key=lambda option: (-option.value, -option.planned_ha))
    best = found[0].value
    return tuple(RankedOption(o.use, o.method, o.period, o.source, o.value, best - o.value,
                              o.planned_ha, o.terms) for o in found)


def _option(solution: Solution, o: int) -> RankedOption:
    """One option with the parts of its value."""
    instance, options = solution.instance, solution.options
    use, method = instance.practices.name_um(int(options.practice_o[o]))
    terms = _terms(solution, o)
    sources = (*instance.topsoil.sources, "")
    return RankedOption(
        use, method, instance.calendar.labels[options.period_o[o]], sources[options.source_o[o]],
        math.fsum(term.amount for term in terms), 0.0, float(solution.area_o[o]), terms)


def _terms(solution: Solution, column: int) -> tuple[Term, ...]:
    """Gain of a column, and what it pays for every row but land, the dearest first."""
    matrix, program = solution.program.matrix, solution.program
    part = slice(matrix.indptr[column], matrix.indptr[column + 1])
    rows, values = matrix.indices[part], matrix.data[part]
    land_r = is_land(program)[rows]
    amounts: dict[str, list[float]] = {}  # the borders of a parcel are told in one
    for row, value, land in zip(rows, values, land_r, strict=True):
        if not land and solution.price_r[row] * value:
            amounts.setdefault(row_words(solution, int(row)), []).append(
                float(-solution.price_r[row] * value))
    paid = [Term(name, math.fsum(parts)) for name, parts in amounts.items()]
    paid.sort(key=lambda term: -abs(term.amount))
    return (Term("gain", float(program.cost[column])), *paid)


def _decider(chosen: RankedOption, runner_up: RankedOption) -> Decider:
    """Account in which the chosen option beats the other by most (or loses least)."""
    one = {term.name: term.amount for term in chosen.terms}
    other = {term.name: term.amount for term in runner_up.terms}
    names = dict.fromkeys((*one, *other))
    best = max(names, key=lambda name: one.get(name, 0.0) - other.get(name, 0.0))
    return Decider(best, one.get(best, 0.0), other.get(best, 0.0))


def _land_price(solution: Solution, i: int) -> float:
    """Price of the land of parcel i."""
    rows = np.flatnonzero(is_land(solution.program))
    row = rows[solution.program.rows.parcel[rows] == i]
    return float(solution.price_r[row].sum()) + 0.0


def _divided(solution: Solution) -> NDArray[np.bool_]:
    """Whether the plan gives a parcel to more than one use, or leaves part of it, shape (I,)."""
    instance, options = solution.instance, solution.options
    uses, land = len(instance.practices.uses), instance.land
    cell_o = options.parcel_o.astype(np.int64) * uses + instance.practices.use_um[
        options.practice_o]
    area_iu = np.bincount(cell_o, solution.area_o, minlength=land.count * uses).reshape(-1, uses)
    trace_i = DIVIDED * land.area_i
    parts_i = (area_iu > trace_i[:, None]).sum(axis=1)
    parts_i += land.area_i - area_iu.sum(axis=1) > trace_i
    return np.asarray(parts_i > 1)


#: Shares of a parcel below this are rounding.
DIVIDED = 1e-7


def thin_threshold(solution: Solution) -> float:
    """Margin below which a choice is thin: 1 % of the mean gain or loss of a reclaimed hectare."""
    reclaimed = solution.reclaimed_ha
    if not reclaimed > 0.0:
        return 0.0
    gains = np.abs(solution.program.cost[:solution.options.count]) * solution.area_o
    return THIN_SHARE * math.fsum(gains) / reclaimed


def margins_table(solution: Solution, threshold: float | None = None) -> pd.DataFrame:
    """Tabulate how firmly every parcel holds its use.

    Parameters
    ----------
    solution
        What was solved.
    threshold
        Margins below it are thin, unit of the objective per hectare; None takes
        `thin_threshold`.

    Returns
    -------
    pandas.DataFrame
        Columns parcel, area_ha, use (blank: left as it is), value (of its best option, per
        hectare), runner_up (use; blank: leaving the land, or none), margin (NaN without a
        runner-up), divided (the plan divides the parcel), tie (another use is as good), thin.
    """
    import pandas as pd

    margins = margins_of(solution)
    limit = thin_threshold(solution) if threshold is None else threshold
    divided_i, margin_i = _divided(solution), margins.margin_i
    return pd.DataFrame({
        "parcel": solution.instance.land.parcels, "area_ha": solution.instance.land.area_i,
        "use": _use_names(solution, margins.chosen_i), "value": _chosen_value(margins),
        "runner_up": _use_names(solution, margins.runner_up_i), "margin": margin_i,
        "divided": divided_i, "tie": (margin_i == 0.0) & ~divided_i, "thin": margin_i < limit,
    })


def _use_names(solution: Solution, use_i: NDArray[np.int64]) -> NDArray[np.object_]:
    """Name of each use, blank for leaving the land and for none."""
    return np.asarray(np.array([*solution.instance.practices.uses, "", ""], dtype=object)[use_i])


def _chosen_value(margins: Margins) -> NDArray[np.float64]:
    """Value of the chosen use of every parcel, shape (I,)."""
    return np.asarray(margins.value_iu[np.arange(len(margins.chosen_i)), margins.chosen_i])
