"""What is wrong with what a forecast is asked of, by field. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from services.funding.amount_rules import Listed as ListedRule
from services.funding.forecasts import errors as e
from services.funding.forecasts.inputs import ForeseenCount, ForeseenDues, ForeseenEntry, Simulation
from services.funding.policies import Schemes
from shared.field.days import FIRST_DAY
from shared.problems.problems import FieldError
from shared.problems.validation import pointer


def outside(
    name: str, rows: Sequence[ForeseenCount | ForeseenEntry | ForeseenDues] | None, division: str
) -> list[FieldError]:
    """Rows of another division than is asked for."""
    return [
        FieldError(pointer((name, place, "division")), e.OUTSIDE)
        for place, one in enumerate(rows or ())
        if not one.division.startswith(division)
    ]


def list_errors(entries: Sequence[ForeseenEntry] | None, schemes: Schemes) -> list[FieldError]:
    """Entries of schemes that have no list, and more than a list may have (H31)."""
    errors = []
    rules = {one.parameters.scheme: one.parameters.amount for one in schemes.policies}
    counted: Counter[str] = Counter()
    for place, one in enumerate(entries or ()):
        rule = rules.get(one.scheme)
        if rule is None or rule.rule not in ("listed", "monthly", "project"):
            facts: tuple[tuple[str, object], ...] = (("scheme", one.scheme),)
            errors.append(FieldError(pointer(("entries", place, "scheme")), e.NO_LIST, facts))
            continue
        counted[one.scheme] += one.count
        if isinstance(rule, ListedRule) and counted[one.scheme] > rule.at_most:
            facts = (("scheme", one.scheme), ("most", rule.at_most))
            errors.append(FieldError(pointer(("entries", place, "count")), e.TOO_MANY_LISTED, facts))
    return errors


def star_errors(
    simulation: Simulation | None, *, stars: dict[str, int] | None, counted: bool, division: str
) -> list[FieldError]:
    """Of the stars that are given, and of a simulation; `counted`: the request has counts of its own."""
    errors = []
    if stars is not None and not sum(stars.values()):
        errors.append(FieldError("/stars", e.NO_STARS))
    if simulation is None:
        return errors
    if stars is not None:
        errors.append(FieldError("/stars", e.STARS_TWICE))
    if simulation.state != "ready":
        errors.append(FieldError("/simulation/state", e.NOT_READY))
    elif simulation.changes is None and not sum(simulation.weights.values()):
        errors.append(FieldError("/simulation/stars", e.NO_STARS))
    if not (division.startswith(simulation.division) or simulation.division.startswith(division)):
        errors.append(FieldError("/simulation/division", e.OTHER_PLACE))
    if counted and simulation.changes is not None:
        errors.append(FieldError("/simulation/changes", e.CHANGES_OF_COUNTED))
    return errors


def day_errors(counted_on: date, today: date) -> list[FieldError]:
    """Of the day as of which is counted."""
    if FIRST_DAY <= counted_on <= today:
        return []
    return [FieldError("/counted_on", e.IN_FUTURE if counted_on > today else e.BEFORE_ALL)]
