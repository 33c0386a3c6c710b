"""What a proof is made of, from the files of a result: columns, prices of edges and land."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.result_files import ResultFiles
from optimizer.formulation.layout.edges import with_edges
from optimizer.formulation.layout.neighbours import neighbours_of
from optimizer.formulation.objective import boundary_price
from optimizer.formulation.program import LinearProgram
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.record import Instance
from optimizer.options.record import Options
from optimizer.solve.certificate import best_per_parcel
from optimizer.solve.edge_prices import EdgePrices
from optimizer.solve.tables import option_names

_AXES = ("parcel", "use", "method", "period", "source")


def columns_of_files(
    files: ResultFiles, instance: Instance, options: Options, program: LinearProgram
) -> tuple[NDArray[np.float64], list[str]]:
    """Columns of the plan and the stocks, and rows that match no option or source."""
    names = option_names(instance, options)
    position = {key: o for o, key in enumerate(zip(*(
        names[axis].tolist() for axis in _AXES), strict=True))}
    x_c, unknown = np.zeros(program.shape[1]), []
    for row in files.plan.to_dict("records"):
        key = tuple(str(row.get(axis, "")) for axis in _AXES)
        if key in position and math.isfinite(row["area_ha"]):
            x_c[position[key]] += row["area_ha"]
        else:
            unknown.append(", ".join(part for part in key if part))
    sources, periods = instance.topsoil.sources, instance.calendar.labels
    for row in files.stocks.to_dict("records"):
        if row["source"] in sources and row["period"] in periods:
            place = sources.index(row["source"]) * len(periods) + periods.index(row["period"])
            x_c[options.count + place] += row["stock_m3"]
        else:
            unknown.append(f"{row['source']}, {row['period']}")
    return with_edges(program, x_c), unknown


def with_land(program: LinearProgram, price_r: NDArray[np.float64]) -> NDArray[np.float64]:
    """Prices with those of land, which are what is left of the best option of each parcel."""
    rows, best = best_per_parcel(program, program.cost - program.matrix.T @ price_r)
    priced = price_r.copy()
    priced[rows] = np.where(np.isfinite(best), best, 0.0)
    return priced


def edge_prices_of(files: ResultFiles, instance: Instance) -> EdgePrices:
    """Prices of boundaries from their file, cut to what the weight allows.

    Raises
    ------
    InstanceRefused
        If the file is not about the pairs of the instance's table of neighbours, in its order, or
        has cells without a number.
    """
    table, neighbours = files.edge_prices, neighbours_of(instance)
    adjacency, uses = instance.table("adjacency"), instance.practices.uses
    columns = [f"price:{use}" for use in uses] + ["price_bare"]
    entries = [entry for entry in instance.settings.objectives if entry.stage == min(
        entry.stage for entry in instance.settings.objectives)]
    if table is None or adjacency is None or not set(columns).issubset(table.columns) or not all(
            np.array_equal(table[name].astype(str).to_numpy(), adjacency.text(name).astype(str))
            for name in ("parcel_a", "parcel_b")):
        raise InstanceRefused(instance.name, [Finding(
            "edge_prices", "prices of boundaries name the pairs of adjacency, in its order",
            "other pairs or uses", "the file as solve wrote it", "Solve again.")])
    price_el = table[columns].to_numpy(dtype=np.float64)
    if not np.isfinite(price_el).all():
        row = int(np.flatnonzero(~np.isfinite(price_el).all(axis=1))[0])
        raise InstanceRefused(instance.name, [Finding(
            "edge_prices", "prices of boundaries are numbers", f"none in row {row}",
            "a number for every use and bare land", "Solve again.")])
    return EdgePrices.within(neighbours, price_el, boundary_price(instance, tuple(entries)))
