"""A spreadsheet's formulas, as far as score sheets use them: IF, MIN, MAX, ROUND, SUM, SUMIF, and what stands in cells.

Numbers are binary floating point as in Excel and LibreOffice, which were compared with it by hand.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_TOKEN = re.compile(r'\s*("(?:[^"]|"")*"|\d+(?:\.\d+)?|[A-Z]+\d+|[A-Z]+(?=\()|>=|<=|<>|[-+*/&(),:=<>])')
_CELL = re.compile(r"([A-Z]+)(\d+)")
_BINDING = {"=": 1, ">=": 1, "<=": 1, "<>": 1, "<": 1, ">": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4}
Cells = Mapping[str, Any]


def evaluate(formula: str, cells: Cells) -> Any:
    """What a formula gives where cells hold these values; a blank cell holds None."""
    assert formula.startswith("=")
    tokens = _TOKEN.findall(formula[1:])
    assert "".join(tokens) == formula[1:], formula
    value, rest = _parse(tokens, 0)
    assert not rest, formula
    return value(cells)


Node = Callable[[Cells], Any]


def _parse(tokens: Sequence[str], binding: int) -> tuple[Node, Sequence[str]]:
    left, rest = _operand(tokens)
    while rest and _BINDING.get(rest[0], -1) > binding:
        operator = rest[0]
        right, rest = _parse(rest[1:], _BINDING[operator])
        left = _binary(operator, left, right)
    return left, rest


def _operand(tokens: Sequence[str]) -> tuple[Node, Sequence[str]]:
    first, rest = tokens[0], tokens[1:]
    if first == "(":
        inner, rest = _parse(rest, 0)
        assert rest[0] == ")"
        return inner, rest[1:]
    if first.startswith('"'):
        return (lambda _: first[1:-1]), rest
    if first[0].isdigit():
        return (lambda _: float(first)), rest
    if rest and rest[0] == "(":
        return _call(first, rest[1:])
    if rest and rest[0] == ":":
        names = list(_range(first, rest[1]))
        return (lambda cells: [cells.get(name) for name in names]), rest[2:]
    return (lambda cells: cells.get(first)), rest


def _call(name: str, tokens: Sequence[str]) -> tuple[Node, Sequence[str]]:
    arguments: list[Node] = []
    rest = tokens
    while True:
        argument, rest = _parse(rest, 0)
        arguments.append(argument)
        if rest[0] == ")":
            break
        assert rest[0] == ","
        rest = rest[1:]
    if name == "IF":
        yes, no = arguments[1:]
        return (lambda cells: yes(cells) if arguments[0](cells) else no(cells)), rest[1:]
    function = _FUNCTIONS[name]
    return (lambda cells: function(*(one(cells) for one in arguments))), rest[1:]


def _range(first: str, last: str) -> Iterator[str]:
    (column, start), (other, end) = (_split(name) for name in (first, last))
    assert column == other
    return (f"{column}{row}" for row in range(start, end + 1))


def _split(name: str) -> tuple[str, int]:
    found = _CELL.fullmatch(name)
    assert found is not None
    return found[1], int(found[2])


def _binary(operator: str, left: Node, right: Node) -> Node:
    def run(cells: Cells) -> Any:
        one, other = left(cells), right(cells)
        if operator == "&":
            return ("" if one is None else str(one)) + ("" if other is None else str(other))
        if operator in ("=", "<>"):
            same = ("" if one is None else one) == ("" if other is None else other)
            return same if operator == "=" else not same
        one, other = one or 0.0, other or 0.0
        return _ARITHMETIC[operator](float(one), float(other))

    return run


def _numbers(values: Sequence[Any]) -> list[float]:
    return [float(one) for one in values if isinstance(one, int | float)]


def _round(value: float, places: float) -> float:
    """Half away from zero on the fifteen digits that a spreadsheet shows."""
    shown = Decimal(f"{value:.15g}")
    return float(shown.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP))


_ARITHMETIC: Mapping[str, Callable[[float, float], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "ISNUMBER": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "LEFT": lambda value, count: ("" if value is None else str(value))[: int(count)],
    "MIN": min,
    "MAX": max,
    "ROUND": _round,
    "SUM": lambda values: sum(_numbers(values)),
    "SUMIF": lambda values, wanted, figures: sum(
        float(figure) for value, figure in zip(values, figures, strict=True) if value == wanted
    ),
}
