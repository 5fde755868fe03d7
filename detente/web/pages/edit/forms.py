"""The forms for the entries of a case: which fields each kind has, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from detente import edits
from detente.blocks import BLOCKS
from detente.case import Case
from detente.rewriting import entry_lines, raw_of
from detente.spans import Place, Spans
from detente.statements import KINDS
from detente.statements.statement import BELIEVED, COMMON_KEYS, CONFIDENCE, SAID

KIND_OF = {
    "sources": "source",
    "parties": "party",
    "issues": "issue",
    "constraints": "constraint",
    "proposals": "proposal",
    "preferences": "statement",
}
DEPTHS = {"case": 0, "block": 0, "statement": 3}
"""How deep in the file an entry of a kind stands, 2 where nothing is said, 0 at any depth."""
SHORT = {KIND_OF[part]: field for part, field in edits.SHORT.items()}
"""The field for which an entry stands that is text only."""
MOST_CHOICES = 60
"""An issue with more options is filled in by typing."""
_CODE, _AREA, _LINE, _CHOICE = "code", "area", "line", "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form.

    widget : ``line``, ``area`` for text, ``code`` for the language of case files, or ``choice``
    label : what it is called where the texts do not say it, such as the title of an issue
    choices : (value, words) to choose from, or to be offered
    """

    name: str
    widget: str = _LINE
    value: str = ""
    label: str = ""
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as it is shown.

    kind : ``party``, ``issue``, ``statement`` … or ``block``
    at : place of the entry; empty for one that is added
    part : what it is added to, such as ``parties``; empty for one that is there
    seen : mark of the entry as it was shown, so that nobody's work is overwritten
    number, beside : its place among so many
    errors : by field; under the empty name what belongs to none
    """

    kind: str
    at: str = ""
    part: str = ""
    seen: str = ""
    label: str = ""
    fields: tuple[Field, ...]
    number: int = 0
    beside: int = 0
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def filled(self, given: Mapping[str, str]) -> Form:
        """Return the form with what somebody typed into it."""
        fields = (replace(one, value=given.get(one.name, one.value)) for one in self.fields)
        return replace(self, fields=tuple(fields))


def kind_at(at: str) -> str:
    """Return what kind of entry stands at a place."""
    head = at.partition(".")[0].partition("[")[0]
    return "case" if at == "case" else KIND_OF.get(head, "block")


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """An entry that a form is for; ``place`` is None where it is to be added."""

    case: Case
    found: Spans
    place: Place | None
    tree: Mapping[str, Any]

    @property
    def short(self) -> Field:
        """The name by which the file speaks of it; one is made where none is given."""
        name = "" if self.place is None else self.place.name
        return Field(name="short", value=name, required=self.place is not None)


def fields_of(kind: str, case: Case, found: Spans, place: Place | None) -> tuple[Field, ...]:
    """Return the fields for an entry, filled with what it holds; empty for one to be added."""
    tree: Mapping[str, Any] = {}
    if place is not None:
        tree = place.tree if isinstance(place.tree, dict) else {SHORT.get(kind, ""): place.tree}
    return _FIELDS[kind](_About(case=case, found=found, place=place, tree=tree))


def _of_case(about: _About) -> tuple[Field, ...]:
    return _texts(about.tree, "title!", "as_of", "note*")


def _party(about: _About) -> tuple[Field, ...]:
    tree = about.tree
    signs = "no" if str(tree.get("signatory", "yes")).casefold() in {"no", "false"} else "yes"
    roles = (("yes", "edit.party.signs"), ("no", "edit.party.affected"))
    return (
        Field(name="title", value=tree.get("name") or tree.get("title", "")),
        about.short,
        Field(name="signatory", widget=_CHOICE, value=signs, choices=roles),
        *_texts(tree, "note*"),
    )


def _source(about: _About) -> tuple[Field, ...]:
    title, *more = _texts(about.tree, "title", "date", "url", "note*")
    return (title, about.short, *more)


def _constraint(about: _About) -> tuple[Field, ...]:
    tree = about.tree
    condition = Field(name="require", widget=_CODE, value=tree.get("require", ""), required=True)
    return (condition, *_texts(tree, "title"), _because(tree), *_texts(tree, "note*"))


def _block(about: _About) -> tuple[Field, ...]:
    text = "" if about.place is None else entry_lines(about.found, about.place)
    return (Field(name="text", widget=_CODE, value=text, required=True),)


def _texts(tree: Mapping[str, Any], *names: str) -> tuple[Field, ...]:
    """Return plain fields; ``!`` marks one that is needed, ``*`` one of several lines."""
    return tuple(
        Field(
            name=name.rstrip("!*"),
            widget=_AREA if name.endswith("*") else _LINE,
            value=str(tree.get(name.rstrip("!*"), "")),
            required=name.endswith("!"),
        )
        for name in names
    )


def _because(tree: Mapping[str, Any]) -> Field:
    cited = tree.get("because", "")
    return Field(name="because", value=", ".join(cited) if isinstance(cited, list) else cited)


def _issue(about: _About) -> tuple[Field, ...]:
    tree = about.tree
    options = tree.get("options", [])
    return (
        Field(name="title", value=tree.get("title", "")),
        about.short,
        Field(name="options", widget=_AREA, value="\n".join(options)),
        *_texts(tree, "range", "step", "unit", "status_quo!", "note*"),
    )


def _proposal(about: _About) -> tuple[Field, ...]:
    case, tree = about.case, about.tree
    terms = terms_of(case, tree)
    settled = []
    for issue in case.issues:
        option = terms.get(issue.name, "")
        position = issue.position(option) if option else None
        value = option if position is None else issue.options[position]
        many = len(issue.options) > MOST_CHOICES
        choices = tuple((o, issue.option_label(k)) for k, o in enumerate(issue.options))
        settled.append(
            Field(
                name=f"terms.{issue.name}",
                widget=_LINE if many else _CHOICE,
                value=value,
                label=issue.label,
                choices=() if many else (("", "edit.proposal.as_today"), *choices),
            )
        )
    marked = tree if wrapped(case, tree) else {}
    return (
        *_texts(marked, "title"),
        about.short,
        *settled,
        _because(marked),
        *_texts(marked, "note*"),
    )


def wrapped(case: Case, tree: Mapping[str, Any]) -> bool:
    """Tell whether a proposal has its options under ``terms``, beside a title and its sources."""
    return "terms" in tree and all(issue.name != "terms" for issue in case.issues)


def terms_of(case: Case, tree: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the options that a proposal's entry names, by issue."""
    inner = tree["terms"] if wrapped(case, tree) else tree
    return inner if isinstance(inner, dict) else {}


