"""What NegMAS's value functions give the options of one issue, exactly.

Only functions whose values are fractions are read; those with an exponential, a logarithm or a
sine, and Python functions, are refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from detente.document import AnyNode, Faults, Fields
from detente.errors import did_you_mean, quote
from detente.formats.negmas.domain import DomainIssue
from detente.formats.negmas.spelled import is_minus_infinity, number, said, type_of

Values = tuple[Fraction | None, ...]
"""What each option is worth; None stands for minus infinity."""

Given = Mapping[str, Fraction]
"""The parameters of a function by name."""

MOST_COEFFICIENTS = 10
_TABLE = "write the function as a table: {type: TableFun, mapping: {option: number}}"
_IRRATIONAL = (
    "CosFun",
    "ExponentialFun",
    "GaussianFun",
    "LogFun",
    "MultiModalGaussianFun",
    "SinFun",
)


def option_values(node: AnyNode, issue: DomainIssue, faults: Faults) -> Values:
    """Return what a value function gives every option of an issue; what is not read is noted."""
    kind = type_of(node)
    if not isinstance(node, Fields) or not kind:
        faults.add(node, "a value function with its type is expected here", _TABLE)
    elif kind in _COMPOSED:
        return _COMPOSED[kind](node, issue, faults)
    elif kind in _FORMULAS:
        return _by_formula(kind, node, issue, faults)
    elif kind == "LambdaFun":
        faults.add(node, "a value function that is a program is not read", _TABLE)
    elif kind in _IRRATIONAL:
        problem = f"the value function {quote(kind)} is not read: its values are no fractions"
        faults.add(node, problem, _TABLE)
    else:
        hint = did_you_mean(kind, sorted({*_FORMULAS, *_COMPOSED}))
        faults.add(node, f"the value function {quote(kind)} is not read", hint)
    return _nothing(issue)


def _nothing(issue: DomainIssue) -> Values:
    """Stand for the values of a function that was not read."""
    return (Fraction(0),) * issue.read.size


def _by_formula(kind: str, node: Fields, issue: DomainIssue, faults: Faults) -> Values:
    parameters, formula = _FORMULAS[kind]
    _refuse_unknown(node, parameters, faults)
    given = {
        name: number(node.fields.get(name), faults, default=Fraction(name == "scale"))
        for name in parameters
    }
    if kind == "TrapezoidalFun":
        corners = [given[name] for name in parameters[:4]]
        if corners != sorted(corners):
            faults.add(node, "start, rise_end, fall_start and end do not ascend")
            return _nothing(issue)
    return _at_options(kind, node, issue, faults, lambda x: formula(given, x))


def _at_options(
    kind: str,
    node: Fields,
    issue: DomainIssue,
    faults: Faults,
    formula: Callable[[Fraction], Fraction],
) -> Values:
    """Return a formula's value at every option, which has to be a number."""
    found = []
    for spelled, x in zip(issue.spelled, issue.numbers, strict=True):
        if x is None and kind != "ConstFun":
            faults.add(node, f"{kind} needs numbers, and {quote(spelled)} is none", _TABLE)
            return _nothing(issue)
        found.append(formula(x or Fraction(0)))
    return tuple(found)


def _table(node: Fields, issue: DomainIssue, faults: Faults) -> Values:
    _refuse_unknown(node, ("mapping",), faults)
    found: dict[int, Fraction | None] = {}
    mapping = faults.fields(node.fields.get("mapping", node), shape=_TABLE) or {}
    for key, value in mapping.items():
        position = issue.position(key)
        if position is None or position in found:
            problem = f"{issue.read.label} has no option {quote(key)}"
            if position is not None:
                problem = f"{quote(key)} is there twice, spelled in two ways"
            faults.add(value, problem, did_you_mean(key, issue.spelled))
            continue
        found[position] = None if is_minus_infinity(value) else number(value, faults)
    missing = [text for k, text in enumerate(issue.spelled) if k not in found]
    if missing:
        faults.add(node, f"no value for {quote(missing[0])}", "give every option a number")
        return _nothing(issue)
    return tuple(found[k] for k in range(issue.read.size))


def _biased(node: Fields, issue: DomainIssue, faults: Faults) -> Values:
    _refuse_unknown(node, ("fun", "bias", "normalize", "issue"), faults)
    _refuse_normalised(node, faults)
    bias = number(node.fields.get("bias"), faults)
    if "fun" not in node.fields:
        faults.add(node, "'fun' is missing", _TABLE)
        return _nothing(issue)
    inner = option_values(node.fields["fun"], issue, faults)
    return tuple(None if value is None else value + bias for value in inner)


