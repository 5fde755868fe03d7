"""Whether a package holds once it is signed: who could gain by leaving it, and what answers that.

What is counted is counted among the readings in which all signatories accept the package, since in
the others nothing is signed; where they never do, or nobody has to, among all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from detente.acting_together import MOST_PARTIES_TOGETHER
from detente.analysis import Analysis, Judged
from detente.blocks.control import Control
from detente.blocks.graph import GraphState
from detente.errors import ExpressionError, UnanswerableError
from detente.graph_model import GraphModel, state_meant
from detente.hit_and_run import Bools, Floats
from detente.modelling import model_of
from detente.readings import share_of
from detente.solvers.joint_moves import JumpsOfReadings, jumps_of_readings
from detente.solvers.standing import KEYS, Departures, Standing, standing_of_readings
from detente.state_values import StateValues, pieces_of, state_values_of
from detente.steadiness import share_among, where_signed
from detente.table import Share
from detente.timing import entries_of
from detente.vocabulary import Package
from detente.work import Work

CONCEPTS = KEYS
"""What a proposal is judged by: every concept that asks which answers a party reckons with."""
_MOST_CELLS = 50_000_000
"""Values of states that are held at once, for coalitions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Amounts over some readings, in points: the 5th, 50th and 95th of a hundred of them."""

    low: Fraction
    middle: Fraction
    high: Fraction


@dataclass(frozen=True, kw_only=True, eq=False)
class Holding:
    """One state of a conflict in every reading: a package that has been signed, or a state.

    asked : as it was asked for; name : what people read
    package : None where the case writes its states out
    everywhere : the model of all states, and what they are worth
    model, values : the part of it that moves can lead to from there
    state : its position in ``model``
    judged : who accepts the package; None where nobody can be asked
    among : shape (n_rows,), the readings that count
    standing : verdicts, margins and own moves of each party
    jumps : what coalitions of two or more could do that no smaller one can; None where parties, or
        readings times states, are too many
    """

    analysis: Analysis
    asked: str
    name: str
    package: Package | None
    everywhere: StateValues
    model: GraphModel
    values: StateValues
    state: int
    judged: Judged | None
    among: Bools
    standing: Standing
    jumps: JumpsOfReadings | None

    @property
    def parties(self) -> tuple[str, ...]:
        """The names of those who control something."""
        return self.model.parties

    @property
    def ever_accepted(self) -> bool:
        """Whether readings count in which all signatories accept it, rather than all readings."""
        together = None if self.judged is None else self.judged.together
        return together is not None and together.value > 0

    def holds(self, key: str, party: int | None = None) -> Share:
        """Return in what share of the readings it is stable for a party; for all when not given."""
        stable = self.standing.stable[key]
        proved = self._proved.get((key, party))
        if proved is not None:
            return share_of(np.zeros(1, dtype=bool), certain=proved)
        mask = stable.all(axis=1) if party is None else stable[:, party]
        return self.share(np.asarray(mask, dtype=bool))

    def share(self, mask: Bools) -> Share:
        """Return the share of the readings that count."""
        found = share_among(mask, self.among)
        if found is None:
            message = "no reading counts"
            raise ValueError(message)
        return found

    def margin(self, key: str, party: int) -> Range | None:
        """Return by how much it is stable for a party, or misses it; None without amounts."""
        return self.range_of(self.standing.margin[key][:, party], party)

    def range_of(self, amounts: Floats, party: int, mask: Bools | None = None) -> Range | None:
        """Return the range of some amounts of a party over readings that count.

        None where the party has no amounts, where no reading counts, or where they are infinite.
        """
        units = self.values.units(party)
        rows = self.among if mask is None else self.among & mask
        if units is None or not rows.any():
            return None
        some = np.quantile(amounts[rows], [0.05, 0.5, 0.95], method="nearest")
        if not np.isfinite(some).all():
            return None
        low, middle, high = (Fraction(int(n), units) for n in some)
        return Range(low=low, middle=middle, high=high)

    def departures(self, party: int) -> Departures:
        """Return the own moves of a party from here."""
        return self.standing.departures[party]

    def typical(self, mask: Bools, amounts: Floats) -> int:
        """Return a reading, the one in the middle by some amount among those that count."""
        rows = np.flatnonzero(self.among & mask)
        order = np.argsort(amounts[rows], kind="stable")
        return int(rows[order[len(rows) // 2]])

    def profile(self, row: int) -> Floats:
        """Return the values of all states to all parties in one reading."""
        profile: Floats = self.values.values(np.array([row]))[0]
        return profile

    @cached_property
    def _proved(self) -> Mapping[tuple[str, int | None], bool]:
        """Verdicts that are proved for every reading, by concept and party."""
        found: dict[tuple[str, int | None], bool] = {}
        for p in range(len(self.parties)):
            for key in CONCEPTS:
                verdict = self._same_everywhere(key, p)
                if verdict is not None:
                    found[key, p] = verdict
        for key in CONCEPTS:
            each = [found.get((key, p)) for p in range(len(self.parties))]
            if all(one is True for one in each):
                found[key, None] = True
            if any(one is False for one in each):
                found[key, None] = False
        return found

    def _same_everywhere(self, key: str, party: int) -> bool | None:
        """Prove that it is stable for a party in every reading, or in none; None where neither.

        Proved are only verdicts that need nobody else's values: no own move can ever be better, or
        one always is; or the party has no moves, or there is only one reading.
        """
        stable = self.standing.stable[key][:, party]
        if self.values.n_rows == 1:
            return bool(stable[0])
        better = [self.moved(party, int(q)) for q in self.departures(party).target]
        if all(one is False for one in better):
            return True
        return False if key == "R" and any(better) else None

    def moved(self, party: int, target: int) -> bool | None:
        """Prove that a move is an improvement in every reading, or in none; None where neither."""
        return self._moved[party, target]

    @cached_property
    def _moved(self) -> Mapping[tuple[int, int], bool | None]:
        return {
            (own.party, int(q)): self._always(own.party, int(q), own.gain[:, k])
            for own in self.standing.departures
            for k, q in enumerate(own.target)
        }

    def _always(self, party: int, target: int, gain: Floats) -> bool | None:
        if gain.min() <= 0 < gain.max():
            return None
        if self.values.own[party].draws is None:
            return bool(gain[0] > 0)
        opinion = self.analysis.opinions[self.parties[party]]
        frame = opinion.preferences.frame
        here, there = (frame.package(self.model.package(k)) for k in (self.state, target))
        kind = opinion.certain.kind(here - there)
        return None if kind == "some" else kind == "none"


def holding_of(analysis: Analysis, asked: str) -> Holding:
    """Judge a package, or a state by its number or name.

    Raises
    ------
    ExpressionError
        The package cannot be read or names something unknown.
    UnknownNameError
        There is no such state.
    UnanswerableError
        The case says nothing of moves, the package is not feasible, or of a party that can move
        nothing is said by which it could compare states.
    LimitError
        There are too many states, or moves.
    """
    whole, state, name = _meant(analysis, asked)
    model = whole.reachable(state)
    everywhere = state_values_of(analysis, whole)
    values = everywhere.within(model)
    place = int(model.place_of(state))
    package = None if whole.explicit else model.package(place)
    judged = _judged(analysis, package)
    among = _among(analysis, package, judged, values.n_rows)
    standing = standing_of_readings(
        model.graph, place, pieces_of(values), CONCEPTS, work=analysis.work
    )
    return Holding(
        analysis=analysis,
        asked=asked,
        name=name or whole.label(state),
        package=package,
        everywhere=everywhere,
        model=model,
        values=values,
        state=place,
        judged=judged,
        among=among,
        standing=standing,
        jumps=_jumps(model, place, values, analysis.work),
    )


def _meant(analysis: Analysis, asked: str) -> tuple[GraphModel, int, str]:
    """Return the model, the state in it that a text means, and what it is called, if by a number.

    The status quo need not be feasible where a package is asked about.
    """
    number = asked.strip()
    if number.isdecimal() or entries_of(analysis, "graph", GraphState):
        whole = model_of(analysis, analysis.case.vocabulary.status_quo)
        state = state_meant(whole, asked)
        if state is not None:
            return whole, state, "" if whole.explicit else f"state {number}"
    base, name = _package(analysis, asked)
    whole = model_of(analysis, base)
    state = whole.state_of(base)
    if state is None:
        message = f"{name} breaks a constraint, so it is no state; 'detente explain' names it"
        raise UnanswerableError(message)
    return whole, state, name


def _package(analysis: Analysis, asked: str) -> tuple[Package, str]:
    """Return the package that a text means; where a single word is none, remind of numbers."""
    try:
        return analysis.package(asked)
    except ExpressionError as error:
        if len(asked.split()) != 1 or not entries_of(analysis, "control", Control):
            raise
        hint = "; ".join(filter(None, (error.hint, "a state's number works too")))
        raise ExpressionError(
            error.problem, text=error.text, column=error.column, hint=hint
        ) from None


def _judged(analysis: Analysis, package: Package | None) -> Judged | None:
    """Return who accepts a package; None where of somebody who has to nothing is known."""
    answerable = all(
        analysis.opinions[party.name].answerable for party in analysis.case.signatories
    )
    return analysis.judge([package])[0] if package is not None and answerable else None


def _among(
    analysis: Analysis, package: Package | None, judged: Judged | None, n_rows: int
) -> Bools:
    if package is None or judged is None or judged.together is None or n_rows == 1:
        return np.ones(n_rows, dtype=bool)
    return where_signed(analysis, package, n_rows)


def _jumps(
    model: GraphModel, state: int, values: StateValues, work: Work
) -> JumpsOfReadings | None:
    cells = values.n_rows * len(values.own) * model.n_states
    if len(model.parties) > MOST_PARTIES_TOGETHER or cells > _MOST_CELLS:
        return None
    return jumps_of_readings(
        model.graph,
        state,
        values.values(np.arange(values.n_rows)),
        concepts=("CGMR", "CSEQ"),
        needing_all=True,
        work=work,
    )
