"""What leaves the chain: sent back for correction, use reported, settled, returned, taken back."""

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from services.funding.grants.errors import GrantOrdered
from services.funding.grants.noticing.actions import return_grant
from services.funding.grants.settling import actions
from services.funding.grants.settling.errors import AmendedBeside, NoBalanceDue, NothingRequired, UseNotReported
from services.funding.grants.settling.reversing import reverse_grant
from services.funding.grants.settling.rules import UseVoucher
from shared.problems.duties import SameHand
from shared.problems.problems import IllegalTransition, InvalidInput
from tests.funding.model.database import NOW
from tests.funding.model.machine import CRASH, HANDS, ORDINAL, by
from tests.funding.model.memory.books import Grant, has_beside
from tests.funding.model.memory.budget import GrantKey, Refusal
from tests.funding.model.money import Money

PARTS = st.sampled_from([1, 100_000, 150_000, 300_000, 320_000])
ENDS = st.sampled_from(["report", "report", "settle", "settle", "give_back", "give_back", "take_back", "change"])


class Ending(Money):
    """Of grants that were paid under a scheme that requires it, and of any that is taken back."""

    @precondition(lambda self: self.books.grants)
    @rule(
        ordinal=ORDINAL,
        payer=HANDS,
        steps=st.lists(st.tuples(ENDS, HANDS, PARTS), min_size=1, max_size=6),
        crash=CRASH,
    )
    def end(self, ordinal: int, payer: str, steps: list[tuple[str, str, int]], crash: bool) -> None:
        """A grant's last steps, by whoever, in any order."""
        key = list(self.books.grants)[ordinal % len(self.books.grants)]
        grant = self.books.grants[key]
        if grant.state == "approved":
            self._step(key, grant, payer, "payment", crash=False)
        for what, hand, fen in steps:
            getattr(self, f"_{what}")(key, grant, hand, fen, crash)

    @precondition(lambda self: self.books.grants)
    @rule(ordinal=ORDINAL, hand=HANDS, crash=CRASH)
    def send_back(self, ordinal: int, hand: str, crash: bool) -> None:
        """A reviewed grant is returned for correction by who might approve it; its reviewer tries first."""
        grants = self.books.grants
        keys = [key for key, grant in grants.items() if grant.state == "reviewed"] or list(grants)
        key = keys[ordinal % len(keys)]
        for one in (grants[key].hands.get("review", hand), hand):
            self._send_back(key, grants[key], one, crash=crash)

    def _send_back(self, key: GrantKey, grant: Grant, hand: str, *, crash: bool) -> None:
        schemes, grant_id = self.app.state.schemes, self._id(key)

        def keep(_: Any) -> None:
            grant.state = "raised"
            grant.hands.pop("review")

        self.attempt(
            by(hand),
            grant.refuses("approval", hand),
            lambda tx: return_grant(tx, grant_id, NOW, reason="更正", schemes=schemes, if_match=None),
            keep,
            crash=crash,
        )

    def _requires(self, key: GrantKey, grant: Grant) -> bool:
        return key[1] == "hz-2013-annual" and grant.state == "paid"

    def _report(self, key: GrantKey, grant: Grant, hand: str, fen: int, crash: bool) -> None:
        after, grant_id = grant.after, self._id(key)
        refusal: Refusal = None
        if not self._requires(key, grant):
            refusal = NothingRequired
        elif after.unspent is not None:
            refusal = IllegalTransition
        elif after.reported + fen > grant.amount - after.due:
            refusal = InvalidInput

        def keep(_: Any) -> None:
            after.reported += fen
            after.reporters.add(hand)

        vouchers = [UseVoucher(f"V-{after.reported}", date(2026, 12, 1), fen, "培训")]
        self.attempt(
            by(hand),
            refusal,
            lambda tx: actions.report_use(tx, grant_id, vouchers, NOW, note=None, if_match=None),
            keep,
            crash=crash,
        )

    def _settle(self, key: GrantKey, grant: Grant, hand: str, fen: int, crash: bool) -> None:
        after, grant_id = grant.after, self._id(key)
        refusal: Refusal = None
        if not self._requires(key, grant):
            refusal = NothingRequired
        elif after.unspent is not None:
            refusal = IllegalTransition
        elif not after.reported:
            refusal = UseNotReported
        elif hand in {*after.reporters, grant.hands["payment"]}:
            refusal = SameHand
        elif fen > min(after.reported, grant.amount - after.due):
            refusal = InvalidInput

        def keep(_: Any) -> None:
            after.unspent = grant.amount - after.due - fen
            after.due += after.unspent
            after.hands["settlement"] = hand
            if after.unspent:
                after.reducers.add(hand)
                self.books.post(grant.division, grant.accounts[1], grant.accounts[0], after.unspent)

        self.attempt(
            by(hand),
            refusal,
            lambda tx: actions.settle_grant(
                tx,
                grant_id,
                NOW,
                used_fen=fen,
                grade="优",
                note=None,
                schemes=self.app.state.schemes,
                charts=None,
                if_match=None,
            ),
            keep,
            crash=crash,
        )

    def _give_back(self, key: GrantKey, grant: Grant, hand: str, fen: int, crash: bool) -> None:
        after, grant_id = grant.after, self._id(key)
        due = after.due - after.returned
        refusal: Refusal = None
        if not due:
            refusal = NoBalanceDue
        elif hand in after.reclaimed_by(grant.state):
            refusal = SameHand
        elif fen > due:
            refusal = InvalidInput

        def keep(_: Any) -> None:
            after.returned += fen
            after.returns += 1
            self.books.post(grant.division, grant.accounts[2], grant.accounts[1], fen)
            if grant.state == "reversed" and after.returned == after.due:
                self.books.budget.release(key)

        self.attempt(
            by(hand),
            refusal,
            lambda tx: actions.record_return(
                tx,
                grant_id,
                NOW,
                amount_fen=fen,
                reference=f"B-{after.returns}",
                returned_on=date(2027, 1, 15),
                charts=None,
                if_match=None,
            ),
            keep,
            crash=crash,
        )

    def _take_back(self, key: GrantKey, grant: Grant, hand: str, _: int, crash: bool) -> None:
        after, grant_id = grant.after, self._id(key)
        refusal: Refusal = None
        if grant.state == "reversed":
            refusal = IllegalTransition
        elif grant.order_state == "ordered":
            refusal = GrantOrdered
        elif has_beside(self.books.grants, key):
            refusal = AmendedBeside
        elif hand in {grant.hands.get("approval"), grant.hands.get("payment"), *after.reducers}:
            refusal = SameHand

        def keep(_: Any) -> None:
            expense, payable, _appropriation = grant.accounts
            if grant.state in ("approved", "paid"):
                self.books.post(grant.division, payable, expense, grant.amount - after.due)
            if grant.state == "paid":
                after.due = grant.amount
            if after.returned == after.due:
                self.books.budget.release(key)
            grant.state = "reversed"
            after.hands["reversal"] = hand

        self.attempt(
            by(hand),
            refusal,
            lambda tx: reverse_grant(
                tx,
                grant_id,
                NOW,
                reason="误拨",
                reference="CX-1",
                schemes=self.app.state.schemes,
                if_match=None,
            ),
            keep,
            crash=crash,
        )
