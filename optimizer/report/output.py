"""`write_out`: a solution as a folder of tables, pictures and the instance as solved."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.report.folder import whole_folder
from optimizer.report.summary import summary_of, summary_text
from optimizer.report.tables import LARGE_PARCELS, write_table

if TYPE_CHECKING:
    from optimizer.solve.solution import Solution


def write_out(
    solution: Solution, folder: str | Path, *, overwrite: bool = False,
    seconds: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """Write everything a solution has to say into a folder, whole or not at all.

    Parameters
    ----------
    solution
        What was solved; a stopped one is written as `incumbent.csv`, never as `plan.csv`.
    folder
        Result folder; must not exist unless `overwrite`.
    overwrite
        Replace an earlier result, once the new one is complete.
    seconds
        Phases measured by the caller (`read`, `check`), for the summary.

    Returns
    -------
    dict
        The summary, as in `summary.json` but for the hashes of the files written.

    Raises
    ------
    OutputRefused
        If the folder may not be written.
    """
    from optimizer.instance.write import write_instance

    started = time.perf_counter()
    with whole_folder(Path(folder), overwrite=overwrite) as temporary:
        write_instance(solution.instance, temporary / "instance")
        _write_tables(solution, temporary)
        _write_pictures(solution, temporary)
        _write_layers(solution, temporary)
        _write_report(solution, temporary, seconds or {})
        measured = {**(seconds or {}), "write": time.perf_counter() - started}
        summary = summary_of(solution, measured)
        (temporary / "summary.json").write_text(
            summary_text(summary), encoding="utf-8", newline="\n")
    return summary


def _write_tables(solution: Solution, folder: Path) -> None:
    """Write every table of the output schema."""
    large = solution.instance.land.count > LARGE_PARCELS
    plan = "incumbent.csv" if solution.status == "stopped" else "plan.csv"
    write_table(solution.plan, folder, plan, large=large)
    write_table(solution.parcels, folder, "parcels.csv", large=large)
    write_table(solution.stocks, folder, "stocks.csv")
    write_table(solution.limits, folder, "limits.csv")
    write_table(solution.prices, folder, "prices.csv")
    edge_prices = solution.edge_price_table
    if edge_prices is not None:
        write_table(edge_prices, folder, "edge_prices.csv", large=True)
    if solution.instance.uses_carbon:
        write_table(solution.carbon, folder, "carbon.csv")


def _write_report(solution: Solution, folder: Path, seconds: Mapping[str, float]) -> None:
    """Write the page in English; `reclaim report` writes it in Chinese, or with more beside it."""
    from optimizer.report.html.material import material_of
    from optimizer.report.html.page import FILE, report_page

    page = report_page(material_of(solution, summary_of(solution, seconds)))
    (folder / FILE).write_text(page, encoding="utf-8", newline="\n")


def _write_pictures(solution: Solution, folder: Path) -> None:
    """Write the map and, where there is a carbon account, its terms."""
    from optimizer.report.carbon_picture import draw_carbon
    from optimizer.report.map_picture import draw_map

    draw_map(solution, folder / "map.png")
    if solution.instance.uses_carbon:
        draw_carbon(solution, folder / "carbon.png")


def _write_layers(solution: Solution, folder: Path) -> None:
    """Write the layers for a GIS, where parcels have outlines and the extra `geo` is there."""
    from optimizer.geo.extra import ExtraMissing, require_geo
    from optimizer.instance.outlines import read_outlines

    if solution.instance.land.count > LARGE_PARCELS:
        return
    outlines = read_outlines(solution.instance)
    if not outlines:
        return
    try:
        require_geo()
    except ExtraMissing:
        return
    from optimizer.geo.layers_out.geopackage import write_geopackage
    from optimizer.report.export_layers import plan_layers

    layers = plan_layers(solution.instance, solution.plan, solution.parcels,
                         solution.stages[-1].unit, outlines)
    stem = "incumbent" if solution.status == "stopped" else "plan"
    write_geopackage(layers, folder / f"{stem}.gpkg")
