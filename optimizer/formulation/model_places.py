"""Which row and column of the program each part of a Pyomo model is, found by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.program import Family, LinearProgram
from optimizer.formulation.reference import ModelRefused
from optimizer.formulation.row_names import row_name

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options


@dataclass(frozen=True)
class ModelPlaces:
    """Places of a model's variables and constraints.

    Parameters
    ----------
    variable_c
        Pyomo variable of each column.
    column_of_id
        id of a variable -> column.
    row_of_name
        (component, index) -> row.
    """

    variable_c: tuple[Any, ...]
    column_of_id: dict[int, int]
    row_of_name: dict[tuple[str, tuple[str, ...]], int]

    def row_of(self, constraint: Any) -> int | None:
        """Row of a constraint, None for one that was added."""
        index = constraint.index()
        names = index if isinstance(index, tuple) else (index,)
        return self.row_of_name.get((constraint.parent_component().local_name, names))

    def order_of(self, variables: list[Any]) -> NDArray[np.int64]:
        """Columns of the compiler's variables.

        Raises
        ------
        ModelRefused
            If one of them is not a variable of the instance.
        """
        strange = [v.name for v in variables if id(v) not in self.column_of_id]
        if strange:
            message = ("the model has variables the instance does not know: "
                       f"{', '.join(strange[:5])}; only constraints on x, stock and edge can be "
                       "added")
            raise ModelRefused(message)
        return np.array([self.column_of_id[id(v)] for v in variables], dtype=np.int64)


def places_of(
    model: Any, instance: Instance, options: Options, expected: LinearProgram
) -> ModelPlaces:
    """Find the variables and constraints of a model by the names of the instance.

    Raises
    ------
    ModelRefused
        If the model was made from another instance, or its variables are whole numbers.
    """
    option_keys, stock_keys = _column_names(instance, options)
    edge_keys = _edge_names(instance, expected)
    if (set(model.x) != set(option_keys) or set(model.stock) != set(stock_keys)
            or set(model.edge) != set(edge_keys)):
        message = ("the model was not made from this instance: its options differ "
                   f"({len(model.x)} in the model, {options.count} in the instance)")
        raise ModelRefused(message)
    variable_c = (*(model.x[key] for key in option_keys),
                  *(model.stock[key] for key in stock_keys),
                  *(model.edge[key] for key in edge_keys))
    whole = next((v.name for v in variable_c if not v.is_continuous()), None)
    if whole is not None:
        message = f"{whole} is not continuous; for whole parcels solve with whole_parcels=True"
        raise ModelRefused(message)
    return ModelPlaces(variable_c, {id(v): c for c, v in enumerate(variable_c)},
                       _row_names(instance, expected))


def _column_names(
    instance: Instance, options: Options
) -> tuple[list[tuple[str, ...]], list[tuple[str, str]]]:
    """Names of the options and of the stocks, in the order of the columns."""
    practices, periods = instance.practices, instance.calendar.labels
    sources = (*instance.topsoil.sources, "")  # source -1 is the last name
    parcels = [str(name) for name in instance.land.parcels]
    pairs = [practices.name_um(um) for um in range(practices.count)]
    keys: list[tuple[str, ...]] = [
        (parcels[i], *pairs[um], periods[t], sources[k])
        for i, um, t, k in zip(options.parcel_o.tolist(), options.practice_o.tolist(),
                               options.period_o.tolist(), options.source_o.tolist(), strict=True)
    ]
    return keys, [(source, t) for source in instance.topsoil.sources for t in periods]


def _edge_names(instance: Instance, expected: LinearProgram) -> list[tuple[str, ...]]:
    """Names of the edges, in the order of the columns; the use is blank for none.

    Where pairs of uses have factors there are two uses, one on either side.
    """
    columns = expected.columns
    edges = np.flatnonzero(columns.is_edge)
    if not len(edges):
        return []
    table, uses = instance.tables["adjacency"], (*instance.practices.uses, "")
    facing = bool(np.any(expected.rows.family == Family.MARGINAL))
    return [(str(table.text("parcel_a")[e]), str(table.text("parcel_b")[e]), uses[u],
             *((uses[v],) if facing else ()))
            for e, u, v in zip(columns.edge[edges].tolist(), columns.use[edges].tolist(),
                               columns.other[edges].tolist(), strict=True)]


def _row_names(
    instance: Instance, expected: LinearProgram
) -> dict[tuple[str, tuple[str, ...]], int]:
    """(component, index) of the reference for every row of the program."""
    by_family = {
        Family.LAND: ("parcel",), Family.MUST_RECLAIM: ("parcel",),
        Family.SOIL_BALANCE: ("source", "period"),
        Family.LIMIT: ("limit", "use", "method", "zone", "period"),
        Family.BOUNDARY: ("parcel", "neighbour", "use"),
        Family.MARGINAL: ("parcel", "neighbour", "use"),
        Family.NEIGHBOUR: ("limit", "parcel", "neighbour"), Family.CLUSTER: ("zone",),
    }
    families = [Family(int(family)) for family in expected.rows.family]
    return {
        (family.word, tuple(getattr(name, axis) for axis in by_family[family])): row
        for row, family in enumerate(families)
        for name in [row_name(instance, expected, row)]
    }
