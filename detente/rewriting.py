"""One entry of a case file set, put in, taken out or moved; all other text stays as it is.

What is written stands in lines of its own, quoted as :mod:`detente.formats.native.writing` quotes.
Within braces or brackets it stands there. Comment lines directly above an entry belong to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from detente.composer import compose
from detente.document import AnyNode, Faults, Fields, Items, Text
from detente.errors import UnknownNameError
from detente.formats.native.writing import dumped, inline
from detente.spans import Place, Spans, Tree, spans

STEP = 2
"""Columns by which what stands within an entry is set in."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A value as somebody spelled it: what stands after ``NAME:``, set in as under column 0."""

    text: str

    @property
    def tree(self) -> Tree:
        """What it means; raise CaseError where it cannot be read."""
        faults = Faults()
        composed = compose(f"x:{self.text}\n", faults)
        faults.raise_any()
        root = composed.root
        return plain(root.fields["x"]) if isinstance(root, Fields) else ""


Value = Tree | Raw
"""What is to be written: plain texts, lists and dictionaries, or text as somebody spelled it."""


def plain(node: AnyNode) -> Tree:
    """Return a node as plain texts, lists and dictionaries."""
    if isinstance(node, Text):
        return node.text.strip()
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {name: plain(part) for name, part in node.fields.items()}


def tree_of(value: Value) -> Tree:
    """Return what a value means."""
    return value.tree if isinstance(value, Raw) else value


def raw_of(found: Spans, place: Place) -> Raw:
    """Return an entry's value as it is spelled, set in as under column 0."""
    if place.key is None:
        return Raw(f" {found.text[place.start : place.end]}")
    colon = found.text.index(":", place.key[1]) + 1
    column = _column(found.text, place.first)
    lines = found.text[colon : max(colon, place.end)].replace("\r\n", "\n").split("\n")
    inner = [line[min(column, len(line) - len(line.lstrip(" "))) :] for line in lines[1:]]
    return Raw("\n".join([lines[0], *inner]))


def entry_lines(found: Spans, place: Place) -> str:
    """Return an entry as it is spelled, set in as under column 0, without name or dash."""
    if place.kind == "text" or place.flow:
        return found.text[place.start : place.end]
    column = _column(found.text, place.start)
    lines = found.text[place.start : place.end].replace("\r\n", "\n").split("\n")
    inner = [line[min(column, len(line) - len(line.lstrip(" "))) :] for line in lines[1:]]
    return "\n".join([lines[0], *inner])


def put_field(
    text: str, at: str, name: str, value: Value | None, *, order: Sequence[str], short: str = ""
) -> str:
    """Set one field of an entry, or take it out where there is no value.

    order : names of all fields; a new one comes after those that stand before it here
    short : the field that an entry stands for which is text only
    """
    found = spans(text)
    entry = found.at(at)
    if entry.kind != "fields":
        return _widened(text, entry, name, value, order=order, short=short)
    old = entry.part(name)
    if value is None:
        return text if old is None else remove(text, old.path)
    if entry.flow and not entry.inside and isinstance(value, Raw):
        return put_field(_opened(found, entry), at, name, value, order=order)
    if old is not None:
        return set_value(text, old.path, value)
    before = set(order[: order.index(name)]) if name in order else set(order)
    place = max((k for k, part in enumerate(entry.parts) if part.name in before), default=-1) + 1
    return insert(text, at, place, name, value)


def _widened(
    text: str, entry: Place, name: str, value: Value | None, *, order: Sequence[str], short: str
) -> str:
    """Set a field of an entry that is text only, which stands for one of its fields."""
    if name == short:
        return text if value is None else set_value(text, entry.path, value)
    if value is None:
        return text
    kept: dict[str, Value] = {short: entry.text.strip()} if entry.text.strip() else {}
    kept[name] = value
    return set_value(text, entry.path, {key: kept[key] for key in order if key in kept})


