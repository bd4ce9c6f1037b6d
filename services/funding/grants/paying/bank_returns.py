"""Payments that the bank sent back: the posting is taken back by one that names it, and the grant is owed again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.funding.appropriations import charging, coming_back
from services.funding.grants import queries
from services.funding.grants.errors import PaymentUsed
from services.funding.grants.events import grant_event
from services.funding.grants.recipients.dissolved import explain_all_dissolved
from services.funding.grants.recipients.holding import hold_drafted
from services.funding.grants.rules import BANK_RETURN, Grant
from services.funding.grants.settling.queries import amenders_of
from services.funding.ledger.posted_queries import of_grants
from services.funding.ledger.queries import change_balances
from services.funding.ledger.reversing import reverse_all
from shared.bus.sending.outbox import emit
from shared.contracts.base import Reason
from shared.contracts.funding import GrantStateName
from shared.db.session import Transaction
from shared.problems.problems import Problem
from shared.problems.transitions import Transitions, move

RETURNING: Transitions[GrantStateName, Literal["bank_return"]] = Transitions(
    "grant", {("paid", "bank_return"): "approved"}
)
"""What was paid is owed again. One that was amended since its payment is reviewed again, of its new amount."""


@dataclass(frozen=True, slots=True)
class BankReturn:
    """What the bank says of a payment that it sent back: by which paper, on which day, and why."""

    reference: str
    returned_on: date | None
    because: str | None

    @property
    def note(self) -> str:
        """As the history and the posting say it."""
        return "；".join(text for text in (self.reference, self.because) if text)


def find_use(grant: Grant) -> Problem | None:
    """What says that a paid grant's money arrived, None where nothing does. Raises IllegalTransition (409)."""
    move(RETURNING, grant.state, "bank_return")
    return PaymentUsed() if grant.settlement_state not in (None, "open") or grant.returned_fen else None


def send_back(
    grant: Grant,
    found: BankReturn,
    appropriation: str | None,
    amender: str | None,
    dissolved: Reason | None,
    now: datetime,
) -> tuple[Grant, list[Reason]]:
    """The grant after its payment came back, and why: it can be ordered, paid or amended. Pure.

    Of one that was amended to less after its payment (by the `amender`, who drafted that) the rest alone is due, which
    is reviewed and approved again; it is held where the recipient was `dissolved` meanwhile.
    Raises IllegalTransition (409), PaymentUsed (409).
    """
    used = find_use(grant)
    if used is not None:
        raise used
    kept = grant.amount_fen - grant.return_due_fen
    facts: dict[str, object] = {
        "amount_fen": grant.amount_fen,
        "due_fen": kept,
        "reference": found.reference,
        "returned_on": found.returned_on and found.returned_on.isoformat(),
        "because": found.because,
        "appropriation": appropriation,
    }
    why = Reason(rule=BANK_RETURN, outcome="reviewed_again" if amended(grant) else "owed_again", facts=facts, as_of=now)
    after = replace(
        grant,
        state=move(RETURNING, grant.state, "bank_return"),
        version=grant.version + 1,
        reasons=[*grant.reasons, why],
        actors={**grant.actors, "payment": None},
        order_state=None if grant.order_id is None else "failed",
        **dict.fromkeys(("settlement_state", "use_report_due_on", "settlement_due_on", "return_due_on")),  # type: ignore[arg-type]
    )
    if amended(grant):
        hands = {**after.actors, "amendment": amender, "review": None, "approval": None}
        after = replace(after, state="raised", amount_fen=kept, return_due_fen=0, actors=hands)
        after, held = hold_drafted(after, dissolved)
        return after, [why, *held]
    return after, [why]


def amended(grant: Grant) -> bool:
    """Whether some of it was to be returned, by an amendment after its payment."""
    return grant.return_due_fen > 0


async def take_bank_returns(tx: Transaction, wanted: Mapping[UUID, BankReturn], now: datetime) -> list[Grant]:
    """Grants whose payments the bank sent back, locked by the caller; all of them, or none.

    Its appropriation has paid nothing then, and keeps the commitment: of a year that is closed, the next one's. Raises
    IllegalTransition, PaymentUsed, PeriodShut.
    """
    grants = await queries.lock_many(tx, sorted(wanted))
    again = [grant.id for grant in grants if amended(grant)]
    unpaid = await coming_back.weigh(tx, [grant.id for grant in grants if not amended(grant)])
    released = await charging.weigh_settling(tx, released=again)
    amenders = await amenders_of(tx, again)
    codes = unpaid.codes
    gone = await explain_all_dissolved(tx, [grant.recipient_id for grant in grants if amended(grant)], now)
    taken = [
        send_back(
            grant,
            wanted[grant.id],
            codes.get(grant.id),
            amenders.get(grant.id),
            gone.get(grant.recipient_id),
            now,
        )
        for grant in grants
    ]
    after = [grant for grant, _ in taken]
    await queries.save_step(tx, after, {grant.id: why for grant, why in taken})
    notes = {grant.id: wanted[grant.id].note for grant in after}
    await queries.insert_steps(tx, [(grant, "bank_return") for grant in after], now, notes)
    await coming_back.commit_again(tx, unpaid, now)
    await charging.settle_all(tx, released, now)
    await reverse_all(tx, await _posted(tx, grants), now, reason=_note(notes), of_grants=True, by_bank=True)
    await emit(tx, [grant_event(grant, now) for grant in after])
    return after


async def hold_accounts(tx: Transaction, grants: Sequence[Grant]) -> None:
    """Lock what payments and returned payments of these grants change, in the order of all who change it."""
    await coming_back.weigh(tx, [grant.id for grant in grants])
    places = {
        (code, grant.division)
        for grant in grants
        for code in (grant.expense_account, grant.payable_account, grant.appropriation_account)
    }
    await change_balances(tx, [(account, division, 0) for account, division in sorted(places)])


async def _posted(tx: Transaction, grants: Sequence[Grant]) -> list[UUID]:
    """What is taken back: the payments and, of amended grants, all that was posted as owed."""
    again = {grant.id for grant in grants if amended(grant)}
    rows = await of_grants(tx, [grant.id for grant in grants])
    return [row["id"] for row in rows if row["kind"] == "grant_paid" or row["grant_id"] in again]


def _note(notes: Mapping[UUID, str]) -> str:
    return "；".join(sorted({*notes.values()}))[:500]
