"""The command line: load a case, ask one question, print the answer.

Answers go to standard output, everything else to standard error. A command ends with 0 when there
is an answer, with 1 when something in the input is to be put right, with 2 when the command itself
was not understood.
"""

from __future__ import annotations

import errno
import shutil
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from detente import __version__
from detente.answers import commands
from detente.errors import CaseError, DetenteError, did_you_mean, quote
from detente.parameters import CaseArgument, Seconds
from detente.waiting import Progress, executor_of, interruptible, where_options
from detente.web.serving.backing_up import backup, restore
from detente.web.serving.command import serve
from detente.writing import write_new, write_new_folder, write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.answers.answer import Answer, Option, Question, Subject

WIDTH_WITHOUT_TERMINAL = 100


class Main(click.Group):
    """The commands: one for each answer, found in ``detente/answers``, and a few beside them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted({*super().list_commands(ctx), *commands()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; an answer's module is imported only when it is asked or helped with."""
        if cmd_name in commands():
            return _answer_command(cmd_name)
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, and offer the closest one when there is none of that name."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and self.get_command(ctx, name) is None:
            hint = did_you_mean(name, self.list_commands(ctx))
            ctx.fail(f"no such command: {quote(name)}; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with one line each, without importing them."""
        rows = []
        for name in self.list_commands(ctx):
            own = self.commands.get(name)
            rows.append((name, own.get_short_help_str(80) if own else commands()[name]))
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Turn what the user can put right into one message; anything else is our fault."""
        try:
            return super().invoke(ctx)
        except DetenteError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)
        except BrokenPipeError:
            raise
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            click.echo("the answer cannot be written: no space is left", err=True)
            ctx.exit(1)


def _answer_command(name: str) -> click.Command:
    """Build the command of one answer from its description."""
    from detente.answers import question

    asked = question(name)
    params: list[click.Parameter] = [_subject_argument(subject) for subject in asked.subjects]
    for option in asked.options:
        if option.required or option.positional:
            metavar = option.metavar if option.required else f"[{option.metavar}]"
            argument = click.Argument([option.name], metavar=metavar, required=option.required)
            params.append(argument)
        elif option.flag:
            params.append(click.Option([f"--{option.name}"], help=option.help, is_flag=True))
        else:
            params.append(
                click.Option([f"--{option.name}"], help=option.help, metavar=option.metavar)
            )
    params += _shared_options()
    if asked.writes_page:
        help_text = "write the report, one HTML file, here"
        path = click.Path(dir_okay=False, path_type=Path)
        params.append(click.Option(["-o", "--output"], type=path, help=help_text))
    if asked.writes_folder:
        help_text = "write the files into this folder"
        path = click.Path(file_okay=False, path_type=Path)
        params.append(click.Option(["-o", "--output"], metavar="FOLDER", type=path, help=help_text))

    def run(**given: Any) -> None:
        _run(asked, given)

    return click.Command(name, params=params, callback=run, help=_help(asked))


def _subject_argument(subject: Subject) -> click.Argument:
    kind = CaseArgument() if subject.kind == "case" else click.Path(allow_dash=True)
    return click.Argument([subject.name], type=kind)


def _help(asked: Question) -> str:
    lines = [commands()[asked.name]]
    lines += [f"{o.metavar}: {o.help}." for o in asked.options if o.required or o.positional]
    lines += [f"{s.name.upper()} is {s.help}." for s in asked.subjects]
    return "\n\n".join(lines)


def _shared_options() -> list[click.Parameter]:
    from detente.report.renderers import RENDERERS

    return [
        click.Option(
            ["--format", "form"],
            type=click.Choice([*RENDERERS, "json"]),
            default="table",
            show_default=True,
            help="how the answer is written",
        ),
        click.Option(
            ["--seed"],
            type=click.IntRange(min=0, max=2**63),
            default=0,
            show_default=True,
            help="where the drawing of readings begins; the same seed gives the same bytes",
        ),
        click.Option(
            ["--readings"],
            type=click.IntRange(min=1, max=1_000_000),
            default=1000,
            show_default=True,
            help="how many independent readings a share rests on at least",
        ),
        click.Option(
            ["--view"],
            default="believed",
            show_default=True,
            help="whose statements count: believed, said, or a name used in the case",
        ),
        *where_options(),
        click.Option(
            ["--time-limit"],
            type=Seconds(min=0, min_open=True),
            metavar="SECONDS",
            help="how long the frontier, and each solution, may take; what is cut short says so",
        ),
        click.Option(
            ["--memory-limit"],
            type=click.IntRange(min=64),
            default=2048,
            show_default=True,
            metavar="MB",
            help="how much memory the frontier may take, likewise",
        ),
    ]


def _run(asked: Question, given: dict[str, Any]) -> None:
    form = given["form"]
    sources = [given[subject.name] for subject in asked.subjects]
    _refuse_twice(asked.subjects, sources)
    try:
        subjects = [_load(s, source) for s, source in zip(asked.subjects, sources, strict=True)]
    except CaseError as error:
        if form == "json" and asked.name == "check":
            from detente.answers.check import faults_json

            click.echo(faults_json(error))
            sys.exit(1)
        raise
    for source in sources:
        _refuse_output(given.get("output"), source)
    from detente.answers.answer import Filed, Paged
    from detente.work import Work

    with ExitStack() as stack:
        executor = stack.enter_context(executor_of(given["executor"], given["threads"]))
        progress = stack.enter_context(Progress())
        work = Work(
            seed=given["seed"],
            readings=given["readings"],
            view=given["view"],
            executor=executor,
            progress=progress.show,
            cancelled=(stopped := Event()).is_set,
            seconds=given["time_limit"],
            memory=given["memory_limit"] * 2**20,
        )
        chosen = {option.name: _chosen(option, given[option.name]) for option in asked.options}
        required = [chosen.pop(option.name) for option in asked.options if option.required]

        def found() -> tuple[Answer, str, str]:
            answer = asked.ask(*subjects, *required, **chosen, work=work)
            page = answer.page() if isinstance(answer, Paged) and given.get("output") else ""
            return answer, _rendered(answer, form), page

        answer, rendered, page = interruptible(found, stopped)
    click.echo(rendered)
    output = given.get("output")
    if output is not None and isinstance(answer, Filed):
        write_new_folder(output, answer.files())
        click.echo(f"The files are in {output}", err=True)
    elif output is not None:
        write_whole(output, page)
        click.echo(f"The report is in {output}", err=True)
    if not answer.ok:
        sys.exit(1)


def _refuse_twice(subjects: Sequence[Subject], sources: Sequence[str]) -> None:
    """Refuse to read two subjects from standard input, which can be read once."""
    names = [subject.name.upper() for subject in subjects]
    if sources.count("-") > 1:
        message = f"{' and '.join(names)} cannot both be -; give at least one of them as a file"
        raise click.UsageError(message, ctx=click.get_current_context())


def _refuse_output(output: Path | None, source: str) -> None:
    """Refuse an output that is no file name, or that is the case itself."""
    if output is None:
        return
    if output.name in {"", "-"}:
        message = "--output needs the name of a file, such as report.html"
        raise DetenteError(message)
    try:
        same = output.exists() and Path(source).exists() and output.samefile(source)
    except OSError as error:
        message = f"{quote(str(output))} cannot be written: {(error.strerror or '').lower()}"
        raise DetenteError(message) from None
    if same:
        message = f"{output} is the case itself; give the report another name"
        raise DetenteError(message)


def _chosen(option: Option, value: Any) -> Any:
    """Return what an option gives: its value, or what is in the file that it names."""
    if not option.file or value is None:
        return value
    from detente.sheet import read_cells_file

    return read_cells_file(value)


def _load(subject: Subject, source: str) -> Any:
    """Load what a command asks about, by its kind."""
    from detente.catalog import load, load_register
    from detente.formats import loads
    from detente.sheet import read_register

    register = subject.kind == "register"
    if source == "-":
        if sys.stdin is None:
            message = f"there is no standard input to read the {subject.kind} from"
            raise DetenteError(message)
        return (read_register if register else loads)(sys.stdin.buffer.read(), file="-")
    return (load_register if register else load)(source)


def _rendered(answer: Answer, form: str) -> str:
    if form == "json":
        return answer.json()
    from detente.report.renderers import RENDERERS

    terminal = sys.stdout is not None and sys.stdout.isatty()
    width = min(shutil.get_terminal_size()[0], 120) if terminal else WIDTH_WITHOUT_TERMINAL
    return RENDERERS[form](answer.sections(), width=width, colour=terminal).rstrip("\n")


@click.group(cls=Main, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="detente")
def main() -> None:
    """Find what disputing parties could agree on, why a proposal fails, and what would mend it."""


main.add_command(serve)
main.add_command(backup)
main.add_command(restore)


@main.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def new(file: Path | None) -> None:
    """Write a commented case file to start from, to FILE or to standard output."""
    from detente.starter import STARTER

    if file is None:
        click.echo(STARTER, nl=False)
        return
    write_new(file, STARTER)
    click.echo(f"{file} is written; 'detente check {file}' tells what it holds", err=True)


@main.command()
@click.argument("case", type=CaseArgument())
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="a new file, whose ending tells the format, or a folder; else a case file is printed",
)
@click.option(
    "--to", metavar="FORMAT", default="", help="the format, where the ending does not tell"
)
@click.option("--bare", is_flag=True, help="leave out sources and notes")
def convert(case: str, output: Path | None, *, to: str, bare: bool) -> None:
    """Write CASE in another format: as a case file (.yaml), a score sheet (.csv), a folder."""
    from detente.answers.answer import CASE
    from detente.formats import bare as bared
    from detente.formats import dump, dumps

    found = _load(CASE, case)
    found = bared(found) if bare else found
    if output is None:
        click.echo(dumps(found, to=to), nl=False)
        return
    dump(found, output, to=to)
    click.echo(f"{output} is written", err=True)


@main.command()
def warm() -> None:
    """Compile ahead what large cases need; otherwise the first large case waits for it."""
    from detente.solvers.warming import warm as compile_ahead
    from detente.work import Work

    begun = time.monotonic()
    with Progress() as progress:
        compile_ahead(Work(progress=progress.show))
    click.echo(f"compiled in {time.monotonic() - begun:.0f} s", err=True)


@main.command()
def schema() -> None:
    """Print the JSON Schema of the case file, for editors."""
    import json

    from detente.schema import case_schema

    click.echo(json.dumps(case_schema(), indent=2, ensure_ascii=False))


@main.command()
def catalog() -> None:
    """List the cases that ship with Detente."""
    from detente.catalog import load, names
    from detente.report import text
    from detente.table import Column, Table

    cases = [(name, load(name)) for name in names()]
    table = Table(
        title="Cases of the catalogue",
        columns=(
            Column(key="name", title="Name"),
            Column(key="title", title="Title"),
            Column(key="parties", title="Parties", align="right"),
            Column(key="packages", title="Packages", align="right"),
        ),
        rows=tuple(
            (name, case.title, len(case.parties), case.vocabulary.n_packages)
            for name, case in cases
        ),
    )
    click.echo(text.render(table).rstrip("\n"))
