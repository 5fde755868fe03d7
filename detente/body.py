"""From a polytope of exact rows to the arrays that the sampler moves in.

Which rows touch the scale, the shape inside one issue, or both, is decided here; so is what happens
to sets without volume: equalities within one block are kept exactly by moving inside them,
equalities that mix the blocks are widened (design: half a point either way when certain, one point
when not).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from detente.hit_and_run import Alone, Body, Bools, Floats, Ints
from detente.linear import Linear, Row, Unknown
from detente.polytope import Point, Polytope
from detente.preferences import Preferences, Unstated
from detente.statements import Statement
from detente.statements.compare import Compare

HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """Which unknown stands in which column of the two blocks.

    shape : ("option", issue, option) unknowns of stated parties whose swing is not nothing
    """

    scale: tuple[Unknown, ...]
    shape: tuple[Unknown, ...]
    swing: tuple[int, ...]

    def start(self, point: Point) -> tuple[Floats, Floats]:
        """Return a reading as (scale, shape)."""
        scale = np.array([float(point[unknown]) for unknown in self.scale])
        shape = np.zeros(len(self.shape))
        for j, unknown in enumerate(self.shape):
            swing = point[self.scale[self.swing[j]]]
            shape[j] = float(point[unknown] / swing) if swing else 0.5
        return scale, shape


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorted:
    """One row prepared for the sampler: ``y_part @ y + v_part @ v + constant >= 0``.

    u_part is set besides for a row inside one issue: the row divided by its swing, as coefficients
    of u and a constant. It then takes the place of the others.
    """

    y_part: Floats
    v_part: Floats
    u_part: Floats | None
    constant: float
    group: int


def columns_of(preferences: Preferences, inside: Point) -> Columns:
    """Return the columns; ``inside`` is a reading in the relative interior of all readings."""
    if preferences.manner == "points":
        return Columns(scale=preferences.unknowns, shape=(), swing=())
    scale = tuple(u for u in preferences.unknowns if u[0] != "option")
    place = {u[1]: k for k, u in enumerate(scale) if u[0] == "swing"}
    shape = tuple(
        u for u in preferences.unknowns if u[0] == "option" and inside[("swing", u[1])] != 0
    )
    return Columns(scale=scale, shape=shape, swing=tuple(place[u[1]] for u in shape))


def body_of(certain: Polytope, whole: Polytope | None) -> tuple[Body, Columns]:
    """Return the set of readings as arrays.

    certain : the readings that fit the certain statements
    whole : those that fit all statements; None when there are none
    """
    preferences = certain.preferences
    inside, tight = certain.interior
    columns = columns_of(preferences, inside)
    uncertain = {id(s): g for g, s in enumerate(preferences.uncertain)}
    rows: list[_Sorted] = []
    scale_equal: list[Floats] = []
    shape_equal: list[Floats] = []
    sorter = _Sorter(columns)
    # Rows inside one issue are divided by its swing, which takes a swing that is not negative.
    rows += [sorter.sort(Linear.of(columns.scale[k]), -1) for k in sorted(set(columns.swing))]
    for r, (row, origin) in enumerate(zip(certain.rows, _origins(certain), strict=True)):
        sorted_row = sorter.sort(row.linear, -1)
        if row.relation != "==" and r not in tight:
            rows.append(sorted_row)
        elif sorted_row.u_part is not None:
            shape_equal.append(sorted_row.u_part)
        elif _mixes(sorted_row, origin):
            rows += sorter.band(row, HALF, -1)
        else:
            scale_equal.append(sorted_row.y_part)
    pinned = whole.interior[1] if whole is not None else frozenset()
    position = 0 if whole is None else len(preferences.base)
    for group in preferences.groups:
        for row in group.rows:
            r, position = position, position + 1
            if group.certain or row.structural:
                continue
            owner = uncertain[id(group.origin)]
            if row.relation == "==" or r in pinned:
                rows += sorter.band(row, Fraction(1), owner)
            else:
                rows.append(sorter.sort(row.linear, owner))
    return _assemble(columns, rows, scale_equal, shape_equal), columns


def _origins(polytope: Polytope) -> list[Statement | Unstated | None]:
    found: list[Statement | Unstated | None] = [None] * len(polytope.preferences.base)
    for group in polytope.groups:
        found.extend([group.origin] * len(group.rows))
    return found


def is_widened(certain: Polytope) -> bool:
    """Tell whether the readings are drawn from a wider set, because some equality mixes the blocks.

    Then what is seen in a drawn reading need not be possible, and verdicts have to be proved.
    """
    inside, tight = certain.interior
    sorter = _Sorter(columns_of(certain.preferences, inside))
    flat = (
        (sorter.sort(row.linear, -1), origin)
        for r, (row, origin) in enumerate(zip(certain.rows, _origins(certain), strict=True))
        if row.relation == "==" or r in tight
    )
    return any(row.u_part is None and _mixes(row, origin) for row, origin in flat)


def _mixes(row: _Sorted, origin: Statement | Unstated | None) -> bool:
    """Tell whether an equality cannot be kept by moving inside one block.

    A comparison of packages is always widened, so that parties on points and stated ones are drawn
    alike.
    """
    return bool(row.v_part.any()) or isinstance(origin, Compare)


class _Sorter:
    """Turns exact rows into parts by block."""

    def __init__(self, columns: Columns) -> None:
        self.scale = {unknown: k for k, unknown in enumerate(columns.scale)}
        self.shape = {unknown: k for k, unknown in enumerate(columns.shape)}
        self.swing = columns.swing

    def sort(self, linear: Linear, group: int) -> _Sorted:
        y_part = np.zeros(len(self.scale))
        v_part = np.zeros(len(self.shape))
        for unknown, coefficient in linear.terms.items():
            if unknown in self.shape:
                v_part[self.shape[unknown]] = float(coefficient)
            elif unknown in self.scale:
                y_part[self.scale[unknown]] = float(coefficient)
        u_part = self._inside_one_issue(y_part, v_part, linear.constant)
        return _Sorted(
            y_part=y_part,
            v_part=v_part,
            u_part=u_part,
            constant=float(linear.constant),
            group=group,
        )

    def band(self, row: Row, width: Fraction, group: int) -> list[_Sorted]:
        """Widen a row by some points; an equality on both sides."""
        sides = [row.linear, -row.linear] if row.relation == "==" else [row.linear]
        return [self.sort(side + width, group) for side in sides]

    def _inside_one_issue(
        self, y_part: Floats, v_part: Floats, constant: Fraction
    ) -> Floats | None:
        """Return the row divided by its swing, as (u coefficients, constant), where it can be."""
        swings = {self.swing[j] for j in np.flatnonzero(v_part)}
        if constant != 0 or len(swings) != 1 or set(np.flatnonzero(y_part)) - swings:
            return None
        return np.append(v_part, y_part[swings.pop()])


def _assemble(
    columns: Columns, rows: Sequence[_Sorted], scale_equal: list[Floats], shape_equal: list[Floats]
) -> Body:
    n_scale, n_shape = len(columns.scale), len(columns.shape)
    swing = np.array(columns.swing, dtype=np.int64)
    mixed = [row for row in rows if row.u_part is None and row.v_part.any()]
    tied = _tied(swing, mixed, shape_equal)
    scale_basis = _null_space(scale_equal, n_scale)
    moving = np.eye(n_shape) - _projection([equal[:-1] for equal in shape_equal], n_shape)
    shape_basis = _null_space(
        [*(equal[:-1] for equal in shape_equal), *np.eye(n_shape)[~tied]], n_shape
    )
    scale = _needed([r for r in rows if r.u_part is None and not r.v_part.any()], scale_basis)
    shape = _needed([row for row in rows if row.u_part is not None], moving)
    inside = [row for row in shape if not tied[_touched(row)].all()]
    coupled = [row for row in shape if tied[_touched(row)].all()]
    return Body(
        swing=swing,
        scale_rows=_matrix([row.y_part for row in scale], n_scale),
        scale_constant=np.array([row.constant for row in scale], dtype=float),
        mixed_scale=_matrix([row.y_part for row in mixed], n_scale),
        mixed_shape=_matrix([row.v_part for row in mixed], n_shape),
        mixed_constant=np.array([row.constant for row in mixed], dtype=float),
        shape_rows=_matrix([u[:-1] for row in coupled if (u := row.u_part) is not None], n_shape),
        shape_constant=np.array([u[-1] for row in coupled if (u := row.u_part) is not None]),
        groups=np.array([row.group for row in [*scale, *mixed, *coupled]], dtype=np.int64),
        scale_basis=scale_basis,
        shape_basis=shape_basis,
        alone=_alone(swing, inside, shape_equal, tied) if not tied.all() else None,
    )


def _tied(swing: Ints, mixed: Sequence[_Sorted], shape_equal: Sequence[Floats]) -> Bools:
    """Tell which columns of the shape belong to issues that must move together with others.

    Those are the issues that a mixed row touches, and issues with an equality between two options,
    which a chord in the direction of a single column could not keep.
    """
    issues = {int(swing[j]) for row in mixed for j in np.flatnonzero(row.v_part)}
    for equal in shape_equal:
        columns = np.flatnonzero(equal[:-1])
        if len(columns) > 1:
            issues.add(int(swing[columns[0]]))
    return np.array([int(issue) in issues for issue in swing], dtype=bool)


def _alone(
    swing: Ints, rows: Sequence[_Sorted], shape_equal: Sequence[Floats], tied: Bools
) -> Alone | None:
    """Return the shapes that move by themselves; columns that an equality fixes stand still."""
    fixed = {}
    for equal in shape_equal:
        (column,) = np.flatnonzero(equal[:-1])[:1]
        fixed[int(column)] = -float(equal[-1] / equal[column])
    free = np.array([j for j in np.flatnonzero(~tied) if int(j) not in fixed], dtype=np.int64)
    if not len(free):
        return None
    by_issue: dict[int, list[_Sorted]] = {}
    for row in rows:
        by_issue.setdefault(int(swing[_touched(row)[0]]), []).append(row)
    names = sorted(by_issue, key=lambda issue: (-len(by_issue[issue]), issue))
    most = max(map(len, by_issue.values()), default=0)
    tiers = [[by_issue[i][k] for i in names if k < len(by_issue[i])] for k in range(most)]
    ordered = [row for tier in tiers for row in tier]
    parts = _matrix([u for row in ordered if (u := row.u_part) is not None], len(swing) + 1)
    constant = parts[:, -1].copy()
    for column, value in fixed.items():
        constant += parts[:, column] * value
    from scipy.sparse import csr_array

    place = {issue: k for k, issue in enumerate(names)}
    return Alone(
        columns=free,
        rows=csr_array(parts[:, free]),
        constant=constant,
        groups=np.array([row.group for row in ordered], dtype=np.int64),
        tiers=tuple(map(len, tiers)),
        column_issue=np.array([place[int(swing[j])] for j in free], dtype=np.int64),
    )


def _touched(row: _Sorted) -> Ints:
    """Return the columns of the shape that a row inside one issue touches."""
    part = row.v_part if row.u_part is None else row.u_part[:-1]
    return np.flatnonzero(part)


def _projection(rows: Sequence[Floats], width: int) -> Floats:
    """Return the projection onto what the rows see."""
    basis = _null_space(rows, width)
    seen: Floats = np.eye(width) - basis @ basis.T
    return seen


def _needed(rows: Sequence[_Sorted], basis: Floats) -> list[_Sorted]:
    """Leave out rows that no move can break, and rows that say again what another says."""
    kept: dict[tuple[float, ...], _Sorted] = {}
    for row in rows:
        part = row.y_part if row.u_part is None else row.u_part[:-1]
        if np.abs(part @ basis).max(initial=0.0) > 1e-9:
            constant = row.constant if row.u_part is None else float(row.u_part[-1])
            kept.setdefault((*part.tolist(), constant, float(row.group)), row)
    return list(kept.values())


def _matrix(rows: Sequence[Floats], width: int) -> Floats:
    return np.array(rows, dtype=float).reshape(len(rows), width)


def _null_space(rows: Sequence[Floats], width: int) -> Floats:
    """Return an orthonormal basis of the directions that no row sees."""
    if not width:
        return np.zeros((0, 0))
    matrix = _matrix(rows, width)
    if not len(matrix):
        return np.eye(width)
    _, values, vectors = np.linalg.svd(matrix)
    rank = int((values > 1e-9 * max(1.0, float(values.max(initial=0.0)))).sum())
    basis: Floats = vectors[rank:].T.copy()
    return basis
