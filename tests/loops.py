"""Rows of the program once more, by the plainest loops, to hold the arrays against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

import numpy as np

from optimizer.carbon.holding import holding_kt
from optimizer.formulation.accounts import account_components, account_unit
from optimizer.instance.record import Instance
from optimizer.instance.units import limit_conversion
from optimizer.options.record import Options

#: Rows of a limit are told apart by these axes, in this order.
AXES = ("use", "method", "zone", "period")


@dataclass
class LoopRow:
    """One row: coefficients of all columns, bounds, and the names it is told apart by."""

    coefficients: np.ndarray
    lower: float
    upper: float
    names: dict[str, str]


class Loops:
    """An instance with its options as plain lists of names."""

    def __init__(self, instance: Instance, options: Options) -> None:
        self.instance, self.options = instance, options
        land, practices, calendar = instance.land, instance.practices, instance.calendar
        self.names = {"use": practices.uses, "method": practices.methods, "zone": land.zones,
                      "period": calendar.labels}
        zones = (*land.zones, "")
        self.option_names = [
            {"use": practices.uses[practices.use_um[um]],
             "method": practices.methods[practices.method_um[um]],
             "zone": zones[land.zone_i[i]], "period": calendar.labels[t]}
            for i, um, t in zip(options.parcel_o, options.practice_o, options.period_o,
                                strict=True)
        ]
        self.columns = options.count + instance.topsoil.count * calendar.count
        self._occurring: dict[str, list[list[float]]] = {}

    def occurring(self, account: str) -> list[list[float]]:
        """What one hectare of each option brings in each period."""
        if account not in self._occurring:
            parts = account_components(self.instance, self.options, account)
            table = []
            for o in range(self.options.count):
                um, t = self.options.practice_o[o], self.options.period_o[o]
                table.append([
                    sum(float(part.amount_o[o]
                              * part.spread_umtp[um if len(part.spread_umtp) > 1 else 0, t, p])
                        for part in parts)
                    for p in range(self.instance.calendar.count)])
            self._occurring[account] = table
        return self._occurring[account]

    def row(self, account: str, chosen: dict[str, list[str] | None], started: bool) -> np.ndarray:
        """Coefficients of an account summed over chosen names (None for all)."""
        row = np.zeros(self.columns)
        periods = chosen["period"] or list(self.names["period"])
        for o, names in enumerate(self.option_names):
            if any(chosen[axis] is not None and names[axis] not in chosen[axis]
                   for axis in ("use", "method", "zone")):
                continue
            for p, label in enumerate(self.names["period"]):
                if (names["period"] if started else label) in periods:
                    row[o] += self.occurring(account)[o][p]
        whole = all(chosen[axis] is None for axis in ("use", "method", "zone"))
        if account in ("net_sink", "holding") and whole:
            rates = holding_kt(self.instance)
            for k in range(self.instance.topsoil.count):
                for t, label in enumerate(self.names["period"]):
                    if label in periods:
                        row[self.options.count + k * len(self.names["period"]) + t] -= rates[k, t]
        return row

    def hectares(self, zones: list[str] | None, released_for: list[str] | None = None) -> float:
        """Hectares of the parcels in the zones, all or those first free in some periods."""
        land = self.instance.land
        names = (*land.zones, "")
        return sum(float(land.area_i[i]) for i in range(land.count)
                   if (zones is None or names[land.zone_i[i]] in zones)
                   and (released_for is None or next(
                       (label for label in self.names["period"]
                        if int(label) >= land.release_i[i]), "") in released_for))

    def years(self, periods: list[str] | None) -> float:
        """Years of the periods."""
        return float(sum(years for label, years in zip(
            self.names["period"], self.instance.calendar.years_t, strict=True)
            if periods is None or label in periods))

    def limit_rows(self) -> Iterator[LoopRow]:
        """Rows of every limit, in the order of the table."""
        table = self.instance.table("limits")
        for line in [] if table is None else table.frame().to_dict("records"):
            yield from self._rows(line)

    def _rows(self, line: dict[Any, Any]) -> Iterator[LoopRow]:
        def text(column: str) -> str:
            return str(line.get(column) or "")
        chosen_rows = []
        for combination in product(*(self._choices(axis, text(axis)) for axis in AXES)):
            names = dict(zip(AXES, (label for label, _ in combination), strict=True))
            chosen = dict(zip(AXES, (members for _, members in combination), strict=True))
            if line.get("cumulative") == 1.0 and chosen["period"] is not None:
                labels = list(self.names["period"])
                last = max(labels.index(label) for label in chosen["period"])
                chosen["period"] = labels[:last + 1]
            chosen_rows.append((names, chosen))
        account, basis = text("account"), text("basis") or "absolute"
        started = text("counted") == "started"
        if basis == "equal":
            yield from self._equal(account, text("zone") == "*", started, chosen_rows)
            return
        for names, chosen in chosen_rows:
            row, bound = self._row_and_bound(line, account, basis, started, chosen)
            sense = text("sense")
            yield LoopRow(row, bound if sense in (">=", "=") else -np.inf,
                          bound if sense in ("<=", "=") else np.inf, names)

    def _row_and_bound(self, line: dict[Any, Any], account: str, basis: str, started: bool,
                       chosen: dict[str, list[str] | None]) -> tuple[np.ndarray, float]:
        row = self.row(account, chosen, started)
        unit = limit_conversion(str(line.get("unit") or ""), basis,
                                account_unit(self.instance, account))
        assert unit is not None
        value = float(line["value"]) * unit.factor
        if basis == "absolute":
            return row, value * (self.years(chosen["period"]) if unit.per_year else 1.0)
        if basis == "share_of_reclaimed":
            whole = self.row("area", {**chosen, "use": None, "method": None}, started)
            return row - value / 100 * whole, 0.0
        if basis == "share_of_available":
            return row, value / 100 * self.hectares(chosen["zone"])
        if basis == "share_of_released":
            periods = chosen["period"] or list(self.names["period"])
            return row, value / 100 * self.hectares(chosen["zone"], periods)
        if basis == "average":
            return row - value * self.row("area", chosen, started), 0.0
        assert basis == "average_of_available"
        return row, value * self.hectares(chosen["zone"])

    def _equal(self, account: str, by_zone: bool, started: bool,
               chosen_rows: list[Any]) -> Iterator[LoopRow]:
        for (names, one), (_, other) in pairwise(chosen_rows):
            sides = [self.row(account, chosen, started)
                     / (self.hectares(chosen["zone"]) if by_zone else 1.0)
                     for chosen in (one, other)]
            yield LoopRow(sides[0] - sides[1], 0.0, 0.0, names)

    def _choices(self, axis: str, cell: str) -> list[tuple[str, list[str] | None]]:
        """What a cell stands for: label of the row, and the names it counts."""
        if cell == "":
            return [("", None)]
        if cell == "*":
            return [(name, [name]) for name in self.names[axis]]
        parts = [part.strip() for part in cell.split("|")]
        return [(parts[0] if len(parts) == 1 else "", parts)]
