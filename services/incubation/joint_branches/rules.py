"""Whether a joint branch is still one: more than one unit, and members enough (S13). Pure."""

from dataclasses import dataclass
from datetime import datetime

from services.incubation.policies import FormationPolicy
from shared.contracts.base import Reason
from shared.field.policies import Policy

MIN_UNITS = 2
"""One unit is not joined with anything."""
RULE = "R-joint-size"
ENOUGH = "enough"


@dataclass(frozen=True, slots=True)
class Size:
    """What a joint branch covers, wherever that is: its units, how many of them are not known yet, and the full members
    of the others that count by the region's policy."""

    units: int
    unknown: int
    counted_full_members: int


def check_size(size: Size, policy: Policy[FormationPolicy], as_of: datetime) -> Reason:
    """Whether it has as many units and counted full members as a joint branch needs; while not all of its units are
    known, their members are not called too few."""
    minimum = policy.parameters.joint_min_full_members
    outcome = ENOUGH
    if size.units < MIN_UNITS:
        outcome = "too_few_units"
    elif not size.unknown and size.counted_full_members < minimum:
        outcome = "too_few_members"
    facts: dict[str, object] = {
        "units": size.units,
        "units_min": MIN_UNITS,
        "counted": policy.parameters.counted,
        "counted_full_members": size.counted_full_members,
        "joint_min_full_members": minimum,
        "policy": policy.id,
    }
    if size.unknown:
        facts["units_not_known"] = size.unknown
    return Reason(rule=RULE, outcome=outcome, facts=facts, as_of=as_of)
