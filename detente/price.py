"""What a party's yes to a package costs: by how much no deal must fall, or the offer improve.

Both are the same number of points, since a gain is value less no deal. Prices on all readings come
from the range of the gain over the polytope and are exact; those on a part of the readings are
counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from detente.analysis import Analysis, Judged, Judgement, Kind
from detente.case import Party
from detente.packages import as_choices
from detente.polytope import Range
from detente.readings import share_of
from detente.solvers.leverage import Shortfalls, shortfalls
from detente.statements.red_line import RedLine
from detente.vocabulary import Package

HALF = Fraction(1, 2)
NINE_TENTHS = Fraction(9, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turning:
    """The credibility at which something begins to be so.

    included : it is so at this credibility already; otherwise at any above it
    kind : the verdict from there on, where a verdict is what changes
    """

    credibility: Fraction
    included: bool
    kind: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Price:
    """What one party's yes to one package costs, in points.

    judgement : where the party stands as things are
    central, half, nine_tenths : the least fall of no deal with which it accepts on the central
        reading, in half of the readings and in nine tenths of them; None where red lines exclude
        it. Negative: by how much no deal may rise before it does not
    gain : how far the gain ranges over all readings; None for a party known by an order only, or
        one that cannot be answered for
    attained : some reading asks exactly the least, which strict statements may exclude
    red_lines : those that the package crosses
    shortfalls : None for a party that cannot be answered for
    """

    party: Party
    judgement: Judgement
    central: Fraction | None
    half: Fraction | None
    nine_tenths: Fraction | None
    gain: Range | None
    attained: bool
    red_lines: tuple[RedLine, ...]
    shortfalls: Shortfalls | None

    @property
    def forbidden(self) -> bool:
        """Whether a red line that is imposed in every reading is crossed, so there is no price."""
        return any(line.certain for line in self.red_lines)

    @property
    def every(self) -> Fraction | None:
        """The least fall with which it accepts in every reading."""
        return None if self.gain is None or self.red_lines else -self.gain.low

    @property
    def least(self) -> Fraction | None:
        """What the least demanding reading asks; exactly that where it is ``attained``."""
        return None if self.gain is None or self.forbidden else -self.gain.high

    def after(self, fall: Fraction) -> Judgement:
        """Return where the party stands once its no deal has fallen by ``fall`` points.

        A fall does not move a party that is known by an order only.
        """
        if self.gain is None or self.shortfalls is None or not fall:
            return self.judgement
        kind = self.kind(fall)
        proved = None if kind == "some" else kind == "every"
        return Judgement(kind=kind, share=share_of(self.shortfalls.accepts(fall), certain=proved))

    def kind(self, fall: Fraction) -> Kind:
        """Return the verdict after a fall, from the range of the gain; exact, ties accept."""
        if self.gain is None or self.forbidden:
            return self.judgement.kind
        most = self.gain.high + fall
        if most < 0 or (most == 0 and not self.attained):
            return "none"
        return "every" if self.gain.low + fall >= 0 and not self.red_lines else "some"

    def turning(self, whole: Fraction) -> Turning | None:
        """Return the smallest credibility with which a pressure changes the verdict.

        whole : the fall when it is fully believed; at credibility c no deal falls by c x whole

        None when even a credibility of 1 changes nothing.
        """
        if self.gain is None or self.forbidden or not whole:
            return None
        now = self.kind(Fraction(0))
        edges = sorted({-self.gain.high / whole, -self.gain.low / whole})
        for place, edge in enumerate(edges):
            if not 0 <= edge <= 1:
                continue
            kind = self.kind(edge * whole)
            if kind != now:
                return Turning(credibility=edge, included=True, kind=kind)
            beyond = [*edges, edge + 2][place + 1]
            kind = self.kind((edge + beyond) / 2 * whole)
            if kind != now and edge < 1:
                return Turning(credibility=edge, included=False, kind=kind)
        return None

    def halfway(self, whole: Fraction) -> Turning | None:
        """Return the credibility from which half of the readings begin, or cease, to accept.

        None when even a credibility of 1 changes nothing in that.
        """
        if self.half is None or self.gain is None or not whole:
            return None
        edge = self.half / whole
        accepts_now, rising = self.half <= 0, whole > 0
        if accepts_now == rising or not 0 <= edge <= 1 or (edge == 1 and not rising):
            return None
        return Turning(credibility=edge, included=rising)


def prices_of(analysis: Analysis, packages: Sequence[Package]) -> list[Mapping[str, Price]]:
    """Return every party's price of each package, by name."""
    judged = analysis.judge(packages)
    choices = as_choices(packages, len(analysis.case.issues))
    missing = {
        name: shortfalls(analysis.space, name, draws, choices)
        for name, draws in analysis.readings.draws.items()
    }
    return [
        {
            party.name: _price(
                analysis, party, one, missing[party.name][row] if party.name in missing else None
            )
            for party in analysis.case.parties
        }
        for row, one in enumerate(judged)
    ]


def _price(analysis: Analysis, party: Party, judged: Judged, missing: Shortfalls | None) -> Price:
    """Return one party's price; counted prices never leave the range that is proved."""
    analysis.work.check("working out prices")
    opinion = analysis.opinions[party.name]
    judgement = judged.parties[party.name]
    lines = analysis.crossed(party.name, judged.package) if opinion.answerable else ()
    if missing is None or opinion.ordinal:
        return Price(
            party=party,
            judgement=judgement,
            central=None,
            half=None,
            nine_tenths=None,
            gain=None,
            attained=False,
            red_lines=lines,
            shortfalls=missing,
        )
    gain = opinion.preferences.frame.package(judged.package) - analysis.walk_away(party.name)
    reach = opinion.certain.range(gain)

    def counted(part: Fraction) -> Fraction | None:
        asked = missing.asked(part)
        return None if asked is None else min(max(asked, -reach.high), -reach.low)

    forbidden = any(line.certain for line in lines)
    imposed = any(line.weight >= HALF for line in lines)
    return Price(
        party=party,
        judgement=judgement,
        central=None if imposed else -gain.at(analysis.readings.central[party.name]),
        half=counted(HALF),
        nine_tenths=counted(NINE_TENTHS),
        gain=reach,
        attained=not forbidden and opinion.certain.kind(gain - reach.high) != "none",
        red_lines=lines,
        shortfalls=missing,
    )
