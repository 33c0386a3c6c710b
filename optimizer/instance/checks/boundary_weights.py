"""Factors of borders: two different uses that exist, each pair once, and no odd detours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.instance.checks.common import Tables, line_of, on_rows, table_of, texts
from optimizer.instance.checks.names import unknown_names
from optimizer.instance.findings import Finding
from optimizer.instance.nearest import counted
from optimizer.instance.pair_factors import pair_factors
from optimizer.instance.schema.layout import BARE
from optimizer.instance.settings import Settings

#: A detour cheaper by less than this is rounding.
ROUNDING = 1e-9


def unknown_uses(_: Settings, tables: Tables) -> Iterator[Finding]:
    """Both sides of a border are uses, or bare land."""
    if "boundary_weights" in tables:
        known = [*texts(table_of(tables, "uses"), "use"), BARE]
        for column in ("use_a", "use_b"):
            yield from unknown_names(tables["boundary_weights"], column, known,
                                     "uses (or none for bare land)")


def pairs_once(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A border has two sides, and each pair one factor."""
    table = table_of(tables, "boundary_weights")
    first: dict[frozenset[str], int] = {}
    for row, (one, other) in enumerate(
            zip(texts(table, "use_a"), texts(table, "use_b"), strict=True)):
        pair = frozenset((one or BARE, other or BARE))
        if len(pair) == 1:
            yield from on_rows(
                table, [row], rule="border within a use", column="use_b",
                seen=f"`{one}` beside itself", expected="two different uses, or a use and none",
                do="Delete the row: land of one use has no border within it.")
        elif pair in first:
            yield from on_rows(
                table, [row], rule="duplicate", column="use_a",
                seen=f"{' and '.join(sorted(pair))}, already in row {line_of(table, first[pair])}",
                expected="each pair once, whichever way round", do="Delete one of the two rows.")
        first.setdefault(pair, row)


def detours(_: Settings, tables: Tables) -> Iterator[Finding]:
    """A strip of a third use between two others should not cost less than their border."""
    table, uses = table_of(tables, "boundary_weights"), texts(table_of(tables, "uses"), "use")
    factor_uv = pair_factors(tables, uses)
    if factor_uv is None or not np.isfinite(factor_uv).all():
        return
    names = [*uses, BARE]
    through = factor_uv[:, :, None] + factor_uv[None, :, :]  # one, strip, other
    through[np.arange(len(names)), np.arange(len(names))] = np.inf
    through[:, np.arange(len(names)), np.arange(len(names))] = np.inf
    best = through.min(axis=1)
    one, other = np.nonzero(np.triu(best < factor_uv - ROUNDING, 1))
    if len(one):
        u, v = int(one[0]), int(other[0])
        strip = names[int(through[u, :, v].argmin())]
        yield from on_rows(
            table, [0], rule="cheaper detour", column="factor", severity="warning",
            seen=f"{names[u]} to {names[v]} {factor_uv[u, v]:g}, by way of {strip} "
                 f"{best[u, v]:g}"
                 + (f" (and {counted(len(one) - 1, 'more pair')})" if len(one) > 1 else ""),
            expected="no border dearer than a strip of a third use between the two",
            do=f"Nothing, if a strip of {strip} between them is welcome; plans may have one.")


def without_effect(settings: Settings, tables: Tables) -> Iterator[Finding]:
    """Factors multiply a weight; without one they do nothing."""
    if len(table_of(tables, "boundary_weights")) and not settings.layout.get(
            "boundary_weight_tco2e_per_km", 0.0) > 0.0:
        yield Finding(
            table_of(tables, "boundary_weights").file, "factors without a weight",
            "no layout.boundary_weight_tco2e_per_km", "a weight that the factors multiply",
            "Set the weight under [layout] in instance.toml; without it borders are free.",
            severity="warning")


CHECKS = (unknown_uses, pairs_once, detours, without_effect)
