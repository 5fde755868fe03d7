"""Agents bargain over a case with common strategies, in every pairing of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, partial
from itertools import permutations, product
from threading import Event

import numpy as np

from detente.agreement import Agreement, agreement_of, packages_of
from detente.analysis import Analysis
from detente.bargaining_program import Ended, Talk, find_program, negotiate
from detente.errors import LimitError, UnanswerableError
from detente.executors import n_cores
from detente.strategies import Strategy
from detente.talks_end import End, Judge
from detente.talks_scenario import Additive, TalksScenario
from detente.vocabulary import Package
from detente.work import Work, n_workers

MOST_WHOLE = 10_000
"""Up to so many feasible packages agents are given whole packages, one by one."""
MOST_ADDITIVE = 1_000_000
"""Up to so many packages agents are given issue by issue, where a package is worth their sum."""
SECONDS = 120.0
"""How long one negotiation may take unless it is said otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fares:
    """What a strategy got on average.

    seats : in how many negotiations it was played, once for each party that played it
    agreed : how many of these ended in agreement
    gets, others_get : on average, as a part of each party's ideal gain, no agreement counting as 0;
        None where no party can gain
    """

    seats: int
    agreed: int
    gets: Fraction | None
    others_get: Fraction | None


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """Where common strategies end over a case, and what could have been agreed.

    rounds : how often every signatory could make an offer, at the most
    ideal : by signatory, the best gain that a package gives it which all accept
    whole : agents were given whole packages, red lines below no deal; else issue by issue
    """

    agreement: Agreement
    strategies: tuple[Strategy, ...]
    rounds: int
    ideal: Mapping[str, Fraction]
    whole: bool
    ends: tuple[End, ...]

    @cached_property
    def packages(self) -> tuple[Package, ...]:
        """The packages agreed on, those that most negotiations ended in first."""
        counts = Counter(end.package for end in self.ends if end.package is not None)
        return tuple(package for package, _ in counts.most_common())

    @property
    def agreed(self) -> tuple[End, ...]:
        """The negotiations that ended in agreement."""
        return tuple(end for end in self.ends if end.kind == "agreement")

    def fares(self, strategy: Strategy) -> Fares:
        """Tell what a strategy got, over all negotiations and seats in which it played."""
        ideal = {name: most for name, most in self.ideal.items() if most > 0}
        gets: list[Fraction] = []
        others: list[Fraction] = []
        agreed = seats = 0
        for end in self.ends:
            if end.kind == "unfinished":
                continue
            parts = {name: end.gains[name] / most for name, most in ideal.items()}
            for name, played in end.strategies.items():
                if played == strategy:
                    seats += 1
                    agreed += end.kind == "agreement"
                    gets += [parts[name]] if name in parts else []
                    others += [part for other, part in parts.items() if other != name]
        return Fares(seats=seats, agreed=agreed, gets=_mean(gets), others_get=_mean(others))


def pairings(n_parties: int, strategies: Sequence[Strategy]) -> Iterator[tuple[Strategy, ...]]:
    """Yield who bargains how: two parties in every pairing; more all alike, or all but one.

    Examples
    --------
    >>> from detente.strategies import strategies_named
    >>> two = strategies_named("micro,linear")
    >>> [[s.name for s in row] for row in pairings(2, two)][1:3]
    [['micro', 'linear'], ['linear', 'micro']]
    >>> len(list(pairings(3, two)))
    8
    """
    if n_parties == 2:
        yield from product(strategies, repeat=2)
        return
    yield from ((strategy,) * n_parties for strategy in strategies)
    for usual, odd in permutations(strategies, 2):
        for place in range(n_parties):
            yield tuple(odd if party == place else usual for party in range(n_parties))


