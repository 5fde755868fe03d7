"""One party's unknown value function, as linear expressions over named unknowns.

A party that speaks in statements (*stated*) has a swing for each issue, the swings summing to 100,
and for each option a value in points between 0 and the issue's swing. A party *on points* has a
value for each option on the user's own scale. Both may have rules, each with a worth that is added
where its condition holds, and a no-deal value. Statements are written in these terms.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Literal

from detente.errors import LimitError
from detente.expression import Condition, Side
from detente.linear import Linear, Unknown
from detente.vocabulary import Package, Vocabulary

Manner = Literal["stated", "points", "ordinal"]
"""How a party's preferences are given (design rule 1)."""

MOST_COMPLETIONS = 2000
NO_DEAL: Unknown = ("no deal",)
TOTAL = 100
"""The swings of a stated party sum to this many points."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The unknowns of one party and how packages are valued in them.

    best, worst : issue position -> option position, where known
    breakpoints : issue position -> ascending option positions that carry an unknown of their own;
        the options between two breakpoints of a numeric issue lie on the straight line
    rules : conditions that add a worth, by their text
    """

    vocabulary: Vocabulary
    manner: Manner
    best: Mapping[int, int] = field(default_factory=dict)
    worst: Mapping[int, int] = field(default_factory=dict)
    breakpoints: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    rules: Mapping[str, Condition] = field(default_factory=dict)

    def option_unknown(self, issue: int, option: int) -> Unknown:
        """Return the unknown that carries the value of a breakpoint."""
        subject = self.vocabulary.issues[issue]
        return ("option", subject.name, subject.options[option])

    def swing_unknown(self, issue: int) -> Unknown:
        """Return the unknown that carries the swing of an issue (stated parties only)."""
        return ("swing", self.vocabulary.issues[issue].name)

    def worth_unknown(self, rule: str) -> Unknown:
        """Return the unknown that carries the worth of a rule."""
        return ("worth", rule)

    @property
    def no_deal(self) -> Linear:
        """The no-deal value."""
        return Linear.of(NO_DEAL)

    def option(self, issue: int, option: int) -> Linear:
        """Return the value of an option, in points; linear between two breakpoints."""
        places = self.breakpoints[issue]
        at = bisect_left(places, option)
        if at < len(places) and places[at] == option:
            return Linear.of(self.option_unknown(issue, option))
        levels = self.vocabulary.issues[issue].levels
        if levels is None or at in {0, len(places)}:
            message = f"option {option} of issue {issue} lies outside its breakpoints"
            raise ValueError(message)
        left, right = places[at - 1], places[at]
        weight = (levels[option] - levels[left]) / (levels[right] - levels[left])
        return self.option(issue, left) * (1 - weight) + self.option(issue, right) * weight

    def swing(self, issue: int) -> Linear | None:
        """Return the value of the best option less that of the worst; None where not known."""
        if self.manner == "stated":
            return Linear.of(self.swing_unknown(issue))
        if issue not in self.best or issue not in self.worst:
            return None
        return self.option(issue, self.best[issue]) - self.option(issue, self.worst[issue])

    def rules_of(self, package: Package) -> Linear:
        """Return the worths of the rules that hold in a package, summed."""
        total = Linear()
        for text, condition in self.rules.items():
            if condition.holds(package, self.vocabulary):
                total = total + Linear.of(self.worth_unknown(text))
        return total

    def package(self, package: Package) -> Linear:
        """Return the value of a package: its options and the rules that hold."""
        total = self.rules_of(package)
        for issue, option in enumerate(package):
            total = total + self.option(issue, option)
        return total

    def side(self, side: Side, *, highest: bool) -> Iterator[Linear]:
        """Return the values that one side of a comparison stands for.

        ``whatever else (...)`` stands for every completion. Where an issue's best and worst are
        known and no rule mentions it, its extreme option stands for all.

        highest : the side is the lower one of its comparison, so its best completions count
        """
        if side.kind == "no deal":
            yield self.no_deal
        elif side.kind == "whatever else":
            for package in self.completions(side, highest=highest):
                yield self.package(package)
        else:
            yield self.package(side.package(self.vocabulary))

    def completions(self, side: Side, *, highest: bool) -> Iterator[Package]:
        """Go through the completions of ``whatever else (...)`` that matter."""
        self.n_completions(side, highest=highest)
        yield from product(*self._choices(side, highest=highest))

    def n_completions(self, side: Side, *, highest: bool) -> int:
        """Count the packages that stand for one side; raise LimitError when they are too many."""
        if side.kind != "whatever else":
            return 1
        count = prod(len(options) for options in self._choices(side, highest=highest))
        if count > MOST_COMPLETIONS:
            raise LimitError(
                f"'whatever else' stands for more than {MOST_COMPLETIONS:,} packages here; "
                "name more issues inside the parentheses"
            )
        return count

    def _choices(self, side: Side, *, highest: bool) -> list[tuple[int, ...]]:
        chosen = side.chosen(self.vocabulary)
        extreme = self.best if highest else self.worst
        ruled = {issue for rule in self.rules.values() for issue in rule.scope(self.vocabulary)}
        choices: list[tuple[int, ...]] = []
        for k, issue in enumerate(self.vocabulary.issues):
            if k in chosen:
                choices.append((chosen[k],))
            elif k in extreme and k not in ruled:
                choices.append((extreme[k],))
            else:
                choices.append(tuple(range(len(issue.options))))
        return choices
