"""The public names: they are there, they load late, and every answer behaves alike."""

from __future__ import annotations

import csv
import dataclasses
import io
import json

import pytest

import detente
from detente.answers.answer import Answer
from detente.errors import CancelledError, LimitError
from detente.report import markdown, separated
from tests.answers.cases import report


def earlier() -> detente.Case:
    """The harbour before the last thing was said of it."""
    case = detente.load("harbour")
    return dataclasses.replace(case, statements=case.statements[:-1])


ANSWERS = {
    "acceptance": lambda **given: detente.acceptance(detente.load("harbour"), **given),
    "agenda": lambda **given: detente.agenda(
        detente.load("harbour"), order="shifts then rest", **given
    ),
    "ask": lambda **given: detente.ask(detente.load("harbour"), **given),
    "assumptions": lambda **given: detente.assumptions(detente.load("harbour"), **given),
    "handout": lambda **given: detente.handout(detente.load("harbour"), **given),
    "hold": lambda **given: detente.hold(detente.load("prisoners-dilemma"), "4", **given),
    "leverage": lambda **given: detente.leverage(detente.load("harbour"), **given),
    "perceptions": lambda **given: detente.perceptions(detente.load("replaced-cable"), **given),
    "roadmap": lambda **given: detente.roadmap(detente.load("harbour"), "march_draft", **given),
    "diff": lambda **given: detente.diff(earlier(), detente.load("harbour"), **given),
    "check": lambda **given: detente.check(detente.load("harbour"), **given),
    "settle": lambda **given: detente.settle(detente.load("harbour"), **given),
    "explain": lambda **given: detente.explain(detente.load("harbour"), "march_draft", **given),
    "repair": lambda **given: detente.repair(detente.load("harbour"), "march_draft", **given),
    "compare": lambda **given: detente.compare(detente.load("harbour"), **given),
    "analyse": lambda **given: detente.analyse(detente.load("harbour"), **given),
}


@pytest.mark.parametrize("name", detente.__all__)
def test_every_public_name_is_there_and_described(name):
    found = getattr(detente, name)
    assert found.__doc__
    assert name in dir(detente)


def test_what_is_not_public_is_not_there():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = detente.nonsense
    assert sorted(detente.__all__) == detente.__all__


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_prints_gives_json_and_shows_itself(name):
    answer = ANSWERS[name]()
    assert isinstance(answer, Answer)
    assert answer.ok
    data = json.loads(answer.json())
    assert (data["contract"], data["answer"]) == (1, name)
    printed = str(answer)
    assert printed.strip()
    assert "\x1b" not in printed
    shown = answer._repr_html_()
    assert "<table" in shown
    assert "<script" not in shown
    assert "<html" not in shown
    sections = answer.sections()
    assert list(csv.reader(io.StringIO(separated.render(sections))))
    assert "| --- " in markdown.render(sections)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_frozen(name):
    answer = ANSWERS[name]()
    field = dataclasses.fields(answer)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(answer, field, None)


@pytest.mark.parametrize("name", ANSWERS)
def test_work_stops_when_asked(name):
    asked = []

    def stop() -> bool:
        asked.append(True)
        return True

    work = detente.Work(cancelled=stop)
    if name == "check":  # a few linear programmes, nothing to stop
        return
    with pytest.raises(CancelledError, match="stopped while"):
        ANSWERS[name](work=work)
    assert asked == [True]


def test_work_may_stop_at_any_step():
    """Wherever the work is stopped, the next attempt gives the whole answer."""
    whole = ANSWERS["settle"]().json()
    steps: list[int] = []
    ANSWERS["settle"](work=detente.Work(progress=lambda *_: steps.append(1)))
    assert len(steps) > 2
    for last in (1, len(steps) // 2, len(steps)):
        left = iter([False] * (last - 1))
        with pytest.raises(CancelledError):
            ANSWERS["settle"](
                work=detente.Work(cancelled=lambda left=left: next(left, True))
            ).json()
    assert ANSWERS["settle"]().json() == whole


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"readings": 0}, "readings: 0 is not between 1 and 1,000,000"),
        ({"readings": 10**7}, "readings: 10,000,000 is not"),
        ({"seed": -1}, "seed: -1 is not between"),
        ({"seed": 2**64}, "seed: "),
    ],
)
def test_work_has_limits(given, says):
    with pytest.raises(LimitError, match=says):
        detente.Work(**given)


def test_the_page_of_a_report_is_one_html_file():
    page = report("harbour").page()
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
