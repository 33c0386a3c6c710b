r"""Land: no parcel is used more than once.

    (L1)  sum_{u,m,t,k} x[i,u,m,t,k] <= area_i       for every parcel i
    (L2)  the same with = for parcels that must be reclaimed (must_reclaim, longest wait)

Symbols   x [ha] hectares of the option; area_i [ha], shape (I,)
Dual      t CO2e (or unit of the objective) that one more hectare of parcel i would add
Source    MODEL.md L1, L2
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from optimizer.formulation.block import Block
from optimizer.formulation.columns import columns_of
from optimizer.formulation.program import Family, RowLabels

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options


def land_block(instance: Instance, options: Options) -> Block:
    """Build one row a parcel; options come sorted by parcel, so each row is a run of ones."""
    land = instance.land
    count_i = np.bincount(options.parcel_o, minlength=land.count)
    start = np.concatenate([[0], np.cumsum(count_i)]).astype(np.int32)
    matrix = sp.csr_array(
        (np.ones(options.count), np.arange(options.count, dtype=np.int32), start),
        shape=(land.count, columns_of(instance, options).count),
    )
    labels = RowLabels.of(Family.LAND, land.count, parcel=np.arange(land.count))
    labels.family[land.must_i] = Family.MUST_RECLAIM
    lower_i = np.where(land.must_i, land.area_i, -np.inf)
    return Block(matrix, lower_i, land.area_i.copy(), labels)
