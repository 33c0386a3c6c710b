"""A first solve that does not give up when one algorithm ends without an answer.

HiGHS sometimes ends `Unknown` on programs that are barely infeasible; its other algorithm then
settles them. Which one did is told with the answer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from optimizer.solve.errors import NoAnswer
from optimizer.solve.highs import HighsSession
from optimizer.solve.raw import Method, RawSolution, method_for

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram


def solve_afresh(program: LinearProgram) -> tuple[HighsSession, RawSolution]:
    """Solve by the algorithm for the size, and by the other one where it gives no answer.

    Returns
    -------
    tuple
        The session that answered, for later changes, and its answer.

    Raises
    ------
    NoAnswer
        If neither algorithm answers.
    SolverFault
        If HiGHS fails otherwise.
    """
    session = HighsSession(program)
    try:
        return session, session.solve()
    except NoAnswer:
        first = method_for(program.shape[1])[0]
    other: Method = "ipx" if first == "simplex" else "simplex"
    session = HighsSession(program)
    raw = session.solve(other)
    return session, replace(raw, method=f"{raw.method}, as {first} gave no answer")
