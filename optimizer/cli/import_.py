"""`reclaim import --dem DEM (--parcels LAYER | --cells MASK) -o INSTANCE`: land from terrain."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from optimizer.cli.common import json_option, out_option, overwrite_option, print_json

if TYPE_CHECKING:
    from optimizer.geo.record import Imported
    from optimizer.instance.record import Instance

MARK = "import.json"
FILE = click.Path(path_type=Path)


class Pair(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A column and what fills it: `COLUMN=WHAT`."""

    def __init__(self, what: str) -> None:
        self.name = f"column={what.lower()}"
        self.what = what

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Split at the first `=`."""
        column, _, told = str(value).partition("=")
        if not column.strip() or not told.strip():
            self.fail(f"{value!r} is no pair. Write COLUMN={self.what}.", param, ctx)
        return column.strip(), told.strip()


class RuleText(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A rule: `USE,ATTRIBUTE,MINIMUM,MAXIMUM`, either bound blank."""

    name = "rule"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str, str, str]:
        """Split at the commas."""
        parts = [part.strip() for part in str(value).split(",")]
        if len(parts) != 4 or not all(parts[:2]) or not any(parts[2:]):
            self.fail(f"{value!r} is no rule. Write USE,ATTRIBUTE,MINIMUM,MAXIMUM; one of the "
                      "two may be blank.", param, ctx)
        return parts[0], parts[1], parts[2], parts[3]


