"""Reports, approves and returns leaderships (D9)."""

from datetime import datetime
from uuid import UUID

from services.registry.leadership_policies import leadership_policy
from services.registry.leaderships import queries
from services.registry.leaderships.approving import Pair, approve_row, find, lock, settle, step_of, subject_of, take
from services.registry.leaderships.errors import LeadershipPending
from services.registry.leaderships.rules import check_report
from services.registry.leaderships.schemas import LeadershipApprovalBody, LeadershipBody
from services.registry.party_organizations import queries as party_queries
from services.registry.policies import RegistrationPolicies
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.versions import Preconditions, check_version

_RECORDED_LATE = Text(
    zh="随上报一并登记的批复须为今天以前的文件；当日的批复由他人另行办理。",
    en="An approval that is recorded with the report is of an earlier day; today's is given by somebody else.",
)
_FIELDS = {"due", "present", "candidates", "elected", "full_members", "membership", "secretary_is_head"}
_UNAPPROVED = ("approved_on", "approval_number", "approving_body", "approved_by", "term_years", "ends_on", "extension")


async def report(
    tx: Transaction,
    party_id: UUID,
    body: LeadershipBody,
    policies: RegistrationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Pair:
    """Report a leadership that was elected or appointed; with `approval`, record that it was approved on paper.

    Raises NotFound, OutsideScope, PreconditionFailed, PartyOrganizationEnded, LeadershipPending, InvalidInput.
    """
    if await party_queries.get(tx, party_id) is None:
        raise NotFound(what="Party organization")
    async with tx.system_scope():
        held = await lock(tx, party_id, policies, unit=True)
        party, number = held.party, await queries.next_number(tx, party_id)
        check_version(if_match, party["version"])
        pending = await queries.find_reported(tx, party_id)
        if pending is not None:
            raise LeadershipPending(number=pending)
        today, reported = china_day(now), body.report()
        subject = await subject_of(tx, party)
        policy = leadership_policy(policies.leaderships, party["division"], body.held_on, today)
        checked = check_report(reported, subject, policy, today, now)
        if body.approval is not None and body.approval.approved_on >= today:
            checked.errors.append(FieldError("/approval/approved_on", _RECORDED_LATE))
        row: Record = {
            "id": new_id(),
            "party_organization_id": party_id,
            "division": party["division"],
            "number": number,
            "state": "reported",
            "method": body.method,
            "held_on": body.held_on,
            **body.model_dump(include=_FIELDS),
            "warnings": [one.stored() for one in checked.warnings],
            "reasons": [checked.reason.model_dump(mode="json")],
            "reported_by": tx.access.actor,
            **dict.fromkeys(_UNAPPROVED),
            "steps": [step_of(tx, "report", now, body.note)],
            "version": 1,
        }
        if body.approval is not None:
            found = await approve_row(tx, held, row, subject, body.approval, now)
            checked.errors.extend(FieldError(f"/approval{one.pointer}", one.detail, one.facts) for one in found)
        if checked.errors:
            raise InvalidInput(checked.errors)
        await queries.insert(tx, [row])
        return await settle(tx, held, number, now)


async def approve(
    tx: Transaction,
    party_id: UUID,
    number: int,
    body: LeadershipApprovalBody,
    policies: RegistrationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Pair:
    """Approve a leadership: the Party organization is active, and a term begins with the approval's day.

    Raises NotFound, OutsideScope, PreconditionFailed, IllegalTransition, SameHand, PartyOrganizationEnded,
    InvalidInput.
    """
    await find(tx, party_id, number)
    async with tx.system_scope():
        held = await lock(tx, party_id, policies)
        row = await take(tx, party_id, number, "approval", if_match)
        errors = await approve_row(tx, held, row, await subject_of(tx, held.party), body, now)
        if errors:
            raise InvalidInput(errors)
        await queries.update(tx, row)
        return await settle(tx, held, number, now)


async def send_back(
    tx: Transaction,
    party_id: UUID,
    number: int,
    reason: str,
    policies: RegistrationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Pair:
    """Return a report to be made again, as another one. Raises as `approve` does."""
    await find(tx, party_id, number)
    async with tx.system_scope():
        held = await lock(tx, party_id, policies)
        row = await take(tx, party_id, number, "return", if_match)
        row |= {"state": "returned", "steps": [*row["steps"], step_of(tx, "return", now, reason)]}
        await queries.update(tx, row)
        return await settle(tx, held, number, now)
