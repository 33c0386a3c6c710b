"""Bridge to Pyomo: a model compiled to the `LinearProgram` of its instance, added rows included.

Pyomo's compiler orders rows and columns its own way, splits a row with two bounds in two and
drops rows that are trivially true. Everything is put back by name: columns in the order of
options, stocks and edges, known rows under their labels, other constraints below as SCRIPT rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.assemble import assemble
from optimizer.formulation.model_places import ModelPlaces, places_of
from optimizer.formulation.program import Family, LinearProgram, RowLabels
from optimizer.formulation.reference import ModelRefused, pyomo_model

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

__all__ = ["CompiledModel", "ModelRefused", "compile_model", "compile_pyomo", "pyomo_model"]

#: Families of the land of a parcel.
LAND = (Family.LAND, Family.MUST_RECLAIM)
#: Largest difference between the model's objective and the instance's that is rounding.
OBJECTIVE_TOLERANCE = 1e-9


@dataclass(frozen=True)
class CompiledModel:
    """A Pyomo model as a program, with the Pyomo objects of its rows and columns.

    Parameters
    ----------
    program
        The program; rows that Pyomo dropped as trivially true are there, empty.
    variable_c
        Pyomo variable of each column, C of them.
    constraint_r
        Pyomo constraint of each row, R of them; None where Pyomo dropped the row.
    """

    program: LinearProgram
    variable_c: tuple[Any, ...]
    constraint_r: tuple[Any, ...]


def compile_pyomo(model: Any, instance: Instance, options: Options) -> LinearProgram:
    """Compile a Pyomo model of the instance to a program; see `compile_model`."""
    return compile_model(model, instance, options).program


def compile_model(model: Any, instance: Instance, options: Options) -> CompiledModel:
    """Compile a Pyomo model of the instance to a program, and keep hold of its parts.

    Parameters
    ----------
    model
        Made by `pyomo_model(instance)`, possibly with linear constraints added.
    instance, options
        What it was made from.

    Returns
    -------
    CompiledModel
        Columns as in `options`, then stocks and edges; rows as `assemble` orders them, then added
        ones.

    Raises
    ------
    ModelRefused
        If the model has variables of its own, whole-number variables, constraints that are not
        linear, a land row switched off, or another objective than the instance.
    """
    expected = assemble(instance, options)
    places = places_of(model, instance, options, expected)
    with _unfixed(places.variable_c) as bounds_c:
        compiled = _standard_form(model)
    order_c = places.order_of(compiled.columns)
    cost = _cost(compiled, order_c, expected)
    rows = _Rows(expected, places, len(places.variable_c))
    rows.read(compiled, order_c)
    lower_c, upper_c = bounds_c
    program = LinearProgram(
        matrix=rows.matrix(), row_lower=rows.lower(), row_upper=rows.upper(),
        column_lower=lower_c, column_upper=upper_c, cost=cost, rows=rows.labels(),
        columns=expected.columns,
    )
    return CompiledModel(program, places.variable_c, rows.constraints())


@contextmanager
def _unfixed(
    variable_c: tuple[Any, ...],
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Bounds of the columns; a fixed variable is freed meanwhile, its value being both bounds.

    The compiler would fold a fixed variable into the right-hand sides and lose its column.
    """
    fixed = [variable for variable in variable_c if variable.fixed]
    held = {id(variable): float(variable.value) for variable in fixed}

    def bound(variable: Any, side: str, absent: float) -> float:
        own = getattr(variable, side)
        return held.get(id(variable), absent if own is None else float(own))

    lower_c = np.array([bound(variable, "lb", -np.inf) for variable in variable_c])
    upper_c = np.array([bound(variable, "ub", np.inf) for variable in variable_c])
    for variable in fixed:
        variable.unfix()
    try:
        yield lower_c, upper_c
    finally:
        for variable in fixed:
            variable.fix(held[id(variable)])


def _standard_form(model: Any) -> Any:
    """Run Pyomo's compiler; its complaints become refusals."""
    from pyomo.common.errors import PyomoException
    from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

    try:
        return LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None)
    except (PyomoException, ValueError, RuntimeError) as problem:
        message = f"the Pyomo model cannot be read as a linear program: {problem}"
        raise ModelRefused(message) from problem


