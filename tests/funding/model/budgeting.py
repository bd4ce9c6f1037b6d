"""The budget that approvals are charged to: proposed, confirmed by another, raised, lowered."""

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.funding.appropriations.actions import Line, confirm, put
from shared.problems.versions import Preconditions
from tests.funding.model.amending import Amending
from tests.funding.model.database import NOW
from tests.funding.model.machine import CRASH, HANDS, by

CODE, LINE = "B-1", Line("3301", NOW.year, "city", "fiscal", "annual")
BUDGETS = st.sampled_from([1, 299_999, 300_000, 650_000, 2_000_000])


class Budgeting(Amending):
    """One appropriation, from which annual subsidies are approved once it is confirmed."""

    def prepare(self) -> None:
        """Most often one is in force that does not pay three of them; one took its part of it."""
        self._propose(650_000, "甲", crash=False)
        self._confirm("乙", crash=False)
        super().prepare()

    @rule(amount=BUDGETS, hand=HANDS, other=HANDS, crash=CRASH)
    def budget(self, amount: int, hand: str, other: str, crash: bool) -> None:
        """Another amount, which somebody may confirm."""
        self._propose(amount, hand, crash=crash)
        self._confirm(other, crash=crash)

    @rule(amount=BUDGETS, hand=HANDS)
    def propose(self, amount: int, hand: str) -> None:
        """An amount that does not count yet."""
        self._propose(amount, hand, crash=False)

    def _propose(self, amount: int, hand: str, *, crash: bool) -> None:
        budget = self.books.budget
        found = self.database.read("SELECT version FROM appropriations WHERE code = :code", code=CODE)
        assert bool(found) == budget.known
        version = Preconditions(if_match=f'"{found[0]["version"]}"') if found else None

        def keep(_: Any) -> None:
            budget.known = True
            budget.proposed = None if amount == budget.amount else (amount, hand)

        self.attempt(
            by(hand),
            budget.refuses_amount(amount),
            lambda tx: put(
                tx,
                CODE,
                LINE,
                amount,
                decided_on=date(2027, 1, 10),
                because="预算批复",
                now=NOW,
                charts=self.app.state.charts,
                policies=self.app.state.budgets,
                if_match=version,
            ),
            keep,
            crash=crash,
        )

    def _confirm(self, hand: str, *, crash: bool) -> None:
        budget = self.books.budget

        def keep(_: Any) -> None:
            assert budget.proposed is not None
            budget.amount, budget.proposed = budget.proposed[0], None

        refusal = budget.refuses_confirmation(hand)
        self.attempt(by(hand), refusal, lambda tx: confirm(tx, CODE, None, NOW, None), keep, crash=crash)

    def check_beside(self) -> None:
        """What is committed and paid is that of the model."""
        budget = self.books.budget
        found = self.database.read(
            "SELECT amount_fen, committed_fen, paid_fen FROM appropriations WHERE code = :c", c=CODE
        )
        known = [(budget.amount or 0, budget.committed, budget.paid)] if budget.known else []
        assert [tuple(one.values()) for one in found] == known
