"""Phases of a solve by size: read, check, carbon, assemble, solve, certify, write."""

from __future__ import annotations

import argparse
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.measure import in_fresh_process, table

PHASES = ("read", "check", "carbon", "assemble", "solve", "certify", "write")
SIZES = (30, 100, 300, 1_000)
SMOKE = (5, 10)


def solved(folder: str, out: str) -> dict[str, Any]:
    """Solve an instance folder as `reclaim solve` does, and time its phases."""
    import optimizer as ro

    seconds: dict[str, float] = {}
    processor = time.process_time()
    instance = ro.read_instance(folder, (), seconds)
    solution = ro.solve(instance)
    summary = ro.write_out(solution, out, seconds=seconds)
    return {
        "options": solution.options.count, "seconds": summary["seconds"],
        "processor": time.process_time() - processor, "gap": summary["relative_gap"],
    }


def generated(parcels: int, folder: Path) -> Path:
    """A generated instance in a folder."""
    from optimizer.generate.instance import generate_instance
    from optimizer.generate.size import Size
    from optimizer.instance.write import write_instance

    folder.mkdir()
    write_instance(generate_instance(Size(parcels, 1)), folder)
    return folder


def measured(sizes: tuple[int, ...], where: Path) -> list[dict[str, Any]]:
    """One record a size."""
    records = []
    for parcels in sizes:
        folder = generated(parcels, where / f"instance-{parcels}")
        record = in_fresh_process("benchmarks.run:solved", folder=str(folder),
                                  out=str(where / f"out-{parcels}"))
        records.append({"parcels": parcels, **record})
    return records


def main() -> int:
    """Measure, and print seconds and how they grow from size to size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="tiny sizes")
    sizes = SMOKE if parser.parse_args().smoke else SIZES
    with tempfile.TemporaryDirectory() as where:
        records = measured(sizes, Path(where))
    print(table(
        ("parcels", "options", *PHASES, "processor s", "peak MB"),
        [[r["parcels"], r["options"], *(float(r["seconds"][phase]) for phase in PHASES),
          r["processor"], r["peak_mb"]] for r in records]))
    print("\nTimes the size before, per phase and per option:\n")
    print(table(
        ("from", "to", "options", *PHASES),
        [[small["parcels"], large["parcels"], large["options"] / small["options"],
          *(large["seconds"][phase] / max(small["seconds"][phase], 1e-4) for phase in PHASES)]
         for small, large in pairwise(records)]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
