"""Whether some vector seen before is at least as good in every coordinate.

Each vector is summed up by a signature: its coordinates, coarsened where they need more bits than
there are, side by side in one word with a spare bit above each. One subtraction then compares all
coordinates at once: a borrow clears a spare bit where the first is smaller. Signatures lie in the
leaves of a binary tree that halves boxes; each node knows the largest coordinates below it, so that
whole branches are left out (a k-d tree, Bentley 1975, with corners as in the ND-tree of Jaszkiewicz
& Lust 2018). Where signatures are coarse, what they let through is compared exactly.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from detente.factors import Ints

_ROOM = 32
_DEEPEST = 128
_MOST_FIELDS = 15


class Fields(NamedTuple):
    """How signatures are formed.

    low : value of each coordinate that becomes zero; coarse : bits dropped of each
    width : bits of a field with its spare bit; spare : the spare bits of all fields
    exact : whether signatures hold the coordinates in full
    """

    low: Ints
    coarse: Ints
    width: int
    spare: int
    exact: bool


class CornerTree(NamedTuple):
    """Boxes and the signatures in them.

    corner : largest coordinates below each node; link : the first of two children, or -1 - leaf
    field, middle : which field a node halves, and where; the second child has the larger values
    signature, row : shape (n_leaves, _ROOM); size : of each leaf
    further : leaf that continues a leaf of equal signatures, or -1
    used : shape (2,), how many nodes and leaves there are
    stack : nodes still to be visited by a search
    """

    corner: Ints
    link: Ints
    field: Ints
    middle: Ints
    signature: Ints
    row: Ints
    size: Ints
    further: Ints
    used: Ints
    stack: Ints


@njit(cache=True, nogil=True)
def fields_of(low: Ints, high: Ints) -> Fields:
    """Lay out signatures for coordinates between bounds."""
    n_fields = min(len(low), _MOST_FIELDS)
    width = 63 // n_fields
    coarse = np.zeros(n_fields, np.int64)
    spare = 0
    for p in range(n_fields):
        while (high[p] - low[p]) >> coarse[p] >> (width - 1):
            coarse[p] += 1
        spare |= 1 << (p * width + width - 1)
    exact = len(low) == n_fields and coarse.max() == 0
    return Fields(low[:n_fields].copy(), coarse, width, spare, exact)


@njit(cache=True, nogil=True)
def signed(fields: Fields, vector: Ints) -> int:
    """Return a vector's signature."""
    signature = 0
    for p in range(len(fields.low)):
        signature |= (vector[p] - fields.low[p]) >> fields.coarse[p] << (p * fields.width)
    return signature


@njit(cache=True, nogil=True)
def empty_tree() -> CornerTree:
    """Return a tree without vectors."""
    tree = _roomy(15, 8)
    tree.used[:] = 1
    return tree


@njit(cache=True, nogil=True)
def _roomy(n_nodes: int, n_leaves: int) -> CornerTree:
    return CornerTree(
        np.zeros(n_nodes, np.int64),
        np.full(n_nodes, -1),
        np.zeros(n_nodes, np.int64),
        np.zeros(n_nodes, np.int64),
        np.zeros((n_leaves, _ROOM), np.int64),
        np.zeros((n_leaves, _ROOM), np.int64),
        np.zeros(n_leaves, np.int64),
        np.full(n_leaves, -1),
        np.zeros(2, np.int64),
        np.empty(_DEEPEST, np.int64),
    )


@njit(cache=True, nogil=True)
def covered(tree: CornerTree, fields: Fields, signature: int, vector: Ints, rows: Ints) -> bool:
    """Tell whether a vector in the tree is at least as large in every coordinate.

    rows : the vectors in the tree, by the numbers under which they were added
    """
    spare, stack = fields.spare, tree.stack
    stack[0] = 0
    waiting = 1
    while waiting:
        waiting -= 1
        node = stack[waiting]
        link = tree.link[node]
        while link >= 0:
            first = ((tree.corner[link] | spare) - signature) & spare == spare
            second = ((tree.corner[link + 1] | spare) - signature) & spare == spare
            if second:
                if first:
                    stack[waiting] = link
                    waiting += 1
                node = link + 1
            elif first:
                node = link
            else:
                break
            link = tree.link[node]
        if link >= 0:
            continue
        leaf = -1 - link
        while leaf >= 0:
            hit = False
            for k in range(tree.size[leaf]):
                hit |= ((tree.signature[leaf, k] | spare) - signature) & spare == spare
            if hit and (fields.exact or _confirmed(tree, leaf, signature, spare, vector, rows)):
                return True
            leaf = tree.further[leaf]
    return False


