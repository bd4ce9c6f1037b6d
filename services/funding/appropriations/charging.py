"""Charges grants to appropriations: committed at approval, paid at payment, given back where one is withdrawn.

In two steps: rows are locked and weighed before the caller writes anything (whoever waits for a row holds no audit
head), and written after it. In the system's scope: a district's grant may be charged to the city's appropriation.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.funding.appropriations import queries
from services.funding.appropriations.given_back import Closed, find_closed, pass_on
from services.funding.appropriations.policies import BudgetPolicies
from services.funding.appropriations.rules import Budget, Charge, Charged, charge, settle
from services.funding.policies import Channel
from shared.db.session import Transaction
from shared.field.calendar import china_day


@dataclass(frozen=True, slots=True)
class Settled:
    """Appropriations after payments or withdrawals, and whose commitments these are."""

    budgets: Sequence[Budget]
    paid: Sequence[UUID] = ()
    released: Sequence[UUID] = ()
    closed: Closed = field(default_factory=Closed)
    late: Mapping[UUID, int] = field(default_factory=dict)
    """What closed years get back, in fen by appropriation."""


def source_of(
    policies: BudgetPolicies | None, given: str | None, channel: Channel, division: str, now: datetime
) -> str:
    """Where a grant's money comes from (S30): as its scheme says, or by its channel."""
    found = None if policies is None else policies.in_force(division, china_day(now))
    return given or (channel if found is None else found.parameters.source_of_channel.get(channel, channel))


async def weigh(tx: Transaction, charges: Sequence[Charge], policies: BudgetPolicies | None, now: datetime) -> Charged:
    """What committing the charges to the appropriations of this year would be; they stay locked.

    Raises NoAppropriation, BudgetExceeded.
    """
    today = china_day(now)
    async with tx.system_scope():
        await queries.share(tx)
        lines = await queries.find_lines(tx, charges, today.year)
        budgets = await queries.lock_budgets(tx, list(lines.values()))
    required = set()
    for one in charges:
        policy = None if policies is None else policies.in_force(one.division, today)
        if policy is not None and one.source in policy.parameters.required_sources:
            required.add(one.grant_id)
    return charge(charges, lines, budgets, required, today.year, now)


async def commit(tx: Transaction, charges: Sequence[Charge], charged: Charged, now: datetime) -> None:
    """Write what was weighed."""
    divisions = {one.id: one.division for one in charged.budgets}
    async with tx.system_scope():
        await queries.save_budgets(tx, charged.budgets, now)
        await queries.insert_commitments(
            tx,
            [
                {
                    "grant_id": one.grant_id,
                    "appropriation_id": charged.taken[one.grant_id],
                    "division": divisions[charged.taken[one.grant_id]],
                    "amount_fen": one.amount_fen,
                    "state": "committed",
                    "committed_at": now,
                    "settled_at": None,
                }
                for one in sorted(charges, key=lambda one: one.grant_id)
                if one.grant_id in charged.taken
            ],
        )


async def weigh_settling(tx: Transaction, *, paid: Sequence[UUID] = (), released: Sequence[UUID] = ()) -> Settled:
    """What paying or withdrawing these grants would be for their appropriations, which stay locked.

    A grant that was approved without an appropriation settles nothing; one that was paid gives back the payment, too.
    What a closed year gets back goes on or lapses.
    """
    async with tx.system_scope():
        await queries.share(tx)
        rows = await queries.commitments_of(tx, sorted({*paid, *released}))
        places = [row["appropriation_id"] for row in rows]
        closed = await find_closed(tx, places) if released else Closed()
        budgets = await queries.lock_budgets(tx, [*places, *closed.ids])
        # Once more: another payment may have settled them before we had the locks.
        rows = await queries.commitments_of(tx, [row["grant_id"] for row in rows]) if rows else []
    now_paid = [row for row in rows if row["grant_id"] in set(paid) and row["state"] == "committed"]
    given_back = [row for row in rows if row["grant_id"] in set(released) and row["state"] != "released"]
    after = dict(budgets)
    for row in now_paid:
        after[row["appropriation_id"]] = settle(after[row["appropriation_id"]], row["amount_fen"], 0)
    for row in given_back:
        back = -row["amount_fen"] if row["state"] == "paid" else 0
        after[row["appropriation_id"]] = settle(after[row["appropriation_id"]], back, row["amount_fen"])
    changed = [one for key, one in after.items() if one != budgets[key]]
    late: Counter[UUID] = Counter()
    for row in given_back:
        if row["appropriation_id"] in closed.codes:
            late[row["appropriation_id"]] += row["amount_fen"]
    return Settled(
        changed, [row["grant_id"] for row in now_paid], [row["grant_id"] for row in given_back], closed, late
    )


async def settle_all(tx: Transaction, settled: Settled, now: datetime) -> None:
    """Write what was weighed."""
    if not settled.budgets:
        return
    async with tx.system_scope():
        await queries.save_budgets(tx, settled.budgets, now)
        if settled.paid:
            await queries.settle_commitments(tx, settled.paid, "paid", ["committed"], now)
        if settled.released:
            await queries.settle_commitments(tx, settled.released, "released", ["committed", "paid"], now)
        await pass_on(tx, settled.closed, settled.late, now)


def left_of(charged: Charged) -> list[Mapping[str, object]]:
    """The appropriations that were charged, as an answer shows them."""
    return [
        {
            "code": one.code,
            "committed_fen": one.committed_fen,
            "left_fen": one.left_fen,
            "nearly_used_up": one.nearly_used_up,
        }
        for one in charged.budgets
    ]
