"""What the mine emitted, disturbed and lost, year by year, from the `mining` table.

    per year           amount of the span / years of the span
    soil carbon lost   disturbed_ha  carbon_before [t C/ha]  loss_pct / 100  44/12    [t CO2e]

The same for vegetation. A total of both, where the table has one, stands in place of the two.
What is blank is not known and stays blank: it is added up as nothing, and said to be missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from optimizer.carbon.gases import CO2_PER_C

if TYPE_CHECKING:
    from optimizer.instance.table import Table

Unit = Literal["CO2e", "C"]

#: Columns of emissions, in the unit of the row.
EMISSIONS = ("fuel_t", "explosive_t", "fugitive_t", "electricity_t")

#: How t of an emission whose unit is not confirmed may be meant -> t CO2e per t.
READINGS: Mapping[Unit, float] = {"CO2e": 1.0, "C": CO2_PER_C}


@dataclass(frozen=True)
class Mine:
    """The mining table, year by year.

    Parameters
    ----------
    amounts
        Column of the table -> amount in each year, NaN where not known, shape (Y,).
    emitted
        Reading of an unconfirmed unit -> t CO2e in each year, shape (Y,); empty where no
        emission is known.
    confirmed
        Whether the unit of every row is known, so that both readings are the same.
    soil_lost_y, vegetation_lost_y, carbon_lost_y
        Carbon lost in each year, t CO2e, NaN where not known; the last is what is known of both.
    knows_losses
        Whether the carbon lost is known for any span.
    missing
        What the table does not say.
    """

    amounts: dict[str, NDArray[np.float64]]
    emitted: dict[Unit, NDArray[np.float64]]
    confirmed: bool
    soil_lost_y: NDArray[np.float64]
    vegetation_lost_y: NDArray[np.float64]
    carbon_lost_y: NDArray[np.float64]
    knows_losses: bool
    missing: tuple[str, ...]


def mine_by_year(table: Table, years_y: NDArray[np.int64]) -> Mine:
    """Lay the mining table out over years, each span evenly."""
    share_ry = _shares(table, years_y)
    names = (*EMISSIONS, "coal_t", "disturbed_ha")
    amounts = {name: _spread(table.number(name), share_ry) for name in names}
    soil_r, vegetation_r, total_r = lost_by_span(table)
    known_r = np.where(np.isnan(total_r), _sum_of_known(soil_r, vegetation_r), total_r)
    emitted = {reading: _known(_emitted(table, factor), share_ry)
               for reading, factor in READINGS.items()} if _any_emission(table) else {}
    return Mine(amounts, emitted, bool(np.all(table.text("emission_unit") != "unknown")),
                _spread(np.where(np.isnan(total_r), soil_r, np.nan), share_ry),
                _spread(np.where(np.isnan(total_r), vegetation_r, np.nan), share_ry),
                _spread(known_r, share_ry), bool((~np.isnan(known_r)).any()),
                tuple(_missing(table)))


def lost_by_span(
    table: Table
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Soil and vegetation carbon lost in each span and the stated total, t CO2e, NaN if unknown."""
    area_r = table.number("disturbed_ha")
    soil_r, vegetation_r = (
        area_r * table.number(f"{part}_carbon_before_tc_per_ha")
        * table.number(f"{part}_carbon_loss_pct") / 100.0 * CO2_PER_C
        for part in ("soil", "vegetation"))
    return soil_r, vegetation_r, table.number("ecosystem_carbon_lost_tc") * CO2_PER_C


def _shares(table: Table, years_y: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of each span that falls into each year, shape (R, Y)."""
    first_r, last_r = table.number("year_from"), table.number("year_to")
    within = (years_y[None, :] >= first_r[:, None]) & (years_y[None, :] <= last_r[:, None])
    shares: NDArray[np.float64] = within / (last_r - first_r + 1.0)[:, None]
    return shares


def _spread(amount_r: NDArray[np.float64], share_ry: NDArray[np.float64]) -> NDArray[np.float64]:
    """Amounts of the spans by year; NaN in the years of a span whose amount is not known."""
    known_y = _known(amount_r, share_ry)
    unknown_y = (share_ry[np.isnan(amount_r)] > 0.0).any(axis=0)
    return np.where(unknown_y, np.nan, known_y)


def _known(amount_r: NDArray[np.float64], share_ry: NDArray[np.float64]) -> NDArray[np.float64]:
    """Amounts by year, what is not known as nothing."""
    total: NDArray[np.float64] = np.nan_to_num(amount_r) @ share_ry
    return total


def _sum_of_known(a_r: NDArray[np.float64], b_r: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of two amounts of which one may be unknown; NaN where both are."""
    return np.where(np.isnan(a_r) & np.isnan(b_r), np.nan, np.nan_to_num(a_r) + np.nan_to_num(b_r))


def _any_emission(table: Table) -> bool:
    """Whether any emission is known."""
    return any(table.has(name) for name in EMISSIONS)


def _emitted(table: Table, factor: float) -> NDArray[np.float64]:
    """Emissions of each span, t CO2e; `factor` where the unit is not known."""
    factors = {"C": READINGS["C"], "CO2e": READINGS["CO2e"], "unknown": factor}
    factor_r = np.array([factors[str(unit)] for unit in table.text("emission_unit")])
    return factor_r * sum(np.nan_to_num(table.number(name)) for name in EMISSIONS)


def _missing(table: Table) -> Iterator[str]:
    """What is not known of some span."""
    for name in (*EMISSIONS, "coal_t", "disturbed_ha"):
        yield from _blank_spans(table, name, np.isnan(table.number(name)))
    soil_r, vegetation_r, total_r = lost_by_span(table)
    for part, lost_r in (("soil", soil_r), ("vegetation", vegetation_r)):
        unknown_r = np.isnan(lost_r) & np.isnan(total_r)
        yield from _blank_spans(
            table, f"{part} carbon lost (disturbed_ha, {part}_carbon_before_tc_per_ha and "
            f"{part}_carbon_loss_pct, or ecosystem_carbon_lost_tc)", unknown_r)


def _blank_spans(table: Table, what: str, blank_r: NDArray[np.bool_]) -> Iterator[str]:
    """One sentence on the spans for which something is not known."""
    if not blank_r.any():
        return
    first, last = table.number("year_from")[blank_r], table.number("year_to")[blank_r]
    spans = ", ".join(f"{a:g}-{b:g}" for a, b in zip(first[:3], last[:3], strict=True))
    more = f" and {len(first) - 3} more spans" if len(first) > 3 else ""
    yield f"mining: {what}, {spans}{more}"
