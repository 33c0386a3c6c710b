r"""Holding: carbon lost from topsoil that waits in a stockpile.

    holding_kt = soc_kt 44/12 (1 - (1 - c_kt)^years_t)      [t CO2e per m3 of stock[k,t]]

soc [t C/m3] carbon in the soil, c [1/yr] share of it lost each year, years_t [yr] length of the
period, the last one running to the horizon. Soil left over at the end is charged like any other.
MODEL.md, tag C14.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.carbon.gases import CO2_PER_C

if TYPE_CHECKING:
    from optimizer.instance.record import Instance


def holding_kt(instance: Instance) -> NDArray[np.float64]:
    """Loss of one cubic metre held through period t, t CO2e/m3, shape (K, T)."""
    topsoil = instance.topsoil
    loss: NDArray[np.float64] = topsoil.soc_kt * CO2_PER_C * topsoil.carbon_lost_kt
    return loss


def holding_if_nothing_is_done(instance: Instance) -> float:
    """What the stocks would lose if no soil were ever used, t CO2e (positive)."""
    topsoil = instance.topsoil
    stock_k = np.zeros(topsoil.count)
    lost = 0.0
    rate_kt = holding_kt(instance)
    for t in range(instance.calendar.count):
        stock_k = stock_k * (1.0 - topsoil.loss_kt[:, t]) + topsoil.supply_kt[:, t]
        lost += float(rate_kt[:, t] @ stock_k)
    return lost
