"""The programs of one comparison through pools of others: one task a program.

What travels there is the instance and the completed plan; each process builds the programs of it
once and keeps them. What comes back is a plan and its prices. A task that the pool loses is done
here.
"""

from __future__ import annotations

import pickle
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from optimizer.analysis.compare.chain import Programs, Solved
from optimizer.analysis.compare.loosened import Floats, Loosened, loosen
from optimizer.analysis.sweep.executors import pool_and_pack
from optimizer.analysis.sweep.travel import key_of
from optimizer.instance.findings import InstanceRefused
from optimizer.solve.errors import SolverFault

if TYPE_CHECKING:
    from optimizer.analysis.allocation import Allocation
    from optimizer.instance.record import Instance

#: What each process has built, by the name of its pack: read by all its threads.
_BUILT: dict[str, Loosened] = {}
_LOCK = threading.Lock()
#: Programs of each thread: a solver's session is nobody else's.
_OWN = threading.local()


def packed(instance: Instance, allocation: Allocation, fixed_o: Floats) -> bytes:
    """Pack what the programs of a comparison are made from."""
    return zlib.compress(pickle.dumps((instance, allocation, fixed_o)), level=1)


def solve_in_executor(pack: bytes, key: str, name: str) -> Solved:
    """Solve one program, in whatever process or thread the pool chose."""
    if getattr(_OWN, "key", None) != key:
        _OWN.programs, _OWN.key = Programs(_loosened(pack, key)), key
    found: Solved = _OWN.programs.solve(name)
    return found


def _loosened(pack: bytes, key: str) -> Loosened:
    """The loosened rules of a pack, built once a process; those of another comparison go."""
    with _LOCK:
        if key not in _BUILT:
            _BUILT.clear()
            _BUILT[key] = loosen(*pickle.loads(zlib.decompress(pack)))
        return _BUILT[key]


def solver_by(
    executor: Any, pack: bytes, progress: Callable[[str], None]
) -> Callable[[list[str], Programs], dict[str, Solved]]:
    """Return what solves programs by name through a pool.

    Parameters
    ----------
    executor
        Anything with the `submit` of `concurrent.futures`, or a Dask client.
    pack
        From `packed`.
    progress
        Told how many are done.

    Raises
    ------
    TypeError
        Where the executor is neither.
    """
    pool, shared = pool_and_pack(executor, pack)
    key = key_of(pack)

    def solve(names: list[str], here: Programs) -> dict[str, Solved]:
        solved: dict[str, Solved] = {}
        lost: list[str] = []
        with _running(pool, shared, key, names, lost) as running:
            while running:
                progress(f"{len(solved):,} of {len(names):,} programs solved on the cluster")
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    name = running.pop(future)
                    found = _result(future)
                    if found is None:
                        lost.append(name)
                    else:
                        solved[name] = found
        for name in lost:
            progress(f"the pool lost a program: {name} is solved here")
            solved[name] = here.solve(name)
        return {name: solved[name] for name in names}

    return solve


@contextmanager
def _running(
    pool: Any, shared: Any, key: str, names: list[str], lost: list[str]
) -> Iterator[dict[Future[Solved], str]]:
    """Tasks handed out, by their future; whatever is not done at the end is called back."""
    running: dict[Future[Solved], str] = {}
    try:
        for name in names:
            try:
                running[pool.submit(solve_in_executor, shared, key, name)] = name
            except RuntimeError:  # broken or shut down: it takes nothing any more
                lost.append(name)
        yield running
    finally:
        for future in running:
            future.cancel()


def _result(future: Future[Solved]) -> Solved | None:
    """Answer of a task; None where the pool lost it. A fault of the solver is one there too."""
    try:
        return future.result()
    except (SolverFault, InstanceRefused):
        raise
    except (Exception, CancelledError):
        return None
