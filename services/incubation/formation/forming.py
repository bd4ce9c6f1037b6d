"""What an approved case forms: a Party organization that is new, restored, or of another kind."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.incubation.days import check_standing
from services.incubation.formation.founding import Act, check_act
from services.incubation.formation.queries import cases
from services.incubation.formation.rules import Case, explain_former, explain_kind
from services.incubation.names import find_place, name_joint_branch, name_party_organization
from services.incubation.organizations.covering import get_covering
from services.incubation.organizations.party_facts import established_of
from services.incubation.policies import FormationPolicy
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Form, Reason
from shared.contracts.incubation import PartyOrganizationFormed, PartyOrganizationReorganized
from shared.db.base import new_id
from shared.db.session import Transaction
from shared.problems.problems import NotFound


async def form_standalone(
    tx: Transaction,
    case: Case,
    reasons: list[Reason],
    founded_on: date,
    former_not_restored: str | None,
    now: datetime,
    act: Act,
) -> UUID:
    """Form a standalone Party organization, or restore the one that the organization had; returns its id.

    Raises InvalidInput for what is stated of the act where one is restored.
    """
    former = await cases.find_former(tx, case.organization_id)
    name = name_party_organization(case.name, case.party_organization_kind)
    if former is not None:
        reasons = [*reasons, explain_former(former, former_not_restored, now)]
        if former_not_restored is None:
            check_act(act, founds=False)
            await _reorganize(tx, case, former, "restored", name, "standalone", reasons, founded_on, now)
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
        formed_on=founded_on,
        decided_by="formation_case",
        decision_id=case.id,
        reasons=reasons,
        founding_number=act.number,
        founding_form=act.form,
    )
    await emit(tx, [NewEvent(party_organization_id, 1, payload, case.division, now, key=case.organization_id)])
    return party_organization_id


async def change_kind(
    tx: Transaction, case: Case, reasons: list[Reason], parameters: FormationPolicy, since: date, now: datetime
) -> UUID:
    """Change the kind, and with it the name, of the Party organization that a case concerns.

    Raises NotFound, InvalidInput.
    """
    party = case.concerns
    covering = None if party is None else await get_covering(tx, party)
    if party is None or covering is None:
        raise NotFound(what="Party organization")
    check_standing(since, (await established_of(tx, [party])).get(party))
    kind = case.party_organization_kind
    name = name_party_organization(case.name, kind)
    if covering["form"] == "joint":
        name = name_joint_branch(find_place(covering["carriers"], covering["streets"]), kind)
    by = parameters.kind_facts(covering["full_members"], covering["members"])
    reasons = [*reasons, explain_kind(kind, covering["kind"], by, now)]
    await _reorganize(tx, case, party, "kind", name, covering["form"], reasons, since, now)
    return party


async def _reorganize(
    tx: Transaction,
    case: Case,
    party_organization_id: UUID,
    change: Literal["kind", "restored"],
    name: str,
    form: Form,
    reasons: list[Reason],
    since: date,
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
        since=since,
        decided_by="formation_case",
        decision_id=case.id,
        reasons=reasons,
    )
    # The subject is this decision: incubation keeps no version of a Party organization. The registry has recorded it
    # before, so that its own order is kept by the key.
    await emit(tx, [NewEvent(new_id(), 1, payload, case.division, now, key=party_organization_id)])
