"""What can go wrong in a solve, as exceptions that speak to a planner."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimizer.solve.solution import Solution


#: Where the reasons are not enough.
WAYS_OUT = "`reclaim explain INSTANCE` (ro.explain) shows the conflicts and the smallest ways out"


class Infeasible(Exception):  # noqa: N818 - an answer, not a fault of the program
    """No plan meets the rules; `reasons` says what decides, one line each, with numbers.

    Parameters
    ----------
    reasons
        At least one line.
    """

    def __init__(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        super().__init__("infeasible\n" + "\n".join(f"- {reason}" for reason in reasons)
                         + f"\n{WAYS_OUT}")


class Stopped(Exception):  # noqa: N818 - an answer, not a fault of the program
    """The time limit passed before the proof that was asked for.

    Parameters
    ----------
    message
        What was done until then.
    incumbent
        The best plan found so far, with status `stopped`; None where there is none.
    """

    def __init__(self, message: str, incumbent: Solution | None = None) -> None:
        self.incumbent = incumbent
        super().__init__(message)


class SolverFault(Exception):  # noqa: N818 - the name says it
    """The solver crashed, refused an option, or gave an answer that does not hold."""


class NoAnswer(SolverFault):
    """The solver ended without saying whether there is a plan; another algorithm may."""
