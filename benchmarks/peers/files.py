"""Small files of the kinds that negotiating agents use, read by NegMAS and by Detente in turn.

What is right follows from how the programs that define these files, Genius 10.4 and GeniusWeb,
read them, and is worked out by hand; utilities run from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.faults import Said
from benchmarks.peers.process import Process, raced


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFault:
    """A folder with a domain and two profiles, and a question about the second.

    packages : by position of their options, whose utilities are asked for; the no-deal utility is
        told, too
    right : those utilities and the no-deal one, by definition
    """

    asked: str
    files: Mapping[str, str]
    packages: tuple[tuple[int, ...], ...]
    right: str


_DISCRETE = '<issue index="{index}" name="{name}" type="discrete" vtype="discrete">{items}</issue>'
_ITEM = '<item index="{index}" value="{value}"{evaluation}/>'


def _issue(index: int, name: str, options: Mapping[str, int], *, valued: bool) -> str:
    items = "".join(
        _ITEM.format(index=k, value=label, evaluation=f' evaluation="{points}"' if valued else "")
        for k, (label, points) in enumerate(options.items(), 1)
    )
    return _DISCRETE.format(index=index, name=name, items=items)


def _domain(issues: str, *, first: int = 0) -> str:
    return (
        '<negotiation_template><utility_space number_of_issues="2"><objective '
        f'index="{first}" name="root" type="objective" etype="objective" description="">{issues}'
        "</objective></utility_space></negotiation_template>"
    )


def _profile(issues: str, weights: Mapping[int, str], more: str = "", *, first: int = 0) -> str:
    lines = "".join(f'<weight index="{k}" value="{w}"/>' for k, w in weights.items())
    return (
        f'<utility_space number_of_issues="2"><objective index="{first}" name="root" '
        f'type="objective" etype="objective" description="">{issues}{lines}</objective>'
        f"{more}</utility_space>"
    )


def _genius(
    *,
    first: int = 0,
    top: int = 1,
    discount: str = "1.0",
    reservation: str = "0.0",
) -> dict[str, str]:
    """Return a folder of two discrete issues, evaluations up to ``top``, weighted 0.6 and 0.4."""
    color = {"red": 2 * top, "blue": top}
    size = {"large": 4 * top, "small": top}
    numbers = first + 1, first + 2
    plain, valued = (
        "".join(
            _issue(k, name, options, valued=worth)
            for k, name, options in zip(numbers, ("color", "size"), (color, size), strict=True)
        )
        for worth in (False, True)
    )
    weights = dict(zip(numbers, ("0.6", "0.4"), strict=True))
    more = f'<discount_factor value="{discount}"/><reservation value="{reservation}"/>'
    profile = _profile(valued, weights, more, first=first)
    return {
        "domain.xml": _domain(plain, first=first),
        "domain_a.xml": profile,
        "domain_b.xml": profile,
    }


def _integers() -> dict[str, str]:
    """Return a folder of one integer issue, 8 to 14, of which the party wants little."""
    issue = (
        '<issue index="1" name="price" type="integer" etype="integer" vtype="integer" '
        'lowerbound="8" upperbound="14">{}</issue>'
    )
    evaluator = '<evaluator ftype="linear" offset="1.0" slope="-0.15"/>'
    profile = _profile(issue.format(evaluator), {1: "1.0"})
    return {
        "domain.xml": _domain(issue.format("")),
        "domain_a.xml": profile,
        "domain_b.xml": profile,
    }


def _boxes() -> dict[str, str]:
    """Return a folder in which a party is paid for what lies outside a box."""
    issue = (
        '<issue index="{}" name="{}" type="integer" etype="integer" vtype="integer" '
        'lowerbound="0" upperbound="9"/>'
    )
    issues = issue.format(1, "first") + issue.format(2, "second")
    profile = (
        f'<utility_space type="nonlinear" number_of_issues="2"><objective index="0" name="root" '
        f'type="objective" etype="objective" description="">{issues}'
        '<utility maxutility="4"><ufun type="PlainUfun" weight="1" aggregation="sum">'
        '<hyperRectangle utility="3"><EXCLUDES index="1" min="5" max="9"/></hyperRectangle>'
        '<hyperRectangle utility="1"><INCLUDES index="2" min="5" max="9"/></hyperRectangle>'
        "</ufun></utility></objective></utility_space>"
    )
    return {"domain.xml": _domain(issues), "domain_a.xml": profile, "domain_b.xml": profile}


def _geniusweb() -> dict[str, str]:
    """Return a folder as GeniusWeb has written them since 2020."""
    domain = '{"name": "domain", "issuesValues": {"color": {"values": ["red", "blue"]}}}'
    profile = (
        '{"LinearAdditiveUtilitySpace": {"name": "%s", "domain": '
        + domain
        + ', "issueWeights": {"color": 1.0}, "issueUtilities": {"color": '
        '{"DiscreteValueSetUtilities": {"valueUtilities": {"red": 1.0, "blue": 0.25}}}}, '
        '"reservationBid": {"issuevalues": {"color": "blue"}}}}'
    )
    return {"domain.json": domain, "a.json": profile % "a", "b.json": profile % "b"}


FILES: tuple[FileFault, ...] = (
    FileFault(
        asked="Genius: reservation 0.5, discount 0.9. Utility of the best package, and of no deal?",
        files=_genius(discount="0.9", reservation="0.5"),
        packages=((0, 0),),
        right="1; no deal 0.5",
    ),
    FileFault(
        asked="Genius: evaluations 20 and 10, 40 and 10; weights 0.6, 0.4; reservation 0.5. "
        "Utility of the best package, of the worst, and of no deal?",
        files=_genius(top=10, reservation="0.5"),
        packages=((0, 0), (1, 1)),
        right="1, 0.4; no deal 0.5",
    ),
    FileFault(
        asked="Genius: an integer issue from 8 to 14, offset 1, slope -0.15. Utility of 8, of 14, "
        "and of no deal?",
        files=_integers(),
        packages=((0,), (6,)),
        right="1, 0.1; no deal 0",
    ),
    FileFault(
        asked="Genius: 3 for what a box EXCLUDES (first from 5 to 9), 1 for what another INCLUDES "
        "(second from 5 to 9), at most 4. Utility of (0, 0), of (7, 0), of (0, 7), and of no deal?",
        files=_boxes(),
        packages=((0, 0), (7, 0), (0, 7)),
        right="0.75, 0, 1; no deal 0",
    ),
    FileFault(
        asked="GeniusWeb since 2020: red 1, blue 0.25, the reservation bid is blue. Utility of "
        "red, of blue, and of no deal?",
        files=_geniusweb(),
        packages=((0,), (1,)),
        right="1, 0.25; no deal 0.25",
    ),
    FileFault(
        asked="Genius: the objective has index 1, the issues 2 and 3; weights 0.6, 0.4. Utility of "
        "the best package, of the worst, and of no deal?",
        files=_genius(first=1),
        packages=((0, 0), (1, 1)),
        right="1, 0.4; no deal 0",
    ),
)


def read_of(
    detente: Process, negmas: Process, folder: Path, faults: Sequence[FileFault] = FILES
) -> tuple[Said, ...]:
    """Write every folder of files and let both sides read it."""
    said = []
    for number, fault in enumerate(faults):
        place = folder / f"files{number}"
        place.mkdir(parents=True, exist_ok=True)
        for name, text in fault.files.items():
            (place / name).write_text(text, encoding="utf-8")
        given = {"folder": str(place), "packages": [list(package) for package in fault.packages]}
        answers = raced((detente, negmas), "files", given, repeats=1)
        ours, theirs = (answers[process.entrant.name] for process in (detente, negmas))
        said.append(
            Said(
                asked=fault.asked,
                negmas=theirs.problem or theirs.answer,
                right=fault.right,
                detente=ours.problem or ours.answer,
            )
        )
    return tuple(said)
