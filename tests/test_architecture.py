"""The shape of the package: what may import what, how large a module grows, what is public."""

from __future__ import annotations

import ast
import functools
import importlib
import json
import re
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import detente

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "detente"
DOCS = ROOT / "docs"

LAYERS = (
    "errors number table work cluster executors writing patience three_way_merge marked_lines",
    "strategies talks_scenario bargaining_program report",
    "linear document vocabulary expression grammar sequence deadline register cells frame",
    "statements preferences blocks",
    "case confidential asked class_results pairing particulars difference",
    "simplex programme irreducible polytope forgetting hit_and_run body opinion imposing drawing",
    "central readings",
    "factors ordering diagram packages solvers clause breadth recommendation analysis candidates",
    "coordinates timing walk_away leaving",
    "graph_model modelling state_values survey own_games comparisons acting_together",
    "trials probing spreads ledger inquiry price pressure prose reckoning",
    "zone position agreement left_on_the_table value_on_issues class_standing",
    "mending composition mandate witness steadiness talks_end simulation",
    "orders rehearsal gathering turning any_solution searching resting doubts negotiation",
    "implementation going_on signing staging proposed_orders reliance mending_orders",
    "yardstick roadmaps holding departing holdings paying_steps",
    "views perception hypergame",
    "consequences attribution telling citations answers",
    "syntax composer entries schema formats sheet starter catalog",
    "exchange beginning proofreading spans rewriting renaming edits amending",
    "__init__ waiting parameters web cli __main__",
)
"""Every module or folder of the package; imports point only to earlier ones."""

RUNGS = [name for layer in LAYERS for name in layer.split()]
FILES = sorted(path.relative_to(ROOT) for path in PACKAGE.rglob("*.py"))
MOST_LINES = 400
LAID_OUT = {".css", ".html", ".j2", ".jinja", ".js", ".svg"}
HEAVY = ("numpy", "scipy", "lark", "yaml", "jinja2", "fastapi", "sqlalchemy")

every_module = pytest.mark.parametrize("file", FILES, ids=str)


def rung(file: Path) -> str:
    """Return the top-level module or folder that a file belongs to."""
    return file.with_suffix("").parts[1]


def rooms() -> set[str]:
    """Return the modules and folders that exist."""
    return {rung(file) for file in FILES}


@functools.cache
def tree(file: Path) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"), filename=str(file))


def reached(module: str, names: list[str]) -> Iterator[str]:
    """Yield the rungs that one import statement reaches."""
    head, *rest = module.split(".")
    if head != "detente":
        return
    if rest:
        yield rest[0]
    else:
        yield from (name if name in rooms() else "__init__" for name in names or ["__init__"])


