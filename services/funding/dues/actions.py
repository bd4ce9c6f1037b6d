"""The register of dues: statements entered, corrected and certified."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.funding.coverage import queries as coverage
from services.funding.dues import queries
from services.funding.dues.errors import DuesRefunded, DuesStated
from services.funding.dues.rules import Statement, certify, correct, find_faults
from services.funding.grants.queries import refund_of
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.problems import InvalidInput, NotFound
from shared.problems.versions import Preconditions, check_version


async def state_dues(tx: Transaction, statement: Statement, now: datetime) -> Statement:
    """Enter a quarter's totals; a correction names the statement in whose place it comes, which stays beside it.

    Raises NotFound, InvalidInput, DuesStated, DuesRefunded.
    """
    party = (await coverage.load(tx, [statement.party_organization_id])).get(statement.party_organization_id)
    if party is None:
        raise NotFound(what="Party organization")
    await queries.wait_for_year(tx, party.id, statement.year)
    corrected = None
    if statement.corrects is not None:
        corrected = await queries.get(tx, statement.corrects, lock=True)
        if corrected is None:
            raise NotFound(what="dues statement")
    faults = find_faults(statement, corrected, china_day(now), party.form)
    if faults:
        raise InvalidInput(faults)
    if await refund_of(tx, party.id, statement.year) is not None:
        raise DuesRefunded(year=statement.year)
    others = [one for one in await queries.counting(tx, party.id, statement.year) if one.id != statement.corrects]
    if any(one.quarter == statement.quarter for one in others):
        raise DuesStated(year=statement.year, quarter=statement.quarter)
    if corrected is not None:
        await queries.save(tx, correct(corrected))
    stated = replace(statement, division=party.division)
    await queries.insert_one(tx, stated)
    return stated


async def certify_dues(
    tx: Transaction, statement_id: UUID, now: datetime, if_match: Preconditions | None, note: str | None = None
) -> Statement:
    """Certify a statement that somebody else entered.

    Raises NotFound, PreconditionFailed, IllegalTransition, SameHand.
    """
    statement = await queries.get(tx, statement_id, lock=True)
    if statement is None:
        raise NotFound(what="dues statement")
    check_version(if_match, statement.version)
    certified = certify(statement, tx.access.actor, now, note)
    await queries.save(tx, certified)
    return certified
