"""Tables that say what is there: parcels, neighbours, topsoil sources, hauls, the mine."""

from __future__ import annotations

from optimizer.instance.schema.spec import ColumnSpec as C
from optimizer.instance.schema.spec import TableSpec

PARCELS = TableSpec(
    "parcels",
    "One row a planning unit: a polygon, a raster cell, or one slope class of a polygon.",
    "地块",
    (
        C("parcel", "text", "Name of the parcel; text, so 007 is not 7.", label_zh="地块", key=True,
          required="always"),
        C("area_ha", "number", "Plan area of the parcel (finished footprint for bench faces).",
          "ha", "面积_公顷", 0, above=True, required="when",
          required_when="area_mu is not given"),
        C("area_mu", "number", "Plan area in mu, instead of area_ha (15 mu = 1 ha).", "mu",
          "面积_亩", 0, above=True),
        C("slope_pct", "number", "Slope before any work, percent (100 x height / length).", "%",
          "坡度_百分比", 0, 1000, required="when",
          required_when="slope_deg is not given and carbon, works or a slope rule is used"),
        C("slope_deg", "number", "Slope in degrees, instead of slope_pct; converted.", "deg",
          "坡度_度", 0, 89.9),
        C("slope_length_m", "number",
          "Horizontal crest-to-toe length of the whole landform, before any work.", "m", "坡长_米",
          0, 100_000, above=True, required="when",
          required_when="a method may regrade the parcel"),
        C("regrade_form", "choice",
          "bench: a face of fixed height spreads (area is the finished footprint); "
          "tilt: the plan footprint is kept.", label_zh="削坡方式", choices=("bench", "tilt")),
        C("soil_depth_m", "number", "Depth of usable soil there now.", "m", "土层厚度_米", 0, 10,
          required="when", required_when="a use asks for soil depth or a method brings soil"),
        C("release_year", "integer", "First year in which reclamation may start.", "year",
          "交地年份", 1900, 2200),
        C("longest_wait_years", "number",
          "Reclamation must start within this many years, counted from the later of release and "
          "first period; makes reclaiming the whole parcel a duty.", "yr", "最长等待年数", 0, 200),
        C("zone", "text", "Name of the zone that limits may refer to.", label_zh="分区",
          required="when", required_when="a limit names a zone"),
        C("must_reclaim", "flag", "yes: every hectare must be reclaimed.", label_zh="必须复垦"),
        C("group", "text", "Pieces of one polygon; with whole parcels they move together.",
          label_zh="组"),
        C("baseline_tco2e_per_ha_yr", "number",
          "Yearly uptake of the land if nothing is done; given up when it is reclaimed.",
          "t CO2e/ha/yr", "基线_吨CO2e每公顷年", -100, 100),
        C("x", "number", "Easting of the parcel's middle (projected, metres).", "m", "横坐标"),
        C("y", "number", "Northing of the parcel's middle (projected, metres).", "m", "纵坐标"),
    ),
    required=True,
    open_numbers=True,
)

ADJACENCY = TableSpec(
    "adjacency",
    "One row a pair of parcels that share a boundary.",
    "邻接",
    (
        C("parcel_a", "text", "One parcel.", label_zh="地块甲", key=True, required="always"),
        C("parcel_b", "text", "The other parcel.", label_zh="地块乙", key=True, required="always"),
        C("shared_boundary_m", "number", "Length of the boundary the two share.", "m",
          "共用边界_米", 0, above=True, required="always"),
    ),
)

SOURCES = TableSpec(
    "sources",
    "One row a topsoil source and period: what it yields and what waiting costs.",
    "表土源",
    (
        C("source", "text", "Name of the source.", label_zh="表土源", key=True, required="always"),
        C("period", "text", "Start year of the period.", label_zh="时期", key=True,
          required="always"),
        C("supply_m3", "number", "Topsoil that becomes available in the period, as placed.", "m3",
          "供应量_立方米", 0, required="always"),
        C("x", "number", "Easting of the source (projected, metres).", "m", "横坐标"),
        C("y", "number", "Northing of the source (projected, metres).", "m", "纵坐标"),
        C("volume_loss_pct_per_year", "number", "Share of a stockpile lost each year.", "%/yr",
          "体积损失_百分比每年", 0, 100, required="always"),
        C("carbon_loss_pct_per_year", "number",
          "Share of the carbon in a stockpile lost each year.", "%/yr", "碳损失_百分比每年", 0, 100,
          required="when", required_when="carbon is used"),
        C("soc_t_per_m3", "number", "Organic carbon in a cubic metre of the topsoil.", "t C/m3",
          "有机碳_吨每立方米", 0, 0.2, required="when", required_when="carbon is used"),
    ),
    free_text=("note",),
)

HAULS = TableSpec(
    "hauls",
    "One row a source and parcel: the road distance, where it is not computed from x and y.",
    "运距",
    (
        C("source", "text", "Name of the source.", label_zh="表土源", key=True, required="always"),
        C("parcel", "text", "Name of the parcel.", label_zh="地块", key=True, required="always"),
        C("distance_km", "number", "One-way road distance.", "km", "运距_公里", 0, 500,
          required="always"),
    ),
    free_text=("note",),
)

MINING = TableSpec(
    "mining",
    "One row a span of years: what the mine emitted and disturbed. Feeds the report only.",
    "采矿",
    (
        C("year_from", "integer", "First year of the span.", "year", "起始年", 1900, 2200, key=True,
          required="always"),
        C("year_to", "integer", "Last year of the span.", "year", "终止年", 1900, 2200, key=True,
          required="always"),
        C("coal_t", "number", "Coal mined in the span.", "t", "煤炭_吨", 0),
        C("fuel_t", "number", "Emissions from fuel.", "t", "燃料排放_吨", 0),
        C("explosive_t", "number", "Emissions from explosives.", "t", "炸药排放_吨", 0),
        C("fugitive_t", "number", "Fugitive emissions.", "t", "逸散排放_吨", 0),
        C("electricity_t", "number", "Emissions from electricity.", "t", "电力排放_吨", 0),
        C("emission_unit", "choice", "Whether the emissions are t of C, of CO2e, or unknown.",
          label_zh="排放单位", choices=("C", "CO2e", "unknown"), required="always"),
        C("disturbed_ha", "number", "Land disturbed in the span.", "ha", "损毁面积_公顷", 0),
        C("soil_carbon_loss_pct", "number", "Share of the soil carbon lost by mining.", "%",
          "土壤碳损失_百分比", 0, 100),
        C("vegetation_carbon_loss_pct", "number", "Share of the vegetation carbon lost.", "%",
          "植被碳损失_百分比", 0, 100),
        C("soil_carbon_before_tc_per_ha", "number",
          "Soil carbon of the disturbed land before mining.", "t C/ha",
          "采前土壤碳_吨碳每公顷", 0, 1000),
        C("vegetation_carbon_before_tc_per_ha", "number",
          "Vegetation carbon of the disturbed land before mining.", "t C/ha",
          "采前植被碳_吨碳每公顷", 0, 1000),
        C("ecosystem_carbon_lost_tc", "number",
          "Carbon lost from soil and vegetation together, where it is known as a total; it then "
          "stands in place of what area, carbon before and shares lost come to.", "t C",
          "生态系统碳损失_吨碳", 0),
        C("gangue_t", "number", "Gangue and coal slime of the span.", "t", "煤矸石_吨", 0),
        C("gangue_placed_t", "number", "Part of it placed as deep as the rules ask.", "t",
          "煤矸石安置_吨", 0),
    ),
)
