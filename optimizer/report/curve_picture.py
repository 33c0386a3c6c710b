"""`curve.png`, `pareto.png` and `surface.png`."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.curve.boundary import weight_within
from optimizer.report.canvas import EMISSION, INK, QUIET, SINK, board, printable, save, wrapped
from optimizer.report.figures import figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from optimizer.analysis.curve.record import ValueCurve
    from optimizer.analysis.curve.surface import ValueSurface

#: Corners are marked one by one up to so many.
MARKED = 40
#: Corners crowd at the start where half of them lie within this share of the axis.
CROWDED = 0.05
#: Rates are written on the front up to so many pieces.
LABELLED = 8


def draw_curve(curve: ValueCurve, path: Path) -> None:
    """Draw the optimum over the number, and below it the price."""
    with board(8.0, 5.6) as drawing:
        upper = drawing.add_axes((0.13, 0.42, 0.83, 0.44))
        lower = drawing.add_axes((0.13, 0.11, 0.83, 0.24), sharex=upper)
        _optimum(upper, curve)
        _prices(lower, curve)
        if crowded([p.value for p in curve.points]):
            _logarithmic(lower, curve)
        _heading(drawing, f"The optimum over the {curve.parameter.label}", curve)
        save(drawing, path)


def _heading(drawing: Figure, title: str, curve: ValueCurve | ValueSurface) -> None:
    """Write title and name of the instance."""
    instance = curve.instance
    named = printable(instance.settings.title or instance.name, instance.name)
    drawing.text(0.03, 0.955, printable(title, "The optimum"), fontsize=13, fontweight="bold",
                 va="center")
    drawing.text(0.03, 0.905, wrapped(named, 95, 1), fontsize=9, color=QUIET, va="center")


def _optimum(axes: Axes, curve: ValueCurve) -> None:
    """Draw the curve, its upper envelope where it is not exact, and the present value."""
    values = [p.value for p in curve.points]
    heights = [p.objective for p in curve.points]
    dots = "o" if len(values) <= MARKED else ""
    at = places(values)
    axes.plot(at, np.interp(at, values, heights), color=SINK, linewidth=1.8,
              label="optimum" if curve.exact else "reached for certain")
    axes.plot(values, heights, color=SINK, linestyle="none", marker=dots, markersize=4)
    if curve.segments and not curve.exact:
        axes.plot(at, [curve.upper(float(value)) for value in at], color=EMISSION,
                  linewidth=1.0, linestyle="--", label="cannot be passed")
        axes.legend(fontsize=8, frameon=False, loc="best")
    _present(axes, curve)
    axes.set_ylabel(printable(curve.objective_unit, "objective"))
    _style(axes)
    axes.tick_params(axis="x", labelbottom=False)


def crowded(values: list[float]) -> bool:
    """Whether corners crowd at the start of an even axis, so that most of it shows nothing."""
    return len(values) > 4 and values[0] >= 0.0 and (
        float(np.median(values)) - values[0] < CROWDED * (values[-1] - values[0]))


def places(values: list[float]) -> NDArray[np.float64]:
    """Values to draw a curve at: its corners, and more between where the axis bends its pieces."""
    if not crowded(values):
        between = np.linspace(values[0], values[-1], 400)
    else:
        between = np.geomspace(_first(values), values[-1], 800)
    return np.unique(np.concatenate([values, between]))


def _first(values: list[float]) -> float:
    """Power of ten below the first corner above 0: the axis is logarithmic from there on."""
    return float(10.0 ** math.floor(math.log10(next(value for value in values if value > 0.0))))


def _logarithmic(axes: Axes, curve: ValueCurve) -> None:
    """Stretch the start of the axis, where the corners are."""
    from matplotlib.ticker import NullFormatter

    values = [p.value for p in curve.points]
    axes.set_xscale("symlog", linthresh=_first(values), linscale=0.4)
    axes.xaxis.set_major_formatter(lambda value, _: _tick(value))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlim(values[0], values[-1])
    axes.set_xlabel(f"{axes.get_xlabel()} (logarithmic from {_tick(_first(values))} on)")


def _present(axes: Axes, curve: ValueCurve) -> None:
    """Mark the present value, where it lies in the picture."""
    now = curve.parameter.value
    low, high = curve.points[0].value, curve.points[-1].value
    span = (high - low) or 1.0
    if low - 0.25 * span <= now <= high + 0.25 * span:
        axes.axvline(now, color=QUIET, linewidth=0.9, linestyle=":")
        axes.text(now, 0.03, " now", transform=axes.get_xaxis_transform(), fontsize=8,
                  color=QUIET, ha="left")


def _prices(axes: Axes, curve: ValueCurve) -> None:
    """Draw the price as steps; very steep ones at an end are cut off and said to be."""
    steps = [(left.value, right.value, left.price) for left, right in pairwise(curve.points)]
    for start, end, price in steps:
        axes.plot([start, end], [price, price], color=SINK, linewidth=1.6)
    for (_, at, one), (_, _, two) in pairwise(steps):
        axes.plot([at, at], [one, two], color=SINK, linewidth=0.7)
    sizes = sorted(abs(price) for _, _, price in steps)
    if len(sizes) > 8 and sizes[-1] > 20.0 * sizes[int(0.8 * len(sizes))] > 0.0:
        limit = 5.0 * sizes[int(0.8 * len(sizes))]
        axes.set_ylim(max(-limit, min(price for *_, price in steps)), limit)
        axes.text(0.99, 0.9, "steeper prices are cut off", transform=axes.transAxes, fontsize=8,
                  color=QUIET, ha="right")
    axes.axhline(0.0, color=INK, linewidth=0.6)
    unit = f", {curve.parameter.unit}" if curve.parameter.unit else ""
    axes.set_xlabel(printable(f"{curve.parameter.label}{unit}", "value"))
    weighed = curve.parameter.kind == "weight"
    words = printable(f"{'signed total' if weighed else 'price'}, {curve.price_unit}", "price")
    axes.set_ylabel(words.replace(" per ", "\nper ", 1), fontsize=8)
    _style(axes)


def _style(axes: Axes) -> None:
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=8)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: _tick(value))
    axes.locator_params(axis="x", nbins=8)


def _tick(value: float) -> str:
    """Write a tick with thousands set apart, small ones as they are."""
    return f"{value:,.10g}" if abs(value) >= 1e-3 or value == 0 else f"{value:g}"


def draw_front(curve: ValueCurve, path: Path) -> None:
    """Draw the front between the weighed account and the rest of the objective."""
    account, unit = curve.weighed.removesuffix("_km"), curve.weighed_unit
    across = [f.account for f in curve.front]
    up = [f.objective for f in curve.front]
    with board(8.0, 5.2) as drawing:
        axes = drawing.add_axes((0.13, 0.12, 0.83, 0.74))
        axes.plot(across, up, color=SINK, linewidth=1.8,
                  marker="o" if len(across) <= MARKED else "", markersize=5)
        if curve.knee >= 0:
            _knee(axes, curve)
        elif len(curve.front) - 1 <= LABELLED:
            _rates(axes, curve, unit)
        axes.set_xlabel(printable(f"{account}, {unit}", account))
        axes.set_ylabel(printable(f"the rest of the objective, {curve.objective_unit}", "rest"))
        _style(axes)
        _heading(drawing, f"The front between the objective and {account}", curve)
        save(drawing, path)


def _knee(axes: Axes, curve: ValueCurve) -> None:
    """Mark the knee with the weight that leads there, and the line it lies farthest from."""
    first, last, one = curve.front[0], curve.front[-1], curve.front[curve.knee]
    axes.plot([first.account, last.account], [first.objective, last.objective], color=QUIET,
              linewidth=0.9, linestyle=":")
    axes.plot([one.account], [one.objective], marker="D", markersize=8, color=EMISSION)
    lines = f"knee: {figure(one.account)} km", f"at {weight_within(one):g} t CO2e per km"
    text = "\n".join(printable(line, "knee") for line in lines)
    # Room is below the curve: to the right, or to the left of a knee that is far to the right.
    right = one.account - last.account <= 0.6 * (first.account - last.account)
    axes.annotate(text, (one.account, one.objective), fontsize=9, color=INK,
                  xytext=(12, -6) if right else (-2, -14), textcoords="offset points",
                  ha="left" if right else "right", va="top")


def _rates(axes: Axes, curve: ValueCurve, unit: str) -> None:
    """Write on each piece of the front at which rate the account buys the rest."""
    for left, right in pairwise(curve.front):
        if not left.weight_to > 0.0 or not math.isfinite(left.weight_to):
            continue
        middle = 0.5 * (left.account + right.account), 0.5 * (left.objective + right.objective)
        text = f"{figure(1.0 / left.weight_to)} {unit} per {curve.objective_unit}"
        axes.annotate(printable(text, figure(1.0 / left.weight_to)), middle, fontsize=8,
                      color=INK, xytext=(8, -12), textcoords="offset points")


def draw_surface(surface: ValueSurface, path: Path) -> None:
    """Draw the optimum over both numbers as a map of colours with the figures in it."""
    heights = np.ma.masked_invalid(surface.objective_ab)
    with board(8.0, 6.0) as drawing:
        axes = drawing.add_axes((0.14, 0.12, 0.70, 0.74))
        image = axes.imshow(heights, origin="lower", aspect="auto", cmap="cividis")
        bar = drawing.colorbar(image, cax=drawing.add_axes((0.87, 0.12, 0.025, 0.74)))
        bar.set_label(printable(surface.objective_unit, "objective"))
        bar.ax.yaxis.set_major_formatter(lambda value, _: _tick(value))
        low, high = float(heights.min()), float(heights.max())
        for (a, b), height in np.ndenumerate(surface.objective_ab):
            bright = (height - low) > 0.55 * ((high - low) or 1.0)
            axes.text(b, a, "no plan" if math.isnan(height) else figure(float(height)),
                      ha="center", va="center", fontsize=6,
                      color=QUIET if math.isnan(height) else INK if bright else "white")
        for axis, values, number in ((axes.yaxis, surface.values_a, surface.first),
                                     (axes.xaxis, surface.values_b, surface.second)):
            axis.set_ticks(range(len(values)), [f"{value:,.4g}" for value in values])
            axis.set_label_text(printable(f"{number.label}, {number.unit}", "value"))
        axes.tick_params(labelsize=7)
        _heading(drawing, "The optimum over two numbers", surface)
        save(drawing, path)
