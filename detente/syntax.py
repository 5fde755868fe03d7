"""What a YAML parser complains about, in words for people who do not know YAML."""

from __future__ import annotations

import re
from collections.abc import Callable

import yaml

from detente.errors import ExpressionError, quote

DEEPEST = 64
"""Lists and mappings inside each other. Some parsers give up by themselves at a depth of theirs."""

Explained = tuple[int, str, str, str]
"""Line, problem, hint, and the line of text with a caret."""

_NO_BLANK = re.compile(r"\s*(?:- +)*([\w-]+):(\S.*)")
_QUOTES = "put the whole text in quotes"
_CLOSED = {
    "}": "a closing } stands here without an opening {",
    "]": "a closing ] stands here without an opening [",
    ",": "a comma stands where a text is expected",
}


def syntax_fault(error: yaml.YAMLError, lines: list[str]) -> Explained:
    """Return where the parser stopped, what is wrong and what would be right.

    lines : the file, to look at the places that the parser names
    """
    mark = getattr(error, "problem_mark", None)
    row, column = (mark.line, mark.column) if mark is not None else (0, 0)
    opened = getattr(error, "context_mark", None)
    start = (opened.line, opened.column) if opened is not None else (row, column)
    words = f"{getattr(error, 'context', '') or ''}: {getattr(error, 'problem', '') or ''}"
    (row, column), problem, hint = _explained(words, (row, column), start, lines)
    text = lines[row] if row < len(lines) else ""
    detail = ExpressionError(problem, text=text, column=min(column, len(text))).pointer()
    return row + 1, problem, hint, detail if text.strip() else ""


_Place = tuple[int, int]
_Words = tuple[_Place, str, str]


def _explained(words: str, at: _Place, start: _Place, lines: list[str]) -> _Words:
    found = _character(lines, at)
    stopped = ("node content", "expected key", "block end")
    if found in _CLOSED and "flow m" not in words and any(part in words for part in stopped):
        return at, _CLOSED[found], f"remove it, or {_QUOTES}"
    for part, explain in _EXPLANATIONS:
        if part in words:
            return explain(at, start, lines)
    hint = "look at this line and the one above: indentation, colons, quotes and brackets"
    return at, "the file cannot be read on from here", hint


def _character(lines: list[str], at: _Place) -> str:
    row, column = at
    return lines[row][column : column + 1] if row < len(lines) else ""


def _odd_beginning(at: _Place, _: _Place, lines: list[str]) -> _Words:
    found = _character(lines, at)
    if found == "\t":
        return at, "a tab stands where blanks are expected", "indent with blanks"
    return at, f"a text cannot begin with {quote(found)}", _QUOTES


def _second_colon(at: _Place, _: _Place, lines: list[str]) -> _Words:
    row, column = at
    before = lines[row][:column]
    first = re.search(r"[^\s:]:(?=\s)", before)
    if first is not None:
        hint = f"{_QUOTES}, or begin a new line before the second key"
        return at, "a second colon stands in this line", hint
    above = row - 1
    while above > 0 and not lines[above].strip():
        above -= 1
    if above >= 0:
        missing = _NO_BLANK.match(lines[above])
        if missing is not None:
            return _blank_missing(above, missing)
    hint = "let it line up with the entry above, or put a dash before it"
    return at, "this line is indented like a part of the text above it", hint


def _no_colon(_: _Place, start: _Place, lines: list[str]) -> _Words:
    missing = _NO_BLANK.match(lines[start[0]]) if start[0] < len(lines) else None
    if missing is not None:
        return _blank_missing(start[0], missing)
    hint = "write key: text, or indent the line if it goes on with the text above"
    return start, "a key without a colon stands here", hint


def _blank_missing(row: int, match: re.Match[str]) -> _Words:
    key, rest = match.groups()
    hint = f"write {quote(f'{key}: {rest}')}"
    return (row, match.start(2)), "a blank is missing after the colon", hint


def _open_bracket(_: _Place, start: _Place, lines: list[str]) -> _Words:
    mark = _character(lines, start)
    closing = {"[": "]", "{": "}"}.get(mark, "its counterpart")
    hint = f"close it with {closing}, or put the text in quotes if it only begins so"
    return start, f"the {mark} opened here is not closed where it should be", hint


def _open_quote(_: _Place, start: _Place, lines: list[str]) -> _Words:
    hint = "close it with the same quote"
    if _character(lines, start) == "'":
        hint += "; inside it write '' for one '"
    return start, "a quote is opened here and not closed", hint


def _backslash(at: _Place, _: _Place, lines: list[str]) -> _Words:
    del lines
    hint = "use single quotes, in which a backslash is a backslash"
    return at, "a backslash in double quotes begins nothing known", hint


def _no_dash(at: _Place, _: _Place, lines: list[str]) -> _Words:
    del lines
    hint = "begin it with a dash, or let it line up with the text of the entry above"
    return at, "this line stands in a list but has no dash", hint


def _percent(at: _Place, _: _Place, lines: list[str]) -> _Words:
    del lines
    return (at[0], 0), "a line cannot begin with %", _QUOTES


def _too_deep(at: _Place, _: _Place, lines: list[str]) -> _Words:
    del lines
    return at, f"lists and mappings are nested deeper than {DEEPEST}", ""


def _question(at: _Place, _: _Place, lines: list[str]) -> _Words:
    del lines
    return at, "a text cannot begin with a question mark and a blank", _QUOTES


def _greater_first(at: _Place, start: _Place, lines: list[str]) -> _Words:
    before = lines[start[0]][: start[1]].rstrip()
    if before.endswith(("}", "]", "'", '"')):
        return start, f"text goes on after a closing {before[-1]}", _QUOTES
    mark = _character(lines, start)
    return at, f"a text that begins with {quote(mark)} starts on the next line", _QUOTES


def _not_aligned(at: _Place, _: _Place, lines: list[str]) -> _Words:
    row, column = at
    before = lines[row][:column] if row < len(lines) else ""
    if before.strip():
        hint = f"{_QUOTES}, with quotes of the other kind around it"
        if before.rstrip().endswith(("}", "]")):
            hint = _QUOTES
        return at, "text goes on after a closing quote, brace or bracket", hint
    if _character(lines, at) == ":":
        return at, "there is no name before the colon", "write key: text"
    hint = "indent it like its neighbours"
    return at, "this line does not line up with the lines above it", hint


_EXPLANATIONS: tuple[tuple[str, Callable[[_Place, _Place, list[str]], _Words]], ...] = (
    ("maximum nesting depth", _too_deep),
    ("cannot start any token", _odd_beginning),
    ("mapping values are not allowed", _second_colon),
    ("could not find expected ':'", _no_colon),
    ("escape", _backslash),
    ("quoted scalar", _open_quote),
    ("flow sequence", _open_bracket),
    ("flow mapping", _open_bracket),
    ("block scalar", _greater_first),
    ("block collection", _no_dash),
    ("block mapping", _not_aligned),
    ("directive", _percent),
    ("document start", _percent),
    ("mapping keys are not allowed", _question),
)
"""What the parser's words hold, in the order in which they are looked for."""
