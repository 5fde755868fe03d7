"""The digest of a changed case: what a busy reader is told first, in at most five sentences."""

from __future__ import annotations

from datetime import date

from detente.attribution import Attribution, Causes
from detente.consequences import ALL, Consequences, Outcome, Recommended
from detente.difference import Change, Difference
from detente.prose import capital, listed, package_text, share_tone
from detente.table import Sentence, Share, Tone
from detente.telling.difference import basis_text, before, spoken, summary
from detente.vocabulary import Issue

MOST_SENTENCES = 5

_NO_PACKAGE = {
    "none acceptable": "no package is acceptable to all signatories on the central reading",
    "ordinal": "a signatory is known by an order only",
    "unanswerable": "a signatory's statements contradict each other or are incomplete",
    "bounded": "none was found within the limits",
}


def day_text(as_of: str) -> str:
    """Return a day for people; what is no full day of the calendar stays as it is.

    Examples
    --------
    >>> day_text("2025-07-31"), day_text("summer 2025")
    ('31 July 2025', 'summer 2025')
    """
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        return as_of
    return f"{day.day} {day:%B} {day.year}"


def cause_text(difference: Difference, attribution: Attribution | None) -> str:
    """Return which change made an answer change, to follow what it is now."""
    if attribution is None or attribution.finding == "untried":
        return ""
    if attribution.finding == "together":
        return f", through changes {numbers_text(difference, attribution)} together"
    if len(attribution.changes) > 1:
        which = numbers_text(difference, attribution)
        return f"; each of changes {which} is enough for that by itself"
    return f", mainly because {_clause(difference, attribution.changes[0])}"


def numbers_text(difference: Difference, attribution: Attribution) -> str:
    """Return the numbers under which the tables list the changes."""
    places = (difference.changes.index(change) + 1 for change in attribution.changes)
    return listed([str(place) for place in places])


def _clause(difference: Difference, change: Change) -> str:
    old, new = change.old, change.new
    if change.what == "proposal":
        return "the proposal itself has changed"
    if old is None:
        return f"it is now said that {spoken(difference.new, new)}"
    if new is None:
        return f"it is no longer said that {spoken(difference.old, old)}"
    if change.kind == "changed":
        label = difference.new.party(new.party).label
        said = new.sentence(difference.new.vocabulary)
        return f"{label} now {said} (before: {before(difference, old, new)})"
    how = [basis_text(d) for d in change.details if d.key in {"confidence", "view"}]
    return f"'{spoken(difference.new, new)}' has its {listed(how)}"


def outcome_text(difference: Difference, outcome: Outcome) -> str:
    """Return what changed in one answer, without a full stop, so that a reason can follow."""
    case = difference.new
    together = outcome.party == ALL
    proposal = next(p for p in case.proposals if p.name == outcome.proposal)
    label = capital(proposal.label)
    who = "all signatories" if together else case.party(outcome.party).label
    accepts = "accept" if together else "accepts"
    old, new = outcome.old, outcome.new
    if new.share is None:
        return f"{label}: whether {who} {accepts} it cannot be told any more"
    if new.kind == "none" and together:
        return f"{label}: there is no longer a reading in which {who} accept it{_was(old.share)}"
    if new.kind == "none":
        return f"{label}: {who} now refuses it in every reading{_was(old.share)}"
    return f"{label}: {who} now {accepts} it {_instead(old.share, new.share)}"


def _was(share: Share | None) -> str:
    return "" if share is None else f" (before: accepted {share.phrase()})"


def _instead(old: Share | None, new: Share) -> str:
    if old is None:
        return f"{new.phrase()}; before it could not be told"
    if old.certain or new.certain:
        return f"{new.phrase()}, before {old.phrase()}"
    return f"{new.phrase()} instead of {old}"


def recommended_text(difference: Difference, old: Recommended, new: Recommended) -> str:
    """Return how the recommended package changed, without a full stop."""
    if new.package is None:
        return f"No package can be recommended any more: {_NO_PACKAGE[new.reason]}"
    if old.package is None:
        return f"There is a package to recommend now: {_package_text(difference, new)}"
    issues = {issue.name: issue for issue in difference.new.issues}
    changed = [
        f"{issues[name].label} {option_text(issues[name], option)} instead of "
        f"{option_text(issues[name], old.package[name])}"
        for name, option in new.package.items()
        if name in old.package and old.package[name] != option
    ]
    if not changed:
        return f"The recommended package is now {_package_text(difference, new)}"
    if len(changed) > 3:
        return f"Another package is recommended, with {len(changed)} issues settled otherwise"
    return f"The recommended package now has {listed(changed)}"


