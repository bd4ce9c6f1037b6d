"""What is stored of a taken-over Party organization beside itself: its affiliation and its last leadership."""

from datetime import date, datetime
from uuid import UUID

from services.registry.affiliations.timelines import Affiliation
from services.registry.bodies.body import Body
from services.registry.leadership_policies import leadership_policy
from services.registry.leaderships.approving import step_of
from services.registry.leaderships.faults import year_errors
from services.registry.leaderships.rules import MONTHS_A_YEAR
from services.registry.policies import RegistrationPolicies
from services.registry.take_overs.take_over import TakeOver
from shared.contracts.base import Reason
from shared.contracts.bodies import AffiliationKind, BodyKind
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day, months_after
from shared.problems.problems import FieldError

_BY_UNIT: frozenset[BodyKind] = frozenset({"industry_committee", "department_party_organization"})


def affiliation_of(tx: Transaction, row: TakeOver, body: Body, street: str | None, now: datetime) -> Affiliation:
    """Since the founding, or since the body exists."""
    kind: AffiliationKind = "competent_unit" if body.kind in _BY_UNIT else "other"
    if kind == "other" and body.covers(row.division, street):
        kind = "territory"
    since = max(row.established_on, body.since)
    facts: dict[str, object] = {"body": body.code, "from": since.isoformat(), "by": tx.access.actor}
    reason = Reason(rule="S21", outcome="taken_over", facts=facts, as_of=now)
    return Affiliation(
        body.code,
        row.affiliation_kind or kind,
        since,
        set_by=tx.access.actor,
        reasons=(reason.model_dump(mode="json"),),
    )


def term_errors(row: TakeOver, policies: RegistrationPolicies, today: date) -> list[FieldError]:
    """Years that the policy of the day on which the term began does not allow for the kind, as at an approval."""
    if row.term_years is None or row.led_on is None:
        return []
    policy = leadership_policy(policies.leaderships, row.division, row.led_on, today)
    return year_errors(row.term_years, policy.parameters.terms[row.kind])


def leadership_of(tx: Transaction, row: TakeOver, party: UUID, policies: RegistrationPolicies, now: datetime) -> Record:
    """Its last election, with the approval where the file has one: the term begins on the day that is known."""
    began, today = row.led_on, china_day(now)
    assert began is not None
    policy = leadership_policy(policies.leaderships, row.division, began, today)
    years = row.term_years or policy.parameters.terms[row.kind].years
    ends_on = months_after(began, years * MONTHS_A_YEAR)
    facts: dict[str, object] = {"approved_on": row.approved_on and row.approved_on.isoformat(), "years": years}
    facts |= {"elected_on": row.elected_on and row.elected_on.isoformat(), "ends_on": ends_on.isoformat()}
    reason = Reason(rule="R-term", outcome="taken_over", facts=facts | {"policy": policy.id}, as_of=now)
    head = None if row.secretary_is_head is None else row.secretary_is_head == "yes"
    return {
        "id": new_id(),
        "party_organization_id": party,
        "division": row.division,
        "number": 1,
        "state": "approved",
        "method": "election",
        "held_on": row.elected_on,
        **{name: getattr(row, name) for name in ("due", "present", "candidates", "elected")},
        "full_members": None,
        "membership": None,
        "secretary_is_head": head,
        "warnings": [],
        "reasons": [reason.model_dump(mode="json")],
        "reported_by": tx.access.actor,
        "approved_on": began,
        "approval_number": row.approval_number,
        "approving_body": None,
        "approved_by": tx.access.actor,
        "term_years": row.term_years,
        "ends_on": ends_on,
        "extension": None,
        "steps": [step_of(tx, "take_over", now, None)],
        "version": 1,
    }
