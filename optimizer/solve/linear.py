"""Linear programs by HiGHS: here, or in a child process where a time limit must hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.layout.edges import with_edges
from optimizer.solve.afresh import solve_afresh
from optimizer.solve.certificate import certify, right_signs
from optimizer.solve.errors import SolverFault, Stopped
from optimizer.solve.isolated import Killed, run_isolated
from optimizer.solve.raw import RawSolution, method_for
from optimizer.solve.stages import Answer

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram
    from optimizer.solve.highs import HighsSession

#: A first answer whose gap is wider is polished by simplex from its basis.
GAP_WANTED = 1e-9
#: No answer leaves with a larger violation, relative to the size of its row.
VIOLATION_ALLOWED = 1e-7
#: No answer is called optimal with a wider gap, relative to the sizes of the objective's terms.
GAP_ALLOWED = 1e-6


class NoPlan(Exception):  # noqa: N818 - caught by the engine, which finds the reasons
    """The program is infeasible.

    Parameters
    ----------
    proof_r
        Prices of the rows that prove it, shape (R,), where they are known.
    """

    def __init__(self, proof_r: NDArray[np.float64] | None = None) -> None:
        self.proof_r = proof_r
        super().__init__("no plan meets the rules")


def solve_linear(program: LinearProgram, time_limit: float | None = None) -> Answer:
    """Solve a linear program to a certified gap.

    Parameters
    ----------
    program
        Whole-number marks are not heeded.
    time_limit
        Seconds; a solve with a limit runs in a child process that is killed at it.

    Raises
    ------
    NoPlan
        If it is infeasible.
    Stopped
        At the time limit.
    SolverFault
        If the solver fails, or its answer does not hold.
    """
    return answer_of(program, _raw(program, time_limit))


def answer_of(program: LinearProgram, raw: RawSolution) -> Answer:
    """Turn what the solver says into an answer that holds, or refuse it.

    Raises
    ------
    NoPlan
        If the program is infeasible.
    SolverFault
        If it is unbounded, or the answer does not hold.
    """
    if raw.status == "infeasible":
        raise NoPlan
    if raw.status == "unbounded":
        msg = "the objective has no bound: something added to the model earns without limit"
        raise SolverFault(msg)
    x_c = with_edges(program, np.clip(raw.x_c, program.column_lower, program.column_upper))
    answer = Answer(
        x_c=x_c, price_r=right_signs(program, raw.price_r), solver_bound=None, status="optimal",
        reason=method_for(program.shape[1])[1], solver=f"{raw.solver} ({raw.method})",
    )
    refuse_broken(program, answer)
    _refuse_unproven(program, answer)
    return answer


def _refuse_unproven(program: LinearProgram, answer: Answer) -> None:
    """Refuse an answer whose own prices leave room for a better one."""
    gap = certify(program, answer.x_c, answer.price_r).relative_gap
    if not gap <= GAP_ALLOWED:
        sizes = np.abs(program.cost[program.cost != 0.0])
        msg = (f"the solver's plan may be {gap:.3g} of its size short of the optimum; it is not "
               f"used. Its figures lie far apart (from {sizes.min(initial=np.inf):.3g} to "
               f"{sizes.max(initial=0.0):.3g} a unit): look for one in the wrong unit")
        raise SolverFault(msg)


def refuse_broken(program: LinearProgram, answer: Answer) -> None:
    """Refuse an answer that breaks a row.

    Raises
    ------
    SolverFault
        With the size of the violation.
    """
    violation = certify(program, answer.x_c, answer.price_r).primal_violation
    if not violation <= VIOLATION_ALLOWED:
        msg = f"the solver's plan breaks a rule by {violation:.3g} of its size; it is not used"
        raise SolverFault(msg)


def _raw(program: LinearProgram, time_limit: float | None) -> RawSolution:
    if time_limit is None:
        return run_session(program)
    answer = run_isolated("optimizer.solve.linear:solve_in_child", {"program": program},
                          time_limit=time_limit)
    if isinstance(answer, Killed):
        msg = f"stopped at the time limit after {answer.seconds:.0f} s, before the optimum"
        raise Stopped(msg)
    if not isinstance(answer, RawSolution):
        msg = f"the solver process answered with a {type(answer).__name__}"
        raise SolverFault(msg)
    return answer


def solve_in_child(send: Callable[[Any], None], program: LinearProgram) -> RawSolution:
    """Task of the child process."""
    del send
    return run_session(program)


def run_session(program: LinearProgram) -> RawSolution:
    """Solve, and polish by simplex from the basis where the certificate asks for it."""
    return solved_session(program)[1]


def solved_session(program: LinearProgram) -> tuple[HighsSession, RawSolution]:
    """As `run_session`, with the session that holds the program and its basis."""
    session, raw = solve_afresh(program)
    if raw.status != "optimal":
        return session, raw
    if not len(raw.price_r) or _gap(program, raw) > GAP_WANTED:
        polished = session.solve("simplex")
        if polished.status == "optimal" and len(polished.price_r):
            return session, polished
    return session, raw


def _gap(program: LinearProgram, raw: RawSolution) -> float:
    """Relative gap, or violation where that is larger."""
    certificate = certify(program, raw.x_c, raw.price_r)
    return max(certificate.relative_gap, certificate.primal_violation)
