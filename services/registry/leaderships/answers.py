"""Leaderships as clients see them."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.registry.leadership_policies import Fault
from services.registry.leaderships.faults import sentence
from services.registry.leaderships.leadership import LeadershipState, Method
from services.registry.leaderships.rules import next_steps
from services.registry.leaderships.schemas import Membership
from shared.contracts.base import PartyState
from shared.db.session import Record
from shared.field.figures.shares import share_bp
from shared.problems.language import current_language
from shared.problems.reasons import ReasonOut
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.steps import NextStepOut, StepOut, steps_out

NEEDED: Mapping[str, Permission] = {
    "approval": Permission.LEADERSHIPS_APPROVE,
    "return": Permission.LEADERSHIPS_APPROVE,
    "extension": Permission.LEADERSHIPS_APPROVE,
    "correction": Permission.LEADERSHIPS_APPROVE,
}


class LeadershipWarningOut(BaseModel):
    """Something about a leadership that is hardly right."""

    code: Fault
    pointer: str
    detail: str
    facts: dict[str, Any]


class LeadershipTermOut(BaseModel):
    """A term, from the day of the approval to its last day."""

    since: date
    ends_on: date


class LeadershipApprovalOut(BaseModel):
    """Its approval: the day, the document's number (null: not known), the body (a code) that approved."""

    approved_on: date
    approval_number: str | None
    body: str | None
    term_years: int | None


class LeadershipExtensionOut(BaseModel):
    """The approval of putting off the next election: `usual_end` is the last day that the term had before."""

    usual_end: date
    until: date
    approved_on: date
    approval_number: str
    reason: str


class LedPartyOrganizationOut(BaseModel):
    """The Party organization as it is now: state, term, version."""

    id: UUID
    name: str
    state: PartyState
    term: LeadershipTermOut | None
    version: int


class LeadershipOut(BaseModel):
    """A leadership that was reported; its term begins with the approval, `term` is null without one.

    `number` counts a Party organization's reports; `followed_on` is the day on which the next term began.
    """

    id: UUID
    number: int
    state: LeadershipState
    method: Method
    held_on: date
    due: int | None
    present: int | None
    candidates: int | None
    elected: int | None
    full_members: int | None
    membership: Membership | None
    secretary_is_head: bool | None
    approval: LeadershipApprovalOut | None
    term: LeadershipTermOut | None
    followed_on: date | None
    extension: LeadershipExtensionOut | None
    warnings: list[LeadershipWarningOut]
    reasons: list[ReasonOut]
    party_organization: LedPartyOrganizationOut
    history: list[StepOut]
    next_steps: list[NextStepOut]
    version: int


class TermCountsOut(BaseModel):
    """Active Party organizations that elect: `ending` are among those `running`."""

    none: int | None
    running: int | None
    ending: int | None
    overdue: int | None


class LeadershipReportOut(BaseModel):
    """Counts of a division's Party organizations that are seated there.

    `secretaries_are_heads_bp` is the share of those known, in hundredths of a percent (S31); null where none is known.
    For who sees figures alone, those from 1 to below `show_from` are null, and what would give them away; `show_from`
    is null where all are shown.
    """

    division: str
    party_organizations: int | None
    founding: int | None
    active: int | None
    terms: TermCountsOut
    secretaries_known: int | None
    secretaries_are_heads: int | None
    secretaries_are_heads_bp: int | None
    show_from: int | None = None


def report_out(division: str, found: Mapping[str, int | None], *, show_from: int | None = None) -> LeadershipReportOut:
    """Counts as clients see them; None is withheld."""
    known, heads = found["secretaries_known"], found["secretaries_are_heads"]
    share = share_bp(heads, known) if known is not None and heads is not None else None
    return LeadershipReportOut(
        division=division,
        terms=TermCountsOut(**{name: found[f"term_{name}"] for name in TermCountsOut.model_fields}),
        secretaries_are_heads_bp=share,
        **{name: found[name] for name in ("party_organizations", "founding", "active")},
        secretaries_known=known,
        secretaries_are_heads=heads,
        show_from=show_from,
    )


def leadership_out(row: Record, party: Record, caller: Actor) -> LeadershipOut:
    """A stored leadership, and the Party organization's row."""
    language = current_language.get()
    approval = None
    if row["approved_on"] is not None:
        approval = LeadershipApprovalOut.model_validate({**row, "body": row["approving_body"]}, from_attributes=True)
    warnings = [{**one, "detail": sentence(one["code"], one["facts"], language)} for one in row["warnings"]]
    return LeadershipOut.model_validate(
        {
            **row,
            "approval": approval,
            "term": _term(row["approved_on"], row["ends_on"]),
            "warnings": warnings,
            "party_organization": {**party, "term": _term(party["term_since"], party["term_ends_on"])},
            "history": row["steps"],
            "next_steps": steps_out(next_steps(row["state"], row["reported_by"], caller.subject), NEEDED, caller),
        }
    )


def _term(since: date | None, ends_on: date | None) -> LeadershipTermOut | None:
    return None if since is None or ends_on is None else LeadershipTermOut(since=since, ends_on=ends_on)
