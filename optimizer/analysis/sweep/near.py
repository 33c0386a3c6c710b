"""The program of a case, made from that of the base by rebuilding only what its overrides touch.

What `with_overrides` leaves alone keeps its identity, so that what changed is known without
comparing numbers: limits' values change bounds (or the rows of that limit), supplies change bounds,
weights change costs; fuel, curves and unit costs of earthworks change costs and the rows of limits
on carbon or money. Anything else is built anew, as for any instance. Either way the program is the
one `assemble` makes; a test demands the identical matrix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.assemble import assemble
from optimizer.formulation.block import sparse_rows
from optimizer.formulation.limits import Limit, bounds_of_limit, limit_of, rows_of_limit
from optimizer.formulation.objective import StageCost, stage_costs
from optimizer.formulation.program import Family, LinearProgram
from optimizer.formulation.tally import Tally
from optimizer.instance.names import CARBON_ACCOUNTS
from optimizer.options.enumerate import options_of

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.instance.table import Table
    from optimizer.options.record import Options

#: Tables that no program is made from, and settings that only tell how they came about.
IGNORED_TABLES = frozenset({"provenance"})
IGNORED_SETTINGS = frozenset({"overrides", "name", "title"})
#: Accounts that a key of [works] bears on, by the end of its name; volumes do not depend on them.
_CARBON = frozenset(CARBON_ACCOUNTS)
_MONEY = frozenset({"cost"})
WORKS_BEAR_ON = (
    ("_l_per_m3", _CARBON), ("_l_per_m3_km", _CARBON), ("diesel_kgco2e_per_l", _CARBON),
    ("_cost_per_m3", _MONEY), ("_cost_per_m3_km", _MONEY),
)


@dataclass(frozen=True)
class _Touched:
    """What overrides have changed.

    Parameters
    ----------
    costs, supply, limits
        Whether objective, supplies of topsoil, or values of limits have.
    accounts
        Accounts of which the amounts per hectare have.
    """

    costs: bool
    supply: bool
    limits: bool
    accounts: frozenset[str]


@dataclass(frozen=True)
class Built:
    """What is solved for an instance.

    Parameters
    ----------
    instance, options, costs
        The instance, its options and the stages of its objective.
    program
        Rules, with the costs of the first stage.
    """

    instance: Instance
    options: Options
    costs: tuple[StageCost, ...]
    program: LinearProgram

    @cached_property
    def by_rows(self) -> sp.csr_array:
        """The matrix by rows."""
        return sp.csr_array(self.program.matrix)


def built(instance: Instance) -> Built:
    """List options and assemble, as for any instance."""
    options = options_of(instance)
    costs = stage_costs(instance, options)
    return Built(instance, options, costs, assemble(instance, options))


def built_near(base: Built, instance: Instance) -> Built:
    """Build an instance made from the base's by overrides, from what the base has already."""
    touched = _touched(base.instance, instance)
    if touched is None:
        return built(instance)
    program, costs = base.program, base.costs
    if touched.costs or touched.accounts:
        costs = stage_costs(instance, base.options)
        program = base.program.with_cost(costs[0].cost_c)
    if touched.supply:
        program = _with_supplies(program, instance)
    if touched.limits or touched.accounts:
        with_limits = _with_limits(base, program, instance, touched.accounts)
        if with_limits is None:
            return built(instance)
        program = with_limits
    return Built(instance, base.options, costs, program)


def _touched(base: Instance, instance: Instance) -> _Touched | None:
    """Parts of the program to rebuild; None for all of it."""
    settings = {each.name for each in fields(base.settings)
                if getattr(base.settings, each.name) != getattr(instance.settings, each.name)}
    settings -= IGNORED_SETTINGS
    tables = {name for name in {*base.tables, *instance.tables} - IGNORED_TABLES
              if base.tables.get(name) is not instance.tables.get(name)}
    if not (settings <= {"objectives", "works"} and tables <= {"sources", "limits", "curves"}):
        return None
    accounts = _of_works(base.settings.works, instance.settings.works)
    if "sources" in tables and _changed_columns(
            base.tables["sources"], instance.tables["sources"]) != {"supply_m3"}:
        return None
    if accounts is None:
        return None
    return _Touched("objectives" in settings, "sources" in tables, "limits" in tables,
                    accounts | (_CARBON if "curves" in tables else frozenset()))


