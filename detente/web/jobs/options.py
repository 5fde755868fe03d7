"""What may be asked of a case, and the options of a question as somebody at a distance gives them.

Options reach a question as plain texts and yes, checked, since the name of an answer is made of
them and whoever asks may sit anywhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from detente.answers import commands, question
from detente.answers.answer import Option, Question
from detente.errors import DetenteError, did_you_mean, quote
from detente.web.storage.cases import UnknownError

LONGEST, LONGEST_FILE = 4000, 40_000
"""Characters of the value of an option, and of what stands for a file."""

YES = frozenset({"yes", "on", "true", "1"})
NO = frozenset({"", "no", "off", "false", "0"})

Given = dict[str, str | bool]
"""Options as a question is asked with them."""


def askable() -> dict[str, str]:
    """Return the questions about one case, each with the sentence that explains it."""
    return {name: help_ for name, help_ in commands().items() if about_one_case(question(name))}


def about_one_case(asked: Question) -> bool:
    """Whether a question asks about a case and nothing beside it."""
    return [subject.kind for subject in asked.subjects] == ["case"]


def question_named(name: str) -> Question:
    """Return a question about one case; raise UnknownError where there is none of that name."""
    if name not in askable():
        message = f"there is no question {quote(name)}; {did_you_mean(name, [*askable()])}"
        raise UnknownError(message)
    return question(name)


def offered(asked: Question) -> tuple[Option, ...]:
    """Return the options that somebody at a distance may give: none that name a thing here."""
    return tuple(option for option in asked.options if not option.local)


def options_of(asked: Question, given: Mapping[str, object]) -> Given:
    """Return the options of a question as it is asked with them; what is empty is left out.

    Raises
    ------
    DetenteError
        There is no such option, it cannot be given from here, or its value is none.
    """
    known = {option.name: option for option in asked.options}
    found: Given = {}
    for name, value in sorted(given.items()):
        option = known.get(name)
        if option is None:
            raise DetenteError(_no_such_option(asked, name))
        if option.local:
            message = f"{name} names something on the machine that answers; it is not set from here"
            raise DetenteError(message)
        read = _flag(option, value) if option.flag else _text(option, value)
        if read:
            found[name] = read
    return found


def missing(asked: Question, given: Mapping[str, object]) -> Iterable[Option]:
    """Go through the options without which a question cannot be asked."""
    return (option for option in asked.options if option.required and option.name not in given)


def _no_such_option(asked: Question, name: str) -> str:
    names = [option.name for option in offered(asked)]
    if not names:
        return f"{asked.name} has no options, so {quote(name)} cannot be one"
    return f"{asked.name} has no option {quote(name)}; {did_you_mean(name, names)}"


def _flag(option: Option, value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else None
    if word in YES:
        return True
    if word in NO:
        return False
    message = f"{option.name} is switched on with yes, and {quote(str(value))} is no answer"
    raise DetenteError(message)


def _text(option: Option, value: object) -> str:
    if not isinstance(value, str):
        message = f"{option.name} is a text, and {quote(str(value))} is none"
        raise DetenteError(message)
    text = value.replace("\r\n", "\n") if option.file else value.strip()
    most = LONGEST_FILE if option.file else LONGEST
    if len(text) > most:
        message = f"{option.name} has {len(text):,} characters; {most:,} are read at most"
        raise DetenteError(message)
    plain = "\n\t" if option.file else ""
    for place, character in enumerate(text, start=1):
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in plain:
            message = f"{option.name} holds a character that no text has, at place {place}"
            raise DetenteError(message)
    return text if text.strip() else ""
