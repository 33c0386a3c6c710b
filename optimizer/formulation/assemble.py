"""Families laid below each other: the `LinearProgram` of an instance.

Rows: land (one a parcel), soil balance (source slowest), limits and clusters (in table
order), neighbours (rule by rule), boundary (two an edge, or
the marginals of each pair). Columns: options in their order, then
stocks, then edges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from optimizer.formulation.block import Block
from optimizer.formulation.columns import column_labels, columns_of
from optimizer.formulation.land import land_block
from optimizer.formulation.layout.beside import neighbour_block
from optimizer.formulation.layout.boundary import boundary_block
from optimizer.formulation.layout.clusters import cluster_block
from optimizer.formulation.layout.patches import refuse_least_patches
from optimizer.formulation.layout.transport import marginal_block
from optimizer.formulation.limits import limit_block
from optimizer.formulation.objective import stage_costs
from optimizer.formulation.program import LinearProgram, RowLabels
from optimizer.formulation.soil import soil_block
from optimizer.options.enumerate import options_of

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

#: The families, in the order of their rows.
BLOCKS = (land_block, soil_block, limit_block, cluster_block, neighbour_block, boundary_block,
          marginal_block)


def assemble(
    instance: Instance, options: Options | None = None, *, least_patches: bool = False
) -> LinearProgram:
    """Build the program of the first stage of the objective.

    Parameters
    ----------
    instance
        Checked instance.
    options
        Its options, if they have been listed already.
    least_patches
        Whether the caller sees to least patches, which are no rows.

    Raises
    ------
    InstanceRefused
        If a rule on layout asks for a search, and the caller has none.
    """
    if not least_patches:
        refuse_least_patches(instance)
    options = options_of(instance) if options is None else options
    blocks: list[Block] = [build(instance, options) for build in BLOCKS]
    columns = columns_of(instance, options).count
    return LinearProgram(
        matrix=sp.csc_array(sp.vstack([block.matrix for block in blocks], format="csr")),
        row_lower=np.concatenate([block.lower for block in blocks]),
        row_upper=np.concatenate([block.upper for block in blocks]),
        column_lower=np.zeros(columns),
        column_upper=np.full(columns, np.inf),
        cost=stage_costs(instance, options)[0].cost_c,
        rows=RowLabels.concatenate([block.labels for block in blocks]),
        columns=column_labels(instance, options),
    )
