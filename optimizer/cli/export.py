"""`reclaim export OUT`: the plan for a GIS and for Excel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer.cli.common import Positive, json_option, overwrite_option, print_json

if TYPE_CHECKING:
    from optimizer.report.exported import Exported


@click.command("export")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--gpkg", is_flag=True,
              help="GeoPackage: parcels and uses in colours, opened as they are by QGIS.")
@click.option("--tif", is_flag=True,
              help="GeoTIFFs: the main use, and the share of each cell under every use.")
@click.option("--parquet", is_flag=True, help="GeoParquet: for many parcels.")
@click.option("--xlsx", is_flag=True, help="An Excel workbook, a sheet a table.")
@click.option("--cell", type=Positive(), metavar="METRES",
              help="Side of a cell of the rasters, where the parcels are not cells themselves.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en",
              help="Language of labels, headers and reasons.")
@click.option("--to", "to", metavar="FOLDER", type=click.Path(path_type=Path),
              help="Where the files go; OUT where not given.")
@overwrite_option
@json_option
def export_command(
    out: Path, gpkg: bool, tif: bool, parquet: bool, xlsx: bool, cell: float | None, lang: str,
    to: Path | None, overwrite: bool, as_json: bool,
) -> int:
    """Write the result OUT as layers for a GIS or as a workbook.

    Without a format: a GeoPackage where parcels have outlines (GeoParquet above 20,000 parcels),
    GeoTIFFs too where they are cells of a grid, a workbook where there are no outlines. OUT is
    verified first (above 20,000 parcels its hectares and sinks, not the proof); files that do not
    belong together are not exported.
    """
    from optimizer.cli.progress import progress
    from optimizer.geo.extra import ExtraMissing
    from optimizer.report.exported import export
    from optimizer.report.what_it_is import refuse_no_solve

    if not out.is_dir():
        message = f"{out} is no result folder."
        raise click.UsageError(message)
    refuse_no_solve(out)
    formats = [name for name, asked in (
        ("gpkg", gpkg), ("parquet", parquet), ("tif", tif), ("xlsx", xlsx)) if asked]
    if cell is not None and not tif:
        message = "--cell goes with --tif."
        raise click.UsageError(message)
    try:
        with progress("exporting"):
            done = export(out, formats, to=to, language="zh" if lang == "zh" else "en", cell=cell,
                          overwrite=overwrite)
    except ExtraMissing as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        print_json(done.record())
    else:
        _tell(done)
    return 0


def _tell(done: Exported) -> None:
    """Say what was written, and what was odd."""
    from optimizer.instance.findings import describe
    from optimizer.report.figures import columns

    click.echo("\n".join([f"Written to {done.folder}", *columns(list(done.files.items()), "<<")]))
    if done.divided:
        click.echo(f"\n{done.divided} of {done.parcels:,} parcels are divided: their outline is "
                   "there once for each use, with its hectares;\nthe main use is drawn on top. "
                   "Sum area_ha, not areas of outlines.")
    if done.findings:
        count = len(done.findings)
        click.echo(f"\n{count} warning{'s' if count > 1 else ''}:\n{describe(done.findings)}")
