"""An answer about who would hold to what, as it was kept, laid out state by state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from detente.case import Case
from detente.number import counted
from detente.prose import listed
from detente.report.pictures.flow import Flow
from detente.solvers.horizon import horizon_of, looking_ahead
from detente.solvers.stability import CONCEPTS
from detente.table import Share
from detente.telling.hold_steps import flow_from

RESTS = "SEQ"
"""The concept by which the picture marks states as stable."""
MOST_ROWS = 120
"""Up to so many states all have a row; of larger conflicts those that matter most."""
_MOST_OF_MANY = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """One concept: its letters, its name and what it asks."""

    key: str
    name: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A step that pays for who makes it, with what answers it.

    to : number of the state that it leads to
    ends : numbers of the states that the answer leads through
    """

    party: str
    to: int
    ends: tuple[int, ...]
    text: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state.

    stable : by concept, the names of those for whom it is stable; None where that is not known
    everybody : concepts by which it is stable for everybody
    ways : the steps that pay from there; None where they were not looked for
    """

    number: int
    label: str
    stable: Mapping[str, tuple[str, ...] | None]
    everybody: frozenset[str]
    ways: tuple[Way, ...] | None

    @property
    def rests(self) -> bool:
        """Whether the conflict can rest there."""
        return RESTS in self.everybody

    @property
    def ends(self) -> str:
        """The states that answers to its steps lead through, for the picture."""
        return ",".join(str(end) for way in self.ways or () for end in way.ends)


class Held:
    """An answer to ``hold`` read back.

    data : the answer as JSON
    steps : what is told of each step, as JSON
    """

    def __init__(self, case: Case, data: Mapping[str, Any], steps: Mapping[str, Any]) -> None:
        self.case = case
        self.data = data
        self._steps: Mapping[str, list[dict[str, Any]]] = steps["states"]
        self.exact: bool = steps["exact"]
        self.flow: Flow | None = None if steps["flow"] is None else flow_from(steps["flow"])
        self.n_states: int = data["n_states"]
        self._labels: dict[int, str] = {one["id"]: one["label"] for one in data["states"]}
        self._short = {int(number): label for number, label in steps["labels"].items()}
        self._everybody = {key: set(one["equilibria"]) for key, one in data["concepts"].items()}
        self._for_whom = {
            key: None
            if one["stable"] is None
            else {party: set(states) for party, states in one["stable"].items()}
            for key, one in data["concepts"].items()
        }

    @property
    def asked(self) -> int | None:
        """The number of the state that was asked about."""
        state = self.data["state"]
        return None if state is None else int(state["id"])

    @property
    def start(self) -> int | None:
        """The number of the state where the conflict stands."""
        start: int | None = self.data["rest"]["start"]
        return start

    @cached_property
    def movers(self) -> tuple[str, ...]:
        """The names of those who can move."""
        known = next((found for found in self._for_whom.values() if found is not None), None)
        if known is not None:
            return tuple(known)
        by_label = {party.label: party.name for party in self.case.parties}
        return tuple(by_label[label] for label in (self.flow.movers if self.flow else ()))

    @cached_property
    def concepts(self) -> tuple[Means, ...]:
        """What states are judged by."""
        return tuple(
            Means(key=key, name=one["name"], meaning=_meaning(key))
            for key, one in self.data["concepts"].items()
        )

    @cached_property
    def places(self) -> Mapping[int, Mapping[str, Any]]:
        """Where the conflict can rest, by number, the nearest first."""
        return {place["id"]: place for place in self.data["rest"]["places"]}

    @cached_property
    def states(self) -> tuple[State, ...]:
        """The states of which a row is shown, those where the conflict can rest first."""
        return tuple(self.state(number) for number in self._numbers())

    @property
    def complete(self) -> bool:
        """Whether every state has a row."""
        return len(self.states) == self.n_states

    def state(self, number: int) -> State:
        """Return one state by its number."""
        told = self._steps.get(str(number))
        return State(
            number=number,
            label=self.label(number),
            stable={
                key: None
                if found is None
                else tuple(party for party, states in found.items() if number in states)
                for key, found in self._for_whom.items()
            },
            everybody=frozenset(k for k, states in self._everybody.items() if number in states),
            ways=None if told is None else tuple(map(_way, told)),
        )

    def label(self, number: int) -> str:
        """Return what holds in a state, in a large conflict what is different from the start there.

        Nothing where that is no more than its number.
        """
        label = self._short.get(number) or self._labels.get(number, "")
        return "" if label.casefold() in {str(number), f"state {number}", f"s{number}"} else label

    def share(self, number: int) -> Share | None:
        """Return in how much of the readings the conflict can rest in a state; None if unknown."""
        share = self.places.get(number, {}).get("share")
        return None if share is None else Share(value=share, certain=self.exact)

    def path(self, number: int) -> Sequence[Mapping[str, Any]] | None:
        """Return the shortest way there by steps that pay; None where there is none."""
        found: Sequence[Mapping[str, Any]] | None = self.places.get(number, {}).get(
            "by_improvements"
        )
        return found

    @property
    def n_rests(self) -> int:
        """In how many states the conflict can rest."""
        return len(self._everybody.get(RESTS, ()))

    def count(self, number: int) -> str:
        """Return a number of states as people read it."""
        return counted(number)

    def labels(self, names: Sequence[str]) -> str:
        """Return what people call some parties, as a list in a sentence."""
        return listed([self.case.party(name).label for name in names])

    def first(self, wanted: int | None) -> State | None:
        """Return the state that is looked at: the one wanted, asked about, or where it stands."""
        shown = {state.number: state for state in self.states}
        for number in (wanted, self.asked, self.start):
            if number in shown:
                return shown[number]
        return self.states[0] if self.states else None

    def _numbers(self) -> Iterable[int]:
        near = [number for number in self.places if number in self._labels]
        rests = dict.fromkeys([*near, *sorted(self._everybody.get(RESTS, ()))])
        if self.n_states <= MOST_ROWS:
            return dict.fromkeys([*rests, *self._labels])
        drawn = [] if self.flow is None else [int(state.id) for state in self.flow.states]
        own = [number for number in (self.asked, self.start) if number is not None]
        some = list(dict.fromkeys([*near, *own, *drawn, *rests]))[:_MOST_OF_MANY]
        return sorted(some, key=lambda number: number not in rests)


def _way(told: Mapping[str, Any]) -> Way:
    return Way(
        party=told["party"],
        to=told["to"],
        ends=tuple(step["to"] for step in told["answer"] or ()),
        text=told["text"],
        tone=told["tone"],
    )


def _meaning(key: str) -> str:
    horizon = horizon_of(key)
    return (looking_ahead(horizon) if horizon else CONCEPTS[key]).meaning


def speaks_of_moves(case: Case) -> bool:
    """Tell whether a case says who can move."""
    return bool(case.blocks.get("control") or case.blocks.get("graph"))


def snippet(case: Case) -> str:
    """Return the block that a case lacks, as an example in its own names."""
    party, other = case.parties[0], case.parties[-1]
    status_quo = zip(case.issues, case.vocabulary.status_quo, strict=True)
    steps = (
        f"{issue.name}: [{issue.options[at]} -> {to}]"
        for issue, at in status_quo
        for to in reversed(issue.options)
        if to != issue.options[at]
    )
    step = next(steps, f"{case.issues[0].name}: any")
    block = f"control:\n  {party.name}:\n    {step}\n"
    if other is not party:
        block += f"  {other.name}:\n    {case.issues[-1].name}: any\n"
    return block
