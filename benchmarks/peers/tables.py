"""The measurements as tables and sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.peers.faults import Said
from benchmarks.peers.frontiers import DETENTE, LISTING, NEGMAS, WITH_PACKAGES, Row
from benchmarks.peers.games import GAMBIT, GameRow
from benchmarks.peers.installed import Installed
from benchmarks.peers.measuring import Report
from benchmarks.peers.process import Timed
from benchmarks.peers.starting import Cost
from benchmarks.peers.whole_answers import WholeAnswer
from benchmarks.wording import duration, memory, paragraph, ratio_text, table

WANTED_OF_NEGMAS, WANTED_OF_LISTING = 1000, 10
"""So many times faster Detente wants to be on the largest problems."""

MOST_REASONS = 5
"""So many reasons why folders do not load are named, the most frequent ones."""


def _time(timed: Timed) -> str:
    return timed.problem or duration(timed.cpu)


def _ratio(row: Row, side: str, limit: float) -> str:
    """Say how many times as long a side took; of one that was stopped, how long at least."""
    ratio = row.ratio(side)
    if ratio is not None:
        return ratio_text(ratio, 1)
    ours = row.sides[DETENTE]
    if ours.problem or not row.sides[side].problem.startswith("stopped"):
        return "–"
    return f"over {ratio_text(limit, ours.cpu)}"


def _same(row: Row) -> str:
    if row.sides[NEGMAS].problem:
        return "not answered"
    if row.difference is None or not row.difference.same:
        return "**no**"
    return f"yes, {row.difference.n_hidden:,} hidden" if row.difference.n_hidden else "yes"


def frontier_table(rows: Sequence[Row], limit: float) -> str:
    """Return the times of every side, and how many times as long the others took."""
    titles = (
        *("packages", "parties", "interests", "points", "vectors", "Detente"),
        *("with packages", "listing", "NegMAS", "listing / Detente, CPU", "NegMAS / Detente, CPU"),
        "NegMAS the same",
    )
    return table(
        titles,
        [
            (
                f"10^{row.problem.n_issues}",
                str(row.problem.n_parties),
                row.problem.kind,
                row.problem.numbers,
                f"{row.n_vectors:,}",
                *(_time(row.sides[side]) for side in (DETENTE, WITH_PACKAGES, LISTING, NEGMAS)),
                _ratio(row, LISTING, limit),
                _ratio(row, NEGMAS, limit),
                _same(row),
            )
            for row in rows
        ],
        left=4,
    )


def memory_table(rows: Sequence[Row]) -> str:
    """Return what the largest problems add to memory at the peak."""
    titles = ("packages", "parties", "interests", "points", "Detente", "listing", "NegMAS")
    return table(
        titles,
        [
            (
                f"10^{row.problem.n_issues}",
                str(row.problem.n_parties),
                row.problem.kind,
                row.problem.numbers,
                *(
                    row.sides[side].problem or memory(row.sides[side].memory)
                    for side in (DETENTE, LISTING, NEGMAS)
                ),
            )
            for row in largest(rows)
        ],
        left=4,
    )


def largest(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of the largest problems."""
    most = max((row.problem.n_issues for row in rows), default=0)
    return [row for row in rows if row.problem.n_issues == most]


def verdict(rows: Sequence[Row]) -> str:
    """Say in a paragraph how the largest problems went against what was wanted."""
    chosen = largest(rows)
    told = []
    wanted = (
        (NEGMAS, "NegMAS", WANTED_OF_NEGMAS),
        (LISTING, "listing and filtering", WANTED_OF_LISTING),
    )
    for side, name, times in wanted:
        ratios = {row: ratio for row in chosen if (ratio := row.ratio(side)) is not None}
        if not ratios:
            told.append(f"{name} answered none of the largest problems.")
            continue
        low, high = min(ratios.values()), max(ratios.values())
        told.append(
            f"Of the {len(chosen)} largest problems {name} answered {len(ratios)}, in "
            f"{ratio_text(low, 1)} to {ratio_text(high, 1)} times Detente's time; {times:,} times "
            "was the aim."
        )
        missed = [row for row, ratio in ratios.items() if ratio < times]
        if missed:
            problems = "; ".join(
                f"{row.problem.words} ({ratio_text(ratios[row], 1)})" for row in missed
            )
            told.append(f"It is missed by: {problems}.")
    return paragraph(" ".join(told))


def where_slower(rows: Sequence[Row]) -> str:
    """Say where listing is as fast as Detente or faster."""
    slower = Counter(
        row.problem.n_issues
        for row in rows
        if (ratio := row.ratio(LISTING)) is not None and ratio <= 1
    )
    if not slower:
        return ""
    told = [
        f"{count} of {sum(row.problem.n_issues == size for row in rows)} problems of 10^{size} "
        "packages"
        for size, count in sorted(slower.items())
    ]
    return paragraph(
        f"Listing is as fast or faster in {', '.join(told)}: small problems are listed within the "
        "time that Detente takes to set out, and where most packages are on the frontier there is "
        "little to save."
    )