def set_value(text: str, at: str, value: Value) -> str:
    """Write another value in the place of one that is there."""
    found = spans(text)
    place = found.at(at)
    if place.inside:
        return _spliced(text, place.start, place.end, inline(_nested(value)), place)
    if isinstance(value, str) and place.kind == "text" and not place.block:
        spelled = _lines("x", value)
        if len(spelled) == 1 and "\n" not in text[place.start : place.end]:
            return _spliced(text, place.start, place.end, spelled[0].removeprefix("x: "), place)
    lines = _lines(place.name if place.key is not None else None, value)
    name = [] if place.key is None else [text[place.key[0] : place.key[1]]]
    if name and lines[0].startswith(f"{place.name}:"):
        lines[0] = name[0] + lines[0].removeprefix(place.name)
    column = _column(text, place.first)
    return text[: place.first] + _set_in(text, lines, column) + text[place.last :]


def insert(text: str, at: str, number: int, name: str | None, value: Value) -> str:
    """Put an entry into what stands at a path, as its part of this number; 0 is the first."""
    found = spans(text)
    outer = found.at(at)
    if not outer.parts and not outer.inside:
        whole = {name: value} if name is not None else [value]
        return _filled(text, outer, _nested(whole))
    if outer.inside or outer.flow:
        spelled = inline(_nested(value))
        if name is not None:
            spelled = inline({name: _nested(value)})[1:-1]
        if not outer.parts:
            return text[: outer.end - 1] + spelled + text[outer.end - 1 :]
        if number == 0:
            first = outer.parts[0].first
            return f"{text[:first]}{spelled}, {text[first:]}"
        last = outer.parts[number - 1].last
        return f"{text[:last]}, {spelled}{text[last:]}"
    lines = _lines(name, value)
    if number == 0:
        next_one = outer.parts[0]
        column = _column(text, next_one.first)
        led = _led(text, next_one)
        start = next_one.first if led else _region(found, outer, 0)[0] + column
        shown = _set_in(text, lines, column)
        return text[:start] + shown + _newline(text) + " " * column + text[start:]
    before = outer.parts[number - 1]
    column = _column(text, before.first)
    end = _line_end(text, before.last)
    shown = _set_in(text, lines, column)
    return text[:end] + _newline(text) + " " * column + shown + text[end:]


def remove(text: str, at: str) -> str:
    """Take an entry out; what holds nothing without it goes, too."""
    found = spans(text)
    place = found.at(at)
    outer = _around(found, place)
    number = outer.parts.index(place)
    if len(outer.parts) == 1:
        if outer.steps:
            return remove(text, outer.path)
        return text[: place.first] + text[place.last :]
    if place.inside or _led(text, place):
        if number == 0:
            return text[: place.first] + text[outer.parts[1].first :]
        return text[: outer.parts[number - 1].last] + text[place.last :]
    start, end = _region(found, outer, number)
    if start:
        start -= 2 if text[start - 2 : start] == "\r\n" else 1
        return text[:start] + text[end:]
    return text[end:].removeprefix("\r").removeprefix("\n")


def move(text: str, at: str, to: int) -> str:
    """Put an entry in another place among those beside it; ``to`` is its number then."""
    found = spans(text)
    place = found.at(at)
    outer = _around(found, place)
    number = outer.parts.index(place)
    regions = [
        (part.first, part.last)
        if place.inside or _led(text, outer.parts[0])
        else _region(found, outer, k)
        for k, part in enumerate(outer.parts)
    ]
    order = list(range(len(regions)))
    order.insert(min(max(to, 0), len(order) - 1), order.pop(number))
    pieces = [text[: regions[0][0]]]
    for k, source in enumerate(order):
        pieces.append(text[slice(*regions[source])])
        following = regions[k + 1][0] if k + 1 < len(regions) else len(text)
        pieces.append(text[regions[k][1] : following])
    return "".join(pieces)


def _around(found: Spans, place: Place) -> Place:
    """Return what an entry is part of; raise UnknownNameError for the case as a whole."""
    if not place.steps:
        raise UnknownNameError("the case as a whole is no entry that could be taken out or moved")
    return found.around(place)


def _filled(text: str, outer: Place, value: Tree) -> str:
    """Write the first part of something that is there and empty."""
    lines = _lines(outer.name, value)
    if outer.key is None:
        return text[: outer.start] + _newline(text).join(_lines(None, value)) + text[outer.end :]
    column = _column(text, outer.first)
    return text[: outer.first] + _set_in(text, lines, column) + text[outer.last :]


