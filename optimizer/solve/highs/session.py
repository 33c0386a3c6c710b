"""`HighsSession` holds one program in HiGHS and re-solves it after changes.

Prices are changes of the optimum per unit more right-hand side (maximise: <= rows >= 0).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
from numpy.typing import NDArray

from optimizer.solve.errors import NoAnswer, SolverFault
from optimizer.solve.highs.basis import Basis, basis_for_highs, basis_near, basis_read
from optimizer.solve.highs.handed import highs_program
from optimizer.solve.highs.options import (
    DEVEX,
    DUAL,
    ITERATION_LIMIT,
    NO_LIMIT,
    OPTIONS,
    PRIMAL,
    STATUSES,
)
from optimizer.solve.interruptible import interruptible
from optimizer.solve.raw import Method, RawSolution, Status, iterations_of, method_for
from optimizer.solve.scaling import scaling_of

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram

#: A fresh incumbent: its columns and the bound known at the time.
IncumbentSeen = Callable[[NDArray[np.float64], float], None]

#: A climb looks at its plan after so many steps of the simplex.
STEPS_PER_LOOK = 100


def solver_name() -> str:
    """Name and version of the solver."""
    return f"HiGHS {_new_highs().version()}"


def _new_highs() -> Any:
    """A fresh solver; highspy's annotations leave out half of what it can do."""
    return highspy.Highs()  # type: ignore[no-untyped-call]


