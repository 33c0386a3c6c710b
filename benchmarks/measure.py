"""Measuring in fresh processes: wall and processor seconds, and the peak of memory."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def peak_mb() -> float:
    """Most memory this process has held so far, MB; NaN where the system does not say."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return float(line.split()[1]) / 1024
    try:
        import resource
    except ImportError:
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024


def timed(call: Callable[[], Any]) -> tuple[Any, float, float]:
    """What a call returns, its wall seconds and its processor seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    answer = call()
    return answer, time.perf_counter() - wall, time.process_time() - processor


def in_fresh_process(task: str, **arguments: Any) -> dict[str, Any]:
    """Run `module:function(**arguments)` in a new Python; what it returns, and its peak of memory.

    Parameters
    ----------
    task
        Function that returns a record of plain values.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.measure", task, json.dumps(arguments)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    record: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return record


def table(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A Markdown table."""
    shown = [[_shown(cell) for cell in row] for row in rows]
    lines = [list(headers), ["---:"] * len(headers), *shown]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _shown(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:,.2f}" if cell < 100 else f"{cell:,.0f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def main() -> None:
    """Run one task and print its record."""
    module, function = sys.argv[1].split(":")
    record = getattr(importlib.import_module(module), function)(**json.loads(sys.argv[2]))
    print(json.dumps({**record, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
