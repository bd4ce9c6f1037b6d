"""What may happen to funding in any order, each with what the books in memory say of it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.funding.appropriations.errors import BudgetExceeded
from services.funding.consumers import make_handlers
from services.funding.grants.actions import take_step
from shared.bus.handlers import Received
from shared.db.access import Access
from shared.db.session import Transaction
from tests.conftest import SYSTEM
from tests.funding.conftest import completed, party_news
from tests.funding.model.database import LATER, NOW, PERIOD, OneTransaction
from tests.funding.model.memory.books import NEXT, Books, Dues, Grant
from tests.funding.model.memory.budget import GrantKey, Refusal

HANGZHOU, SHANGHAI, YEAR = "330106", "310101", 2026
ANNUAL = ("5001", "2307", "4001")
HANDS = st.sampled_from("甲乙丙丁戊")
CRASH = st.sampled_from([False, False, False, True])
ORDINAL = st.integers(0, 30)


def by(hand: str) -> Access:
    """Somebody who sees both provinces."""
    return Access(hand, ("33", "31"))


class Chain(RuleBasedStateMachine):
    """Five people, three Party organizations of Hangzhou and one of Shanghai, one year."""

    app: FastAPI
    runner: asyncio.Runner
    """Both set by the test."""

    @initialize(underway=st.sampled_from([True, True, False]))
    def begin(self, underway: bool) -> None:
        """Everybody is known; most often, there are grants and certified dues already."""
        self.database = OneTransaction(self.app.state.database, self.runner)
        self.books = Books()
        self.looked = False
        self.events: list[Received[Any]] = []
        self.heard: set[UUID] = set()
        self.parties = [uuid4() for _ in range(3)]
        self.holders = [self.parties[0], uuid4()]
        places = [*((one, HANGZHOU) for one in self.parties), (self.holders[1], SHANGHAI)]
        self.news = [party_news(one, uuid4(), division=division, on=date(2026, 1, 5)) for one, division in places]
        self.books.dues = {holder: Dues(refundable=n == 1) for n, holder in enumerate(self.holders)}
        self.years: dict[UUID, UUID] = {}
        self._deliver(self.news)
        self.start()
        if underway:
            self.prepare()

    def start(self) -> None:
        """What else is kept in memory."""

    def prepare(self) -> None:
        """Three grants: one is approved, one held, one reviewed."""
        for party, star in enumerate((4, 1, 5)):
            self._rate(party, star, 1, crash=False)
        for hand in "甲乙":
            self._take(0, hand, None, crash=False)
        self._take(2, "丙", None, crash=False)

    def teardown(self) -> None:
        """The database is as before."""
        if hasattr(self, "database"):
            self.database.end()

    def attempt(
        self,
        who: Access,
        refusal: Refusal,
        action: Callable[[Transaction], Awaitable[Any]],
        keep: Callable[[Any], None],
        *,
        crash: bool,
    ) -> None:
        """The database refuses exactly what the books refuse; they keep what was done and did not crash."""
        refused, found = self.database.run(who, action, crash=crash)
        assert refused is refusal, f"refused by {refused}, not {refusal}"
        self.looked = self.looked and refused is not None
        if refused is None and not crash:
            keep(found)

    def _deliver(self, events: list[Received[Any]]) -> None:
        async def handle(tx: Transaction) -> None:
            for handler, run in make_handlers(self.app.state.schemes, self.app.state.charts).runs(events):
                await handler(tx, run)

        self.database.do(SYSTEM, handle)

    # events: out of order, three times

    @rule(party=st.integers(0, 2), star=st.integers(0, 5), times=st.integers(1, 3), crash=CRASH)
    def rate(self, party: int, star: int, times: int, crash: bool) -> None:
        """An evaluation raises one grant a year, held below two stars; any later one raises none while that stands."""
        self._rate(party, star, times, crash=crash)

    def _rate(self, party: int, star: int, times: int, *, crash: bool) -> None:
        recipient = self.parties[party]
        event = completed(party_organization_id=recipient, star=star, year=YEAR)
        self.events.append(event)

        async def handle(tx: Transaction) -> None:
            for handler, run in make_handlers(self.app.state.schemes, self.app.state.charts).runs([event] * times):
                await handler(tx, run)

        self.attempt(SYSTEM, None, handle, lambda _: self._hear([event]), crash=crash)

    def _hear(self, events: list[Received[Any]]) -> None:
        """The first raises one grant a year, held below two stars; once that is gone, what is new one more, held."""
        for event in events:
            recipient, scheme = event.data.party_organization_id, "hz-2013-annual"
            of_year = [key for key in self.books.grants if key[:2] == (recipient, scheme) and "amend" not in key[2]]
            if not of_year:
                state = "held" if event.data.star < 2 else "raised"
                self.books.grants[recipient, scheme, str(YEAR)] = Grant(HANGZHOU, 300_000, state, ANNUAL)
            elif event.envelope.id not in self.heard and self.books.is_gone(of_year[-1]):
                period = f"{YEAR}/again-{len(of_year)}"
                self.books.grants[recipient, scheme, period] = Grant(HANGZHOU, 300_000, "held", ANNUAL)
            self.heard.add(event.envelope.id)

    @precondition(lambda self: self.events)
    @rule(order=st.randoms(use_true_random=False))
    def redeliver(self, order: Any) -> None:
        """Everything that took effect once more, in any order: it changes nothing. What crashed takes effect now."""
        done = [
            one
            for one in self.events
            if (one.data.party_organization_id, "hz-2013-annual", str(YEAR)) in self.books.grants
        ]
        again = [*done, *self.news]
        order.shuffle(again)
        self._deliver(again)
        self._hear([one for one in again if one in done])
        self.looked = False

    # the chain

    @precondition(lambda self: self.books.grants)
    @rule(ordinal=ORDINAL, hands=st.lists(HANDS, min_size=1, max_size=6), crash=CRASH)
    def go_on(self, ordinal: int, hands: list[str], crash: bool) -> None:
        """A grant's next steps, by whoever."""
        for hand in hands:
            self._take(ordinal, hand, None, crash=crash)

    @precondition(lambda self: self.books.grants)
    @rule(ordinal=ORDINAL, hand=HANDS, step=st.sampled_from([*NEXT]), crash=CRASH)
    def take(self, ordinal: int, hand: str, step: str, crash: bool) -> None:
        """Any step of a grant."""
        self._take(ordinal, hand, step, crash=crash)

    def bars_approval(self, key: GrantKey, grant: Grant, *, late: bool) -> Refusal:
        """What keeps anybody from approving a grant; `late`: its notice, if any, is over by then."""
        return None

    def _take(self, ordinal: int, hand: str, step: str | None, *, crash: bool) -> None:
        """And whoever drafted it or took an earlier step tries the next one, and is refused."""
        key = list(self.books.grants)[ordinal % len(self.books.grants)]
        grant = self.books.grants[key]
        before = grant.state
        self._step(key, grant, hand, step, crash=crash)
        if grant.state not in (before, "paid"):
            for one in sorted({*grant.hands.values(), *filter(None, [grant.drafted_by])}):
                self._step(key, grant, one, None, crash=False)

    def _step(
        self, key: GrantKey, grant: Grant, hand: str, step: str | None, *, crash: bool, late: bool = True
    ) -> None:
        chosen = step or next((one for one, (before, _) in NEXT.items() if before == grant.state), "payment")
        grant_id, refusal = self._id(key), grant.refuses(chosen, hand)
        if refusal is None and chosen == "approval":
            refusal = self.bars_approval(key, grant, late=late)
            if refusal is None and self.books.budget.exceeds(key, grant.amount):
                refusal = BudgetExceeded

        def keep(_: Any) -> None:
            grant.state = NEXT[chosen][1]
            grant.hands[chosen] = hand
            if chosen == "review":
                grant.published.review()
            expense, payable, _appropriation = grant.accounts
            if chosen == "approval":
                self.books.budget.charge(key, grant.amount)
                self.books.post(grant.division, expense, payable, grant.amount)
            elif chosen == "payment":
                grant.order_state = None
                self.books.pay(key)

        self.attempt(
            by(hand),
            refusal,
            lambda tx: take_step(
                tx,
                chosen,  # type: ignore[arg-type]
                [grant_id],
                LATER if chosen == "approval" and late else NOW,
                schemes=self.app.state.schemes,
            ),
            keep,
            crash=crash,
        )

    def _id(self, key: GrantKey) -> UUID:
        found = self.database.read(
            f"SELECT id FROM grants WHERE recipient_id = :r AND scheme = :s AND {PERIOD} = :p",
            r=key[0],
            s=key[1],
            p=key[2],
        )
        one: UUID = found[0]["id"]
        return one

    def check_beside(self) -> None:
        """What else is compared at each commit."""

    @invariant()
    def hold(self) -> None:
        """See `OneTransaction.check`."""
        if not hasattr(self, "database") or self.looked:
            return  # what was refused was rolled back
        balances = {place: fen for place, fen in self.books.balances.items() if fen}
        grants = {key: (one.state, one.amount) for key, one in self.books.grants.items()}
        self.database.check(balances, grants)
        self.check_beside()
        self.looked = True
