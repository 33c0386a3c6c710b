r"""Soil balance: topsoil is used, kept for later at a loss, or left over.

    (S1)  stock[k,t] - (1 - loss_kt) stock[k,t-1] + sum soil_m3 x[.,t,k] = supply[k,t]

with stock[k,0 before] = 0, for every source k and period t.

Symbols   stock [m3] left after t; loss_kt [1] share lost between the starts of t - 1 and t;
          soil_m3 [m3/ha] soil the option brings in, as placed; supply [m3]
Dual      unit of the objective that one more cubic metre of topsoil in t would add
Source    MODEL.md S1
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.block import Block, sparse_rows
from optimizer.formulation.columns import columns_of
from optimizer.formulation.program import Family, RowLabels

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options


def soil_block(instance: Instance, options: Options) -> Block:
    """Build one row a source and period, source slowest."""
    columns, topsoil = columns_of(instance, options), instance.topsoil
    users = [np.flatnonzero((options.source_o == k) & (options.period_o == t))
             for k in range(topsoil.count) for t in range(columns.periods)]
    return soil_block_of(
        instance, [(users_o, options.soil_m3_o[users_o]) for users_o in users], columns.options,
        columns.count)


def soil_block_of(
    instance: Instance, users: list[tuple[NDArray[np.int64], NDArray[np.float64]]],
    stocks_at: int, columns: int,
) -> Block:
    """Build the rows from what takes soil, whatever the columns are.

    Parameters
    ----------
    users
        Positions and coefficients of what takes soil from each source in each period.
    stocks_at, columns
        Position of the first stock, and number of columns.
    """
    topsoil, periods = instance.topsoil, instance.calendar.count
    rows = []
    for number, (users_c, soil_c) in enumerate(users):
        k, t = divmod(number, periods)
        where, values = [stocks_at + number], [1.0]
        if t:
            where, values = [stocks_at + number - 1, *where], [
                -(1.0 - topsoil.loss_kt[k, t]), *values]
        rows.append((np.concatenate([users_c, where]).astype(np.int64),
                     np.concatenate([soil_c, values])))
    supply = topsoil.supply_kt.ravel()
    k_r, t_r = np.divmod(np.arange(len(rows)), max(periods, 1))
    labels = RowLabels.of(Family.SOIL_BALANCE, len(rows), source=k_r, period=t_r)
    return Block(sparse_rows(rows, columns), supply.copy(), supply.copy(), labels)