def _aggregated(node: Fields, issue: DomainIssue, faults: Faults) -> Values:
    _refuse_unknown(node, ("funs", "weights", "bias", "normalize", "issue"), faults)
    _refuse_normalised(node, faults)
    bias = number(node.fields.get("bias"), faults)
    funs = faults.items(node.fields.get("funs", node), shape="list value functions") or ()
    found: list[Fraction | None] = [bias] * issue.read.size
    for fun, weight in zip(
        funs, numbers(node.fields.get("weights"), len(funs), faults), strict=True
    ):
        part = weighted(option_values(fun, issue, faults), weight, fun, faults)
        found = [
            None if before is None or value is None else before + value
            for before, value in zip(found, part, strict=True)
        ]
    return tuple(found)


def _power_series(node: Fields, issue: DomainIssue, faults: Faults) -> Values:
    _refuse_unknown(node, ("coefficients", "bias"), faults)
    bias = number(node.fields.get("bias"), faults)
    items = faults.items(node.fields.get("coefficients", node), shape="list numbers") or ()
    if len(items) > MOST_COEFFICIENTS:
        faults.add(node, f"{len(items):,} coefficients stand here, more than {MOST_COEFFICIENTS}")
        return _nothing(issue)
    given = [number(item, faults) for item in items]

    def formula(x: Fraction) -> Fraction:
        return bias + sum((c * x**power for power, c in enumerate(given, start=1)), Fraction(0))

    return _at_options("PolynomialFun", node, issue, faults, formula)


def _refuse_normalised(node: Fields, faults: Faults) -> None:
    flag = said(node.fields.get("normalize"))
    if flag is not None and faults.text(flag) not in {"false", "False", None}:
        faults.add(flag, "a value function that is to be normalised is not read", _TABLE)


def weighted(values: Values, weight: Fraction, node: AnyNode, faults: Faults) -> Values:
    """Return values times a weight; minus infinity stays what it is under a positive one."""
    if None in values and weight <= 0:
        faults.add(node, "minus infinity is weighted by no positive number here")
    return tuple(None if value is None else value * weight for value in values)


def numbers(
    node: AnyNode | None, count: int, faults: Faults, *, default: Fraction = Fraction(1)
) -> tuple[Fraction, ...]:
    """Return a list of so many numbers; each the default where there is none."""
    if said(node) is None or node is None:
        return (default,) * count
    items = faults.items(node, shape="list the numbers") or ()
    if len(items) != count:
        faults.add(node, f"{count} numbers are expected here, not {len(items)}")
        return (default,) * count
    return tuple(number(item, faults) for item in items)


def _refuse_unknown(node: Fields, known: Sequence[str], faults: Faults) -> None:
    for key, value in node.fields.items():
        if key != "type" and key not in known and said(value) is not None:
            faults.unknown_key(node, key, known)


def _line(given: Given, x: Fraction) -> Fraction:
    slope = given.get("slope", Fraction("bias" not in given))
    return slope * x + given.get("bias", Fraction(0))


def _parabola(given: Given, x: Fraction) -> Fraction:
    return given["a2"] * x * x + given["a1"] * x + given["bias"]


def _trapezoid(given: Given, x: Fraction) -> Fraction:
    start, top, fall, end = (given[key] for key in ("start", "rise_end", "fall_start", "end"))
    if not start <= x <= end:
        return given["bias"]
    part = Fraction(1)
    if x <= top:
        part = (x - start) / (top - start) if top > start else Fraction(1)
    elif x > fall:
        part = (end - x) / (end - fall)
    return given["bias"] + given["scale"] * part


def _triangle(given: Given, x: Fraction) -> Fraction:
    start, middle, end = given["start"], given["middle"], given["end"]
    if not start < x < end:
        return given["bias"]
    rising = x <= middle
    part = (x - start) / (middle - start) if rising else (end - x) / (end - middle)
    return given["bias"] + given["scale"] * part


_FORMULAS: Mapping[str, tuple[tuple[str, ...], Callable[[Given, Fraction], Fraction]]] = {
    "AffineFun": (("slope", "bias"), _line),
    "ConstFun": (("bias",), _line),
    "IdentityFun": ((), _line),
    "LinearFun": (("slope",), _line),
    "QuadraticFun": (("a2", "a1", "bias"), _parabola),
    "TrapezoidalFun": (("start", "rise_end", "fall_start", "end", "bias", "scale"), _trapezoid),
    "TriangularFun": (("start", "middle", "end", "bias", "scale"), _triangle),
}
_COMPOSED: Mapping[str, Callable[[Fields, DomainIssue, Faults], Values]] = {
    "AggregatingFun": _aggregated,
    "BiasedFun": _biased,
    "PolynomialFun": _power_series,
    "TableFun": _table,
}
