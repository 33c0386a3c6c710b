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

    from numpy.typing import NDArray

    from optimizer.instance.record import Instance
    from optimizer.report.html.map_layers import Layer

#: Pixels across a picture, and inches so that each is one pixel at this many to an inch.
PIXELS = 1400
PER_INCH = 100


def has_raster(instance: Instance) -> bool:
    """Whether anything says where the parcels lie."""
    return outlines_of(instance) is not None or has_places(instance.land)


def raster_uris(instance: Instance, layers: Sequence[Layer]) -> list[str]:
    """Draw each layer as a PNG without blended colours, as a data URI.

    The parcels are drawn once, each in a colour that is its number; layers only colour them.
    """
    parcel_rc = _parcels(instance)
    return [_uri(parcel_rc, layer) for layer in layers]


def _parcels(instance: Instance) -> NDArray[np.int64]:
    """Number of the parcel at each pixel; white beside the land, which is no number of one."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    data, outlines = _numbered(instance.land.count), outlines_of(instance)
    with mpl.rc_context({"path.simplify": False}):
        figure = Figure(figsize=(PIXELS / PER_INCH, 0.72 * PIXELS / PER_INCH), dpi=PER_INCH,
                        facecolor="#ffffff")
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        if outlines is not None:
            draw_outlines(axes, data, outlines, fine=True)
        else:
            draw_raster(axes, data, instance.land)
        bare_axes(axes)
        axes.set_aspect("equal", anchor="C")
        written = io.BytesIO()
        figure.savefig(written, format="raw", dpi=PER_INCH)
    rgba = np.frombuffer(written.getvalue(), np.uint8).astype(np.int64).reshape(-1, PIXELS, 4)
    return np.asarray((rgba[..., 0] << 16) + (rgba[..., 1] << 8) + rgba[..., 2])


def _numbered(count: int) -> MapData:
    """Parcels as what the pictures of the maps draw: the colour of each is its number."""
    return MapData(
        labels=("",) * count, colours=tuple(f"#{i:06x}" for i in range(count)),
        hectares=(0.0,) * count, main_i=np.arange(count), share_iu=np.zeros((count, 1)),
        regraded_i=np.zeros(count, dtype=bool), regraded_iu=np.zeros((count, 1)), mixed=0)


def _uri(parcel_rc: NDArray[np.int64], layer: Layer) -> str:
    """Colour the parcels of one layer."""
    from matplotlib.image import imsave

    # One colour more, for what is no parcel.
    colours = np.array([[int(colour[at:at + 2], 16) for at in (1, 3, 5)]
                        for colour in (*(c.colour for c in layer.classes), "#ffffff")], np.uint8)
    class_i = np.append(layer.class_i, len(layer.classes))
    count = len(layer.class_i)
    # Whatever is no number of a parcel is beside the land.
    shown_rc = class_i[np.where(parcel_rc < count, parcel_rc, count)]
    written = io.BytesIO()
    imsave(written, colours[shown_rc], format="png", metadata={"Software": ""})
    return "data:image/png;base64," + base64.b64encode(written.getvalue()).decode("ascii")
