"""Totals of a plan: the accounts a planner asks for, and the area of every use."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.formulation.columns import columns_of
from optimizer.formulation.layout.boundary import boundary_cost
from optimizer.formulation.objective import account_cost
from optimizer.instance.names import BUILT_IN_UNITS, CARBON_ACCOUNTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

#: Always told; the others where the objective or a limit names them.
ALWAYS = ("net_sink", "area", "cost")


class Totals:
    """Adds plans of one instance up.

    Parameters
    ----------
    instance, options
        Of the plans.
    """

    def __init__(self, instance: Instance, options: Options) -> None:
        named = [*ALWAYS, *sorted(instance.used_accounts - set(ALWAYS))]
        if not instance.uses_carbon:
            named = [account for account in named if account not in CARBON_ACCOUNTS]
        self._cost = {account: account_cost(instance, options, account) for account in named}
        columns = columns_of(instance, options)
        if columns.edges:
            # Half the length of every edge, as `boundary_cost` has it at a weight of 1.
            self._cost["boundary_km"] = np.zeros(columns.count)
            self._cost["boundary_km"][columns.count - columns.edges:] = -boundary_cost(
                instance, options, 1.0)
        self._uses = instance.practices.uses
        self._use_o = instance.practices.use_um[options.practice_o]

    def of(self, x_c: NDArray[np.float64]) -> dict[str, float]:
        """Total of every account, and hectares of every use as `area:USE`."""
        found = {account: math.fsum(cost_c * x_c) + 0.0 for account, cost_c in self._cost.items()}
        area_u = np.bincount(self._use_o, x_c[:len(self._use_o)], minlength=len(self._uses))
        return found | {f"area:{use}": float(area) + 0.0
                        for use, area in zip(self._uses, area_u, strict=True)}


def total_unit(instance: Instance, name: str) -> str:
    """Unit of a total."""
    from optimizer.formulation.accounts import account_unit

    if name == "boundary_km":
        return "km"
    if name.startswith("area:") or name == "area":
        return BUILT_IN_UNITS["area"]
    return account_unit(instance, name)