def _of_works(before: Mapping[str, float], after: Mapping[str, float]) -> frozenset[str] | None:
    """Accounts that changes of [works] bear on; None where that is not known."""
    accounts: frozenset[str] = frozenset()
    for key in {*before, *after}:
        if before.get(key) == after.get(key):
            continue
        on = [names for end, names in WORKS_BEAR_ON if key.endswith(end)]
        if not on:
            return None
        accounts |= on[0]
    return accounts


def _changed_columns(before: Table, after: Table) -> set[str]:
    """Columns that an override has touched."""
    return {name for name in {*before.columns, *after.columns}
            if before.columns.get(name) is not after.columns.get(name)}


def _with_supplies(program: LinearProgram, instance: Instance) -> LinearProgram:
    """Give the soil rows the supplies of the instance."""
    rows = np.flatnonzero(program.rows.family == Family.SOIL_BALANCE)
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    supply_r = instance.topsoil.supply_kt[program.rows.source[rows], program.rows.period[rows]]
    lower[rows] = upper[rows] = supply_r
    return replace(program, row_lower=lower, row_upper=upper)


def _with_limits(
    base: Built, program: LinearProgram, instance: Instance, accounts: frozenset[str]
) -> LinearProgram | None:
    """Give the limits that changed their bounds and rows; None where they have other rows."""
    before, after = base.instance.table("limits"), instance.table("limits")
    if before is None or after is None:
        return program
    changed = _changed_columns(before, after)
    if not changed <= {"value"} or not changed <= set(before.columns):
        return None
    on_changed = {line for line in range(len(after))
                  if str(after.text("account")[line]) in accounts}
    tally = Tally(instance, base.options)
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    rows: dict[int, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
    for line in sorted({*_changed_lines(before, after, changed), *on_changed}):
        limit = limit_of(instance, after, line)
        places = np.flatnonzero((program.rows.family == Family.LIMIT)
                                & (program.rows.limit == line))
        bounds = None if line in on_changed else bounds_of_limit(instance, limit, after)
        if bounds is None:
            made = list(rows_of_limit(tally, limit, after))
            if len(made) != len(places):
                return None
            rows.update({int(place): (row.positions, row.coefficients)
                         for place, row in zip(places, made, strict=True)})
            bounds = [row.bound for row in made]
        _set_bounds(lower, upper, places, limit, bounds)
    matrix = _with_rows(base, rows) if rows else program.matrix
    return replace(program, matrix=matrix, row_lower=lower, row_upper=upper)


def _changed_lines(before: Table, after: Table, columns: set[str]) -> list[int]:
    """Lines of a table that differ in some of its columns."""
    differ = np.zeros(len(before), dtype=bool)
    for name in columns:
        one, other = before.columns[name], after.columns[name]
        same = one == other
        if one.dtype != object:
            same = same | (np.isnan(one) & np.isnan(other))
        differ |= ~same.astype(bool)
    return [int(line) for line in np.flatnonzero(differ)]


def _set_bounds(
    lower: NDArray[np.float64], upper: NDArray[np.float64], places: NDArray[Any], limit: Limit,
    bounds: list[float],
) -> None:
    """Set the right-hand sides of one limit."""
    if limit.sense in (">=", "="):
        lower[places] = bounds
    if limit.sense in ("<=", "="):
        upper[places] = bounds


def _with_rows(
    base: Built, rows: dict[int, tuple[NDArray[np.int64], NDArray[np.float64]]]
) -> sp.csc_array:
    """Replace some rows of the base's matrix."""
    parts, done, columns = [], 0, base.program.shape[1]
    for place in sorted(rows):
        parts += [base.by_rows[done:place], sparse_rows([rows[place]], columns)]
        done = place + 1
    parts.append(base.by_rows[done:])
    return sp.csc_array(sp.vstack(parts, format="csr"))
