"""Everything the documentation shows runs as shown.

A page is one session: its blocks run from top to bottom in one empty folder.

``python``
    runs; where it has ``>>>`` prompts, what follows them must be what is printed
``console``
    each ``$ detente ...`` line runs; the lines below it must be what is printed, where ``...``
    stands for anything; nothing below it means "it runs"; ``[exit 1]`` as the last line says that
    the command ends with that status
``yaml talks.yaml``
    is written to that file, for the blocks below it; ``yaml talks.yaml more`` is added to its end
``sh meanwhile``
    starts each line as a program that runs until the page ends; port 8786 stands for a free one

Other blocks are only shown, but statements in the reference are read as parts of a case.

Readings are drawn, and another machine may round differently while drawing. So a share of readings
may be three points off what the page says, and a number with decimals two.
"""

from __future__ import annotations

import contextlib
import doctest
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import detente
from detente import cli, errors
from detente.answers import commands as answers
from detente.blocks import BLOCKS
from detente.solvers.bargaining import SOLUTIONS
from detente.statements import KINDS

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MOST_SECONDS = 120
SHOWN_PORT = "8786"
REFERENCE = ROOT / "docs" / "reference"
NUMBER = re.compile(r"(?P<whole>\d+)(?P<rest>\.\d+)?(?P<share> %)?|(?P<rule>─+)|(?P<other>.)")

