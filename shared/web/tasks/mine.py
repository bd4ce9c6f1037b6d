"""Whose tasks are a caller's who acts for bodies: those of other bodies are not (decision 59)."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, Subquery, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from shared.db.paging import where_within
from shared.db.session import Transaction
from shared.web.tasks import Bodies, Waiting

AT_ONCE = 1000
"""Tasks whose bodies one question asks for."""


async def not_of_others(
    tx: Transaction,
    state: Any,
    waiting: Sequence[Waiting],
    tasks: Subquery,
    filters: Sequence[ColumnElement[bool]],
    *,
    division: str | None,
    bodies: Sequence[str],
) -> list[ColumnElement[bool]]:
    """The conditions that leave out what waits for another body than these; what waits for no single body stays."""
    asking: dict[Bodies, list[str]] = defaultdict(list)
    for one in waiting:
        if one.bodies is not None:
            asking[one.bodies].append(one.kind)
    found: list[ColumnElement[bool]] = []
    for resolve, kinds in asking.items():
        of_kinds = tasks.c.kind == bindparam("kinds", kinds, ARRAY(String), unique=True).any_()
        statement = where_within(select(tasks.c.id).where(*filters, of_kinds), tasks.c.division, division).distinct()
        ids = sorted(row.id for row in await tx.rows(statement))
        others: list[UUID] = []
        for start in range(0, len(ids), AT_ONCE):
            waited = await resolve(tx, state, ids[start : start + AT_ONCE])
            others += [one for one, body in waited.items() if body.code not in bodies]
        if others:
            named = bindparam("others", others, ARRAY(Uuid), unique=True)
            found.append(or_(~of_kinds, ~(tasks.c.id == named.any_())))
    return found
