"""How a question to a party is put, and its two answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from detente.case import Case
from detente.inquiry import Kind, Question
from detente.number import rounded
from detente.statements import Statement
from detente.vocabulary import Package


def question_text(case: Case, question: Question) -> str:
    """Return the question as one would put it to somebody who knows the party's mind."""
    return _PUT[question.kind](case, question)


def answer_words(case: Case, question: Question) -> tuple[str, str]:
    """Return the two answers in short, to stand after "if"."""
    about = question.about
    if question.kind == "importance":
        first, second = (case.issues[cast("tuple[int, int, int]", s)[0]].label for s in about)
        return first, second
    if question.kind == "comparison" and about[1] is not None:
        first, second = (package_words(case, cast("Package", package)) for package in about)
        return first, second
    if question.kind == "middle":
        k, _, best, worst = (cast("int", each) for each in about)
        issue = case.issues[k]
        return f"nearer to {issue.option_label(best)}", f"nearer to {issue.option_label(worst)}"
    return ("more", "less") if question.kind == "range" else ("yes", "no")


def _importance(case: Case, question: Question) -> str:
    ways = (_way(case, *cast("tuple[int, int, int]", swing)) for swing in question.about)
    first, second = ways
    return f"Which matters more to {question.party.label}: {first}, or {second}?"


def _way(case: Case, k: int, worst: int, best: int) -> str:
    """Return the way from an issue's worst to its best option; importance means nothing without."""
    issue = case.issues[k]
    return f"{issue.label} going from {issue.option_label(worst)} to {issue.option_label(best)}"


def _comparison(case: Case, question: Question) -> str:
    label = question.party.label
    first, second = (cast("Package | None", package) for package in question.about)
    names = [package_words(case, package) for package in (first, second) if package is not None]
    if second is None:
        return f"Is no deal worse for {label} than {names[0]}?"
    return f"Which does {label} prefer: {names[0]}, or {names[1]}?"


def package_words(case: Case, package: Package) -> str:
    """Return a package as a statement would name it, by what it changes of the status quo."""
    for proposal in case.proposals:
        if case.vocabulary.proposals[proposal.name] == package:
            return f"'{proposal.label}'"
    status_quo = case.vocabulary.status_quo
    changed = [k for k, option in enumerate(package) if option != status_quo[k]]
    if not changed:
        return "the status quo"
    return f"the status quo with {case.vocabulary.label(package, only=changed)}"


def _range(case: Case, question: Question) -> str:
    del case
    label, points = question.party.label, rounded(question.amount)
    if question.about:
        amount = f"more or less than {points} points"
        return f"If {question.about[0]}, does that by itself add {amount} for {label}?"
    return f"Is no deal worth more or less than {points} points to {label}?"


def _middle(case: Case, question: Question) -> str:
    k, option, best, worst = (cast("int", each) for each in question.about)
    issue = case.issues[k]
    middle, top, bottom = (issue.option_label(each) for each in (option, best, worst))
    label = question.party.label
    return f"On {issue.label}, is {middle} to {label} nearer to {top} or to {bottom}?"


def _statement(case: Case, question: Question) -> str:
    statement = cast("Statement", question.about[0])
    return f"Is it so that {question.party.label} {statement.sentence(case.vocabulary)}?"


_PUT: dict[Kind, Callable[[Case, Question], str]] = {
    "importance": _importance,
    "comparison": _comparison,
    "range": _range,
    "middle": _middle,
    "statement": _statement,
    "red line": _statement,
}