def differences(rows: Sequence[Row]) -> str:
    """Say where NegMAS's frontier differs and why."""
    answered = [row for row in rows if row.difference is not None]
    other = [row for row in answered if row.difference and not row.difference.same]
    hidden = [row for row in answered if row.difference and row.difference.n_hidden]
    same = len(answered) - len(other)
    told = [
        f"NegMAS answered {len(answered)} of {len(rows)} problems, {same} with the same vectors."
    ]
    told += [
        f"In {row.problem.words} it reports {row.difference.n_dominated:,} vectors that are not on "
        f"the frontier and leaves out {row.difference.n_missing:,}: sums of rounded numbers are "
        "compared, which differ in their last digits."
        for row in other
        if row.difference
    ]
    if hidden:
        lost = sum(row.difference.n_hidden for row in hidden if row.difference)
        told.append(
            f"Of packages with equal values it reports one each: in {len(hidden)} problems "
            f"{lost:,} efficient packages are not reported."
        )
    return paragraph(" ".join(told))


def whole_table(answers: Sequence[WholeAnswer]) -> str:
    """Return what telling everything takes, and what is answered otherwise."""
    rows = []
    for answer in answers:
        ours, theirs = answer.sides[DETENTE], answer.sides[NEGMAS]
        known = not ours.problem and not theirs.problem
        rows.append(
            (
                f"10^{answer.problem.n_issues}",
                str(answer.problem.n_parties),
                _time(ours),
                _time(theirs),
                ratio_text(theirs.cpu, ours.cpu) if known else "–",
                (", ".join(answer.different) or "nothing") if known else "not known",
            )
        )
    titles = ("packages", "parties", "Detente", "NegMAS", "NegMAS / Detente, CPU", "other values")
    return table(titles, rows)


def games_table(games: Sequence[GameRow]) -> str:
    """Return what pure equilibria take."""
    return table(
        (
            *("strategies", "equilibria", "Detente", "Gambit", "Nashpy"),
            *("Detente, with reading", "Gambit, with reading", "the same"),
        ),
        [
            (
                " × ".join(map(str, game.sizes)),
                str(game.n_equilibria),
                *(_time(game.loaded[side]) for side in (DETENTE, GAMBIT)),
                _time(game.nashpy) if game.nashpy else "two players only",
                *(_time(game.from_file[side]) for side in (DETENTE, GAMBIT)),
                "yes" if game.same else "**no**",
            )
            for game in games
        ],
        left=1,
    )


def said_table(said: Sequence[Said], version: str) -> str:
    """Return questions with both answers and the right one."""
    titles = ("asked", f"NegMAS {version} says", "right", "Detente says")
    rows = [
        tuple(
            cell.replace("|", "\\|")
            for cell in (
                one.asked,
                one.negmas,
                one.right,
                one.detente if one.sound else f"**{one.detente}**",
            )
        )
        for one in said
    ]
    return table(titles, rows, left=4)


def costs_table(costs: Sequence[Cost]) -> str:
    """Return what starting takes."""
    return table(
        ("command", "side", "seconds", "memory at the peak"),
        [
            (
                cost.command.title,
                cost.command.side,
                cost.problem or f"{cost.wall:.2f}",
                "–" if cost.problem else memory(cost.memory),
            )
            for cost in costs
        ],
    )


def installed_table(found: Sequence[Installed]) -> str:
    """Return what is installed with each."""
    return table(
        ("package", "version", "other packages it needs", "on disk"),
        [(one.name, one.version, str(one.n_needed), memory(one.size)) for one in found],
    )


def folders_said(report: Report) -> str:
    """Say how many folders of published domains load, and why others do not."""
    if not report.folders:
        return paragraph(
            "None were tried in this run; `--domains PATH` tries every folder below a path."
        )
    told = []
    for name, title in ((DETENTE, "Detente"), (NEGMAS, "NegMAS")):
        answers = report.folders[name]
        failed = Counter(
            _without_path(problem, folder) for folder, problem in answers.items() if problem
        )
        often = failed.most_common(MOST_REASONS)
        reasons = "; ".join(f"{reason} ({count})" for reason, count in often)
        told.append(f"{title} opens {len(answers) - failed.total()} of {len(answers)} folders.")
        if reasons:
            more = failed.total() - sum(count for _, count in often)
            rest = f"; and {more:,} for other reasons" if more else ""
            told.append(f"Why not the others: {reasons}{rest}.")
    return paragraph(" ".join(told))


def _without_path(problem: str, folder: str) -> str:
    return problem.replace(folder, "the folder")
