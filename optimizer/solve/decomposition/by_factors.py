"""`ByFactors`: options held as factors, for instances whose columns would not fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.formulation.factors import Factored
from optimizer.solve.decomposition import kernels_factored as kernels
from optimizer.solve.decomposition.kernels import on_cores
from optimizer.solve.decomposition.pricing import mean_sizes, options_of_parcels
from optimizer.solve.decomposition.split import Split, cap_of

if TYPE_CHECKING:
    from optimizer.instance.record import Instance


def split_of_factors(instance: Instance, held: Factored) -> Split:
    """Take an instance apart whose rows are land, then the coupling rows of `held`."""
    land = instance.land
    stocks = held.options + np.arange(len(held.gain_s))
    return Split(
        start_i=held.start_i, area_i=land.area_i, must_i=land.must_i,
        land_i=np.arange(land.count), row_r=land.count + np.arange(len(held.lower_r)),
        lower_r=held.lower_r, upper_r=held.upper_r, stock_s=stocks, gain_s=held.gain_s,
        cap_s=cap_of(instance.topsoil.supplied_kt().ravel()), stock_rs=held.stock_rs,
    )


@dataclass(frozen=True)
class ByFactors:
    """Options held as factors; see `Pricing` for what each method tells.

    Parameters
    ----------
    held
        The factors.
    must_i, strata_i
        Whether a parcel must be reclaimed, and its stratum, shape (I,).
    """

    held: Factored
    must_i: NDArray[np.bool_]
    strata_i: NDArray[np.uint64]

    @classmethod
    def of(cls, instance: Instance, held: Factored) -> ByFactors:
        """Options of an instance; strata are zones and first possible periods."""
        zone_i = (instance.land.zone_i + 1).astype(np.uint64)
        release_i = np.searchsorted(instance.calendar.start_t, instance.land.release_i)
        periods = np.uint64(instance.calendar.count + 1)
        return cls(held, instance.land.must_i, zone_i * periods + release_i.astype(np.uint64))

    def best(
        self, pick: NDArray[np.int64], price_r: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Best worth per hectare and its option."""
        with on_cores(self._work(pick)):
            return kernels.best(pick, self.held.start_i, self.must_i, *self._options,
                                self._by_class(price_r))

    def best_of_uses(
        self, price_r: NDArray[np.float64], use_um: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Best option of each parcel and use, shape (I, U); -1 where there is none."""
        classes = np.arange(self.held.classes.count, dtype=np.int32)
        use_c = use_um[self.held.classes.axes(classes)[0]].astype(np.int32)
        with on_cores(self.held.options):
            return kernels.best_of_uses(
                self.held.start_i, *self._options, self._by_class(price_r), use_c,
                int(use_um.max(initial=0)) + 1)

    def rivals(
        self, pick: NDArray[np.int64], price_r: NDArray[np.float64],
        room_r: NDArray[np.float64],
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
        """As `best`, and how near the nearest rival is at least."""
        with on_cores(self._work(pick)):
            return kernels.rivals(
                pick, self.held.start_i, self.must_i, *self._options, self._by_class(price_r),
                self._by_class(room_r, sizes=True))

    def near(
        self, pick: NDArray[np.int64], worth_n: NDArray[np.float64],
        best_n: NDArray[np.int64], price_r: NDArray[np.float64],
        room_r: NDArray[np.float64],
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Every option of the picked parcels, and how near it is at least."""
        option_o, place_n = options_of_parcels(self.held.start_i, pick)
        with on_cores(len(option_o)):
            near_o = kernels.nearness(
                pick, best_n, worth_n, place_n, self.held.start_i, *self._options,
                self._by_class(price_r), self._by_class(room_r, sizes=True), len(option_o))
        return option_o, near_o

    def taken(
        self, option_n: NDArray[np.int64], area_n: NDArray[np.float64],
        group_g: NDArray[np.int64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What choices take of the coupling rows, and earn, by group."""
        with on_cores(len(option_n)):
            taken_gcf, earned_g = kernels.taken(
                option_n, area_n, group_g, *self._options, self.held.classes.count)
        taken_gv = taken_gcf.reshape(len(earned_g), self.held.weight_rv.shape[1])
        return np.asarray((self.held.weight_rv @ taken_gv.T).T), earned_g

    def columns(self, option_n: NDArray[np.int64]) -> sp.csc_array:
        """Coefficients of some options in the coupling rows, shape (R, N)."""
        return self.held.columns(option_n)

    def gains(self, option_n: NDArray[np.int64]) -> NDArray[np.float64]:
        """Gain of one hectare of some options, shape (N,)."""
        return self.held.gain_o[option_n]

    def sizes(
        self, pick: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean sizes of coefficients and gains by coupling row."""
        option_o, _ = options_of_parcels(self.held.start_i, pick)
        return mean_sizes(self.columns(option_o), self.gains(option_o))

    def strata(self) -> NDArray[np.uint64]:
        """Stratum of each parcel."""
        return self.strata_i

    def without_gains(self) -> ByFactors:
        """The same options, none of which earns anything."""
        return replace(self, held=replace(self.held, gain_o=np.zeros(self.held.options)))

    def compile_passes(self) -> None:
        """Compile the passes, or load them from disk, by running each on one parcel."""
        pick, price_r = np.zeros(1, dtype=np.int64), np.zeros(len(self.held.lower_r))
        worth_n, option_n, _ = self.rivals(pick, price_r, price_r)
        self.best(pick, price_r)
        self.near(pick, worth_n, option_n, price_r, price_r)
        self.taken(option_n, np.ones(1), np.array([0, 1], dtype=np.int64))

    @property
    def _options(
        self
    ) -> tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.float64]]:
        return self.held.gain_o, self.held.class_o, self.held.amount_of

    def _by_class(self, price_r: NDArray[np.float64], *, sizes: bool = False) -> NDArray[
            np.float64]:
        """Prices of classes and amounts from prices of rows, shape (C, F + 1)."""
        weight_rv = abs(self.held.weight_rv) if sizes else self.held.weight_rv
        price_v = np.asarray(weight_rv.T @ price_r)
        return price_v.reshape(self.held.classes.count, self.held.parts)

    def _work(self, pick: NDArray[np.int64]) -> int:
        """Options of some parcels, roughly."""
        return len(pick) * max(1, self.held.options // max(1, len(self.must_i)))
