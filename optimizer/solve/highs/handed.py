"""A program as it is handed to HiGHS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram
    from optimizer.solve.scaling import Scaling


def highs_program(program: LinearProgram, scaling: Scaling) -> Any:
    """HiGHS's record of the scaled program, as a minimisation (its most trodden path)."""
    matrix = scaling.scaled_matrix(program.matrix)
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = program.shape
    lp.col_cost_ = -scaling.scaled_cost(program.cost)
    lp.col_lower_ = program.column_lower / scaling.column_c
    lp.col_upper_ = program.column_upper / scaling.column_c
    lp.row_lower_ = program.row_lower * scaling.row_r
    lp.row_upper_ = program.row_upper * scaling.row_r
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data
    if program.integer_c is not None and np.any(program.integer_c):
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(whole)] for whole in np.asarray(program.integer_c)]
    return lp
