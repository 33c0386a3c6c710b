"""Large instances, from Parquet to the written plan; and decomposition against HiGHS's own.

`--parcels 10000 --compare` adds HiGHS's simplex and interior point on the same program, which take
minutes; `--small` holds the whole command at 2,000 parcels against HiGHS's solve alone.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

if not __package__:  # run as a file
    sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.measure import in_fresh_process, table, timed

SIZES = (1_000, 10_000, 100_000)
SMOKE = (40, 80)
#: Parcels of the comparison of a whole command with HiGHS's own solve.
SMALL, SMALL_SMOKE = 2_000, 30
#: Methods of each use: 68 options a parcel, and 45 rows that couple parcels.
METHODS = 3
PHASES = ("read", "check", "carbon", "assemble", "solve", "certify", "write")
HIGHS = ("simplex", "ipx")
#: Seconds after which one of HiGHS's algorithms is ended; what it took until then stands.
PATIENCE = 1_500.0


def made(parcels: int, folder: str) -> dict[str, Any]:
    """Generate an instance into a folder, its long tables as Parquet."""
    from optimizer.generate.instance import generate_instance
    from optimizer.generate.size import Size
    from optimizer.instance.write import write_instance

    write_instance(generate_instance(Size(parcels, 1, methods=METHODS)), folder,
                   parquet_above=1_000)
    return {}


def solved(folder: str, out: str, engine: str = "decomposition") -> dict[str, Any]:
    """Run `reclaim solve` as a planner does; its phases and what the summary says."""
    started, processor = time.perf_counter(), time.process_time()
    from optimizer.cli.main import run

    solve_processor = time_solves()
    with contextlib.redirect_stdout(io.StringIO()):
        code = run(["solve", folder, "-o", out, "--engine", engine])
    if code:
        message = f"reclaim solve ended with {code}"
        raise RuntimeError(message)
    summary = json.loads((Path(out) / "summary.json").read_text(encoding="utf-8"))
    return {
        "wall": time.perf_counter() - started, "processor": time.process_time() - processor,
        "solve_processor": sum(solve_processor),
        "options": summary["options"], "seconds": summary["seconds"],
        "objective": summary["objective"], "gap": summary["relative_gap"],
        "engine": summary["engine"], "missed": summary["certificate"]["primal_violation"],
    }


def time_solves() -> list[float]:
    """Processor seconds of the solves to come, filled in as they end."""
    from optimizer.solve.run import Run

    seconds: list[float] = []
    timed_phase = Run._timed

    @contextlib.contextmanager
    def both(run: Run, phase: str) -> Iterator[None]:
        started = time.process_time()
        with timed_phase(run, phase):
            yield
        if phase == "solve":
            seconds.append(time.process_time() - started)

    Run._timed = both  # type: ignore[method-assign, assignment]
    return seconds


def solved_by_highs(folder: str, method: str) -> dict[str, Any]:
    """Solve the same program by one of HiGHS's own algorithms, assembling not counted.

    Without an answer (HiGHS gives up, or `PATIENCE` ends) the seconds until then stand alone.
    """
    from optimizer.formulation.assemble import assemble
    from optimizer.instance.read import read_instance
    from optimizer.solve.errors import NoAnswer
    from optimizer.solve.highs import HighsSession

    program = assemble(read_instance(folder))
    session = HighsSession(program)

    def solve() -> Any:
        try:
            return session.solve(method, time_limit=PATIENCE)
        except NoAnswer:
            return None

    raw, wall, processor = timed(solve)
    answered = raw is not None and raw.status == "optimal"
    return {"wall": wall, "processor": processor,
            "objective": program.value(raw.x_c) if answered else None,
            "columns": program.shape[1],
            "coupling": int((program.rows.family >= 2).sum())}


def measured(parcels: int, where: Path) -> dict[str, Any]:
    """Generate if need be, and solve in a fresh process."""
    folder = where / f"instance-{parcels}"
    if not folder.exists():
        in_fresh_process("benchmarks.scale:made", parcels=parcels, folder=str(folder))
    out = where / f"out-{parcels}-{time.time_ns()}"
    record = in_fresh_process("benchmarks.scale:solved", folder=str(folder), out=str(out))
    return {"parcels": parcels, "folder": str(folder), **record}


def print_phases(records: list[dict[str, Any]]) -> None:
    """Print the table of phases, and how the time of the solve grows with the options."""
    print(table(
        ("parcels", "options", *PHASES, "whole command s", "processor s", "of it solve",
         "peak MB", "gap"),
        [[r["parcels"], r["options"], *(float(r["seconds"][phase]) for phase in PHASES),
          r["wall"], r["processor"], r["solve_processor"], r["peak_mb"], f"{r['gap']:.1e}"]
         for r in records]))
    if len(records) < 2:
        return
    print("\nSolve phase, times that of the size before:\n")
    rows = []
    for small, large in pairwise(records):
        options = large["options"] / small["options"]
        wall = large["seconds"]["solve"] / max(small["seconds"]["solve"], 1e-4)
        processor = large["solve_processor"] / max(small["solve_processor"], 1e-4)
        rows.append([small["parcels"], large["parcels"], options, wall, wall / options,
                     processor / options])
    print(table(("from", "to", "options", "solve", "solve per option",
                 "processor per option"), rows))


def print_comparison(record: dict[str, Any]) -> None:
    """Print how long HiGHS's own algorithms take on the same program."""
    found = {method: in_fresh_process("benchmarks.scale:solved_by_highs",
                                      folder=record["folder"], method=method)
             for method in HIGHS}
    ours, ours_processor = float(record["seconds"]["solve"]), float(record["solve_processor"])
    print(f"\nAgainst HiGHS's own algorithms, {record['parcels']:,} parcels, "
          f"{record['options']:,} options, {found['simplex']['coupling']} coupling rows:\n")
    size = max(1.0, abs(record["objective"]))
    rows = [["decomposition", ours, ours_processor, 1.0, 1.0, "0", record["peak_mb"]]]
    rows += [[method, r["wall"], r["processor"], r["wall"] / ours,
              r["processor"] / ours_processor,
              "no answer" if r["objective"] is None
              else f"{abs(r['objective'] - record['objective']) / size:.1e}", r["peak_mb"]]
             for method, r in found.items()]
    print(table(("algorithm", "solve s", "processor s", "times decomposition", "by the processor",
                 "objective differs by", "peak MB"), rows))
    best = min(r["wall"] for r in found.values())
    print(f"\nThe quickest of them takes {best / ours:,.0f} times as long.")


