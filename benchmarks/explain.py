"""Why a large instance is infeasible: seconds to the conflicts and the first way out."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.measure import in_fresh_process, table

#: Most processor seconds for the largest, from the instance as read.
MOST = 10.0
SIZES = (1_000, 10_000, 100_000)
SMOKE = (30, 60)
#: What is tightened beyond reach, though not by the land alone: far more of the first use on a
#: fifth of the money.
TIGHTENED = ("limits[first-use-least].value*=60", "limits[budget-in-all].value*=0.2")


def explained(parcels: int, folder: str) -> dict[str, float]:
    """Generate, tighten, explain without the plans that the ways lead to."""
    from optimizer.analysis.explain.explain import explain
    from optimizer.cli.main import run
    from optimizer.instance.read import read_instance

    run(["generate", "--parcels", str(parcels), "--seed", "1", "--uses", "4", "--methods", "2",
         "--periods", "1", "--sources", "1", "-o", folder])
    instance = read_instance(folder, TIGHTENED)
    first: dict[str, float] = {}

    def heard(message: str) -> None:
        first.setdefault(message, time.process_time())

    wall, processor = time.perf_counter(), time.process_time()
    found = explain(instance, plans=False, progress=heard)
    ended = time.process_time()
    return {
        "feasible": float(found.feasible), "conflicts": float(len(found.conflicts)),
        "ways": float(len(found.loosenings)),
        "first": first.get("finding a way out (fewest limits)", ended) - processor,
        "processor": ended - processor, "wall": time.perf_counter() - wall,
    }


def main() -> None:
    """Print the table of the README."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="tiny sizes")
    rows = []
    for parcels in SMOKE if parser.parse_args().smoke else SIZES:
        with tempfile.TemporaryDirectory() as folder:
            found = in_fresh_process("benchmarks.explain:explained", parcels=parcels,
                                     folder=str(Path(folder) / "instance"))
        rows.append([parcels, int(found["conflicts"]), int(found["ways"]), found["first"],
                     found["processor"], found["wall"]])
    print(table(["parcels", "conflicts", "ways out", "conflicts and first way, processor s",
                 "all, processor s", "all, wall s"], rows))


if __name__ == "__main__":
    main()
