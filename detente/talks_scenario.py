"""What outside agents bargain over, as the files of a Genius scenario: a domain and its profiles.

Issues, options and parties are numbered, so that no name of a case can be taken for anything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

Additive = tuple[tuple[Fraction, ...], ...]
"""What each option of each issue is worth to one party; a package is worth their sum."""
_Span = tuple[Fraction, Fraction]


@dataclass(frozen=True, kw_only=True)
class TalksScenario:
    """Parties who bargain over packages, each valuing them by a sum over issues.

    values : by party, what each option of each issue is worth, in any unit
    no_deal : by party, what no deal is worth, in the same unit
    """

    values: tuple[Additive, ...]
    no_deal: tuple[Fraction, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many options each issue has."""
        return tuple(len(issue) for issue in self.values[0])

    @cached_property
    def _spans(self) -> tuple[tuple[_Span, ...], ...]:
        """By party and issue, the worst option's value and the best one's over it."""
        return tuple(
            tuple((min(issue), max(issue) - min(issue)) for issue in issues)
            for issues in self.values
        )

    @cached_property
    def _reaches(self) -> tuple[_Span, ...]:
        """By party, the worst package's value and the best one's over it."""
        zero = Fraction(0)
        return tuple(
            (sum((low for low, _ in spans), zero), sum((span for _, span in spans), zero))
            for spans in self._spans
        )

    def level(self, party: int, choice: Sequence[int] | None) -> Fraction:
        """Return where a package stands between a party's worst (0) and best (1); None: no deal.

        A party that is indifferent to everything has all packages at 0.

        Examples
        --------
        >>> values = (((Fraction(0), Fraction(30)), (Fraction(10), Fraction(0))),)
        >>> talks = TalksScenario(values=values, no_deal=(Fraction(20),))
        >>> talks.level(0, (1, 1)), talks.level(0, None)
        (Fraction(3, 4), Fraction(1, 2))
        """
        issues, (low, reach) = self.values[party], self._reaches[party]
        value = self.no_deal[party]
        if choice is not None:
            value = sum((i[k] for i, k in zip(issues, choice, strict=True)), Fraction(0))
        return (value - low) / (reach or 1)

    @cached_property
    def files(self) -> Mapping[str, str]:
        """The texts of the files by their names; parties stand in their order.

        Every party's values run from 0 to 1 over all packages, so that a program which wants them
        so leaves them as they are.
        """
        names = [f"profile-{p + 1:03}.xml" for p in range(len(self.values))]
        domain = (
            f"<negotiation_template>\n{_utility_space(_issues(self.values[0], None), '')}"
            "</negotiation_template>\n"
        )
        return {
            "domain.xml": domain,
            **{name: self._profile(p) for p, name in enumerate(names)},
        }

    def _profile(self, party: int) -> str:
        issues, spans, (_, reach) = self.values[party], self._spans[party], self._reaches[party]
        weights = [float(span / reach) if reach else 1 / len(issues) for _, span in spans]
        lines = "".join(
            f'<weight index="{k + 1}" value="{weight!r}"/>\n' for k, weight in enumerate(weights)
        )
        levels = [
            [(value - low) / (span or 1) for value in issue]
            for issue, (low, span) in zip(issues, spans, strict=True)
        ]
        no_deal = float(self.level(party, None))
        return _utility_space(
            lines + _issues(issues, levels),
            f'<discount_factor value="1.0"/>\n<reservation value="{no_deal!r}"/>\n',
        )


def _issues(issues: Additive, levels: Sequence[Sequence[Fraction]] | None) -> str:
    lines = []
    for k, issue in enumerate(issues):
        lines.append(f'<issue index="{k + 1}" name="i{k + 1}" type="discrete" vtype="discrete">')
        for option in range(len(issue)):
            said = "" if levels is None else f' evaluation="{float(levels[k][option])!r}"'
            lines.append(f'<item index="{option + 1}" value="o{option + 1}"{said}/>')
        lines.append("</issue>")
    return "\n".join(lines) + "\n"


def _utility_space(inside: str, after: str) -> str:
    return (
        '<utility_space>\n<objective index="0" name="all" type="objective" etype="objective">\n'
        f"{inside}</objective>\n{after}</utility_space>\n"
    )
