"""`export`: a result as layers for a GIS, as a workbook, each file whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.geo.extra import require_geo
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.nearest import listed
from optimizer.instance.outlines import FILE as OUTLINES
from optimizer.instance.outlines import read_outlines
from optimizer.report.export_layers import plan_layers
from optimizer.report.export_place import files_into
from optimizer.report.export_words import Language
from optimizer.report.folder import OutputRefused
from optimizer.report.tables import LARGE_PARCELS

if TYPE_CHECKING:
    from optimizer.analysis.result_files import ResultFiles
    from optimizer.geo.layers_out.lattice import Lattice
    from optimizer.geo.layers_out.record import PlanLayers
    from optimizer.instance.record import Instance

FORMATS = ("gpkg", "parquet", "tif", "xlsx")
#: More cells a parcel, or fewer parcels, and outlines were drawn by hand on round coordinates:
#: rasters are then written only when asked for.
CELLS_A_PARCEL, FEWEST_PARCELS = 1_000, 100


@dataclass(frozen=True)
class Exported:
    """What an export wrote.

    Parameters
    ----------
    instance
        Name of the instance.
    folder
        Where the files are.
    files
        File -> what it holds.
    parcels, divided
        Parcels, and how many of them have more than one use (bare land counts as one); None
        where only a workbook was written.
    findings
        What was odd, none of it fatal.
    """

    instance: str
    folder: Path
    files: dict[str, str]
    parcels: int | None
    divided: int | None
    findings: tuple[Finding, ...]

    def record(self) -> dict[str, Any]:
        """Plain record for JSON."""
        return {"instance": self.instance, "folder": str(self.folder), "files": self.files,
                "parcels": self.parcels, "divided": self.divided,
                "findings": [str(finding) for finding in self.findings]}


@dataclass(frozen=True)
class _Job:
    """What is to be written, decided before anything is."""

    out: Path
    stem: str
    formats: tuple[str, ...]
    layers: PlanLayers | None
    lattice: Lattice | None
    language: Language


def export(
    out: str | Path, formats: Collection[str] = (), *, to: str | Path | None = None,
    language: Language = "en", cell: float | None = None, overwrite: bool = False,
) -> Exported:
    """Export a result.

    Parameters
    ----------
    out
        Result folder, as `solve` wrote it.
    formats
        Some of `gpkg`, `parquet`, `tif`, `xlsx`; empty takes what suits the result: layers where
        parcels have outlines (GeoParquet above 20,000 parcels), rasters where they are cells, a
        workbook where there are no outlines.
    to
        Folder for the files; the result folder where None.
    language
        Of labels, headers and reasons, in layers and workbooks: `en` or `zh`.
    cell
        Side of cells of rasters in metres; None takes the grid the outlines lie on.
    overwrite
        Whether files of an earlier export may be replaced.

    Raises
    ------
    InstanceRefused
        If the files of the result do not belong together, or there are no outlines to draw.
    OutputRefused
        If files are there already, cannot be written, or rasters need a size of cells.
    ExtraMissing
        If the packages for layers are not installed.
    """
    from optimizer.report.export_checks import checked_result

    out = Path(out)
    folder = out if to is None else Path(to)
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        message = f"No such format: {', '.join(unknown)}. Choose from {', '.join(FORMATS)}."
        raise ValueError(message)
    files, instance = checked_result(out)
    job = _job(out, files, instance, tuple(formats), language, cell)
    names = _names(job)
    with files_into(folder, list(names), overwrite=overwrite) as temporary:
        missed = _write(job, temporary)
    drawn = job.layers
    return Exported(instance.name, folder, names, None if drawn is None else instance.land.count,
                    None if drawn is None else _divided(drawn),
                    tuple(_findings(instance, drawn, missed)))


def _job(
    out: Path, files: ResultFiles, instance: Instance, formats: tuple[str, ...],
    language: Language, cell: float | None,
) -> _Job:
    """Decide what is written."""
    outlines = {} if set(formats) == {"xlsx"} else read_outlines(instance)
    vector = "parquet" if instance.land.count > LARGE_PARCELS else "gpkg"
    wanted = formats or ((vector,) if outlines else ("xlsx",))
    layers = None
    if set(wanted) != {"xlsx"}:
        if not outlines:
            raise InstanceRefused(str(out), [_no_outlines()])
        require_geo()
        layers = plan_layers(instance, files.plan, files.tables["parcels"],
                             str(files.summary.get("objective_unit") or ""), outlines, language)
    lattice = _lattice(layers, cell, wanted, given=bool(formats)) if layers else None
    if lattice is not None and "tif" not in wanted:
        wanted = (*wanted, "tif")
    stem = "incumbent" if files.summary.get("status") == "stopped" else "plan"
    return _Job(out, stem, wanted, layers, lattice, language)


def _divided(layers: PlanLayers) -> int:
    """Number of parcels with more than one row."""
    names = layers.parcels["parcel"]
    return int(names[names.duplicated()].nunique())


def _lattice(
    layers: PlanLayers, cell: float | None, wanted: tuple[str, ...], *, given: bool
) -> Lattice | None:
    """Grid of the rasters; None where none are written."""
    from optimizer.geo.layers_out.lattice import CELLS, lattice_of, lattice_over

    if given and "tif" not in wanted:
        return None
    if cell is not None:
        found = lattice_over(layers.outlines, cell)
        if found.rows * found.columns > CELLS:
            message = (f"Cells of {cell:g} m make {found.columns:,} x {found.rows:,} of them. Give "
                       f"a larger --cell: at most {CELLS:,} cells.")
            raise OutputRefused(message)
        return found
    lattice = lattice_of(layers.outlines)
    if lattice is None and given:
        message = ("The outlines are no cells of one grid, so rasters need a size: add "
                   "--cell METRES.")
        raise OutputRefused(message)
    if lattice is None or given:
        return lattice
    count = len(layers.names)
    fine = count < FEWEST_PARCELS or lattice.rows * lattice.columns > CELLS_A_PARCEL * count
    return None if fine else lattice


def _names(job: _Job) -> dict[str, str]:
    """Files that will be written, and what each holds."""
    names: dict[str, str] = {}
    if "gpkg" in job.formats:
        names[f"{job.stem}.gpkg"] = "layers parcels and uses in colours, table plan; for QGIS"
    if "parquet" in job.formats:
        names[f"{job.stem}_map.parquet"] = "GeoParquet: one row a parcel and use"
        names[f"{job.stem}_map.qml"] = "its colours, which QGIS finds by the name"
    if "tif" in job.formats and job.layers is not None:
        from optimizer.geo.layers_out.geotiff import MAIN, share_names

        names[MAIN] = "main use of each cell, in colours"
        names[str(Path(MAIN).with_suffix(".qml"))] = "its legend, which QGIS finds by the name"
        uses = job.layers.uses[:-1]
        for stem, entry in zip(share_names([use.value or "" for use in uses]), uses, strict=True):
            names[f"{stem}.tif"] = f"share of each cell's parcel under {entry.label}, 0 to 1"
    if "xlsx" in job.formats:
        names[f"{job.stem}.xlsx"] = "the result as a workbook, a sheet a table"
    return names


def _write(job: _Job, folder: Path) -> int:
    """Write the files and return how many parcels fell through the grid of the rasters."""
    missed = 0
    if job.layers is not None and "gpkg" in job.formats:
        from optimizer.geo.layers_out.geopackage import write_geopackage

        write_geopackage(job.layers, folder / f"{job.stem}.gpkg")
    if job.layers is not None and "parquet" in job.formats:
        from optimizer.geo.layers_out.geoparquet import write_geoparquet

        write_geoparquet(job.layers, folder / f"{job.stem}_map.parquet")
    if job.layers is not None and job.lattice is not None:
        from optimizer.geo.layers_out.geotiff import write_geotiffs

        missed = write_geotiffs(job.layers, job.lattice, folder)[1]
    if "xlsx" in job.formats:
        from optimizer.report.workbook import write_results_workbook

        write_results_workbook(job.out, folder / f"{job.stem}.xlsx", language=job.language)
    return missed


def _findings(
    instance: Instance, layers: PlanLayers | None, missed: int
) -> Iterator[Finding]:
    """What a planner should know about the layers."""
    if layers is None:
        return
    from optimizer.geo.layers_out.system import system_of

    without = [str(name) for name in layers.names if name not in layers.outlines]
    if without:
        yield _told(OUTLINES, "parcels without outline", f"{len(without)}: {listed(without, 3)}",
                    "an outline for every parcel", "Their rows have no shape.")
    if system_of(layers.crs) is None:
        yield _told("instance.toml", "coordinate system", f"`{layers.crs}`" if layers.crs
                    else "none", "a code such as EPSG:32649", "The layers have none: a GIS asks "
                    "for it. Give instance.crs and solve again.", "crs")
    if missed:
        yield _told(OUTLINES, "parcels on no cell", f"{missed} of {instance.land.count}",
                    "a cell's middle in every parcel", "They are in no raster. Give a smaller "
                    "--cell.")


def _told(file: str, rule: str, seen: str, expected: str, do: str, column: str = "") -> Finding:
    return Finding(file, rule, seen, expected, do, column=column, severity="warning")


def _no_outlines() -> Finding:
    return Finding(OUTLINES, "layers need outlines", "no outlines in the instance",
                   f"polygons with the parcels' names in {OUTLINES}",
                   "Add the file and solve again; --xlsx needs none.")
