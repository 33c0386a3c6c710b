"""Layouts under a boundary weight: rasters of cells, from Parquet to the written plan.

Square rasters of one-hectare cells with four uses, correlated terrain and five coupling rows
(topsoil, budget, least land reclaimed, least of the first use, most of the second). The first size
is solved by HiGHS too; above 100,000 cells whole parcels are asked for.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

if not __package__:  # run as a file
    sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.measure import in_fresh_process, table

SIZES = (3_600, 90_000, 606_180)
SMOKE = (100, 400)
#: From so many cells whole parcels are asked for.
WHOLE_FROM = 100_000
#: t CO2e per km; the boundary of the plan then costs about a hundredth of its net sink.
WEIGHT = 20.0
#: Limits that stay, beside the one balance of topsoil.
KEPT = ("budget-in-all", "reclaimed-by-2026", "first-use-least", "second-use-most")
PHASES = ("read", "check", "carbon", "assemble", "solve", "certify", "write")


def made(cells: int, folder: str) -> dict[str, Any]:
    """Generate a raster into a folder, its long tables as Parquet."""
    import numpy as np

    from optimizer.generate.instance import generate_instance
    from optimizer.generate.size import Size
    from optimizer.instance.read import instance_from_tables
    from optimizer.instance.write import write_instance

    size = Size(cells, 1, uses=4, methods=1, periods=1, sources=1, most_zones=1)
    instance = generate_instance(size)
    settings = replace(instance.settings, layout={"boundary_weight_tco2e_per_km": WEIGHT})
    limits = instance.tables["limits"]
    kept_n = np.flatnonzero(np.isin(limits.text("limit").astype(str), KEPT))
    columns = {name: cells_n[kept_n] for name, cells_n in limits.columns.items()}
    kept = replace(limits, columns=columns, lines=limits.lines[kept_n])
    checked = instance_from_tables(settings, {**instance.tables, "limits": kept})
    write_instance(checked, folder, parquet_above=1_000)
    return {}


def solved(folder: str, out: str, asked: list[str]) -> dict[str, Any]:
    """Run `reclaim solve` as a planner does; its phases and what the summary says."""
    started, processor = time.perf_counter(), time.process_time()
    from optimizer.cli.main import run

    with contextlib.redirect_stdout(io.StringIO()):
        code = run(["solve", folder, "-o", out, *asked])
    if code:
        message = f"reclaim solve ended with {code}"
        raise RuntimeError(message)
    summary = json.loads((Path(out) / "summary.json").read_text(encoding="utf-8"))
    return {"wall": time.perf_counter() - started, "processor": time.process_time() - processor,
            **{name: summary[name] for name in (
                "options", "seconds", "objective", "bound", "relative_gap", "engine",
                "engine_reason")},
            "missed": summary["certificate"]["primal_violation"]}


def verified(out: str) -> dict[str, Any]:
    """Run `reclaim verify` on a result."""
    started, processor = time.perf_counter(), time.process_time()
    from optimizer.cli.main import run

    with contextlib.redirect_stdout(io.StringIO()):
        code = run(["verify", out])
    return {"holds": code == 0, "wall": time.perf_counter() - started,
            "processor": time.process_time() - processor}


def measured(cells: int, where: Path, asked: list[str]) -> dict[str, Any]:
    """Generate if need be, solve and verify, each in a fresh process."""
    folder, out = where / f"raster-{cells}", where / f"out-{cells}-{time.time_ns()}"
    if not folder.exists():
        in_fresh_process("benchmarks.layout:made", cells=cells, folder=str(folder))
    record = in_fresh_process("benchmarks.layout:solved", folder=str(folder), out=str(out),
                              asked=asked)
    proof = in_fresh_process("benchmarks.layout:verified", out=str(out))
    return {"cells": cells, "folder": str(folder), "asked": asked, "proof": proof, **record}


def print_sizes(records: list[dict[str, Any]]) -> None:
    """Print phases, totals and proofs."""
    print(table(
        ("cells", "parcels", "options", *PHASES, "whole command s", "processor s", "peak MB",
         "gap", "rules missed by"),
        [[r["cells"], "whole" if "--whole-parcels" in r["asked"] else "in parts", r["options"],
          *(float(r["seconds"][phase]) for phase in PHASES), r["wall"], r["processor"],
          r["peak_mb"], f"{r['relative_gap']:.1e}", f"{r['missed']:.0e}"] for r in records]))
    print("\n`reclaim verify` of these:\n")
    print(table(("cells", "holds", "wall s", "processor s", "peak MB"), [
        [r["cells"], "yes" if r["proof"]["holds"] else "NO", r["proof"]["wall"],
         r["proof"]["processor"], r["proof"]["peak_mb"]] for r in records]))
    print()
    for record in records:
        print(f"{record['cells']:,} cells: {record['engine_reason']}.")


def print_comparison(record: dict[str, Any], where: Path) -> None:
    """Print the same layout by HiGHS."""
    highs = in_fresh_process(
        "benchmarks.layout:solved", folder=record["folder"], out=str(where / "highs"),
        asked=["--engine", "highs"])
    size = max(1.0, abs(highs["objective"]))
    print(f"\nAgainst HiGHS on the whole program, {record['cells']:,} cells:\n")
    print(table(("engine", "whole command s", "processor s", "peak MB", "objective",
                 "differs by"), [
        [r["engine"], r["wall"], r["processor"], r["peak_mb"], f"{r['objective']:,.4f}",
         f"{abs(r['objective'] - highs['objective']) / size:.1e}"] for r in (record, highs)]))


def warmed_up() -> dict[str, Any]:
    """Compile and keep the passes, in both precisions."""
    with tempfile.TemporaryDirectory() as where:
        folder = str(Path(where) / "raster")
        made(400, folder)
        from optimizer.solve.first_order import search

        for prices in (search.SINGLE_FROM_PRICES, 0):
            search.SINGLE_FROM_PRICES = prices
            solved(folder, str(Path(where) / f"out-{prices}"), ["--engine", "first-order"])
    return {}


def main() -> int:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="tiny sizes")
    parser.add_argument("--cells", type=int, nargs="+", help="sizes to measure")
    parser.add_argument("--no-highs", action="store_true", help="leave the comparison out")
    parser.add_argument("--keep", type=Path, help="folder for instances and results, kept")
    asked = parser.parse_args()
    sizes = asked.cells or (SMOKE if asked.smoke else SIZES)
    with contextlib.ExitStack() as stack:
        where = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        where.mkdir(parents=True, exist_ok=True)
        # The first run of all compiles; it is not what is measured.
        in_fresh_process("benchmarks.layout:warmed_up")
        records = [measured(cells, where, [
            "--engine", "first-order", *(["--whole-parcels"] if cells >= WHOLE_FROM else [])])
            for cells in sizes]
        print_sizes(records)
        if not asked.no_highs:
            print_comparison(records[0], where)
    return 0 if all(record["proof"]["holds"] for record in records) else 1


if __name__ == "__main__":
    raise SystemExit(main())
