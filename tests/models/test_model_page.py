"""MODEL.md, the code and the Pyomo reference name the same families, and every tag is defined."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from strategies import small_instances

from optimizer.formulation.assemble import assemble
from optimizer.formulation.bridge import ModelRefused, pyomo_model
from optimizer.formulation.program import Family
from optimizer.instance.locations import instances_folder, models_folder
from optimizer.instance.names import CARBON_TERMS
from optimizer.instance.read import read_instance
from optimizer.instance.schema import BASES
from optimizer.options.enumerate import options_of
from optimizer.solve.engine import solve
from optimizer.solve.errors import Infeasible

PAGE = (models_folder() / "net-sink" / "MODEL.md").read_text(encoding="utf-8")
#: Components of a reference model that are not families: sets, variables, the objective, duals.
NOT_ROWS = {"whole_parcel"}


def table_under(heading: str) -> dict[str, str]:
    """Tag -> name in backticks, of the first table with tags under a heading."""
    section = PAGE.split(f"\n{heading}", 1)[1].split("\n#", 1)[0]
    return dict(re.findall(r"^\| ([A-Z]\d+(?:-[A-Z]\d+)?) \| `(\w+)`", section, re.MULTILINE))


def test_families_of_page_code_and_reference_are_the_same():
    import pyomo.environ as pyo

    documented = set(table_under("## Families").values()) - {"eligibility"}
    # SCRIPT rows are an analyst's own: the only family without an equation here.
    assert documented == {family.word for family in Family if family is not Family.SCRIPT}
    model = pyomo_model(read_instance("two-parcels"), floors={1: 0.0}, whole_parcels=True)
    rows = {component.local_name for component in model.component_objects(pyo.Constraint)}
    assert rows - NOT_ROWS == documented
    assert model.component("eligibility") is not None


def test_every_term_and_basis_has_its_tag():
    terms = table_under("## The carbon account of one hectare")
    assert tuple(terms.values()) == CARBON_TERMS
    assert tuple(terms) == tuple(f"C{number}" for number in range(1, 15))
    assert tuple(table_under("### P Limits").values()) == BASES


def test_tags_named_in_the_code_are_defined_on_the_page():
    package = models_folder().parent / "optimizer"
    folders = [package] if package.is_dir() else [models_folder().parent]
    sources = [*folders[0].rglob("*.py"), *(models_folder() / "net-sink").glob("*.py")]
    named = set()
    for path in sources:
        for line in path.read_text(encoding="utf-8").splitlines():
            if "MODEL.md" in line or re.match(r'\s+r?"*\(?[A-Z]\d', line):
                named |= set(re.findall(r"\b[ABCEGKLOPQSTW]\d+\b", line))
    assert {"L1", "L2", "S1", "P1", "C14", "W1", "G1", "O2", "A1", "A16", "B1", "B3", "T1",
            "T3"} <= named
    undefined = [tag for tag in named if not re.search(rf"\b{tag}\b", _spelled_out(PAGE))]
    assert not undefined


def _spelled_out(text: str) -> str:
    """Ranges such as P1-P7 written out."""
    def every(match: re.Match[str]) -> str:
        letter, first, last = match[1], int(match[2]), int(match[3])
        return " ".join(f"{letter}{number}" for number in range(first, last + 1))
    return re.sub(r"\b([A-Z])(\d+)-\1(\d+)\b", every, text)


@pytest.mark.parametrize("name", ["two-parcels", "hand-topsoil", "hand-two-periods"])
def test_families_the_arrays_emit_are_on_the_page(name):
    program = assemble(read_instance(instances_folder() / name))
    emitted = {Family(int(family)).word for family in program.rows.family}
    assert emitted <= set(table_under("## Families").values())


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_instances(groups=True))
def test_whole_parcels_agree_with_the_reference(instance):
    """Both encodings of G1 reach the same optimum, or both have no plan."""
    import pyomo.environ as pyo

    if len(instance.settings.objectives) != 1:
        return
    try:
        model = pyomo_model(instance, whole_parcels=True)
    except ModelRefused:
        with pytest.raises(Infeasible):
            solve(instance, whole_parcels=True)
        return
    results = pyo.SolverFactory("highs").solve(model, load_solutions=False)
    if results.solver.termination_condition != "optimal":
        assert results.solver.termination_condition == "infeasible"
        with pytest.raises(Infeasible):
            solve(instance, whole_parcels=True)
        return
    model.solutions.load_from(results)
    best = solve(instance, whole_parcels=True).objective if options_of(instance).count else 0.0
    assert pyo.value(model.objective) == pytest.approx(best, rel=1e-5, abs=1e-3)
