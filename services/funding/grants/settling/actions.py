"""Takes a paid grant to its end: its use is reported, it is settled and graded, its balance comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.funding.appropriations import charging
from services.funding.grants import queries as grants
from services.funding.grants.posting.rules import posting_about
from services.funding.grants.rules import Grant, Recorded
from services.funding.grants.settling import queries
from services.funding.grants.settling.errors import ReturnRecorded
from services.funding.grants.settling.rules import UseVoucher, give_back, report, settle
from services.funding.ledger import actions as ledger
from services.funding.ledger.charts import Charts
from services.funding.ledger.posted_queries import of_grant
from services.funding.ledger.rules import Kind
from services.funding.policies import Schemes
from services.funding.requirements import AfterPayment
from shared.contracts.base import Reason
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.problems import NotFound
from shared.problems.versions import Preconditions, check_version


@dataclass(frozen=True, slots=True)
class AfterFile:
    """A grant with everything that followed its payment."""

    grant: Mapping[str, object]
    reports: Sequence[Record]
    settlement: Record | None
    returns: Sequence[Record]
    amendments: Sequence[Record]


async def report_use(
    tx: Transaction,
    grant_id: UUID,
    vouchers: Sequence[UseVoucher],
    now: datetime,
    *,
    note: str | None,
    if_match: Preconditions | None,
) -> Grant:
    """The grant with one more report of its use. Raises NotFound, PreconditionFailed, and what `report` does."""
    grant = await lock(tx, grant_id, if_match)
    before = await queries.reports_of(tx, grant_id)
    after, reasons = report(grant, vouchers, queries.vouchers_of(before), now)
    row: Record = {
        "grant_id": grant_id,
        "number": len(before) + 1,
        "division": grant.division,
        "total_fen": sum(one.amount_fen for one in vouchers),
        "note": note,
        "due_on": grant.use_report_due_on,
        "reported_by": tx.access.actor,
        "reported_at": now,
    }
    await queries.insert_report(tx, row, vouchers)
    await save(tx, after, reasons, "use_report", now, note)
    return after


async def settle_grant(
    tx: Transaction,
    grant_id: UUID,
    now: datetime,
    *,
    used_fen: int,
    grade: str,
    note: str | None,
    schemes: Schemes,
    charts: Charts | None,
    if_match: Preconditions | None,
) -> Grant:
    """The grant settled and graded; what was not used is no expense any more, and is to be returned.

    Raises NotFound, PreconditionFailed, NotInChart, PeriodShut, and what `settle` does.
    """
    grant = await lock(tx, grant_id, if_match)
    reports = await queries.reports_of(tx, grant_id)
    after, reasons, unspent = settle(
        grant,
        queries.vouchers_of(reports),
        used_fen=used_fen,
        grade=grade,
        after=after_payment_of(schemes, grant),
        reporters={row["reported_by"] for row in reports},
        actor=tx.access.actor,
        now=now,
    )
    row: Record = {
        "grant_id": grant_id,
        "division": grant.division,
        "report_number": len(reports) or None,
        "used_fen": used_fen,
        "unspent_fen": unspent,
        "grade": grade,
        "note": note,
        "policy": grant.policy,
        "due_on": grant.settlement_due_on,
        "settled_by": tx.access.actor,
        "settled_at": now,
    }
    await queries.insert_settlement(tx, row)
    await save(tx, after, reasons, "final_settlement", now, note)
    if unspent:
        await post_about(tx, after, "grant_reduced", unspent, "settlement", now, charts)
    return after


async def record_return(
    tx: Transaction,
    grant_id: UUID,
    now: datetime,
    *,
    amount_fen: int,
    reference: str,
    returned_on: date,
    charts: Charts | None,
    if_match: Preconditions | None,
) -> Grant:
    """The grant after money of it came back: a posting that names the payment. Of a grant that was reversed, the
    appropriation has its money back once all of it came.

    Raises NotFound, PreconditionFailed, ReturnRecorded, NotInChart, PeriodShut, and what `give_back` does.
    """
    grant = await lock(tx, grant_id, if_match)
    returns = await queries.returns_of(tx, grant_id)
    if any(row["reference"] == reference for row in returns):
        raise ReturnRecorded(reference=reference)
    after, reasons = give_back(
        grant,
        amount_fen=amount_fen,
        returned_on=returned_on,
        settlers=await _settlers(tx, grant),
        actor=tx.access.actor,
        now=now,
    )
    gone = after.state == "reversed" and after.returned_fen == after.return_due_fen
    settled = await charging.weigh_settling(tx, released=[grant_id]) if gone else None
    await save(tx, after, reasons, "balance_return", now, reference)
    if settled is not None:
        await charging.settle_all(tx, settled, now)
    number = len(returns) + 1
    posted = await post_about(tx, after, "grant_returned", amount_fen, f"return-{number}", now, charts)
    row: Record = {
        "grant_id": grant_id,
        "number": number,
        "division": grant.division,
        "amount_fen": amount_fen,
        "reference": reference,
        "returned_on": returned_on,
        "transaction_id": posted,
        "recorded_by": tx.access.actor,
        "recorded_at": now,
    }
    await queries.insert_return(tx, row)
    return after


async def get_file(tx: Transaction, grant_id: UUID) -> AfterFile:
    """A grant with everything that followed its payment. Raises NotFound."""
    grant = await grants.get(tx, grant_id)
    if grant is None:
        raise NotFound(what="grant")
    return AfterFile(
        grant,
        await queries.reports_of(tx, grant_id),
        await queries.settlement_of(tx, grant_id),
        await queries.returns_of(tx, grant_id),
        await queries.amendments_of(tx, grant_id),
    )


async def lock(tx: Transaction, grant_id: UUID, if_match: Preconditions | None) -> Grant:
    """One grant, locked. Raises NotFound, PreconditionFailed."""
    found = await grants.lock_many(tx, [grant_id])
    if not found:
        raise NotFound(what="grant")
    check_version(if_match, found[0].version)
    return found[0]


async def save(
    tx: Transaction, after: Grant, reasons: Sequence[Reason], step: Recorded, now: datetime, note: str | None
) -> None:
    """Write the grant's next version, the reasons that it adds, and its history."""
    await grants.save_step(tx, [after], {after.id: reasons})
    await grants.insert_steps(tx, [(after, step)], now, note)


