"""Tables of what nobody knows exactly: cases that may come true, and ranges of single numbers."""

from __future__ import annotations

from optimizer.instance.schema.spec import ColumnSpec as C
from optimizer.instance.schema.spec import TableSpec

DISTRIBUTIONS = ("uniform", "loguniform", "triangular", "normal", "lognormal")

SCENARIOS = TableSpec(
    "scenarios",
    "One row a value that a case changes. A case is a state of the world that may come true: all "
    "its rows together. Read by `reclaim robust` only; `reclaim solve` leaves it alone.",
    "情景",
    (
        C("case", "text", "Name of the case.", label_zh="情景", key=True, required="always"),
        C("path", "text",
          "What the case changes, as for --set, such as works.diesel_kgco2e_per_l or "
          "curves[soil].c_max_tc_per_ha; blank: nothing, the case is the instance as it stands.",
          label_zh="路径", optional_key=True),
        C("value", "text", "The new value.", label_zh="数值", required="when",
          required_when="a path is given and multiply is not"),
        C("multiply", "number", "Factor on the value that stands there, in place of value.", "1",
          "倍数"),
        C("probability", "number",
          "Probability of the case, on any of its rows; given for all cases, adding up to 1, or "
          "for none, which makes them equally likely.", "1", "概率", 0, 1),
    ),
)

UNCERTAINTY = TableSpec(
    "uncertainty",
    "One row a number that is not known exactly: its range or distribution. Read by `reclaim "
    "sensitivity` only; `reclaim solve` leaves it alone.",
    "不确定性",
    (
        C("path", "text",
          "The number, as for --set, such as curves[soil].c_max_tc_per_ha; * for several that "
          "move together.", label_zh="路径", key=True, required="always"),
        C("label", "text", "Short name for tables and pictures; blank: the path.",
          label_zh="名称"),
        C("distribution", "choice",
          "uniform (the default): any value from low to high alike; loguniform: any factor "
          "alike; triangular: low, centre (the most likely), high; normal: centre (the mean) and "
          "spread (standard deviation); lognormal: centre (the median) and spread (geometric "
          "standard deviation, above 1). Normal and lognormal are cut off at low and high where "
          "these are given.", label_zh="分布", choices=DISTRIBUTIONS),
        C("multiplies", "flag",
          "yes: the figures of this row are factors on the value that stands there; no (the "
          "default): values in its unit.", label_zh="为倍数"),
        C("low", "number", "Least value.", "of the number, or 1", "下限", required="when",
          required_when="the distribution is uniform, loguniform or triangular"),
        C("high", "number", "Largest value.", "of the number, or 1", "上限", required="when",
          required_when="the distribution is uniform, loguniform or triangular"),
        C("centre", "number", "Most likely value, mean or median.", "of the number, or 1", "中心",
          required="when", required_when="the distribution is triangular, normal or lognormal"),
        C("spread", "number", "Standard deviation, or geometric standard deviation (lognormal).",
          "of the number, or 1", "离散", 0, above=True, required="when",
          required_when="the distribution is normal or lognormal"),
    ),
)
