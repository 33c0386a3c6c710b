"""Tables that say what can be done: uses, suitability, methods, curves, site, accounts."""

from __future__ import annotations

from optimizer.instance.schema.spec import ColumnSpec as C
from optimizer.instance.schema.spec import PrefixSpec, TableSpec

ACCOUNT_PREFIX = PrefixSpec(
    "account:", "Amount per hectare booked on the account NAME (per year if it is per_year).",
    "账户:",
)

USES = TableSpec(
    "uses",
    "One row a land use that reclaimed land may become.",
    "用途",
    (
        C("use", "text", "Name of the use.", label_zh="用途", key=True, required="always"),
        C("label", "text", "What to print for it.", label_zh="名称"),
        C("label_zh", "text", "What to print for it in Chinese.", label_zh="中文名称"),
        C("colour", "text", "Colour on maps, #rrggbb.", label_zh="颜色"),
        C("max_slope_pct", "number",
          "Steepest finished slope for the use; the machine limit of the instance holds as well.",
          "%", "最大坡度_百分比", 0, 1000),
        C("min_soil_depth_m", "number", "Least finished soil depth for the use.", "m",
          "最小土层_米", 0, 10),
        C("workable_patch_ha", "number",
          "Smallest connected patch worth working; smaller ones are counted in the layout.", "ha",
          "最小可经营图斑_公顷", 0),
        C("min_patch_ha", "number",
          "Least connected patch of the use that a plan may have: parcels side by side with any "
          "of it; blank or 0: any.", "ha", "最小图斑_公顷", 0),
    ),
    required=True,
)

SUITABILITY = TableSpec(
    "suitability",
    "One row a use and attribute: the bounds a parcel must meet after the method.",
    "适宜性",
    (
        C("use", "text", "Name of the use.", label_zh="用途", key=True, required="always"),
        C("attribute", "text", "Name of the parcel attribute.", label_zh="属性", key=True,
          required="always"),
        C("minimum", "number", "Least value allowed.", "of the attribute", "最小值"),
        C("maximum", "number", "Largest value allowed.", "of the attribute", "最大值"),
        C("clause", "text", "Paragraph of the standard the rule comes from.", label_zh="条款"),
    ),
)

METHODS = TableSpec(
    "methods",
    "One row a use and method (and period, where it changes): what it does, costs and emits.",
    "方法",
    (
        C("use", "text", "Name of the use.", label_zh="用途", key=True, required="always"),
        C("method", "text", "Name of the method.", label_zh="方法", key=True, required="always"),
        C("period", "text", "Start year of the period; blank: every period.", label_zh="时期",
          optional_key=True),
        C("label", "text", "What to print for it.", label_zh="名称"),
        C("label_zh", "text", "What to print for it in Chinese.", label_zh="中文名称"),
        C("respread_own_soil", "flag",
          "yes: the parcel's own soil is stripped before regrading and respread after; "
          "no: regrading buries it.", label_zh="剥离回覆"),
        C("curve_soil", "text", "Curve of the soil's carbon gain; none: no gain.",
          label_zh="土壤曲线", required="when", required_when="carbon is used"),
        C("curve_biomass", "text", "Curve of the biomass carbon gain; none: no gain.",
          label_zh="生物量曲线", required="when", required_when="carbon is used"),
        C("growth_factor", "number", "Multiplies both gains (1: as the curve says).", "1",
          "生长系数", 0, 10, required="when", required_when="carbon is used"),
        C("establishment_tco2e_per_ha", "number", "Emitted once to establish the use.",
          "t CO2e/ha", "建植排放_吨每公顷", 0, 1000, required="when",
          required_when="carbon is used"),
        C("establishment_cost_per_ha", "number", "Paid once, earthworks apart.", "currency/ha",
          "建植费用_每公顷", 0, required="when", required_when="the account cost is used"),
        C("operation_tco2e_per_ha_yr", "number",
          "Emitted every year: fertiliser manufacture, irrigation power, fuel; no field N2O.",
          "t CO2e/ha/yr", "运行排放_吨每公顷年", 0, 200, required="when",
          required_when="carbon is used"),
        C("operation_cost_per_ha_yr", "number", "Paid every year.", "currency/ha/yr",
          "运行费用_每公顷年", 0, required="when", required_when="the account cost is used"),
        C("income_per_ha_yr", "number", "Earned every year.", "currency/ha/yr", "收入_每公顷年", 0,
          required="when", required_when="the account income is used"),
        C("aftercare_years", "number", "Years of aftercare.", "yr", "管护年数", 0, 100,
          required="when", required_when="carbon or the account cost is used"),
        C("aftercare_tco2e_per_ha_yr", "number", "Emitted in each year of aftercare.",
          "t CO2e/ha/yr", "管护排放_吨每公顷年", 0, 100, required="when",
          required_when="carbon is used"),
        C("aftercare_cost_per_ha_yr", "number", "Paid in each year of aftercare.",
          "currency/ha/yr", "管护费用_每公顷年", 0, required="when",
          required_when="the account cost is used"),
        C("water_m3_per_ha_yr", "number", "Water used every year.", "m3/ha/yr",
          "用水_立方米每公顷年", 0, 200_000, required="when",
          required_when="the account water is used"),
        C("labour_days_per_ha", "number", "Labour to establish the use.", "days/ha",
          "用工_日每公顷", 0, 100_000, required="when", required_when="the account labour is used"),
        C("ch4_kg_per_ha_yr", "number", "Methane emitted every year, mass of CH4.", "kg/ha/yr",
          "甲烷_千克每公顷年", -1000, 10_000, required="when", required_when="carbon is used"),
        C("n2o_kg_per_ha_yr", "number",
          "Nitrous oxide emitted every year, mass of N2O; all field N2O is here and only here.",
          "kg/ha/yr", "氧化亚氮_千克每公顷年", -100, 1000, required="when",
          required_when="carbon is used"),
    ),
    prefixes=(
        PrefixSpec("after:", "Value of the parcel attribute after the works of the method.",
                   "之后:"),
        ACCOUNT_PREFIX,
    ),
    required=True,
)

