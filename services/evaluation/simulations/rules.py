"""By what other rules a closed cycle is to be rated again, and what is wrong with them. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from services.evaluation.policies import RatingParameters
from services.evaluation.simulations import errors as e
from services.evaluation.simulations.effects import NAMES, EffectRules, Effects, effects_of
from services.evaluation.simulations.replaying import Outcome, Stored
from shared.problems.problems import FieldError


def change(policy: RatingParameters, given: Mapping[str, Any]) -> RatingParameters:
    """The policy with what is given in place of its own; None switches off."""
    stored = policy.model_dump(mode="json")
    together = given.get("together", (stored["session"] or {}).get("together", ()))
    changed = {**stored, **{name: value for name, value in given.items() if name != "together"}}
    for name, off in (("quota_max_bp", {}), ("laggards_min_bp", 0), ("ties", "out")):
        changed[name] = off if changed[name] is None else changed[name]
    for name in ("cutoffs", "bonus_cap", "total_cap"):
        changed[name] = stored[name] if changed[name] is None else changed[name]
    if "cutoffs" in given and "scale" not in given:
        changed["scale"] = None
    # Notices and calendars decide no star.
    return RatingParameters.model_validate(changed | {"session": {"together": list(together or ())}})


def find_errors(policy: RatingParameters) -> list[FieldError]:
    """What no rating policy can be, as for an author's file."""
    cutoffs = sorted(policy.cutoffs, key=lambda one: one.star)
    scale = policy.scale or max((one.star for one in cutoffs), default=1)
    errors = []
    if [one.star for one in cutoffs] != list(range(1, scale + 1)):
        errors.append(FieldError("/rules/cutoffs", e.OTHER_CUTOFFS, (("scale", scale),)))
    elif any(lower.at_least >= higher.at_least for lower, higher in pairwise(cutoffs)):
        errors.append(FieldError("/rules/cutoffs", e.NOT_RISING))
    elif cutoffs[-1].at_least > policy.total_cap:
        facts = (("at_least", str(cutoffs[-1].at_least)), ("cap", str(policy.total_cap)))
        errors.append(FieldError("/rules/cutoffs", e.UNREACHABLE, facts))
    beyond = sorted(star for star in policy.quota_max_bp if star > scale)
    return errors + [FieldError("/rules/quota_max_bp", e.BEYOND, (("star", star),)) for star in beyond]


def summarize(
    outcomes: Sequence[Outcome], by_place: Mapping[str, EffectRules]
) -> tuple[dict[str, Any], dict[str, tuple[Effects, Effects]]]:
    """Counts of everything old and new; and what follows for whoever changes, by evaluation.

    `by_place`: by division and the day on which a rating became final, or by division alone.
    """
    before, after = Counter(one.stored.star for one in outcomes), Counter(one.star for one in outcomes)
    counted: dict[tuple[str, str], list[int]] = {}
    changes: dict[str, tuple[Effects, Effects]] = {}
    known: dict[tuple[str, int, bool], Effects] = {}

    def of(one: Stored, star: int, laggard: bool) -> Effects:
        dated = f"{one.division} {one.final_on}"
        key = (dated, star, laggard)
        if key not in known:
            # What became final since the question was asked goes by the rules of that day.
            known[key] = effects_of(star, laggard, by_place[dated if dated in by_place else one.division])
        return known[key]

    for one in outcomes:
        old = of(one.stored, one.stored.star, one.laggard_before)
        new = of(one.stored, one.star, one.laggard)
        _count(counted, old, new)
        if one.changed:
            changes[one.stored.id] = (old, new)
    result = {
        "stars": [
            {"star": star, "before": before[star], "after": after[star]}
            for star in sorted({*before, *after}, reverse=True)
        ],
        "changed": len(changes),
        "risen": sum(one.star > one.stored.star for one in outcomes),
        "fallen": sum(one.star < one.stored.star for one in outcomes),
        "laggards_before": sum(one.laggard_before for one in outcomes),
        "laggards_after": sum(one.laggard for one in outcomes),
        "not_reproduced": sum(not one.reproduced for one in outcomes),
        "effects": [
            {"effect": name, "value": value, "before": counts[0], "after": counts[1], "differ": counts[2]}
            for (name, value), counts in sorted(counted.items())
        ],
    }
    return result, changes


def _count(counted: dict[tuple[str, str], list[int]], old: Effects, new: Effects) -> None:
    for name in NAMES:
        was, becomes = _value(name, old), _value(name, new)
        for value in {was, becomes} - {None}:
            counts = counted.setdefault((name, str(value)), [0, 0, 0])
            counts[0] += was == value
            counts[1] += becomes == value
            counts[2] += was != becomes


def _value(name: str, effects: Effects) -> str | None:
    """What is counted; None where nothing follows."""
    value = getattr(effects, name)
    if value in (None, False, "inform"):
        return None
    return "yes" if value is True else str(value)
