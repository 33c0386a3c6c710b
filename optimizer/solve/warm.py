"""`WarmProgram`: a solved program, from whose optimal basis its neighbours are solved again.

Only what differs is told to HiGHS, and every solve starts from the base basis as if none had gone
before: the answer depends on the base and the neighbour alone, not on the order of the solves nor
on the process they run in. Every answer carries the same proof as one of `solve_linear`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.solve.based import solved_with_basis
from optimizer.solve.certificate import Certificate, certify, right_signs
from optimizer.solve.errors import NoAnswer, SolverFault, Stopped
from optimizer.solve.highs import Basis, HighsSession
from optimizer.solve.linear import (
    GAP_ALLOWED,
    GAP_WANTED,
    VIOLATION_ALLOWED,
    NoPlan,
    answer_of,
    solve_linear,
)
from optimizer.solve.raw import RawSolution
from optimizer.solve.sift import Sifter, Start, same_columns
from optimizer.solve.stages import Answer

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram

#: Above so many columns, or where columns come or go, only the promising ones are solved over.
SIFTED_ABOVE_COLUMNS = 5_000
#: So many changed coefficients are told one by one; more of them with the whole matrix.
FEW_COEFFICIENTS = 200
REASON = "simplex from the basis of a solved neighbour"


class WarmProgram:
    """A base program with its optimal basis; can be sent to another process.

    Parameters
    ----------
    program
        The base. Whole-number marks are not heeded.
    basis
        Its optimal basis, if it was solved before; None solves it when first needed.
    base
        Its answer, if that is known too.
    """

    def __init__(
        self, program: LinearProgram, basis: Basis | None = None, base: Answer | None = None
    ) -> None:
        self.program = program
        if base is not None:
            self.__dict__["base"] = base  # stands in for what `base` would work out
        self._basis = basis
        self._session: HighsSession | None = None
        self._sifter: Sifter | None = None
        self._held = program

    def __getstate__(self) -> dict[str, Any]:
        """Program, basis and answer; what HiGHS holds is built again where it is needed."""
        known = {"base": self.__dict__["base"]} if "base" in self.__dict__ else {}
        return {"program": self.program, "_basis": self._basis, "_session": None,
                "_sifter": None, "_held": self.program, **known}

    @property
    def basis(self) -> Basis:
        """Optimal basis of the base.

        Raises
        ------
        NoPlan
            If the base is infeasible.
        SolverFault
            If the solver fails.
        """
        if self._basis is None:
            _ = self.base
        if self._basis is None:  # a certified base always leaves its basis
            msg = "the solver left no basis to start from"
            raise SolverFault(msg)
        return self._basis

    @cached_property
    def base(self) -> Answer:
        """Certified optimum of the base itself.

        Raises
        ------
        NoPlan
            If it is infeasible.
        SolverFault
            If the solver fails or its answer does not hold.
        """
        if self._basis is not None:
            again = _told(self.program, self._resolved(self.program, None), GAP_ALLOWED)
            return solve_linear(self.program) if again is None else again
        raw, basis, session = solved_with_basis(self.program)
        answer = answer_of(self.program, raw)
        self._session, self._basis = session, basis
        return answer

    def solve(self, neighbour: LinearProgram, time_limit: float | None = None) -> Answer:
        """Solve a program near the base, from the base's basis.

        Parameters
        ----------
        neighbour
            Of the same rows; one of other rows is solved afresh.
        time_limit
            Seconds.

        Raises
        ------
        NoPlan
            If it is infeasible.
        Stopped
            At the time limit.
        SolverFault
            If the solver fails, or its answer does not hold.
        """
        if neighbour.shape[0] != self.program.shape[0]:
            return solve_linear(neighbour, time_limit)
        same = same_columns(neighbour.columns, self.program.columns)
        try:
            answer = None
            if not same or neighbour.shape[1] > SIFTED_ABOVE_COLUMNS:
                answer = _told(neighbour, self._sifted(neighbour, time_limit), GAP_WANTED)
            if answer is None and same:
                answer = _told(neighbour, self._resolved(neighbour, time_limit), GAP_ALLOWED)
        except NoAnswer:
            answer = None
        return solve_linear(neighbour, time_limit) if answer is None else answer

    def _sifted(self, neighbour: LinearProgram, time_limit: float | None) -> RawSolution | None:
        """Solve over the promising columns; None where that does not settle it."""
        if self._sifter is None:
            self._sifter = Sifter(Start(self.program.columns, self.basis, self.base.price_r))
        try:
            return self._sifter.solve(neighbour, time_limit)
        except SolverFault:
            return None

    def _resolved(self, neighbour: LinearProgram, time_limit: float | None) -> RawSolution:
        """Take up what differs, start from the base basis, solve, polish if need be."""
        basis = self.basis
        if self._session is None:
            self._session, self._held = HighsSession(self.program), self.program
        session, self._session = self._session, None
        _tell(session, self._held, neighbour)
        session.start_from_basis(basis)
        raw = session.solve("simplex", time_limit=time_limit)
        if raw.status == "optimal" and not holds(neighbour, raw, GAP_WANTED):
            polished = session.solve("simplex", time_limit=time_limit)
            raw = polished if polished.status == "optimal" else raw
        # One that failed on the way is not taken up again: nobody knows what it holds.
        self._session, self._held = session, neighbour
        return raw


def _told(program: LinearProgram, raw: RawSolution | None, gap: float) -> Answer | None:
    """Turn what HiGHS says into an answer; None where it is not proven to a relative gap.

    Raises
    ------
    NoPlan
        If it says that there is none.
    Stopped
        If its time was up.
    """
    if raw is None:
        return None
    if raw.status == "infeasible":
        raise NoPlan
    if raw.status == "time_limit":
        msg = f"stopped at the time limit after {raw.seconds:.0f} s, before the optimum"
        raise Stopped(msg)
    if raw.status != "optimal" or not len(raw.price_r):
        return None
    answer = Answer(
        x_c=np.clip(raw.x_c, program.column_lower, program.column_upper),
        price_r=right_signs(program, raw.price_r), solver_bound=None, status="optimal",
        reason=REASON, solver=f"{raw.solver} ({raw.method})")
    found = certify(program, answer.x_c, answer.price_r)
    return replace(answer, certificate=found) if proven(found, gap) else None


def holds(program: LinearProgram, raw: RawSolution, gap: float) -> bool:
    """Whether an answer keeps the rules and is proven to a relative gap."""
    if not len(raw.price_r):
        return False
    x_c = np.clip(raw.x_c, program.column_lower, program.column_upper)
    return proven(certify(program, x_c, raw.price_r), gap)


def proven(certificate: Certificate, gap: float) -> bool:
    """Whether a certificate shows the rules kept and a gap no wider than this."""
    return (certificate.relative_gap <= gap
            and certificate.primal_violation <= VIOLATION_ALLOWED)


def _tell(session: HighsSession, held: LinearProgram, wanted: LinearProgram) -> None:
    """Turn the program held into the one wanted by the fewest changes."""
    places = _changed_coefficients(held, wanted)
    if places is None:
        session.change_matrix(wanted)
        return
    _tell_coefficients(session, wanted, places)
    rows = np.flatnonzero((held.row_lower != wanted.row_lower)
                          | (held.row_upper != wanted.row_upper))
    if len(rows):
        session.change_row_bounds(rows, wanted.row_lower[rows], wanted.row_upper[rows])
    columns = np.flatnonzero(held.cost != wanted.cost)
    if len(columns):
        session.change_costs(columns, wanted.cost[columns])
    columns = np.flatnonzero((held.column_lower != wanted.column_lower)
                             | (held.column_upper != wanted.column_upper))
    if len(columns):
        session.change_column_bounds(columns, wanted.column_lower[columns],
                                     wanted.column_upper[columns])


def _changed_coefficients(held: LinearProgram, wanted: LinearProgram) -> Any:
    """Places in the data where two matrices differ; None where the whole matrix is to be told.

    A coefficient that comes or goes would stand elsewhere than in a matrix told anew, and sums
    would round otherwise: then the matrix is told anew.
    """
    before, after = held.matrix, wanted.matrix
    if after is before:
        return np.zeros(0, dtype=np.int64)
    same_pattern = (np.array_equal(before.indptr, after.indptr)
                    and np.array_equal(before.indices, after.indices))
    if not same_pattern:
        return None
    places = np.flatnonzero(before.data != after.data)
    told_singly = len(places) <= FEW_COEFFICIENTS and np.all(after.data[places] != 0.0)
    return places if told_singly else None


def _tell_coefficients(session: HighsSession, wanted: LinearProgram, places: Any) -> None:
    matrix = wanted.matrix
    columns = np.searchsorted(matrix.indptr, places, side="right") - 1
    for place, column in zip(places, columns, strict=True):
        session.change_coefficient(int(matrix.indices[place]), int(column),
                                   float(matrix.data[place]))
