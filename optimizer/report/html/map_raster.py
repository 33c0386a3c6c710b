"""A map of many parcels as pictures, one a layer, whose colours the page can read back."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import numpy as np

from optimizer.report.canvas import bare_axes
from optimizer.report.map_data import MapData
from optimizer.report.map_picture import has_places, outlines_of
from optimizer.report.map_shapes import draw_outlines, draw_raster

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.instance.record import Instance
    from optimizer.report.html.map_layers import Layer
    from optimizer.report.map_shapes import Ring

#: Pixels across a picture, and inches so that each is one pixel at this many to an inch.
PIXELS = 1400
PER_INCH = 100


def has_raster(instance: Instance) -> bool:
    """Whether anything says where the parcels lie."""
    return outlines_of(instance) is not None or has_places(instance.land)


def raster_uris(instance: Instance, layers: Sequence[Layer]) -> list[str]:
    """Draw each layer as a PNG without blended colours, as a data URI."""
    outlines = outlines_of(instance)
    return [_uri(instance, layer, outlines) for layer in layers]


def _uri(instance: Instance, layer: Layer, outlines: Sequence[Sequence[Ring]] | None) -> str:
    """Draw one layer."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    data = _as_map(layer, instance.land.count)
    with mpl.rc_context({"path.simplify": False}):
        figure = Figure(figsize=(PIXELS / PER_INCH, 0.72 * PIXELS / PER_INCH), dpi=PER_INCH)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        if outlines is not None:
            draw_outlines(axes, data, outlines, fine=True)
        else:
            draw_raster(axes, data, instance.land)
        bare_axes(axes)
        axes.set_aspect("equal", anchor="C")
        written = io.BytesIO()
        figure.savefig(written, format="png", dpi=PER_INCH, metadata={"Software": None})
    return "data:image/png;base64," + base64.b64encode(written.getvalue()).decode("ascii")


def _as_map(layer: Layer, count: int) -> MapData:
    """A layer as what the pictures of the maps draw: one entry a parcel, no hatches."""
    none = np.zeros((count, len(layer.classes)))
    return MapData(
        labels=tuple(c.label for c in layer.classes),
        colours=tuple(c.colour for c in layer.classes),
        hectares=tuple(c.hectares for c in layer.classes), main_i=layer.class_i, share_iu=none,
        regraded_i=np.zeros(count, dtype=bool), regraded_iu=none, mixed=0)
