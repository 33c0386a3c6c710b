"""What `export` writes, and `solve` where parcels have outlines: layers, rasters, a workbook."""

from __future__ import annotations

from optimizer.report.output_file import PLAN_COLUMNS, OutputColumn, OutputFile

C = OutputColumn

ASKED = "`reclaim export` was asked for"
LAYERS = ("parcels have outlines and the extra `geo` is installed (by solve up to 20,000 parcels, "
          "else by `reclaim export`)")
CELLS = "`reclaim export --tif` was asked for, or parcels are cells of a grid"

_SINK = C("net_sink_tco2e", "Net sink of this part, holding apart.", "t CO2e")

PARCEL_COLUMNS = (
    C("parcel", "Name of the parcel."),
    C("use", "What it becomes; NULL for land that is not reclaimed."),
    C("use_label", "The same in words, in the language asked for."),
    C("method", "How, of most of this area."),
    C("period", "Start year of the period in which work starts, of most of this area."),
    C("source", "Where the topsoil of most of this area comes from; NULL where none is brought."),
    C("ways", "Rows of the plan behind it; above 1, layer plan has them apart."),
    C("area_ha", "Area put to this use. Outlines are whole: sum this, not their areas.", "ha"),
    C("share_pct", "The same of the parcel's area.", "%"),
    C("drawn", "yes for the main use of the parcel, which is drawn on top."),
    _SINK,
    C("parcel_ha", "Area of the whole parcel.", "ha"),
    C("zone", "Zone of the parcel."),
    C("runner_up", "Next best use of the parcel, as in parcels.csv."),
    C("margin", "How far the runner-up lies behind the main use.", "objective_unit/ha"),
    C("land_price", "Change of the objective per hectare more of this land.",
      "objective_unit/ha"),
    C("why", "Runner-up and margin in words."),
    C("not_allowed", "Uses the parcel cannot have, each with the first rule before its nearest "
      "method."),
)

USE_COLUMNS = (
    C("use", "The use; NULL for land that is not reclaimed."),
    C("use_label", "The same in words."),
    C("area_ha", "Area under it, of the plan.", "ha"),
    C("parcels", "Parcels it occurs on."),
    _SINK,
    C("drawn_ha", "Area of the outlines drawn in it: those of whole parcels by their main use.",
      "ha"),
)

EXPORT_OUTPUTS = (
    OutputFile("plan.gpkg: parcels", "One feature a parcel and use, and one for what is left of "
               "it; coloured by use, with a second style by period. incumbent.gpkg where the run "
               "was stopped.", "layer", PARCEL_COLUMNS, LAYERS),
    OutputFile("plan.gpkg: uses", "Parcels joined by their main use, in its colour; one row a "
               "use, zeros too.", "layer", USE_COLUMNS, LAYERS),
    OutputFile("plan.gpkg: plan", "Every row of the plan, without outlines.", "layer",
               (*PLAN_COLUMNS, _SINK), LAYERS),
    OutputFile("plan_map.parquet", "GeoParquet of layer parcels, for many parcels; plan_map.qml "
               "has its colours.", "layer", PARCEL_COLUMNS, ASKED),
    OutputFile("uses.tif", "Number of the main use of each cell, from 1 in the order of the uses, "
               "then land that is not reclaimed; 0 where there is no land. uses.qml is its "
               "legend.", "raster", (), CELLS),
    OutputFile("share_USE.tif", "Share of the cell's parcel under one use, 0 to 1; -9999 where "
               "there is no land.", "raster", (), CELLS),
    OutputFile("plan.xlsx", "The result as a workbook, a sheet a table, units in the headers.",
               "workbook", (), ASKED),
)
