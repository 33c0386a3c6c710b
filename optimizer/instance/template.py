"""A new instance folder to fill in: it solves as it stands, and says what each column means."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from optimizer.instance.describe import schema_text
from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.library import Library, locate_library, read_library
from optimizer.instance.locations import shipped_libraries
from optimizer.instance.nearest import advice, listed
from optimizer.instance.schema import LIBRARY_TABLES, TABLES

if TYPE_CHECKING:
    from optimizer.instance.table import Table

Row = Mapping[str, object]

PERIODS = (2026, 2031, 2036)

#: Columns that stand for another one in another unit; a template shows one of the two.
ALTERNATIVES = frozenset({"area_mu", "slope_deg"})

#: Invented parcels: a flat top, the face below it, and a hollow where water stands.
PARCELS: tuple[Row, ...] = (
    {"parcel": "platform-1", "area_ha": 60, "slope_pct": 2, "slope_length_m": 300,
     "soil_depth_m": 0.3, "release_year": 2026, "zone": "dump", "x": 500600, "y": 4370900,
     "note": "example; replace by your own"},
    {"parcel": "bench-1", "area_ha": 40, "slope_pct": 60, "slope_length_m": 40,
     "regrade_form": "bench", "soil_depth_m": 0.1, "release_year": 2031, "zone": "dump",
     "x": 501200, "y": 4370400, "note": "example: a face of 31 degrees has 60 percent"},
    {"parcel": "hollow-1", "area_ha": 10, "slope_pct": 1, "slope_length_m": 200,
     "soil_depth_m": 0.2, "release_year": 2036, "zone": "pit", "x": 499800, "y": 4371500,
     "note": "example"},
)

#: Invented values of attributes that libraries have rules on, for the three parcels.
ATTRIBUTES: Mapping[str, tuple[float, ...]] = MappingProxyType({
    "bulk_density_g_cm3": (1.55, 1.6, 1.4),
    "gravel_pct": (8, 20, 5),
    "ph": (8.0, 8.1, 7.8),
    "standing_water_m": (0, 0, 1.5),
    "groundwater_depth_m": (2.0, 10.0, 0.2),
})

LIMITS: tuple[Row, ...] = (
    {"limit": "budget", "account": "cost", "period": "*", "sense": "<=", "value": 800,
     "unit": "10000 CNY", "reason": "example: money of each period"},
    {"limit": "water", "account": "water", "period": "*", "sense": "<=", "value": 60_000,
     "unit": "m3/yr", "reason": "example: water there is every year"},
    {"limit": "no-use-alone", "account": "area", "use": "*", "sense": "<=", "value": 70,
     "unit": "%", "basis": "share_of_reclaimed", "reason": "example: a mixed pattern"},
)

INSTANCE_TOML = """\
# What is accounted, and over which years. `reclaim schema instance` explains every key.
[instance]
name = {name}
title = "An example to fill in: three invented parcels"
base_year = {base}            # the carbon account starts here
horizon_years = 30          # and runs for so long
periods = {periods}  # years in which work may start
library = {region}     # coefficients for every cell left blank
currency = "CNY"
crs = {crs}          # x and y are projected metres, never degrees
licence = ""
sources = ["Invented example"]
# crediting_years = 30      # the same number of years for every option, instead of the horizon
# gwp = "AR6"               # or "AR5"
# max_slope_pct = 25        # finished slope; may be lowered, never raised

# One entry after the other; each keeps what the ones before reached.
[[objective]]
account = "net_sink"        # t CO2e
sense = "max"
# tolerance = 0.01          # later entries may give up one percent of this one

# Earthworks and hauling. What is not given here comes from the library: see its library.toml.
[works]
# diesel_kgco2e_per_l = 3.286

# Values for blank cells; each one counts as an assumption.
# [defaults.parcels]
# soil_depth_m = 0
"""

README = """\
# {name}: an instance to fill in

It solves as it stands: `reclaim validate .`, then `reclaim solve . -o OUT`. All parcels, sources
and limits are invented; replace them. The rows of `uses.csv` and `methods.csv` choose what may be
done; their blank cells take the values of the library `{region}`, and a number written there
replaces the library's. 0 means zero, blank means the library's. Tables with a header only may stay
so, or be deleted. Say in `provenance.csv` where your numbers come from.

