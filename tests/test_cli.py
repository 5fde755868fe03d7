"""The command line as a user meets it: what goes where, how it ends, and what it says."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner, Result

from detente import cli, waiting
from detente.answers import commands, question
from detente.catalog import names, path_of
from detente.formats import loads
from detente.report import markdown, separated, text
from detente.starter import STARTER
from tests.answers.cases import large_case, report
from tests.conftest import ROOT

ALL = (
    *("acceptance", "agenda", "analyse", "ask", "assumptions", "backup", "catalog", "check"),
    *("coherence", "compare", "convert", "diff", "explain", "handout"),
    *("hold", "leverage", "new", "perceptions", "repair", "restore", "roadmap"),
    *("schema", "scope", "serve", "settle", "simulate", "warm"),
)
KEEPING = {"backup", "new", "restore", "schema", "catalog", "scope", "serve", "warm"}
"""Commands that ask nothing about a case."""
QUESTIONS = (
    ("acceptance",),
    ("agenda", "--order", "shifts then rest"),
    ("analyse",),
    ("ask",),
    ("assumptions",),
    ("check",),
    ("compare",),
    ("explain", "march_draft"),
    ("hold", "4"),
    ("leverage",),
    ("repair", "march_draft"),
    ("roadmap", "march_draft"),
    ("settle",),
)
FAULTY = "detente: 1\ntitle: T\nparties:\n  A: A\nissues:\n  a: {options: [x], status_qo: x}\n"
CONTRADICTORY = """\
detente: 1
title: T
parties:
  A: A
issues:
  a: {options: [x, y], status_quo: x}
preferences:
  A:
    - order: {a: x > y}
    - no_deal: 10
    - no_deal: 20
"""
EMPTY_ZONE = """\
detente: 1
title: T
parties:
  A: A
  B: B
issues:
  a: {options: [x, y], status_quo: x}
preferences:
  A:
    - scores:
        a: {x: 0, y: 1}
    - no_deal: 1
  B:
    - scores:
        a: {x: 1, y: 0}
    - no_deal: 1
