"""Factors of borders by the pair of uses on their two sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.instance.schema.layout import BARE

if TYPE_CHECKING:
    from optimizer.instance.table import Table


def pair_factors(
    tables: Mapping[str, Table], uses: Sequence[str]
) -> NDArray[np.float64] | None:
    """Factor of the border between each two uses, bare land last, shape (U + 1, U + 1).

    Symmetric, 0 between land of one use; None where the instance has no such table.
    """
    table = tables.get("boundary_weights")
    if table is None or not len(table):
        return None
    position = {use: u for u, use in enumerate(uses)} | {BARE: len(uses), "": len(uses)}
    factor_uv = np.ones((len(uses) + 1, len(uses) + 1))
    for one, other, factor in zip(table.text("use_a"), table.text("use_b"),
                                  table.number("factor", 1.0), strict=True):
        if str(one) in position and str(other) in position:  # others are refused
            u, v = position[str(one)], position[str(other)]
            factor_uv[u, v] = factor_uv[v, u] = factor
    np.fill_diagonal(factor_uv, 0.0)
    return factor_uv
