"""What is installed works outside the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CASE = "harbour"


def run(*command: str, cwd: Path, path: Path | None = None) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if path:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the repository as it stands."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = ("-m", "pip", "--disable-pip-version-check", "--quiet")
    build = ("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT))
    run(*pip, *build, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds nothing but the installed wheel."""
    folder = tmp_path_factory.mktemp("installed")
    pip = ("-m", "pip", "--disable-pip-version-check", "--quiet")
    place = ("install", "--no-deps", "--no-index", "--target", str(folder), str(wheel))
    run(*pip, *place, cwd=folder)
    return folder


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if name.startswith("detente/")}
    there = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "detente").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped == there
    assert "detente/py.typed" in shipped
    assert any(name.startswith("detente/catalog/") and name.endswith(".yaml") for name in shipped)
    assert any(name.startswith("detente/report/") and name.endswith(".css") for name in shipped)


def test_the_installed_package_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    found = run("-c", "import detente; print(detente.__file__)", cwd=tmp_path, path=installed)
    assert Path(found.strip()).is_relative_to(installed)


def test_it_says_its_version(installed: Path, tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    said = run("-m", "detente", "--version", cwd=tmp_path, path=installed)
    assert project["version"] in said.split()


def test_it_settles_a_case_of_its_catalogue(installed: Path, tmp_path: Path) -> None:
    said = run("-m", "detente", "settle", CASE, cwd=tmp_path, path=installed)
    assert "Nash" in said


def test_it_writes_a_report(installed: Path, tmp_path: Path) -> None:
    run("-m", "detente", "analyse", CASE, "-o", "talks.html", cwd=tmp_path, path=installed)
    page = (tmp_path / "talks.html").read_text(encoding="utf-8")
    assert "<style" in page
