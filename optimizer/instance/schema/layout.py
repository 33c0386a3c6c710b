"""Tables on layout: what may lie beside what, and where one use shall prevail."""

from __future__ import annotations

from optimizer.instance.schema.spec import ColumnSpec as C
from optimizer.instance.schema.spec import TableSpec

NEIGHBOURS = TableSpec(
    "neighbours",
    "One row a rule on what may, or must, lie beside a use: parcels that share a boundary, or "
    "whose middles lie within a distance.",
    "邻里规则",
    (
        C("rule", "text", "Name of the rule.", label_zh="规则", key=True, required="always"),
        C("use_a", "text", "Use the rule is on.", label_zh="用途甲", required="always"),
        C("relation", "choice",
          "apart: use_a must not lie beside it; together: use_a must lie beside it.",
          label_zh="关系", choices=("apart", "together"), required="always"),
        C("use_b", "text", "The other use (may be use_a itself); blank: the attribute decides.",
          label_zh="用途乙", required="when", required_when="no attribute is given"),
        C("distance_m", "number",
          "Parcels whose middles (x, y) lie within this distance count as neighbours too; blank: "
          "only parcels that share a boundary (adjacency).", "m", "距离_米", 0, 100_000,
          above=True),
        C("attribute", "text",
          "Attribute of parcels, as the land lies now. apart: only neighbours within the bounds "
          "count; together: a parcel within them touches what it needs already (with use_b), or "
          "it or a neighbour must be within them (without).", label_zh="属性", required="when",
          required_when="use_b is blank"),
        C("minimum", "number", "Least value of the attribute that counts.", "of the attribute",
          "最小值"),
        C("maximum", "number", "Largest value of the attribute that counts.", "of the attribute",
          "最大值"),
        C("reason", "text", "Why the rule is there.", label_zh="理由"),
    ),
)

CLUSTERS = TableSpec(
    "clusters",
    "One row a zone that shall have a lead use: a district in which one use prevails.",
    "主导用途",
    (
        C("zone", "text", "Name of the zone.", label_zh="分区", key=True, required="always"),
        C("use", "text",
          "Lead use of the zone; blank: solve chooses it (few zones only, as every choice may "
          "have to be tried).", label_zh="用途"),
        C("minimum_share_pct", "number",
          "Least share of the lead use in the zone's reclaimed land.", "%", "最低占比_百分比", 0,
          100, above=True, required="always"),
        C("reason", "text", "Why the rule is there.", label_zh="理由"),
    ),
)

#: How bare land is named where a use could stand.
BARE = "none"

BOUNDARY_WEIGHTS = TableSpec(
    "boundary_weights",
    "One row a pair of uses whose border counts for more, or less, than others. Pairs without a "
    "row have the factor 1.",
    "边界权重",
    (
        C("use_a", "text", "One use, or none for bare land.", label_zh="用途甲", key=True,
          required="always"),
        C("use_b", "text", "The other use; blank or none for bare land.", label_zh="用途乙",
          optional_key=True),
        C("factor", "number",
          "Multiplies layout.boundary_weight_tco2e_per_km on borders between the two.", "1",
          "系数", 0, 1000, required="always"),
        C("reason", "text", "Why their border counts for that.", label_zh="理由"),
    ),
)