def _statement(about: _About) -> tuple[Field, ...]:
    case, tree = about.case, about.tree
    views = dict.fromkeys((BELIEVED, SAID, *case.views, *(party.name for party in case.parties)))
    sure = tuple((key, f"case.confidence.{key}") for key in reversed(CONFIDENCE))
    confidence = str(tree.get("confidence", "certain"))
    return (
        Field(name="says", widget=_CODE, value=said(about.found, about.place), required=True),
        _because(tree),
        Field(name="confidence", widget=_CHOICE, value=confidence, choices=sure),
        Field(name="view", value=tree.get("view", ""), choices=tuple((v, v) for v in views)),
        *_texts(tree, "note*"),
    )


def said(found: Spans, place: Place | None) -> str:
    """Return what a statement's entry says, as it is spelled, without what it rests on."""
    if place is None:
        return ""
    parts = (part for part in place.parts if part.name not in COMMON_KEYS)
    return "\n".join(f"{part.name}:{raw_of(found, part).text}" for part in parts)


_FIELDS: Mapping[str, Callable[[_About], tuple[Field, ...]]] = {
    "case": _of_case,
    "party": _party,
    "source": _source,
    "issue": _issue,
    "proposal": _proposal,
    "constraint": _constraint,
    "statement": _statement,
    "block": _block,
}


def guides() -> tuple[tuple[str, str, str], ...]:
    """Return each kind of statement: its name, what it says, and an example."""
    return tuple(
        (key, str(kind.SCHEMA.get("description", "")), kind.EXAMPLE) for key, kind in KINDS.items()
    )


def names(case: Case) -> tuple[tuple[str, str], ...]:
    """Return each issue as statements name it, with its options, or its numbers from end to end."""
    return tuple(
        (issue.name, ", ".join(issue.options) if issue.levels is None else _ends(issue.options))
        for issue in case.issues
    )


def _ends(options: Sequence[str]) -> str:
    return f"{options[0]}..{options[-1]}"


def block_guide(name: str) -> str:
    """Return what a further block of the file is for."""
    return str(BLOCKS[name].schema.get("description", "")) if name in BLOCKS else ""
