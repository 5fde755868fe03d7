"""What the roadmaps of a package give: which orders hold, where the others break, what mends them.

Where the case does not say how long a shift lasts, everything is worked out for each duration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from detente.blocks.walk_away import Lasts
from detente.going_on import Carried, carried
from detente.implementation import Implementation
from detente.mending_orders import Mending, mendings_of
from detente.proposed_orders import Proposed, proposed_orders
from detente.readings import is_visible
from detente.reliance import Reliance, reliance_of
from detente.signing import Ends, ends_of
from detente.solvers.roadmap import Stages
from detente.staging import Staging, staging_of
from detente.steadiness import share_among
from detente.yardstick import Step, yardsticks_of

MOST_RELIED = 8
"""So many orders are followed again without each thing said of leaving, and mended."""
USUAL: Lasts = "until completion"
"""The duration that is told at length where none is stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An order that is shown.

    proposed : None when nobody named it and the search came upon it
    best, least : for which durations it holds in most readings, or needs the smallest guarantee
    """

    stages: Stages
    proposed: Proposed | None
    best: tuple[Lasts | None, ...]
    least: tuple[Lasts | None, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Outlook:
    """What is found when shifts of unstated duration last so long.

    carried : what becomes of each order shown; best : of each of those that hold most often
    """

    ends: Ends
    staging: Staging
    carried: tuple[Carried, ...]
    best: tuple[Carried, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Roadmaps:
    """Everything about the roadmaps of a package.

    shown : orders proposed first, then the best of each duration and the one that needs least
    outlooks : by duration; one, None, where nothing is left unstated
    told : the duration told at length
    reliance : the same orders without each thing said of leaving
    mendings : what would mend them, and the best order, for the duration told at length
    yardsticks : by signatory, the change of one option that is worth to it about what leaving the
        best order would have to cost it
    """

    implementation: Implementation
    shown: tuple[Shown, ...]
    outlooks: Mapping[Lasts | None, Outlook]
    told: Lasts | None
    reliance: tuple[Reliance, ...]
    mendings: Mapping[int, Mending]
    yardsticks: Mapping[str, Step]

    @property
    def outlook(self) -> Outlook:
        """What is found for the duration told at length."""
        return self.outlooks[self.told]

    @property
    def best(self) -> int:
        """The position of the order that holds in most readings."""
        return next(k for k, one in enumerate(self.shown) if self.told in one.best)

    @property
    def least(self) -> int:
        """The position of the order that needs the smallest guarantee on average."""
        return next(k for k, one in enumerate(self.shown) if self.told in one.least)

    @property
    def alike(self) -> int | None:
        """The position of an order about as good as the best for every duration; or None."""
        places = sorted(range(len(self.shown)), key=lambda k: (k != self.best, k))
        return next((k for k in places if all(self.level(k, d) for d in self.outlooks)), None)

    def level(self, place: int, lasts: Lasts | None) -> bool:
        """Tell whether an order holds in no visibly fewer readings than the best."""
        outlook = self.outlooks[lasts]
        best = next(k for k, one in enumerate(self.shown) if lasts in one.best)
        own, other = outlook.carried[place].holding, outlook.carried[best].holding
        step = share_among(other.astype(float) - own, self.implementation.among)
        return step is None or not (step.value > 0 and is_visible(step.value, step.error))


def roadmaps_of(
    implementation: Implementation, order: str | None = None, *, most: int = MOST_RELIED
) -> Roadmaps:
    """Work out which orders of a package hold, and what becomes of those that are proposed.

    order : a further order to be judged
    most : so many orders are followed again without each thing said of leaving, and mended

    Raises ExpressionError when the order cannot be read; CancelledError.
    """
    proposed = proposed_orders(implementation, order)
    durations = implementation.durations()
    stages = [one.stages for one in proposed]
    said = [one.stages for one in proposed_orders(implementation, None)]
    staging = {lasts: staging_of(implementation, lasts, said, stages) for lasts in durations}
    shown = _shown(proposed, staging)
    outlooks = {
        lasts: _outlook(implementation, lasts, shown, staging[lasts]) for lasts in durations
    }
    own = {lasts: outlook.carried[:most] for lasts, outlook in outlooks.items()}
    told: Lasts | None = USUAL if USUAL in outlooks else None
    best = next(k for k, one in enumerate(shown) if told in one.best)
    mended = [*range(min(most, len(shown))), *([best] if best >= most else [])]
    mendings = mendings_of(implementation, [shown[k].stages for k in mended], told)
    return Roadmaps(
        implementation=implementation,
        shown=shown,
        outlooks=outlooks,
        told=told,
        reliance=reliance_of(implementation, own),
        mendings=dict(zip(mended, mendings, strict=True)),
        yardsticks=yardsticks_of(implementation, outlooks[told].carried[best]),
    )


def _outlook(
    implementation: Implementation, lasts: Lasts | None, shown: tuple[Shown, ...], found: Staging
) -> Outlook:
    orders = list(dict.fromkeys([*(one.stages for one in shown), *found.best]))
    followed = dict(zip(orders, carried(implementation, orders, lasts), strict=True))
    return Outlook(
        ends=ends_of(implementation, lasts),
        staging=found,
        carried=tuple(followed[one.stages] for one in shown),
        best=tuple(followed[stages] for stages in found.best),
    )


def _best(staging: Mapping[Lasts | None, Staging]) -> Mapping[Lasts | None, Stages]:
    """Return the best order of each duration; the same for all where one is."""
    common = frozenset.intersection(*(frozenset(found.leaders) for found in staging.values()))
    if not common:
        return {lasts: found.best[0] for lasts, found in staging.items()}
    usual = staging[USUAL if USUAL in staging else None].leaders
    return dict.fromkeys(staging, next(stages for stages in usual if stages in common))


def _shown(
    proposed: tuple[Proposed, ...], staging: Mapping[Lasts | None, Staging]
) -> tuple[Shown, ...]:
    """Return the orders proposed, and the best and the least demanding that were found."""
    named = {one.stages: one for one in proposed}
    best = _best(staging)
    least = {lasts: found.least for lasts, found in staging.items()}
    usual = USUAL if USUAL in staging else None
    orders = dict.fromkeys([*named, *best.values(), least[usual]])
    return tuple(
        Shown(
            stages=stages,
            proposed=named.get(stages),
            best=tuple(lasts for lasts, order in best.items() if order == stages),
            least=tuple(lasts for lasts, order in least.items() if order == stages),
        )
        for stages in orders
    )