every_page = pytest.mark.parametrize(
    "page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block of a page; ``line`` is that of its first line of text.

    name : the file that it is written to
    more : it is added to the end of that file
    """

    language: str
    name: str
    more: bool = False
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of a console block and what the page says that it prints."""

    text: str
    printed: str
    status: int
    line: int


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    fence = re.compile(r"^```(\w*) *(\S*)( more)?\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
    for found in fence.finditer(text):
        language, name, more, body = found.groups()
        line = text.count("\n", 0, found.start(4)) + 1
        yield Block(language=language, name=name, more=bool(more), text=body, line=line)


def commands(block: Block) -> Iterator[Command]:
    """Yield the commands of a console block."""
    lead, *parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not lead.strip(), f"line {block.line}: a console block begins with '$ '"
    line = block.line + lead.count("\n")
    for part in parts:
        text, _, printed = part.partition("\n")
        ending = re.search(r"^\[exit (\d+)\]\s*\Z", printed, flags=re.MULTILINE)
        yield Command(
            text=text,
            printed=printed[: ending.start()] if ending else printed,
            status=int(ending.group(1)) if ending else 0,
            line=line,
        )
        line += part.count("\n")


def run_command(command: Command, *, folder: Path, where: str) -> None:
    """Run one command and compare what it prints with the page."""
    assert command.text.startswith("detente "), f"{where}: only detente runs in a console block"
    status, printed = outcome(command.text, folder=folder)
    assert status == command.status, f"{where}: {command.text}\n{printed}"
    if command.printed.strip():
        told = f"{where}: {command.text}\n--- the page\n{command.printed}--- the command\n{printed}"
        assert is_as_shown(command.printed, printed), told


def outcome(text: str, *, folder: Path) -> tuple[int, str]:
    """Return the exit status of a command, and what it prints to both outputs.

    It runs right here, which spares the loading of numpy and scipy; with pipes, in a shell.
    """
    if not set(shlex.shlex(text, posix=True, punctuation_chars=True)).isdisjoint({"|", ">", "<"}):
        done = subprocess.run(
            ["/bin/sh", "-c", text],
            cwd=folder,
            env=environment(folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            timeout=MOST_SECONDS,
            check=False,
        )
        return done.returncode, done.stdout
    with contextlib.chdir(folder):
        result = CliRunner().invoke(cli.main, shlex.split(text)[1:], prog_name="detente")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def is_as_shown(wanted: str, got: str) -> bool:
    """Tell whether a command printed what a page shows; ``...`` stands for anything."""
    first, *pieces = [pattern(" ".join(part.split())) for part in wanted.split("...")]
    flat = " ".join(got.split())
    if not pieces:
        return re.fullmatch(first, flat) is not None
    found = re.match(first, flat)
    for piece in pieces[:-1]:
        found = found and re.compile(piece).search(flat, found.end())
    return found is not None and re.search(f"{pieces[-1]}$", flat[found.end() :]) is not None


def pattern(text: str) -> str:
    """Return the regular expression of a text that a page shows, numbers with their leeway."""
    return "".join(map(leeway, NUMBER.finditer(text)))


def leeway(token: re.Match[str]) -> str:
    """Return the regular expression of one token: a number, a rule of a table, or a character."""
    if token["rule"]:
        return "─+"
    if not token["whole"] or not (token["share"] or token["rest"]):
        return re.escape(token.group())
    off = 3 if token["share"] else 2
    near = range(max(0, int(token["whole"]) - off), int(token["whole"]) + off + 1)
    return rf"(?:{'|'.join(map(str, near))})(?:\.\d+)?{token['share'] or ''}"


def environment(folder: Path) -> dict[str, str]:
    """Return surroundings in which ``detente`` is the one of this repository."""
    programs = folder / ".programs"
    program = programs / "detente"
    if not program.exists():
        programs.mkdir()
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m detente "$@"\n')
        program.chmod(0o755)
    changed = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "TERM": "dumb",
    }
    return os.environ | changed


def run_python(block: Block, *, names: dict[str, object], page: Path) -> None:
    """Run a Python block in the session of its page."""
    if ">>>" not in block.text:
        source = "\n" * (block.line - 1) + block.text
        exec(compile(source, str(page), "exec"), names)  # noqa: S102 - our own pages
        return
    title = str(page.relative_to(ROOT))
    session = doctest.DocTestParser().get_doctest(
        block.text, names, title, str(page), block.line - 1
    )
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    runner.run(session, out=told.append, clear_globs=False)
    names.update(session.globs)
    assert not runner.failures, "".join(told)


@contextlib.contextmanager
def program(line: str, *, folder: Path) -> Iterator[None]:
    """Run a program of this environment, in surroundings that find Detente, for a while."""
    name, *arguments = shlex.split(line)
    found = shutil.which(
        name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    assert found, f"{name} is not installed"
    with (folder / f".{name}.log").open("ab") as told:
        running = subprocess.Popen(
            [found, *arguments], cwd=folder, env=environment(folder), stdout=told, stderr=told
        )
    try:
        yield
    finally:
        running.terminate()
        try:
            running.wait(timeout=10)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


@every_page
def test_the_page_runs_as_shown(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    text = page.read_text(encoding="utf-8")
    with contextlib.ExitStack() as until_the_page_ends:
        if "```sh meanwhile" in text:
            text = text.replace(SHOWN_PORT, free_port())
            monkeypatch.setattr("detente.cluster.PATIENCE", MOST_SECONDS)
        run_blocks(page, text, names=names, folder=tmp_path, stack=until_the_page_ends)


def run_blocks(
    page: Path, text: str, *, names: dict[str, object], folder: Path, stack: contextlib.ExitStack
) -> None:
    for block in blocks(text):
        where = f"{page.relative_to(ROOT)}:{block.line}"
        if block.language == "python":
            run_python(block, names=names, page=page)
        elif block.language == "console":
            for command in commands(block):
                place = f"{page.relative_to(ROOT)}:{command.line}"
                run_command(command, folder=folder, where=place)
        elif (block.language, block.name) == ("sh", "meanwhile"):
            for line in block.text.splitlines():
                stack.enter_context(program(line, folder=folder))
        elif block.name:
            *inner, _ = Path(block.name).parts
            assert len(inner) < 2, f"{where}: a file name, in one folder at most, please"
            assert not {"/", ".."} & set(inner), f"{where}: a file name, please"
            (folder / block.name).parent.mkdir(exist_ok=True)
            with (folder / block.name).open("a" if block.more else "w", encoding="utf-8") as file:
                file.write(block.text)


def links(page: Path) -> Iterator[tuple[str, Path]]:
    """Yield the links of a page that lead to files of the repository."""
    text = re.sub(
        r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path = target.partition("#")[0]
        if "://" not in path:
            yield target, (page.parent / path).resolve() if path else page


def anchors(page: Path) -> set[str]:
    """Return the names by which links may point at the headings of a page."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ +(.*)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    broken = [target for target, path in links(page) if not path.exists()]
    assert not broken
    astray = [
        target
        for target, path in links(page)
        if path.suffix == ".md" and "#" in target
        if target.partition("#")[2] not in anchors(path)
    ]
    assert not astray


def test_every_page_can_be_reached_from_the_index() -> None:
    seen: set[Path] = set()
    ahead = [ROOT / "docs" / "index.md"]
    while ahead:
        page = ahead.pop()
        if page not in seen:
            seen.add(page)
            ahead += [path for _, path in links(page) if path.suffix == ".md"]
    assert not sorted(str(page.relative_to(ROOT)) for page in PAGES if page not in seen)


PAGE = """\
```console
$ detente --version
detente ...
$ detente settle no-such-case
...no-such-case...
[exit 1]
```

```yaml talks.yaml
detente: 1
```

```yaml talks.yaml more
title: Talks
```
"""


def test_the_reading_of_a_page() -> None:
    console, file, rest = blocks(PAGE)
    assert (rest.name, rest.more, file.more) == ("talks.yaml", True, False)
    assert (console.language, console.line, file.name, file.text) == (
        "console",
        2,
        "talks.yaml",
        "detente: 1\n",
    )
    first, second = commands(console)
    assert (first.text, first.printed, first.status, first.line) == (
        "detente --version",
        "detente ...\n",
        0,
        2,
    )
    assert (second.status, second.printed, second.line) == (1, "...no-such-case...\n", 4)


def test_the_leeway_of_numbers() -> None:
    assert is_as_shown("in 72 % of ... gains 6.3", "in 70 %  of\nreadings. It gains 7.9")
    assert not is_as_shown("in 72 % of ...", "in 68 % of the readings")
    assert not is_as_shown("81 packages", "80 packages")
    assert not is_as_shown("gains 6.3", "gains 9.3")
    assert not is_as_shown("... at the end", "at the end of it")
    assert not is_as_shown("first ... second", "second, then first")


def test_a_page_that_tells_stories_is_noticed(tmp_path: Path) -> None:
    wrong = Command(text="detente --version", printed="detente of old\n", status=0, line=1)
    with pytest.raises(AssertionError, match="the page"):
        run_command(wrong, folder=tmp_path, where="here:1")
    untrue = Block(language="python", name="", text=">>> 1 + 1\n3\n", line=1)
    with pytest.raises(AssertionError, match="Expected"):
        run_python(untrue, names={}, page=ROOT / "README.md")


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def parts(text: str) -> dict[str, str]:
    """Return the sections of a page that are headed by a word of the language, by that word."""
    found = re.findall(
        r"^###? `([\w.]+)`[^\n]*\n(.*?)(?=^###? |\Z)", text, re.MULTILINE | re.DOTALL
    )
    return dict(found)


DISPUTE = (ROOT / "detente/catalog/worked/harbour.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", KINDS)
def test_every_kind_of_statement_has_its_section(key: str) -> None:
    section = parts(page("statements.md")).get(key, "")
    assert section, f"docs/reference/statements.md has no section ### `{key}`"
    for label in ("**Means.**", "**Spelling.**", "**Asserts.**"):
        assert label in section
    shown = [block.text for block in blocks(section) if block.language == "yaml"]
    assert shown, f"the section on {key} shows no example"
    before = DISPUTE.partition("preferences:")[0]
    for example in shown:
        said = "".join(f"    {line}\n" for line in example.splitlines())
        case = detente.loads(f"{before}preferences:\n  union:\n{said}")
        assert key in {statement.KEY for statement in case.statements}
        for statement in case.statements:
            assert statement.sentence(case.vocabulary)


def test_the_reference_knows_no_other_statements() -> None:
    assert set(parts(page("statements.md"))) == set(KINDS)


def keys(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys that a part of a case file may have, itself included."""
    for name, inner in schema.get("properties", {}).items():
        yield name
        yield from keys(inner)
    for inner in [
        *schema.get("anyOf", ()),
        schema.get("additionalProperties"),
        schema.get("items"),
    ]:
        if isinstance(inner, dict):
            yield from keys(inner)


def test_every_key_of_the_case_file_is_documented() -> None:
    text = page("case-file.md")
    assert not [key for key in sorted(set(keys(detente.case_schema()))) if f"`{key}`" not in text]
    assert set(BLOCKS) <= set(parts(text)), "every block has its section"


def test_every_public_name_has_its_line() -> None:
    assert set(detente.__all__) == set(re.findall(r"^\| `(\w+)", page("python.md"), re.MULTILINE))


def test_every_error_is_documented() -> None:
    tree = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    named = {kind.__name__ for kind in tree if issubclass(kind, errors.DetenteError)}
    assert named == set(re.findall(r"^\| `(\w+Error)`", page("messages.md"), re.MULTILINE))


def test_every_answer_and_solution_is_documented() -> None:
    documented = page("commands.md")
    assert not [name for name in answers() if f"`detente {name}`" not in documented]
    theory = (ROOT / "docs/theory/bargaining.md").read_text(encoding="utf-8")
    assert not [name for name in SOLUTIONS if f"`{name}`" not in theory]
