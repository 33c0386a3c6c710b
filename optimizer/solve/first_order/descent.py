r"""`Descent`: a primal-dual hybrid gradient method on shares and prices, with restarts.

One step T moves every parcel along its gain less all prices and back onto its simplex, and every
price along the rule it belongs to, at the shares 2 T(z) - z:

    z' = simplex(z + tau_i (gain - D'p - A'pi))
    p' = clip(p + sigma_e D(2 z' - z), -weight_e, weight_e)
    v = pi + sigma_r A(2 z' - z),   pi' = v - sigma_r clip(v / sigma_r, lower_r, upper_r)

Points are Halpern iterates: k-th point = (k+1)/(k+2) (2 T - point) + 1/(k+2) anchor, which go
straight to the fixed point; from time to time the image T becomes the new anchor (a restart), when
|T - point| has shrunk enough. Steps: with deg_i edges and at most n_i options of one use on a
parcel, tau_i = tau / (deg_i n_i), sigma_e = omega_e / 2, sigma_r = omega_r / norm(A tau A'), and
tau (omega_e + omega_r) < 1, which is enough for convergence. The omegas follow the ratio of how
far prices and shares move between restarts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.solve.decomposition.kernels import on_cores
from optimizer.solve.first_order import kernels

if TYPE_CHECKING:
    from optimizer.solve.first_order.problem import Shares

#: Steps between two looks at the images.
LOOK = 32
#: A restart comes when the moves have shrunk to this share of those after the last restart, ...
ENOUGH = 0.2
#: ... or to this one and grow again, ...
SOME = 0.8
#: ... or when the steps since the last one are this share of all.
LONG = 0.36
#: How fast the ratio of steps follows what is seen; 1 is at once.
FOLLOW = 0.5
#: Steps stay this far below the largest that converge.
SAFE = 0.998


@dataclass
class Images:
    """Latest image of the shares and prices: shares on their simplices, prices within bounds.

    Parameters
    ----------
    share_o, bare_i
        Shares of options and what stays bare.
    price_el
        Prices of edges and labels.
    pi_r
        Prices of the coupling rows.
    """

    share_o: NDArray[Any]
    bare_i: NDArray[Any]
    price_el: NDArray[Any]
    pi_r: NDArray[np.float64]


@dataclass
class Restarts:
    """When the method restarts: how far points moved at the last restart and since."""

    steps: int = 0
    since: int = 0
    first: float = math.inf
    last: float = math.inf

    def due(self, moved: float) -> bool:
        """Take note of a move; whether a restart is due."""
        if not math.isfinite(self.first):
            self.first = self.last = moved
            return False
        due = (moved <= ENOUGH * self.first or (moved <= SOME * self.first and moved > self.last)
               or self.since >= LONG * self.steps)
        self.last = moved
        return due

    def restarted(self) -> None:
        """Begin anew."""
        self.since, self.first, self.last = 0, math.inf, math.inf


@dataclass
class Omegas:
    """Steps of edge prices and of row prices over those of the shares."""

    edges: float
    rows: float

    def follow(self, shares: float, edges: float, rows: float) -> None:
        """Move towards how far prices moved over how far shares did."""
        if shares > 0.0 and edges > 0.0:
            self.edges *= (edges / shares / self.edges) ** FOLLOW
        if shares > 0.0 and rows > 0.0:
            self.rows *= (rows / shares / self.rows) ** FOLLOW


@dataclass
class Descent:
    """The method at work on one problem.

    Parameters
    ----------
    problem
        The layout problem.
    dtype
        Of shares and edge prices: single precision halves the memory they take.
    """

    problem: Shares
    dtype: type = np.float64
    now: Images = field(init=False)
    images: Images = field(init=False)
    anchor: Images = field(init=False)
    omegas: Omegas = field(init=False)
    restarts: Restarts = field(default_factory=Restarts)

    def __post_init__(self) -> None:
        problem, kind = self.problem, self.dtype
        count_i = np.diff(problem.split.start_i)
        each_i = np.where(problem.split.must_i, 1.0, 0.5) / np.maximum(count_i, 1)
        share_o: NDArray[Any] = np.repeat(each_i, count_i).astype(kind)
        bare_i: NDArray[Any] = np.where(
            problem.split.must_i, 0.0, np.where(count_i > 0, 0.5, 1.0)).astype(kind)
        price_el: NDArray[Any] = np.zeros((problem.edges, problem.uses + 1), dtype=kind)
        self.now = Images(share_o, bare_i, price_el, np.zeros(problem.rows))
        self.images, self.anchor = _copy(self.now), _copy(self.now)
        self._ahead_il: NDArray[Any] = np.zeros((problem.parcels, problem.uses + 1), dtype=kind)
        self._reach_i = 1.0 / (np.maximum(np.diff(problem.near_ptr_i), 1) * _rivals(problem))
        self._norm = _norm(problem, self._reach_i)
        self._work = problem.work
        self._most = int(count_i.max(initial=0))
        spread = _spread(problem)
        weight = float(problem.weight_e.mean()) if problem.edges else 1.0
        self.omegas = Omegas(max(weight, 1e-3 * spread), spread)

    def start_from(self, images: Images, omegas: Omegas) -> None:
        """Begin with known shares and prices, and known steps."""
        for point in (self.now, self.images, self.anchor):
            point.share_o[:], point.bare_i[:] = images.share_o, images.bare_i
            point.price_el[:], point.pi_r = images.price_el, images.pi_r.copy()
        self.omegas = replace(omegas)

    def run(self, steps: int) -> None:
        """Go so many steps; the images are fresh afterwards."""
        left = steps
        while left > 0:
            batch = min(LOOK, left)
            for step in range(batch):
                with on_cores(self._work):
                    self._step(keep=step == batch - 1)
            left -= batch
            if self.restarts.due(self._moved):
                self._restart()

    def _step(self, *, keep: bool) -> None:
        problem, now, images, anchor = self.problem, self.now, self.images, self.anchor
        split = problem.split
        tau = SAFE / (self.omegas.edges + self.omegas.rows)
        mix = (self.restarts.since + 1.0) / (self.restarts.since + 2.0)
        activity, moved_shares = kernels.step_shares(
            split.start_i, split.must_i, problem.use_o, problem.gain_o, problem.ptr_o,
            problem.row_n, problem.coef_n, problem.near_ptr_i, problem.near_n, now.price_el,
            now.pi_r, tau * self._reach_i, mix, now.share_o, now.bare_i, anchor.share_o,
            anchor.bare_i, images.share_o, images.bare_i, self._ahead_il, self._most)
        moved_edges = kernels.step_edges(
            problem.a_e, problem.b_e, problem.weight_e, self._ahead_il, 0.5 * self.omegas.edges,
            mix, now.price_el, anchor.price_el, images.price_el, keep)
        sigma = self.omegas.rows / self._norm
        ahead_r = now.pi_r + sigma * activity.sum(axis=0)
        images.pi_r = ahead_r - sigma * np.clip(ahead_r / sigma, problem.lower_r, problem.upper_r)
        moved_rows = float(np.sum((images.pi_r - now.pi_r) ** 2)) / sigma
        now.pi_r = mix * (2.0 * images.pi_r - now.pi_r) + (1.0 - mix) * anchor.pi_r
        self._moved = math.sqrt(float(moved_shares.sum()) + float(moved_edges.sum()) + moved_rows)
        self.restarts.steps += 1
        self.restarts.since += 1

    def _restart(self) -> None:
        """Begin anew at the images, with steps in the ratio seen since the last restart."""
        images, anchor = self.images, self.anchor
        count_i = np.diff(self.problem.split.start_i)
        per_o = np.repeat(1.0 / self._reach_i, count_i)
        shares = math.sqrt(float(np.sum((images.share_o - anchor.share_o) ** 2 * per_o))
                           + float(np.sum((images.bare_i - anchor.bare_i) ** 2 / self._reach_i)))
        edges = math.sqrt(2.0 * float(np.sum((images.price_el - anchor.price_el) ** 2)))
        rows = math.sqrt(self._norm * float(np.sum((images.pi_r - anchor.pi_r) ** 2)))
        self.omegas.follow(shares, edges, rows)
        for point in (self.now, anchor):
            point.share_o[:], point.bare_i[:] = images.share_o, images.bare_i
            point.price_el[:], point.pi_r = images.price_el, images.pi_r.copy()
        self.restarts.restarted()


def _copy(one: Images) -> Images:
    return Images(one.share_o.copy(), one.bare_i.copy(), one.price_el.copy(), one.pi_r.copy())


def _rivals(problem: Shares) -> NDArray[np.float64]:
    """Most options of one use on each parcel, at least 1, shape (I,)."""
    cell_o = problem.parcel_o * problem.uses + problem.use_o
    count_iu = np.bincount(cell_o, minlength=problem.parcels * problem.uses)
    most_i = count_iu.reshape(problem.parcels, problem.uses).max(axis=1, initial=1)
    return np.asarray(most_i, dtype=np.float64)


def _norm(problem: Shares, reach_i: NDArray[np.float64]) -> float:
    """Largest eigenvalue of A diag(reach) A', at least something."""
    if not problem.rows or not problem.options:
        return 1.0
    matrix = problem.matrix
    scaled = sp.csr_array(sp.diags_array(np.sqrt(reach_i[problem.parcel_o])) @ matrix)
    gram = (scaled.T @ scaled).toarray()
    return max(float(np.linalg.eigvalsh(gram)[-1]), 1e-12)


def _spread(problem: Shares) -> float:
    """Usual distance between the best and the worst a parcel can have."""
    start_i = problem.split.start_i
    some = np.flatnonzero(np.diff(start_i) > 0)
    if not len(some):
        return 1.0
    high = np.maximum.reduceat(problem.gain_o, start_i[some])
    low = np.minimum.reduceat(problem.gain_o, start_i[some])
    bare = ~problem.split.must_i[some]
    high[bare], low[bare] = np.maximum(high[bare], 0.0), np.minimum(low[bare], 0.0)
    spread = float(np.mean(high - low))
    return spread if spread > 0.0 else 1.0
