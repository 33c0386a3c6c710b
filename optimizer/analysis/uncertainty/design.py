r"""Which cases a global sensitivity analysis looks at, and what it makes of their answers (SALib).

    morris   trajectories of D + 1 cases, one number moved at a time: D numbers, r trajectories,
             r (D + 1) cases; mu_star is the mean size of the effect of moving a number over its
             range, sigma its spread (interactions, curvature)
    sobol    Saltelli's scheme without second order: N (D + 2) cases, N a power of two; first-order
             index = share of the variance that a number explains alone, total index = share that
             would be left if all others were known

Cases are points of the unit cube: shares of each number's distribution.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from optimizer.analysis.uncertainty.distributions import quantile, within_tails

if TYPE_CHECKING:
    from optimizer.instance.unknowns import Uncertain

Method = Literal["morris", "sobol"]
METHODS: tuple[Method, ...] = ("morris", "sobol")
#: Levels of a Morris trajectory; it moves by half of them.
LEVELS = 4
#: Fewer blocks than these say nothing.
LEAST_BLOCKS = {"morris": 2, "sobol": 4}
#: Answers that vary by less than this, relative to their size, do not vary.
ROUNDING = 1e-9
CONFIDENCE = 0.95


class SalibMissing(ImportError):  # noqa: N818 - a lack, told in words
    """SALib is not installed; the message says how to get it."""

    def __init__(self) -> None:
        super().__init__("sensitivity analysis needs SALib, which is not installed: "
                         'pip install "reclaim-optimizer[sensitivity]"')


@dataclass(frozen=True)
class Design:
    """The cases of an analysis.

    Parameters
    ----------
    method
        morris or sobol.
    numbers
        What varies.
    blocks
        Trajectories (morris) or base points (sobol).
    seed
        Of the random numbers.
    unit_nd
        Cases as points of the unit cube, shape (N, D).
    value_nd
        The same as values or factors, shape (N, D).
    """

    method: Method
    numbers: tuple[Uncertain, ...]
    blocks: int
    seed: int
    unit_nd: NDArray[np.float64]
    value_nd: NDArray[np.float64]

    @property
    def block_size(self) -> int:
        """Cases of one block."""
        return len(self.numbers) + (1 if self.method == "morris" else 2)

    def overrides(self, case: int) -> tuple[str, ...]:
        """Overrides of one case."""
        return tuple(number.override(value) for number, value in
                     zip(self.numbers, self.value_nd[case], strict=True))

    def kept_blocks(self, answered_n: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Blocks of which every case has an answer, shape (blocks,)."""
        return np.asarray(answered_n.reshape(self.blocks, self.block_size).all(axis=1))


def blocks_for(method: Method, numbers: int, runs: int) -> int:
    """Return the most trajectories or base points that need no more than so many cases.

    Raises
    ------
    ValueError
        If so few cases say nothing, with the number that would do.
    """
    size = numbers + (1 if method == "morris" else 2)
    blocks = runs // size
    if method == "sobol" and blocks:
        blocks = 2 ** int(math.log2(blocks))
    least = LEAST_BLOCKS[method]
    if blocks < least:
        msg = (f"{method} over {numbers} uncertain numbers needs at least {least * size} runs, "
               f"not {runs}")
        raise ValueError(msg)
    return blocks


def design_of(
    method: Method, numbers: Sequence[Uncertain], runs: int, seed: int
) -> Design:
    """Choose the cases.

    Parameters
    ----------
    method
        morris or sobol.
    numbers
        What varies, at least one.
    runs
        Most cases to solve.
    seed
        Of the random numbers; the same seed gives the same cases.

    Raises
    ------
    SalibMissing
        If SALib is not installed.
    ValueError
        If the runs are too few.
    """
    blocks = blocks_for(method, len(numbers), runs)
    sample = _module("sample", method)
    problem = _problem(numbers)
    if method == "morris":
        unit_nd = sample.sample(problem, blocks, num_levels=LEVELS, seed=seed)
    else:
        unit_nd = sample.sample(problem, blocks, calc_second_order=False, seed=seed)
    unit_nd = np.asarray(unit_nd, dtype=float)
    shares = np.column_stack([_shares(method, number, unit_nd[:, d])
                              for d, number in enumerate(numbers)])
    value_nd = np.column_stack([quantile(number, shares[:, d])
                                for d, number in enumerate(numbers)])
    return Design(method, tuple(numbers), blocks, seed, unit_nd, value_nd)


def _shares(
    method: Method, number: Uncertain, unit: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Morris goes to the ends of each range, which endless tails do not have."""
    return within_tails(number, unit) if method == "morris" else unit


def indices_of(
    design: Design, answer_n: NDArray[np.float64], kept: NDArray[np.bool_]
) -> dict[str, NDArray[np.float64]]:
    """What each number does to an answer, shape (D,) each.

    Parameters
    ----------
    design
        The cases.
    answer_n
        The answer of every case, shape (N,).
    kept
        Blocks to use, shape (blocks,).

    Returns
    -------
    dict
        morris: mu, mu_star, sigma, mu_star_confidence; sobol: first, first_confidence, total,
        total_confidence (95 %). All 0 for an answer that does not vary.
    """
    keys = _KEYS[design.method]
    used = np.repeat(kept, design.block_size)
    answer = answer_n[used]
    if np.ptp(answer) <= ROUNDING * max(1.0, float(np.abs(answer).max())):
        return {name: np.zeros(len(design.numbers)) for name in keys}
    analyze, problem = _module("analyze", design.method), _problem(design.numbers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SALib's own use of pandas and numpy
        if design.method == "morris":
            found = analyze.analyze(problem, design.unit_nd[used], answer, num_levels=LEVELS,
                                    conf_level=CONFIDENCE, seed=design.seed)
        else:
            found = analyze.analyze(problem, answer, calc_second_order=False,
                                    conf_level=CONFIDENCE, seed=design.seed)
    return {name: np.nan_to_num(np.asarray(found[key], dtype=float))
            for name, key in keys.items()}


_KEYS = {
    "morris": {"mu": "mu", "mu_star": "mu_star", "sigma": "sigma",
               "mu_star_confidence": "mu_star_conf"},
    "sobol": {"first": "S1", "first_confidence": "S1_conf", "total": "ST",
              "total_confidence": "ST_conf"},
}


def salib_version() -> str:
    """Version of SALib.

    Raises
    ------
    SalibMissing
        If it is not installed.
    """
    try:
        return metadata.version("SALib")
    except metadata.PackageNotFoundError:
        raise SalibMissing from None


def _problem(numbers: Sequence[Uncertain]) -> dict[str, Any]:
    """Dimensions of the unit cube, as SALib wants them."""
    return {"num_vars": len(numbers), "names": [f"n{d}" for d in range(len(numbers))],
            "bounds": [[0.0, 1.0]] * len(numbers)}


def _module(kind: str, method: Method) -> Any:
    """SALib's module for sampling or analysing by a method."""
    from importlib import import_module

    salib_version()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what SALib imports warns on its own account
            return import_module(f"SALib.{kind}.{method}")
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] != "SALib":
            raise
        raise SalibMissing from None
