"""`PlanLayers`: what the layers of a plan hold, before any file format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from optimizer.geo.layers_out.shapes import shapes_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Entry:
    """One class of a legend.

    Parameters
    ----------
    value
        What stands in the column; None for land that is not reclaimed.
    label
        What a planner reads.
    colour
        `#rrggbb`.
    """

    value: str | None
    label: str
    colour: str


@dataclass(frozen=True)
class PlanLayers:
    """A plan as tables that belong to outlines.

    Parameters
    ----------
    name
        Of the instance.
    crs
        Its coordinate system as written; blank where it has none.
    about
        One sentence a layer, for the file.
    aliases
        Column -> header with its unit, in the language asked for.
    uses, periods
        Legends by use and by period; the last entry is land that is not reclaimed.
    parcels
        One row a parcel and use, also for land that is not reclaimed; `drawn` is yes in one row a
        parcel, that of its main use.
    by_use
        One row a use and one for land that is not reclaimed, with its hectares.
    plan
        One row an option chosen.
    names
        Parcels, shape (I,).
    main_i
        Entry of `uses` that each parcel is drawn in, shape (I,).
    share_iu
        Share of each parcel in each entry of `uses`, shape (I, U + 1).
    outlines
        Parcel -> rings; parcels without an outline are missing.
    """

    name: str
    crs: str
    about: Mapping[str, str]
    aliases: Mapping[str, str]
    uses: tuple[Entry, ...]
    periods: tuple[Entry, ...]
    parcels: pd.DataFrame
    by_use: pd.DataFrame
    plan: pd.DataFrame
    names: NDArray[np.object_]
    main_i: NDArray[np.int64]
    share_iu: NDArray[np.float64]
    outlines: Mapping[str, list[NDArray[np.float64]]]

    @cached_property
    def shapes(self) -> NDArray[Any]:
        """Valid polygons of the parcels, shape (I,); None where a parcel has no outline."""
        return shapes_of(self.outlines, self.names)