def simulation_of(
    analysis: Analysis,
    strategies: Sequence[Strategy],
    *,
    rounds: int,
    repeats: int = 1,
    program: str | None = None,
) -> Simulation:
    """Let agents bargain over the central reading in every pairing of strategies.

    repeats : how often each pairing is played, each time with another seed

    Raises
    ------
    UnanswerableError
        There are fewer than two signatories, nothing is acceptable to all, or it is known of a
        signatory only how packages rank.
    LimitError
        There are too many packages for the agents.
    DetenteError
        The outside program is missing, fails, or gives no answer that can be used.
    """
    work, signing = analysis.work, [party.name for party in analysis.case.signatories]
    if len(signing) < 2:
        raise UnanswerableError("it takes two signatories to bargain, and the case has fewer")
    analysis.require(analysis.case.signatories)
    path = find_program(program, stopped=work.cancelled)
    agreement = agreement_of(analysis)
    _refuse_unbargainable(agreement)
    scenario, listed = _scenario(analysis)
    teams = [team for team in pairings(len(signing), strategies) for _ in range(repeats)]
    seeds = [work.seed + n % repeats for n in range(len(teams))]
    talks = [
        Talk(
            program=path,
            scenario=scenario,
            agents=tuple(strategy.agent for strategy in team),
            rounds=rounds,
            seconds=work.seconds or SECONDS,
            seed=seed,
        )
        for team, seed in zip(teams, seeds, strict=True)
    ]
    found = list(_held(talks, work))
    packages = [
        None if one.choice is None else one.choice if listed is None else listed[one.choice[0]]
        for one in found
    ]
    judge = Judge(agreement, packages)
    ends = [
        judge.end(one, package, strategies=dict(zip(signing, team, strict=True)), seed=seed)
        for team, seed, one, package in zip(teams, seeds, found, packages, strict=True)
    ]
    return Simulation(
        agreement=agreement,
        strategies=tuple(strategies),
        rounds=rounds,
        ideal=judge.ideal,
        whole=listed is not None,
        ends=tuple(ends),
    )


def _refuse_unbargainable(agreement: Agreement) -> None:
    case = agreement.analysis.case
    if agreement.ordinal:
        names = ", ".join(case.party(name).label for name in agreement.ordinal)
        raise UnanswerableError(
            f"{names}: it is known only how packages rank; agents need to know what they are worth"
        )
    if agreement.finding != "found":
        raise UnanswerableError(
            "no package is known that all signatories accept on the central reading, so that "
            "agents have nothing to agree on; 'detente settle' says why"
        )


def _scenario(analysis: Analysis) -> tuple[TalksScenario, list[Package] | None]:
    """Return what agents bargain over, and the packages behind its options where listed.

    A package that crosses a party's red line is worth to it a point less than no deal, or what it
    is worth anyway where that is even less.
    """
    valuation, columns = analysis.valuation, analysis.signatory_columns
    no_deal = [int(valuation.no_deal[column]) for column in columns]
    choices = analysis.listed
    if choices is not None and len(choices) <= MOST_WHOLE:
        values, crossed = valuation.values(choices), valuation.crossed(choices)
        tables: list[Additive] = []
        for column, walk_away in zip(columns, no_deal, strict=True):
            low = walk_away - valuation.scale
            rows = zip(values[:, column].tolist(), crossed[:, column].tolist(), strict=True)
            worth = (min(int(value), low) if refused else int(value) for value, refused in rows)
            tables.append((tuple(Fraction(value) for value in worth),))
        listed = packages_of(choices)
    else:
        _refuse_too_many(analysis)
        tables = [
            tuple(
                tuple(Fraction(int(value)) for value in issue)
                for issue in np.split(valuation.options[column], analysis.space.first[1:])
            )
            for column in columns
        ]
        listed = None
    found = TalksScenario(values=tuple(tables), no_deal=tuple(Fraction(n) for n in no_deal))
    return found, listed


def _refuse_too_many(analysis: Analysis) -> None:
    n_packages, space = analysis.case.vocabulary.n_packages, analysis.space
    signing = [party.name for party in analysis.case.signatories]
    tied = space.constraints or any(space.rules[n] or space.red_lines[n] for n in signing)
    if tied:
        raise LimitError(
            f"there are {analysis.n_feasible:,} packages; where constraints, rules or red lines "
            f"count, agents bargain over {MOST_WHOLE:,} at the most"
        )
    if n_packages > MOST_ADDITIVE:
        raise LimitError(
            f"there are {n_packages:,} packages; agents bargain over {MOST_ADDITIVE:,} at the most"
        )


def _held(talks: Sequence[Talk], work: Work) -> Iterator[Ended]:
    """Hold negotiations, several at once: each is a program of its own on this machine."""
    n_programs = n_cores() if work.executor is None else min(n_cores(), n_workers(work.executor))
    stop = Event()
    with ThreadPoolExecutor(n_programs) as pool:
        try:
            here = replace(work, executor=pool)
            hold = partial(negotiate, stopped=stop.is_set)
            yield from here.run(hold, talks, what="letting agents bargain")
        finally:
            stop.set()


def _mean(numbers: Sequence[Fraction]) -> Fraction | None:
    return sum(numbers, Fraction(0)) / len(numbers) if numbers else None