def _nested(value: Tree) -> Tree:
    """Return a value with every raw one in it as what it means."""
    if isinstance(value, Raw):
        return value.tree
    if isinstance(value, Mapping):
        return {name: _nested(part) for name, part in value.items()}
    return [_nested(part) for part in value] if isinstance(value, list) else value


def _opened(found: Spans, entry: Place) -> str:
    """Write an entry that stands in braces in lines of its own, its fields spelled as they are."""
    text = found.text
    lines = [
        f"{text[slice(*part.key)]}: {text[part.start : part.end]}".rstrip()
        for part in entry.parts
        if part.key is not None
    ]
    if entry.key is None:
        column = _column(text, entry.start)
        return text[: entry.start] + _set_in(text, lines, column) + text[entry.end :]
    column = _column(text, entry.first) + STEP
    colon = text.index(":", entry.key[1]) + 1
    opening = text[:colon] + _newline(text) + " " * column
    return opening + _set_in(text, lines, column) + text[entry.end :]


def _spliced(text: str, start: int, end: int, spelled: str, place: Place) -> str:
    """Put a spelled value where one stands, with a blank before it where none stood."""
    blank = place.key is not None and not text[place.key[1] : start].endswith(" ")
    if blank and place.start == place.end:
        start = end = max(start, text.index(":", place.key[1] if place.key else 0) + 1)
    return text[:start] + (" " if blank else "") + spelled + text[end:]


def _lines(name: str | None, value: Value) -> list[str]:
    """Return an entry as lines, set in as under column 0; without a name an item with its dash."""
    if isinstance(value, Raw):
        if name is not None:
            return f"{_spelled_name(name)}:{value.text}".split("\n")
        first, *rest = value.text.removeprefix("\n").split("\n")
        return [f"- {first.lstrip()}", *rest]
    if not _has_raw(value):
        return _dumped_lines(name, value)
    if isinstance(value, Mapping):
        inner = [line for key, part in value.items() for line in _lines(key, part)]
    else:
        inner = [line for part in value for line in _lines(None, part)]
    if name is None:
        return [f"- {inner[0]}", *(f"  {line}" if line.strip() else "" for line in inner[1:])]
    return [f"{_spelled_name(name)}:", *(f"  {line}" if line.strip() else "" for line in inner)]


def _has_raw(value: Value) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_raw, value.values()))
    return isinstance(value, Raw) or (isinstance(value, list) and any(map(_has_raw, value)))


def _dumped_lines(name: str | None, value: Tree) -> list[str]:
    if name is None and not isinstance(value, Mapping):
        return [f"- {inline(value)}"]
    spelled = dumped([value]) if name is None else dumped({name: value})
    lines = spelled.rstrip("\n").split("\n")
    return [line.removeprefix("  ") for line in lines] if lines[0].startswith("  -") else lines


def _spelled_name(name: str) -> str:
    return dumped({name: "x"}).removesuffix(": x\n")


def _set_in(text: str, lines: Sequence[str], column: int) -> str:
    """Return lines as they stand from a column on; the first begins where the caret is."""
    first, *rest = lines
    return _newline(text).join([first, *(" " * column + line if line else "" for line in rest)])


def _region(found: Spans, outer: Place, number: int) -> tuple[int, int]:
    """Return whole lines: an entry with the comments directly above it, to the end of its line."""
    text, place = found.text, outer.parts[number]
    start = _line_start(text, place.first)
    if number:
        bound = _line_end(text, outer.parts[number - 1].last)
    else:
        bound = _line_end(text, outer.key[1]) if outer.key is not None else 0
    column = place.first - start
    for line_start, line in _lines_above(text, start):
        blank = len(line) - len(line.lstrip(" "))
        if line_start < bound or not line.lstrip(" ").startswith("#") or blank != column:
            break
        start = line_start
    return start, _line_end(text, place.last)


def _lines_above(text: str, start: int) -> Iterator[tuple[int, str]]:
    while start > 0:
        above = _line_start(text, start - 1)
        yield above, text[above : start - 1]
        start = above


def _led(text: str, place: Place) -> bool:
    """Tell whether something else stands before an entry in its line, such as a dash."""
    return bool(text[_line_start(text, place.first) : place.first].strip())


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if text[end - 1 : end] == "\r" and end > at else end


def _column(text: str, at: int) -> int:
    return at - _line_start(text, at)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
