"""A sweep of 1,000 cases against 1,000 calls of `reclaim solve`; workers; a Dask cluster.

The separate calls are a few of the same cases, timed one by one from the command line and taken
times the number of cases: nobody waits for all of them. The sweep is timed whole, base, table and
pictures included. Processor seconds (of all processes together) hold on a busy machine too.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, table
from benchmarks.run import generated

#: Times as fast as separate calls that 1,000 cases have to be.
TARGET = 20.0
CASES = 1_000
SWEEP = """
[sweep]
name = "measured"
[[sweep.path]]
path = "limits[budget-in-all].value"
multiply = true
from = 0.9
to = 1.1
steps = {money}
[[sweep.path]]
path = "sources[*,*].supply_m3"
multiply = true
from = 0.9
to = 1.1
steps = {soil}
[[sweep.path]]
path = "works.haul_l_per_m3_km"
multiply = true
from = 0.8
to = 1.4
steps = {hauls}
"""


@dataclass(frozen=True)
class Measured:
    """One way of solving: number of cases, and wall and processor seconds in all."""

    way: str
    cases: int
    wall: float
    processor: float


def children_seconds() -> float:
    """Processor seconds of all child processes that have ended, and of theirs."""
    times = os.times()
    return times.children_user + times.children_system


def timed(way: str, cases: int, act: Callable[[], Any]) -> Measured:
    """Time what starts processes and waits for them."""
    wall, processor = time.perf_counter(), children_seconds()
    act()
    return Measured(way, cases, time.perf_counter() - wall, children_seconds() - processor)


def reclaim(*arguments: str) -> None:
    """Run one command."""
    subprocess.run([sys.executable, "-m", "optimizer.cli.main", *arguments], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def separate(folder: Path, where: Path, cases: list[tuple[str, ...]]) -> None:
    """Some of the cases, each by its own `reclaim solve`."""
    for number, overrides in enumerate(cases):
        reclaim("solve", str(folder), "-o", str(where / f"separate-{number}"),
                *(word for text in overrides for word in ("--set", text)))


def swept(folder: Path, where: Path, plan: Path, *more: str) -> None:
    """One `reclaim sweep`."""
    reclaim("sweep", str(folder), str(plan), "-o", str(where / f"out-{time.monotonic_ns()}"),
            *more)


def by_dask(folder: Path, where: Path, plan: Path, workers: int) -> None:
    """One sweep through a Dask cluster of processes, reached by its address."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=workers, threads_per_worker=1, processes=True,
                      dashboard_address=None, silence_logs=50) as cluster:
        swept(folder, where, plan, "--scheduler", cluster.scheduler_address)


def written(where: Path, name: str, text: str) -> Path:
    """A sweep file."""
    path = where / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def measured(sizes: argparse.Namespace, where: Path) -> list[Measured]:
    """All ways: separate calls, the base, one and two workers, a cluster, the whole sweep."""
    from optimizer.analysis.sweep.file import read_sweep

    folder = generated(sizes.parcels, where / "instance")
    whole = written(where, "whole", SWEEP.format(money=sizes.steps, soil=sizes.steps,
                                                 hauls=sizes.steps))
    part = written(where, "part", SWEEP.format(money=sizes.part, soil=sizes.part, hauls=2))
    base = written(where, "base", "[sweep]\n[[sweep.case]]\nname = 'base'\n")
    cases = [case.overrides for case in read_sweep(whole).cases]
    in_part = len(read_sweep(part).cases)
    spread = [cases[round(k * (len(cases) - 1) / max(1, sizes.separate - 1))]
              for k in range(sizes.separate)]
    if not sizes.smoke:
        reclaim("solve", str(folder), "-o", str(where / "first"))  # compiles what is kept compiled
    run = partial(swept, folder, where)
    cluster = [] if sizes.smoke or find_spec("distributed") is None else [
        timed("reclaim sweep, Dask cluster of 2 processes", in_part,
              lambda: by_dask(folder, where, part, 2))]
    return [
        timed("reclaim solve, one call a case", len(spread),
              lambda: separate(folder, where, spread)),
        timed("a sweep of nothing but the base", 1, lambda: run(base)),
        timed("reclaim sweep, 1 worker", in_part, lambda: run(part)),
        timed("reclaim sweep, 2 workers", in_part, lambda: run(part, "--workers", "2")),
        *cluster,
        timed("reclaim sweep, 2 workers", len(cases), lambda: run(whole, "--workers", "2")),
    ]


def verdict(found: list[Measured], asked: int) -> tuple[str, bool]:
    """What the separate calls would take, what the sweep took, and whether that is enough.

    The clock decides: it is what a planner with two cores waits for; the processor stands beside.
    """
    calls, base, one, two, *_, whole = found
    factor = asked / calls.cases
    wall, processor = calls.wall * factor, calls.processor * factor
    taken = [base_s + (whole_s - base_s) * asked / whole.cases
             for base_s, whole_s in ((base.wall, whole.wall), (base.processor, whole.processor))]
    ratios = (wall / taken[0], processor / taken[1])
    by_clock, by_processor = ("met" if ratio >= TARGET else "MISSED" for ratio in ratios)
    measured_cases = "" if whole.cases == asked else f" ({whole.cases:,} measured)"
    faster = (one.wall - base.wall) / max(1e-9, two.wall - base.wall)
    return (
        f"{asked:,} separate calls would take {wall:,.0f} s, {processor:,.0f} of the processor "
        f"({calls.cases} timed). The sweep of {asked:,}{measured_cases} took {taken[0]:,.0f} s, "
        f"{taken[1]:,.0f} of the processor: {ratios[0]:,.1f} times as fast, "
        f"{ratios[1]:,.1f} times by the processor. Target {TARGET:g}: {by_clock} by the clock, "
        f"{by_processor} by the processor.\n"
        f"Two workers against one, without the base: {faster:.2f} times as fast."
    ), ratios[0] >= TARGET


def main() -> int:
    """Measure, print, and say whether the target is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="tiny sizes")
    parser.add_argument("--parcels", type=int, default=2_000)
    parser.add_argument("--steps", type=int, default=10, help="values of each of three paths")
    parser.add_argument("--part", type=int, default=5, help="values of two paths in the parts")
    parser.add_argument("--separate", type=int, default=5, help="separate calls timed")
    sizes = parser.parse_args()
    if sizes.smoke:
        sizes.parcels, sizes.steps, sizes.part, sizes.separate = 20, 2, 2, 1
    with tempfile.TemporaryDirectory() as where:
        found = measured(sizes, Path(where))
    print(table(("way", "cases", "wall s", "processor s", "processor s a case"),
                [[w.way, w.cases, w.wall, w.processor, w.processor / w.cases] for w in found]))
    words, met = verdict(found, CASES)
    print(f"\n{words}")
    return 0 if met or sizes.smoke else 1


if __name__ == "__main__":
    raise SystemExit(main())
