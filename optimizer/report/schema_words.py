"""One table of the declared format for people at a terminal, in lines of at most 100 columns."""

from __future__ import annotations

import textwrap
from typing import Any

from optimizer.instance.describe import schema_record
from optimizer.report.figures import shown_width

#: Nothing printed is wider.
WIDTH = 100
#: Blanks before the meaning of a column.
INDENT = 6


def schema_words(name: str) -> str:
    """Describe a table or section: a line of facts a column, its meaning below.

    Parameters
    ----------
    name
        A table, or a section of instance.toml.

    Raises
    ------
    InstanceRefused
        If there is none of that name.
    """
    record = schema_record(name)
    lines = [*_wrapped(f"{name}: {record['meaning']}", 0), ""]
    if "key" in record:
        needed = "every instance has it" if record["required"] else "an instance may do without it"
        lines += [*_wrapped(f"A row for each {', '.join(record['key'])}; {needed}.", 0), ""]
    for column in record.get("keys") or record["columns"]:
        lines += _column(column)
    for key, meaning in record.get("lists", {}).items():
        lines += [f"  {key}", *_wrapped(meaning, INDENT)]
    for entry in record.get("prefixes", ()):
        lines += [f"  {entry['prefix']}NAME", *_wrapped(entry["meaning"], INDENT)]
    return "\n".join([*lines, *_further(record)])


def _column(column: dict[str, Any]) -> list[str]:
    """Name and facts of a column, then what it means."""
    facts = [column.get("label_zh", ""), column.get("unit", ""),
             column.get("range", "") or column["kind"], _needed(column)]
    told = "; ".join(fact for fact in facts if fact)
    head = f"  {column['name']}  {told}"
    if shown_width(head) > WIDTH:
        return [f"  {column['name']}", *_wrapped(told, 4), *_wrapped(column["meaning"], INDENT)]
    return [head, *_wrapped(column["meaning"], INDENT)]


def _needed(column: dict[str, Any]) -> str:
    """When a column must be there."""
    required = str(column["required"])
    told = {"always": "required", "never": "", "when": f"required when "
            f"{column.get('required_when', '')}"}
    return told.get(required, required)


def _further(record: dict[str, Any]) -> list[str]:
    """What else a table may hold."""
    lines = []
    if record.get("open_numbers"):
        lines += _wrapped("Any further column of numbers, if a suitability rule or a method "
                          "names it.", 2)
    if record.get("free_text"):
        lines += _wrapped(f"{' and '.join(record['free_text'])}: free text, carried along.", 2)
    return lines


def _wrapped(text: str, indent: int) -> list[str]:
    """Break a text into lines."""
    # Chinese characters take two columns each.
    width = WIDTH - max(0, shown_width(text) - len(text))
    return textwrap.wrap(text, max(40, width), initial_indent=" " * indent,
                         subsequent_indent=" " * indent)
