"""Answers that are proved must not be taken from counting, nor from rounded numbers."""

from __future__ import annotations

import os

import pytest
from click.testing import CliRunner

from detente.answers.explain import explain
from detente.answers.settle import settle
from detente.cli import main
from detente.formats import loads

TWO_ISSUES = """\
detente: 1
title: Two issues
parties: {p: P}
issues:
  x: {options: [a, b, c, d], status_quo: d}
  y: {options: [u, v], status_quo: v}
proposals:
  good:
    x: b
preferences:
  p:
    - order: {x: a > b > c > d}
    - order: {y: u > v}
"""


def verdict(text: str, proposal: str = "good") -> tuple[str, float | None]:
    party = explain(loads(text), proposal).data()["parties"]["p"]
    return party["verdict"], party["share"]


def test_a_comparison_by_a_margin_inside_one_issue_is_widened_and_so_proved():
    # x weighs 40 and b stands at 75 of 100 in it: good is worth 30, exactly its no deal; the
    # comparison fixes c at 25, which draws readings from a band and leaves the verdict alone
    text = TWO_ISSUES + (
        "    - weight: {x: 40}\n"
        "    - value: {x: {b: 60..80}}\n"
        "    - compare: (x = b) > (x = c)\n"
        "      by: 5\n"
        "    - compare: (x = c) > status quo\n"
        "      by: 25\n"
        "    - no_deal: 30\n"
    )
    assert verdict(text) == ("every", 1.0)


@pytest.mark.parametrize("count", [40, 60])
def test_priorities_too_many_for_a_double_decide_exactly(count):
    conditions = "".join("        - x == a\n" for _ in range(count - 1)) + "        - y == u\n"
    text = TWO_ISSUES.split("preferences:", maxsplit=1)[0] + (
        f"preferences:\n  p:\n    - priorities:\n{conditions}"
    )
    assert verdict(text, "x = a, y = u") == ("every", 1.0)
    assert verdict(text, "y = u") == ("every", 1.0)
    assert verdict(text, "status quo") == ("every", 1.0)


def test_a_party_that_is_only_affected_does_not_make_the_zone_a_count():
    text = TWO_ISSUES.replace(
        "parties: {p: P}", "parties:\n  p: P\n  q: {name: Q, signatory: false}"
    )
    text += "    - weight: {x: 40}\n    - value: {x: {b: 75, c: 50}}\n    - no_deal: 101\n"
    text += "  q:\n    - order: {x: a > b > c > d}\n    - order: {y: u > v}\n"
    zone = settle(loads(text)).data()["zone"]
    assert zone == {"share": 0.0, "error": 0.0, "proved": True, "unsettled": 0}


def test_a_condition_on_the_list_changes_nothing_else():
    case = loads(TWO_ISSUES + "    - no_deal: 10..20\n")
    whole, narrowed = settle(case).data(), settle(case, where="x != a").data()
    for key in ("zone", "acceptable", "solutions", "binding"):
        assert whole[key] == narrowed[key]
    assert narrowed["frontier"]["matching"] == 0


@pytest.fixture
def case_file(tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text(TWO_ISSUES + "    - no_deal: 10..20\n", encoding="utf-8")
    return path


def run(*arguments: object):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_the_report_does_not_overwrite_the_case(case_file):
    before = case_file.read_text(encoding="utf-8")
    result = run("analyse", case_file, "-o", case_file)
    assert result.exit_code == 1
    assert "is the case itself" in result.stderr
    assert case_file.read_text(encoding="utf-8") == before


def test_the_report_follows_a_link_and_leaves_the_neighbours_alone(case_file):
    folder = case_file.parent
    target, link, neighbour = folder / "t.html", folder / "l.html", folder / ".l.html.part"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    neighbour.write_text("mine", encoding="utf-8")
    assert run("analyse", case_file, "-o", link).exit_code == 0
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert neighbour.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["", "-", "x" * 300])
def test_an_output_that_is_no_file_name_is_refused(case_file, name, monkeypatch):
    monkeypatch.chdir(case_file.parent)
    result = run("analyse", case_file, "-o", name)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert {path.name for path in case_file.parent.iterdir()} == {"case.yaml"}


def test_a_pipe_is_written_to_and_stays_a_pipe(case_file):
    pipe = case_file.parent / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        os.set_blocking(reader, False)
        from detente.writing import write_whole

        write_whole(pipe, "short")
        assert os.read(reader, 100) == b"short"
        assert pipe.is_fifo()
    finally:
        os.close(reader)
