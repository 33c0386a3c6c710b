"""`SWEEP.toml` -> `SweepPlan`, with everything wrong in it as findings.

    [sweep]
    name = "budget"
    title = "What money buys"
    mode = "product"            # every combination; one_at_a_time: each path alone, for a tornado;
                                # table: the k-th values of all paths make the k-th case
    cases = ["poor", "rich"]    # names of the cases of a table, if wanted

    [[sweep.path]]
    path = "limits[budget].value"
    multiply = [0.8, 1.2]       # factors; or values = [...]; or from, to and steps (or step),
    label = "money"             # with multiply = true where the range is of factors

Instead of paths a table may list its cases with the overrides of each:

    [[sweep.case]]
    name = "mine trucks"
    set = ["works.haul_l_per_m3_km*=3", "limits[budget].value*=0.9"]
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from optimizer.analysis.sweep.plan import (
    CASES_AT_MOST,
    MODES,
    Axis,
    Case,
    SweepPlan,
    case_of,
    one_at_a_time,
    plan_of_cases,
    product_of,
    texts,
)
from optimizer.instance.cells import plain_number
from optimizer.instance.findings import InstanceRefused
from optimizer.instance.schema.spec import ColumnSpec
from optimizer.instance.schema.sweeps import SWEEP_CASE_KEYS, SWEEP_KEYS, SWEEP_PATH_KEYS
from optimizer.instance.toml_text import TomlText, read_keys, read_toml, read_value

#: Lists, which the declaration of a single key cannot hold.
_LISTS = {"sweep": ("path", "case", "cases"), "sweep.path": ("values", "multiply"),
          "sweep.case": ("set",)}
#: A step may miss the end of its range by rounding.
STEP_PLAY = 1e-9


def read_sweep(path: str | Path) -> SweepPlan:
    """Read a sweep file.

    Raises
    ------
    InstanceRefused
        With everything that is wrong with it.
    """
    text = read_toml(Path(path))
    plan = None
    if not text.findings:
        plan = _plan(text, Path(path).stem)
    if text.findings or plan is None:
        raise InstanceRefused(str(path), text.findings)
    return plan


def _plan(text: TomlText, stem: str) -> SweepPlan | None:
    """The plan of a parsed file; None where findings say why not."""
    for name in text.data:
        if name != "sweep":
            text.fault(name, "", "unknown section", f"`{name}`", "[sweep]", "Remove the section.")
    raw = text.data.get("sweep")
    if raw is None:
        text.fault("sweep", "", "missing section", "no [sweep]", "[sweep] with paths", "Add it.")
        return None
    keys = read_keys(text, "sweep", raw, SWEEP_KEYS, _LISTS["sweep"])
    if not isinstance(raw, Mapping):
        return None
    name, title = str(keys.get("name", stem)), str(keys.get("title", ""))
    if "case" in raw:
        return _listed(text, raw, name, title)
    axes = _axes(text, raw.get("path"))
    mode = next(each for each in MODES if each == keys.get("mode", "product"))
    if text.findings or not _few_enough(text, axes, mode):
        return None
    if mode == "table":
        cases = _table(text, axes, raw.get("cases"))
    else:
        cases = product_of(axes) if mode == "product" else one_at_a_time(axes)
    return None if text.findings else SweepPlan(name, title, mode, axes, cases)


def _axes(text: TomlText, raw: object) -> tuple[Axis, ...]:
    """Every [[sweep.path]]."""
    if not isinstance(raw, list) or not raw or not all(isinstance(e, Mapping) for e in raw):
        text.fault("sweep.path", "", "no paths", repr(raw)[:60], "[[sweep.path]], at least one",
                   "Add [[sweep.path]] with path = and values =, multiply = or from = and to =.")
        return ()
    axes: list[Axis] = []
    for entry in raw:
        axis = _axis(text, entry)
        if axis is None:
            continue
        if axis.path in [known.path for known in axes]:
            text.fault("sweep.path", "path", "path twice", f"`{axis.path}`", "every path once",
                       "Put all its values into one [[sweep.path]].")
        axes.append(axis)
    return tuple(axes)


def _axis(text: TomlText, entry: Mapping[str, Any]) -> Axis | None:
    """One [[sweep.path]]."""
    section = "sweep.path"
    keys = read_keys(text, section, entry, SWEEP_PATH_KEYS, _LISTS[section])
    factors = entry.get("multiply")
    ways = [name for name, there in (("values", "values" in entry),
                                     ("multiply", isinstance(factors, list)),
                                     ("from and to", "from" in entry or "to" in entry)) if there]
    if len(ways) != 1:
        text.fault(section, "", "values", " and ".join(ways) or "none",
                   "one of values, multiply, or from and to", "Keep one of them.")
        return None
    given = entry["values"] if ways == ["values"] else factors
    if ways == ["from and to"]:
        given = _range(text, keys)
    elif not isinstance(given, list) or not given:
        text.fault(section, ways[0], "not a list", repr(given)[:60], "a list of values",
                   f"Write {ways[0]} = [1, 2, 3].")
        return None
    multiplies = factors is True or isinstance(factors, list)
    checked = [_checked(text, "multiply" if multiplies else "values", value, multiplies)
               for value in given]
    if "path" not in keys or None in checked or not checked:
        return None
    return Axis(str(keys["path"]).strip(), multiplies, texts(checked), str(keys.get("label", "")))


def _checked(text: TomlText, key: str, value: object, multiplies: bool) -> Any:
    """One value of a list: a number for factors, else a number, a text or a truth value."""
    if multiplies:
        spec = ColumnSpec(key, "number", "Factors.")
        return read_value(text, "sweep.path", key, value, spec)
    if isinstance(value, float) and not math.isfinite(value):
        text.fault("sweep.path", key, "not a number", repr(value), "finite numbers", "Mend it.")
        return None
    if not isinstance(value, bool | int | float | str):
        text.fault("sweep.path", key, "not a value", repr(value)[:60], "numbers or texts",
                   "Write one number or text for each case.")
        return None
    return value


def _range(text: TomlText, keys: Mapping[str, Any]) -> list[float]:
    """Values of from, to and steps (their number) or step (their distance)."""
    section = "sweep.path"
    if not {"from", "to"} <= keys.keys() or ("steps" in keys) == ("step" in keys):
        text.fault(section, "", "range", ", ".join(sorted(keys)),
                   "from, to, and either steps (how many values) or step (how far apart)",
                   "Give these three.")
        return []
    start, end = float(keys["from"]), float(keys["to"])
    if "steps" in keys:
        return [_neat(value) for value in np.linspace(start, end, int(keys["steps"]))]
    step = math.copysign(float(keys["step"]), end - start)
    count = math.floor((end - start) / step * (1.0 + STEP_PLAY) + STEP_PLAY) + 1
    if count > CASES_AT_MOST:
        text.fault(section, "step", "too many values", f"{count:,}", f"at most {CASES_AT_MOST:,}",
                   "Take a larger step.")
        return []
    return [_neat(start + step * position) for position in range(count)]


def _neat(value: float) -> float:
    """A number without the rounding of the arithmetic of a range (0.30000000000000004)."""
    return float(plain_number(float(f"{value:.12g}")))


def _few_enough(text: TomlText, axes: tuple[Axis, ...], mode: str) -> bool:
    """Refuse products that nobody will wait for."""
    count = math.prod(len(axis.values) for axis in axes) if mode == "product" else 0
    if count > CASES_AT_MOST:
        text.fault("sweep.path", "", "too many cases", f"{count:,} combinations",
                   f"at most {CASES_AT_MOST:,}", "Take fewer values, or mode = one_at_a_time.")
    return count <= CASES_AT_MOST


def _table(text: TomlText, axes: tuple[Axis, ...], names: object) -> tuple[Case, ...]:
    """The k-th value of every path makes the k-th case."""
    count = len(axes[0].values)
    digits = len(str(count))
    if names is None:
        names = [f"{number:0{digits}d}" for number in range(1, count + 1)]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        text.fault("sweep", "cases", "not a list of names", repr(names)[:60], "a list of texts",
                   'Write cases = ["poor", "rich"].')
        return ()
    wrong = {axis.path: len(axis.values) for axis in axes if len(axis.values) != len(names)}
    for path, length in wrong.items():
        text.fault("sweep.path", "values", "values of a table", f"{length} for `{path}`",
                   f"{len(names)}, one for each case", "Give every path one value for each case.")
    _refuse_doubles(text, names)
    if wrong:
        return ()
    return tuple(case_of(name, [(axis, axis.values[number]) for axis in axes])
                 for number, name in enumerate(names))


def _listed(
    text: TomlText, raw: Mapping[str, Any], name: str, title: str
) -> SweepPlan | None:
    """Cases that list their overrides themselves."""
    entries = raw["case"]
    if "path" in raw or "cases" in raw or not isinstance(entries, list):
        text.fault("sweep", "", "cases", "[[sweep.case]] among other ways of giving cases",
                   "either [[sweep.case]] or [[sweep.path]]", "Keep one of them.")
        return None
    cases: dict[str, list[str]] = {}
    for entry in entries:
        keys = read_keys(text, "sweep.case", entry, SWEEP_CASE_KEYS, _LISTS["sweep.case"])
        sets = entry.get("set", []) if isinstance(entry, Mapping) else None
        if not isinstance(sets, list) or not all(isinstance(each, str) for each in sets):
            text.fault("sweep.case", "set", "not a list of texts", repr(sets)[:60],
                       "texts PATH=VALUE or PATH*=VALUE",
                       'Write set = ["works.road_factor=1.3"].')
            continue
        _refuse_doubles(text, [*cases, str(keys.get("name", ""))])
        cases[str(keys.get("name", ""))] = sets
    if text.findings:
        return None
    try:
        return plan_of_cases(cases, name, title)
    except InstanceRefused as refused:
        text.findings += refused.findings
        return None


def _refuse_doubles(text: TomlText, names: list[str]) -> None:
    """Refuse two cases of one name."""
    for name in sorted({name for name in names if names.count(name) > 1}):
        text.fault("sweep", "cases", "case twice", f"`{name}`", "every name once",
                   "Give the cases different names.")
