"""A first optimum that leaves a basis, from which neighbours are solved.

Small programs are solved by HiGHS, which has one. Of large ones, where HiGHS alone takes long, the
plan and the prices are found by decomposition; the program over the few columns that these prices
do not rule out then gives a basis of the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.solve.certificate import certify, right_signs
from optimizer.solve.errors import SolverFault
from optimizer.solve.highs import Basis, HighsSession
from optimizer.solve.highs.basis import basis_near
from optimizer.solve.linear import GAP_WANTED, VIOLATION_ALLOWED, solved_session
from optimizer.solve.sift import Start, sifted_basis

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram
    from optimizer.solve.raw import RawSolution

#: From so many columns the decomposition comes first, as in `run`. Measured with 169,000 columns:
#: 30 s without it, 4 s with it.
DECOMPOSED_FROM_COLUMNS = 60_000


def solved_with_basis(
    program: LinearProgram,
) -> tuple[RawSolution, Basis | None, HighsSession | None]:
    """Solve a program so that neighbours can be solved from it.

    Returns
    -------
    tuple
        The answer; its basis, None where there is none (infeasible programs); and the session
        that holds the whole program, where one was made.

    Raises
    ------
    NoPlan
        If the decomposition proves that there is none.
    NoAnswer, SolverFault
        If HiGHS gives no answer or fails.
    """
    if program.shape[1] >= DECOMPOSED_FROM_COLUMNS:
        found = _by_decomposition(program)
        if found is not None:
            return (*found, None)
    session, raw = solved_session(program)
    return raw, session.basis if raw.status == "optimal" else None, session


def _by_decomposition(program: LinearProgram) -> tuple[RawSolution, Basis] | None:
    """Answer and basis at the prices of the decomposition; None where it does not get there."""
    from optimizer.solve.decomposition.answer import solve_decomposed
    from optimizer.solve.decomposition.decompose import NotClosed
    from optimizer.solve.decomposition.split import Unsuited

    try:
        answer = solve_decomposed(program)
    except (Unsuited, NotClosed, SolverFault):
        return None
    start = Start(program.columns, basis_near(program, answer.x_c), answer.price_r)
    found = sifted_basis(program, start)
    return found if found is not None and _proven(program, found[0]) else None


def _proven(program: LinearProgram, raw: RawSolution) -> bool:
    """Whether the answer keeps the rules and its own prices leave no room for a better one."""
    x_c = np.clip(raw.x_c, program.column_lower, program.column_upper)
    found = certify(program, x_c, right_signs(program, raw.price_r))
    return found.relative_gap <= GAP_WANTED and found.primal_violation <= VIOLATION_ALLOWED
