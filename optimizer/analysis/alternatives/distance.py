r"""How far two plans are apart: hectares of land whose use differs.

    D(x, y) = sum_iv max(0, Y_iv - X_iv)        v over the uses and "not reclaimed"

X_iv and Y_iv are the hectares of parcel i under v in the two plans; both fill every parcel, so D is
symmetric. Methods, periods and topsoil sources do not count. D is convex in x:

    chord   D(x, y) <= sum_iv Y_iv (1 - X_iv / area_i), equal where no parcel of y is shared
    slope   D(x, y) >= sum over v with X0_iv < Y_iv of (Y_iv - X_iv), equal at x0
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.solve.several import Gain

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

#: Hectares of a parcel below this share of it are rounding.
TRACE = 1e-9


def hectares_iv(
    instance: Instance, options: Options, x_c: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Hectares of each parcel under each use and, last, not reclaimed, shape (I, U + 1)."""
    land, uses = instance.land, len(instance.practices.uses)
    use_o = instance.practices.use_um[options.practice_o]
    cell_o = options.parcel_o.astype(np.int64) * uses + use_o
    area = np.bincount(cell_o, x_c[:options.count], minlength=land.count * uses)
    area_iu = area.reshape(land.count, uses)
    area_iu = np.where(area_iu > TRACE * land.area_i[:, None], area_iu, 0.0)
    bare_i = land.area_i - area_iu.sum(axis=1)
    bare_i = np.where(bare_i > TRACE * land.area_i, bare_i, 0.0)
    return np.column_stack([area_iu, bare_i])


def difference_ha(one_iv: NDArray[np.float64], other_iv: NDArray[np.float64]) -> float:
    """Hectares whose use differs between two plans."""
    return math.fsum(np.maximum(0.0, other_iv - one_iv).ravel())


def chord(
    instance: Instance, options: Options, columns: int, y_iv: NDArray[np.float64]
) -> Gain:
    """Linear function of a plan that is never below its difference from y."""
    area_i = instance.land.area_i
    per_ha_iv = y_iv / np.where(area_i > 0.0, area_i, 1.0)[:, None]
    return _gain(instance, options, columns, -per_ha_iv, math.fsum(y_iv.ravel()))


def slope(
    instance: Instance, options: Options, columns: int, y_iv: NDArray[np.float64],
    x0_iv: NDArray[np.float64],
) -> Gain:
    """Linear function of a plan that is never above its difference from y, and equal at x0."""
    counted_iv = x0_iv < y_iv
    return _gain(instance, options, columns, -counted_iv.astype(float),
                 math.fsum(y_iv[counted_iv]))


def _gain(
    instance: Instance, options: Options, columns: int, per_ha_iv: NDArray[np.float64],
    constant: float,
) -> Gain:
    """Sum of per_ha_iv X_iv over the options; what is not reclaimed is the rest of a parcel."""
    use_o = instance.practices.use_um[options.practice_o]
    cost_c = np.zeros(columns)
    cost_c[:options.count] = (per_ha_iv[options.parcel_o, use_o]
                              - per_ha_iv[options.parcel_o, -1])
    return Gain(cost_c, constant + math.fsum(per_ha_iv[:, -1] * instance.land.area_i))
