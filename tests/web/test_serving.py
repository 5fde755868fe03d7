"""The command that starts a workbench: where it listens, what it says, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from detente.cli import main
from detente.web.security import passwords
from detente.web.serving import command, listening, running
from detente.web.settings import Settings
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database

EVERYWHERE = "0.0.0.0"  # noqa: S104 - refused where there is no password, which is what is tested
Started = tuple[subprocess.Popen[str], list[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    """Start the command; returns the process, and what it said until it answered."""
    begun: list[subprocess.Popen[str]] = []

    def run(*arguments: str, **variables: str) -> Started:
        process = subprocess.Popen(
            [sys.executable, "-m", "detente", "serve", *arguments],
            cwd=tmp_path,
            env={**os.environ, "DETENTE_DATABASE": "sqlite:///kept.db", **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line.rstrip("\n"))
            if line.startswith("Ctrl+C"):
                break
        return process, said

    yield run
    for process in begun:
        process.kill()
        process.communicate()


def ask(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["serve", "--no-open", *arguments])


@pytest.fixture
def never_runs(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """Collects the settings of workbenches instead of running them."""
    found: list[Settings] = []

    def note(settings: Settings, *_more: object, **_named: object) -> None:
        found.append(settings)

    monkeypatch.setattr(running, "run", note)
    return found


# --- a workbench runs ----------------------------------------------------------------------------


def test_a_new_workbench_opens_with_a_worked_case_and_ends_in_good_order(
    start: Callable[..., Started], tmp_path: Path
) -> None:
    process, said = start("--port", "0")
    address = said[0].removeprefix("The workbench is at ")
    assert said[1:] == [f"What it keeps is in {tmp_path / 'kept.db'}", "Ctrl+C ends it"] or (
        said[1:] == ["What it keeps is in kept.db", "Ctrl+C ends it"]
    )
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
    first = httpx.get(address + "/", follow_redirects=True)
    assert "Ukraine" in first.text
    assert "server" not in first.headers
    told = {"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1"}
    kept = httpx.post(address + "/theme", data={"theme": "dark"}, headers=told)
    assert "secure" not in kept.headers["set-cookie"].lower()
    assert stat.S_IMODE((tmp_path / "kept.db").stat().st_mode) == 0o600
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    _, errors = process.communicate()
    assert errors == "\nThe workbench has ended\n"

    database = Database(f"sqlite:///{tmp_path / 'kept.db'}")
    cases = Cases(database)
    assert {case.origin for case in cases.all()} == {"harbour", "ukraine-2025"}
    for case in cases.all():
        cases.delete(case.id)
    database.close()
    process, _ = start("--port", "0")
    process.terminate()
    assert process.wait(30) == 0
    database = Database(f"sqlite:///{tmp_path / 'kept.db'}")
    assert not Cases(database).all()
    database.close()


def test_a_team_signs_in_through_a_proxy(start: Callable[..., Started]) -> None:
    known = "not for the eyes of all"
    process, said = start("--port", "0", "--proxy", "127.0.0.1", DETENTE_PASSWORD=known)
    address = said[0].removeprefix("The workbench is at ")
    headers = {"x-forwarded-proto": "https", "host": "bench.example"}
    answer = httpx.post(f"{address}/login", data={"password": known}, headers=headers, timeout=60)
    assert answer.status_code == 303
    assert answer.headers["set-cookie"].startswith("__Host-detente=")
    assert "Secure" in answer.headers["set-cookie"]
    process.terminate()
    assert process.wait(30) == 0


# --- where it listens ----------------------------------------------------------------------------


def test_a_port_that_is_taken_is_left_alone(
    never_runs: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        asked = ask("--port", str(taken))
        assert asked.exit_code == 1
        assert f"cannot listen at 127.0.0.1, port {taken}: something else listens" in asked.output
        place = listening.Place(host="127.0.0.1")
        with listening.listening(place, taken, chosen=False) as found:
            assert found.socket.getsockname()[1] > taken
            assert found.address != f"http://127.0.0.1:{taken}"
        monkeypatch.setattr(listening, "TRIED", 0)
        with (
            pytest.raises(listening.DetenteError, match="something else listens there"),
            listening.listening(place, taken, chosen=False),
        ):
            pass
    assert not never_runs


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), (EVERYWHERE, False), ("::", False)],
)
def test_only_this_machine_reaches_a_loopback_address(host: str, *, loopback: bool) -> None:
    assert listening.Place(host=host).is_loopback == loopback
    assert listening.Place(host=host).others_reach_it != loopback
    assert listening.Place(host=host, proxy="127.0.0.1, 10.0.0.0/8").others_reach_it


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--host", EVERYWHERE], 2, "--host 0.0.0.0 lets others reach the workbench"),
        (["--host", "::"], 2, "so it needs a password"),
        (["--proxy", "127.0.0.1"], 2, "--proxy lets others reach the workbench"),
        (["--proxy", "*"], 1, "--proxy needs the address of the proxy"),
        (["--host", "nowhere.invalid"], 1, "'nowhere.invalid' is no address of this machine"),
        (["--host", "192.0.2.1", "--password-file", "long"], 1, "it is no address of this machine"),
        (["--password-file", "short"], 1, "a password has 8 to 1,024 characters; this one has 5"),
        (["--password-file", "empty"], 1, "empty is empty; it should hold a password"),
        (["--reader-password-file", "long"], 2, "with a password for readers alone nobody"),
        (["--password-file", "long", "--reader-password-file", "long"], 1, "need another password"),
        (["--password-file", "missing"], 2, "does not exist"),
        (["--password=secret"], 2, "does not take a value"),
        (["--port", "70000"], 2, "70000 is not in the range"),
        (["--jobs", "0"], 2, "0 is not in the range"),
        (["--job-time", "nan"], 2, "is no number of seconds"),
        (["harbour"], 2, "unexpected extra argument"),
    ],
)
def test_what_cannot_be_is_refused_in_one_message(
    arguments: list[str], status: int, said: str, never_runs: list[Settings], tmp_path: Path
) -> None:
    for name, text in (("long", "long enough\n"), ("short", "short"), ("empty", "\n")):
        (tmp_path / name).write_text(text, "utf-8")
    known = {"long", "short", "empty", "missing"}
    given = [str(tmp_path / one) if one in known else one for one in arguments]
    asked = ask("--port", "0", *given)
    assert asked.exit_code == status, asked.output
    assert said in " ".join(asked.output.split())
    assert "Traceback" not in asked.output
    assert not never_runs


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://x", "a database of the kind 'mysql' is not known"),
        ("nonsense", "the address of the database is none"),
        ("sqlite:////proc/nobody/x.db", "cannot be"),
        ("sqlite:///{folder}", "cannot be used"),
        ("sqlite:///{folder}/text", "the file is no database"),
        ("postgresql://me:hidden@127.0.0.1:1/x", "cannot be used"),
    ],
)
def test_a_database_that_cannot_be_used_is_told(url: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("a letter " * 200, "utf-8")
    asked = ask("--port", "0", "--database", url.format(folder=tmp_path))
    assert asked.exit_code == 1, asked.output
    assert said in asked.output
    assert "hidden" not in asked.output
    assert (tmp_path / "text").read_text("utf-8") == "a letter " * 200


def test_what_is_said_becomes_the_settings(
    never_runs: list[Settings], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = passwords.hashed("of the readers")
    (tmp_path / "readers").write_text(kept + "\n", "utf-8")
    monkeypatch.setenv("DETENTE_PASSWORD", "of the editors")
    asked = ask(
        *("--port", "0", "--host", EVERYWHERE, "--database", "sqlite:///x.db", "--readings", "50"),
        *("--jobs", "3", "--job-memory", "1000", "--job-time", "5"),
        *("--reader-password-file", str(tmp_path / "readers")),
    )
    assert (asked.exit_code, asked.output) == (0, "")
    (settings,) = never_runs
    assert settings.reader_password == kept
    assert settings.password.startswith("$argon2id$")
    assert passwords._HASHING.verify("of the editors", settings.password)
    assert "DETENTE_PASSWORD" not in os.environ
    assert (settings.database, settings.readings) == ("sqlite:///x.db", 50)
    limits = settings.limits
    assert (limits.jobs, limits.job_memory, limits.job_seconds) == (3, 1000 * 2**20, 5)


def test_a_password_is_asked_for_twice_and_not_shown(never_runs: list[Settings]) -> None:
    typed = "long enough\nlong enough\n"
    asked = CliRunner().invoke(main, ["serve", "--port", "0", "--password"], input=typed)
    assert asked.exit_code == 0
    assert "long enough" not in asked.output
    (settings,) = never_runs
    assert passwords._HASHING.verify("long enough", settings.password)
    assert ask("--port", "0").exit_code == 0
    assert never_runs[-1].open_to_all


def test_without_the_extra_one_message_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, never_runs: list[Settings]
) -> None:
    monkeypatch.setattr(command, "EXTRA", ("a_package_that_is_not_there",))
    asked = ask("--port", "0")
    assert asked.exit_code == 1
    assert (
        asked.output == "the workbench needs more than is installed: pip install 'detente[web]'\n"
    )
    assert not never_runs


def test_the_extra_is_all_that_is_looked_for() -> None:
    declared = Path(__file__).parents[2].joinpath("pyproject.toml").read_text("utf-8")
    listed = re.search(r"\nweb = \[.*?\n(.*?)\]\ndev", declared, re.DOTALL)
    assert listed
    names = set(re.findall(r'"([\w-]+)', listed[1])) - {"pwdlib", "python-multipart"}
    assert names <= {name.replace("_", "-") for name in command.EXTRA}


# --- the desktop ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("platform", "variables", "desktop"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": ":0", "SSH_CONNECTION": "a b c d"}, False),
        ("darwin", {}, True),
        ("win32", {}, True),
        ("darwin", {"SSH_CONNECTION": "a b c d"}, False),
    ],
)
def test_a_browser_is_opened_where_somebody_sits(
    platform: str,
    variables: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    desktop: bool,
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert running.has_desktop() == desktop
