"""What waits of joint branches: one that is too small is planned again, merged or dissolved (S13)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import SelectBase, text

from services.incubation.joint_branches.above import above_of
from services.incubation.joint_branches.queries import TOO_SMALL, figures, homes_of
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import BodyWaitedFor, Waiting, columns


def _too_small(state: Any) -> SelectBase:
    return columns(text(TOO_SMALL).bindparams(*figures(state.policies, china_day(utc_now()))))


async def _above(tx: Transaction, state: Any, branches: Sequence[UUID]) -> Mapping[UUID, BodyWaitedFor]:
    now = utc_now()
    found = await above_of(tx, await homes_of(tx, branches), state.policies, now)
    bodies = {one: above.body for one, above in found.items()}
    today = china_day(now)
    return {one: BodyWaitedFor(body.code, body.name_on(today)) for one, body in bodies.items() if body is not None}


WAITING = (
    Waiting(
        kind="joint_branch.size",
        of="joint_branch",
        title=Text(
            zh="“{name}”的单位或党员不足，请重新规划、合并或撤销",
            en="'{name}' has too few units or members: plan it again, merge it or dissolve it",
        ),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/joint-branches/{id}",
        select=_too_small,
        bodies=_above,
    ),
)
