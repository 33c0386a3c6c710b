"""What a map shows of a plan, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.layout import main_use_i, shares_iu
from optimizer.report.canvas import BARE, printable, use_colours

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.solve.solution import Solution


@dataclass(frozen=True)
class MapData:
    """A plan as colours.

    Parameters
    ----------
    labels, colours, hectares
        One entry a use, then one for land that is not reclaimed.
    main_i
        Entry each parcel is drawn in, shape (I,): its main use, or the last where most is bare.
    share_iu
        Share of each parcel in each entry, shape (I, U + 1).
    regraded_i
        Whether more than half of the parcel is regraded, shape (I,).
    regraded_iu
        Share of each entry on each parcel that is regraded, shape (I, U + 1); nothing of bare
        land is.
    mixed
        Number of parcels that more than one entry shares.
    """

    labels: tuple[str, ...]
    colours: tuple[str, ...]
    hectares: tuple[float, ...]
    main_i: NDArray[np.int64]
    share_iu: NDArray[np.float64]
    regraded_i: NDArray[np.bool_]
    regraded_iu: NDArray[np.float64]
    mixed: int

    @property
    def shown(self) -> list[int]:
        """Entries that occur."""
        return [u for u, value in enumerate(self.hectares) if value > 1e-6]


def map_data(solution: Solution) -> MapData:
    """Collect what the map shows."""
    instance = solution.instance
    share_iu = shares_iu(instance, solution.plan)
    main_i = main_use_i(share_iu)
    last = share_iu.shape[1] - 1
    area_u = share_iu.T @ instance.land.area_i
    return MapData(
        labels=(*use_labels(instance), "Not reclaimed"),
        colours=(*colours_of(instance), BARE),
        hectares=tuple(float(value) for value in area_u),
        main_i=np.where(main_i < 0, last, main_i),
        share_iu=share_iu,
        regraded_i=regraded_i(solution),
        regraded_iu=regraded_iu(solution),
        mixed=int(np.sum(np.max(share_iu, axis=1) < 1 - 1e-6)),
    )


def use_labels(instance: Instance) -> list[str]:
    """Printable label of every use."""
    practices = instance.practices
    return [printable(label, use)
            for label, use in zip(practices.label_u, practices.uses, strict=True)]


def colours_of(instance: Instance) -> list[str]:
    """Colour of every use, from the uses table or the palette."""
    return use_colours([str(text) for text in instance.tables["uses"].text("colour")])


def regraded_i(solution: Solution) -> NDArray[np.bool_]:
    """Whether more than half of each parcel is regraded, shape (I,)."""
    land, options = solution.instance.land, solution.options
    x_o = solution.x_c[:options.count]
    cut_i = np.bincount(options.parcel_o, x_o * (options.regrade_m3_o > 0), minlength=land.count)
    return np.asarray(cut_i > 0.5 * land.area_i)


def regraded_iu(solution: Solution) -> NDArray[np.float64]:
    """Share of each use on each parcel that is regraded, then 0 for bare land, (I, U + 1)."""
    instance, options = solution.instance, solution.options
    shape = (instance.land.count, len(instance.practices.uses) + 1)
    cell_o = options.parcel_o.astype(np.int64) * shape[1] + (
        instance.practices.use_um[options.practice_o])
    x_o = solution.x_c[:options.count]
    size = shape[0] * shape[1]
    all_iu = np.bincount(cell_o, x_o, minlength=size)
    cut_iu = np.bincount(cell_o, x_o * (options.regrade_m3_o > 0), minlength=size)
    share_iu = np.divide(cut_iu, all_iu, out=np.zeros(size), where=all_iu > 0)
    return np.asarray(share_iu.reshape(shape), dtype=np.float64)
