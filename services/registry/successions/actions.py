"""Records that an organization succeeds another one."""

from datetime import datetime, timedelta

from services.registry.organizations import queries as organization_queries
from services.registry.organizations.organization import Organization
from services.registry.party_organizations.covering import parties_on
from services.registry.successions import queries
from services.registry.successions.errors import AlreadySucceeded
from services.registry.successions.rules import Pair, check
from services.registry.successions.schemas import SuccessionBody
from services.registry.successions.settling import settle_by
from shared.contracts.base import Reason
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound

_UNKNOWN = Text(zh="没有社会组织“{predecessor}”。", en="There is no organization '{predecessor}'.")


async def succeed(tx: Transaction, reference: str, body: SuccessionBody, now: datetime) -> Record:
    """Record it, with what covered the predecessor until then.

    Raises NotFound, OutsideScope, AlreadySucceeded, InvalidInput.
    """
    organization = await organization_queries.get_by_uscc_or_id(tx, reference)
    if organization is None:
        raise NotFound(what="organization")
    check_reach(tx.access, organization.content.division)
    predecessor = await organization_queries.get_by_uscc_or_id(tx, body.predecessor)
    if predecessor is None:
        raise InvalidInput([FieldError("/predecessor", _UNKNOWN, (("predecessor", body.predecessor),))])
    check_reach(tx.access, predecessor.content.division)
    await queries.hold(tx)
    locked = await organization_queries.lock_by_id(tx, sorted({organization.id, predecessor.id}))
    by_id = {one.id: one for one in locked}
    organization, predecessor = by_id[organization.id], by_id[predecessor.id]
    pair = Pair(organization, predecessor, await queries.before(tx, predecessor.id))
    errors = check(pair, body.kind, body.on, china_day(now))
    if errors:
        raise InvalidInput(errors)
    if await queries.find(tx, organization.id, predecessor.id) is not None:
        raise AlreadySucceeded(uscc=organization.uscc, predecessor=predecessor.uscc)
    last_day = min(body.on, predecessor.ended() or body.on) - timedelta(days=1)
    parties = await parties_on(tx, [predecessor.id], last_day)
    row = _row(organization, predecessor, body, tx.access.actor, now)
    row["party_organization_id"] = parties.get(predecessor.id)
    await queries.insert_one(tx, row)
    await settle_by(tx, row, now)
    return row


def _row(
    organization: Organization, predecessor: Organization, body: SuccessionBody, actor: str, now: datetime
) -> Record:
    facts = {"predecessor": predecessor.uscc, "organization": organization.uscc, "on": body.on.isoformat()}
    reason = Reason(rule="R-succession", outcome=body.kind, facts=facts, as_of=now)
    return {
        "id": new_id(),
        "organization_id": organization.id,
        "division": organization.content.division,
        "uscc": organization.uscc,
        "predecessor_id": predecessor.id,
        "predecessor_uscc": predecessor.uscc,
        "kind": body.kind,
        "succeeded_on": body.on,
        "reason": body.reason,
        "reasons": [reason.model_dump(mode="json")],
        "recorded_by": actor,
        "recorded_at": now,
    }
