"""Payment orders, withdrawals, the bank's returns and slips, beside everything else."""

from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from services.funding.grants.errors import PayeesNotVerified, PaymentContradicted, PaymentUsed, SummaryDiffers
from services.funding.payees.actions import put_payee, verify_payee
from services.funding.payees.rules import Account
from services.funding.payment_orders.actions import Asked, order, withdraw
from services.funding.payment_orders.bank_returns.actions import take_bank_return
from services.funding.payment_orders.errors import OtherChannel
from services.funding.payment_orders.returning import take_over
from shared.problems.duties import SameHand
from shared.problems.problems import IllegalTransition, InvalidInput
from tests.funding.model.bookkeeping import Funding
from tests.funding.model.database import NOW
from tests.funding.model.machine import CRASH, HANDS, ORDINAL, by
from tests.funding.model.memory.budget import GrantKey, Refusal
from tests.funding.model.memory.orders import Order, OrderLine, is_used, reopen, wait

SAID = {"paid": "成功", "failed": "失败", "sent_back": "退票"}
WORDS = st.lists(st.sampled_from([*SAID, None]), min_size=1, max_size=3)
BANK, NUMBER = "102331000015", "3301000000000001"


class Ordering(Funding):
    """Grants are paid by orders as well as by themselves."""

    def start(self) -> None:
        """No orders."""
        super().start()
        self.orders: list[Order] = []
        self.verified: set[UUID] = set()
        self.files = 0

    def prepare(self) -> None:
        """All but one recipient have verified accounts; a grant was ordered and paid, and the bank sent it back."""
        super().prepare()
        for party in (*self.parties[:2], self.holders[1]):
            self._give_account(party)
        first = next(iter(self.books.grants))
        self._send([first], "丙", 0, crash=False)
        self._answer(self.orders[0], ["paid"], "丁", 0, crash=False)
        self._answer(self.orders[0], ["sent_back"], "丁", 0, crash=False)

    def _give_account(self, party: UUID) -> None:
        keys = self.app.state.account_keys
        account = Account("示例中心", NUMBER)

        async def enter(tx: Any) -> None:
            await put_payee(
                tx, keys, party, account, held_by="own", bank_code=BANK, grounds=None, now=NOW, if_match=None
            )

        async def check(tx: Any) -> None:
            await verify_payee(tx, keys, party, bank_code=BANK, number=NUMBER, now=NOW, if_match=None)

        self.database.do(by("甲"), enter)
        self.database.do(by("乙"), check)
        self.verified.add(party)

    # orders

    @precondition(lambda self: self.books.grants)
    @rule(
        ordinals=st.lists(ORDINAL, min_size=1, max_size=3), hand=HANDS, off=st.sampled_from([0, 0, 0, 1]), crash=CRASH
    )
    def send(self, ordinals: list[int], hand: str, off: int, crash: bool) -> None:
        """Some grants that may be payable, in one order; by as many and as much as there is."""
        payable = [key for key, one in self.books.grants.items() if one.state == "approved"] or [*self.books.grants]
        keys = sorted({payable[one % len(payable)] for one in ordinals}, key=self._id)
        self._send(keys, hand, off, crash=crash)

    def _send(self, keys: list[GrantKey], hand: str, off: int, *, crash: bool) -> None:
        grants = [self.books.grants[key] for key in keys]
        ids = [self._id(key) for key in keys]
        division = grants[0].division
        channel = "fiscal" if grants[0].accounts[2] == "4001" else "dues"
        total = sum(one.amount for one in grants) + off

        def keep(found: Any) -> None:
            self.orders.append(
                Order(found["id"], hand, [OrderLine(key, self.books.grants[key].amount) for key in keys])
            )
            for one in grants:
                one.order_state = "ordered"

        asked = Asked(division, channel, ids, len(ids), total)  # type: ignore[arg-type]
        state = self.app.state
        self.attempt(
            by(hand),
            self._refuses_order(keys, hand, off),
            lambda tx: order(
                tx, asked, keys=state.account_keys, schemes=state.schemes, policies=state.payments, now=NOW
            ),
            keep,
            crash=crash,
        )

    def _refuses_order(self, keys: list[GrantKey], hand: str, off: int) -> Refusal:
        grants = [self.books.grants[key] for key in keys]
        if off:
            return SummaryDiffers
        # A grant that is ordered already is refused before anybody asks who orders it.
        for one in grants:
            refusal = one.refuses("payment", "nobody") or one.refuses("payment", hand)
            if refusal is not None:
                return refusal
        if any(line.key in keys and line.doubted for each in self.orders for line in each.lines):
            return PaymentContradicted
        if any(one.division != grants[0].division for one in grants):
            return InvalidInput
        if any((one.accounts[2] == "4001") != (grants[0].accounts[2] == "4001") for one in grants):
            return OtherChannel
        return None if {key[0] for key in keys} <= self.verified else PayeesNotVerified

    @precondition(lambda self: self.orders)
    @rule(ordinal=ORDINAL, hand=HANDS, crash=CRASH)
    def withdraw(self, ordinal: int, hand: str, crash: bool) -> None:
        """Taken back as a whole; who ordered it tries first."""
        found = self.orders[ordinal % len(self.orders)]
        for one in (found.ordered_by, hand):
            self._withdraw(found, one, crash=crash)

    def _withdraw(self, found: Order, hand: str, *, crash: bool) -> None:
        def keep(_: Any) -> None:
            for line in found.lines:
                line.state = "withdrawn"
                self.books.grants[line.key].order_state = None
            reopen(self.orders, self.books.grants, [line.key for line in found.lines])

        refusal = found.refuses_withdrawal(hand)
        self.attempt(by(hand), refusal, lambda tx: withdraw(tx, found.id, "未接收", NOW), keep, crash=crash)

    # the bank

    @precondition(lambda self: self.orders)
    @rule(
        ordinal=ORDINAL, words=WORDS, hands=st.lists(HANDS, min_size=1, max_size=3), off=st.sampled_from([0, 0, 0, 1])
    )
    def answer(self, ordinal: int, words: list[str | None], hands: list[str], off: int) -> None:
        """A row of each line that the bank mentions, and one that nobody ordered; the first try crashes."""
        found = self.orders[ordinal % len(self.orders)]
        for crash, hand in zip((True, False, False), [hands[0], *hands], strict=False):
            self._answer(found, words, hand, off, crash=crash)

    def _answer(self, found: Order, words: list[str | None], hand: str, off: int, *, crash: bool) -> None:
        grants, state = self.books.grants, self.app.state
        said = [(line, word) for line, word in zip(found.lines, words, strict=False) if word is not None]
        means = [(line, line.meaning(word, line.amount + off, grants[line.key])) for line, word in said]
        references = [
            row["reference"]
            for row in self.database.read(
                "SELECT reference FROM payment_order_lines WHERE order_id = :o ORDER BY line", o=found.id
            )
        ]
        self.files += 1
        rows = [
            (references[found.lines.index(line)], SAID[word], f"{(line.amount + off) / 100:.2f}") for line, word in said
        ]
        heads = ("业务参考号", "处理结果", "金额")
        table = [(1, heads), *enumerate([*rows, ("BANK-1", "成功", "88.00")], 2)]
        refusal = next(
            (
                refused
                for line, kind in means
                if kind == "paid" and (refused := grants[line.key].refuses("payment", hand, by_order=True))
            ),
            None,
        )

        def keep(_: Any) -> None:
            self._take_over(means, hand)

        self.attempt(
            by(hand),
            refusal,
            lambda tx: take_over(
                tx,
                found.id,
                str(self.files).encode(),
                table,
                policies=state.payments,
                schemes=state.schemes,
                charts=state.charts,
                now=NOW,
            ),
            keep,
            crash=crash,
        )

    def _take_over(self, means: list[tuple[OrderLine, str]], hand: str) -> None:
        grants = self.books.grants
        freed = []
        for line, kind in means:
            grant = grants[line.key]
            line.named = True
            if kind == "contradicts" and line.state in ("failed", "withdrawn"):
                wait(line, grant)
            if kind == "paid":
                line.state, grant.state, grant.order_state = "paid", "paid", "paid"
                grant.hands["payment"] = hand
                self.books.pay(line.key)
            elif kind == "failed":
                line.state, grant.order_state = "failed", "failed"
                freed.append(line.key)
            elif kind == "sent_back":
                line.state = "failed"
                self.books.send_back(line.key)
                freed.append(line.key)
            if kind != "amount_differs":
                line.word = kind
        reopen(self.orders, grants, freed)

    @precondition(lambda self: self.books.grants)
    @rule(ordinal=ORDINAL, hand=HANDS, crash=CRASH)
    def slip(self, ordinal: int, hand: str, crash: bool) -> None:
        """The bank's slip of a payment that came back; who paid it tries first."""
        paid = [key for key, one in self.books.grants.items() if one.state == "paid"] or [*self.books.grants]
        key = paid[ordinal % len(paid)]
        for one in (self.books.grants[key].hands.get("payment", hand), hand):
            self._slip(key, one, crash=crash)

    def _slip(self, key: GrantKey, hand: str, *, crash: bool) -> None:
        grant, grant_id = self.books.grants[key], self._id(key)
        refusal: Refusal = None
        if grant.state != "paid":
            refusal = IllegalTransition
        elif is_used(grant):
            refusal = PaymentUsed
        elif hand == grant.hands["payment"]:
            refusal = SameHand

        def keep(_: Any) -> None:
            line = self._paid_line(key) if grant.order_state == "paid" else None
            self.books.send_back(key)
            if line is not None:
                line.state, line.word, line.named = "failed", "sent_back", True
            reopen(self.orders, self.books.grants, [key])

        self.attempt(
            by(hand),
            refusal,
            lambda tx: take_bank_return(
                tx, grant_id, NOW, reference="TP-1", returned_on=NOW.date(), reason="已销户", if_match=None
            ),
            keep,
            crash=crash,
        )

    def _paid_line(self, key: GrantKey) -> OrderLine:
        return next(line for one in self.orders for line in one.lines if line.key == key and line.state == "paid")

    def check_beside(self) -> None:
        """Orders, and what the bank says of them, are those of the model."""
        super().check_beside()
        if not self.orders:
            return
        rows = self.database.read(
            "SELECT o.id, o.state, o.contradicted, array_agg(l.state ORDER BY l.line) AS lines FROM payment_orders o "
            "JOIN payment_order_lines l ON l.order_id = o.id GROUP BY o.id"
        )
        kept = {row["id"]: (row["state"], row["contradicted"], row["lines"]) for row in rows}
        assert kept == {one.id: (one.state, one.contradicted, [x.state for x in one.lines]) for one in self.orders}
        off = self.database.read(
            "SELECT l.reference FROM payment_order_lines l JOIN grants g ON g.id = l.grant_id "
            "WHERE l.state = 'ordered' AND (g.state, g.order_state, g.order_id) IS DISTINCT FROM "
            "('approved', 'ordered', l.order_id) OR l.state = 'paid' AND g.state NOT IN ('paid', 'reversed')"
        )
        assert off == []