class Years(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Start years of periods: `2026,2031,2036`, rising."""

    name = "years"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """Read the years."""
        if isinstance(value, tuple):
            return value
        try:
            years = tuple(int(part) for part in str(value).split(","))
        except ValueError:
            years = ()
        if not years or list(years) != sorted(set(years)) or not 1900 <= years[0] <= 2200:
            self.fail(f"{value!r} are no rising years. Write 2026,2031,2036.", param, ctx)
        return years


class Slopes(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Slopes in percent: `2,6,15,25,35,50`, rising."""

    name = "percents"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        """Read the slopes."""
        if isinstance(value, tuple):
            return value
        try:
            slopes = tuple(float(part) for part in str(value).split(","))
        except ValueError:
            slopes = ()
        rising = list(slopes) == sorted(set(slopes))
        if not slopes or not rising or slopes[0] <= 0 or not slopes[-1] < 1e4:
            self.fail(f"{value!r} are no rising slopes in percent. Write 2,6,15,25,35,50.",
                      param, ctx)
        return slopes


@click.command("import")
@click.option("--dem", type=FILE, required=True, help="Elevation raster, any coordinate system.")
@click.option("--parcels", type=FILE, help="Polygons that become parcels (GeoPackage, Shapefile, "
              "GeoJSON), cut into slope classes.")
@click.option("--cells", type=FILE, help="Instead: a mask or class raster on the same grid, whose "
              "cells become parcels; 0 and nodata are no land.")
@click.option("--block", type=click.IntRange(1), default=1, show_default=True,
              help="With --cells: cells of a side of a block that becomes a parcel (or one per "
              "slope class).")
@click.option("--least-share", type=click.FloatRange(0, 100, min_open=True), metavar="PERCENT",
              help="With --block: a block becomes a parcel as a whole where so much of it is "
              "marked, and none otherwise; the marked cells of every block where not given.")
@click.option("--classes", type=Slopes(), default=(), metavar="PERCENTS",
              help="Slopes between which the share of the land is told, such as 2,6,15,25,35,50; "
              "those at which land is cut where not given.")
@click.option("--elevation-unit", type=click.Choice(["m", "ft", "us-ft"]),
              help="Unit of the elevations; what the raster states where not given.")
@click.option("--region", metavar="REGION", help="Coefficient library, such as loess-plateau.")
@click.option("--use", "uses", metavar="USE", multiple=True,
              help="A use of the library that is considered; repeatable. All where none is given.")
@click.option("--crs", metavar="CODE", help="Projected system of the instance; the raster's, or "
              "its UTM zone, where not given.")
@click.option("--raster", "rasters", type=Pair("FILE"), multiple=True, metavar="COLUMN=FILE",
              help="A raster whose mean fills a column of parcels (ph, release_year, zone, ...); "
              "repeatable.")
@click.option("--soil-depth", type=FILE, help="Short for --raster soil_depth_m=FILE.")
@click.option("--layer", "layers", type=Pair("FILE"), multiple=True, metavar="COLUMN=FILE",
              help="A layer, the distance to whose nearest feature fills a column; repeatable.")
@click.option("--water", type=FILE, help="Short for --layer distance_to_water_m=FILE.")
@click.option("--roads", type=FILE, help="Short for --layer distance_to_road_m=FILE.")
@click.option("--column", "columns", type=Pair("FIELD"), multiple=True, metavar="COLUMN=FIELD",
              help="Field of the polygons that fills a column, where the names differ; "
              "repeatable.")
@click.option("--sources", type=FILE, help="Points of topsoil: source, supply_m3, period, ...; "
              "hauls are measured from them.")
@click.option("--default", "defaults", type=Pair("VALUE"), multiple=True, metavar="COLUMN=VALUE",
              help="One value for all parcels, counted as an assumption; repeatable.")
@click.option("--rule", "rules", type=RuleText(), multiple=True,
              metavar="USE,ATTRIBUTE,MIN,MAX", help="A further rule of a use, such as "
              "aquaculture,distance_to_water_m,,500; repeatable.")
@click.option("--periods", type=Years(), default=(2026, 2031, 2036), metavar="YEARS",
              help="Start years of periods [2026,2031,2036].")
@click.option("--horizon", type=click.IntRange(1, 300), default=30, show_default=True,
              help="Years of the carbon account.")
@out_option(help_text="Folder of the new instance.")
@overwrite_option
@json_option
def import_command(out: Path, overwrite: bool, as_json: bool, **given: Any) -> int:
    """Make an instance from terrain: slopes, slope lengths, areas, distances, neighbours.

    Polygons (or blocks of cells) are cut into slope classes, cell by cell, at the limits of the
    uses and at 25 percent. What nobody measured is assumed, and listed.
    """
    from optimizer.cli.progress import progress
    from optimizer.geo.extra import ExtraMissing, require_geo
    from optimizer.report.folder import refuse_unwritable, whole_folder

    try:
        require_geo()
    except ExtraMissing as error:
        raise click.UsageError(str(error)) from error
    request = _request(out, given)
    refuse_unwritable(out, overwrite=overwrite, mark=MARK)
    from optimizer.geo.land import import_land
    from optimizer.geo.write import write_outlines, write_tables

    with progress("reading layers") as say:
        imported = import_land(request, say)
    with progress("writing"), whole_folder(out, overwrite=overwrite, mark=MARK) as folder:
        write_tables(imported, folder)
        # Before the outlines are there: reading those of a large raster would take the most memory.
        instance = _checked(folder, out)
        write_outlines(imported, folder)
    if as_json:
        record = json.loads((out / MARK).read_text(encoding="utf-8"))
        print_json({"instance": str(out), "sha256": instance.sha256, **record})
    else:
        _tell(imported, instance, out)
    return 0


def _request(out: Path, given: dict[str, Any]) -> Any:
    """What the options ask for."""
    from optimizer.geo.request import ImportRequest
    from optimizer.report.commands import quoted

    if (given["parcels"] is None) == (given["cells"] is None):
        message = "Give either --parcels or --cells."
        raise click.UsageError(message)
    if given["block"] > 1 and given["cells"] is None:
        message = "--block goes with --cells."
        raise click.UsageError(message)
    if given["least_share"] is not None and given["block"] == 1:
        message = "--least-share goes with --block."
        raise click.UsageError(message)
    rasters = _pairs("--raster", given["rasters"], {"soil_depth_m": given["soil_depth"]})
    layers = _pairs("--layer", given["layers"], {"distance_to_water_m": given["water"],
                                                 "distance_to_road_m": given["roads"]})
    command = " ".join(["reclaim", *(quoted(word) for word in _words())])
    return ImportRequest(
        dem=given["dem"], parcels=given["parcels"], cells=given["cells"], block=given["block"],
        least_share=None if given["least_share"] is None else given["least_share"] / 100.0,
        classes=given["classes"], elevation_unit=given["elevation_unit"], region=given["region"],
        crs=given["crs"],
        rasters={column: Path(path) for column, path in rasters.items()},
        distances={column: Path(path) for column, path in layers.items()},
        columns=_pairs("--column", given["columns"], {}), sources=given["sources"],
        defaults=_numbers(_pairs("--default", given["defaults"], {})), rules=given["rules"],
        uses=given["uses"], periods=given["periods"], horizon_years=given["horizon"],
        name=out.resolve().name, command=command)


def _words() -> list[str]:
    """Words of the command as it was called, for the record."""
    words = sys.argv[1:]
    return words[words.index("import"):] if "import" in words else []


def _pairs(option: str, pairs: tuple[tuple[str, str], ...], short: dict[str, Path | None]) -> (
        dict[str, Any]):
    """Pairs as a mapping; a column given twice is refused."""
    every = [*pairs, *((column, path) for column, path in short.items() if path is not None)]
    found = dict(every)
    if len(found) < len(every):
        message = f"{option} fills a column twice."
        raise click.UsageError(message)
    return found


def _numbers(pairs: dict[str, str]) -> dict[str, float]:
    """Values of --default."""
    try:
        return {column: float(value) for column, value in pairs.items()}
    except ValueError as error:
        message = f"--default takes numbers: {error}."
        raise click.UsageError(message) from error


def _checked(folder: Path, out: Path) -> Instance:
    """Read the new folder as any command would; findings name the folder that was asked for."""
    from optimizer.instance.findings import InstanceRefused
    from optimizer.instance.read import read_instance

    try:
        return read_instance(folder)
    except InstanceRefused as refused:
        raise InstanceRefused(str(out), refused.findings) from None


def _tell(imported: Imported, instance: Instance, out: Path) -> None:
    """Say what was made, what was odd, and what to do next."""
    from optimizer.instance.findings import describe
    from optimizer.report.imported import import_text

    click.echo(import_text(imported, out))
    found = (*imported.findings, *instance.warnings)
    if found:
        count = len(found)
        click.echo(f"\n{count} warning{'s' if count > 1 else ''}:\n{describe(found, 100)}")
