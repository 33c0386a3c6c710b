"""A wide gap is never called optimal, and regression cases that the mutations found."""

from __future__ import annotations

import dataclasses

import pytest
from helpers import MINIMAL, write_folder
from small_programs import random_program

from optimizer.instance.findings import InstanceRefused
from optimizer.instance.read import read_instance
from optimizer.solve.errors import SolverFault
from optimizer.solve.linear import solve_linear


def test_figures_too_far_apart_to_prove_are_refused_not_called_optimal():
    program = random_program(seed=3)
    cost = program.cost.copy()
    cost[0] = -1e40  # scaled to one, it leaves every other gain below the solver's tolerance
    with pytest.raises(SolverFault, match="short of the optimum"):
        solve_linear(dataclasses.replace(program, cost=cost))


def test_the_same_program_without_that_figure_is_proven():
    assert solve_linear(random_program(seed=3)).status == "optimal"


def test_parcels_without_one_known_header_are_refused_by_name(tmp_path):
    folder = write_folder(tmp_path / "a", parcels="a|b|c\n1|2|3\n")
    text = MINIMAL["instance.toml"].replace(
        'name = "minimal"', 'name = "minimal"\nlibrary = "loess-plateau"')
    (folder / "instance.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InstanceRefused) as refused:
        read_instance(folder)
    assert "parcels.csv" in {finding.file for finding in refused.value.findings}


def test_a_blank_text_in_the_manifest_counts_as_not_given(tmp_path):
    text = MINIMAL["instance.toml"].replace('name = "minimal"', 'name = "minimal"\ngwp = ""')
    instance = read_instance(write_folder(tmp_path / "a", {"instance.toml": text}))
    assert instance.settings.gwp == "AR6"