class HighsSession:
    """One program held by HiGHS, to be solved again after changes.

    Parameters
    ----------
    program
        Passed once; later changes go through the methods here, in the program's units.
    """

    def __init__(self, program: LinearProgram) -> None:
        self._scaling = scaling_of(program)
        self._mixed = program.integer_c is not None and bool(np.any(program.integer_c))
        self._offset = program.offset
        self._warm = False
        self._highs = _new_highs()
        for name, value in OPTIONS.items():
            self._set(name, value)
        # Without it cancelSolve is not heard, and a cancelled solve would run on unseen.
        self._highs.HandleUserInterrupt = not self._mixed
        self._pass(program)

    def solve(
        self, method: Method | None = None, *, gap: float = 0.0, time_limit: float | None = None,
        incumbent_seen: IncumbentSeen | None = None,
    ) -> RawSolution:
        """Solve; after a first solve warm from its basis, by simplex.

        Parameters
        ----------
        method
            Forces the algorithm; None takes the one for the size.
        gap
            Relative gap at which a mixed-integer search may stop.
        time_limit
            Seconds after which HiGHS is asked to stop. It may be late: see `isolated`.
        incumbent_seen
            Told of every better whole solution.

        Raises
        ------
        SolverFault
            Where HiGHS fails.
        KeyboardInterrupt
            On Ctrl-C.
        """
        if method is None:
            method = "simplex" if self._warm else method_for(self._highs.getNumCol())[0]
        if self._mixed:
            self._set("mip_rel_gap", float(gap))
            self._set("mip_abs_gap", 0.0)
        else:
            self._set("solver", method)
        if incumbent_seen is not None:
            self._tell(incumbent_seen)
        now = self._highs.getRunTime()
        self._set("time_limit", float("inf") if time_limit is None else now + time_limit)
        started = time.perf_counter()
        status = interruptible(self._highs.run, self._highs.cancelSolve)
        seconds = time.perf_counter() - started
        self._check(status, "could not solve the program")
        return self._answer("branch and bound" if self._mixed else method, seconds)

    def start_from(self, program: LinearProgram, x_c: NDArray[np.float64]) -> None:
        """Begin the next solve near a known plan, by simplex: what lies on a bound is nonbasic.

        Parameters
        ----------
        program
            The program held here.
        x_c
            A plan of it, best an optimum, shape (C,).
        """
        near = basis_for_highs(basis_near(program, x_c), alien=True)
        self._check(self._highs.setBasis(near), "refused the basis")
        self._warm = True

    @property
    def basis(self) -> Basis:
        """Basis of the latest solve, to start from again, here or in another process."""
        return basis_read(self._highs)

    def start_from_basis(self, basis: Basis, *, mend: bool = False) -> None:
        """Begin the next solve from a basis, by simplex, as if nothing had been solved since.

        What HiGHS remembers of earlier solves is dropped: the answer depends on program and basis
        alone. `mend` lets HiGHS complete a basis that lacks columns, as of a program with others.
        """
        self._check(self._highs.clearSolver(), "could not forget its last solve")
        self._check(self._highs.setBasis(basis_for_highs(basis, alien=mend)), "refused the basis")
        self._warm = True

    def price_by_devex(self) -> None:
        """Begin the dual simplex without exact weights, which few steps from a basis never pay."""
        self._set("simplex_dual_edge_weight_strategy", DEVEX)

    def climb(
        self, enough: Callable[[NDArray[np.float64]], bool] | None = None, *,
        time_limit: float | None = None,
    ) -> RawSolution:
        """Improve the plan at hand by primal simplex until it is optimal, or enough.

        Parameters
        ----------
        enough
            Asked of the plan every so many steps, which all meet the rules if the basis at
            hand does; True ends the climb (then the answer says `optimal` of a plan that need
            not be). None goes on to the optimum at one stretch: every look costs a new start.
        time_limit
            Seconds.
        """
        self._set("solver", "simplex")
        self._set("simplex_strategy", PRIMAL)
        self._set("simplex_iteration_limit", NO_LIMIT if enough is None else STEPS_PER_LOOK)
        # Of a presolved program nothing would be left to go on from at the next look.
        self._set("presolve", "off")
        now = self._highs.getRunTime()
        self._set("time_limit", float("inf") if time_limit is None else now + time_limit)
        started = time.perf_counter()
        try:
            while True:
                status = interruptible(self._highs.run, self._highs.cancelSolve)
                self._check(status, "could not solve the program")
                under_way = self._highs.getModelStatus() == ITERATION_LIMIT
                if not under_way or enough is None or enough(self._columns_at_hand()):
                    return self._answer("primal simplex", time.perf_counter() - started)
                if self._highs.getInfo().simplex_iteration_count <= 0:
                    msg = "HiGHS makes no headway"
                    raise SolverFault(msg)
        finally:
            self._set("simplex_strategy", DUAL)
            self._set("simplex_iteration_limit", NO_LIMIT)
            self._set("presolve", "choose")

    def _columns_at_hand(self) -> NDArray[np.float64]:
        """Columns of the latest run, in the program's units."""
        values = np.asarray(self._highs.getSolution().col_value)
        return np.asarray(values * self._scaling.column_c)

    def add_columns(self, program: LinearProgram) -> None:
        """Lay more columns beside those held, each at its bound; the plan at hand stays.

        Parameters
        ----------
        program
            Of the rows held here and of the new columns alone.
        """
        held = len(self._scaling.column_c)
        self._scaling = self._scaling.with_columns(program)
        added = replace(self._scaling, column_c=self._scaling.column_c[held:])
        matrix = added.scaled_matrix(program.matrix)
        self._check(self._highs.addCols(
            program.shape[1], -added.scaled_cost(program.cost),
            program.column_lower / added.column_c, program.column_upper / added.column_c,
            matrix.nnz, matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32),
            matrix.data), "refused the columns")

    def change_row_bounds(
        self, rows: NDArray[np.int64], lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> None:
        """Give some rows new bounds."""
        scale = self._scaling.row_r[rows]
        self._check(self._highs.changeRowsBounds(
            len(rows), rows.astype(np.int32), lower * scale, upper * scale), "refused the bounds")

    def change_costs(self, columns: NDArray[np.int64], costs: NDArray[np.float64]) -> None:
        """Give some columns new costs (gain per unit)."""
        scaled = -costs * self._scaling.column_c[columns] * self._scaling.cost
        self._check(self._highs.changeColsCost(
            len(columns), columns.astype(np.int32), scaled), "refused the costs")

    def change_column_bounds(
        self, columns: NDArray[np.int64], lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> None:
        """Give some columns new bounds."""
        scale = self._scaling.column_c[columns]
        self._check(self._highs.changeColsBounds(
            len(columns), columns.astype(np.int32), lower / scale, upper / scale),
            "refused the bounds")

    def change_matrix(self, program: LinearProgram) -> None:
        """Take up a program of the same shape, whatever changed in it, in the same scaling."""
        self._offset = program.offset
        self._pass(program)
        self._warm = False

    def change_coefficient(self, row: int, column: int, value: float) -> None:
        """Give one coefficient of the matrix a new value."""
        scale = self._scaling.row_r[row] * self._scaling.column_c[column]
        self._check(self._highs.changeCoeff(int(row), int(column), float(value * scale)),
                    "refused the coefficient")

    def _pass(self, program: LinearProgram) -> None:
        """Hand a program over whole."""
        lp = highs_program(program, self._scaling)
        self._check(self._highs.passModel(lp), "refused the program")

    def _answer(self, method: str, seconds: float) -> RawSolution:
        """Read the solution back into the program's units."""
        highs, info = self._highs, self._highs.getInfo()
        status = self._status()
        solution = highs.getSolution()
        has_x, has_prices = bool(solution.value_valid), bool(solution.dual_valid)
        self._warm = not self._mixed and info.basis_validity > 0
        none = np.zeros(0)
        return RawSolution(
            status=status,
            x_c=np.asarray(solution.col_value) * self._scaling.column_c if has_x else none,
            price_r=self._scaling.price_r(-np.asarray(solution.row_dual)) if has_prices else none,
            bound=self._offset - info.mip_dual_bound / self._scaling.cost,
            iterations=iterations_of(info, mixed=self._mixed),
            method=method,
            solver=f"HiGHS {highs.version()}",
            seconds=seconds,
        )

    def _status(self) -> Status:
        """How the run ended; ambiguous ends are settled by a run without presolve."""
        found = self._highs.getModelStatus()
        if found == highspy.HighsModelStatus.kUnboundedOrInfeasible:
            self._set("presolve", "off")
            interruptible(self._highs.run, self._highs.cancelSolve)
            self._set("presolve", "choose")
            found = self._highs.getModelStatus()
        if found not in STATUSES:
            words = self._highs.modelStatusToString(found)
            msg = f"HiGHS ended without an answer ({words})"
            raise NoAnswer(msg)
        return STATUSES[found]

    def _tell(self, incumbent_seen: IncumbentSeen) -> None:
        """Subscribe to better whole solutions."""
        def seen(event: Any) -> None:
            x_c = np.array(event.data_out.mip_solution) * self._scaling.column_c
            bound = self._offset - event.data_out.mip_dual_bound / self._scaling.cost
            incumbent_seen(x_c, float(bound))

        self._highs.cbMipImprovingSolution.subscribe(seen)

    def _set(self, name: str, value: float | str | bool) -> None:
        """Set an option; HiGHS returns a code where others raise."""
        self._check(self._highs.setOptionValue(name, value), f"refused the option {name} = {value}")

    @staticmethod
    def _check(status: Any, what: str) -> None:
        """Raise where HiGHS reports an error."""
        if status == highspy.HighsStatus.kError:
            msg = f"HiGHS {what}"
            raise SolverFault(msg)
