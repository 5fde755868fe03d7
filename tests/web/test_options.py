"""The options of a question as somebody at a distance gives them."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.answers import commands, question
from detente.answers.answer import Option, Question
from detente.errors import DetenteError
from detente.web.jobs.options import (
    LONGEST,
    LONGEST_FILE,
    about_one_case,
    askable,
    missing,
    offered,
    options_of,
    question_named,
)
from detente.web.pages.questions import canonical
from detente.web.storage.cases import UnknownError


def asked(*options: Option) -> Question:
    """Return a question with some options, which nobody asks."""
    return Question(name="asked", ask=question("check").ask, options=options)


WORDS = Option(name="words", help="a text")
SWITCH = Option(name="switch", help="on or off", flag=True)
SHEET = Option(name="sheet", help="cells", file=True)
PROGRAM = Option(name="program", help="a path", local=True)


def test_what_is_empty_is_left_out_and_the_rest_is_tidied() -> None:
    given_here = {"words": "  pay = 2 ", "switch": "no", "sheet": " \n"}
    assert options_of(asked(WORDS, SWITCH, SHEET), given_here) == {"words": "pay = 2"}


@pytest.mark.parametrize("word", ["yes", "on", "true", "1", " YES "])
def test_a_flag_is_switched_on_by_what_forms_and_people_write(word: str) -> None:
    assert options_of(asked(SWITCH), {"switch": word}) == {"switch": True}
    assert options_of(asked(SWITCH), {"switch": True}) == {"switch": True}
    assert options_of(asked(SWITCH), {"switch": False}) == {}


def test_a_file_keeps_its_lines() -> None:
    found = options_of(asked(SHEET), {"sheet": "group,pay\r\nA,\t2\r\n"})
    assert found == {"sheet": "group,pay\nA,\t2\n"}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("word", "x", "did you mean 'words'"),
        ("switch", "perhaps", "is switched on with yes"),
        ("switch", 1, "is switched on with yes"),
        ("words", True, "is a text"),
        ("words", None, "is a text"),
        ("words", ["a"], "is a text"),
        ("words", "a" * (LONGEST + 1), "4,000 are read at most"),
        ("sheet", "a" * (LONGEST_FILE + 1), "40,000 are read at most"),
        ("words", "a\nb", "a character that no text has, at place 2"),
        ("words", "a\x00", "a character that no text has"),
        ("sheet", "a\x00", "a character that no text has"),
        ("words", "\ud800", "a character that no text has"),
        ("program", "/bin/sh", "is not set from here"),
    ],
)
def test_what_cannot_be_an_option_is_refused_in_one_message(
    name: str, value: object, message: str
) -> None:
    with pytest.raises(DetenteError, match=message):
        options_of(asked(WORDS, SWITCH, SHEET, PROGRAM), {name: value})


def test_a_question_without_options_says_so() -> None:
    with pytest.raises(DetenteError, match="asked has no options, so 'x' cannot be one"):
        options_of(asked(), {"x": "1"})
    with pytest.raises(DetenteError, match="asked has no options, so 'x' cannot be one"):
        options_of(asked(PROGRAM), {"x": "1"})


def test_nothing_that_names_a_thing_on_the_machine_is_offered() -> None:
    assert offered(asked(WORDS, PROGRAM)) == (WORDS,)
    paths = {o.name for name in commands() for o in question(name).options if o.metavar == "PATH"}
    seen = {o.name for name in askable() for o in offered(question(name))}
    assert paths == {"program"}
    assert not paths & seen


def test_what_is_missing_is_told() -> None:
    needed = Option(name="proposal", help="a package", required=True)
    assert list(missing(asked(needed, WORDS), {"words": "x"})) == [needed]
    assert not list(missing(asked(needed), {"proposal": "x"}))


def test_questions_about_one_case_are_askable_and_no_others() -> None:
    assert set(commands()) - set(askable()) == {"diff", "scope"}
    assert not about_one_case(question("diff"))
    with pytest.raises(UnknownError, match="did you mean 'roadmap'"):
        question_named("roadmp")
    with pytest.raises(UnknownError):
        question_named("diff")


@given(words=st.text(max_size=40), sheet=st.text(max_size=40), switch=st.booleans())
def test_options_are_written_in_one_way_only(words: str, sheet: str, *, switch: bool) -> None:
    question_ = asked(WORDS, SWITCH, SHEET)
    try:
        found = options_of(question_, {"words": words, "sheet": sheet, "switch": switch})
    except DetenteError:
        return
    assert options_of(question_, found) == found
    address = canonical("/here", found)
    again = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
    assert options_of(question_, again) == found
    assert canonical("/here", options_of(question_, again)) == address
