r"""The rules, loosened by as much as an actual plan breaks them, so that it is one of the plans.

    (A1)  row r       min(lower_r, A_r a) <= A_r x <= max(upper_r, A_r a)
    (A2)  option o    x_o <= a_o       where the rules forbid option o
    (A3)  option o    x_o >= fixed_o   what is done already cannot be undone

Symbols   x [ha, m3] options and stocks; a the actual plan with the stocks that follow from it;
          A the rows of the strict program, its forbidden options among the columns

Everything the strict rules allow is allowed here too, so the strict optimum is never better. The
strict program stands on the same columns: forbidden options are held at what is fixed of them.

The objective is that of the first stage. Later stages have no value of their own to compare: the
actual plan does not reach the floors under which they are solved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.allocation import Allocation
from optimizer.analysis.held_limits import TOLERANCE
from optimizer.analysis.stocks import follow_stocks
from optimizer.formulation.assemble import assemble
from optimizer.formulation.columns import stocks_at
from optimizer.formulation.layout.edges import with_edges
from optimizer.formulation.objective import StageCost, stage_costs
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.options.enumerate import option_keys, options_of
from optimizer.options.record import Options
from optimizer.solve.certificate import is_land

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram
    from optimizer.instance.record import Instance

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Loosened:
    """An actual plan among the columns of a program that lets it through.

    Parameters
    ----------
    instance
        What the plan is of.
    options
        Options the rules allow and those of the actual plan that they forbid, sorted as ever:
        the first columns of both programs.
    strict
        The rules as they are, on the same rows and columns.
    program
        The rules as far as the actual plan keeps them.
    actual_c
        The actual plan: hectares of each option, m3 of each stock, shape (C,).
    fixed_c
        Hectares that are done already, shape (C,).
    extra_c
        Which options the rules forbid, shape (C,).
    relaxed_r
        Which rows the actual plan breaks by more than rounding, shape (R,).
    stage
        Objective compared: the first stage.
    """

    instance: Instance
    options: Options
    strict: LinearProgram
    program: LinearProgram
    actual_c: Floats
    fixed_c: Floats
    extra_c: NDArray[np.bool_]
    relaxed_r: NDArray[np.bool_]
    stage: StageCost

    def __post_init__(self) -> None:
        for values in (self.actual_c, self.fixed_c, self.extra_c, self.relaxed_r):
            values.setflags(write=False)

    @property
    def option_count(self) -> int:
        """Number of options, forbidden ones included; stocks follow."""
        return self.options.count

    @cached_property
    def actual(self) -> float:
        """Objective of the actual plan."""
        return self.program.value(self.actual_c)

    @property
    def breaks_rules(self) -> bool:
        """Whether the actual plan breaks any rule."""
        return bool(self.relaxed_r.any() or self.extra_c.any())


def loosen(
    instance: Instance, allocation: Allocation, fixed_o: Floats | None = None,
    file: str = "plan",
) -> Loosened:
    """Loosen the rules of an instance until an actual plan keeps them.

    Parameters
    ----------
    instance
        Checked instance.
    allocation
        The actual plan, allowed or not; rows of the same option add up.
    fixed_o
        Hectares of each row that cannot change, shape (rows,); None for none.
    file
        Name used in findings.

    Raises
    ------
    InstanceRefused
        If a parcel is planned for more hectares than it has, or an option has no figures.
    """
    _refuse_overfull(instance, allocation, file)
    allowed = options_of(instance)
    options, column_o = _joined(instance, allowed, allocation)
    strict = assemble(instance, options)
    columns = strict.shape[1]
    actual_c, fixed_c = np.zeros(columns), np.zeros(columns)
    np.add.at(actual_c, column_o, allocation.area_o)
    if fixed_o is not None:
        np.add.at(fixed_c, column_o, fixed_o)
    actual_c[stocks_at(instance, options)] = follow_stocks(instance, allocation).stock_kt.ravel()
    actual_c = with_edges(strict, actual_c)
    extra_c = np.zeros(columns, dtype=bool)
    extra_c[:options.count] = ~np.isin(option_keys(instance, options),
                                       option_keys(instance, allowed))
    _refuse_without_figures(instance, options, strict, extra_c, file)
    strict, program, relaxed_r = _bounded(strict, actual_c, fixed_c, extra_c)
    return Loosened(instance, options, strict, program, actual_c, fixed_c, extra_c, relaxed_r,
                    stage_costs(instance, options)[0])


def _joined(
    instance: Instance, allowed: Options, allocation: Allocation
) -> tuple[Options, NDArray[np.int64]]:
    """Options with those of the plan that are not among them, and the column of each plan row."""
    key_o = option_keys(instance, allowed)
    planned = option_keys(instance, allocation.options)
    new = np.flatnonzero(~np.isin(planned, key_o))
    new = new[np.unique(planned[new], return_index=True)[1]]
    joined = Options.joined([allowed, allocation.options.take(new)])
    joined_key = np.concatenate([key_o, planned[new]])
    order = np.argsort(joined_key, kind="stable")
    return joined.take(order), np.searchsorted(joined_key[order], planned)


def _bounded(
    program: LinearProgram, actual_c: Floats, fixed_c: Floats, extra_c: NDArray[np.bool_]
) -> tuple[LinearProgram, LinearProgram, NDArray[np.bool_]]:
    """Strict and loosened bounds of rows and columns, and which rows are broken."""
    activity_r = program.activity(actual_c)
    lower = np.minimum(program.row_lower, activity_r)
    upper = np.maximum(program.row_upper, activity_r)
    size_r = abs(program.matrix) @ np.abs(actual_c)
    play_r = TOLERANCE * np.maximum(1.0, size_r)
    relaxed_r = np.asarray((activity_r < program.row_lower - play_r)
                           | (activity_r > program.row_upper + play_r))
    # More hectares than there are would have been refused: what is left of it is rounding.
    strict_upper = np.where(is_land(program), upper, program.row_upper)
    strict = replace(program, row_upper=strict_upper, column_lower=fixed_c.copy(),
                     column_upper=np.where(extra_c, fixed_c, np.inf))
    loosened = replace(program, row_lower=lower, row_upper=upper, column_lower=fixed_c.copy(),
                       column_upper=np.where(extra_c, actual_c, np.inf))
    return strict, loosened, relaxed_r


def _refuse_overfull(instance: Instance, allocation: Allocation, file: str) -> None:
    """Refuse a plan that needs more land than there is: that is an error of the data."""
    land = instance.land
    planned_i = np.bincount(allocation.options.parcel_o, allocation.area_o, land.count)
    findings = [
        Finding(file, "more hectares than there are",
                f"{planned_i[i]:.9g} ha of parcel `{land.parcels[i]}`",
                f"at most its {land.area_i[i]:.9g} ha", "Correct the hectares.")
        for i in np.flatnonzero(planned_i > land.area_i * (1.0 + TOLERANCE))
    ]
    if findings:
        raise InstanceRefused(file, findings)


def _refuse_without_figures(
    instance: Instance, options: Options, program: LinearProgram, extra_c: NDArray[np.bool_],
    file: str,
) -> None:
    """Refuse a forbidden option of which the instance does not say what it gains or takes."""
    sums_c = program.cost + abs(program.matrix).sum(axis=0)
    findings = []
    for o in np.flatnonzero(extra_c & ~np.isfinite(sums_c)):
        use, method = instance.practices.name_um(int(options.practice_o[o]))
        period = instance.calendar.labels[options.period_o[o]]
        findings.append(Finding(
            file, "no figures for this option",
            f"parcel `{instance.land.parcels[options.parcel_o[o]]}`, `{use}` by `{method}` from "
            f"{period}", "an option the instance has figures for (method offered in the period, "
            "source within reach)", "Correct the row, or add what is missing to the instance."))
    if findings:
        raise InstanceRefused(file, findings)
