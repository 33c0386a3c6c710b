"""What the map of losses shows, before anything is drawn: classes of loss, and their sums."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimizer.report.canvas import BARE
from optimizer.report.figures import figure
from optimizer.report.map_data import MapData

Floats = NDArray[np.float64]
#: From little to much: lightness falls evenly, and is read with every colour blindness.
CLASS_COLOURS = ("#fde9a9", "#fbb862", "#ee7c3e", "#c33d3d", "#6d1a4a")
#: Losses below this share of the largest are none.
NO_LOSS = 1e-6
#: Leading digits of a bound between two classes.
ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0)


@dataclass(frozen=True)
class LossData:
    """Losses in classes.

    Parameters
    ----------
    labels, colours, lost, parcels
        One entry a class: words, colour, sum of what is lost in it, number of parcels. The first
        is that of parcels that lose nothing.
    class_i
        Class of each parcel, shape (I,).
    shared
        What is lost on no parcel.
    gap
        Everything together.
    """

    labels: tuple[str, ...]
    colours: tuple[str, ...]
    lost: tuple[float, ...]
    parcels: tuple[int, ...]
    class_i: NDArray[np.int64]
    shared: float
    gap: float

    def as_map(self, area_i: Floats) -> MapData:
        """The same as the map's shapes want it."""
        share = np.zeros((len(self.class_i), len(self.labels)))
        share[np.arange(len(self.class_i)), self.class_i] = 1.0
        hectares = tuple(float(value) for value in share.T @ area_i)
        none = np.zeros(len(self.class_i), dtype=bool)
        return MapData(self.labels, self.colours, hectares, self.class_i, share, none,
                       np.zeros_like(share), 0)


def loss_data(lost_i: Floats, gap: float) -> LossData:
    """Sort parcels into classes of loss with round bounds.

    Parameters
    ----------
    lost_i
        What each parcel loses, shape (I,).
    gap
        With what belongs to no parcel.
    """
    largest = float(lost_i.max(initial=0.0))
    losing_i = lost_i > NO_LOSS * largest
    edges = class_edges(lost_i[losing_i])
    class_i = np.where(losing_i, 1 + np.searchsorted(edges, lost_i, side="right"), 0)
    words = ["nothing", *(_class_words(edges, largest) if losing_i.any() else [])]
    numbers = range(len(words))
    return LossData(
        labels=tuple(words), colours=(BARE, *CLASS_COLOURS[len(CLASS_COLOURS) - len(words) + 1:]),
        lost=tuple(float(lost_i[class_i == n].sum()) if n else 0.0 for n in numbers),
        parcels=tuple(int((class_i == n).sum()) for n in numbers),
        class_i=np.asarray(class_i, dtype=np.int64), shared=gap - float(lost_i.sum()), gap=gap)


def _class_words(edges: list[float], largest: float) -> list[str]:
    """Words of every class of loss."""
    if not edges:
        return [f"up to {figure(largest)}"]
    between = [f"{_edge(low)} to {_edge(high)}" for low, high in pairwise(edges)]
    return [f"below {_edge(edges[0])}", *between, f"{_edge(edges[-1])} to {figure(largest)}"]


def _edge(value: float) -> str:
    """A round bound without decimals it does not have."""
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def class_edges(losses: Floats) -> list[float]:
    """Round bounds between at most five classes of about the same number of parcels."""
    if len(losses) < 2:
        return []
    wanted = np.quantile(losses, np.linspace(0, 1, len(CLASS_COLOURS) + 1)[1:-1])
    edges = sorted({_rounded(float(value)) for value in wanted})
    return [edge for edge in edges if losses.min() < edge <= losses.max()]


def _rounded(value: float) -> float:
    """The nearest round number of one or two digits, by ratio."""
    power = 10.0 ** math.floor(math.log10(value))
    return min((step * power for step in ROUND), key=lambda step: abs(math.log(step / value)))
