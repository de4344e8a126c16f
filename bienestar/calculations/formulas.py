"""The little language of the standards: quantities as formulas of rooms, beds, people, days.

A formula is read with Python's own parser and then held to a short list of what it may say: numbers, names,
``+ - * /``, unary minus, one comparison, ``a if condition else b``, and the functions of ``FUNCTIONS``. It is
evaluated on arrays, one value a unit. NaN means "not known" and is never turned into a number: whatever is
reckoned from something that is not known is not known, and neither is a division by zero.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LONGEST = 400
LARGEST = 1e15
# A product of decimals may come out a hair above a whole number; that hair is not one more nurse.
HAIR = 1e-9


class FormulaError(ValueError):
    """A formula that says something it may not; the message is one sentence for the person who wrote it."""


def round_up(values: Array) -> Array:
    """The least whole number not below each value; NaN stays NaN."""
    return np.asarray(np.ceil(values - HAIR) + 0.0)


def _round_down(values: Array) -> Array:
    return np.asarray(np.floor(values + HAIR))


def _round_half_up(values: Array) -> Array:
    return np.asarray(np.floor(values + 0.5 + HAIR))


def _when(condition: Array, then: Array, otherwise: Array) -> Array:
    """``then`` where the condition holds, ``otherwise`` where not, NaN where it is not known."""
    return np.where(np.isnan(condition), np.nan, np.where(condition != 0, then, otherwise))


def _divide(left: Array, right: Array) -> Array:
    return np.asarray(left / np.where(right == 0, np.nan, right))


def cover(posts: Array, hours_per_week: Array, contract_hours: Array, absence: Array) -> Array:
    """Contracts needed to keep ``posts`` places of work filled (posts are simultaneous places, not people).

    posts · hours per week / (contract hours · (1 − absence)); absence is a share of time from 0 to 1.
    A post of 8 hours on 7 days, 40-hour contracts and 15 % absence take 56 / (40 · 0.85) = 1.647 contracts.
    Not known where the contract leaves no working time.
    """
    worked = np.asarray(contract_hours * (1 - absence), dtype=float)
    return _divide(np.asarray(posts * hours_per_week, dtype=float), np.where(worked > 0, worked, np.nan))


FUNCTIONS: dict[str, tuple[int, int | None, Callable[..., Array]]] = {
    "ceil": (1, 1, round_up),
    "floor": (1, 1, _round_down),
    "round": (1, 1, _round_half_up),
    "min": (2, None, lambda *values: np.asarray(_fold(np.minimum, values))),
    "max": (2, None, lambda *values: np.asarray(_fold(np.maximum, values))),
    "when": (3, 3, _when),
    "cover": (4, 4, cover),
}
ARITHMETIC: dict[type[ast.operator], Callable[[Array, Array], Array]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: _divide,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Array, Array], NDArray[np.bool_]]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}


def _fold(function: Callable[[Array, Array], Array], values: tuple[Array, ...]) -> Array:
    found = values[0]
    for value in values[1:]:
        found = function(found, value)
    return found


@dataclass(frozen=True)
class Formula:
    """A formula that has been read and found to say only what it may."""

    text: str
    names: frozenset[str]
    tree: ast.expr

    def evaluate(self, values: Mapping[str, Array | float]) -> Array:
        """The formula on ``values`` (name → array of one value a unit, or one number for all).

        Returns an array of the units' shape, or of no dimensions if no array takes part. NaN: not known.
        """
        with np.errstate(invalid="ignore", over="ignore"):
            found = _evaluate(self.tree, values)
        return np.where(np.isfinite(found), found, np.nan)


def parse(text: str | int | float, allowed: Collection[str]) -> Formula:
    """Read a formula that may use the names in ``allowed``. Raises FormulaError with one sentence."""
    written = str(text).strip()
    if len(written) > LONGEST:
        raise FormulaError(f"the formula has {len(written)} characters; {LONGEST} is the most it may have")
    try:
        tree = ast.parse(written, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError(f"{written!r} is not a formula that can be read") from None
    names: set[str] = set()
    _check(tree, allowed, names)
    return Formula(written, frozenset(names), tree)


def _check(node: ast.expr, allowed: Collection[str], names: set[str]) -> None:
    """Refuse anything but the short list at the head of this module; collect the names used."""
    if isinstance(node, ast.Name):
        if node.id not in allowed:
            raise FormulaError(f"{node.id!r} is not known here; these names are: {', '.join(sorted(allowed))}")
        names.add(node.id)
        return
    for child in _children(node):
        _check(child, allowed, names)


def _children(node: ast.expr) -> list[ast.expr]:
    """The parts of a permitted node; FormulaError for a node that is not permitted."""
    if isinstance(node, ast.Constant) and _is_number(node.value):
        return []
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return [node.operand]
    if isinstance(node, ast.IfExp):
        return [node.test, node.body, node.orelse]
    if isinstance(node, ast.Compare):
        if len(node.ops) != 1 or type(node.ops[0]) not in COMPARISONS:
            raise FormulaError("a comparison has two sides and one of < <= > >= == !=")
        return [node.left, node.comparators[0]]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _arguments(node, node.func.id)
    raise FormulaError(f"{ast.unparse(node)!r} may not be said in a formula")


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and isinstance(value, int | float) and abs(value) <= LARGEST


def _arguments(node: ast.Call, name: str) -> list[ast.expr]:
    if name not in FUNCTIONS:
        raise FormulaError(f"there is no function {name!r}; there are: {', '.join(FUNCTIONS)}")
    least, most, _ = FUNCTIONS[name]
    if node.keywords or len(node.args) < least or (most is not None and len(node.args) > most):
        wanted = f"{least} value{'s' if least > 1 else ''}" + ("" if most else " or more")
        raise FormulaError(f"{name}() takes {wanted}, separated by commas")
    return node.args


def _evaluate(node: ast.expr, values: Mapping[str, Array | float]) -> Array:
    if isinstance(node, ast.Constant):
        assert isinstance(node.value, int | float)
        return np.asarray(float(node.value))
    if isinstance(node, ast.Name):
        return np.asarray(values[node.id], dtype=float)
    if isinstance(node, ast.BinOp):
        return ARITHMETIC[type(node.op)](_evaluate(node.left, values), _evaluate(node.right, values))
    if isinstance(node, ast.UnaryOp):
        return np.asarray(-_evaluate(node.operand, values))
    if isinstance(node, ast.IfExp):
        return _when(*(_evaluate(part, values) for part in (node.test, node.body, node.orelse)))
    if isinstance(node, ast.Compare):
        left, right = _evaluate(node.left, values), _evaluate(node.comparators[0], values)
        holds = COMPARISONS[type(node.ops[0])](left, right)
        return np.where(np.isnan(left) | np.isnan(right), np.nan, holds)
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    return FUNCTIONS[node.func.id][2](*(_evaluate(part, values) for part in node.args))
