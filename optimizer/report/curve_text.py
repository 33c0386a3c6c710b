"""What `reclaim curve` prints: the curve in a few lines, its proof, and what it means."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.analysis.curve.boundary import weight_within
from optimizer.report.figures import columns, figure, of_unit, signed

if TYPE_CHECKING:
    from optimizer.analysis.curve.record import Breakpoint, ValueCurve
    from optimizer.analysis.curve.surface import ValueSurface

#: Longer tables are thinned out; the files hold all.
SHOWN = 14


def curve_text(curve: ValueCurve, folder: Path | None = None) -> str:
    """Tell a curve in plain text.

    Parameters
    ----------
    curve
        To be told.
    folder
        Where it was written, if it was.
    """
    parameter = curve.parameter
    blocks = [
        [f"{curve.instance.name}: the optimum over {_what(curve)}"], _now_lines(curve),
        _point_lines(curve), _front_lines(curve), _knee_lines(curve), _proof_lines(curve),
        [f"Note: {note}." for note in curve.notes],
    ]
    if parameter.kind == "weight":
        blocks[0].append("The optimum adds the weighed account in; its slope is that account's "
                         "total, signed.")
    if folder is not None:
        blocks.append([f"Written to {folder}"])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _what(curve: ValueCurve) -> str:
    unit = "" if curve.parameter.unit in ("", "1") else f", {curve.parameter.unit}"
    return f"the {curve.parameter.label}{unit}"


def _now_lines(curve: ValueCurve) -> list[str]:
    value = of_unit(exact(curve.parameter.value), curve.parameter.unit).rstrip()
    if math.isnan(curve.now):
        return [f"Now {value}: there is no plan."]
    return [f"Now {value}: {of_unit(signed(curve.now), curve.objective_unit)}"]


def _point_lines(curve: ValueCurve) -> list[str]:
    """Breakpoints, thinned out where there are many."""
    head = ("value", "optimum", "one unit more, from here on")
    rows = [(exact(p.value), figure(p.objective), _price(curve, p)) for p in
            thinned(list(curve.points))]
    lines = [f"From left to right ({curve.objective_unit}; price in {curve.price_unit})",
             *columns([head, *rows], ">>>")]
    left_out = len(curve.points) - len(rows)
    if left_out:
        lines.append(f"  {left_out} more points between these")
    return [*lines, *(f"  {words}" for words in (curve.below, curve.above) if words)]


def _price(curve: ValueCurve, point: Breakpoint) -> str:
    """Price behind a point; at the end of what is feasible there is none."""
    del curve
    return "-" if math.isnan(point.price) else signed(_without_noise(point))


def _without_noise(point: Breakpoint) -> float:
    """Price, 0 where it is only rounding."""
    tiny = 1e-9 * max(1.0, abs(point.objective)) / max(1.0, abs(point.value))
    return 0.0 if abs(point.price) <= tiny else point.price


def thinned(points: list[Breakpoint]) -> list[Breakpoint]:
    """Return at most `SHOWN` points: both ends, the others evenly spaced."""
    if len(points) <= SHOWN:
        return points
    step = (len(points) - 1) / (SHOWN - 1)
    return [points[round(number * step)] for number in range(SHOWN)]


def _front_lines(curve: ValueCurve) -> list[str]:
    """Plans of the front."""
    if not curve.front:
        return []
    head = (f"{curve.weighed.removesuffix('_km')}, {curve.weighed_unit}",
            f"the rest, {curve.objective_unit}", "best for weights")
    shown = curve.front if len(curve.front) <= SHOWN else (
        *curve.front[:SHOWN // 2], *curve.front[-SHOWN // 2:])
    rows = [(figure(f.account), figure(f.objective),
             f"{figure(f.weight_from)} to {figure(f.weight_to)}".replace("to -", "any larger"))
            for f in shown]
    words = "between which nothing is better" if curve.exact else "of more; weights are approximate"
    lines = [f"The front: {len(curve.front)} plans {words}",
             *columns([head, *rows], ">>>")]
    return [*lines, f"  {len(curve.front) - len(shown)} more between these"] \
        if len(shown) < len(curve.front) else lines


def _knee_lines(curve: ValueCurve) -> list[str]:
    """What compactness costs up to the knee, and the weight that leads there."""
    if curve.knee < 0:
        return []
    first, last, one = curve.front[0], curve.front[-1], curve.front[curve.knee]
    saved, lost = first.account - one.account, first.objective - one.objective
    unit = curve.objective_unit
    per_km = (first.objective - last.objective) / (first.account - last.account)
    ends = f"from {figure(first.account)} to {figure(last.account)} km"
    each = f"{figure(lost)} {unit} ({figure(lost / saved)} a km)"
    return [
        f"What compactness costs: {ends}, {figure(per_km)} {unit} a km on average.",
        f"  The knee: {figure(one.account)} km. Saving the first {figure(saved)} km costs {each};",
        "  beyond it every km costs more than the average.",
        f"  A weight that leads there: --set {curve.parameter.path}={weight_within(one):g}"]


def _proof_lines(curve: ValueCurve) -> list[str]:
    """What proves it."""
    if curve.moves == "sampled":
        return [f"Sampled at {len(curve.points)} values ({curve.solves} solves)."]
    bends = max(0, len(curve.points) - 2)
    if curve.exact:
        corner = "breakpoint" if bends == 1 else "breakpoints"
        proven = "every piece is proven straight: nothing lies between"
        return [f"Exact: {bends} {corner} between the ends, and {proven} ({curve.solves} solves)."]
    gap = of_unit(figure(curve.gap), curve.objective_unit)
    side = "below" if curve.moves == "costs" else "above"
    count = f"{len(curve.points)} points ({curve.solves} solves)"
    return [f"Not exact: the curve lies at most {gap} {side} the lines between these {count}."]


def exact(value: float) -> str:
    """Write a value with up to eight telling digits, none that are only rounding."""
    text = f"{value:,.8g}"
    if "e" in text:
        return figure(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def surface_text(surface: ValueSurface, folder: Path | None = None) -> str:
    """Tell a surface in plain text."""
    first, second = surface.first, surface.second
    head = ("", *(exact(float(value)) for value in surface.values_b))
    rows = [(exact(float(value)), *("no plan" if math.isnan(cell) else figure(cell)
                                    for cell in surface.objective_ab[a]))
            for a, value in enumerate(surface.values_a)]
    lines = [f"{surface.instance.name}: the optimum in {surface.objective_unit}",
             f"down: {first.label}, {first.unit}", f"across: {second.label}, {second.unit}", "",
             *columns([head, *rows], ">" * len(head)), ""]
    lines.append("Between the points the optimum lies nowhere below the flat triangles through "
                 "three of them." if surface.concave else "Between the points nothing is known.")
    lines += [f"Note: {note}." for note in surface.notes]
    return "\n".join([*lines, *([f"\nWritten to {folder}"] if folder is not None else [])])
