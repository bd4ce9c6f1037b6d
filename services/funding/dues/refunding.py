"""Refunds of dues, exactly as remitted (S25): a yearly claim, with list and bank slip (D12)."""

from datetime import date, datetime
from uuid import UUID, uuid5

from services.funding.amount_rules import Refund
from services.funding.coverage import queries as coverage
from services.funding.dues import queries
from services.funding.dues.errors import ClaimLate, NoRefundScheme, NothingRemitted
from services.funding.dues.rules import remitted_of
from services.funding.grants.deciding.cases import Case, Claimed
from services.funding.grants.deciding.keeping import Decided, keep_and_raise
from services.funding.grants.deciding.rules import decide_case, scheme_day
from services.funding.policies import Scheme, Schemes, in_force
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.problems import NotFound

_SPACE = UUID("b7a5c0de-1a53-4d0e-8f0a-6c1d4e6a2525")


async def claim_refund(
    tx: Transaction,
    party_id: UUID,
    year: int,
    *,
    list_reference: str,
    bank_slip: str,
    schemes: Schemes,
    now: datetime,
) -> UUID:
    """Claim the refund of a year's dues; returns the grant, the same one however often it is claimed.

    The receiver is who remitted: a standalone branch itself, for organizations that are covered together the joint
    branch, for members without a branch the one that hosts them. Who claims has drafted the grant.

    Raises NotFound, NoRefundScheme, ClaimLate, DuesNotCertified, NothingRemitted.
    """
    party = (await coverage.load(tx, [party_id])).get(party_id)
    if party is None:
        raise NotFound(what="Party organization")
    scheme = _refunding(schemes, party.division, year, china_day(now))
    await queries.wait_for_year(tx, party_id, year)
    remitted = remitted_of(year, await queries.counting(tx, party_id, year))
    case = Case(
        trigger="claim",
        recipient_id=party.id,
        recipient_name=party.name or str(party.id),
        division=party.division,
        year=year,
        period=str(year),
        on=scheme_day(year),
        as_of=now,
        kind=party.kind,
        form=party.form,
        remitted=Claimed(remitted.fen, remitted.statements, list_reference, bank_slip),
    )
    decision = decide_case(case, scheme)
    key = uuid5(_SPACE, f"{party_id}/{year}/{decision.input_hash}")
    # What the recipient has may lie where it was before.
    async with tx.system_scope():
        [kept] = await keep_and_raise(tx, [Decided(case, decision, key)], now, raised_by=tx.access.actor)
    if kept["grant_id"] is None:
        raise NothingRemitted(year=year)
    grant_id: UUID = kept["grant_id"]
    return grant_id


def _refunding(schemes: Schemes, division: str, year: int, today: date) -> Scheme:
    found = [
        one
        for one in in_force(schemes, division, scheme_day(year), "claim")
        if isinstance(one.parameters.amount, Refund)
    ]
    if not found:
        raise NoRefundScheme(year=year)
    rule = found[0].parameters.amount
    assert isinstance(rule, Refund)
    if rule.claim_until is not None:
        until = date.fromisoformat(f"{year + 1}-{rule.claim_until}")
        if today > until:
            raise ClaimLate(year=year, until=until)
    return found[0]
