"""What is to be decided of an organization, as it is and is covered now. Pure."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.incubation.formation.rules import FormationDecision
from services.incubation.policies import FormationPolicy
from shared.contracts.base import Coverage, Form, PartyOrganizationKind

Occasion = Literal["formation", "kind", "moved", "work_group"]
"""Why there is a case: the coverage that is due is missing; the Party organization's kind is due to change; the
organization moved out of the division of what covers it; it is covered by an area, and none of its members counts, so
that a work group is offered (S21)."""


@dataclass(frozen=True, slots=True)
class Covering:
    """What covers an organization; `kind` None where it was never stated.

    `members` in all of a joint branch, `full_members` those of them that are full members.
    """

    id: UUID
    division: str
    form: Form
    kind: PartyOrganizationKind | None
    members: int | None
    full_members: int | None


@dataclass(frozen=True, slots=True)
class Situation:
    """How an organization is covered, whether it has just moved, and what its pending case is about already."""

    division: str
    coverage: Coverage
    covering: Covering | None = None
    moved: bool = False
    pending: Occasion | None = None
    concerns: UUID | None = None
    offered: bool = False
    """Whether a case that was approved has offered a work group already: it is offered once."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a case is about: the occasion, the kind that is due, and the Party organization that it concerns."""

    occasion: Occasion
    kind: PartyOrganizationKind
    concerns: UUID | None = None


def find_due(decision: FormationDecision, situation: Situation, parameters: FormationPolicy) -> Due | None:
    """What is to be decided, None where the organization is covered as it is due.

    Forming goes first; then the kind, which follows the members (domain 4.3) in both directions; then a joint branch or
    an area of another division, from the move on until the organization is covered otherwise or comes back. A
    standalone Party organization moves with its organization.
    """
    covering = situation.covering
    if situation.coverage != decision.outcome:
        return Due("formation", decision.kind)
    if covering is None:
        return None
    if covering.form not in ("standalone", "temporary") and covering.division != situation.division:
        was_moved = situation.pending == "moved" and situation.concerns == covering.id
        if situation.moved or was_moved:
            return Due("moved", decision.kind, covering.id)
    if covering.form == "area" and decision.offers_work_group and not situation.offered:
        return Due("work_group", decision.kind, covering.id)
    kind = due_kind(decision, covering, parameters)
    if kind is not None and covering.kind is not None and kind != covering.kind:
        return Due("kind", kind, covering.id)
    return None


def due_kind(
    decision: FormationDecision, covering: Covering, parameters: FormationPolicy
) -> PartyOrganizationKind | None:
    """The kind that what covers an organization is due, None where kinds do not follow members (an area)."""
    if covering.form == "standalone":
        return decision.kind
    if covering.form == "joint" and covering.members is not None:
        return parameters.kind_of(covering.full_members or 0, covering.members)
    return None
