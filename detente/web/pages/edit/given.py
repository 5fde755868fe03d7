"""What somebody typed into a form becomes edits of the text of the case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from detente.amending import Add, Edit, Rename, Replace, SetFields, as_typed, typed
from detente.case import Case
from detente.errors import CaseError, Fault
from detente.formats.naming import Names
from detente.rewriting import Raw, Value, entry_lines, raw_of
from detente.spans import Place, Spans
from detente.statements.statement import COMMON_KEYS
from detente.web.pages.edit.forms import SHORT, kind_at, said, terms_of, wrapped

_MARKS = ("title", "because", "note")
_PLAIN = {
    "case": ("title", "as_of", "note"),
    "party": ("signatory", "note"),
    "source": ("title", "date", "url", "note"),
    "issue": ("title", "options", "unit", "range", "step", "status_quo", "note"),
    "constraint": ("require", "title", "because", "note"),
    "proposal": ("title", "because", "note"),
}
"""Fields that an entry of each kind has as they are in the form, in the order of the file."""
Given = Mapping[str, str]


class FieldError(CaseError):
    """What stands in one field of a form cannot be read, or nothing does."""

    def __init__(self, field: str, faults: Iterable[Fault]) -> None:
        super().__init__(replace(fault, path=f"?.{field}", line=0) for fault in faults)


class EmptyFieldError(FieldError):
    """A field that is needed is empty."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(field, [Fault(path="", problem=problem)])


@contextmanager
def _typed_into(field: str) -> Iterator[None]:
    """Tell faults of what was typed at its field."""
    try:
        yield
    except CaseError as error:
        raise FieldError(field, error.faults) from None


def edits_of(case: Case, found: Spans, at: str, given: Given, *, seen: str) -> tuple[Edit, ...]:
    """Return the edits that make an entry what a form says; fields left alone stay as spelled."""
    kind = kind_at(at)
    place = found.root if kind == "case" else found.at(at)
    at = place.path
    renames = tuple(_renames(kind, place, given, seen))
    if renames and "." in at:
        at = f"{at.rpartition('.')[0]}.{_text(given, 'short')}"
    if kind == "block":
        body = _text(given, "text")
        if body == entry_lines(found, place).strip():
            return ()
        with _typed_into("text"):
            return (Replace(at=at, value=as_typed(body), seen=seen),)
    if kind == "proposal":
        return (*renames, *_proposal(case, place, at, given, seen))
    wanted = _wanted(kind, found, place, given)
    tree = place.tree if isinstance(place.tree, dict) else {SHORT.get(kind, ""): place.tree}
    fields = {
        name: value for name, value in wanted.items() if not _stays(found, place, tree, name, value)
    }
    return (*renames, SetFields(at=at, fields=fields, seen=seen)) if fields else renames


def addition_of(case: Case, part: str, given: Given) -> Add:
    """Return the edit that adds what a form says."""
    kind = kind_at(part)
    if kind == "block":
        body = _text(given, "text")
        if not body:
            raise EmptyFieldError("text", "nothing is written here")
        with _typed_into("text"):
            value: Value = as_typed(body)
        exists = bool(case.blocks.get(part))
        return Add(part=part, value=value) if exists else Add(part="", name=part, value=value)
    wanted = {n: v for n, v in _wanted(kind, None, None, given).items() if v is not None}
    if kind in {"statement", "constraint"}:
        return Add(part=part, value=wanted)
    if kind == "proposal":
        terms: Any = {name: option for name, option in _terms(given).items() if option}
        marks = {name: value for name, value in wanted.items() if name in _MARKS}
        wanted = {**marks, "terms": terms} if marks else terms
    name = _text(given, "short") or _fresh_name(kind, case, _text(given, "title"))
    if kind in {"party", "source"}:
        key = "name" if kind == "party" else "title"
        return Add(
            part=part, name=name, value=wanted[key] if list(wanted) == [key] else wanted or name
        )
    return Add(part=part, name=name, value=wanted)


def _fresh_name(kind: str, case: Case, title: str) -> str:
    things: Any = {"party": case.parties, "source": case.sources, "issue": case.issues}
    taken = {thing.name for thing in things.get(kind, case.proposals)}
    if not title:
        raise EmptyFieldError("title", "give it a title, or a short name")
    return Names(kind=kind, given=taken).give(title.casefold())


def _wanted(
    kind: str, found: Spans | None, place: Place | None, given: Given
) -> dict[str, Value | None]:
    """Return the fields that an entry is to have; None for those that it is not to have."""
    words = {name: _text(given, name) or None for name in given}
    if kind == "statement":
        return _statement(found, place, words)
    wanted: dict[str, Value | None] = {name: words.get(name) for name in _PLAIN[kind]}
    if kind == "party":
        tree = {} if place is None else place.tree
        title = "title" if isinstance(tree, dict) and "title" in tree else "name"
        wanted = {title: words.get("title"), **wanted}
        wanted["signatory"] = "no" if words.get("signatory") == "no" else None
    elif kind == "issue":
        lines = _lines_of(given, "options")
        wanted["options"] = lines or None
    elif kind == "constraint" and not words.get("require"):
        raise EmptyFieldError("require", "nothing is written here")
    if "because" in wanted:
        wanted["because"] = _citations(words.get("because"))
    return wanted