def _cost(compiled: Any, order_c: NDArray[np.int64],
          expected: LinearProgram) -> NDArray[np.float64]:
    """Objective by columns, held against the instance's: reports are in the latter's terms."""
    from pyomo.environ import maximize

    if len(compiled.objectives) != 1:
        message = f"the model has {len(compiled.objectives)} active objectives; it must have one"
        raise ModelRefused(message)
    sign = 1.0 if compiled.objectives[0].sense == maximize else -1.0
    cost = np.zeros(len(expected.cost))
    cost[order_c] = sign * compiled.c.toarray()[0]
    size = np.maximum(1.0, np.abs(expected.cost))
    if np.any(np.abs(cost - expected.cost) > OBJECTIVE_TOLERANCE * size):
        message = ("the objective of the model is not that of the instance; change it in "
                   "instance.toml ([[objective]]), so that plan and report agree on it")
        raise ModelRefused(message)
    return cost


class _Rows:
    """Rows collected at the places where `assemble` has them, added ones below."""

    def __init__(self, expected: LinearProgram, places: ModelPlaces, columns: int) -> None:
        self._expected, self._places, self._columns = expected, places, columns
        known = expected.shape[0]
        self._bounds = [[-np.inf, np.inf] for _ in range(known)]
        self._found: list[Any] = [None] * known
        self._parts: list[tuple[int, Any, Any]] = []

    def read(self, compiled: Any, order_c: NDArray[np.int64]) -> None:
        """Take every compiled row; the two halves of a row with two bounds share a place."""
        matrix = sp.csr_array(compiled.A)
        added: dict[int, int] = {}
        for position, (entry, bound) in enumerate(zip(compiled.rows, compiled.rhs, strict=True)):
            row = self._places.row_of(entry.constraint)
            if row is None:
                row = added.setdefault(id(entry.constraint), len(self._bounds))
                if row == len(self._bounds):
                    self._bounds.append([-np.inf, np.inf])
                    self._found.append(None)
            if self._found[row] is None:
                where = slice(matrix.indptr[position], matrix.indptr[position + 1])
                self._parts.append((row, order_c[matrix.indices[where]], matrix.data[where]))
            self._found[row] = entry.constraint
            if entry.bound_type <= 0:
                self._bounds[row][0] = float(bound)
            if entry.bound_type >= 0:
                self._bounds[row][1] = float(bound)
        self._keep_empty_land()

    def _keep_empty_land(self) -> None:
        """Land rows without options were dropped by Pyomo; with options they must be there."""
        program = self._expected
        counted_r = np.bincount(program.matrix.indices, minlength=program.shape[0])
        for row in np.flatnonzero(np.isin(program.rows.family, LAND)):
            if self._found[row] is None and counted_r[row]:
                message = (f"land row of parcel number {program.rows.parcel[row] + 1} is switched "
                           "off; land cannot be used twice, so it must stay")
                raise ModelRefused(message)
            if self._found[row] is None:
                self._bounds[row] = [program.row_lower[row], program.row_upper[row]]

    def matrix(self) -> sp.csc_array:
        """Coefficients in place, shape (R, C)."""
        rows = np.concatenate(
            [np.zeros(0, np.int64), *(np.full(len(where), row) for row, where, _ in self._parts)])
        columns = np.concatenate([np.zeros(0, np.int64), *(where for _, where, _ in self._parts)])
        values = np.concatenate([np.zeros(0), *(values for _, _, values in self._parts)])
        matrix = sp.csc_array((values, (rows, columns)),
                              shape=(len(self._bounds), self._columns))
        matrix.eliminate_zeros()
        return matrix

    def lower(self) -> NDArray[np.float64]:
        """Lower bounds, shape (R,)."""
        return np.array([lower for lower, _ in self._bounds])

    def upper(self) -> NDArray[np.float64]:
        """Upper bounds, shape (R,)."""
        return np.array([upper for _, upper in self._bounds])

    def labels(self) -> RowLabels:
        """Labels of the known rows, then of the added ones (`limit` counts these)."""
        added = len(self._bounds) - self._expected.shape[0]
        return RowLabels.concatenate([
            self._expected.rows, RowLabels.of(Family.SCRIPT, added, limit=np.arange(added))])

    def constraints(self) -> tuple[Any, ...]:
        """Pyomo constraint of each row, None where it was dropped."""
        return tuple(self._found)