@njit(cache=True, nogil=True)
def _confirmed(
    tree: CornerTree, leaf: int, signature: int, spare: int, vector: Ints, rows: Ints
) -> bool:
    for k in range(tree.size[leaf]):
        if ((tree.signature[leaf, k] | spare) - signature) & spare == spare:
            row = tree.row[leaf, k]
            at_least = True
            for p in range(len(vector)):
                at_least &= rows[row, p] >= vector[p]
            if at_least:
                return True
    return False


@njit(cache=True, nogil=True)
def is_full(tree: CornerTree) -> bool:
    """Tell whether the tree must be enlarged before a vector is added."""
    return bool(tree.used[1] + 2 > len(tree.size) or tree.used[0] + 2 > len(tree.link))


@njit(cache=True, nogil=True)
def plant(tree: CornerTree, fields: Fields, signature: int, row: int) -> None:
    """Add a vector to a tree that is not full."""
    node = 0
    mask = (1 << (fields.width - 1)) - 1
    while True:
        tree.corner[node] = _larger(tree.corner[node], signature, fields)
        if tree.link[node] < 0:
            break
        value = signature >> (tree.field[node] * fields.width) & mask
        node = tree.link[node] + (value >= tree.middle[node])
    leaf = -1 - tree.link[node]
    while tree.size[leaf] == _ROOM:
        if tree.further[leaf] >= 0:
            leaf = tree.further[leaf]
            continue
        if leaf != -1 - tree.link[node] or not _halved(tree, node, leaf, fields):
            further = tree.used[1]
            tree.used[1] += 1
            tree.further[leaf] = further
            leaf = further
            break
        value = signature >> (tree.field[node] * fields.width) & mask
        node = tree.link[node] + (value >= tree.middle[node])
        tree.corner[node] = _larger(tree.corner[node], signature, fields)
        leaf = -1 - tree.link[node]
    tree.signature[leaf, tree.size[leaf]] = signature
    tree.row[leaf, tree.size[leaf]] = row
    tree.size[leaf] += 1


@njit(cache=True, nogil=True)
def _larger(one: int, other: int, fields: Fields) -> int:
    """Return the larger of each field."""
    at_least = ((one | fields.spare) - other) & fields.spare
    mask = at_least - (at_least >> (fields.width - 1))
    return (one & mask) | (other & ~mask & ~fields.spare)


@njit(cache=True, nogil=True)
def _halved(tree: CornerTree, node: int, leaf: int, fields: Fields) -> bool:
    """Split a full leaf at the middle of its widest field; False where all are equal."""
    width = fields.width
    mask = (1 << (width - 1)) - 1
    widest, field, middle = 0, 0, 0
    for p in range(len(fields.low)):
        low, high = mask, 0
        for k in range(_ROOM):
            value = tree.signature[leaf, k] >> (p * width) & mask
            low, high = min(low, value), max(high, value)
        if high - low > widest:
            widest, field, middle = high - low, p, (low + high + 1) >> 1
    if not widest:
        return False
    link, other = tree.used[0], tree.used[1]
    tree.used[0] += 2
    tree.used[1] += 1
    tree.link[node], tree.field[node], tree.middle[node] = link, field, middle
    tree.link[link], tree.link[link + 1] = -1 - leaf, -1 - other
    tree.corner[link] = tree.corner[link + 1] = 0
    tree.size[leaf] = 0
    for k in range(_ROOM):
        signature = tree.signature[leaf, k]
        upper = (signature >> (field * width) & mask) >= middle
        home = other if upper else leaf
        child = link + 1 if upper else link
        tree.corner[child] = _larger(tree.corner[child], signature, fields)
        tree.signature[home, tree.size[home]] = signature
        tree.row[home, tree.size[home]] = tree.row[leaf, k]
        tree.size[home] += 1
    return True


@njit(cache=True, nogil=True)
def enlarged(tree: CornerTree) -> CornerTree:
    """Return the same tree with twice the room."""
    n_nodes, n_leaves = len(tree.link), len(tree.size)
    more = _roomy(2 * n_nodes + 1, 2 * n_leaves)
    more.corner[:n_nodes] = tree.corner
    more.link[:n_nodes] = tree.link
    more.field[:n_nodes] = tree.field
    more.middle[:n_nodes] = tree.middle
    more.signature[:n_leaves] = tree.signature
    more.row[:n_leaves] = tree.row
    more.size[:n_leaves] = tree.size
    more.further[:n_leaves] = tree.further
    more.used[:] = tree.used
    return more