def _lines_of(given: Given, name: str) -> list[str]:
    return [line.strip() for line in _text(given, name).split("\n") if line.strip()]


def _statement(
    found: Spans | None, place: Place | None, words: Mapping[str, str | None]
) -> dict[str, Value | None]:
    body = words.get("says") or ""
    if not body:
        raise EmptyFieldError("says", "nothing is said yet")
    fields: dict[str, Value | None] = {}
    if place is not None and found is not None:
        old = [part.name for part in place.parts if part.name not in COMMON_KEYS]
        fields = {} if body == said(found, place).strip() else dict.fromkeys(old)
    if place is None or fields:
        with _typed_into("says"):
            fields |= typed(body)
    confidence = words.get("confidence")
    return {
        **fields,
        "because": _citations(words.get("because")),
        "confidence": None if confidence == "certain" else confidence,
        "note": words.get("note"),
        "view": words.get("view"),
    }


def _citations(text: str | None) -> Value | None:
    """Return ``source#place`` once or several times, as somebody typed them with commas between."""
    found = [one.strip() for one in re.split(r",\s*(?=[^,]*#)|\n", text or "") if one.strip()]
    return None if not found else found[0] if len(found) == 1 else found


def _stays(
    found: Spans, place: Place, tree: Mapping[str, Any], name: str, value: Value | None
) -> bool:
    """Tell whether a field is what it is to be, so that its spelling stays."""
    old = tree.get(name)
    if isinstance(value, Raw):
        part = place.part(name)
        return part is not None and raw_of(found, part) == value
    if name in {"confidence", "signatory"} and value is None:
        return old in {None, "certain", "yes", "true"}
    if name == "signatory":
        return str(old).casefold() in {"no", "false"}
    same = old == value or (isinstance(old, list) and old == [value])
    return same or (isinstance(old, str) and isinstance(value, str) and _flat(old) == _flat(value))


def _flat(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def _renames(kind: str, place: Place, given: Given, seen: str) -> Iterator[Edit]:
    """Go through what gets another name: options that were typed over, then the entry."""
    if kind == "issue":
        held = place.part("options")
        before = held.tree if held is not None else []
        after = _lines_of(given, "options")
        if isinstance(before, list) and len(before) == len(after):
            for k, (old, new) in enumerate(zip(before, after, strict=True)):
                if new not in before and old not in after:
                    yield Rename(at=f"{place.path}.options[{k}]", to=new)
    short = _text(given, "short")
    if kind in {"party", "source", "issue", "proposal"} and short != place.name:
        if not short:
            raise EmptyFieldError("short", "a name is needed, by which the file speaks of it")
        yield Rename(at=place.path, to=short, seen=seen)


def _proposal(case: Case, place: Place, at: str, given: Given, seen: str) -> Iterator[Edit]:
    tree = place.tree if isinstance(place.tree, dict) else {}
    old, chosen = terms_of(case, tree), _terms(given)
    changed: dict[str, Value | None] = {}
    for issue in case.issues:
        option, before = chosen.get(issue.name, ""), old.get(issue.name, "")
        same = option == before or (
            bool(option and before) and issue.position(option) == issue.position(before)
        )
        if not same:
            changed[issue.name] = option or None
    terms: Any = {n: v for n, v in {**old, **changed}.items() if v is not None}
    marks = {n: v for n, v in _wanted("proposal", None, place, given).items() if n in _MARKS}
    if not wrapped(case, tree):
        kept = {name: value for name, value in marks.items() if value is not None}
        if kept:
            fields = {**dict.fromkeys(old), **kept, "terms": terms}
            yield SetFields(at=at, fields=fields, seen=seen)
        elif changed:
            whole = not terms or not old
            yield (
                Replace(at=at, value=terms, seen=seen)
                if whole
                else SetFields(at=at, fields=changed, seen=seen)
            )
        return
    fields = {n: v for n, v in marks.items() if n in tree or v is not None}
    if (
        "because" in tree
        and isinstance(tree["because"], list)
        and tree["because"] == [fields.get("because")]
    ):
        fields.pop("because")
    fields = {n: v for n, v in fields.items() if tree.get(n) != v}
    if changed and (not terms or not old):
        fields["terms"] = terms
        changed = {}
    if fields:
        yield SetFields(at=at, fields=fields, seen=seen)
        seen = ""
    if changed:
        yield SetFields(at=f"{at}.terms", fields=changed)


def _terms(given: Given) -> dict[str, str]:
    return {
        name.removeprefix("terms."): value.strip()
        for name, value in given.items()
        if name.startswith("terms.")
    }


def _text(given: Given, name: str) -> str:
    return given.get(name, "").replace("\r\n", "\n").strip()
