"""The declared format in words: what `reclaim schema` prints, and the notes of a new instance."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from optimizer.instance.findings import Finding, InstanceRefused
from optimizer.instance.nearest import advice, listed
from optimizer.instance.schema import (
    INSTANCE_KEYS,
    LAYOUT_KEYS,
    LIBRARY_KEYS,
    OBJECTIVE_KEYS,
    PLANS,
    TABLES,
    USE_MAP,
    WORKS_KEYS,
    ColumnSpec,
    TableSpec,
)
from optimizer.instance.schema.sweeps import SWEEP_CASE_KEYS, SWEEP_KEYS, SWEEP_PATH_KEYS

#: Section of instance.toml (or library.toml) -> what it is and its keys.
SECTIONS = MappingProxyType({
    "instance": ("[instance] of instance.toml: what is accounted, and over which years.",
                 INSTANCE_KEYS),
    "objective": ("[[objective]] of instance.toml, in order (default: net_sink, max).",
                  OBJECTIVE_KEYS),
    "works": ("[works] of instance.toml or library.toml: factors of the earthworks.", WORKS_KEYS),
    "layout": ("[layout] of instance.toml: how compact the pattern shall be.", LAYOUT_KEYS),
    "library": ("[library] of library.toml: what a coefficient library calls itself.",
                LIBRARY_KEYS),
    "sweep": ("[sweep] of a sweep file (sweeps/*.toml): which cases a sweep has.", SWEEP_KEYS),
    "sweep.path": ("[[sweep.path]] of a sweep file: a path and the values it is given in turn.",
                   SWEEP_PATH_KEYS),
    "sweep.case": ("[[sweep.case]] of a sweep file, in place of paths: a case and its overrides.",
                   SWEEP_CASE_KEYS),
})

#: Keys that are lists, which a single cell cannot declare.
LISTS = MappingProxyType({
    "instance": {
        "periods": "Start years of the periods, rising: [2026, 2031, 2036].",
        "sources": "Texts: where the data come from.",
    },
    "sweep": {"cases": "Names of the cases, where mode is table."},
    "sweep.path": {
        "values": "What the path is set to in turn: numbers or texts; or",
        "multiply": "Factors of what stands there, in turn; true makes factors of a range.",
    },
    "sweep.case": {"set": "Overrides of the case, as --set takes them: PATH=VALUE, PATH*=VALUE."},
})

_ALL_TABLES = MappingProxyType({**TABLES, "plans": PLANS, "use_map": USE_MAP})


def described_names() -> tuple[str, ...]:
    """Names that can be described: sections of instance.toml, then tables."""
    return (*SECTIONS, *_ALL_TABLES)


def schema_record(name: str | None = None) -> dict[str, Any]:
    """Describe the format as plain dictionaries and lists, ready for JSON.

    Parameters
    ----------
    name
        A table or section; None for all of them, by name.

    Raises
    ------
    InstanceRefused
        If there is no table or section of that name.
    """
    if name is None:
        return {each: schema_record(each) for each in described_names()}
    if name in SECTIONS:
        meaning, keys = SECTIONS[name]
        record: dict[str, Any] = {"name": name, "meaning": meaning,
                                  "keys": [_column_record(key) for key in keys]}
        if name in LISTS:
            record["lists"] = dict(LISTS[name])
        return record
    if name in _ALL_TABLES:
        return _table_record(_ALL_TABLES[name])
    names = described_names()
    raise InstanceRefused(name, [Finding(
        "schema", "unknown name", f"`{name}`", f"one of {listed(names, len(names))}",
        advice(name, names, "Check the name."))])


def schema_text(name: str | None = None) -> str:
    """Describe the format as Markdown; see `schema_record`."""
    if name is None:
        return "\n\n".join(schema_text(each) for each in described_names())
    record = schema_record(name)
    lines = [f"## {name}", "", record["meaning"], ""]
    if "keys" in record:
        lines += _markdown("key", record["keys"])
        lines += [f"- `{key}`: {meaning}" for key, meaning in record.get("lists", {}).items()]
        return "\n".join(lines)
    needed = "Every instance has it." if record["required"] else "An instance may do without it."
    lines += [f"Key: {', '.join(record['key'])}. {needed}", "",
              *_markdown("column", record["columns"])]
    lines += [f"- `{entry['prefix']}NAME`: {entry['meaning']}" for entry in record["prefixes"]]
    if record["open_numbers"]:
        lines.append("- Any further column of numbers, if a suitability rule or a method names it.")
    if record["free_text"]:
        free = " and ".join(f"`{column}`" for column in record["free_text"])
        lines.append(f"- {free}: free text, carried along.")
    return "\n".join(lines)


def range_words(spec: ColumnSpec) -> str:
    """What a cell may hold, in words: range, choices, or yes/no."""
    if spec.kind == "choice":
        return " or ".join(spec.choices)
    if spec.kind == "flag":
        return "yes or no"
    low = "" if spec.lowest is None else f"{'above' if spec.above else 'from'} {spec.lowest:g}"
    high = "" if spec.highest is None else f"to {spec.highest:g}"
    whole = "whole number" if spec.kind == "integer" else ""
    return " ".join(part for part in (whole, low, high) if part)


def _table_record(spec: TableSpec) -> dict[str, Any]:
    """Describe one table."""
    return {
        "name": spec.name,
        "meaning": spec.meaning,
        "label_zh": spec.label_zh,
        "required": spec.required,
        "key": list(spec.keys),
        "columns": [_column_record(column) for column in spec.columns],
        "prefixes": [{"prefix": entry.prefix, "label_zh": entry.label_zh,
                      "meaning": entry.meaning} for entry in spec.prefixes],
        "open_numbers": spec.open_numbers,
        "free_text": list(spec.free_text),
    }


def _column_record(spec: ColumnSpec) -> dict[str, Any]:
    """Describe one column or key; absent facts are left out."""
    facts = {
        "name": spec.name, "label_zh": spec.label_zh, "kind": spec.kind, "unit": spec.unit,
        "range": range_words(spec), "required": spec.required,
        "required_when": spec.required_when, "meaning": spec.meaning,
    }
    return {fact: value for fact, value in facts.items() if value}


def _markdown(head: str, columns: list[dict[str, Any]]) -> list[str]:
    """Columns as a Markdown table."""
    lines = [f"| {head} | Chinese header | unit | may hold | required | meaning |",
             "|---|---|---|---|---|---|"]
    for column in columns:
        needed = column["required"]
        if needed == "when":
            needed = f"when {column['required_when']}"
        cells = (f"`{column['name']}`", column.get("label_zh", ""), column.get("unit", ""),
                 column.get("range", "") or column["kind"], "" if needed == "never" else needed,
                 column["meaning"])
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return lines
