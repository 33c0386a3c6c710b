"""Commands as a planner runs them: `reclaim --help`, and `reclaim generate` at 100,000 parcels."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import ROOT, in_fresh_process, table

#: Most seconds for generating the largest, and for the help.
MOST_GENERATE, MOST_HELP = 20.0, 1.0
SIZES = (1_000, 10_000, 100_000)
SMOKE = (10, 20)


def generated(parcels: int, out: str) -> dict[str, float]:
    """Generate by the command's own function, imports included."""
    started = time.perf_counter()
    from optimizer.cli.main import run

    code = run(["generate", "--parcels", str(parcels), "--seed", "1", "-o", out])
    if code:
        message = f"reclaim generate ended with {code}"
        raise RuntimeError(message)
    return {"wall": time.perf_counter() - started, "processor": time.process_time()}


def read(folder: str) -> dict[str, float]:
    """Read and check an instance folder."""
    from optimizer.instance.read import read_instance

    seconds: dict[str, float] = {}
    read_instance(folder, (), seconds)
    return {**seconds, "processor": time.process_time()}


def help_seconds(times: int = 5) -> float:
    """Least wall seconds of `reclaim --help`."""
    return min(_help_once() for _ in range(times))


def _help_once() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "optimizer.cli.main", "--help"], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> int:
    """Measure, and say whether the targets are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="tiny sizes")
    smoke = parser.parse_args().smoke
    helped = help_seconds(1 if smoke else 5)
    rows = []
    with tempfile.TemporaryDirectory() as where:
        for parcels in SMOKE if smoke else SIZES:
            out = str(Path(where) / f"made-{parcels}")
            made = in_fresh_process("benchmarks.commands:generated", parcels=parcels, out=out)
            back = in_fresh_process("benchmarks.commands:read", folder=out)
            rows.append([parcels, made["wall"], made["processor"], made["peak_mb"],
                         back["processor"], back["peak_mb"]])
    print(table(("parcels", "generate wall s", "generate processor s", "peak MB",
                 "read and check processor s", "peak MB"), rows))
    met = float(rows[-1][2]) < MOST_GENERATE and helped < MOST_HELP
    print(f"\nreclaim --help: {helped:.2f} s. Targets (generate under {MOST_GENERATE:g} s, help "
          f"under {MOST_HELP:g} s): {'met' if met else 'MISSED'}.")
    return 0 if met or smoke else 1


if __name__ == "__main__":
    raise SystemExit(main())
