"""Conditions in plain words: ``New cranes is full and Pay rise is at least 4 percent``."""

from __future__ import annotations

from detente.expression import All, Condition, Not, Test, Tree
from detente.vocabulary import Issue, Vocabulary

_WORDS = {
    "==": "is",
    "in": "is",
    "!=": "is not",
    "not in": "is not",
    ">=": "is at least",
    "<=": "is at most",
    ">": "is more than",
    "<": "is less than",
}


def condition_words(condition: Condition, vocabulary: Vocabulary) -> str:
    """Return a condition that fits a vocabulary as people say it.

    Examples
    --------
    >>> from detente.catalog import load
    >>> from detente.grammar import parse_condition
    >>> meant = parse_condition("cranes in (pilot, full) and not (pay >= 4 or cranes == no)")
    >>> condition_words(meant, load("harbour").vocabulary)
    'New cranes is pilot or full, and not (Pay rise is at least 4 percent or New cranes is no)'
    """
    return _words(condition.tree, vocabulary, outer=True)


def _words(tree: Tree, vocabulary: Vocabulary, *, outer: bool = False) -> str:
    if isinstance(tree, Test):
        issue = vocabulary.issues[vocabulary.index[tree.issue.text]]
        options = [_option(issue, word.text) for word in tree.options]
        return f"{issue.label} {_WORDS[tree.operator]} {_either(options)}"
    if isinstance(tree, Not):
        return f"not ({_words(tree.part, vocabulary, outer=True)})"
    parts = [_words(part, vocabulary) for part in tree.parts]
    link = ", and " if isinstance(tree, All) else ", or "
    if len(parts) == 2 and not any("," in part or " or " in part for part in parts):
        link = link.removeprefix(",")
    text = link.join(parts)
    return text if outer else f"({text})"


def _option(issue: Issue, text: str) -> str:
    """Return an option as people read it; a bound that is no option stays a number."""
    position = issue.position(text)
    if position is None:
        return f"{text} {issue.unit}".strip()
    return issue.option_label(position)


def _either(options: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(options[:-1]), options[-1]]))
