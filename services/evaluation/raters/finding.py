"""Finds who rates the Party organizations of a list of evaluations."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from services.evaluation.bodies.body import Body
from services.evaluation.bodies.queries import around
from services.evaluation.raters.rules import FrozenRaters
from shared.db.session import Transaction
from shared.superiors.ways import find_rater

K = TypeVar("K")


async def find_raters(
    tx: Transaction, asked: Mapping[K, tuple[str | None, FrozenRaters | None]], on: date
) -> dict[K, Body | None]:
    """Who rates on a day, by the code of the body that each belongs to and what its cycle froze.

    None where the cycle opened before there was the rule, and where the body or a rater is not known.
    """
    bodies = await around(tx, {code for code, rules in asked.values() if code is not None and rules is not None})
    found: dict[K, Body | None] = {}
    for key, (code, rules) in asked.items():
        body = None if code is None else bodies.get(code)
        found[key] = None if body is None or rules is None else find_rater(body, bodies, rules, on).body
    return found