def after_payment_of(schemes: Schemes, grant: Grant) -> AfterPayment | None:
    """What the scheme that a grant was raised by requires after its payment; None of one that is not known any more."""
    return next((one.parameters.after_payment for one in schemes.policies if one.id == grant.policy), None)


async def post_about(
    tx: Transaction, grant: Grant, kind: Kind, amount_fen: int, period: str, now: datetime, charts: Charts | None
) -> UUID:
    """Post what is about a grant's payment; returns the transaction."""
    paid = next((row for row in await of_grant(tx, grant.id) if row["kind"] == "grant_paid"), None)
    payment, source = (None, None) if paid is None else (paid["id"], paid["source"])
    posting = posting_about(grant, kind, amount_fen, period, payment, source)
    [(posted, _)] = await ledger.book(tx, [posting.voucher(china_day(now))], now, charts)
    return posted


async def _settlers(tx: Transaction, grant: Grant) -> list[str]:
    """Who said what is to be returned."""
    if grant.state == "reversed":
        history = (await grants.steps_of(tx, [grant.id]))[grant.id]
        return [row["taken_by"] for row in history if row["step"] == "reversal"]
    settlement = await queries.settlement_of(tx, grant.id)
    less = [one for one in await queries.amendments_of(tx, grant.id) if one["to_fen"] < one["from_fen"]]
    by = [one["amended_by"] for one in less if one["state_before"] == "paid"]
    return by if settlement is None else [settlement["settled_by"], *by]
