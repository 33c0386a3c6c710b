"""What leaving dominated options out costs and saves, by the share of them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from benchmarks.measure import in_fresh_process, table, timed

if TYPE_CHECKING:
    from optimizer.formulation.program import LinearProgram

#: Parcels, and worse variants that stand beside an option: on the mean so many.
PARCELS, VARIANTS = 5_000, (0.0, 0.2, 0.4, 0.7, 1.0, 3.0)
SMOKE_PARCELS, SMOKE = 30, (0.0, 1.0)


def with_variants(program: LinearProgram, mean: float, seed: int = 1) -> LinearProgram:
    """Put worse variants beside options: they earn less and take more of rows with a most."""
    from dataclasses import replace

    import numpy as np

    from optimizer.solve.decomposition.split import split_of

    rng = np.random.default_rng(seed)
    split = split_of(program)
    count_o = np.floor(mean) + (rng.random(split.options) < mean % 1.0)
    option = np.repeat(np.arange(split.options), 1 + count_o.astype(np.int64))
    worse = np.flatnonzero(np.append(False, option[1:] == option[:-1]))
    column = np.concatenate([option, split.stock_s])
    matrix, cost = program.matrix[:, column], program.cost[column]
    cost[worse] -= rng.uniform(0.0, 3.0, len(worse))
    factor = np.ones(len(column))
    factor[worse] = rng.uniform(1.0, 1.3, len(worse))
    most = split.row_r[np.isinf(split.lower_r) & np.isfinite(split.upper_r)]
    grows = np.isin(matrix.indices, most) & (matrix.data > 0.0)
    matrix.data *= np.where(grows, np.repeat(factor, np.diff(matrix.indptr)), 1.0)
    return replace(program, matrix=matrix, cost=cost, columns=program.columns.take(column),
                   column_lower=program.column_lower[column],
                   column_upper=program.column_upper[column])


def measured(parcels: int, variants: float) -> dict[str, Any]:
    """Search with all options, and without those that are dominated."""
    from optimizer.formulation.assemble import assemble
    from optimizer.generate.instance import generate_instance
    from optimizer.generate.size import Size
    from optimizer.solve.decomposition.decompose import Decomposition
    from optimizer.solve.decomposition.dominance import without_dominated
    from optimizer.solve.decomposition.pricing import ByColumns
    from optimizer.solve.decomposition.split import split_of

    program = with_variants(assemble(generate_instance(Size(parcels, 1, methods=3))), variants)
    split = split_of(program)
    pricing = ByColumns.of(program, split)
    without_dominated(split, pricing, 0.0)  # load what is compiled
    Decomposition(split, pricing).run()
    every, _, with_all = timed(lambda: Decomposition(split, pricing).run())
    fewer, _, passing = timed(lambda: without_dominated(split, pricing, 0.0))
    rest, _, without = timed(lambda: Decomposition(fewer.split, fewer.pricing).run())
    return {"options": split.options, "left out": 1.0 - fewer.split.options / split.options,
            "all": with_all, "pass": passing, "rest": without,
            "apart": abs(every.plan.objective - rest.plan.objective) / every.plan.size}


def main() -> int:
    """Measure at every share."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="tiny sizes")
    smoke = parser.parse_args().smoke
    rows = []
    for variants in SMOKE if smoke else VARIANTS:
        seen = in_fresh_process("benchmarks.dominance:measured", variants=variants,
                                parcels=SMOKE_PARCELS if smoke else PARCELS)
        rows.append([seen["options"], f"{100 * seen['left out']:.1f} %", seen["all"],
                     seen["pass"], seen["rest"],
                     (seen["pass"] + seen["rest"]) / seen["all"], f"{seen['apart']:.0e}"])
    print(table(("options", "left out", "search over all s", "pass s", "search without s",
                 "ratio", "optima apart"), rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
