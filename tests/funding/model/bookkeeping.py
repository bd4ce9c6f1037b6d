"""The ledger's own vouchers and months, beside what grants post."""

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from services.funding.ledger.actions import book
from services.funding.ledger.periods.actions import take_step
from services.funding.ledger.reversing import reverse_all
from services.funding.ledger.rules import Key, Line, Voucher
from tests.funding.model.budgeting import Budgeting
from tests.funding.model.database import NOW
from tests.funding.model.machine import CRASH, HANDS, HANGZHOU, ORDINAL, by
from tests.funding.model.memory.books import MONTHS, Posted
from tests.funding.model.money import AMOUNTS


class Funding(Budgeting):
    """Everything."""

    @rule(number=st.integers(0, 3), amount=AMOUNTS, month=st.sampled_from(MONTHS), hand=HANDS, again=HANDS, crash=CRASH)
    def post(self, number: int, amount: int, month: str, hand: str, again: str, crash: bool) -> None:
        """A voucher under a key: the same again changes nothing, whoever sends it."""
        self._post(number, amount, month, hand, crash=crash)
        self._post(number, amount, month, again, crash=False)

    def _post(self, number: int, amount: int, month: str, hand: str, *, crash: bool) -> None:
        lines = Line("1012", amount, 0, "dues"), Line("4602", 0, amount, "dues")
        voucher = Voucher("voucher", HANGZHOU, lines, date.fromisoformat(f"{month}-15"), Key(f"voucher/{number}"))

        def keep(found: Any) -> None:
            [(key, is_new)] = found
            assert is_new == (number not in self.books.vouchers)
            if is_new:
                self.books.vouchers[number] = Posted(key, amount, hand)
                self.books.post(HANGZHOU, "1012", "4602", amount)

        self.attempt(
            by(hand),
            self.books.refuses_voucher(number, amount, month),
            lambda tx: book(tx, [voucher], NOW, self.app.state.charts),
            keep,
            crash=crash,
        )

    @precondition(lambda self: self.books.vouchers)
    @rule(ordinal=ORDINAL, hand=HANDS, crash=CRASH)
    def reverse(self, ordinal: int, hand: str, crash: bool) -> None:
        """Taken back once."""
        number = list(self.books.vouchers)[ordinal % len(self.books.vouchers)]
        posted = self.books.vouchers[number]

        def keep(_: Any) -> None:
            posted.reversed = True
            self.books.post(HANGZHOU, "4602", "1012", posted.amount)

        self.attempt(
            by(hand),
            self.books.refuses_reversal(number, hand),
            lambda tx: reverse_all(tx, [posted.id], NOW, reason="金额有误"),
            keep,
            crash=crash,
        )

    @rule(
        month=st.sampled_from(MONTHS),
        step=st.sampled_from(["closing", "reopening", "locking"]),
        hand=HANDS,
        crash=CRASH,
    )
    def shut(self, month: str, step: Any, hand: str, crash: bool) -> None:
        """A month closes, opens again, is locked for ever."""

        def keep(_: Any) -> None:
            state = {"closing": "closed", "locking": "locked", "reopening": "open"}[step]
            self.books.months[month] = state, hand if step == "closing" else self.books.months[month][1]

        self.attempt(
            by(hand),
            self.books.refuses_month(month, step, hand),
            lambda tx: take_step(tx, HANGZHOU, month, step, NOW, reason="更正"),
            keep,
            crash=crash,
        )
