"""A roadmap in plain values: stages, the gates between them, and where each party stands there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.table import Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a party stands at one moment, in its own points.

    leaves : in what share of the readings walking away is worth more to it; None leaves it untold
    """

    going_on: float
    walking_away: float
    leaves: Share | None = None

    @property
    def slack(self) -> float:
        """By how much going on is worth more; less than 0 where walking away is."""
        return self.going_on - self.walking_away

    @property
    def exposed(self) -> bool:
        """Whether walking away is worth more."""
        return self.slack < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A moment at which any party may walk away.

    standings : one for each party of the picture
    """

    label: str
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What is put into force between two gates.

    items : their names
    takes : how long that takes, in words; empty when nothing is said of it
    inside : for each party where it stands when the others deliver and it does not, None where it
        has nothing to deliver; empty for nobody. Drawn only where a party is exposed
    """

    items: tuple[str, ...]
    takes: str = ""
    inside: tuple[Standing | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A time limit.

    label : a date or a length of time, such as ``1 September 2025``
    at : how many stages are through by then; 2.5 is half way through the third
    """

    label: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A roadmap from signing to the end.

    gates : one more than there are stages, signing first; or none at all
    """

    parties: tuple[str, ...]
    gates: tuple[Gate, ...]
    stages: tuple[Stage, ...] = ()
    deadline: Deadline | None = None

    def __post_init__(self) -> None:
        if len(self.gates) != len(self.stages) + 1 and (self.gates or self.stages):
            message = f"{len(self.gates)} gates for {len(self.stages)} stages"
            raise ValueError(message)
        told: list[tuple[Standing | None, ...]] = [gate.standings for gate in self.gates]
        told += [stage.inside for stage in self.stages if stage.inside]
        for standings in told:
            if len(standings) != len(self.parties):
                message = f"{len(standings)} standings, {len(self.parties)} parties"
                raise ValueError(message)

    @property
    def in_shares(self) -> bool:
        """Whether it is told in how many readings parties leave."""
        return any(s.leaves is not None for gate in self.gates for s in gate.standings)

    def exposed_inside(self, stage: Stage) -> Iterator[tuple[int, Standing]]:
        """Return the positions of parties exposed inside a stage, and where they stand."""
        for place, standing in enumerate(stage.inside):
            if standing is not None and standing.exposed:
                yield place, standing
