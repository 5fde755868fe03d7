"""Small cases written by hand, random exact ones, and what brute force says of those."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product

from detente.answers.analyse import Report, analyse
from detente.answers.answer import Answer
from detente.case import Case
from detente.catalog import load, names
from detente.formats import loads
from tests import oracles

Packed = tuple[int, ...]

VALUED = tuple(name for name in names() if load(name).statements)
"""Cases of the catalogue in which it is said what packages are worth; of the others it is known
only how states rank."""


@cache
def report(name: str) -> Report:
    """Analyse a catalogue case once for every test that looks at it."""
    return analyse(load(name))


def words(answer: Answer) -> str:
    """Return an answer as it is printed, without its line breaks."""
    return " ".join(str(answer).split())


def case_of(
    issues: Mapping[str, str],
    preferences: Mapping[str, Sequence[str]],
    *,
    more: str = "",
    affected: Iterable[str] = (),
) -> Case:
    """Return a case from issues such as ``{"a": "a0 a1"}`` and each party's statements.

    The first option is the status quo; statements of several lines keep their indentation.
    """
    lines = ["detente: 1", "title: Test", "parties:"]
    for party in preferences:
        lines.append(f"  {party}:")
        lines.append(f"    name: Party {party}")
        if party in affected:
            lines.append("    signatory: false")
    lines.append("issues:")
    for name, options in issues.items():
        words = options.split()
        lines.append(f"  {name}: {{options: [{', '.join(words)}], status_quo: {words[0]}}}")
    lines.append("preferences:")
    for party, statements in preferences.items():
        lines.append(f"  {party}:")
        for statement in statements:
            first, *rest = statement.splitlines()
            lines.append(f"    - {first}")
            lines += [f"      {line}" for line in rest]
    return loads("\n".join(lines) + "\n" + more)


def scores(**issues: Mapping[str, object]) -> str:
    """Return a ``scores`` statement."""
    lines = ["scores:"]
    for issue, points in issues.items():
        inside = ", ".join(f"{option}: {number}" for option, number in points.items())
        lines.append(f"  {issue}: {{{inside}}}")
    return "\n".join(lines)


ISSUES = {"a": "a0 a1", "b": "b0 b1"}
ENDS = ("order: {a: a1 > a0}", "order: {b: b1 > b0}")
EASY = (scores(a={"a0": 0, "a1": 0}, b={"b0": 0, "b1": 0}), "no_deal: 0")
"""A second signatory who accepts everything."""


# --- exact cases, and everything about them by going through all packages ------------------------

Condition = tuple[tuple[int, int], ...]
"""Issue and option positions, all of which must be chosen."""


@dataclass(frozen=True)
class Player:
    """A party on points with everything said exactly."""

    points: tuple[tuple[int, ...], ...]
    no_deal: Fraction
    red_lines: tuple[Condition, ...]
    rules: tuple[tuple[Condition, int], ...]

    def value(self, package: Packed) -> Fraction:
        own = sum(row[option] for row, option in zip(self.points, package, strict=True))
        return Fraction(own + sum(worth for rule, worth in self.rules if holds(rule, package)))

    def gain(self, package: Packed) -> Fraction:
        return self.value(package) - self.no_deal

    def crosses(self, package: Packed) -> bool:
        return any(holds(line, package) for line in self.red_lines)

    def accepts(self, package: Packed) -> bool:
        return self.gain(package) >= 0 and not self.crosses(package)


@dataclass(frozen=True)
class Exact:
    """An exact case: sizes of the issues, players, and conditions that no package may meet."""

    sizes: tuple[int, ...]
    players: tuple[Player, ...]
    forbidden: tuple[Condition, ...]

    @property
    def packages(self) -> list[Packed]:
        everything = product(*(range(size) for size in self.sizes))
        return [p for p in everything if not any(holds(f, p) for f in self.forbidden)]

    @property
    def zone(self) -> list[Packed]:
        return [p for p in self.packages if all(player.accepts(p) for player in self.players)]

    def gains(self, package: Packed) -> list[Fraction]:
        return [player.gain(package) for player in self.players]

    def scaled_gains(self, packages: Sequence[Packed]) -> list[list[int]]:
        return [[int(gain * 6) for gain in self.gains(package)] for package in packages]

    def requirements(self) -> list[tuple[str, list[bool]]]:
        """Each signatory's red lines and no deal, and which feasible packages meet them."""
        found = []
        for k, player in enumerate(self.players):
            found += [
                (f"P{k}", [not holds(line, p) for p in self.packages]) for line in player.red_lines
            ]
            found.append((f"P{k}", [player.gain(p) >= 0 for p in self.packages]))
        return found

    def excluding(self) -> set[frozenset[int]]:
        """Return the smallest sets of requirements that no feasible package meets together."""
        met = [mask for _, mask in self.requirements()]
        rows = range(len(self.packages))
        return oracles.irreducible(
            len(met), lambda items: any(all(met[i][row] for i in items) for row in rows)
        )

    def case(self) -> Case:
        names = "abcd"[: len(self.sizes)]
        issues = {
            name: " ".join(f"{name}{option}" for option in range(size))
            for name, size in zip(names, self.sizes, strict=True)
        }
        preferences = {}
        for k, player in enumerate(self.players):
            points = {
                name: {f"{name}{option}": number for option, number in enumerate(row)}
                for name, row in zip(names, player.points, strict=True)
            }
            statements = [scores(**points), f"no_deal: {player.no_deal}"]
            statements += [f"red_line: {spelled(line)}" for line in player.red_lines]
            statements += [f"rule: {spelled(rule)}\nworth: {worth}" for rule, worth in player.rules]
            preferences[f"P{k}"] = statements
        more = ""
        if self.forbidden:
            required = "\n".join(f"  - require: not ({spelled(f)})" for f in self.forbidden)
            more = f"constraints:\n{required}\n"
        return case_of(issues, preferences, more=more)

    def named(self, package: Packed) -> dict[str, str]:
        names = "abcd"[: len(self.sizes)]
        return {name: f"{name}{option}" for name, option in zip(names, package, strict=True)}


