"""Orders in words: ``alliance + forces then rest`` are two bundles, one after the other.

What stands between two ``then`` belongs together; ``rest`` is all that is named nowhere else. A
name that is a word of this little language is written in quotes: ``"rest" then pay``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from detente.errors import ExpressionError, did_you_mean, quote

LONGEST_ORDER = 4000
THEN, WITH, REST = "then", "+", "rest"

_TOKEN = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|[^\W\d][\w\-]*|\S", re.UNICODE)
_NAME = re.compile(r"[^\W\d][\w\-]*")
_SHAPE = "an order looks like: alliance + forces then rest"
_TOGETHER = "write + between what goes together, and then between what follows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundles:
    """Names in bundles, the bundles in their order.

    bundles : the names in each bundle, without those that ``rest`` stands for
    rest : position of the bundle in which ``rest`` stands, None where it stands nowhere
    """

    text: str
    bundles: tuple[tuple[str, ...], ...]
    rest: int | None = None

    @classmethod
    def of(cls, bundles: Sequence[Sequence[str]], *, rest: int | None = None) -> Bundles:
        """Return the order of some bundles, with its text.

        Examples
        --------
        >>> Bundles.of([["alliance", "forces"], []], rest=1).text
        'alliance + forces then rest'
        """
        spelled = [[_spelled(name) for name in bundle] for bundle in bundles]
        if rest is not None:
            spelled[rest].append(REST)
        text = f" {THEN} ".join(f" {WITH} ".join(bundle) for bundle in spelled)
        return cls(text=text, bundles=tuple(map(tuple, bundles)), rest=rest)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, from left to right."""
        return tuple(name for bundle in self.bundles for name in bundle)

    @property
    def written(self) -> str:
        """The order on one line, with its blanks evened out."""
        return Bundles.of(self.bundles, rest=self.rest).text

    def over(self, names: Sequence[str]) -> tuple[tuple[int, ...], ...]:
        """Return the bundles as positions among ``names``, ascending in each bundle.

        Names that are not among them are left out, and so are bundles in which nothing remains.
        Those that are named nowhere go where ``rest`` stands; without it, into a last bundle.

        Examples
        --------
        >>> parse_sequence("c then rest").over(["a", "b", "c"])
        ((2,), (0, 1))
        >>> parse_sequence("c + x then a").over(["a", "b", "c"])
        ((2,), (0,), (1,))
        """
        place = {name: k for k, name in enumerate(names)}
        found = [[place[name] for name in bundle if name in place] for bundle in self.bundles]
        named = set(self.names)
        others = [k for k, name in enumerate(names) if name not in named]
        if self.rest is None:
            found.append(others)
        else:
            found[self.rest] += others
        return tuple(tuple(sorted(bundle)) for bundle in found if bundle)

    def check(self, names: Sequence[str]) -> Iterator[ExpressionError]:
        """Report names that are no issues, names that stand twice, and empty bundles.

        names : the issues there are
        """
        columns = _columns(self.text)
        seen: dict[str, int] = {}
        for name in self.names:
            found = columns.get(name, [0])
            column = found[min(seen.get(name, 0), len(found) - 1)]
            if name not in names:
                problem, hint = f"no such issue: {quote(name)}", did_you_mean(name, list(names))
                yield ExpressionError(problem, text=self.text, column=column, hint=hint)
            elif seen.get(name) == 1:
                problem = f"{name} stands in the order twice"
                hint = "keep one of the two"
                yield ExpressionError(problem, text=self.text, column=column, hint=hint)
            seen[name] = seen.get(name, 0) + 1
        for k, bundle in enumerate(self.bundles):
            if not bundle and k != self.rest:
                problem = f"bundle {k + 1} of the order is empty"
                yield ExpressionError(problem, text=self.text, column=0, hint=_SHAPE)

    def left_out(self, names: Sequence[str]) -> ExpressionError | None:
        """Return the fault of an order that leaves out some of the names; None when all have place.

        Examples
        --------
        >>> parse_sequence("a then c").left_out(["a", "b", "c"]).summary()
        'the order leaves out b; add it, or end with: then rest'
        """
        left = [name for name in names if name not in self.names]
        if self.rest is not None or not left:
            return None
        hint = f"add {'it' if len(left) == 1 else 'them'}, or end with: {THEN} {REST}"
        problem = f"the order leaves out {', '.join(left)}"
        return ExpressionError(problem, text=self.text, column=len(self.text.rstrip()), hint=hint)


def parse_sequence(text: str) -> Bundles:
    """Read an order; raise ExpressionError with a caret where it cannot be read.

    Examples
    --------
    >>> parse_sequence("alliance + forces then rest").bundles
    (('alliance', 'forces'), ())
    >>> parse_sequence("alliance then rest").rest
    1
    """
    if len(text) > LONGEST_ORDER:
        problem = f"the order is longer than {LONGEST_ORDER:,} characters"
        raise ExpressionError(problem, text=text, column=LONGEST_ORDER)
    bundles: list[list[str]] = [[]]
    rest: int | None = None
    name_is_due = True
    for token in _TOKEN.finditer(text):
        word, column = token.group(), token.start()
        if (word in {THEN, WITH}) == name_is_due or not _readable(word):
            raise _misplaced(word, text, column, name_is_due=name_is_due)
        name_is_due = not name_is_due
        if word == THEN:
            bundles.append([])
        elif word == REST:
            if rest is not None:
                problem = f"{quote(REST)} stands in the order twice"
                hint = "keep one of the two"
                raise ExpressionError(problem, text=text, column=column, hint=hint)
            rest = len(bundles) - 1
        elif word != WITH:
            bundles[-1].append(_name(word))
    if name_is_due:
        problem = "the text ends too early" if text.strip() else "the text is empty"
        raise ExpressionError(problem, text=text, column=len(text.rstrip()), hint=_SHAPE)
    return Bundles(text=text, bundles=tuple(map(tuple, bundles)), rest=rest)


def _readable(word: str) -> bool:
    return word == WITH or bool(_NAME.fullmatch(_name(word)))


def _name(word: str) -> str:
    return word[1:-1].strip() if word[0] in "\"'" and len(word) > 1 else word


def _spelled(name: str) -> str:
    return f'"{name}"' if name in {THEN, REST} else name


def _columns(text: str) -> dict[str, list[int]]:
    """Return where in the text each name stands."""
    found: dict[str, list[int]] = {}
    for token in _TOKEN.finditer(text):
        if token.group() not in {THEN, WITH, REST}:
            found.setdefault(_name(token.group()), []).append(token.start())
    return found


def _misplaced(word: str, text: str, column: int, *, name_is_due: bool) -> ExpressionError:
    if word[0] in "\"'" and len(word) == 1:
        problem, hint = "a quote is opened here and not closed", "close it with the same quote"
    elif name_is_due and word in {THEN, WITH}:
        problem, hint = f"a name is missing before {quote(word)}", _SHAPE
    else:
        problem, hint = f"{quote(word)} is not expected here", _TOGETHER
    return ExpressionError(problem, text=text, column=column, hint=hint)
