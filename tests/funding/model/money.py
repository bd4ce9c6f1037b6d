"""Dues and award pools, which raise grants, beside the chain."""

from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from services.funding.dues import actions as dues
from services.funding.dues.refunds.actions import claim
from services.funding.dues.rules import Paper, Quarter
from services.funding.pools import actions as pools
from shared.db.session import Transaction
from tests.funding.model.database import NOW
from tests.funding.model.machine import CRASH, HANDS, HANGZHOU, ORDINAL, SHANGHAI, YEAR, Chain, by
from tests.funding.model.memory.books import Grant, Pool
from tests.funding.model.memory.shares import parts_of, pool_of

REFUND, AWARD = ("5001", "2307", "4601"), ("5001", "2602", "4602")
HOLDERS = st.integers(0, 1)
AMOUNTS = st.sampled_from([100, 4_444, 1_000_003])


class Money(Chain):
    """What claims and rounds raise."""

    def prepare(self) -> None:
        """Both years certified, of one a pool, of which a lot and a weight decided who gets a fen."""
        super().prepare()
        for holder in (0, 1):
            for quarter in range(1, 5):
                self._record(holder, quarter, 1_000_003, "甲", explained=False, crash=False)
            self._certify(holder, "乙", crash=False)
        self._set_aside(0, "丙", 777, crash=False)
        [pool] = self.books.pools.values()
        self._distribute(pool, "乙", [5, 5, 3], 12_432, crash=False)
        self._distribute(pool, "乙", [1, 3], 2, crash=False)

    @rule(holder=HOLDERS, quarters=st.sampled_from([(1,), (4,), (1, 2, 3, 4)]), amount=AMOUNTS, hand=HANDS, crash=CRASH)
    def record(self, holder: int, quarters: tuple[int, ...], amount: int, hand: str, crash: bool) -> None:
        """Some quarters of a year, one after the other; what was recorded before, without a reason or with one."""
        for quarter in quarters:
            self._record(holder, quarter, amount, hand, explained=len(quarters) > 1, crash=crash)

    def _record(self, holder: int, quarter: int, amount: int, hand: str, *, explained: bool, crash: bool) -> None:
        whose, remitted = self.holders[holder], amount * 4 // 5
        year, on = self.books.dues[whose], date(YEAR, 3 * quarter, 20)
        papers = [
            Paper("voucher", "collected", f"JZ-{quarter}", on, amount),
            Paper("bank_line", "remitted", f"YH-{quarter}", on, remitted),
        ]

        def keep(found: Any) -> None:
            self.years[whose] = found[0]["id"]
            assert found[1] == (year.quarters.get(quarter, (None,))[0] != amount)
            if found[1]:
                year.quarters[quarter] = amount, hand

        self.attempt(
            by(hand),
            year.refuses_quarter(quarter, amount, explained=explained),
            lambda tx: dues.record(
                tx,
                holder_id=whose,
                holder_kind="party_organization",
                holder_name="示例支部",
                division=SHANGHAI if holder else HANGZHOU,
                year=YEAR,
                quarter=Quarter(quarter, amount, remitted, amount - remitted, 1, papers),
                reason="更正" if explained else None,
                now=NOW,
            ),
            keep,
            crash=crash,
        )

    @precondition(lambda self: self.years)
    @rule(ordinal=ORDINAL, hand=HANDS, crash=CRASH)
    def certify(self, ordinal: int, hand: str, crash: bool) -> None:
        """The base is what was retained, with interest."""
        self._certify(ordinal, hand, crash=crash)

    def _certify(self, ordinal: int, hand: str, *, crash: bool) -> None:
        whose, dues_id = self._year(ordinal)
        year = self.books.dues[whose]

        def keep(found: Any) -> None:
            retained = sum(amount - amount * 4 // 5 + 1 for amount, _ in year.quarters.values())
            year.base = retained
            assert found["base_fen"] == retained

        self.attempt(
            by(hand),
            year.refuses_certification(hand),
            lambda tx: dues.certify_year(tx, dues_id, self.app.state.dues, NOW, None),
            keep,
            crash=crash,
        )

    @precondition(lambda self: self.years)
    @rule(ordinal=ORDINAL, hand=HANDS, crash=CRASH)
    def reopen(self, ordinal: int, hand: str, crash: bool) -> None:
        """Only where nothing stands on it."""
        whose, dues_id = self._year(ordinal)
        year = self.books.dues[whose]

        def keep(_: Any) -> None:
            year.base = None

        self.attempt(
            by(hand),
            year.refuses_reopening(self.books.pools.get(whose)),
            lambda tx: dues.reopen(tx, dues_id, "更正", NOW, self.app.state.dues_used_by, None),
            keep,
            crash=crash,
        )

    @precondition(lambda self: self.years)
    @rule(ordinal=ORDINAL, hand=HANDS, off=st.sampled_from([0, 0, 1]), crash=CRASH)
    def claim(self, ordinal: int, hand: str, off: int, crash: bool) -> None:
        """A refund raises the grant that pays it."""
        whose, dues_id = self._year(ordinal)
        year = self.books.dues[whose]
        amount = year.remitted + off

        def keep(_: Any) -> None:
            grant = Grant(SHANGHAI, amount, "raised", REFUND, drafted_by=hand)
            period = f"{YEAR}/again-{len(year.claims)}" if year.claims else str(YEAR)
            year.claims.append(grant)
            self.books.grants[whose, "sh-2015-dues-refund", period] = grant

        self.attempt(
            by(hand),
            year.refuses_claim(amount),
            lambda tx: claim(
                tx,
                dues_id=dues_id,
                amount_fen=amount,
                list_reference="QD-1",
                slip_reference="HD-1",
                host_id=None,
                schemes=self.app.state.schemes,
                now=NOW,
            ),
            keep,
            crash=crash,
        )

    @precondition(lambda self: self.years)
    @rule(ordinal=ORDINAL, hand=HANDS, share=st.sampled_from([499, 500, 777, 1000]), crash=CRASH)
    def set_aside(self, ordinal: int, hand: str, share: int, crash: bool) -> None:
        """A pool of what is certified."""
        self._set_aside(ordinal, hand, share, crash=crash)

    def _set_aside(self, ordinal: int, hand: str, share: int, *, crash: bool) -> None:
        whose, dues_id = self._year(ordinal)

        def keep(found: Any) -> None:
            amount = pool_of(self.books.dues[whose].base or 0, share)
            assert found["amount_fen"] == amount
            before = self.books.pools.get(whose, Pool(found["id"], 0, hand))
            self.books.pools[whose] = Pool(found["id"], amount, hand, before.rounds, awards=before.awards)

        self.attempt(
            by(hand),
            self.books.refuses_pool(whose, share),
            lambda tx: pools.create(tx, dues_id, share, self.app.state.award_pools, NOW),
            keep,
            crash=crash,
        )

    @precondition(lambda self: self.holders[0] in self.books.pools)
    @rule(hand=HANDS, weights=st.lists(st.integers(1, 9), min_size=1, max_size=3), of=st.integers(1, 9), crash=CRASH)
    def distribute(self, hand: str, weights: list[int], of: int, crash: bool) -> None:
        """A round of a fifth or two of the pool, sometimes more than is left; each part raises a grant."""
        pool = self.books.pools[self.holders[0]]
        self._distribute(pool, hand, weights, max(1, pool.amount * of // 5), crash=crash)

    def _distribute(self, pool: Pool, hand: str, weights: list[int], amount: int, *, crash: bool) -> None:
        recipients = list(zip(self.parties, weights, strict=False))

        def keep(_: Any) -> None:
            pool.rounds += 1
            period = f"{pool.id}/{pool.rounds}"
            parts = parts_of(amount, dict(recipients), period)
            awards = self.database.read(
                "SELECT recipient_id, amount_fen FROM awards WHERE pool_id = :p AND round = :r",
                p=pool.id,
                r=pool.rounds,
            )
            assert {one["recipient_id"]: one["amount_fen"] for one in awards} == parts
            for recipient, part in parts.items():
                if part:
                    grant = Grant(HANGZHOU, part, "raised", AWARD, drafted_by=hand)
                    pool.awards.append(grant)
                    self.books.grants[recipient, "hz-2013-awards", period] = grant

        async def give(tx: Transaction) -> object:
            schemes = self.app.state.schemes
            return await pools.distribute(
                tx, pool.id, recipients, amount, NOW, note=None, schemes=schemes, if_match=None
            )

        self.attempt(by(hand), pool.refuses_round(hand, amount), give, keep, crash=crash)

    @precondition(lambda self: self.books.pools)
    @rule(ordinal=ORDINAL, hand=HANDS, crash=CRASH)
    def close(self, ordinal: int, hand: str, crash: bool) -> None:
        """Nothing is given of it any more; the year of one that gave nothing may be opened again."""
        pool = list(self.books.pools.values())[ordinal % len(self.books.pools)]

        def keep(_: Any) -> None:
            pool.open = False

        refusal = pool.refuses_closing()
        self.attempt(by(hand), refusal, lambda tx: pools.close(tx, pool.id, None, NOW, None), keep, crash=crash)
        self._distribute(pool, hand, [1], 1, crash=crash)

    def _year(self, ordinal: int) -> tuple[UUID, UUID]:
        return list(self.years.items())[ordinal % len(self.years)]
