"""The formation check (S10, S13, S15) and the case's transitions. Pure: policy and clock come in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.incubation.formation.errors import JointCaseNeedsPlan, OrganizationEnded
from services.incubation.policies import FormationPolicy
from shared.contracts.base import PartyOrganizationKind, Reason
from shared.contracts.incubation import Outcome
from shared.field.policies import Policy
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, Problem
from shared.problems.transitions import Transitions, move

CaseState = Literal["open", "approved", "deferred", "closed"]
CaseStep = Literal["approval", "deferral", "closing"]

TRANSITIONS: Transitions[CaseState, CaseStep] = Transitions(
    "formation case",
    {
        ("open", "approval"): "approved",
        ("deferred", "approval"): "approved",
        ("open", "deferral"): "deferred",
        ("deferred", "deferral"): "deferred",
        ("open", "closing"): "closed",
        ("deferred", "closing"): "closed",
    },
)
"""Every move of a case; any other is refused and changes nothing."""

ANSWERED: Transitions[CaseState, CaseStep] = Transitions("formation case", {("approved", "closing"): "closed"})
"""What the registry's answer that nothing came of it, or the organization's end before it, means for a case."""


STEP_TO: Mapping[str, CaseStep] = {state: step for (_, step), state in TRANSITIONS.items()}
"""The step that leads to each state; to `open`, none does."""


WORK_GROUP = "S21"
_NOT_OFFERED = Text(
    zh="只有党员组织关系均未转入、且按本地规定可设党的工作小组的组织，才能选择此项。",
    en="A work group is only for an organization of whose members none counts, where the region's policy offers one.",
)


@dataclass(frozen=True, slots=True)
class Members:
    """An organization's counts, as of an instant."""

    full_members_full_time: int
    full_members: int
    probationary_members: int
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """A case as decisions read it, and whether its organization is still registered."""

    id: UUID
    organization_id: UUID
    name: str
    division: str
    street: str | None
    check_id: UUID
    outcome: Outcome
    party_organization_kind: PartyOrganizationKind
    state: CaseState
    version: int
    organization_registered: bool
    registered_on: date | None = None
    occasion: str | None = None
    """None for a formation; else `kind`, `moved` or `work_group` (`occasions.Occasion`)."""
    concerns: UUID | None = None
    """The Party organization whose kind is due to change, out of whose division the organization moved, or beside whose
    coverage a work group is offered."""


@dataclass(frozen=True, slots=True)
class JointCase:
    """A pending joint case, with what its organization is now."""

    id: UUID
    organization_id: UUID
    division: str
    street: str | None
    carrier: str | None
    full_members_full_time: int
    full_members: int
    probationary_members: int
    registered_on: date | None = None
    lon: float | None = None
    lat: float | None = None
    kind: str | None = None
    name: str = ""
    evaluation_type: str | None = None

    def members(self, as_of: datetime) -> Members:
        """The organization's counts."""
        return Members(self.full_members_full_time, self.full_members, self.probationary_members, as_of)


@dataclass(frozen=True, slots=True)
class FormationDecision:
    """What an organization is due, and why."""

    outcome: Outcome
    counted_full_members: int
    kind: PartyOrganizationKind
    reasons: tuple[Reason, ...]

    @property
    def offers_work_group(self) -> bool:
        """Whether a work group may be set up beside the coverage (S21)."""
        return any(reason.rule == WORK_GROUP for reason in self.reasons)


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
        kind = parameters.kind_of(members.full_members, total)
    elif counted > 0:
        outcome, rule = "joint", "S13"
    else:
        outcome, rule = "area", "S15"
        facts["instructor_required"] = parameters.area_instructor_required
    reasons = [Reason(rule=rule, outcome=outcome, facts=facts, as_of=members.as_of)]
    if outcome == "area" and members.full_members > 0 and parameters.work_group_offered:
        # It has members, though none that counts: their affiliation lies elsewhere.
        uncounted: dict[str, object] = {
            "full_members": members.full_members,
            "full_members_full_time": members.full_members_full_time,
            "policy": policy.id,
        }
        reasons.append(Reason(rule=WORK_GROUP, outcome="work_group", facts=uncounted, as_of=members.as_of))
    if outcome == "standalone" and parameters.explains_kind(total):
        by = parameters.kind_facts(members.full_members, total)
        reasons.append(Reason(rule="R-kind", outcome=kind, facts=by, as_of=members.as_of))
    return FormationDecision(outcome, counted, kind, tuple(reasons))


def check_work_group(reasons: Sequence[Reason]) -> None:
    """Raises InvalidInput (422) where the check does not offer a work group."""
    if not any(reason.rule == WORK_GROUP for reason in reasons):
        raise InvalidInput([FieldError("/work_group", _NOT_OFFERED)])


def explain_work_group(as_of: datetime) -> Reason:
    """That the work group is set up beside the coverage."""
    return Reason(rule=WORK_GROUP, outcome="work_group_set_up", facts={}, as_of=as_of)


def next_steps(
    state: CaseState, outcome: Outcome, barred: Problem | None = None
) -> list[tuple[CaseStep, Problem | None]]:
    """The steps that people may take in a state, each with what bars it; `barred` is what bars the caller from all."""
    open_now = [step for before, step in TRANSITIONS if before == state and step != "closing"]
    return [(one, JointCaseNeedsPlan() if one == "approval" and outcome == "joint" else barred) for one in open_now]


def explain_former(former: UUID, not_restored: str | None, as_of: datetime) -> Reason:
    """Whether an organization that is registered again gets its former Party organization back, and why not."""
    facts: dict[str, object] = {"former_party_organization_id": str(former)}
    if not_restored is None:
        return Reason(rule="R-former-branch", outcome="restored", facts=facts, as_of=as_of)
    facts["reason"] = not_restored
    return Reason(rule="R-former-branch", outcome="founded_new", facts=facts, as_of=as_of)


def explain_kind(kind: PartyOrganizationKind, was: str | None, by: Mapping[str, object], as_of: datetime) -> Reason:
    """That the kind changes (domain 4.3), and by which counts (`FormationPolicy.kind_facts`)."""
    return Reason(rule="R-kind", outcome=kind, facts={"was": was, **by}, as_of=as_of)


def approve(case: Case) -> CaseState:
    """The state of an approved case. Raises IllegalTransition, JointCaseNeedsPlan, OrganizationEnded."""
    state = move(TRANSITIONS, case.state, "approval")
    if case.outcome == "joint" and case.occasion != "kind":
        raise JointCaseNeedsPlan
    if not case.organization_registered:
        raise OrganizationEnded
    return state
