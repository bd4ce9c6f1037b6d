"""Why organizations are proposed together, or not at all: a stable code, the facts, and a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from services.incubation.joint_plans.search.candidates import Places
from services.incubation.joint_plans.search.neighbours import Neighbours

RULE = "S13"
Code = Literal[
    "same_carrier",
    "near_neighbours",
    "same_street",
    "mixed",
    "no_full_members",
    "no_place_known",
    "no_neighbour_within_distance",
    "too_few_members_nearby",
    "too_many_members",
    "neighbours_already_placed",
    "set_aside",
    "lost",
]
Fact = str | int | None

_SENTENCES: dict[str, dict[Code, str]] = {
    "zh": {
        "same_carrier": "同处{carrier}，共有正式党员{full_members}名。",
        "near_neighbours": "相距不超过{greatest_distance_m}米，共有正式党员{full_members}名。",
        "same_street": "同在{street}，共有正式党员{full_members}名。",
        "mixed": "两两同处一楼宇（园区、市场）、相邻或同在一街道，共有正式党员{full_members}名。",
        "no_full_members": "没有计入的正式党员，不能参加联合党支部。",
        "no_place_known": "街道、楼宇（园区、市场）和位置均不详，无法就近组建。",
        "no_neighbour_within_distance": (
            "同一楼宇（园区、市场）、同一街道和{neighbour_distance_m}米以内没有其他待组建单位。"
        ),
        "too_few_members_nearby": (
            "本单位及相邻{neighbours}家单位共有正式党员{members_nearby}名，"
            "其中没有彼此相邻、不超过{max_units}家、正式党员合计达到{min_full_members}名的组合。"
        ),
        "too_many_members": ("本单位有党员{total_members}名，与任何一家相邻单位联合都会超过{max_members}名。"),
        "neighbours_already_placed": "相邻的{neighbours}家单位已安排在其他联合党支部，不能再作安排。",
        "set_aside": "经人工调整移出。",
        "lost": "已不在本区划待联合组建之列（已注销、已迁出、已由其他党组织覆盖或已可单独组建），移出原建议。",
    },
    "en": {
        "same_carrier": "All in {carrier}; {full_members} full members together.",
        "near_neighbours": "At most {greatest_distance_m} m apart; {full_members} full members together.",
        "same_street": "All on {street}; {full_members} full members together.",
        "mixed": (
            "Every two share a building, park or market, or are neighbours, or share a street; "
            "{full_members} full members together."
        ),
        "no_full_members": "No counted full member, so no part in a joint branch.",
        "no_place_known": "Street, building (park, market) and location are unknown: nothing to match on.",
        "no_neighbour_within_distance": (
            "No other candidate in the same building, park or market, on the same street or within "
            "{neighbour_distance_m} m."
        ),
        "too_few_members_nearby": (
            "With {neighbours} neighbours there are {members_nearby} full members, but no group of at most "
            "{max_units} units, all compatible with each other, has {min_full_members}."
        ),
        "too_many_members": (
            "It has {total_members} members: together with any neighbour there would be more than {max_members}."
        ),
        "neighbours_already_placed": (
            "The {neighbours} neighbours are in other joint branches and cannot take this one as well."
        ),
        "set_aside": "Set aside by the person who edited the plan.",
        "lost": (
            "No longer waits for a joint branch in this division (deregistered, moved, covered by another Party "
            "organization, or large enough for its own): left out of its proposal."
        ),
    },
}


@dataclass(frozen=True, slots=True)
class Why:
    """One reason by rule S13."""

    outcome: Literal["joint", "unplaced"]
    code: Code
    facts: Mapping[str, Fact] = field(hash=False)
    rule: str = RULE

    def as_reasons(self) -> list[dict[str, object]]:
        """The reason as it stands beside those of the other rules."""
        facts: dict[str, object] = {"code": self.code, **self.facts}
        return [{"rule": self.rule, "outcome": self.outcome, "facts": facts}]


SET_ASIDE = Why("unplaced", "set_aside", {})
"""By a person, who may put it back."""
LOST = Why("unplaced", "lost", {})
"""Somebody who was proposed, and waits for a joint branch there no more."""


def explain(why: Why, language: Literal["zh", "en"]) -> str:
    """The reason as a sentence."""
    return _SENTENCES[language][why.code].format_map(why.facts)


def explain_proposal(places: Places, branch: tuple[int, ...]) -> Why:
    """Why these share a branch; the carrier and the street are named where all have them in common."""
    pairs = list(combinations(branch, 2))
    distances = [places.distance_m(one, other) for one, other in pairs]
    known = [distance for distance in distances if distance is not None]
    near = len(known) == len(pairs) and max(known) <= places.policy.neighbour_distance_m + 1
    in_carrier = all(places.same_carrier(one, other) for one, other in pairs)
    on_street = all(places.same_street(one, other) for one, other in pairs)
    code: Code = "mixed"
    if in_carrier:
        code = "same_carrier"
    elif near:
        code = "near_neighbours"
    elif on_street:
        code = "same_street"
    first = places.candidates[branch[0]]
    units = sum(places.weights[index] for index in branch)
    facts: dict[str, Fact] = {
        "full_members": sum(places.members[index] for index in branch),
        "units": units,
        "carrier": first.carrier if in_carrier else None,
        "street": first.street if on_street else None,
        "greatest_distance_m": round(max(known)) if known else None,
    }
    return Why("joint", code, facts)


def explain_unplaced(neighbours: Neighbours, index: int, *, hopeless: bool) -> Why:
    """Why an organization is in no proposal; `hopeless`: no branch could hold it, whatever the plan."""
    places = neighbours.places
    policy = places.policy
    near = neighbours.near[index]
    code: Code = "too_few_members_nearby" if hopeless else "neighbours_already_placed"
    if places.members[index] < 1:
        code = "no_full_members"
    elif places.points[index] is None and places.streets[index] is None and places.carriers[index] is None:
        code = "no_place_known"
    elif not near and any(places.near(index, other) for other in places.crowding(index)):
        code = "too_many_members"
    elif not near:
        code = "no_neighbour_within_distance"
    facts: dict[str, Fact] = {
        "full_members": places.members[index],
        "neighbours": len(near),
        "members_nearby": places.members[index] + sum(places.members[other] for other in near),
        "neighbour_distance_m": policy.neighbour_distance_m,
        "min_full_members": policy.min_full_members,
        "max_units": policy.max_units,
        "total_members": places.totals[index],
        "max_members": policy.max_members,
    }
    return Why("unplaced", code, facts)
