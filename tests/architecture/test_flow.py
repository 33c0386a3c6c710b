"""The flow is one way: each folder imports only from those above it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "optimizer"

#: From the first stage to the last.
STAGES = (
    "instance", "options", "carbon", "formulation", "solve", "analysis", "generate", "geo",
    "report", "cli",
)

#: Libraries that only one module (or folder) may import.
CONFINED = {
    "highspy": ("optimizer/solve/highs/",),
    "pyomo": ("optimizer/formulation/bridge", "optimizer/solve/pyomo_engine.py"),
    "matplotlib": ("optimizer/report/",),
    "click": ("optimizer/cli/",),
    "numba": ("optimizer/solve/decomposition/kernels", "optimizer/solve/first_order/kernels"),
    "rasterio": ("optimizer/geo/",),
    "geopandas": ("optimizer/geo/",),
    "pyogrio": ("optimizer/geo/",),
    "shapely": ("optimizer/geo/",),
    "pyproj": ("optimizer/geo/",),
    "openpyxl": ("optimizer/instance/workbook/",),
    "jinja2": ("optimizer/report/html/",),
    "markupsafe": ("optimizer/report/html/",),
}


def imports_of(path: Path) -> set[str]:
    """Modules a file imports anywhere, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_stage_imports_only_earlier_stages(path: Path) -> None:
    stage = path.relative_to(PACKAGE).parts[0]
    if stage not in STAGES:
        return
    later = STAGES[STAGES.index(stage) + 1:]
    wrong = [name for name in imports_of(path)
             if name.startswith("optimizer.") and name.split(".")[1] in later]
    assert not wrong, f"{path.name} in {stage} imports {wrong} from a later stage"


@pytest.mark.parametrize("library", sorted(CONFINED))
def test_a_library_stays_where_it_belongs(library: str) -> None:
    users = {str(path.relative_to(PACKAGE.parent)).replace("\\", "/") for path in FILES
             if any(name.split(".")[0] == library for name in imports_of(path))}
    assert users
    assert not [user for user in users if not user.startswith(CONFINED[library])]


def test_every_stage_is_a_folder_of_the_package() -> None:
    there = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert there == set(STAGES)


def test_importing_the_package_touches_no_heavy_library() -> None:
    code = ("import sys, optimizer; "
            "print([m for m in ('numpy', 'pandas', 'highspy', 'pyomo', 'matplotlib') "
            "if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_modules_stay_small() -> None:
    long = {str(path.relative_to(PACKAGE)): count for path in FILES
            if (count := len(path.read_text(encoding="utf-8").splitlines())) > 300}
    assert not long, f"split these modules: {long}"


def test_functions_stay_short() -> None:
    long = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > 60:
                    long.append(f"{path.relative_to(PACKAGE)}:{node.name} {lines}")
    assert not long, long
