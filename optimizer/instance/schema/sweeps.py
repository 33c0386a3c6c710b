"""Keys of a sweep file: which cases a sweep has."""

from __future__ import annotations

from optimizer.instance.schema.spec import ColumnSpec as C

SWEEP_KEYS = (
    C("name", "text", "Short name; the name of the file where absent."),
    C("title", "text", "What the sweep asks, for pictures."),
    C("mode", "choice",
      "product: every combination of the values; one_at_a_time: the base, then every path alone; "
      "table: the k-th values of all paths make the k-th case.",
      choices=("product", "one_at_a_time", "table")),
)

SWEEP_PATH_KEYS = (
    C("path", "text", "What is changed: TABLE[KEY,...].COLUMN or SECTION.KEY.",
      required="always"),
    C("label", "text", "Short name for pictures."),
    C("from", "number", "First value of a range.", "of the path"),
    C("to", "number", "Last value of a range.", "of the path"),
    C("steps", "integer", "How many values the range has, both ends counted.", lowest=2,
      highest=1_000_000),
    C("step", "number", "How far apart the values of the range are.", "of the path", lowest=0.0,
      above=True),
)

SWEEP_CASE_KEYS = (
    C("name", "text", "Name of the case.", required="always"),
)
