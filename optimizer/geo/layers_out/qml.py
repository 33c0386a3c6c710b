"""Styles as QGIS reads them (QML): classes by colour, headers with units, what hovering shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as Xml

from optimizer.geo.layers_out.record import Entry

#: Format the styles are written for; later versions of QGIS convert it when they read it.
VERSION = "3.22.0-Bialowieza"
DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
RIM = "#6f6f6f"
#: Number that QGIS has for layers of polygons.
POLYGONS = "2"
#: Characters that XML cannot hold.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def categorised(
    column: str, entries: Sequence[Entry], aliases: Mapping[str, str], columns: Sequence[str],
    *, on_top: str = "", rim_mm: float = 0.1,
) -> str:
    """Style of a layer of polygons by the values of a column.

    Parameters
    ----------
    column
        Column with the values.
    entries
        Classes; the one without a value takes whatever no other class does.
    aliases
        Column -> header that the attribute table shows.
    columns
        Columns of the layer, in order.
    on_top
        Column by whose rising values features are drawn; blank for any order.
    rim_mm
        Width of the rims; 0 leaves them out.

    Returns
    -------
    str
        A document with doctype.
    """
    root = Xml.Element("qgis", {"version": VERSION, "labelsEnabled": "0", "styleCategories":
                                "LayerConfiguration|Symbology|Fields|MapTips|Rendering"})
    renderer = Xml.SubElement(root, "renderer-v2", {
        "type": "categorizedSymbol", "attr": column, "symbollevels": "0", "forceraster": "0",
        "enableorderby": "1" if on_top else "0"})
    classes = Xml.SubElement(renderer, "categories")
    symbols = Xml.SubElement(renderer, "symbols")
    for number, entry in enumerate(entries):
        Xml.SubElement(classes, "category", {
            "value": xml_text(entry.value or ""), "label": xml_text(entry.label),
            "symbol": str(number), "render": "true", "type": "string"})
        _fill(symbols, number, entry.colour, rim_mm)
    if on_top:
        order = Xml.SubElement(renderer, "orderby")
        Xml.SubElement(order, "orderByClause", {"asc": "1", "nullsFirst": "1"}).text = (
            f'"{on_top}"')
    _fields(root, aliases, columns)
    Xml.SubElement(root, "layerGeometryType").text = POLYGONS
    return DOCTYPE + Xml.tostring(root, encoding="unicode")


def paletted(entries: Sequence[tuple[int, Entry]]) -> str:
    """Style of a raster of class numbers.

    Parameters
    ----------
    entries
        Number in the raster, and its class.
    """
    root = Xml.Element("qgis", {"version": VERSION, "styleCategories": "Symbology"})
    pipe = Xml.SubElement(root, "pipe")
    renderer = Xml.SubElement(pipe, "rasterrenderer", {
        "type": "paletted", "band": "1", "opacity": "1", "alphaBand": "-1", "nodataColor": ""})
    palette = Xml.SubElement(renderer, "colorPalette")
    for number, entry in entries:
        Xml.SubElement(palette, "paletteEntry", {
            "value": str(number), "color": entry.colour, "alpha": "255",
            "label": xml_text(entry.label)})
    return DOCTYPE + Xml.tostring(root, encoding="unicode")


def xml_text(text: str) -> str:
    """Text without the control characters that no XML may hold; the rest is escaped in writing."""
    return _NO_XML.sub(" ", text)


def rgb(colour: str) -> tuple[int, int, int]:
    """`#rrggbb` as three numbers from 0 to 255."""
    red, green, blue = (int(colour[at:at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _fill(symbols: Xml.Element, number: int, colour: str, rim_mm: float) -> None:
    """Symbol of one class: `Option` for QGIS from 3.26, `prop` for earlier ones."""
    symbol = Xml.SubElement(symbols, "symbol", {
        "type": "fill", "name": str(number), "alpha": "1", "clip_to_extent": "1",
        "force_rhr": "0"})
    layer = Xml.SubElement(symbol, "layer", {
        "class": "SimpleFill", "enabled": "1", "pass": "0", "locked": "0"})
    told = {
        "color": _rgba(colour), "style": "solid", "outline_color": _rgba(RIM),
        "outline_style": "solid" if rim_mm > 0 else "no", "outline_width": f"{rim_mm:g}",
        "outline_width_unit": "MM", "joinstyle": "bevel",
    }
    options = Xml.SubElement(layer, "Option", {"type": "Map"})
    for name, value in told.items():
        Xml.SubElement(options, "Option", {"type": "QString", "name": name, "value": value})
    for name, value in told.items():
        Xml.SubElement(layer, "prop", {"k": name, "v": value})


def _rgba(colour: str) -> str:
    return ",".join(str(part) for part in (*rgb(colour), 255))


def _fields(root: Xml.Element, aliases: Mapping[str, str], columns: Sequence[str]) -> None:
    """Headers of the attribute table, and what hovering over a feature shows."""
    told = Xml.SubElement(root, "aliases")
    for number, column in enumerate(columns, start=1):  # 0 is the number of the feature
        Xml.SubElement(told, "alias", {"index": str(number), "field": column,
                                       "name": xml_text(aliases.get(column, ""))})
    shown = [column for column in ("parcel", "use_label", "area_ha", "why") if column in columns]
    Xml.SubElement(root, "previewExpression").text = f'"{columns[0]}"'
    Xml.SubElement(root, "mapTip", {"enabled": "1"}).text = "<br>".join(
        f'{xml_text(aliases.get(column, column))}: [% {_shown(column)} %]' for column in shown)


def _shown(column: str) -> str:
    """Expression that shows a column; numbers with three digits, text escaped."""
    if column == "area_ha":
        return f'format_number("{column}", 2)'
    return (f"replace(replace(coalesce(\"{column}\", '-'), '&', '&amp;'), '<', '&lt;')")
