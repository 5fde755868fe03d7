"""The entries of ``graph``: states and moves that are written out, and what is said of states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar

from detente.blocks.arrows import ANY, Pairs, Tiers, pairs_text, tiers_text
from detente.blocks.block import Marked, no_such_party
from detente.errors import quote
from detente.expression import Condition, as_word
from detente.statements.statement import Trouble, told
from detente.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphState(Marked):
    """One state of a conflict that is written out."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    title: str = ""

    @property
    def label(self) -> str:
        """What people read."""
        return self.title or self.name.replace("_", " ")

    def written(self) -> Mapping[str, str]:
        """Return what it says, as a file spells it."""
        return {"title": self.title}

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report nothing: a name that cannot be used is found where the case is put together."""
        del vocabulary, parties
        return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusQuo(Marked):
    """The state in which the conflict is, among states that are written out."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("label",)

    name: str

    @property
    def label(self) -> str:
        """What people read."""
        return "status quo"

    def written(self) -> Mapping[str, str]:
        """Return what it says, as a file spells it."""
        return {"state": self.name}

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report nothing: states are looked up where all of them are known."""
        del vocabulary, parties
        return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfParty(Marked):
    """What is said of one party."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("party",)

    party: str

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report a party that the case does not have."""
        del vocabulary
        if self.party not in parties:
            yield no_such_party(self.party, parties, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphMoves(_OfParty):
    """The moves of one party, where states are written out.

    moves : pairs (from, to) of states by name, or ``any`` on one side
    """

    moves: Pairs

    @property
    def label(self) -> str:
        """What people read."""
        return "what it can do"

    @property
    def named(self) -> tuple[str, ...]:
        """The states that it names."""
        return tuple(name for name in chain(*self.moves) if name != ANY)

    def written(self) -> Mapping[str, str]:
        """Return what it says, as a file spells it."""
        return {"moves": pairs_text(self.moves)}

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report a party that the case does not have, and moves that lead nowhere."""
        yield from _OfParty.check(self, vocabulary, parties)
        for old, new in self.moves:
            if old == new != ANY:
                yield ("", f"{quote(pairs_text([(old, new)]))} changes nothing", "leave it out", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphRanking(_OfParty):
    """One party's ranking of states; a state that it does not name lies below all that it does.

    tiers : the best first; states of one tier are level
    much : for each gap between two tiers, whether the upper one is much preferred
    """

    tiers: Tiers
    much: tuple[bool, ...]

    @property
    def label(self) -> str:
        """What people read."""
        return "how it ranks the states"

    @property
    def named(self) -> tuple[str, ...]:
        """The states that it names."""
        return tuple(chain(*self.tiers))

    def written(self) -> Mapping[str, str]:
        """Return what it says, as a file spells it."""
        return {"ranking": tiers_text(self.tiers, self.much)}

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report a party that the case does not have, and states that are ranked twice."""
        yield from _OfParty.check(self, vocabulary, parties)
        yield from _ranked_twice(self.named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(_OfParty):
    """Pairs of states of which nobody knows how a party compares them."""

    pairs: Pairs

    @property
    def label(self) -> str:
        """What people read."""
        return "which states nobody knows how it compares"

    @property
    def named(self) -> tuple[str, ...]:
        """The states that it names."""
        return tuple(chain(*self.pairs))

    def written(self) -> Mapping[str, str]:
        """Return what it says, as a file spells it."""
        return {"pairs": pairs_text(self.pairs, "?")}

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report a party that the case does not have, and states compared with themselves."""
        yield from _OfParty.check(self, vocabulary, parties)
        for one, other in self.pairs:
            if one == other:
                problem = f"{quote(pairs_text([(one, other)], '?'))} compares a state with itself"
                yield ("", problem, "leave it out", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen(_OfParty):
    """States that a party does not see.

    states : by name, or by number in a case with ``control``
    conditions : states that meet any of them, in a case with ``control``
    """

    states: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()

    @property
    def label(self) -> str:
        """What people read."""
        return "what it does not see"

    @property
    def named(self) -> tuple[str, ...]:
        """The states that it names."""
        return self.states

    def written(self) -> Mapping[str, str]:
        """Return what it says, as a file spells it."""
        texts = (" ".join(condition.text.split()) for condition in self.conditions)
        return {"states": ", ".join((*map(as_word, self.states), *texts))}

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report a party that the case does not have, unknown names, and states named twice."""
        yield from _OfParty.check(self, vocabulary, parties)
        for condition in self.conditions:
            yield from (told(error) for error in condition.check(vocabulary))
        for name in _repeated(self.states):
            yield ("", f"the state {quote(name)} is named twice", "keep one of the two", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Misread(_OfParty):
    """How a party believes that another one ranks the states."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("party", "of")

    of: str
    tiers: Tiers

    @property
    def label(self) -> str:
        """What people read."""
        return f"its picture of {self.of}"

    @property
    def named(self) -> tuple[str, ...]:
        """The states that it names."""
        return tuple(chain(*self.tiers))

    def written(self) -> Mapping[str, str]:
        """Return what it says, as a file spells it."""
        return {"ranking": tiers_text(self.tiers)}

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report parties that the case does not have, oneself, and states that are ranked twice."""
        yield from _OfParty.check(self, vocabulary, parties)
        if self.of not in parties:
            yield no_such_party(self.of, parties, "")
        elif self.of == self.party:
            problem = f"{self.party} cannot misread itself"
            yield ("", problem, "what it wants itself goes under ranking", "")
        yield from _ranked_twice(self.named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged(Marked):
    """All states that meet a condition are one; the first of them stands for it."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("condition",)

    condition: Condition
    title: str = ""

    @property
    def label(self) -> str:
        """What people read."""
        return self.title or "states that are one"

    def written(self) -> Mapping[str, str]:
        """Return what it says, as a file spells it."""
        return {"when": " ".join(self.condition.text.split()), "title": self.title}

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report unknown names in the condition."""
        del parties
        yield from (told(error, "when") for error in self.condition.check(vocabulary))


@dataclass(frozen=True, slots=True, kw_only=True)
class Coalition(Marked):
    """Parties that act as one."""

    members: tuple[str, ...]

    @property
    def label(self) -> str:
        """What people read."""
        return "parties that act as one"

    def written(self) -> Mapping[str, str]:
        """Return what it says, as a file spells it."""
        return {"members": ", ".join(self.members)}

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report members that the case does not have, or that are named twice, and too few."""
        del vocabulary
        yield from (
            no_such_party(name, parties, "") for name in self.members if name not in parties
        )
        for name in _repeated(self.members):
            yield ("", f"{name} is named twice in a coalition", "keep one of the two", "")
        if len(self.members) < 2:
            yield ("", "a coalition has at least two members", "name them: [moe, local]", "")


def _ranked_twice(named: tuple[str, ...]) -> Iterator[Trouble]:
    for name in _repeated(named):
        yield ("", f"the state {quote(name)} is ranked twice", "keep one of the two", "")


def _repeated(names: tuple[str, ...]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
