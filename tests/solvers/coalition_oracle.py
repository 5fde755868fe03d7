"""Coalitions and inverse stability straight from the definitions, by going through everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, permutations

from tests.solvers.conflicts import Conflict, random_conflict, stable

Path = tuple[tuple[int, int], ...]


def small_conflict(seed: int, *, most_states: int = 7) -> Conflict:
    """A random conflict of which all but the first few states are left out."""
    return first_states(random_conflict(seed), most_states)


def first_states(conflict: Conflict, most_states: int) -> Conflict:
    """A conflict of which all other states are left out."""
    n_states = min(conflict.n_states, most_states)
    return Conflict(
        n_states=n_states,
        moves=[{move for move in own if max(move) < n_states} for own in conflict.moves],
        ranks=[own[:n_states] for own in conflict.ranks],
    )


def coalitions(conflict: Conflict) -> list[tuple[int, ...]]:
    parties = range(conflict.n_parties)
    return [members for size in parties for members in combinations(parties, size + 1)]


# --- legal sequences and coalitions --------------------------------------------------------------


def sequences(
    conflict: Conflict, members: tuple[int, ...], start: int, *, longest: int, improving: bool
) -> Iterator[Path]:
    """Yield every legal sequence of so many moves at most."""
    todo: list[tuple[Path, int, int | None]] = [((), start, None)]
    step = conflict.better if improving else conflict.goes
    while todo:
        path, at, last = todo.pop()
        if len(path) == longest:
            continue
        for member in members:
            if member != last:
                for there in step(member, at):
                    longer = (*path, (member, there))
                    yield longer
                    todo.append((longer, there, member))


def ends(
    conflict: Conflict, members: tuple[int, ...], start: int, *, improving: bool = False
) -> set[int]:
    """R_H(start), or R+_H(start)."""
    step = conflict.better if improving else conflict.goes
    return conflict.sequences(list(members), start, step)


def is_legal(
    conflict: Conflict, members: tuple[int, ...], start: int, path: Path, *, improving: bool = False
) -> bool:
    """Whether the moves are a legal sequence of the members."""
    at, last = start, None
    for member, there in path:
        if member not in members or member == last or (at, there) not in conflict.moves[member]:
            return False
        if improving and there not in conflict.better(member, at):
            return False
        at, last = there, member
    return len(path) > 0


def all_gain(conflict: Conflict, members: tuple[int, ...], there: int, here: int) -> bool:
    return all(conflict.ranks[member][there] > conflict.ranks[member][here] for member in members)


def improvements(conflict: Conflict, members: tuple[int, ...], state: int) -> set[int]:
    """The states of R_H(state) that every member prefers."""
    return {q for q in ends(conflict, members, state) if all_gain(conflict, members, q, state)}


def deterring(
    conflict: Conflict, members: tuple[int, ...], state: int, jump: int, concept: str
) -> set[int]:
    """The answers of those outside to a jump that deter the members."""
    if concept == "CR":
        return set()
    others = tuple(k for k in range(conflict.n_parties) if k not in members)
    found = set()
    for x in ends(conflict, others, jump, improving=concept == "CSEQ"):
        if all_gain(conflict, members, x, state):
            continue
        ways_out = ends(conflict, members, x) if concept == "CSMR" else set()
        if not any(all_gain(conflict, members, z, state) for z in ways_out):
            found.add(x)
    return found


def stable_for(conflict: Conflict, members: tuple[int, ...], state: int, concept: str) -> bool:
    """CR, CGMR, CSMR or CSEQ stability of a state for a coalition."""
    return all(
        deterring(conflict, members, state, q, concept)
        for q in improvements(conflict, members, state)
    )


# --- inverse -------------------------------------------------------------------------------------


def ranked(conflict: Conflict, party: int, row: list[int]) -> Conflict:
    """The same conflict with another ranking of one party."""
    return replace(conflict, ranks=[row if k == party else r for k, r in enumerate(conflict.ranks)])


def preferring(conflict: Conflict, party: int, state: int, better: set[int]) -> Conflict:
    """The same with a party that prefers exactly these states to one."""
    row = [2 if s in better else int(s == state) for s in range(conflict.n_states)]
    return ranked(conflict, party, row)


def preferred(conflict: Conflict, party: int, state: int) -> set[int]:
    row = conflict.ranks[party]
    return {s for s in range(conflict.n_states) if row[s] > row[state]}


def smallest(
    conflict: Conflict, party: int, state: int, concept: str, *, makes: bool
) -> list[tuple[int, ...]]:
    """All smallest sets of states that have to fall, or rise; none where no set does it."""
    better = preferred(conflict, party, state)
    able = sorted(better) if makes else sorted(set(range(conflict.n_states)) - better - {state})
    for size in range(len(able) + 1):
        found = []
        for change in combinations(able, size):
            after = better - set(change) if makes else better | set(change)
            now = stable(preferring(conflict, party, state, after), concept, party, state)
            if now == makes:
                found.append(change)
        if found:
            return found
    return []


def n_stable_rankings(conflict: Conflict, party: int, state: int, concept: str) -> int:
    """Go through every strict ranking of all states by one party."""
    every = permutations(range(conflict.n_states))
    return sum(stable(ranked(conflict, party, list(row)), concept, party, state) for row in every)
