"""Programs that keep something of an actual plan, in the forms that solve fastest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.program import Family, LinearProgram, RowLabels
from optimizer.solve.certificate import is_land

if TYPE_CHECKING:
    from optimizer.analysis.compare.kept import Kept
    from optimizer.analysis.compare.loosened import Loosened

Indices = NDArray[np.int64]


def keeping(loosened: Loosened, kept: Kept) -> LinearProgram:
    """The loosened program with the rows of what is kept (G x = G a) at the end."""
    program = loosened.program
    added = _over_columns(loosened, kept.matrix)
    level_r = added @ loosened.actual_c
    return replace(
        program,
        matrix=sp.csc_array(sp.vstack([program.matrix, added], format="csc")),
        row_lower=np.concatenate([program.row_lower, level_r]),
        row_upper=np.concatenate([program.row_upper, level_r]),
        rows=RowLabels.concatenate(
            [program.rows, RowLabels.of(Family.SCRIPT, added.shape[0])]),
    )


def columns_taken(program: LinearProgram, columns: Indices) -> LinearProgram:
    """The program with only some of its columns, the others being 0."""
    return replace(
        program, matrix=sp.csc_array(program.matrix[:, columns]),
        column_lower=program.column_lower[columns], column_upper=program.column_upper[columns],
        cost=program.cost[columns], columns=program.columns.take(columns),
    )


def in_cells(loosened: Loosened, kept: Kept, open_c: Indices) -> tuple[LinearProgram, Indices]:
    """The same as a program whose parcels are cells: parts of a parcel with kept hectares.

    Land rows are left out, as the cells of a parcel never have more hectares than it. What was
    one row a cell couples nothing any more.

    Parameters
    ----------
    kept
        With cells as the first rows of its matrix.
    open_c
        Columns that are not ruled out.

    Returns
    -------
    tuple
        The program, and the columns of the loosened one in its order.
    """
    program, count = loosened.program, loosened.options.count
    options, stocks = open_c[open_c < count], open_c[open_c >= count]
    cell_rows = sp.csr_array(kept.matrix[:kept.cells])
    cell_o = sp.csc_array(cell_rows[:, options]).indices.astype(np.int64)  # one entry a column
    order = np.argsort(cell_o, kind="stable")
    columns = np.concatenate([options[order], stocks])
    coupling = np.flatnonzero(~is_land(program))
    added = _over_columns(loosened, sp.csr_array(kept.matrix[kept.cells:]))
    level = cell_rows @ loosened.actual_c[:count]
    level_r = added @ loosened.actual_c
    matrix = sp.vstack([_over_columns(loosened, cell_rows),
                        sp.csr_array(program.matrix)[coupling], added], format="csc")
    labels = program.columns.take(columns)
    return LinearProgram(
        matrix=sp.csc_array(matrix[:, columns]),
        row_lower=np.concatenate([level, program.row_lower[coupling], level_r]),
        row_upper=np.concatenate([level, program.row_upper[coupling], level_r]),
        column_lower=program.column_lower[columns], column_upper=program.column_upper[columns],
        cost=program.cost[columns], offset=program.offset,
        rows=RowLabels.concatenate([
            RowLabels.of(Family.MUST_RECLAIM, kept.cells, parcel=np.arange(kept.cells)),
            program.rows.take(coupling), RowLabels.of(Family.SCRIPT, added.shape[0])]),
        columns=replace(labels, parcel=np.append(
            cell_o[order], np.full(len(stocks), -1)).astype(np.int32)),
    ), columns


def _over_columns(loosened: Loosened, matrix: sp.csr_array) -> sp.csr_array:
    """Rows over options as rows over all columns."""
    stocks = loosened.program.shape[1] - loosened.options.count
    return sp.csr_array(sp.hstack(
        [matrix, sp.csr_array((matrix.shape[0], stocks))], format="csr"))
