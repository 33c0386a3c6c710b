"""`Practices`: uses and methods as arrays over um, the rows of the (use, method) list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from optimizer.instance.calendar import Calendar
    from optimizer.instance.table import Table


@dataclass(frozen=True)
class Practices:
    """Pairs of use and method ("practices"), in the order of the methods table.

    Parameters
    ----------
    uses, methods
        Names, in the order of the tables.
    use_um, method_um
        Index of the use and of the method of each practice, shape (UM,).
    after_um
        Attribute -> its value after the method, shape (UM,), NaN where the method leaves it.
    respread_um
        Whether the parcel's own soil is stripped and respread, shape (UM,).
    number_umt
        Column of the methods table -> its value by practice and period, shape (UM, T), NaN where
        blank (`account:NAME` columns included).
    curve_soil_umt, curve_biomass_umt
        Names of the growth curves, shape (UM, T) of text ('' or 'none': no gain).
    offered_umt
        Whether the methods table has a row for the practice and period, shape (UM, T).
    label_u
        What to print for each use, in English.
    """

    uses: tuple[str, ...]
    methods: tuple[str, ...]
    use_um: NDArray[np.int64]
    method_um: NDArray[np.int64]
    after_um: Mapping[str, NDArray[np.float64]]
    respread_um: NDArray[np.bool_]
    number_umt: Mapping[str, NDArray[np.float64]]
    curve_soil_umt: NDArray[np.object_]
    curve_biomass_umt: NDArray[np.object_]
    offered_umt: NDArray[np.bool_]
    label_u: tuple[str, ...]

    @property
    def count(self) -> int:
        """Number of practices."""
        return len(self.use_um)

    def amount_umt(self, column: str) -> NDArray[np.float64]:
        """Number of a methods column, shape (UM, T); 0 where blank or absent."""
        if column not in self.number_umt:
            return np.zeros(self.curve_soil_umt.shape)
        values = self.number_umt[column]
        return np.where(np.isnan(values), 0.0, values)

    def name_um(self, um: int) -> tuple[str, str]:
        """Names of the use and the method of practice um."""
        return self.uses[self.use_um[um]], self.methods[self.method_um[um]]


def practices_of(tables: Mapping[str, Table], calendar: Calendar) -> Practices:
    """Lay the uses and methods tables out as arrays."""
    uses_table, methods_table = tables["uses"], tables["methods"]
    uses = tuple(uses_table.text("use"))
    pairs = list(dict.fromkeys(zip(methods_table.text("use"), methods_table.text("method"),
                                   strict=True)))
    methods = tuple(dict.fromkeys(method for _, method in pairs))
    found_umt = _row_of(methods_table, pairs, calendar.labels)
    # A period without a row is never read: `offered_umt` masks it, so any row may stand in.
    row_umt = np.where(found_umt < 0, found_umt.max(axis=1, keepdims=True), found_umt)
    numbers = {
        name: methods_table.number(name)[row_umt]
        for name, values in methods_table.columns.items()
        if values.dtype != object and not name.startswith("after:")
    }
    first_row = row_umt[:, 0]
    after = {
        name.removeprefix("after:"): methods_table.number(name)[first_row]
        for name in methods_table.columns
        if name.startswith("after:")
    }
    labels = uses_table.text("label")
    return Practices(
        uses=uses,
        methods=methods,
        use_um=np.array([uses.index(use) for use, _ in pairs], dtype=np.int64),
        method_um=np.array([methods.index(method) for _, method in pairs], dtype=np.int64),
        after_um=MappingProxyType(after),
        respread_um=methods_table.flag("respread_own_soil")[first_row],
        number_umt=MappingProxyType(numbers),
        curve_soil_umt=methods_table.text("curve_soil")[row_umt],
        curve_biomass_umt=methods_table.text("curve_biomass")[row_umt],
        offered_umt=found_umt >= 0,
        label_u=tuple(label or use for label, use in zip(labels, uses, strict=True)),
    )


def _row_of(
    methods: Table, pairs: list[tuple[str, str]], periods: tuple[str, ...]
) -> NDArray[np.int64]:
    """Row of the methods table that holds for each practice and period, shape (UM, T); -1 none.

    A row with a period beats the row without one.
    """
    rows = {key: row for row, key in enumerate(
        zip(methods.text("use"), methods.text("method"), methods.text("period"), strict=True))}
    return np.array(
        [[rows.get((*pair, period), rows.get((*pair, ""), -1)) for period in periods]
         for pair in pairs],
        dtype=np.int64,
    ).reshape(len(pairs), len(periods))
