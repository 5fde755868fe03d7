"""The command: what may be said to it, and what it makes of that."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from detente.errors import DetenteError
from detente.parameters import Seconds

if TYPE_CHECKING:
    from detente.web.settings import Settings

PORT = 8642
EXTRA = (
    *("alembic", "argon2", "fastapi", "platformdirs"),
    *("pwdlib", "python_multipart", "sqlalchemy", "uvicorn"),
)
"""What the extra ``web`` brings."""
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="where it listens; where the usual port is taken, the next free one is used",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="the address it listens at; any other than this machine's own needs a password",
)
@click.option("--no-open", is_flag=True, help="do not open a browser")
@click.option(
    "--database",
    metavar="URL",
    envvar="DETENTE_DATABASE",
    show_envvar=True,
    help="sqlite:///FILE or postgresql://USER@HOST/NAME; else a file in your own data folder",
)
@click.option(
    "--password", is_flag=True, help="ask now for a password, which lets people change cases"
)
@click.option(
    "--password-file", type=_FILE, help="read it from this file instead, or from DETENTE_PASSWORD"
)
@click.option(
    "--reader-password", is_flag=True, help="ask now for a second one, which lets people look"
)
@click.option(
    "--reader-password-file",
    type=_FILE,
    help="read it from this file instead, or from DETENTE_READER_PASSWORD",
)
@click.option(
    "--proxy",
    metavar="ADDRESS",
    help="a proxy that stands in front, whose word on who asks, and by https, is believed",
)
@click.option(
    "--readings",
    type=click.IntRange(min=1, max=1_000_000),
    default=1000,
    show_default=True,
    help="how many independent readings a share rests on at least",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="how many long answers are worked out at the same time; others wait",
)
@click.option(
    "--job-memory",
    type=click.IntRange(min=512),
    default=4096,
    show_default=True,
    metavar="MB",
    help="how much memory each of them may take",
)
@click.option(
    "--job-time",
    type=Seconds(min=0, min_open=True),
    default=600,
    show_default=True,
    metavar="SECONDS",
    help="how long each of them may take",
)
@click.pass_context
def serve(context: click.Context, /, **given: Any) -> None:
    """Start the workbench: Detente in the browser, on this machine or for a team."""
    need_extra()
    if find_spec("fcntl") is None:
        raise DetenteError("the workbench needs Linux or macOS; on Windows, run it in WSL")
    from detente.web.serving.listening import Place, listening
    from detente.web.serving.running import run

    passwords = _passwords(given)
    place = Place(host=given["host"], proxy=given["proxy"] or "")
    if place.others_reach_it and not passwords.editor:
        what = f"--host {given['host']}" if not place.is_loopback else "--proxy"
        context.fail(f"{what} lets others reach the workbench, so it needs a password: --password")
    if passwords.reader and not passwords.editor:
        context.fail("with a password for readers alone nobody could change cases; give --password")
    settings = _settings(given, passwords)
    chosen = context.get_parameter_source("port") is not ParameterSource.DEFAULT
    with listening(place, given["port"], chosen=chosen) as found:
        run(settings, place, found, opens=not given["no_open"])


@dataclass(frozen=True, slots=True)
class _Passwords:
    editor: str
    reader: str


def need_extra() -> None:
    """Refuse to start where the workbench is not installed."""
    if any(find_spec(name) is None for name in EXTRA):
        raise DetenteError("the workbench needs more than is installed: pip install 'detente[web]'")


def _passwords(given: dict[str, Any]) -> _Passwords:
    """Return the hashes of the passwords, "" where there is none."""
    from detente.web.security.passwords import hashed

    editor = _password("DETENTE_PASSWORD", "Password", given["password"], given["password_file"])
    reader = _password(
        "DETENTE_READER_PASSWORD",
        "Password for readers",
        given["reader_password"],
        given["reader_password_file"],
    )
    if editor and editor == reader:
        raise DetenteError("readers need another password than those who change cases")
    return _Passwords(*(hashed(one) if one else "" for one in (editor, reader)))


def _password(variable: str, title: str, asked: bool, file: Path | None) -> str:  # noqa: FBT001 - as click gives it
    from detente.web.security.passwords import LONGEST, SHORTEST, is_hash

    found = os.environ.pop(variable, "")  # taken out, so that no child process has it
    if asked:
        found = click.prompt(title, hide_input=True, confirmation_prompt=True)
    elif file is not None:
        found = file.read_text("utf-8").rstrip("\r\n")
        if not found:
            message = f"{file} is empty; it should hold a password"
            raise DetenteError(message)
    if found and not is_hash(found) and not SHORTEST <= len(found) <= LONGEST:
        message = f"a password has {SHORTEST} to {LONGEST:,} characters; this one has {len(found)}"
        raise DetenteError(message)
    return found


def _settings(given: dict[str, Any], passwords: _Passwords) -> Settings:
    from detente.web.settings import Limits, Settings, default_database

    return Settings(
        database=given["database"] or default_database(),
        host=given["host"],
        port=given["port"],
        password=passwords.editor,
        reader_password=passwords.reader,
        readings=given["readings"],
        limits=Limits(
            jobs=given["jobs"],
            job_seconds=given["job_time"],
            job_memory=given["job_memory"] * 2**20,
        ),
    )
