"""What `instance.toml` (and `library.toml`) may hold: one declared key after the other."""

from __future__ import annotations

from optimizer.instance.schema.spec import ColumnSpec as C

INSTANCE_KEYS = (
    C("name", "text", "Short name, used in messages and files.", required="always"),
    C("title", "text", "Title for reports."),
    C("base_year", "integer", "Year in which the carbon account starts.", "year", "", 1900, 2200,
      required="always"),
    C("horizon_years", "integer", "Length of the carbon account.", "yr", "", 1, 300,
      required="always"),
    C("crediting_years", "integer",
      "Gives every option this many years instead of those left to the horizon.", "yr", "", 1, 300),
    C("gwp", "choice", "Set of global warming potentials.", choices=("AR6", "AR5")),
    C("max_slope_pct", "number",
      "Machine limit of the finished slope; may be lowered, never raised above 25.", "%", "", 0, 25,
      above=True),
    C("currency", "text", "Currency of all money (default CNY)."),
    C("crs", "text", "Projected coordinate system of x and y, such as EPSG:32649."),
    C("library", "text", "Coefficient library to inherit from."),
    C("library_version", "text", "Written into resolved instances: library and version used."),
    C("licence", "text", "Licence of the data."),
)

WORKS_KEYS = (
    C("diesel_kgco2e_per_l", "number",
      "Diesel factor, well to wheel, used for every machine.", "kg CO2e/L", "", 0, 10, above=True),
    C("regrade_l_per_m3", "number", "Diesel to cut and push a cubic metre when regrading.",
      "L/m3", "", 0, 10),
    C("load_l_per_m3", "number", "Diesel to dig and load a loose cubic metre.", "L/m3", "", 0, 10),
    C("haul_l_per_m3_km", "number",
      "Diesel to haul a loose cubic metre one kilometre, empty return included.", "L/m3/km", "",
      0, 5),
    C("spread_l_per_m3", "number", "Diesel to spread a placed cubic metre.", "L/m3", "", 0, 10),
    C("swell_factor", "number", "Loose volume per placed volume (loading and hauling only).",
      "1", "", 0.5, 3),
    C("road_factor", "number", "Road distance per straight-line distance.", "1", "", 1, 10),
    C("regrade_cost_per_m3", "number", "Money to cut and push a cubic metre.", "currency/m3", "",
      0),
    C("load_cost_per_m3", "number", "Money to dig and load a loose cubic metre.", "currency/m3",
      "", 0),
    C("haul_cost_per_m3_km", "number", "Money to haul a loose cubic metre one kilometre.",
      "currency/m3/km", "", 0),
    C("spread_cost_per_m3", "number", "Money to spread a placed cubic metre.", "currency/m3", "",
      0),
)

OBJECTIVE_KEYS = (
    C("account", "text", "Account the objective is on.", required="always"),
    C("weight", "number", "Multiplies the account (default 1)."),
    C("sense", "choice", "max or min (default max).", choices=("max", "min")),
    C("stage", "integer",
      "Entries of one stage are added up; stages are solved in order (default: each its own).", "",
      "", 1, 99),
    C("tolerance", "number", "How much of a stage later ones may give up, relative.", "1", "", 0,
      1),
    C("tolerance_absolute", "number", "The same, in the unit of the stage.", "", "", 0),
)

LAYOUT_KEYS = (
    C("boundary_weight_tco2e_per_km", "number",
      "Price of a kilometre of boundary between unlike uses.", "t CO2e/km", "", 0),
)

LIBRARY_KEYS = (
    C("name", "text", "Short name of the library.", required="always"),
    C("version", "text", "Version, stored with every answer.", required="always"),
    C("title", "text", "Region it stands for.", required="always"),
    C("title_zh", "text", "The same in Chinese."),
    C("licence", "text", "Licence of the data."),
    C("crs_hint", "text", "Projected coordinate system usual in the region."),
)
