"""Where one method gives way to another. Every such number stands here.

They were chosen by measuring (see the benchmarks page of the documentation); moving them changes
how long an answer takes, never what it is.
"""

from __future__ import annotations

LISTED_PACKAGES = 50_000
"""Up to so many packages all of them are listed: counts, reasons and pictures then use the list."""

COMPILED_CANDIDATES = 150_000
"""From so many candidates in one layer compiled merging pays for loading its compiler."""
COMPILED_CANDIDATES_OF_MANY = 30_000
"""The same for five parties and more, where filtering without compiled code is slow."""
COMPILED_CANDIDATES_LOADED = 8_000
"""The same once that compiler is loaded; not where labels are thinned, whose order then counts."""

COMPILED_CELLS = 20_000
"""From so many cells (readings times states times option tuples) tables are settled compiled."""
SEARCHED_CELLS = 1_500_000_000
"""Up to so many cells (times readings) every agenda is searched, in compiled code: a minute."""
SEARCHED_CELLS_PLAIN = 500_000_000
"""The same without compiled code."""
SEARCHED_STATES = 10_000_000
"""States that a search of agendas may have at all its tables."""

GRID_CELLS_PER_CANDIDATE = 100
"""A cell of a grid costs so much less than a candidate that is filtered."""
GRID_MEMORY_SHARE = 0.1
"""The share of the memory limit that grids may take."""

JOINT_CUTS = 2
"""Weighted sums of several parties used to cut off partial packages, beside each party's own."""

COUNTED_LABELS = 300_000
"""Acceptable packages are counted while no more different values of partial packages are kept."""
COUNTED_VECTORS = 200_000
"""Up to so many frontier vectors the packages behind all of them are counted."""

THINNED_SHARE = 0.25
"""When labels grow past a limit they are thinned to this share of it."""
FEWEST = 2_000
"""Labels that are always kept, also once time or memory have run out."""
THIN_EVERY = 5
"""An approximation that was asked for thins every so many layers; more often keeps more labels."""
FILTERED_BOXES = 10_000
"""Up to so many boxes those that another dominates are dropped when labels are thinned."""
COPIES = 4
"""Merging holds its labels this many times over."""

LISTED_TIES = 1_000
"""Packages with equal values that are listed; of more, some of them."""
TIES_MEMORY = 2**24
"""Bytes spent on finding what is tied with a solution found without the frontier."""
SEARCHED_PACKAGES = 20_000
"""Frontier packages gone through for those that meet a condition."""
SAMPLED_PACKAGES = 2_000
"""Packages drawn to stand for all where there are too many to list."""

ROADMAP_ORDERS = 20_000
"""Up to so many orders of a roadmap every one is worked out in every reading."""
ROADMAP_ARCS = 1_000_000
"""Pairs of what is in force and a next stage that are held when the order decides what is ahead."""
ROADMAP_LABELS = 4_000
"""Undominated prospects kept for each state of a roadmap; with more the answer is bounded."""
BEAM_LABELS = 32
"""The same in a first search, whose order is a limit for the full one."""
BEST_ORDER_NODES = 50_000
"""Ends of orders looked at for the one that is good in the most readings."""
BEST_ORDER_CELLS = 100_000_000
"""Steps times readings times signatories up to which the bound on that order is worked out."""
ROADMAP_STEPS = 1_000_000_000
"""Steps times readings gone through by a programme over sets; otherwise stages are made smaller."""
ROADMAP_ITEMS = 22
"""Items of a roadmap that can be ordered: a number is held for every set of them."""
COUNTED_STEPS = 100_000
"""Up to so many steps orders are counted without compiled code."""
COMPILED_STANDING = 1_000_000
"""From so many answers, steps and counter-moves, times readings, a state is judged compiled."""

COMPILED_MOVES = 50_000
"""From so many moves of a conflict compiled searches for answers pay for loading their compiler."""
