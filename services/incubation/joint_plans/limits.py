"""What a joint branch must keep to (S13, domain 4.3), and which limit one would break. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Literal

from services.incubation.formation.rules import JointCase, check_formation
from services.incubation.joint_plans.search.candidates import Candidate, Existing, JointPolicy, Places
from services.incubation.policies import FormationPolicy
from shared.field.policies import Policy

Limit = Literal["too_few_units", "too_few_members", "too_many_units", "too_many_members", "too_far_apart"]


@dataclass(frozen=True, slots=True)
class BrokenLimit:
    """A limit of joint branches that one would break: what it would be, what the policy allows, and by whom."""

    limit: Limit
    found: int | None
    allowed: int
    codes: tuple[str, ...] = ()


def limits_of(parameters: FormationPolicy) -> JointPolicy:
    """What a region's policy allows of a joint branch."""
    return JointPolicy(
        parameters.joint_min_full_members,
        parameters.joint_max_units,
        parameters.neighbour_distance_m,
        parameters.joint_max_members,
        parameters.joint_other_sector_m,
    )


def candidate_of(case: JointCase, code: str, policy: Policy[FormationPolicy], as_of: datetime) -> Candidate:
    """The organization of a case as it is now."""
    counted = check_formation(case.members(as_of), policy).counted_full_members
    total = case.full_members + case.probationary_members
    place = case.street, case.carrier, case.lon, case.lat
    return Candidate(case.organization_id, code, counted, *place, total, case.kind, all_full_members=case.full_members)


def find_apart(candidates: Sequence[Candidate], limits: JointPolicy, existing: Existing | None = None) -> list[str]:
    """Those that are apart from the most others; empty where their places let all of them share a branch."""
    places = Places(candidates, limits, [existing] if existing else [])
    indexes = range(len(places.candidates))
    apart = [sum(not places.near(one, other) for other in indexes if other != one) for one in indexes]
    most = max(apart[: places.count], default=0)
    pairs = zip(places.candidates[: places.count], apart, strict=False)
    return [one.uscc for one, count in pairs if most and count == most]


def find_broken(
    candidates: Sequence[Candidate], limits: JointPolicy, existing: Existing | None = None
) -> BrokenLimit | None:
    """The first limit that a branch of these would break; None where it may be formed, or extended by them."""
    places = Places(candidates, limits, [existing] if existing else [])
    counted, units, total = sum(places.members), sum(places.weights), sum(places.totals)
    if units < 2:  # noqa: PLR2004
        return BrokenLimit("too_few_units", units, 2)
    if existing is None and counted < limits.min_full_members:
        return BrokenLimit("too_few_members", counted, limits.min_full_members)
    if units > limits.max_units:
        return BrokenLimit("too_many_units", units, limits.max_units)
    if limits.max_members is not None and total > limits.max_members:
        return BrokenLimit("too_many_members", total, limits.max_members)
    apart = find_apart(candidates, limits, existing)
    if apart:
        far = [places.distance_m(a, b) for a, b in combinations(range(len(places.candidates)), 2)]
        greatest = max((one for one in far if one is not None), default=None)
        return BrokenLimit(
            "too_far_apart", None if greatest is None else round(greatest), limits.neighbour_distance_m, tuple(apart)
        )
    return None
