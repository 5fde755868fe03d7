"""How transitions, rankings and pairs are written: ``a -> b``, ``a > b ~ c >> d``, ``a ? b``.

Names are those of options or states. One with blanks or signs in it stands in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import TypeVar

from detente.document import AnyNode, Faults, Items
from detente.errors import ExpressionError, quote
from detente.expression import PLAIN_WORD, as_word
from detente.grammar import LONGEST_TEXT

Pairs = tuple[tuple[str, str], ...]
Tiers = tuple[tuple[str, ...], ...]
"""Names of states in tiers, the best tier first."""

LONGEST_CHAIN = 1000
"""A ranking is written in rows of about so many characters."""

ANY = "any"
"""On one side of a transition: whatever option or state there is."""

MOST_MOVES = 10_000
"""So many transitions, or pairs, at most in one place."""

MOST_APART = 100
"""So many states at most between ``?`` on one line; every two of them are a pair."""

_TOKEN = re.compile(rf"\"[^\"\n]+\"|'[^'\n]+'|<->|->|>>|>=|{PLAIN_WORD.pattern}|\S")
_SIGNS = frozenset({"<->", "->", ">>", ">", "~", "?"})
_ARROWS = "write a -> b, a <-> b, any -> b or a -> any"
_RANKED = "write the best first, joined by >, >> or ~: s3 > s1 ~ s2"
_UNKNOWN = "write two or more states with ? between them: s1 ? s2"

Parsed = TypeVar("Parsed")


def parse_transition(text: str) -> Pairs:
    """Read a transition; ``<->`` is two of them.

    Raises ExpressionError, with a caret, for a text that is none.

    Examples
    --------
    >>> parse_transition("ceasefire -> continue")
    (('ceasefire', 'continue'),)
    >>> parse_transition("'no deal yet' <-> any")
    (('no deal yet', 'any'), ('any', 'no deal yet'))
    """
    names, signs = _chain(text, ("->", "<->"), _ARROWS)
    if len(names) != 2:
        problem = "a transition has two sides" if names[1:] else "no arrow stands here"
        raise ExpressionError(problem, text=text, column=len(text.rstrip()), hint=_ARROWS)
    old, new = names
    return ((old, new), (new, old)) if signs == ["<->"] else ((old, new),)


def parse_tiers(text: str) -> tuple[Tiers, tuple[bool, ...]]:
    """Read a ranking: its tiers, and for each gap whether it is wide (``>>``).

    Raises ExpressionError, with a caret, for a text that is none.

    Examples
    --------
    >>> parse_tiers("s3 >> s1 ~ s2 > s4")
    ((('s3',), ('s1', 's2'), ('s4',)), (True, False))
    """
    names, signs = _chain(text, (">", ">>", "~"), _RANKED)
    tiers = [[names[0]]]
    much = []
    for sign, name in zip(signs, names[1:], strict=True):
        if sign == "~":
            tiers[-1].append(name)
        else:
            tiers.append([name])
            much.append(sign == ">>")
    return tuple(map(tuple, tiers)), tuple(much)


def parse_unknown(text: str) -> Pairs:
    """Read states that cannot be compared with each other, as pairs.

    Raises ExpressionError, with a caret, for a text that is none.

    Examples
    --------
    >>> parse_unknown("a ? b ? c")
    (('a', 'b'), ('a', 'c'), ('b', 'c'))
    """
    names, _ = _chain(text, ("?",), _UNKNOWN)
    if len(names) < 2:
        raise ExpressionError(
            "one state alone is compared with nothing", text=text, column=0, hint=_UNKNOWN
        )
    if len(names) > MOST_APART:
        problem = f"more than {MOST_APART} states stand here"
        raise ExpressionError(problem, text=text, column=0, hint="write several lines")
    return tuple(combinations(names, 2))


def read_pairs(
    node: AnyNode, faults: Faults, parse: Callable[[str], Pairs], *, empty: str = ""
) -> Pairs:
    """Read one transition or pair, or a list of them.

    empty : what is wrong with an empty list; nothing when that is left out
    """
    found: list[tuple[str, str]] = []
    seen: set[tuple[str, str]] = set()
    if empty and isinstance(node, Items) and not node.items:
        faults.add(node, empty, _ARROWS)
    for item in faults.one_or_more(node):
        pairs = _read(item, faults, parse) or ()
        twice = seen.intersection(pairs)
        if twice:
            faults.add(item, f"{quote(' '.join(_text(item).split()))} stands here twice")
        seen.update(pairs)
        found += [pair for pair in pairs if pair not in twice]
        if len(found) > MOST_MOVES:
            faults.add(node, f"more than {MOST_MOVES:,} of them stand here")
            return ()
    return tuple(found)


def read_tiers(node: AnyNode, faults: Faults) -> tuple[Tiers, tuple[bool, ...]] | None:
    """Read a ranking: one text, or a list of texts of which each is better than the next."""
    tiers: list[tuple[str, ...]] = []
    much: list[bool] = []
    if isinstance(node, Items) and not node.items:
        faults.add(node, "no state stands here", _RANKED)
    for item in faults.one_or_more(node):
        part = _read(item, faults, parse_tiers)
        if part is None:
            return None
        much += [False] * bool(tiers) + list(part[1])
        tiers += part[0]
    return (tuple(tiers), tuple(much)) if tiers else None


def single_name(text: str) -> str | None:
    """Return the one name that a text consists of, without its quotes; None for any other text.

    Examples
    --------
    >>> single_name("'all out war'"), single_name("shifts == none")
    ('all out war', None)
    """
    token = _TOKEN.fullmatch(text.strip())
    return None if token is None or token.group() in _SIGNS else _bare(token.group())


def pairs_text(pairs: Iterable[tuple[str, str]], sign: str = "->") -> str:
    """Return transitions or pairs as a file spells them, on one line.

    Examples
    --------
    >>> pairs_text([("a", "any"), ("b c", "a")])
    'a -> any, "b c" -> a'
    """
    return ", ".join(f"{as_word(old)} {sign} {as_word(new)}" for old, new in pairs)


def tiers_text(tiers: Tiers, much: tuple[bool, ...] = ()) -> str:
    """Return a ranking as a file spells it, on one line; without ``much`` no gap is wide.

    Examples
    --------
    >>> tiers_text((("s3",), ("s1", "s2"), ("s4",)), (True, False))
    's3 >> s1 ~ s2 > s4'
    """
    told = [" ~ ".join(map(as_word, tier)) for tier in tiers]
    wide = much or (False,) * (len(tiers) - 1)
    signs = (" >> " if one else " > " for one in wide)
    return "".join([told[0], *(sign + tier for sign, tier in zip(signs, told[1:], strict=True))])


def _read(node: AnyNode, faults: Faults, parse: Callable[[str], Parsed]) -> Parsed | None:
    """Expect a text that ``parse`` can read.

    These are read from left to right, at no cost, so that they do not count among the texts of the
    language of conditions.
    """
    text = faults.text(node)
    if text is None:
        return None
    try:
        return parse(text)
    except ExpressionError as error:
        faults.expression(node, error)
        return None


def _text(node: AnyNode) -> str:
    return getattr(node, "text", "")


def _bare(token: str) -> str:
    return token[1:-1].strip() if token[0] in "\"'" else token


def _chain(text: str, signs: tuple[str, ...], hint: str) -> tuple[list[str], list[str]]:
    """Return the names in a text and the signs between them."""
    if len(text) > LONGEST_TEXT:
        problem = f"the text is longer than {LONGEST_TEXT:,} characters"
        raise ExpressionError(
            problem, text=text, column=LONGEST_TEXT, hint="write a list of shorter ones"
        )
    names: list[str] = []
    found: list[str] = []
    for token in _TOKEN.finditer(text):
        word, column = token.group(), token.start()
        name_is_due = len(names) == len(found)
        if word in {'"', "'"}:
            problem, how = "a quote is opened here and not closed", "close it with the same quote"
            raise ExpressionError(problem, text=text, column=column, hint=how)
        named = word[0] in "\"'" or PLAIN_WORD.fullmatch(word) is not None
        if named != name_is_due or (not named and word not in signs):
            problem = f"{quote(word)} is not expected here"
            how = f"{hint}; a name with blanks stands in quotes" if named else hint
            raise ExpressionError(problem, text=text, column=column, hint=how)
        (names if named else found).append(_bare(word) if named else word)
    if len(names) == len(found):
        problem = "the text ends too early" if text.strip() else "the text is empty"
        raise ExpressionError(problem, text=text, column=len(text.rstrip()), hint=hint)
    return names, found


def divided(tiers: Tiers, much: tuple[bool, ...]) -> Iterator[tuple[Tiers, tuple[bool, ...]]]:
    """Divide a long ranking at gaps that are not wide; each part with its own gaps.

    Examples
    --------
    >>> tiers = (("a" * 1000,), ("b",), ("c",))
    >>> [(len(part), much) for part, much in divided(tiers, (False, True))]
    [(1, ()), (2, (True,))]
    """
    start, length = 0, 0
    for k, tier in enumerate(tiers):
        length += sum(len(name) + 5 for name in tier)
        last = k == len(tiers) - 1
        if last or (length > LONGEST_CHAIN and not much[k]):
            yield tiers[start : k + 1], much[start:k]
            start, length = k + 1, 0
