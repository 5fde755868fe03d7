"""What a search for the best package found, and whether that is proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from detente.vocabulary import Package

Proof = Literal["exact", "bounded", "empty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The best gains over no deal that acceptable packages have.

    status : ``exact``: nothing better exists, and ``vectors`` are all that are as good;
        ``bounded``: a limit ended the search, ``vectors`` holds the best found, if any;
        ``empty``: no package is acceptable
    vectors : the gains of the best packages by party, different from each other, the largest first
        (lexicographically); several when different gains are equally good
    package : a package with the first of these gains
    bound : when bounded, the objective is at most this; None otherwise
    searched : the most labels held at once
    """

    status: Proof
    vectors: tuple[tuple[int, ...], ...] = ()
    package: Package | None = None
    bound: float | None = None
    searched: int = 0