CURVES = TableSpec(
    "curves",
    "One row a growth curve, or one row a year of a tabulated one: gain over the starting stock.",
    "曲线",
    (
        C("curve", "text", "Name of the curve.", label_zh="曲线", key=True, required="always"),
        C("year", "number", "Years since the start (tables only).", "yr", "年", 0, 500,
          optional_key=True, required="when", required_when="the form is table"),
        C("form", "choice",
          "exponential: c_max (1 - exp(-k n)); chapman_richards: c_max (1 - exp(-k n))^p; "
          "table: gains at stated years, straight between.", label_zh="形式",
          choices=("exponential", "chapman_richards", "table"), required="always"),
        C("c_max_tc_per_ha", "number", "Largest gain.", "t C/ha", "最大增量_吨碳每公顷", -500, 2000,
          required="when", required_when="the form is not table"),
        C("rate_per_year", "number", "Rate k.", "1/yr", "速率_每年", 0, 10, above=True,
          required="when", required_when="the form is not table"),
        C("shape", "number", "Shape p.", "1", "形状", 0, 100, above=True, required="when",
          required_when="the form is chapman_richards"),
        C("gain_tc_per_ha", "number", "Gain since the start, cumulative.", "t C/ha",
          "累计增量_吨碳每公顷", -500, 2000, required="when", required_when="the form is table"),
    ),
)

SITE = TableSpec(
    "site",
    "One row a parcel and use (and method, period): what depends on the place.",
    "立地",
    (
        C("parcel", "text", "Name of the parcel.", label_zh="地块", key=True, required="always"),
        C("use", "text", "Name of the use.", label_zh="用途", key=True, required="always"),
        C("method", "text", "Name of the method; blank: every method.", label_zh="方法",
          optional_key=True),
        C("period", "text", "Start year of the period; blank: every period.", label_zh="时期",
          optional_key=True),
        C("quality", "number", "Multiplies both gains there (1 where absent).", "1", "质量", 0, 10),
        C("extra_tco2e_per_ha", "number",
          "Added once to the net sink of the place (positive: sink).", "t CO2e/ha",
          "附加碳汇_吨每公顷", -10_000, 10_000),
    ),
    prefixes=(ACCOUNT_PREFIX,),
)

ACCOUNTS = TableSpec(
    "accounts",
    "One row an account the planner adds; amounts stand in account:NAME columns.",
    "账户",
    (
        C("account", "text", "Name of the account.", label_zh="账户", key=True, required="always"),
        C("unit", "text", "Unit of its totals (t, CNY, m3, points, ...).", label_zh="单位",
          required="always"),
        C("timing", "choice", "once: at the start; per_year: every year.", label_zh="时间",
          choices=("once", "per_year"), required="always"),
        C("years", "number", "For how many years from the start; blank: to the horizon.", "yr",
          "年数", 0, 500, above=True),
    ),
)
