"""Tables that say what must hold and what rests on what: limits, plans, provenance."""

from __future__ import annotations

from optimizer.instance.schema.spec import ColumnSpec as C
from optimizer.instance.schema.spec import TableSpec

BASES = (
    "absolute", "share_of_reclaimed", "share_of_available", "share_of_released",
    "average", "average_of_available", "equal",
)

LIMITS = TableSpec(
    "limits",
    "One row a linear rule on an account. In use, method, zone and period a blank sums over all, "
    "a|b sums over these, * makes one row for each.",
    "限制",
    (
        C("limit", "text", "Name of the limit.", label_zh="限制", key=True, required="always"),
        C("account", "text", "Account the rule is on.", label_zh="账户", required="always"),
        C("use", "text", "Uses counted.", label_zh="用途"),
        C("method", "text", "Methods counted.", label_zh="方法"),
        C("zone", "text", "Zones counted.", label_zh="分区"),
        C("period", "text", "Periods counted (start years).", label_zh="时期"),
        C("sense", "choice", "Direction of the rule.", label_zh="方向", choices=("<=", ">=", "="),
          required="always"),
        C("value", "number", "The bound, in `unit`.", "of the limit", "数值", required="when",
          required_when="the basis is not equal"),
        C("unit", "text", "ha, mu, CNY, 10000 CNY, m3, %, ...; blank: the account's own.",
          label_zh="单位"),
        C("basis", "choice",
          "absolute: a total; share_of_*: percent of reclaimed, available or released area; "
          "average: mean per hectare reclaimed (or available); equal: the same for each *.",
          label_zh="基准", choices=BASES),
        C("cumulative", "flag", "yes: counts everything up to the end of the period.",
          label_zh="累计"),
        C("counted", "choice",
          "occurring: what happens in the period; started: all that options started in the "
          "period will ever cause.", label_zh="计法", choices=("occurring", "started")),
        C("reason", "text", "Why the rule is there.", label_zh="理由"),
    ),
)

PLANS = TableSpec(
    "plans",
    "One row a piece of a plan: hectares of a parcel put to a use by a method from a period.",
    "方案",
    (
        C("parcel", "text", "Name of the parcel.", label_zh="地块", key=True, required="always"),
        C("use", "text", "Name of the use.", label_zh="用途", key=True, required="always"),
        C("method", "text", "Name of the method.", label_zh="方法", optional_key=True),
        C("period", "text", "Start year of the period.", label_zh="时期", optional_key=True),
        C("source", "text", "Topsoil source, where soil is brought in.", label_zh="表土源",
          optional_key=True),
        C("area_ha", "number", "Hectares; blank: the whole parcel.", "ha", "面积_公顷", 0),
        C("fixed", "flag", "yes: done already, cannot change.", label_zh="固定"),
    ),
    free_text=("note",),
)

USE_MAP = TableSpec(
    "use_map",
    "One row a land class of an actual plan: the use it is read as.",
    "用途对照",
    (
        C("code", "text", "Land-class code as it stands in the plan (0103 is not 103).",
          label_zh="地类编码", key=True, required="always"),
        C("use", "text", "Name of the use; blank: left as it is (bare, or put to nothing here).",
          label_zh="用途"),
    ),
    free_text=("note", "name"),
)

PROVENANCE = TableSpec(
    "provenance",
    "One row a number (or a group of numbers): where it comes from and how well it stands.",
    "来源",
    (
        C("table", "text", "Table of the number, or `works` or `instance`.", label_zh="表",
          key=True, required="always"),
        C("key", "text", "Key of its row, parts joined by a comma; * for all.", label_zh="键",
          key=True, required="always"),
        C("column", "text", "Column of the number; * for all.", label_zh="列", key=True,
          required="always"),
        C("standing", "choice",
          "read: in the source itself; second-hand: in a transcription of it; derived: arithmetic "
          "on such numbers; assumed: a judgement.", label_zh="可靠程度",
          choices=("read", "second-hand", "derived", "assumed"), required="always"),
        C("source", "text", "The standard, paper or plan; how derived or why assumed.",
          label_zh="出处", required="always"),
    ),
    free_text=("note",),
)