def imported(file: Path) -> Iterator[tuple[int, str]]:
    """Yield line and rung of everything of ours that a file imports, at the top or within."""
    for node in ast.walk(tree(file)):
        found: list[tuple[str, list[str]]] = []
        if isinstance(node, ast.ImportFrom):
            found = [(node.module or "", [alias.name for alias in node.names])]
        elif isinstance(node, ast.Import):
            found = [(alias.name, []) for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            names = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            found = [(name, []) for name in names if isinstance(name, str)]
        for module, aliases in found:
            for name in reached(module, aliases):
                yield node.lineno, name


@every_module
def test_every_module_has_its_rung(file: Path) -> None:
    assert rung(file) in RUNGS, f"{file} is in no layer; give it its place in LAYERS"


@every_module
def test_imports_point_down(file: Path) -> None:
    here = RUNGS.index(rung(file))
    upward = [
        f"{file}:{line}: {rung(file)} may not import {name}"
        for line, name in imported(file)
        if name not in RUNGS or RUNGS.index(name) > here
    ]
    assert not upward, "\n".join(upward)


@every_module
def test_imports_are_absolute_and_by_name(file: Path) -> None:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: relative import"
            assert node.names[0].name != "*", f"{file}:{node.lineno}: star import"


@every_module
def test_a_module_is_one_idea(file: Path) -> None:
    lines = len((ROOT / file).read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES, f"{file} has {lines} lines; split it"


def test_upward_imports_are_noticed() -> None:
    assert list(reached("detente.cli", ["main"])) == ["cli"]
    assert list(reached("detente", ["errors"])) == ["errors"]
    assert list(reached("detente", ["a_public_name"])) == ["__init__"]
    assert list(reached("detente", [])) == ["__init__"]
    assert not list(reached("numpy", ["array"]))


def test_the_public_names_are_declared() -> None:
    names = detente.__all__
    assert names == sorted(set(names)), "public names are listed once, in order"
    loaded = {name: getattr(detente, name) for name in names}
    assert not [name for name, value in loaded.items() if isinstance(value, types.ModuleType)]
    public = {
        name
        for name in dir(detente)
        if not name.startswith("_") and not is_inner(getattr(detente, name))
    }
    assert public == {name for name in names if not name.startswith("_")}


def is_inner(value: object) -> bool:
    """Tell whether a name of the package is a module or a switch of the language itself."""
    return isinstance(value, types.ModuleType) or type(value).__module__ == "__future__"


def test_every_public_name_is_documented() -> None:
    bare = [
        name
        for name in detente.__all__
        if callable(getattr(detente, name)) and not (getattr(detente, name).__doc__ or "").strip()
    ]
    assert not bare


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = detente.no_such_name


def loaded_by(code: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter holds after running ``code``."""
    tail = "\nimport json, sys\nprint('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code + tail], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def test_importing_detente_loads_nothing_heavy() -> None:
    assert not loaded_by("import detente").intersection(HEAVY)


def test_help_loads_no_mathematics() -> None:
    code = """
from detente.cli import main
try:
    main(["--help"])
except SystemExit as end:
    assert not end.code, end.code
"""
    assert not loaded_by(code).intersection({"numpy", "scipy"})


def test_the_map_names_every_room_once_in_order() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- `(\w+/?)`: \S.*", text, flags=re.MULTILINE)
    true = [name + ("/" if (PACKAGE / name).is_dir() else "") for name in RUNGS if name in rooms()]
    assert listed == true


def commands(group: click.Group, lead: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{lead}{name} ")
        else:
            yield f"{lead}{name}", command


def test_every_command_is_documented() -> None:
    main = importlib.import_module("detente.cli").main
    pages = "\n".join(page.read_text(encoding="utf-8") for page in DOCS.glob("reference/**/*.md"))
    headings = re.findall(r"^#+ +`detente ([\w -]+)`", pages, flags=re.MULTILINE)
    assert sorted(headings) == sorted(name for name, _ in commands(main))


def test_every_command_and_option_has_help() -> None:
    main = importlib.import_module("detente.cli").main
    for name, command in commands(main):
        assert (command.help or "").strip(), f"detente {name} has no help"
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"detente {name} {parameter.opts[0]} has no help"


def foreign_addresses(text: str) -> list[str]:
    """Return the addresses from which a page would load something, names of XML aside."""
    named = re.sub(r"""xmlns(:\w+)?=["']http://www\.w3\.org/[^"']*["']""", "", text)
    found = re.findall(r"""https?://[^\s"')<]*""", named)
    return found + re.findall(r"""(?:src|href)\s*=\s*["']?//\S+|url\(\s*["']?//[^)]*""", named)


def test_reports_load_nothing_from_elsewhere() -> None:
    pages = [path for path in PACKAGE.rglob("*") if path.suffix in LAID_OUT]
    assert pages, "the report has its style sheet somewhere"
    found = {
        str(page.relative_to(ROOT)): addresses
        for page in pages
        if (addresses := foreign_addresses(page.read_text(encoding="utf-8")))
    }
    assert not found


def test_foreign_addresses_are_noticed() -> None:
    assert not foreign_addresses('<svg xmlns="http://www.w3.org/2000/svg"><a href="#top">')
    assert foreign_addresses('<script src="//cdn.example/x.js">')
    assert foreign_addresses("@import url(//fonts.example/css);")
    assert foreign_addresses("src: url('https://fonts.example/a.woff2')")
