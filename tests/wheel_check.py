"""Build the wheel, install it in a new environment outside the checkout, solve there by name.

Run as `python tests/wheel_check.py [FOLDER]`; needs the `dev` extra. Not a pytest module: it
makes a virtual environment and takes a minute.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command, show it, stop where it fails."""
    print("+", *command, flush=True)
    done = subprocess.run([str(part) for part in command], cwd=cwd, check=True, text=True,
                          stdout=subprocess.PIPE)
    return done.stdout


def check(work: Path) -> None:
    """Build, look inside, install, solve."""
    work.mkdir(parents=True, exist_ok=True)
    run(sys.executable, "-m", "build", "--wheel", "--outdir", work / "dist", ROOT, cwd=work)
    wheel = next((work / "dist").glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    top = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert top == {"optimizer"}, f"the wheel has {top} at top level, expected only optimizer"
    assert any(name.startswith("optimizer/instances/pingshuo/") for name in names)
    assert any(name.startswith("optimizer/models/coefficients/") for name in names)
    for name in ("page.html", "page.css", "page.js"):
        assert f"optimizer/report/html/templates/{name}" in names, f"the wheel lacks {name}"

    venv.create(work / "env", with_pip=True)
    scripts = work / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    run(scripts / "python", "-m", "pip", "install", "--quiet", wheel, cwd=work)
    run(scripts / "reclaim", "solve", "two-parcels", "-o", work / "out", cwd=work)
    summary = json.loads((work / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["status"] == "optimal", summary["status"]
    run(scripts / "reclaim", "verify", work / "out", cwd=work)
    run(scripts / "reclaim", "report", work / "out", "--lang", "zh", cwd=work)
    print("the wheel solves two-parcels outside the checkout")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        check(Path(sys.argv[1]).resolve())
    else:
        with tempfile.TemporaryDirectory() as folder:
            check(Path(folder))