def print_small(parcels: int, where: Path) -> bool:
    """Print the whole command on a small instance against HiGHS's solve; whether it is quick."""
    folder = where / f"instance-{parcels}"
    in_fresh_process("benchmarks.scale:made", parcels=parcels, folder=str(folder))
    command = in_fresh_process("benchmarks.scale:solved", folder=str(folder),
                               out=str(where / "small"), engine="auto")
    highs = in_fresh_process("benchmarks.scale:solved_by_highs", folder=str(folder),
                             method="simplex")
    most = 2.0 * highs["wall"] + 1.0
    print(f"\n{parcels:,} parcels: `reclaim solve` takes {command['wall']:.1f} s in all by "
          f"{command['engine']}, HiGHS's simplex alone {highs['wall']:.1f} s; twice that and a "
          f"second are {most:.1f} s.")
    return bool(command["wall"] <= most)


def main() -> int:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="tiny sizes")
    parser.add_argument("--parcels", type=int, nargs="+", help="sizes to measure")
    parser.add_argument("--compare", action="store_true",
                        help="HiGHS's own algorithms on the first size, too (minutes)")
    parser.add_argument("--small", action="store_true",
                        help=f"the whole command at {SMALL:,} parcels against HiGHS's solve")
    parser.add_argument("--keep", type=Path, help="folder for instances and results, kept")
    asked = parser.parse_args()
    sizes = asked.parcels or (SMOKE if asked.smoke else SIZES)
    with contextlib.ExitStack() as stack:
        where = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        where.mkdir(parents=True, exist_ok=True)
        # The first run of all compiles; it is not what is measured.
        in_fresh_process("benchmarks.scale:warmed_up", parcels=1_200)
        records = [measured(parcels, where) for parcels in sizes]
        print_phases(records)
        if asked.compare or asked.smoke:
            print_comparison(records[0])
        if asked.small or asked.smoke:
            quick = print_small(SMALL_SMOKE if asked.smoke else SMALL, where)
            return 0 if quick or asked.smoke else 1
    return 0


def warmed_up(parcels: int) -> dict[str, Any]:
    """Compile and keep the kernels of both ways to hold options."""
    from optimizer.generate.instance import generate_instance
    from optimizer.generate.size import Size
    from optimizer.options.eligibility import eligibility_of
    from optimizer.solve.decomposition.large import Large
    from optimizer.solve.engine import solve

    instance = generate_instance(Size(parcels, 1, methods=METHODS))
    solve(instance, engine="decomposition")
    large = Large(instance, eligibility_of(instance))
    large.kept(large.solve())
    return {}


if __name__ == "__main__":
    raise SystemExit(main())
