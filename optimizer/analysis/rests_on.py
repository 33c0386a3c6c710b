"""What a plan rests on: each number behind its carbon, where it comes from, how well it stands.

A carbon term of an option is a product of coefficients and stands as well as the worst of them.
The share of the objective that rests on assumptions is the sum of the sizes of the terms with an
assumed (or unsourced) number behind them, over the sum of the sizes of all terms. What was
measured on the land (areas, slopes, depths) is listed by `validate`, not counted here, nor is
a growth factor of 1, which changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.carbon.growth import NO_CURVE
from optimizer.carbon.holding import holding_kt
from optimizer.carbon.terms import term_values
from optimizer.formulation.columns import stocks_at
from optimizer.instance.provenance import covering_row

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.instance.record import Instance
    from optimizer.instance.table import Table
    from optimizer.options.record import Options
    from optimizer.solve.solution import Solution

#: From the best standing to the worst.
STANDINGS = ("read", "second-hand", "derived", "assumed", "not stated")

#: Standings that count as assumption.
ASSUMED = ("assumed", "not stated")

#: Term -> keys of [works] it is a product of.
_WORKS_OF_TERM = {
    "regrading": ("diesel_kgco2e_per_l", "regrade_l_per_m3"),
    "loading": ("diesel_kgco2e_per_l", "load_l_per_m3", "swell_factor"),
    "hauling": ("diesel_kgco2e_per_l", "haul_l_per_m3_km", "swell_factor"),
    "spreading": ("diesel_kgco2e_per_l", "spread_l_per_m3"),
}

#: Term -> columns of the methods table it is a product of.
_METHODS_OF_TERM = {
    "soil": ("growth_factor",),
    "biomass": ("growth_factor",),
    "establishment": ("establishment_tco2e_per_ha",),
    "aftercare": ("aftercare_tco2e_per_ha_yr", "aftercare_years"),
    "operation": ("operation_tco2e_per_ha_yr",),
    "ch4": ("ch4_kg_per_ha_yr",),
    "n2o": ("n2o_kg_per_ha_yr",),
}

_CURVE_COLUMNS = ("c_max_tc_per_ha", "rate_per_year", "shape", "gain_tc_per_ha")


@dataclass(frozen=True, order=True)
class Number:
    """One coefficient: table, key and column, as in the provenance table."""

    table: str
    key: str
    column: str


@dataclass(frozen=True)
class RestsOn:
    """What a plan rests on.

    Parameters
    ----------
    numbers
        One row a coefficient: table, key, column, value, standing, source, terms (which it
        enters), tco2e (sum of the sizes of the plan's terms it enters).
    tco2e_by_standing
        Standing -> sum of the sizes of the plan's terms whose worst number has that standing.
    """

    numbers: pd.DataFrame
    tco2e_by_standing: dict[str, float]

    @property
    def assumed_share(self) -> float:
        """Share of the sizes of the plan's carbon terms that rests on assumptions, 0 to 1."""
        total = sum(self.tco2e_by_standing.values())
        assumed = sum(self.tco2e_by_standing[standing] for standing in ASSUMED)
        return assumed / total if total > 0.0 else 0.0


def rests_on(solution: Solution) -> RestsOn:
    """List the numbers behind a plan's carbon with their sources, and weigh them."""
    area_o = solution.x_c[:solution.options.count]
    used = np.flatnonzero(area_o > 0.0)
    return rests_on_done(solution.instance, solution.options.take(used), area_o[used],
                         solution.x_c[stocks_at(solution.instance, solution.options)])


def rests_on_done(
    instance: Instance, options: Options, area_o: NDArray[np.float64],
    stock_kt: NDArray[np.float64],
) -> RestsOn:
    """Do the same for any plan.

    Parameters
    ----------
    instance
        Checked instance.
    options, area_o
        What is done, and its hectares (above 0), shape (O,).
    stock_kt
        Topsoil left after each period, m3, shape (K, T) or flat.
    """
    register = _Register(instance)
    weights: dict[Number, dict[str, float]] = {}
    by_standing = dict.fromkeys(STANDINGS, 0.0)
    for term, size, numbers in _term_sizes(instance, options, area_o, stock_kt):
        standings = [register.standing(number) for number in numbers]
        worst = max(standings, key=STANDINGS.index, default="not stated")
        by_standing[worst] += size
        for number in numbers:
            weights.setdefault(number, {}).setdefault(term, 0.0)
            weights[number][term] += size
    return RestsOn(_frame(register, weights), by_standing)


def _term_sizes(
    instance: Instance, taken: Options, area_o: NDArray[np.float64], flat_kt: NDArray[np.float64]
) -> Iterator[tuple[str, float, list[Number]]]:
    """Size of every carbon term by practice and period, with the numbers behind it."""
    if not instance.uses_carbon:
        return
    values = {term: np.abs(value_o * area_o)
              for term, value_o in term_values(instance, taken).items()}
    for um, t in sorted(set(zip(taken.practice_o.tolist(), taken.period_o.tolist(), strict=True))):
        which = (taken.practice_o == um) & (taken.period_o == t)
        for term, size_o in values.items():
            if (size := float(size_o[which].sum())) > 0.0:
                yield term, size, _numbers(instance, term, um, t)
    stock_kt = flat_kt.reshape(instance.topsoil.supply_kt.shape)
    held = float((holding_kt(instance) * stock_kt).sum()) if stock_kt.size else 0.0
    if held > 0.0:
        yield "holding", held, [Number("sources", "*", "soc_t_per_m3"),
                                Number("sources", "*", "carbon_loss_pct_per_year")]


def _numbers(instance: Instance, term: str, um: int, t: int) -> list[Number]:
    """Coefficients a term of practice um started in t is a product of."""
    practices = instance.practices
    key = ",".join(practices.name_um(um))
    numbers = [Number("methods", key, column) for column in _METHODS_OF_TERM.get(term, ())
               if not _neutral(instance, column, um, t)]
    numbers += [Number("works", "*", name) for name in _WORKS_OF_TERM.get(term, ())
                if name in instance.settings.works]
    if term in ("soil", "biomass"):
        curve = str(getattr(practices, f"curve_{term}_umt")[um, t])
        numbers += [] if curve in NO_CURVE else _curve_numbers(instance, curve)
    if term == "site":
        numbers.append(Number("site", "*", "extra_tco2e_per_ha"))
    if term == "baseline":
        numbers.append(Number("parcels", "*", "baseline_tco2e_per_ha_yr"))
    return numbers


def _neutral(instance: Instance, column: str, um: int, t: int) -> bool:
    """Whether a number changes nothing: a growth factor of 1 leaves the curve as it is."""
    return column == "growth_factor" and bool(
        instance.practices.amount_umt(column)[um, t] == 1.0)


def _curve_numbers(instance: Instance, curve: str) -> list[Number]:
    """Parameters of a growth curve that are filled in."""
    table = instance.tables["curves"]
    which = table.text("curve") == curve
    return [Number("curves", curve, column) for column in _CURVE_COLUMNS
            if bool(np.any(~np.isnan(table.number(column)[which])))]


class _Register:
    """Provenance and values of the numbers of an instance."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        table = instance.table("provenance")
        self._table = table
        self._rows = [] if table is None else [
            (str(t), str(key), str(column)) for t, key, column in zip(
                table.text("table"), table.text("key"), table.text("column"), strict=True)]

    def standing(self, number: Number) -> str:
        """Standing of a number; `not stated` where no provenance row covers it."""
        row = self._row(number)
        return "not stated" if row < 0 or self._table is None else str(
            self._table.text("standing")[row])

    def source(self, number: Number) -> str:
        """Where a number comes from."""
        row = self._row(number)
        return "" if row < 0 or self._table is None else str(self._table.text("source")[row])

    def value(self, number: Number) -> str:
        """Value of a number as text; several values as a range."""
        if number.table == "works":
            return f"{self.instance.settings.works[number.column]:g}"
        table = self.instance.tables[number.table]
        values = table.number(number.column)[_rows_of(table, number.key)]
        values = values[~np.isnan(values)]
        if not values.size:
            return "0"
        low, high = float(values.min()), float(values.max())
        return f"{low:g}" if low == high else f"{low:g} to {high:g}"

    def _row(self, number: Number) -> int:
        key = () if number.key == "*" else tuple(number.key.split(","))
        return covering_row(self._rows, (number.table, key, number.column))


def _rows_of(table: Table, key: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Rows of a table whose first key columns are `key` (`*`: all rows)."""
    if key == "*":
        return np.ones(len(table), dtype=bool)
    parts = key.split(",")
    columns = {"methods": ("use", "method"), "curves": ("curve",)}[table.name]
    kept = np.ones(len(table), dtype=bool)
    for column, part in zip(columns, parts, strict=True):
        kept &= table.text(column) == part
    return kept


def _frame(register: _Register, weights: dict[Number, dict[str, float]]) -> pd.DataFrame:
    """Lay the numbers out as a table, the heaviest first."""
    import pandas as pd

    rows = [{
        "table": number.table, "key": number.key, "column": number.column,
        "value": register.value(number), "standing": register.standing(number),
        "source": register.source(number), "terms": " ".join(sorted(terms)),
        "tco2e": sum(terms.values()),
    } for number, terms in weights.items()]
    columns = ["table", "key", "column", "value", "standing", "source", "terms", "tco2e"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["tco2e", "table", "key", "column"],
                             ascending=[False, True, True, True]).reset_index(drop=True)
