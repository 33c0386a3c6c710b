"""What an answer adds up to: carbon terms and objective terms, worked out from the options.

They do not come from the cost vector, so that adding them up checks it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.carbon.holding import holding_kt
from optimizer.carbon.terms import term_values
from optimizer.formulation.accounts import account_total
from optimizer.formulation.columns import stocks_at
from optimizer.formulation.layout.edges import shares_iu
from optimizer.formulation.layout.facing import weighed_km
from optimizer.formulation.objective import StageCost, signed_weight
from optimizer.solve.errors import SolverFault

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

#: The terms add up to the objective within this share of the sum of their sizes.
TERMS_TOLERANCE = 1e-9


def carbon_terms_of(
    instance: Instance, options: Options, x_c: NDArray[np.float64]
) -> dict[str, float]:
    """Term of the net sink -> t CO2e of a plan, holding included; empty without carbon."""
    if not instance.uses_carbon:
        return {}
    x_o, stock_s = x_c[:options.count], x_c[stocks_at(instance, options)]
    used = np.flatnonzero(x_o)
    values = term_values(instance, options.take(used))
    terms = {name: math.fsum(value_o * x_o[used]) for name, value_o in values.items()}
    terms["holding"] = 0.0 - math.fsum(holding_kt(instance).ravel() * stock_s)
    return terms


def objective_terms_of(
    instance: Instance, options: Options, stage: StageCost, x_c: NDArray[np.float64]
) -> tuple[dict[str, float], float]:
    """Parts of one stage's objective, and the sum of the sizes of everything in them.

    Returns
    -------
    tuple
        Account -> weighted amount, adding up to the objective; and the size against which gaps
        are measured: carbon terms count one by one, so that sinks do not hide emissions.
        `boundary` is what the boundary costs, where it has a weight.
    """
    used = np.flatnonzero(x_c[:options.count])
    chosen, x_o = options.take(used), x_c[used]
    terms: dict[str, float] = {}
    sizes = []
    for entry in stage.entries:
        weight = signed_weight(entry)
        if entry.account == "net_sink":
            parts = list(carbon_terms_of(instance, options, x_c).values())
        elif entry.account == "holding":  # of stocks, not of options
            parts = [carbon_terms_of(instance, options, x_c)["holding"]]
        else:
            parts = [math.fsum(account_total(instance, chosen, entry.account) * x_o)]
        sizes += [abs(weight * part) for part in parts]
        terms[entry.account] = terms.get(entry.account, 0.0) + weight * math.fsum(parts)
    if stage.boundary:
        share_iu = shares_iu(instance, options, x_c[:options.count])
        terms["boundary"] = 0.0 - stage.boundary * weighed_km(instance, share_iu)
        sizes.append(abs(terms["boundary"]))
    return terms, math.fsum(sizes)


def check_terms(terms: dict[str, float], size: float, objective: float, stage: StageCost) -> None:
    """Refuse an answer whose terms do not add up.

    Raises
    ------
    SolverFault
        Where the terms and the objective differ by more than 1e-9 of the terms' sizes.
    """
    total = math.fsum(terms.values())
    if not abs(total - objective) <= TERMS_TOLERANCE * max(1.0, size):
        msg = (f"the terms of {stage.label} add up to {total!r} {stage.unit}, "
               f"but the objective is {objective!r}; this is a fault of the program")
        raise SolverFault(msg)