"""


@dataclass(frozen=True)
class Template:
    """What a new instance holds, before it is written as a folder or a workbook.

    Parameters
    ----------
    manifest
        Text of `instance.toml`.
    headers, rows
        Table -> its columns, and its rows.
    """

    manifest: str
    headers: Mapping[str, list[str]]
    rows: Mapping[str, list[Row]]


def template_of(name: str, region: str) -> Template:
    """Make a new instance of a name that inherits the library of a region.

    Raises
    ------
    InstanceRefused
        If the region is unknown or its library cannot be read.
    """
    library = _library(region)
    rows = _rows(library)
    headers = {table: _header(library, table, held) for table, held in rows.items()}
    return Template(_manifest(name, region), headers, rows)


def init_folder(folder: str | Path, region: str) -> Path:
    """Write a commented instance that inherits a shipped library.

    Parameters
    ----------
    folder
        New or empty folder; it is made if it does not exist.
    region
        Name of a shipped coefficient library.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    InstanceRefused
        If the region is unknown, its library cannot be read, or the folder holds something.
    """
    folder = Path(folder)
    template_of("", region)  # a region that is unknown leaves no folder behind
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InstanceRefused(str(folder), [Finding(
            folder.name, "folder in use", "something is there already", "a new or empty folder",
            "Name another folder.")])
    folder.mkdir(parents=True, exist_ok=True)
    name = folder.resolve().name
    template = template_of(name, region)
    (folder / "instance.toml").write_text(template.manifest, encoding="utf-8")
    for table, rows in template.rows.items():
        _write(folder / f"{table}.csv", template.headers[table], rows)
    notes = [schema_text("instance"), *(schema_text(table) for table in TABLES)]
    text = README.format(name=name, region=region) + "\n\n".join(notes) + "\n"
    (folder / "README.md").write_text(text, encoding="utf-8")
    return folder


def _library(region: str) -> Library:
    """Read the library of a region."""
    shipped = shipped_libraries()
    if region not in shipped:
        raise InstanceRefused(region, [Finding(
            "--region", "unknown name", f"`{region}`", f"one of {listed(shipped)}",
            advice(region, shipped, "Check the name."))])
    located = locate_library(region, None)
    if isinstance(located, Finding):
        raise InstanceRefused(region, [located])
    library, findings = read_library(located)
    if library is None:
        raise InstanceRefused(region, findings)
    return library


def _manifest(name: str, region: str) -> str:
    """Text of instance.toml, names quoted as TOML wants them."""
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return INSTANCE_TOML.format(name=quoted, base=PERIODS[0], periods=list(PERIODS),
                                region=f'"{region}"', crs='"EPSG:32649"')


def _rows(library: Library) -> dict[str, list[Row]]:
    """Rows of every table; those that the library holds stay open for the planner."""
    uses, methods = library.tables["uses"], library.tables["methods"]
    sources = [
        {"source": "stockpile-1", "period": year, "supply_m3": supply, "x": 500000, "y": 4371000,
         "volume_loss_pct_per_year": 1, "carbon_loss_pct_per_year": 3, "soc_t_per_m3": 0.004,
         "note": "example"}
        for year, supply in zip(PERIODS, (120_000, 60_000, 0), strict=True)
    ]
    provenance = [
        {"table": table, "key": "*", "column": "*", "standing": "assumed",
         "source": "invented example; replace by where your numbers come from"}
        for table in ("parcels", "sources", "limits")
    ]
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    rows["uses"] = [{"use": use} for use in uses.text("use")]
    pairs = dict.fromkeys(zip(methods.text("use"), methods.text("method"), strict=True))
    rows["methods"] = [{"use": use, "method": method} for use, method in pairs]
    rows["parcels"] = _parcels(library.tables.get("suitability"))
    rows |= {"sources": list(sources), "limits": list(LIMITS), "provenance": list(provenance)}
    return rows


def _parcels(suitability: Table | None) -> list[Row]:
    """Invented parcels with a value for every attribute that the library has a rule on."""
    attributes = [] if suitability is None else list(dict.fromkeys(suitability.text("attribute")))
    extra = [name for name in attributes if name not in TABLES["parcels"].by_name]
    return [{**parcel, **{name: _example(suitability, name)[i] for name in extra}}
            for i, parcel in enumerate(PARCELS)]


def _example(suitability: Table | None, attribute: str) -> Sequence[float]:
    """Values of an attribute for the parcels; the first bound of its rules where none is known."""
    if attribute in ATTRIBUTES or suitability is None:
        return ATTRIBUTES.get(attribute, (0.0,) * len(PARCELS))
    row = list(suitability.text("attribute")).index(attribute)
    low, high = suitability.number("minimum")[row], suitability.number("maximum")[row]
    return (float(high if low != low else low),) * len(PARCELS)


def _header(library: Library, table: str, rows: Iterable[Row]) -> list[str]:
    """Columns of the format, without alternatives, and whatever else rows or library hold."""
    spec = TABLES[table]
    declared = [column.name for column in spec.columns if column.name not in ALTERNATIVES]
    inherited = library.tables[table].columns if table in library.tables else ()
    held = dict.fromkeys((*(name for row in rows for name in row), *inherited))
    free = [name for name in spec.free_text if name not in declared]
    others = [name for name in held if name not in declared and name not in free]
    # The library's tables are mostly left to it: a planner adds free text where wanted.
    return [*declared, *others, *(free if table not in LIBRARY_TABLES else [])]


def _write(path: Path, header: Sequence[str], rows: Iterable[Row]) -> None:
    """Write a table, with the mark by which spreadsheets know UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
