"""Games in strategic form as Gambit keeps them (``.nfg``).

Every player becomes a party that alone controls one issue, its strategy; a state is a profile of
strategies. Payoffs are read exactly, and only their order is kept: of two states a party prefers
the one that pays it more. Both forms of the file are read, with payoffs and with outcomes; in both
the strategy of the first player varies fastest, as states are numbered here.

Written is a case in which every party alone controls one issue; what the format has no place for,
such as names of issues, stands in the comment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import prod
from typing import NoReturn

from detente.case import Case, Party
from detente.composer import decode
from detente.document import Faults
from detente.entries import MOST_PARTIES
from detente.errors import CaseError, quote
from detente.formats.format import Format
from detente.formats.gambit.comment import NOTE, Kept, divided
from detente.formats.gambit.writing import MOST_PROFILES, blocks_of, write
from detente.formats.naming import Names, spelled_options, title_of
from detente.formats.numerals import MOST_DIGITS, exact
from detente.formats.reading import faults_of
from detente.vocabulary import MOST_OPTIONS, Issue

MOST_BYTES = 16 * 2**20

_TOKEN = re.compile(r'\s*(?:"(?:[^"\\]|\\.)*"|[{}]|[^\s{}",]+|,|(?P<open>"))', re.DOTALL)
_LOOK = re.compile(rb"(?:\xef\xbb\xbf)?\s*NFG\s")
_HEAD = 'a game begins with NFG 1 R "title" { "player" "player" }'
_STRATEGIES = 'write { 2 2 }, or { { "stay" "go" } { "stay" "go" } }'


def read(data: bytes, file: str) -> Case:
    """Return the case that a file holds; raise CaseError with the first fault."""
    with faults_of(file) as faults:
        text = decode(data, faults, most=MOST_BYTES, hint="check that this is the right file")
        faults.raise_any()
        return _Game(tokens=_tokens(text or "", faults), faults=faults).case(file)


@dataclass(frozen=True, slots=True)
class _Token:
    """A brace, a word or a text in quotes, with its line; the end has no text."""

    text: str
    line: int

    @property
    def quoted(self) -> bool:
        return self.text.startswith('"')


def _tokens(text: str, faults: Faults) -> list[_Token]:
    """Return the words of a file; commas only part them."""
    found: list[_Token] = []
    place, line = 0, 1
    while True:
        match = _TOKEN.match(text, place)
        if match is None:
            break
        word = match.group().lstrip()
        begun = line + match.group().count("\n", 0, len(match.group()) - len(word))
        if match["open"]:
            hint = 'close it with another; inside a text write \\"'
            faults.at(begun, "", "a quote is opened here and not closed", hint)
            raise CaseError(faults.found)
        if word != ",":
            found.append(_Token(word, begun))
        line += match.group().count("\n")
        place = match.end()
    found.append(_Token("", line))
    return found


@dataclass(slots=True)
class _Game:
    """Reads a game word by word; the first thing that is wrong ends it."""

    tokens: list[_Token]
    faults: Faults
    place: int = 0

    def case(self, file: str) -> Case:
        """Return the game as a case."""
        title = self._head()
        players = self._players()
        strategies = self._strategies(len(players))
        n_profiles = prod(map(len, strategies))
        if n_profiles > MOST_PROFILES:
            self._stop(f"the game has more than {MOST_PROFILES:,} profiles of strategies")
        comment, kept = divided(self._unquoted()) if self._next().quoted else ("", Kept())
        comment = title_of(kept.case.get("note", comment), "", self.faults)
        title = title_of(kept.case.get("title", title), "", self.faults)
        if self._next().text == "{":
            payoffs = self._by_outcomes(n_profiles, len(players))
        else:
            payoffs = self._numbers(n_profiles, len(players))
        if self._next().text:
            self._stop(f"{quote(self._next().text)} stands after the last number", "take it out")
        self.faults.raise_any()
        parties, issues = _parties(players), _issues(players, strategies)
        parties, issues = kept.put_back(parties, issues, self.faults)
        self.faults.raise_any()
        return Case(
            title=title or "Game",
            note=f"{comment} {NOTE}".strip(),
            parties=parties,
            issues=issues,
            blocks=blocks_of(parties, issues, list(zip(*payoffs, strict=True))),
            file=file,
        )

    # Words ----------------------------------------------------------------------------------------

    def _next(self) -> _Token:
        return self.tokens[self.place]

    def _take(self) -> _Token:
        token = self.tokens[self.place]
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return token

    def _stop(self, problem: str, hint: str = "") -> NoReturn:
        self.faults.at(self._next().line, "", problem, hint)
        raise CaseError(self.faults.found)

    def _expect(self, text: str, hint: str) -> None:
        found = self._next().text
        if found != text:
            shown = quote(found) if found else "the end of the file"
            self._stop(f"{quote(text)} is expected here, not {shown}", hint)
        self._take()

    def _text(self, hint: str = "") -> str:
        token = self._next()
        if not token.quoted:
            shown = quote(token.text) if token.text else "the end of the file"
            self._stop(f"a text in quotes is expected here, not {shown}", hint)
        return title_of(self._unquoted(), "", self.faults)

    def _unquoted(self) -> str:
        """Take a text in quotes as it is meant."""
        return re.sub(r"\\(.)", r"\1", self._take().text[1:-1], flags=re.DOTALL)

    def _number(self) -> Fraction:
        text = self._next().text
        number = exact(text)
        if number is None:
            shown = quote(text) if text else "the end of the file"
            hint = f"write digits, a decimal point or p/q, at most {MOST_DIGITS} digits"
            self._stop(f"a number is expected here, not {shown}", hint)
        self._take()
        return number

    def _whole(self, least: int, most: int, what: str) -> int:
        text = self._next().text
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            shown = quote(text) if text else "the end of the file"
            self._stop(f"{what} is expected here, not {shown}")
        number = int(text)
        if not least <= number <= most:
            self._stop(f"{what} lies between {least} and {most:,}, not {number:,}")
        self._take()
        return number

    # Parts ----------------------------------------------------------------------------------------

    def _head(self) -> str:
        self._expect("NFG", _HEAD)
        self._expect("1", _HEAD)
        if self._next().text not in {"R", "D"}:
            self._stop("R or D is expected here: numbers as fractions or decimals", _HEAD)
        self._take()
        return self._text(_HEAD)

    def _texts(self, most: int, hint: str) -> list[str]:
        self._expect("{", hint)
        found = []
        while self._next().text != "}":
            found.append(self._text(hint))
            if len(found) > most:
                self._stop(f"more than {most:,} names stand here")
        self._take()
        return found

    def _players(self) -> list[str]:
        players = self._texts(MOST_PARTIES, _HEAD)
        if not players:
            self._stop("a game has at least one player", _HEAD)
        return players

    def _strategies(self, n_players: int) -> list[tuple[str, ...]]:
        """Return the names of each player's strategies; counted ones are called by their number."""
        self._expect("{", _STRATEGIES)
        found: list[tuple[str, ...]] = []
        while self._next().text != "}":
            if self._next().text == "{":
                names = self._texts(MOST_OPTIONS, _STRATEGIES)
            else:
                count = self._whole(1, MOST_OPTIONS, "a number of strategies")
                names = [str(k) for k in range(1, count + 1)]
            if not names:
                self._stop("a player has at least one strategy", _STRATEGIES)
            found.append(spelled_options(names))
            if len(found) > n_players:
                break
        if len(found) != n_players:
            problem = f"strategies are listed for {len(found)} players, and there are {n_players}"
            self._stop(problem, _STRATEGIES)
        self._take()
        return found

    def _numbers(self, n_rows: int, n_players: int) -> list[tuple[Fraction, ...]]:
        return [tuple(self._number() for _ in range(n_players)) for _ in range(n_rows)]

    def _by_outcomes(self, n_profiles: int, n_players: int) -> list[tuple[Fraction, ...]]:
        """Return the payoffs of all profiles, each named by its outcome; outcome 0 pays nothing."""
        outcomes = [(Fraction(0),) * n_players]
        shape = 'write { "name" 3, 1 }, with a number for each player'
        self._expect("{", shape)
        while self._next().text != "}":
            self._expect("{", shape)
            if self._next().quoted:
                self._text()
            outcomes += self._numbers(1, n_players)
            self._expect("}", shape)
        self._take()
        what = "the number of an outcome"
        return [outcomes[self._whole(0, len(outcomes) - 1, what)] for _ in range(n_profiles)]


def _parties(players: Sequence[str]) -> tuple[Party, ...]:
    names = Names(kind="player")
    named = [(names.give(title), title) for title in players]
    return tuple(Party(name=name, title="" if title == name else title) for name, title in named)


def _issues(players: Sequence[str], strategies: Sequence[tuple[str, ...]]) -> tuple[Issue, ...]:
    found = []
    for k, (player, options) in enumerate(zip(players, strategies, strict=True), start=1):
        title = f"Strategy of {player or f'player {k}'}"
        name = f"strategy_{k}"
        found.append(Issue(name=name, options=options, status_quo=options[0], title=title))
    return tuple(found)


FORMAT = Format(
    name="gambit",
    title="Game of Gambit",
    suffixes=(".nfg",),
    read=read,
    recognises=lambda data: _LOOK.match(data) is not None,
    write=partial(write, read=read),
)
