"""Other weights of indicators: each earns the same share of its points, of other points. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from services.evaluation.indicator_systems.scoring import ScoringSystem
from services.evaluation.sheets.rules import Sheet
from services.evaluation.simulations import errors as e
from shared.problems.problems import FieldError
from shared.problems.validation import pointer

Weights = Mapping[str, Decimal]
"""Indicator → points."""


def points_of(content: Mapping[str, Any], given: Mapping[str, Decimal]) -> tuple[dict[str, Decimal], list[FieldError]]:
    """The points of every indicator of a frozen system: those given, of indicators and of whole headings.

    A heading's points are spread as its indicators have them. All points together stay as many as they are.
    """
    kind = content["type"]
    levels = {level["code"]: level["indicators"] for level in content["levels"] if "code" in level}
    before = {one["code"]: Decimal(one["points"]) for level in content["levels"] for one in level["indicators"]}
    found, errors = dict(before), []
    for code, points in given.items():
        if code in levels:
            of = sum((before[one["code"]] for one in levels[code]), Decimal(0))
            found |= {one["code"]: before[one["code"]] * points / of for one in levels[code]}
        elif code not in before:
            errors.append(FieldError(pointer(("weights", kind, code)), e.UNKNOWN_WEIGHT, (("code", code),)))
    found |= {code: points for code, points in given.items() if code in before}
    full, now = sum(before.values(), Decimal(0)), sum(found.values(), Decimal(0)).quantize(Decimal("0.000001"))
    if not errors and now != full:
        facts = (("full", str(full)), ("given", str(now.normalize())))
        errors.append(FieldError(pointer(("weights", kind)), e.OTHER_SUM, facts))
    return found, errors


def reweigh(system: ScoringSystem, weights: Weights) -> ScoringSystem:
    """The system with other points."""
    levels = [
        level.model_copy(
            update={"indicators": [one.model_copy(update={"points": weights[one.code]}) for one in level.indicators]}
        )
        for level in system.levels
    ]
    return system.model_copy(update={"levels": levels})


def rescore(sheet: Sheet, system: ScoringSystem, weights: Weights) -> Sheet:
    """A sheet of the system, with the same share of other points; what has none of them earns none."""
    most = system.points()
    scores = {
        code: points * weights[code] / most[code] if most.get(code) else points for code, points in sheet.scores.items()
    }
    return replace(sheet, scores=scores)
