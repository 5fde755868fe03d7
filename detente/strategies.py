"""Strategies of bargaining that the literature knows, by name: how each makes and takes offers."""

from __future__ import annotations

from dataclasses import dataclass

from detente.errors import UnknownNameError, did_you_mean, quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """A rule by which a party makes offers and takes them, round by round.

    name : what users type; title : what they read; says : the rule in one plain sentence
    agent : what the bargaining program calls it
    source : who described it
    """

    name: str
    title: str
    says: str
    agent: str
    source: str


_FARATIN = "Faratin, Sierra and Jennings 1998"
STRATEGIES = {
    strategy.name: strategy
    for strategy in (
        Strategy(
            name="boulware",
            title="Boulware",
            says="holds out and concedes only near the end",
            agent="BoulwareTBNegotiator",
            source=_FARATIN,
        ),
        Strategy(
            name="linear",
            title="linear",
            says="concedes as much in every round",
            agent="LinearTBNegotiator",
            source=_FARATIN,
        ),
        Strategy(
            name="conceder",
            title="conceder",
            says="concedes most at the beginning",
            agent="ConcederTBNegotiator",
            source=_FARATIN,
        ),
        Strategy(
            name="tit_for_tat",
            title="tit for tat",
            says="concedes about as much as the last offer conceded to it",
            agent="NaiveTitForTatNegotiator",
            source=_FARATIN,
        ),
        Strategy(
            name="micro",
            title="MiCRO",
            says="goes down its own list of packages by one for every new offer that it gets",
            agent="MiCRONegotiator",
            source="de Jonge 2022",
        ),
        Strategy(
            name="hybrid",
            title="hybrid",
            says="concedes with time, and further as the others concede",
            agent="HybridNegotiator",
            source="Keskin, Çakan and Aydoğan 2021",
        ),
        Strategy(
            name="hardliner",
            title="hardliner",
            says="asks for its best package to the end and takes nothing else",
            agent="ToughNegotiator",
            source="Baarslag, Hindriks and Jonker 2011",
        ),
    )
}
"""Every strategy by its name."""
USUAL = ("boulware", "conceder", "tit_for_tat", "micro")
"""Those that are tried when none are named: late, early, in answer, and step for step."""


def strategies_named(text: str | None) -> tuple[Strategy, ...]:
    """Return strategies from names with commas between them; the usual ones from None.

    Raises UnknownNameError when there is no such strategy, none, or one is named twice.

    Examples
    --------
    >>> [strategy.title for strategy in strategies_named("micro, boulware")]
    ['MiCRO', 'Boulware']
    """
    names = USUAL if text is None else [name.strip() for name in text.split(",")]
    for name in names:
        if name not in STRATEGIES:
            hint = did_you_mean(name, list(STRATEGIES))
            raise UnknownNameError(f"no strategy is called {quote(name)}; {hint}")
    if len(set(names)) < len(names):
        raise UnknownNameError(f"strategies: {quote(text or '')} names one twice; once is enough")
    return tuple(STRATEGIES[name] for name in names)
