"""Thousands of mutated instances: a refusal, a reason or a proof, and never anything else."""

from __future__ import annotations

import shutil
import traceback
from collections import Counter
from pathlib import Path

import pytest
from fuzz_verdict import verdict
from mutated_folder import folder_of, mutate, write

INSTANCES = Path(__file__).parents[2] / "instances"

#: Instance -> mutations in the normal run.
NORMAL = {
    "two-parcels": 260, "hand-topsoil": 230, "hand-two-periods": 260, "hand-tie": 130,
    "hand-infeasible": 130, "steppe": 220, "desert": 210, "high-groundwater": 210,
    "published/wheat-and-barley": 80, "published/rardin-forest-allocation": 90,
    "published/xu-land-grades": 80, "published/plots-4crops-6parcels": 100, "pingshuo": 8,
}
#: How many times as many the slow run makes, none of them those of the normal run.
SLOW_TIMES = 10


def _failures(name: str, numbers: range, where: Path) -> tuple[list[str], Counter[str]]:
    """Mutations of an instance that ended wrongly, and how often each right end was met."""
    folder, wrong, ends = folder_of(INSTANCES / name), [], Counter[str]()
    for number in numbers:
        seed = f"{name} {number}"
        changed, done = mutate(folder, seed)
        path = write(changed, where / "instance")
        try:
            ends[verdict(path)] += 1
        except Exception as error:
            last = traceback.format_exception(error)[-3:]
            wrong.append(f"{seed}: {done}\n{''.join(last)[-800:]}")
        finally:
            shutil.rmtree(path)
    return wrong, ends


def _told(wrong: list[str]) -> str:
    return f"{len(wrong)} mutations ended wrongly\n" + "\n".join(wrong[:20])


@pytest.mark.parametrize("name", NORMAL)
def test_mutated_instance_is_refused_or_infeasible_or_certified(name: str, tmp_path: Path) -> None:
    wrong, ends = _failures(name, range(NORMAL[name]), tmp_path)
    assert not wrong, _told(wrong)
    assert ends["refused"] > 0
    if NORMAL[name] > 50:
        # The mutations are no test if they never leave anything that can be solved.
        assert ends["certified"] + ends["infeasible"] > NORMAL[name] // 20


@pytest.mark.slow
@pytest.mark.parametrize("name", NORMAL)
def test_ten_times_as_many_mutations(name: str, tmp_path: Path) -> None:
    first = NORMAL[name]
    wrong, _ = _failures(name, range(first, first + SLOW_TIMES * first), tmp_path)
    assert not wrong, _told(wrong)


def test_mutations_are_the_same_in_every_run() -> None:
    folder = folder_of(INSTANCES / "two-parcels")
    for number in range(50):
        assert mutate(folder, f"again {number}") == mutate(folder, f"again {number}")


def test_most_mutations_change_something() -> None:
    folder = folder_of(INSTANCES / "hand-two-periods")
    changed = [mutate(folder, f"changes {number}")[0] != folder for number in range(200)]
    assert sum(changed) > 180
