"""What a number of the instance does to its program: read off programs at three values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.analysis.curve.boundary import NAMES, moving_boundary
from optimizer.analysis.curve.moving import Moving, moving_between, moving_rows
from optimizer.analysis.curve.path import IN_MATRIX
from optimizer.formulation.assemble import assemble
from optimizer.formulation.objective import stage_costs
from optimizer.formulation.program import Family
from optimizer.instance.findings import InstanceRefused
from optimizer.options.enumerate import options_of

if TYPE_CHECKING:
    from optimizer.analysis.curve.path import Parameter
    from optimizer.formulation.objective import StageCost
    from optimizer.formulation.program import LinearProgram
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options

#: Relative steps at which the program is assembled again: two to one side, then to the other.
STEPS = ((0.1, 0.37), (-0.1, -0.37), (0.01, 0.037), (-0.01, -0.037))
#: Numbers that are known to move right-hand sides or costs along a line everywhere; of others
#: the ends of the curve are looked at too.
LINEAR = ("limit", "supply", "weight", "shift")


@dataclass(frozen=True)
class Setting:
    """What a curve is traced over.

    Parameters
    ----------
    parameter
        The number.
    options, costs, program
        Of the instance at its present value.
    moving
        How the program moves; None where it does so in no way that gives straight pieces.
    notes
        What was found, in words.
    """

    parameter: Parameter
    options: Options
    costs: tuple[StageCost, ...]
    program: LinearProgram
    moving: Moving | None
    notes: tuple[str, ...] = ()

    @property
    def instance(self) -> Instance:
        """The instance at the present value."""
        return self.parameter.instance

    def unit_of(self, stage: StageCost) -> str:
        """Unit of the curve; where a weight converts its account, that of the rest."""
        if self.parameter.kind != "weight" or stage.unit != "mixed":
            return stage.unit
        unit = self.parameter.unit.rpartition(" per ")[0]
        return unit if unit != "1" else stage.unit


def setting_of(parameter: Parameter) -> Setting:
    """Assemble the program and find out how it moves."""
    instance = parameter.instance
    options = options_of(instance)
    costs = stage_costs(instance, options)
    program = assemble(instance, options)
    setting = Setting(parameter, options, costs, program, None)
    if parameter.kind in ("limit", "shift"):
        setting = replace(setting, notes=_rows_note(setting))
    if parameter.path in NAMES:
        return replace(setting, moving=moving_boundary(program, costs[-1]))
    if parameter.kind == "shift":
        return replace(setting, moving=moving_rows(program, limit_rows(setting)))
    if parameter.kind == "limit" and _basis(parameter) in IN_MATRIX:
        note = ("the value stands in the matrix: the curve is not concave in it and is sampled; "
                "a shift of the rows (--shift) is exact")
        return replace(setting, notes=(*setting.notes, note))
    return replace(setting, moving=_moving(setting))


def limit_rows(setting: Setting) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Rows of the program that belong to the parameter's limit."""
    rows = setting.program.rows
    return np.flatnonzero((rows.family == Family.LIMIT) & (rows.limit == setting.parameter.limit))


def lies_on_line(setting: Setting, values: Sequence[float]) -> bool:
    """Whether the programs at some values lie on the line that was found; refused ones do not."""
    parameter, moving = setting.parameter, setting.moving
    if parameter.kind in LINEAR or moving is None:
        return moving is not None
    for value in values:
        try:
            instance = parameter.at(value)
        except InstanceRefused:
            return False
        options = options_of(instance)
        if options.count != setting.options.count:
            return False
        moved_c = stage_costs(instance, options)[-1].cost_c - setting.costs[-1].cost_c
        if not moving.agrees(value, assemble(instance, options), moved_c):
            return False
    return True


def _basis(parameter: Parameter) -> str:
    return str(parameter.instance.tables["limits"].text("basis")[parameter.limit])


def _rows_note(setting: Setting) -> tuple[str, ...]:
    """Say so where a limit has several rows."""
    count = len(limit_rows(setting))
    if count < 2:
        return ()
    return (f"the limit has {count} rows (a * in its cells); all move together",)


def _moving(setting: Setting) -> Moving | None:
    """Compare the programs at three values."""
    parameter = setting.parameter
    found = _three(parameter)
    if found is None:
        return None
    at, instances = found
    programs, lasts = [setting.program], [setting.costs[-1].cost_c]
    for instance in instances:
        options = options_of(instance)
        if options.count != setting.options.count:
            return None
        costs = stage_costs(instance, options)
        early = zip(costs[:-1], setting.costs[:-1], strict=True)
        if any(not np.array_equal(new.cost_c, old.cost_c) for new, old in early):
            return None  # an earlier stage moves its floor's row
        programs.append(assemble(instance, options))
        lasts.append(costs[-1].cost_c)
    return moving_between((parameter.value, *at), (programs[0], programs[1], programs[2]),
                          (lasts[0], lasts[1], lasts[2]))


def _three(parameter: Parameter) -> tuple[tuple[float, float], list[Instance]] | None:
    """Two values beside the present one that the checks let through, with their instances."""
    size = abs(parameter.value) or 1.0
    for one, two in STEPS:
        at = (parameter.value + one * size, parameter.value + two * size)
        if not all(parameter.lowest <= value <= parameter.highest for value in at):
            continue
        try:
            return at, [parameter.at(value) for value in at]
        except InstanceRefused:
            continue
    return None
