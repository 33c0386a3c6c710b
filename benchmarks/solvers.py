"""Simplex against interior point with crossover, by size, on the same generated programs."""

from __future__ import annotations

import argparse
from typing import Any

from benchmarks.measure import in_fresh_process, table, timed

SIZES = (30, 100, 300, 1_000)
SMOKE = (5, 10)


def solved_by(parcels: int, method: str) -> dict[str, Any]:
    """Solve the program of a generated instance by one method."""
    from optimizer.formulation.assemble import assemble
    from optimizer.generate.instance import generate_instance
    from optimizer.generate.size import Size
    from optimizer.solve.certificate import certify
    from optimizer.solve.highs import HighsSession

    program = assemble(generate_instance(Size(parcels, 1)))
    session = HighsSession(program)
    raw, wall, processor = timed(lambda: session.solve(method))
    proof = certify(program, raw.x_c, raw.price_r)
    return {"columns": program.shape[1], "iterations": raw.iterations, "wall": wall,
            "processor": processor, "gap": proof.relative_gap}


def main() -> int:
    """Measure both at every size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="tiny sizes")
    sizes = SMOKE if parser.parse_args().smoke else SIZES
    rows = []
    for parcels in sizes:
        by = {method: in_fresh_process("benchmarks.solvers:solved_by", parcels=parcels,
                                       method=method) for method in ("simplex", "ipx")}
        simplex, ipx = by["simplex"], by["ipx"]
        rows.append([parcels, simplex["columns"], simplex["processor"], ipx["processor"],
                     ipx["processor"] / simplex["processor"], f"{simplex['gap']:.1e}",
                     f"{ipx['gap']:.1e}"])
    print(table(("parcels", "columns", "simplex s", "interior point s", "ratio", "simplex gap",
                 "interior point gap"), rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
