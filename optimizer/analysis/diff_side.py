"""`Side`: one of two plans that are held side by side, in numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.allocation import Allocation, allocation_of
from optimizer.analysis.stocks import follow_stocks
from optimizer.formulation.columns import stocks_at
from optimizer.formulation.layout.edges import shares_iu
from optimizer.formulation.layout.facing import weighed_km
from optimizer.formulation.objective import StageCost, stage_costs
from optimizer.instance.findings import Finding, InstanceRefused

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance

Floats = NDArray[np.float64]
#: Fewer hectares, as a share of the parcel, are rounding.
TRACE = 1e-9


@dataclass(frozen=True)
class Side:
    """One plan in numbers.

    Parameters
    ----------
    stage
        First stage of the objective.
    area_iu, per_ha_iu
        Hectares and gain per hectare of each use of each parcel, then bare, shape (I, U + 1).
    stock, boundary
        What the stocks of topsoil and the boundary add to the objective.
    objective
        All together.
    """

    stage: StageCost
    area_iu: Floats
    per_ha_iu: Floats
    stock: float
    boundary: float
    objective: float


def side_of(instance: Instance, frame: pd.DataFrame, name: str) -> Side:
    """Work one plan out, on the first stage of the objective, as `compare` does."""
    allocation = allocation_of(instance, frame, name)
    options, area_o = allocation.options, allocation.area_o
    _refuse_too_much(instance, allocation, name)
    stage = stage_costs(instance, options)[0]
    stocks = follow_stocks(instance, allocation)
    shape = (instance.land.count, len(instance.practices.uses) + 1)
    cell_o = options.parcel_o.astype(np.int64) * shape[1] + (
        instance.practices.use_um[options.practice_o])
    gain_o = stage.cost_c[:options.count] * area_o
    area_iu = np.asarray(np.bincount(cell_o, area_o, shape[0] * shape[1]), float).reshape(shape)
    gain_iu = np.asarray(np.bincount(cell_o, gain_o, shape[0] * shape[1]), float).reshape(shape)
    bare_i = np.maximum(0.0, instance.land.area_i - area_iu.sum(axis=1))
    area_iu[:, -1] = np.where(bare_i > TRACE * instance.land.area_i, bare_i, 0.0)
    per_ha_iu = np.divide(gain_iu, area_iu, out=np.zeros(shape), where=area_iu > 0.0)
    stock = math.fsum(stage.cost_c[stocks_at(instance, options)] * stocks.stock_kt.ravel())
    boundary = 0.0 - stage.boundary * weighed_km(
        instance, shares_iu(instance, options, area_o))
    return Side(stage, area_iu, per_ha_iu, stock, boundary,
                math.fsum(gain_o) + stock + boundary)


def _refuse_too_much(instance: Instance, allocation: Allocation, name: str) -> None:
    """Refuse a plan with more hectares on a parcel than there are."""
    land = instance.land
    used_i = np.bincount(allocation.options.parcel_o, allocation.area_o, land.count)
    over = np.flatnonzero(used_i > land.area_i * (1.0 + 1e-6))
    if len(over):
        raise InstanceRefused(name, [Finding(
            name, "more hectares than the parcel has",
            f"{used_i[i]:,.6g} ha on {land.parcels[i]}", f"at most {land.area_i[i]:,.6g} ha",
            "Correct area_ha, or the area of the parcel.", column="area_ha") for i in over])
