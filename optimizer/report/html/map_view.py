"""The map of the page: shapes or pictures, legend, patterns, and what its script knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.report.canvas import hatch_colour
from optimizer.report.html.map_layers import Class, Layer, layers_of
from optimizer.report.html.map_raster import has_raster, raster_uris
from optimizer.report.html.map_shapes import Shapes, shapes_of
from optimizer.report.html.parcel_facts import facts_of
from optimizer.report.layout import shares_iu
from optimizer.report.tables import LARGE_PARCELS

if TYPE_CHECKING:
    from optimizer.report.html.language import Language
    from optimizer.report.html.material import Material

#: Strokes of pattern 1, 2, ... in a field of 8 x 8.
STROKES = (
    "M-2 2l4 -4M0 8l8 -8M6 10l4 -4", "M2 1.4v1.2M1.4 2h1.2M6 5.4v1.2M5.4 6h1.2", "M0 4h8",
    "M-2 6l4 4M0 0l8 8M6 -2l4 4", "M4 2v4M2 4h4", "M4 0v8", "M0 4h8M4 0v8",
    "M0 8l8 -8M0 0l8 8",
)


@dataclass(frozen=True)
class Pattern:
    """A colour with strokes over it."""

    id: str
    colour: str
    path: str
    ink: str


@dataclass(frozen=True)
class Bar:
    """Scale bar below the map, in units of the map."""

    length: float
    text: str
    y: float
    tick: float
    text_y: float
    size: float
    north_x: float


@dataclass(frozen=True)
class MapView:
    """Everything the template needs for the map."""

    layers: list[Layer]
    patterns: list[Pattern]
    scale: float
    fills: list[str]
    legend_fills: list[str]
    legend_ha: list[str]
    shapes: Shapes | None
    rasters: list[str]
    view: str
    bar: Bar | None
    notes: list[str]
    help: str
    facts: dict[str, Any]


def map_view(material: Material, language: Language) -> MapView:
    """Lay the map of a result out: shapes up to 20,000 parcels, pictures above."""
    if material.instance.land.count > LARGE_PARCELS:
        return _pictures(material, language)
    layers, shapes = layers_of(material, language), shapes_of(material.instance)
    bar = _bar(shapes)
    height = shapes.height if bar is None else bar.text_y + 0.3 * bar.size
    margin = round(0.01 * shapes.width)
    return MapView(
        layers=layers, patterns=list(_patterns(layers)), scale=max(shapes.width / 900, 1e-6),
        fills=[_fill(layers[0].classes[c], "") for c in layers[0].class_i],
        legend_fills=[_fill(c, "-l") for c in layers[0].classes],
        legend_ha=[language.hectares(c.hectares) for c in layers[0].classes],
        shapes=shapes, rasters=[], bar=bar, notes=_notes(material, shapes, language),
        view=f"{-margin} {-margin} {shapes.width + 2 * margin} {height + 2 * margin:.0f}",
        help=language.t("map_help"), facts=facts_of(material, language, layers, shapes))


def _pictures(material: Material, language: Language) -> MapView:
    """Lay out pictures, one a layer; of parcels without a place only the legend is left."""
    layers = layers_of(material, language)
    placed = has_raster(material.instance)
    facts = {"raster": True, "layers": [{
        "key": layer.key, "title": layer.title, "note": layer.note, "classes": [
            [c.label, c.colour, 0, language.hectares(c.hectares)] for c in layer.classes]}
        for layer in layers]}
    return MapView(
        layers=layers, patterns=[], scale=1.0, fills=[], shapes=None, bar=None, view="",
        legend_fills=[c.colour for c in layers[0].classes],
        legend_ha=[language.hectares(c.hectares) for c in layers[0].classes],
        rasters=raster_uris(material.instance, layers) if placed else [],
        notes=[language.t("raster_note", count=f"{material.instance.land.count:,}"),
               *([] if placed else [language.t("no_places")])],
        help=language.t("raster_help"), facts=facts)


def _patterns(layers: Iterable[Layer]) -> Iterable[Pattern]:
    """Every pattern in a colour that some legend has."""
    pairs = {(c.colour, c.pattern): None for layer in layers for c in layer.classes if c.pattern}
    for colour, number in pairs:
        red, green, blue, share = hatch_colour(colour)
        ink = f"rgba({255 * red:.0f},{255 * green:.0f},{255 * blue:.0f},{share:.2f})"
        yield Pattern(f"h{colour[1:]}-{number}", colour, STROKES[number - 1], ink)


def _fill(entry: Class, behind: str) -> str:
    """Fill of a class: its pattern, or its colour where it has none."""
    if not entry.pattern:
        return entry.colour
    return f"url(#h{entry.colour[1:]}-{entry.pattern}{behind})"


def _bar(shapes: Shapes) -> Bar | None:
    """Scale bar below the land."""
    told = shapes.scale_bar()
    if told is None:
        return None
    size = 0.022 * shapes.width
    y = shapes.height + 0.8 * size
    return Bar(round(told[0]), told[1], round(y), round(0.4 * size), round(y + 1.9 * size),
               round(size), shapes.width)


def _notes(material: Material, shapes: Shapes, language: Language) -> list[str]:
    """What the map leaves out."""
    share_iu = shares_iu(material.instance, material.tables["plan"])
    mixed = int(np.sum(np.max(share_iu, axis=1) < 1 - 1e-6))
    notes = [language.t("mixed_note", count=mixed)] if mixed else []
    if shapes.kind == "squares":
        notes.append(language.t("squares_note"))
    if shapes.kind == "strips":
        notes.append(language.t("strips_note"))
    return notes
