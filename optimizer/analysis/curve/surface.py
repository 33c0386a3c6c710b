"""`value_surface`: the optimum over a grid of two numbers.

Where both move right-hand sides the optimum is concave in both together (with one stage), so
that between grid points it lies nowhere below the flat triangle through three of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.curve.ends import feasible_range
from optimizer.analysis.curve.moves import Setting, setting_of
from optimizer.analysis.curve.path import Parameter, parameter_of
from optimizer.analysis.curve.record import plain
from optimizer.analysis.curve.staged import Staged
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.solve.errors import Infeasible
from optimizer.solve.linear import NoPlan

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.curve.moving import Moving
    from optimizer.instance.record import Instance

#: Values of each number, if not asked for otherwise.
STEPS = 9


@dataclass(frozen=True)
class ValueSurface:
    """The optimum over a grid.

    Parameters
    ----------
    instance
        As it is.
    first, second
        The numbers.
    values_a, values_b
        Their values, rising.
    objective_ab
        Optimum, NaN where there is no plan, shape (A, B).
    objective_unit
        Of the optimum.
    concave
        Whether it is known to be concave in both together.
    solves
        Programs solved.
    notes
        What must be known to read it.
    """

    instance: Instance
    first: Parameter
    second: Parameter
    values_a: NDArray[np.float64]
    values_b: NDArray[np.float64]
    objective_ab: NDArray[np.float64]
    objective_unit: str
    concave: bool
    solves: int
    notes: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """One row a grid point: value_1, value_2, feasible, objective."""
        import pandas as pd

        one, two = np.meshgrid(self.values_a, self.values_b, indexing="ij")
        height = self.objective_ab.ravel()
        return pd.DataFrame({"value_1": one.ravel(), "value_2": two.ravel(),
                             "feasible": ~np.isnan(height), "objective": height})

    def record(self) -> dict[str, Any]:
        """Everything as plain numbers and texts, for JSON."""
        return {
            "paths": [self.first.path, self.second.path],
            "labels": [self.first.label, self.second.label],
            "units": [self.first.unit, self.second.unit],
            "values_now": [self.first.value, self.second.value],
            "values": [self.values_a.tolist(), self.values_b.tolist()],
            "objective": [[plain(float(cell)) for cell in row] for row in self.objective_ab],
            "objective_unit": self.objective_unit, "concave": self.concave,
            "solves": self.solves, "notes": list(self.notes),
        }


def value_surface(
    instance: Instance, first: str, second: str, steps: int = STEPS, *,
    progress: Callable[[str], None] | None = None,
) -> ValueSurface:
    """Solve over a grid of two numbers that move right-hand sides.

    Each goes from the least to the largest value at which there is a plan, the other kept; one
    without such an end, and any that is larger, to twice the present value.

    Parameters
    ----------
    instance
        Checked instance.
    first, second
        Limits or paths, as for `value_curve`.
    steps
        Values of each, at least 2.
    progress
        Told in a few words what is being done.

    Raises
    ------
    InstanceRefused
        For paths that no surface can be drawn over.
    Infeasible
        If there is no plan at any grid point.
    """
    settings = [_rows_setting(instance, text) for text in (first, second)]
    if settings[0].parameter.path == settings[1].parameter.path:
        _refuse(instance, second, "the same number twice", "two numbers")
    moves = [_moving(setting) for setting in settings]
    values = [_values(setting, moving, steps) for setting, moving in
              zip(settings, moves, strict=True)]
    staged = Staged(moves[1], settings[1].costs)
    objective = np.full((len(values[0]), len(values[1])), math.nan)
    for a, value in enumerate(values[0]):
        if progress is not None:
            progress(f"solving the grid: row {a + 1} of {len(values[0])}")
        row = staged.along(replace(moves[1], program=_both(moves, float(value))))
        for b, other in enumerate(values[1]):
            objective[a, b] = _optimum(row, float(other))
    if np.all(np.isnan(objective)):
        raise Infeasible(("there is no plan at any point of the grid",))
    one, two = settings
    notes = tuple(dict.fromkeys((*one.parameter.notes, *one.notes, *two.parameter.notes,
                                 *two.notes)))
    return ValueSurface(instance, one.parameter, two.parameter, values[0], values[1], objective,
                        one.unit_of(one.costs[-1]), len(one.costs) == 1, staged.solves, notes)


def _rows_setting(instance: Instance, text: str) -> Setting:
    """Setting of a number that moves right-hand sides, or a refusal."""
    setting = setting_of(parameter_of(instance, text))
    if setting.moving is None or setting.moving.what != "rows":
        _refuse(instance, text, "no right-hand side",
                "a limit by value or a topsoil supply, which move right-hand sides alone")
    return setting


def _moving(setting: Setting) -> Moving:
    assert setting.moving is not None
    return setting.moving


def _refuse(instance: Instance, text: str, rule: str, expected: str) -> None:
    finding = Finding("path of the surface", rule, f"`{text}`", expected,
                      "Draw a curve over each alone, or sweep both.")
    raise InstanceRefused(instance.name, [finding])


def _values(setting: Setting, moving: Moving, steps: int) -> NDArray[np.float64]:
    """Values on one axis, the present one among them."""
    parameter = setting.parameter
    twice = 2.0 * parameter.value if parameter.value > 0.0 else 1.0
    try:
        least, most = feasible_range(moving, parameter.lowest, parameter.highest)
    except NoPlan:
        least, most = 0.0, twice
    low = least if math.isfinite(least) else min(0.0, parameter.value)
    high = max(min(most, twice), low)
    values = np.linspace(low, high, steps)
    if low < parameter.value < high:
        # The grid point nearest to the present value becomes it.
        values[int(np.argmin(np.abs(values - parameter.value)))] = parameter.value
    return values


def _both(moves: list[Moving], value: float) -> Any:
    """Program with the first number at a value, the second where it stands."""
    return moves[0].rows_at(value)


def _optimum(staged: Staged, value: float) -> float:
    try:
        return staged.value_at(value)
    except NoPlan:
        return math.nan
