"""Rasters of parcels with prizes per use: small instances on which layout can be seen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from strategies import Row
from worked import instance_of

from optimizer.instance.record import Instance


def raster(
    prize_rcu: NDArray[np.float64], weight: float = 0.0, *, area_ha: float = 1.0,
    side_m: float = 100.0, must_reclaim: bool = False, limits: list[Row] | None = None,
    cells: dict[str, Row] | None = None, tables: dict[str, list[Row]] | None = None,
    **layout: Any,
) -> Instance:
    """Cells of one size, t CO2e/ha of every use on each, one period and nothing else.

    Parameters
    ----------
    prize_rcu
        Net sink per hectare, shape (rows, columns, uses); the uses are `u0`, `u1`, ...
    weight
        t CO2e per km of boundary.
    cells
        What the rows of some parcels (`r0c1`) say besides.
    tables
        Further tables.
    """
    rows, columns, uses = prize_rcu.shape
    name = [[f"r{r}c{c}" for c in range(columns)] for r in range(rows)]
    pairs = [(name[r][c], name[r][c + 1]) for r in range(rows) for c in range(columns - 1)]
    pairs += [(name[r][c], name[r + 1][c]) for r in range(rows - 1) for c in range(columns)]
    return instance_of(
        parcels=[{"parcel": cell, "area_ha": area_ha, "must_reclaim": 1 if must_reclaim else None}
                 | (cells or {}).get(cell, {})
                 for line in name for cell in line],
        methods=[{"use": f"u{u}"} for u in range(uses)],
        site=[{"parcel": name[r][c], "use": f"u{u}",
               "extra_tco2e_per_ha": float(prize_rcu[r, c, u])}
              for r in range(rows) for c in range(columns) for u in range(uses)],
        adjacency=[{"parcel_a": one, "parcel_b": other, "shared_boundary_m": side_m}
                   for one, other in pairs],
        settings={"periods": (2026,), "layout": {"boundary_weight_tco2e_per_km": weight, **layout}},
        limits=limits or [], **tables or {})


def checkerboard(size: int) -> NDArray[np.float64]:
    """Prizes of 1 t/ha for u0 on the black cells (corners) and for u1 on the white ones."""
    black = np.indices((size, size)).sum(axis=0) % 2 == 0
    return np.stack([black, ~black], axis=2).astype(float)
