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
    if question.kind == "middle":
        k, _, best, worst = (cast("int", each) for each in about)
        issue = case.issues[k]
        return f"closer to {issue.option_label(best)}", f"closer to {issue.option_label(worst)}"
    return ("more", "less") if question.kind == "range" else ("yes", "no")


def _importance(case: Case, question: Question) -> str:
    first, second = (_way(case, *cast("tuple[int, int, int]", swing)) for swing in question.about)
    return f"Which matters more to {question.party.label}: to get {first}, or {second}?"


def _way(case: Case, k: int, worst: int, best: int) -> str:
    """Return the way from an issue's worst to its best option; importance means nothing without."""
    issue = case.issues[k]
    return f"{issue.label} from {issue.option_label(worst)} to {issue.option_label(best)}"


def _comparison(case: Case, question: Question) -> str:
    """Put it positively: would the party rather sign the first package than have the second."""
    first, second = (cast("Package | None", package) for package in question.about)
    label, better = question.party.label, cast("Package", first)
    if second is not None:
        if better == case.vocabulary.status_quo:
            rest = ", all else as it is" if _spelled_out(case, second) else ""
            return (
                f"Would {label} rather leave all as it is than sign {_named(case, second)}{rest}?"
            )
        names = f"{_named(case, better)} than {_named(case, second)}"
        partly = _spelled_out(case, better) or _spelled_out(case, second)
        return f"Would {label} rather sign {names}{', all else as it is' if partly else ''}?"
    if better == case.vocabulary.status_quo:
        return f"Would {label} rather agree to leave all as it is than have no deal?"
    rest = ", all else as it is," if _spelled_out(case, better) else ""
    return f"Would {label} rather sign {_named(case, better)}{rest} than have no deal?"


def _named(case: Case, package: Package) -> str:
    """Return a package as one would name it: a proposal, or what it changes of the status quo."""
    for proposal in case.proposals:
        if case.vocabulary.proposals[proposal.name] == package:
            return f"'{proposal.label}'"
    if package == case.vocabulary.status_quo:
        return "the status quo"
    before = case.vocabulary.status_quo
    changed = [k for k, option in enumerate(package) if option != before[k]]
    return f"'{case.vocabulary.label(package, only=changed)}'"


def _spelled_out(case: Case, package: Package) -> bool:
    """Whether a package is neither a proposal nor the status quo, so that the rest goes unnamed."""
    known = (*case.vocabulary.proposals.values(), case.vocabulary.status_quo)
    return package not in known


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
    return (
        f"On {issue.label}, is {middle} for {label} closer to {top}, its best, or to {bottom}, "
        "its worst?"
    )


def _statement(case: Case, question: Question) -> str:
    statement = cast("Statement", question.about[0])
    return f"Is it true that {question.party.label} {statement.sentence(case.vocabulary)}?"


_PUT: dict[Kind, Callable[[Case, Question], str]] = {
    "importance": _importance,
    "comparison": _comparison,
    "range": _range,
    "middle": _middle,
    "statement": _statement,
    "red line": _statement,
}
