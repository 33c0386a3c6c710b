"""Topsoil of any plan, followed from period to period with plain arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.carbon.holding import holding_kt

if TYPE_CHECKING:
    from optimizer.analysis.allocation import Allocation
    from optimizer.instance.record import Instance


@dataclass(frozen=True)
class Stocks:
    """What becomes of the topsoil, shape (K, T) each.

    Parameters
    ----------
    stock_kt
        Cubic metres left after the period (never negative).
    short_kt
        Cubic metres the plan takes beyond what is there.
    holding_kt
        Carbon the stock loses in the period, t CO2e (positive).
    """

    stock_kt: NDArray[np.float64]
    short_kt: NDArray[np.float64]
    holding_kt: NDArray[np.float64]


def soil_used(instance: Instance, allocation: Allocation) -> NDArray[np.float64]:
    """Soil a plan takes from every source in every period, m3 as placed, shape (K, T)."""
    used_kt = np.zeros_like(instance.topsoil.supply_kt)
    options = allocation.options
    bringing = options.source_o >= 0
    np.add.at(used_kt, (options.source_o[bringing], options.period_o[bringing]),
              (options.soil_m3_o * allocation.area_o)[bringing])
    return used_kt


def follow_stocks(instance: Instance, allocation: Allocation) -> Stocks:
    """Take what a plan takes out of every source, period by period."""
    topsoil = instance.topsoil
    used_kt = soil_used(instance, allocation)
    stock_kt, short_kt = np.zeros_like(used_kt), np.zeros_like(used_kt)
    carried_k = np.zeros(topsoil.count)
    for t in range(instance.calendar.count):
        left_k = carried_k * (1.0 - topsoil.loss_kt[:, t]) + topsoil.supply_kt[:, t] - used_kt[:, t]
        stock_kt[:, t], short_kt[:, t] = np.maximum(left_k, 0.0), np.maximum(-left_k, 0.0)
        carried_k = stock_kt[:, t]
    return Stocks(stock_kt, short_kt, holding_kt(instance) * stock_kt)
