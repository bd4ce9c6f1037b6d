"""Amendments, beside all that follows a payment."""

from typing import Any

from services.funding.grants.errors import GrantOrdered
from services.funding.grants.settling.amending import amend_grant
from services.funding.grants.settling.errors import AmendedBeside, PaidFromDues
from shared.problems.duties import SameHand
from shared.problems.problems import IllegalTransition, InvalidInput
from tests.funding.model.database import NOW
from tests.funding.model.ending import Ending
from tests.funding.model.machine import by
from tests.funding.model.memory.books import Grant, has_beside
from tests.funding.model.memory.budget import GrantKey, Refusal


class Amending(Ending):
    """Another amount for any grant."""

    def _change(self, key: GrantKey, grant: Grant, hand: str, fen: int, crash: bool) -> None:
        after, grant_id = grant.after, self._id(key)
        before, is_paid = grant.amount - after.due, grant.state == "paid"
        refusal = _refuses(grant, hand, fen, beside=has_beside(self.books.grants, key))

        def keep(_: Any) -> None:
            expense, payable, _appropriation = grant.accounts
            after.amendments += 1
            if not is_paid:
                if grant.state == "approved":
                    self.books.post(grant.division, payable, expense, grant.amount)
                    self.books.budget.release(key)
                grant.amount, grant.state = fen, "held" if grant.state == "held" else "raised"
                for step in ("review", "approval"):
                    grant.hands.pop(step, None)
                grant.hands["amendment"] = hand
            elif fen < before:
                after.due += before - fen
                after.reducers.add(hand)
                after.hands["amendment"] = hand
                self.books.post(grant.division, payable, expense, before - fen)
            else:
                beside = (key[0], key[1], f"{key[2]}/amendment-{after.amendments}")
                self.books.grants[beside] = Grant(grant.division, fen - before, "raised", grant.accounts, hand)

        self.attempt(
            by(hand),
            refusal,
            lambda tx: amend_grant(
                tx,
                grant_id,
                NOW,
                amount_fen=fen,
                reason="核减",
                reference="TZ-1",
                schemes=self.app.state.schemes,
                charts=None,
                if_match=None,
            ),
            keep,
            crash=crash,
        )


def _refuses(grant: Grant, hand: str, fen: int, *, beside: bool) -> Refusal:
    """Not what is ordered, paid from dues, settled, taken back or added to, nor by who approved or paid it."""
    if grant.state == "reversed":
        return IllegalTransition
    if grant.order_state == "ordered" or grant.accounts[2] != "4001":
        return GrantOrdered if grant.order_state == "ordered" else PaidFromDues
    if grant.after.unspent is not None:
        return IllegalTransition
    if beside:
        return AmendedBeside
    if hand in {grant.hands.get("approval"), grant.hands.get("payment")}:
        return SameHand
    same = fen == grant.amount - grant.after.due
    return InvalidInput if same or fen < grant.after.reported else None