def holds(condition: Condition, package: Packed) -> bool:
    return all(package[issue] == option for issue, option in condition)


def spelled(condition: Condition) -> str:
    return " and ".join(f"{'abcd'[i]} == {'abcd'[i]}{option}" for i, option in condition)


def random_exact(seed: int, *, generous: bool) -> Exact:
    """Return a small exact case with ties; a generous one has low no-deal values."""
    chance = random.Random(seed)  # noqa: S311 - cases, not secrets
    sizes = tuple(chance.choice([2, 2, 3]) for _ in range(chance.choice([2, 3])))

    def condition(n: int) -> Condition:
        issues = sorted(chance.sample(range(len(sizes)), min(n, len(sizes))))
        return tuple((issue, chance.randrange(sizes[issue])) for issue in issues)

    players = []
    for _ in range(chance.choice([2, 3])):
        points = tuple(tuple(chance.randint(-2, 6) for _ in range(size)) for size in sizes)
        highest = sum(max(row) for row in points)
        low, high = (-8, highest // 2) if generous else (highest - 3, highest + 1)
        rules = {condition(2): chance.randint(-3, 3) for _ in range(chance.randint(0, 1))}
        red_lines = {condition(chance.choice([1, 2])) for _ in range(chance.randint(0, 2))}
        players.append(
            Player(
                points=points,
                no_deal=Fraction(chance.randint(min(low, high) * 3, high * 3), 3),
                red_lines=tuple(sorted(red_lines)),
                rules=tuple(rules.items()),
            )
        )
    forbidden = {condition(2) for _ in range(chance.randint(0, 2))}
    return Exact(sizes=sizes, players=tuple(players), forbidden=tuple(sorted(forbidden)))


def large_case(n_issues: int, n_options: int, n_parties: int, *, seed: int = 1) -> str:
    """Return a case of opposed interests on points, with rules, red lines and constraints."""
    dice = random.Random(seed)  # noqa: S311 - instances, not secrets
    names = [f"i{k}" for k in range(n_issues)]
    parties = [f"p{p}" for p in range(n_parties)]
    points: dict[str, dict[str, list[int]]] = {party: {} for party in parties}
    for name in names:
        for party in parties:
            points[party][name] = []
        for _ in range(n_options):
            drawn = [dice.gauss(0, 1) for _ in parties]
            middle = sum(drawn) / n_parties
            for party, one in zip(parties, drawn, strict=True):
                value = round(50 + 25 * (one - 0.9 * middle))
                points[party][name].append(min(100, max(0, value)))

    def some(n: int) -> str:
        chosen = dice.sample(names, n)
        return " and ".join(f"{name} == o{dice.randrange(n_options)}" for name in chosen)

    options = ", ".join(f"o{o}" for o in range(n_options))
    lines = ["detente: 1", "title: Large", "parties:", *(f"  {p}: Party {p}" for p in parties)]
    lines += ["issues:", *(f"  {n}: {{options: [{options}], status_quo: o0}}" for n in names)]
    lines += ["constraints:", *(f"  - require: not ({some(2)})" for _ in range(2)), "preferences:"]
    for party, given in points.items():
        lines += [f"  {party}:", "    - scores:"]
        for name, values in given.items():
            pairs = ", ".join(f"o{o}: {value}" for o, value in enumerate(values))
            lines.append(f"        {name}: {{{pairs}}}")
        lines.append(f"    - no_deal: {sum(map(max, given.values())) // 2}")
        lines += [f"    - rule: {some(3)}\n      worth: {dice.randint(-60, 60)}" for _ in range(3)]
        lines.append(f"    - red_line: {some(2)}")
    return "\n".join(lines) + "\n"


# --- one assumption that decides everything ------------------------------------------------------

PLANTED_CASE = """\
detente: 1
title: River dispute
sources:
  report: {title: Report of the fact finders}
parties:
  north: Northland
  south: Southland
issues:
  water: {options: [kept, shared, ceded], status_quo: kept}
  trade: {options: [closed, open], status_quo: closed}
  border: {options: [manned, joint], status_quo: manned}
proposals:
  accord: {water: shared, trade: open, border: joint}
preferences:
  north:
    - order: {water: kept > shared > ceded}
      because: report#1
    - order: {trade: open > closed}
      because: report#2
    - order: {border: joint > manned}
      because: report#3
    - importance: trade > water
      because: report#4
    - value: {water: {shared: 40..60}}
      because: report#5
    - no_deal: 5..10
      because: report#6
  south:
    - order: {water: ceded > shared > kept}
      because: report#7
    - order: {trade: open > closed}
      because: report#8
    - order: {border: manned > joint}
      because: report#9
    - value: {water: {shared: 45..55}}
      because: report#10
    - importance: trade > border
      because: report#11
    - no_deal: 10..20
"""
