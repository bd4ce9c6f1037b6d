"""Invented facts for a Party organization, as each indicator asks for them, about as good as is wanted. Pure."""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from shuangfu.demonstration.findings import Json

_NONE = Decimal(0)
_FULL = Decimal(100)


def facts_for(system: Json, party: Json, share: Decimal) -> dict[str, Json]:
    """By indicator a fact with its evidence: together they earn about a `share` of the points of what applies.

    Each indicator makes up for what those before it earned too little or too much. Of a system without methods, none.
    """
    wanted, earned, facts = _NONE, _NONE, dict[str, Json]()
    for indicator in (one for level in system["levels"] for one in level["indicators"]):
        if indicator["method"] is None or not _applies(indicator["applies_to"], party):
            continue
        points = Decimal(indicator["points"])
        wanted += points * share
        options = _options(indicator["method"], points)
        value, worth = min(options, key=lambda one: (abs(earned + one[1] - wanted), -one[1]))
        earned += worth
        facts[indicator["code"]] = {"value": value, "evidence": f"示范：{'、'.join(indicator['evidence'])}"}
    return facts


def _applies(whom: Json | None, party: Json) -> bool:
    """Whether a Party organization of the registry is judged by it."""
    if whom is None:
        return True
    units = len(party["covers"])
    return (
        (whom["forms"] is None or party["form"] in whom["forms"])
        and (whom["kinds"] is None or party["kind"] in whom["kinds"])
        and (whom["units_min"] or 0) <= units <= (whom["units_max"] or units)
    )


def _options(method: Json, points: Decimal) -> Iterator[tuple[object, Decimal]]:
    """What may be found, the best first, and the points of each."""
    match method["kind"]:
        case "graded":
            yield from ((grade["code"], Decimal(grade["points"])) for grade in method["grades"])
        case "ratio":
            yield from ((_share(one["at_least"]), Decimal(one["points"])) for one in method["brackets"])
            yield "0", _NONE
        case "yes_no":
            yield from ((True, points), (False, _NONE))
        case "counted":
            each = Decimal(method["each"])
            yield from ((number, min(each * number, points)) for number in range(_most(points, each), -1, -1))
        case "deduction":
            each = Decimal(method["each"])
            yield from ((cases, max(points - each * cases, _NONE)) for cases in range(_most(points, each) + 1))


def _most(points: Decimal, each: Decimal) -> int:
    """How many earn all points, or cost them."""
    return int((points / each).to_integral_value(ROUND_CEILING))


def _share(at_least: str) -> object:
    """A percentage as part of a whole where it is one of a hundred, else as it is."""
    percent = Decimal(at_least)
    return {"part": int(percent), "whole": int(_FULL)} if percent == int(percent) else at_least
