"""Public notices, and objections to them, of the awards of pools."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from services.funding.grants.noticing import actions
from services.funding.grants.noticing.errors import (
    NoticeMissing,
    NoticeNotRequired,
    NoticePublished,
    NoticeRunning,
    NotInNotice,
    ObjectionAnswered,
    ObjectionOpen,
)
from services.funding.grants.queries import lock_many
from shared.field.calendar import china_day
from shared.problems.duties import SameHand
from shared.problems.problems import IllegalTransition, NotFound
from tests.funding.model.database import NOW
from tests.funding.model.machine import CRASH, HANDS, ORDINAL, by
from tests.funding.model.memory.books import Grant
from tests.funding.model.memory.budget import GrantKey, Refusal
from tests.funding.model.memory.published import Objection
from tests.funding.model.ordering import Ordering

PUBLISHED = "hz-2013-awards"
TODAY = china_day(NOW)


class Noticing(Ordering):
    """Awards are published before they are approved; subsidies are not."""

    def bars_approval(self, key: GrantKey, grant: Grant, *, late: bool) -> Refusal:
        """Not before the notice is over and all objections are answered."""
        if key[1] != PUBLISHED:
            return None
        if not grant.published.in_force:
            return NoticeMissing
        if grant.published.open:
            return ObjectionOpen
        return None if late else NoticeRunning

    def _award(self, ordinal: int) -> tuple[GrantKey, Grant]:
        """Most often an award that is reviewed."""
        grants = self.books.grants
        awards = [key for key in grants if key[1] == PUBLISHED]
        keys = [key for key in awards if grants[key].state == "reviewed"] or awards or list(grants)
        key = keys[ordinal % len(keys)]
        return key, grants[key]

    @precondition(lambda self: self.books.grants)
    @rule(ordinal=ORDINAL, hands=st.lists(HANDS, min_size=3, max_size=3), objected=st.booleans(), crash=CRASH)
    def publish(self, ordinal: int, hands: list[str], objected: bool, crash: bool) -> None:
        """A notice, which is not over at once; its approval is tried meanwhile."""
        key, grant = self._award(ordinal)
        self._step(key, grant, hands[0], "review", crash=False)
        self._publish(key, grant, hands[1], crash=crash)
        if objected:
            self._object(key, grant, hands[1], crash=False)
        self._step(key, grant, hands[2], "approval", crash=False, late=False)
        self._step(key, grant, hands[2], "approval", crash=crash)

    def _publish(self, key: GrantKey, grant: Grant, hand: str, *, crash: bool) -> None:
        grant_id, state = self._id(key), self.app.state
        refusal: Refusal = None
        if grant.state != "reviewed":
            refusal = IllegalTransition
        elif key[1] != PUBLISHED:
            refusal = NoticeNotRequired
        elif grant.published.in_force:
            refusal = NoticePublished

        async def publish(tx: Any) -> None:
            found = await lock_many(tx, [grant_id])
            await actions.publish_all(
                tx,
                found,
                NOW,
                started_on=TODAY,
                place="区委网站",
                note=None,
                schemes=state.schemes,
                days=state.working_days,
            )

        self.attempt(by(hand), refusal, publish, lambda _: grant.published.publish(), crash=crash)

    @precondition(lambda self: self.books.grants)
    @rule(ordinal=ORDINAL, hand=HANDS, crash=CRASH)
    def object(self, ordinal: int, hand: str, crash: bool) -> None:
        """An objection while the notice runs."""
        self._object(*self._award(ordinal), hand, crash=crash)

    def _object(self, key: GrantKey, grant: Grant, hand: str, *, crash: bool) -> None:
        grant_id, published = self._id(key), grant.published
        refusal = None if grant.state == "reviewed" and published.in_force else NotInNotice

        def keep(_: Any) -> None:
            published.objections.append(Objection(published.number, hand))

        self.attempt(
            by(hand),
            refusal,
            lambda tx: actions.record_objection(
                tx, grant_id, NOW, received_on=TODAY, statement="该组织全年未开展活动", if_match=None
            ),
            keep,
            crash=crash,
        )

    @precondition(lambda self: self.books.grants)
    @rule(
        ordinal=ORDINAL, number=st.integers(1, 3), upheld=st.booleans(), hands=st.lists(HANDS, min_size=1, max_size=3)
    )
    def answer_objection(self, ordinal: int, number: int, upheld: bool, hands: list[str]) -> None:
        """Answered once, by who may approve the grant and did not record it; upheld, the grant is reviewed again."""
        objected = [key for key, one in self.books.grants.items() if one.published.objections] or [*self.books.grants]
        key = objected[ordinal % len(objected)]
        for crash, hand in zip((True, False, False, False), [hands[0], *hands], strict=False):
            self._answer_objection(key, self.books.grants[key], number, hand, upheld=upheld, crash=crash)

    def _answer_objection(
        self, key: GrantKey, grant: Grant, number: int, hand: str, *, upheld: bool, crash: bool
    ) -> None:
        grant_id, schemes, found = self._id(key), self.app.state.schemes, grant.published.objections
        refusal: Refusal
        if number > len(found):
            refusal = NotFound
        elif found[number - 1].answered:
            refusal = ObjectionAnswered
        elif found[number - 1].recorded_by == hand:
            refusal = SameHand
        else:
            refusal = grant.refuses("approval", hand)

        def keep(_: Any) -> None:
            found[number - 1].answered = True
            if upheld:
                grant.state = "raised"
                grant.hands.pop("review")

        self.attempt(
            by(hand),
            refusal,
            lambda tx: actions.answer_objection(
                tx, grant_id, number, NOW, upheld=upheld, text="材料齐全", schemes=schemes, if_match=None
            ),
            keep,
            crash=crash,
        )
