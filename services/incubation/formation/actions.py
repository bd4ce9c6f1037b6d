"""Decides cases."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.incubation.areas.actions import cover_by_area
from services.incubation.formation.queries import cases, checks
from services.incubation.formation.rules import TRANSITIONS, Case, approve, explain_former, explain_kind
from services.incubation.names import find_place, name_joint_branch, name_party_organization
from services.incubation.organizations.covering import get_covering
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Form, Reason
from shared.contracts.incubation import PartyOrganizationFormed, PartyOrganizationReorganized
from shared.db.base import new_id, utc_now
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.problems import NotFound
from shared.problems.transitions import move
from shared.problems.versions import check_version


async def approve_case(
    tx: Transaction, case_id: UUID, *, note: str | None, if_match: str | None, former_not_restored: str | None = None
) -> Record:
    """Approve a case: a standalone Party organization is formed, or the street's area covers from now on.

    An organization that had a standalone Party organization gets that one back, unless `former_not_restored` says why
    a new one is founded. A change of kind is the same Party organization under another kind and name.

    Raises NotFound, PreconditionFailed, IllegalTransition, JointCaseNeedsPlan, OrganizationEnded.
    """
    now = utc_now()
    case = await _lock_case(tx, case_id, if_match)
    state = approve(case)
    check = await checks.get_check(tx, case.check_id)
    assert check is not None
    reasons = [Reason.model_validate(reason) for reason in check["reasons"]]
    party_organization_id: UUID
    if case.outcome == "area":
        party_organization_id = await cover_by_area(
            tx,
            case.organization_id,
            division=case.division,
            street=case.street,
            decision_id=case.id,
            reasons=reasons,
            now=now,
        )
    elif case.occasion == "kind":
        party_organization_id = await _change_kind(tx, case, reasons, now)
    else:
        party_organization_id = await _form_standalone(tx, case, reasons, former_not_restored, now)
    [approved] = await cases.decide_cases(
        tx, [case_id], state=state, note=note, party_organization_ids=[party_organization_id], now=now
    )
    return approved


async def defer_case(
    tx: Transaction, case_id: UUID, *, note: str | None, until: date | None, if_match: str | None
) -> Record:
    """Put a case off. Raises NotFound, PreconditionFailed, IllegalTransition."""
    case = await _lock_case(tx, case_id, if_match)
    state = move(TRANSITIONS, case.state, "deferral")
    [deferred] = await cases.decide_cases(
        tx, [case_id], state=state, note=note, party_organization_ids=[None], now=utc_now(), deferred_until=until
    )
    return deferred


async def _lock_case(tx: Transaction, case_id: UUID, if_match: str | None) -> Case:
    case = await cases.lock_case(tx, case_id)
    if case is None:
        raise NotFound(what="formation case")
    check_version(if_match, case.version)
    return case


async def _form_standalone(
    tx: Transaction, case: Case, reasons: list[Reason], former_not_restored: str | None, now: datetime
) -> UUID:
    former = await cases.find_former(tx, case.organization_id)
    name = name_party_organization(case.name, case.party_organization_kind)
    if former is not None:
        reasons = [*reasons, explain_former(former, former_not_restored, now)]
        if former_not_restored is None:
            await _reorganize(tx, case, former, "restored", name, "standalone", reasons, now)
            return former
    party_organization_id = new_id()
    payload = PartyOrganizationFormed(
        party_organization_id=party_organization_id,
        name=name,
        kind=case.party_organization_kind,
        form="standalone",
        division=case.division,
        street=case.street,
        organization_ids=[case.organization_id],
        formed_on=china_day(now),
        decided_by="formation_case",
        decision_id=case.id,
        reasons=reasons,
    )
    await emit(tx, [NewEvent(party_organization_id, 1, payload, case.division, now, key=case.organization_id)])
    return party_organization_id


async def _change_kind(tx: Transaction, case: Case, reasons: list[Reason], now: datetime) -> UUID:
    party = case.concerns
    covering = None if party is None else await get_covering(tx, party)
    if party is None or covering is None:
        raise NotFound(what="Party organization")
    kind = case.party_organization_kind
    name = name_party_organization(case.name, kind)
    if covering["form"] == "joint":
        name = name_joint_branch(find_place(covering["carriers"], covering["streets"]), kind)
    reasons = [*reasons, explain_kind(kind, covering["kind"], now)]
    await _reorganize(tx, case, party, "kind", name, covering["form"], reasons, now)
    return party


async def _reorganize(
    tx: Transaction,
    case: Case,
    party_organization_id: UUID,
    change: Literal["kind", "restored"],
    name: str,
    form: Form,
    reasons: list[Reason],
    now: datetime,
) -> None:
    payload = PartyOrganizationReorganized(
        party_organization_id=party_organization_id,
        change=change,
        name=name,
        kind=case.party_organization_kind,
        form=form,
        division=case.division,
        street=case.street,
        organization_ids=[case.organization_id],
        since=china_day(now),
        decided_by="formation_case",
        decision_id=case.id,
        reasons=reasons,
    )
    # The subject is this decision: incubation keeps no version of a Party organization. The registry has recorded it
    # before, so that its own order is kept by the key.
    await emit(tx, [NewEvent(new_id(), 1, payload, case.division, now, key=party_organization_id)])
