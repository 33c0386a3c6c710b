r"""`EdgePrices`: prices of shares across boundaries, beside a program without boundary rows.

    sum_{e,l} weight_e |s[a,l] - s[b,l]| = max sum_{e,l} p[e,l] (s[a,l] - s[b,l])
                                           over |p[e,l]| <= weight_e

so for any such prices p no plan earns more than under the gains

    gain'_o = gain_o - (pull[i,u] - pull[i,bare]) / area_i
    pull[i,l] = sum_{e: i=a} p[e,l] - sum_{e: i=b} p[e,l]

without any boundary (the pulls of bare land add up to 0 over all parcels). A bound of the plain
program at the gains gain' is therefore one of the layout. p[e,l] is the price of the row
"edge >= s[b,l] - s[a,l]" less that of "edge >= s[a,l] - s[b,l]" of the full program.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.layout.edges import NONE, edges_of

if TYPE_CHECKING:
    from optimizer.formulation.layout.neighbours import Neighbours
    from optimizer.formulation.program import LinearProgram
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options


@dataclass(frozen=True)
class EdgePrices:
    """Prices of shares across the boundaries of an instance.

    Parameters
    ----------
    neighbours
        Pairs of parcels.
    price_el
        Price of a whole unlike share of each use and, last, of bare land, shape (E, U + 1).
    """

    neighbours: Neighbours
    price_el: NDArray[np.float64]

    @classmethod
    def within(
        cls, neighbours: Neighbours, price_el: NDArray[np.floating], weight: float
    ) -> EdgePrices:
        """Prices cut to what half the boundary weight allows.

        Parameters
        ----------
        weight
            What a kilometre of boundary costs.
        """
        most_e = (0.5 * weight * neighbours.length_km_e)[:, None]
        return cls(neighbours, np.clip(np.asarray(price_el, dtype=np.float64), -most_e, most_e))

    def pull_il(self, parcels: int) -> NDArray[np.float64]:
        """What the prices take of a whole share of each label on each parcel, shape (I, U + 1)."""
        pull_il = np.empty((parcels, self.price_el.shape[1]))
        for label, price_e in enumerate(self.price_el.T):
            pull_il[:, label] = (np.bincount(self.neighbours.a_e, price_e, minlength=parcels)
                                 - np.bincount(self.neighbours.b_e, price_e, minlength=parcels))
        return pull_il

    def priced(
        self, instance: Instance, options: Options, program: LinearProgram
    ) -> LinearProgram:
        """The plain program with the prices of the boundaries in the gains of the options."""
        pull_il = self.pull_il(instance.land.count)
        use_o = instance.practices.use_um[options.practice_o]
        taken_o = pull_il[options.parcel_o, use_o] - pull_il[options.parcel_o, -1]
        cost_c = program.cost.copy()
        cost_c[:options.count] -= taken_o / instance.land.area_i[options.parcel_o]
        return replace(program, cost=cost_c)

    def of_rows(self, instance: Instance, options: Options) -> NDArray[np.float64]:
        """Prices of the boundary rows of the full program, in their order."""
        edges = edges_of(instance, options)
        label_f = np.where(edges.use_f == NONE, self.price_el.shape[1] - 1, edges.use_f)
        price_f = self.price_el[edges.pair_f, label_f]
        return np.stack([np.minimum(-price_f, 0.0), np.minimum(price_f, 0.0)], axis=1).ravel()