def option_text(issue: Issue, option: str | None) -> str | None:
    """Return an option with the unit of a numeric issue."""
    return (
        f"{option} {issue.unit}" if option and issue.levels is not None and issue.unit else option
    )


def no_package_text(recommended: Recommended) -> str:
    """Return why no package is recommended."""
    return _NO_PACKAGE[recommended.reason]


def _package_text(difference: Difference, recommended: Recommended) -> str:
    case = difference.new
    named = recommended.package or {}
    package = tuple(issue.options.index(named[issue.name]) for issue in case.issues)
    return package_text(case, package)


def outcome_tone(outcome: Outcome) -> Tone:
    """Return what a changed answer means: more readings accept, or fewer."""
    if outcome.step == 0 or outcome.new.share is None:
        return "warn"
    return "good" if outcome.step > 0 else "bad"


def lead(consequences: Consequences, causes: Causes) -> tuple[Sentence, ...]:
    """Return at most five sentences: what changed, what is to be watched, what came of it."""
    difference = consequences.difference
    first = Sentence(text=f"{_since(difference)}: {summary(difference)}.")
    found = [first, *_warnings(consequences)]
    picked = consequences.recommended_changed
    news = sorted(_headlines(consequences), key=lambda outcome: -abs(outcome.step))
    told = ""
    for outcome in news[: min(2, MOST_SENTENCES - len(found) - picked)]:
        text = outcome_text(difference, outcome)
        cause = cause_text(difference, causes.of("proposal", outcome.proposal, outcome.party))
        text += ", for the same reason" if cause and cause == told else cause
        told = cause
        found.append(Sentence(text=f"{text}.", tone=outcome_tone(outcome)))
    if not news and consequences.outcomes:
        text = "No proposal is visibly more or less acceptable than before."
        found.append(Sentence(text=text))
    if picked:
        text = recommended_text(difference, *consequences.recommended)
        cause = cause_text(difference, causes.of("recommended"))
        text += ", for the same reason" if cause and cause == told else cause
        found.append(Sentence(text=f"{text}."))
    found += _fresh(consequences)
    return tuple(found[:MOST_SENTENCES])


def _fresh(consequences: Consequences) -> list[Sentence]:
    """Say of new proposals in how many readings all accept them, the most accepted first."""
    labels = {p.name: p.label for p in consequences.difference.new.proposals}
    judged = consequences.judged[1]
    told = [(name, judged[name].together) for name in consequences.fresh]
    known = sorted(
        ((name, share) for name, share in told if share is not None),
        key=lambda pair: -pair[1].value,
    )
    return [
        Sentence(
            text=f"The new {labels[name]} is accepted by all signatories {share.phrase()}.",
            tone=share_tone(share),
        )
        for name, share in known[:1]
    ]


def _since(difference: Difference) -> str:
    old, new = difference.old.as_of, difference.new.as_of
    if difference.older:
        return f"From {day_text(old)} back to {day_text(new)}"
    if old and old != new:
        return f"Since {day_text(old)}"
    return "From the first file to the second"


def _headlines(consequences: Consequences) -> list[Outcome]:
    """Return one changed answer for each proposal: that of all, or else the largest step."""
    best: dict[str, Outcome] = {}
    for outcome in consequences.outcomes:
        if outcome.changed:
            known = best.get(outcome.proposal)
            if known is None or outcome.party == ALL or abs(outcome.step) > abs(known.step):
                best[outcome.proposal] = outcome
    return list(best.values())


def _warnings(consequences: Consequences) -> list[Sentence]:
    difference = consequences.difference
    found = []
    if difference.older:
        text = "The second file is older than the first, so all this runs backwards in time."
        found.append(Sentence(text=text, tone="warn"))
    view = consequences.old.work.view
    only_ranked = [
        (case, party)
        for case, party, _ in consequences.unanswerable
        if case.only_ranked(party, view=view)
    ]
    parts = [
        f"{case.party(party).label} in the {'first' if case is difference.old else 'second'} file"
        for case, party, _ in consequences.unanswerable
        if (case, party) not in only_ranked
    ]
    if parts:
        text = (
            f"Nothing can be told of {listed(parts)}, where statements contradict each other or "
            "are incomplete; the rest is compared."
        )
        found.append(Sentence(text=text, tone="warn"))
    if only_ranked:
        labels = dict.fromkeys(case.party(party).label for case, party in only_ranked)
        text = f"Of {listed(list(labels))} only rankings of states are known, not of packages."
        found.append(Sentence(text=text))
    return found
