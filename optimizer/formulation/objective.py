r"""Objective: weights on accounts, in ordered stages.

    (O1)  maximise  sum_entries weight * (+1 max, -1 min) * account(x)
    (O2)  later stages keep every earlier one:  objective_s(x) >= optimum_s - tolerance_s

An account `net_sink` brings the holding of stocks with it: - holding_kt stock[k,t]. A stage with
net sink in it pays for boundaries (B3), weighed like that net sink and never as a gain.

Symbols   account(x) = sum a x [unit of the account];
          tolerance_s = max(absolute, relative |optimum|)
Dual      of O2: what one unit of stage s is worth in the unit of the stage that follows
Source    MODEL.md O1, O2
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.carbon.holding import holding_kt
from optimizer.formulation.accounts import account_total, account_unit
from optimizer.formulation.columns import columns_of
from optimizer.formulation.layout.boundary import boundary_cost
from optimizer.formulation.layout.neighbours import boundary_weight

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.instance.settings import Objective
    from optimizer.options.record import Options


@dataclass(frozen=True)
class StageCost:
    """One stage of the objective, as a cost vector to be maximised.

    Parameters
    ----------
    number
        Stage, rising.
    label, unit
        What is maximised, and its unit (`mixed` where accounts of unlike units are added).
    cost_c
        Gain of one unit of each column, shape (C,).
    entries
        Entries of the objective that make up the stage.
    tolerance, tolerance_absolute
        What later stages may give up.
    boundary
        What a kilometre of boundary costs, in the unit of the stage.
    """

    number: int
    label: str
    unit: str
    cost_c: NDArray[np.float64]
    entries: tuple[Objective, ...]
    tolerance: float
    tolerance_absolute: float
    boundary: float = 0.0


def stage_costs(instance: Instance, options: Options) -> tuple[StageCost, ...]:
    """Build the cost vector of every stage, in order."""
    entries = instance.settings.objectives
    return tuple(
        _stage(instance, options, number, tuple(e for e in entries if e.stage == number))
        for number in sorted({entry.stage for entry in entries})
    )


def signed_weight(entry: Objective) -> float:
    """Weight with which an entry enters a maximisation."""
    return entry.weight if entry.sense == "max" else -entry.weight


def account_cost(instance: Instance, options: Options, account: str) -> NDArray[np.float64]:
    """One account over all columns, stocks included, shape (C,)."""
    columns = columns_of(instance, options)
    cost_c = np.zeros(columns.count)
    cost_c[:columns.options] = account_total(instance, options, account)
    if account in ("net_sink", "holding"):
        cost_c[columns.stocks] = -holding_kt(instance).ravel()
    return cost_c


def boundary_price(instance: Instance, entries: tuple[Objective, ...]) -> float:
    """What a kilometre of boundary costs in a stage, in the unit of the stage; 0 for nothing."""
    on_sink = sum(signed_weight(entry) for entry in entries if entry.account == "net_sink")
    return boundary_weight(instance) * abs(on_sink)


def _stage(
    instance: Instance, options: Options, number: int, entries: tuple[Objective, ...]
) -> StageCost:
    """Add the entries of one stage up."""
    columns = columns_of(instance, options)
    cost_c = np.zeros(columns.count)
    for entry in entries:
        cost_c += signed_weight(entry) * account_cost(instance, options, entry.account)
    boundary = boundary_price(instance, entries)
    label = " + ".join(_entry_label(entry) for entry in entries)
    if boundary:
        cost_c[columns.count - columns.edges:] = boundary_cost(instance, options, boundary)
        label += " less boundary"
    units = {account_unit(instance, entry.account) for entry in entries}
    return StageCost(
        number=number,
        label=label,
        unit=units.pop() if len(units) == 1 else "mixed",
        cost_c=cost_c,
        entries=entries,
        tolerance=max(entry.tolerance for entry in entries),
        tolerance_absolute=max(entry.tolerance_absolute for entry in entries),
        boundary=boundary,
    )


def _entry_label(entry: Objective) -> str:
    """Name an entry: `net_sink`, `min cost`, `max 0.5 income`."""
    weight = "" if entry.weight == 1.0 else f"{entry.weight:g} "
    sense = "" if entry.sense == "max" and not weight else f"{entry.sense} "
    return f"{sense}{weight}{entry.account}"
