"""The formation check (S10, S13, S15) and the case's transitions. Pure: policy and clock come in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.incubation.policies import FormationPolicy
from shared.contracts.base import PartyOrganizationKind, Reason
from shared.contracts.incubation import Outcome
from shared.field.policies import Policy
from shared.problems.problems import IllegalTransition

CaseState = Literal["open", "approved", "deferred", "closed"]
CaseStep = Literal["approval", "deferral", "closing"]

TRANSITIONS: dict[tuple[CaseState, CaseStep], CaseState] = {
    ("open", "approval"): "approved",
    ("deferred", "approval"): "approved",
    ("open", "deferral"): "deferred",
    ("deferred", "deferral"): "deferred",
    ("open", "closing"): "closed",
    ("deferred", "closing"): "closed",
}
"""Every move that a case can make; any other is refused and changes nothing."""


@dataclass(frozen=True, slots=True)
class Members:
    """An organization's counts, as of an instant."""

    full_members_full_time: int
    full_members: int
    probationary_members: int
    as_of: datetime


@dataclass(frozen=True, slots=True)
class FormationDecision:
    """What an organization is due, and why."""

    outcome: Outcome
    counted_full_members: int
    kind: PartyOrganizationKind
    reasons: tuple[Reason, ...]


def check_formation(members: Members, policy: Policy[FormationPolicy]) -> FormationDecision:
    """Standalone from the policy's minimum of counted full members on (S10), joint below it (S13), area without
    any (S15). Which count is read is the policy's (decision 9)."""
    parameters = policy.parameters
    counted = getattr(members, parameters.counted)
    total = members.full_members + members.probationary_members
    minimum = parameters.standalone_min_full_members
    facts: dict[str, object] = {
        "counted": parameters.counted,
        "counted_full_members": counted,
        "standalone_min_full_members": minimum,
        "policy": policy.id,
    }
    outcome: Outcome
    kind: PartyOrganizationKind = "BRANCH"
    if counted >= minimum:
        outcome, rule = "standalone", "S10"
        kind = parameters.kind_thresholds.kind(total)
    elif counted > 0:
        outcome, rule = "joint", "S13"
    else:
        outcome, rule = "area", "S15"
        facts["instructor_required"] = parameters.area_instructor_required
    reasons = [Reason(rule=rule, outcome=outcome, facts=facts, as_of=members.as_of)]
    if kind != "BRANCH":
        thresholds = parameters.kind_thresholds
        reasons.append(
            Reason(
                rule="4.3",
                outcome=kind,
                facts={
                    "total_members": total,
                    "general_from": thresholds.general,
                    "committee_from": thresholds.committee,
                },
                as_of=members.as_of,
            )
        )
    return FormationDecision(outcome, counted, kind, tuple(reasons))


def move_case(state: CaseState, step: CaseStep) -> CaseState:
    """The state after a step. Raises IllegalTransition."""
    moved = TRANSITIONS.get((state, step))
    if moved is None:
        raise IllegalTransition(state=state, action=step)
    return moved