"""


def ask(*arguments: str, given: str | bytes = "") -> Result:
    result = CliRunner().invoke(cli.main, arguments, input=given, prog_name="detente")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def start(*arguments: str, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "detente", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        input=given,
        capture_output=True,
        check=False,
    )


# --- what comes out ------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_comes_in_every_form(question):
    name, *rest = question
    answers = {}
    for form in ("table", "json", "csv", "md"):
        case = "prisoners-dilemma" if name == "hold" else "harbour"
        result = ask(name, case, *rest, "--format", form)
        assert (result.exit_code, result.stderr) == (0, "")
        answers[form] = result.stdout
    assert json.loads(answers["json"])["answer"] == name
    assert answers["table"].strip()
    assert list(csv.reader(io.StringIO(answers["csv"])))
    assert "| --- " in answers["md"]
    assert answers["md"].startswith("## ")


def test_commands_and_python_functions_give_the_same():
    whole = report("harbour")
    parts = {
        ("analyse",): whole,
        ("check",): whole.check,
        ("compare",): whole.comparison,
        ("settle",): whole.settlement,
        ("explain", "march_draft"): whole.explanations[0],
    }
    for (name, *rest), answer in parts.items():
        as_json = ask(name, "harbour", *rest, "--format", "json").stdout
        assert as_json == f"{answer.json()}\n"
    sections = parts["settle",].sections()
    said = {
        form: ask("settle", "harbour", "--format", form).stdout.rstrip("\n")
        for form in ("table", "csv", "md")
    }
    assert said["table"] == text.render(sections, width=cli.WIDTH_WITHOUT_TERMINAL).rstrip("\n")
    assert said["csv"] == separated.render(sections).rstrip("\n")
    assert said["md"] == markdown.render(sections).rstrip("\n")


def test_a_proposal_may_be_changed_or_spelled_out():
    named = json.loads(ask("explain", "harbour", "march_draft", "--format", "json").stdout)
    changed = ask("explain", "harbour", "union_opening, shifts = voluntary", "--format", "json")
    spelled = ask(
        "explain", "harbour", "shifts = voluntary, pay = 2, cranes = full", "--format", "json"
    )
    assert json.loads(spelled.stdout)["package"] == named["package"]
    assert json.loads(spelled.stdout)["parties"] == named["parties"]
    package = json.loads(changed.stdout)["package"]
    assert package == {"shifts": "voluntary", "pay": "8", "cranes": "no"}
    status_quo = json.loads(ask("explain", "harbour", "status quo", "--format", "json").stdout)
    assert status_quo["package"] == {"shifts": "required", "pay": "0", "cranes": "no"}


def test_where_narrows_the_table():
    whole = json.loads(ask("settle", "harbour", "--format", "json").stdout)
    narrow = ask("settle", "harbour", "--where", "pay <= 4", "--format", "json")
    items = json.loads(narrow.stdout)["frontier"]["items"]
    assert items
    assert items == [i for i in whole["frontier"]["items"] if int(i["package"]["pay"]) <= 4]
    assert len(items) < len(whole["frontier"]["items"])


def test_a_dash_reads_standard_input():
    given = path_of("harbour").read_text(encoding="utf-8")
    from_input = ask("check", "-", "--format", "json", given=given)
    assert from_input.stdout == ask("check", "harbour", "--format", "json").stdout


@pytest.mark.parametrize("seconds", ["nan", "0", "-1", "soon"])
def test_a_time_limit_is_a_number_above_nothing(seconds):
    result = ask("settle", "harbour", "--time-limit", seconds)
    assert result.exit_code == 2
    assert "Invalid value for '--time-limit'" in result.stderr


def test_standard_input_is_read_once():
    given = path_of("harbour").read_text(encoding="utf-8")
    result = ask("diff", "-", "-", given=given)
    assert result.exit_code == 2
    assert "OLD and NEW cannot both be -" in result.stderr
    one = ask("diff", "-", "harbour", given=given)
    assert one.exit_code == 0
    assert "both files say the same" in one.stdout


@pytest.mark.parametrize("command", [("ask", ""), ("scope", "", "a == b")])
def test_an_empty_name_is_no_name(command):
    result = ask(*command)
    assert result.exit_code == 1
    assert "is called ''; known are" in result.stderr


def test_a_report_goes_to_its_file_and_the_word_of_it_to_standard_error(tmp_path):
    page = tmp_path / "report.html"
    result = ask("analyse", "harbour", "-o", str(page))
    assert result.exit_code == 0
    assert page.read_text(encoding="utf-8") == report("harbour").page()
    assert str(page) in result.stderr
    assert str(page) not in result.stdout
    assert list(tmp_path.iterdir()) == [page]


def test_the_catalogue_lists_every_case():
    result = ask("catalog")
    assert result.exit_code == 0
    assert all(name in result.stdout for name in names())


def test_the_schema_is_that_of_the_documentation():
    shipped = (ROOT / "docs" / "reference" / "case.schema.json").read_text(encoding="utf-8")
    assert json.loads(ask("schema").stdout) == json.loads(shipped)


# --- how it ends ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("check", "nosuch"), "no file and no case of the catalogue is called 'nosuch'"),
        (("check", "harbor"), "did you mean 'harbour'?"),
        (("check", "nosuch.yaml"), "no such file: nosuch.yaml"),
        (("explain", "harbour", "april"), "no such proposal: 'april'"),
        (("explain", "harbour", "march_darft"), "did you mean 'march_draft'?"),
        (("explain", "harbour", "pai = 3"), "no such issue: 'pai'; did you mean 'pay'?"),
        (("explain", "harbour", "pay = 9"), "pay has no option '9'; options run from 0 to 8"),
        (("explain", "harbour", ""), "the text is empty"),
        (("repair", "harbour", "april"), "no such proposal: 'april'"),
        (("settle", "harbour", "--where", "pay >"), "the text ends too early"),
        (("settle", "harbour", "--where", "pai > 3"), "no such issue: 'pai'"),
        (("settle", "harbour", "--where", "shifts > 3"), "'shifts'"),
        (("settle", "harbour", "--view", "sade"), "no statement has the view 'sade'; did you mean"),
        (("check", str(ROOT)), "no domain with profiles lies in this folder"),
        (("check", "x" * 300), "no file and no case of the catalogue is called 'xxx"),
        (("check", "x" * 300 + ".gmcr"), "the file cannot be read: file name too long"),
        (("convert", "elmira", "-o", "x" * 300 + ".yaml"), "cannot be written: file name too long"),
        (("new", "x" * 300 + ".yaml"), "cannot be written: file name too long"),
    ],
)
def test_what_is_wrong_in_the_input_ends_with_1_and_one_message(arguments, says):
    result = ask(*arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert says in result.stderr or says.replace("'shifts'", "shifts") in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate",),
        ("settle",),
        ("explain", "harbour"),
        ("settle", "harbour", "--format", "xml"),
        ("settle", "harbour", "--readings", "0"),
        ("settle", "harbour", "--readings", "many"),
        ("settle", "harbour", "--seed", "-1"),
        ("settle", "harbour", "--threads", "0"),
        ("settle", "harbour", "--nonsense"),
        ("check", "harbour", "-o", "x.html"),
    ],
)
def test_what_is_wrong_in_the_command_ends_with_2(arguments):
    result = ask(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage: detente" in result.stderr


@pytest.mark.parametrize("name", [name for name in ALL if name not in KEEPING])
def test_faults_end_every_answer_with_1(name):
    rest = {"explain": ["a = x"], "repair": ["a = x"], "roadmap": ["a = x"], "diff": ["harbour"]}
    result = ask(name, "-", *rest.get(name, []), given=FAULTY)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "did you mean 'status_quo'" in result.stderr


def test_check_gives_faults_as_json_on_standard_output():
    result = ask("check", "-", "--format", "json", given=FAULTY)
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert data["ok"] is False
    assert any(fault["line"] == 6 for fault in data["faults"])


@pytest.mark.parametrize("form", ["json", "table"])
def test_contradictions_end_check_with_1_and_its_answer(form):
    result = ask("check", "-", "--format", form, given=CONTRADICTORY)
    assert (result.exit_code, result.stderr) == (1, "")
    if form == "json":
        (found,) = json.loads(result.stdout)["contradictions"]
        assert [one["line"] for one in found["statements"]] == [10, 11]
    else:
        assert "line 10" in result.stdout


def test_explain_answers_for_a_contradictory_party():
    result = ask("explain", "-", "a = y", "--format", "json", given=CONTRADICTORY)
    assert result.exit_code == 0
    party = json.loads(result.stdout)["parties"]["A"]
    assert (party["verdict"], party["share"]) == ("contradictory", None)


def test_analyse_tells_contradictions_and_ends_with_1():
    result = ask("analyse", "-", given=CONTRADICTORY)
    assert result.exit_code == 1
    assert "line 10" in result.stdout


def test_an_empty_zone_is_an_answer():
    result = ask("settle", "-", "--format", "json", given=EMPTY_ZONE)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["status"] == "infeasible"
    table = ask("settle", "-", given=EMPTY_ZONE)
    assert table.exit_code == 0
    assert "These exclude each other" in table.stdout


@pytest.mark.parametrize(
    "given",
    [b"", b"\x00", b"\xff\xfe", b"[" * 5000, b"a: &x [*x]", b"- \n" * 50_000, b"{" * 100, b"%"],
)
def test_whatever_comes_in_brings_one_message(given):
    result = ask("analyse", "-", given=given)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert 0 < len(result.stderr) < 4000


def test_many_packages_are_settled_and_explained():
    issues = "\n".join(f"  i{k}: {{options: [a, b, c, d], status_quo: a}}" for k in range(11))
    points = "\n".join(f"        i{k}: {{a: 0, b: 1, c: 2, d: 3}}" for k in range(11))
    case = (
        f"detente: 1\ntitle: T\nparties:\n  A: A\nissues:\n{issues}\nproposals:\n  p: {{i0: d}}\n"
        f"preferences:\n  A:\n    - scores:\n{points}\n    - no_deal: 3\n"
    )
    for more in ((), ("--fast",), ("--time-limit", "60", "--memory-limit", "100")):
        settled = ask("settle", "-", "--format", "json", *more, given=case)
        assert settled.exit_code == 0
        assert json.loads(settled.stdout)["solutions"]["nash"]["values"] == {"A": 33}
    assert "4,194,304" in ask("analyse", "-", given=case).stdout
    explained = ask("explain", "-", "p", "--format", "json", given=case)
    assert explained.exit_code == 0
    assert json.loads(explained.stdout)["parties"]["A"]["verdict"] == "every"
    whole = ask("analyse", "-", "--format", "json", given=case)
    assert whole.exit_code == 0
    assert json.loads(whole.stdout)["settle"]["status"] == "exact"


def test_an_interrupt_is_heard_while_the_work_goes_on(tmp_path):
    file = tmp_path / "large.yaml"
    file.write_text(large_case(20, 10, 6), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    command = f"{heeding}from detente.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", command, "settle", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    time.sleep(3)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out == b""
    assert b"Aborted" in err
    assert b"Traceback" not in err


# --- writing files -------------------------------------------------------------------------------


def test_new_prints_a_sound_case_or_writes_it(tmp_path):
    printed = ask("new")
    assert printed.stdout == STARTER
    loads(printed.stdout)
    file = tmp_path / "talks.yaml"
    written = ask("new", str(file))
    assert (written.exit_code, written.stdout) == (0, "")
    assert file.read_text(encoding="utf-8") == STARTER
    assert ask("check", str(file)).exit_code == 0
    assert ask("analyse", str(file)).exit_code == 0


def test_new_never_overwrites(tmp_path):
    file = tmp_path / "talks.yaml"
    file.write_text("mine", encoding="utf-8")
    result = ask("new", str(file))
    assert result.exit_code == 1
    assert "is there already; nothing was written" in result.stderr
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_report_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    nowhere = tmp_path / "nosuch" / "report.html"
    result = ask("analyse", "harbour", "-o", str(nowhere))
    assert result.exit_code == 1
    assert "the file cannot be written: no such file or directory" in result.stderr
    assert list(tmp_path.iterdir()) == []
    assert ask("new", str(nowhere)).exit_code == 1


def test_a_report_is_refused_where_a_folder_stands(tmp_path):
    result = ask("analyse", "harbour", "-o", str(tmp_path))
    assert result.exit_code == 2


# --- help and completion -------------------------------------------------------------------------


def test_help_lists_every_command():
    shown = ask("--help").stdout
    assert set(commands()) < set(ALL)
    for name in ALL:
        assert f"\n  {name} " in shown
    assert ask("-h").stdout == shown
    assert "0.1.0" in ask("--version").stdout


@pytest.mark.parametrize("name", ALL)
def test_every_command_has_help(name):
    result = ask(name, "--help")
    assert result.exit_code == 0
    assert f"Usage: detente {name}" in result.stdout
    if name in commands():
        for option in ("--format", "--seed", "--readings", "--view", "--threads"):
            assert option in result.stdout
        for subject in question(name).subjects:
            assert f"{subject.name.upper()} is {subject.help}." in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("detente ", ALL),
        ("detente se", ("serve", "settle")),
        ("detente settle ukr", ("ukraine-2025",)),
        ("detente settle harbour --format ", ("table", "csv", "md", "json")),
    ],
)
def test_the_shell_completes_commands_and_cases(typed, offered):
    words = typed.split(" ")
    done = subprocess.run(
        [sys.executable, "-c", "from detente.cli import main; main(prog_name='detente')"],
        cwd=ROOT,
        env={
            **os.environ,
            "_DETENTE_COMPLETE": "bash_complete",
            "COMP_WORDS": typed,
            "COMP_CWORD": str(len(words) - 1),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    found = [line.partition(",")[2] for line in done.stdout.splitlines() if "plain," in line]
    assert found == list(offered)


# --- a process of its own ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "import detente; dir(detente); detente.__version__",
        "from detente.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass",
        "from detente.cli import main\ntry: main(['frobnicate'])\nexcept SystemExit: pass",
        "from detente.cli import main\ntry: main(['new'])\nexcept SystemExit: pass",
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(code):
    check = "\nimport sys; assert not {'numpy', 'scipy', 'jinja2', 'rich'} & set(sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code + check], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_reader_that_stops_early_is_no_trouble():
    command = f"{sys.executable} -m detente settle harbour | head -n 1"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stdout.decode().strip() == "What could be agreed"
    assert done.stderr == b""


def test_talk_stays_off_standard_output_and_progress_needs_a_terminal():
    done = start("settle", "harbour", "--format", "json", "--readings", "5000")
    assert done.returncode == 0
    json.loads(done.stdout)
    assert done.stderr == b""


def test_progress_is_shown_on_a_terminal_and_wiped(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(waiting, "SHOW_AFTER", -1.0)
    with waiting.Progress() as progress:
        progress.show("drawing readings", 1, 4)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "drawing readings 25 %" in shown.err
    assert shown.err.endswith("\r\033[K")


def test_progress_waits_a_second(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(waiting, "SHOW_AFTER", 1000.0)
    with waiting.Progress() as progress:
        progress.show("drawing readings", 1, 4)
    assert capsys.readouterr().err == ""


def test_output_is_utf_8_wherever_it_goes():
    done = start("settle", "harbour", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="")
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0
