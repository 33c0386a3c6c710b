"""TOML files -> sections of keys with the lines they stand on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from optimizer.instance.cells import CellFault, parse_cell, plain_number
from optimizer.instance.decode import Undecodable, decode
from optimizer.instance.findings import Finding
from optimizer.instance.nearest import advice, listed
from optimizer.instance.schema import ColumnSpec

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)\s*$")
_SECTION = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*(?:\"([^\"]+)\"|'([^']+)'|([A-Za-z0-9_\-]+))\s*=")


@dataclass
class TomlText:
    """A parsed file, the lines of its keys, and the findings so far.

    Parameters
    ----------
    file
        Name for messages.
    data
        What the file holds.
    lines
        (section, key) -> line of its last appearance; (section, '') for the section itself.
    findings
        Collected while the file is read.
    """

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def fault(self, section: str, key: str, rule: str, seen: str, expected: str, do: str) -> None:
        """Add a finding about a key (or, with key '', about a section)."""
        places = [(section, key), (section, ""), tuple(section.rpartition(".")[::2])]
        line = next((self.lines[place] for place in places if place in self.lines), None)
        name = f"{section}.{key}" if section and key else section or key
        self.findings.append(Finding(self.file, rule, seen, expected, do, row=line, column=name))


def read_toml(path: Path) -> TomlText:
    """Read and parse a TOML file; what is wrong with it becomes a finding."""
    text = TomlText(path.name)
    try:
        content = decode(path.read_bytes())
        text.data = tomllib.loads(content)
    except (OSError, Undecodable) as error:
        text.fault("", "", "unreadable file", str(getattr(error, "strerror", None) or error),
                   "text in UTF-8", "Write the file anew, as UTF-8.")
    except (ValueError, RecursionError) as error:  # numbers and nesting without end, too
        text.findings.append(_syntax(str(error), path.name))
    else:
        text.lines = _lines_of(content)
    return text


def _syntax(message: str, file: str) -> Finding:
    """Finding about text that is not TOML, with line and column where the parser says them."""
    place = _PLACE.search(message)
    line = int(place.group(1)) if place and place.group(1) else None
    column = f"column {place.group(2)}" if place and place.group(2) else ""
    return Finding(file, "not TOML", _PLACE.sub("", message), "KEY = VALUE lines under [SECTION]",
                   "Mend the line (text in quotes, numbers without).", row=line, column=column)


def _lines_of(content: str) -> dict[tuple[str, str], int]:
    """Line of every section and key, found by a plain scan."""
    lines: dict[tuple[str, str], int] = {}
    section = ""
    for number, line in enumerate(content.splitlines(), start=1):
        heading = _SECTION.match(line)
        key = _KEY.match(line)
        if key:
            lines[section, next(name for name in key.groups() if name)] = number
        elif heading:
            section = heading.group(1)
            lines[section, ""] = number
    return lines


def read_keys(
    text: TomlText, section: str, values: object, specs: tuple[ColumnSpec, ...],
    also: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Check the keys of one section against their declaration.

    Parameters
    ----------
    text
        The file; findings are added to it.
    section
        Name of the section, for messages.
    values
        What stands there.
    specs
        Declared keys.
    also
        Further keys that the caller reads itself; left out of the result.

    Returns
    -------
    dict
        Key -> value (str, float or int), only keys that are right.
    """
    if not isinstance(values, Mapping):
        text.fault(section, "", "not a section", repr(values), f"[{section}] with keys under it",
                   f"Write [{section}] on a line of its own.")
        return {}
    by_name = {spec.name: spec for spec in specs}
    read: dict[str, Any] = {}
    for key, value in values.items():
        if key in by_name:
            checked = read_value(text, section, key, value, by_name[key])
            if checked is not None and checked != "":  # blank means not given, as in tables
                read[key] = checked
        elif key not in also:
            known = [*by_name, *also]
            text.fault(section, key, "unknown key", f"`{key}`", f"one of {listed(known, 40)}",
                       advice(key, known, "Remove the key."))
    for spec in specs:
        if spec.required == "always" and spec.name not in values:
            text.fault(section, spec.name, "missing key", "no such key", spec.meaning,
                       f"Add `{spec.name} = ...` under [{section}].")
    return read


def read_value(
    text: TomlText, section: str, key: str, value: object, spec: ColumnSpec
) -> str | float | int | None:
    """Value of one key, checked; None (and a finding) where it is wrong."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if spec.numeric and not is_number:
        text.fault(section, key, "not a number", _shown(value), f"a number: {spec.meaning}",
                   "Write the number without quotes.")
        return None
    if not spec.numeric and not isinstance(value, str):
        text.fault(section, key, "not text", _shown(value), f"text: {spec.meaning}",
                   "Write it in quotes.")
        return None
    try:
        checked = parse_cell(spec, value if isinstance(value, str) else _written(value))
    except CellFault as fault:
        text.fault(section, key, fault.rule, _shown(value), fault.expected, fault.do)
        return None
    if spec.required == "always" and checked == "":
        text.fault(section, key, "blank", "blank text", spec.meaning, "Write a value.")
        return None
    return int(checked) if spec.kind == "integer" else checked


def _written(value: object) -> str:
    """A number as text that reads back as itself; what is no finite number is not one."""
    if isinstance(value, float):
        return plain_number(value) if not np.isnan(value) else "nan"
    return str(value)


def _shown(value: object) -> str:
    """A value as a message shows it, short."""
    shown = f"`{value}`" if isinstance(value, str) else repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
