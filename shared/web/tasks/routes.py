"""GET what waits to be done in a service."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import ColumnElement, Subquery, literal, select

from shared.db.base import utc_now
from shared.db.paging import where_within
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.language import current_language
from shared.problems.problems import BadCursor, InvalidInput
from shared.web.fields import DivisionFilter
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import Cursor, Limit, Page, Tx, answer, decode_cursor, encode_cursor, problems
from shared.web.steps import Caller
from shared.web.tasks import Bodies, Waiting, queries
from shared.web.tasks.assigning import Subject, add_assignments
from shared.web.tasks.mine import not_of_others


class TaskSubjectOut(BaseModel):
    """What a task is about."""

    type: str
    id: UUID
    name: str


class TaskBodyOut(BaseModel):
    """A superior body, as it is called today."""

    code: str
    name: str


class TaskOut(BaseModel):
    """Something that waits; `due_on` is null where no term is set, `waits_for` is the role that may take the step.

    `body` is the superior body whose step it is, null where it is not one body's.
    `assignee` is the subject who is to take it, null where nobody was named.
    """

    kind: str
    title: str
    subject: TaskSubjectOut
    division: str
    since: AwareDatetime
    due_on: date | None
    overdue: bool
    waits_for: str
    body: TaskBodyOut | None
    assignee: str | None
    link: str


class TaskCountOut(BaseModel):
    """How many tasks of a kind there are under the filters, how many of them overdue, and how many due today."""

    kind: str
    count: int
    overdue: int
    due_today: int


class TaskPage(Page[TaskOut]):
    """Tasks, those due first first, and of one day those that waited longest.

    `counts` by kind stand on the first page, over all pages.
    """

    counts: list[TaskCountOut] | None


def create_tasks(service: str, reads: Permission, waiting: Sequence[Waiting]) -> APIRouter:
    """The tasks of a service."""
    router = APIRouter(tags=["tasks"], route_class=GuardedRoute)
    by_kind = {one.kind: one for one in waiting}
    kinds: Any = Literal[tuple(by_kind)] if by_kind else str

    @router.get(
        "/tasks",
        response_model=TaskPage,
        dependencies=[requires(reads)],
        responses=problems(InvalidInput, BadCursor),
    )
    async def list_tasks(
        request: Request,
        tx: Tx,
        caller: Caller,
        kind: kinds | None = None,
        mine: Annotated[
            bool,
            Query(
                description="what waits for a role and, where its token names any, a body of the caller's; not "
                "barred, and assigned to nobody else"
            ),
        ] = False,
        assignee: Annotated[Subject | None, Query(description="what is assigned to this subject")] = None,
        overdue: Annotated[bool | None, Query(description="only what is overdue, or only what is not")] = None,
        division: DivisionFilter = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Response:
        """What waits, derived from states; those due first first, and of one day those that waited longest."""
        today = china_day(utc_now())
        asked = [one for one in waiting if kind in (None, one.kind) and (not mine or one.waits_for in caller.roles)]
        if not asked:
            return answer(TaskPage(items=[], next_cursor=None, counts=[]))
        tasks = queries.all_tasks(asked, request.app.state)
        filters = [*queries.of_caller(tasks, caller.subject)] if mine else []
        if assignee is not None:
            filters.append(queries.assigned_to(tasks, assignee))
        if overdue is not None:
            filters.append(tasks.c.due < today if overdue else tasks.c.due >= today)
        if mine and caller.bodies:
            filters += await not_of_others(
                tx, request.app.state, asked, tasks, filters, division=division, bodies=caller.bodies
            )
        counts = None
        if cursor is None:
            rows = await tx.records(
                where_within(queries.counted(tasks, today).where(*filters), tasks.c.division, division)
            )
            counts = [TaskCountOut(**row) for row in rows]
        listed = where_within(select(tasks).where(*filters, _after(tasks, cursor)), tasks.c.division, division)
        rows = await tx.records(listed.order_by(*queries.in_order(tasks)).limit(limit + 1))
        waited = await _bodies(tx, request.app.state, by_kind, rows[:limit])

        def show(row: Record) -> TaskOut:
            found = by_kind[row["kind"]]
            due_on = None if row["due"] == queries.NEVER else row["due"]
            return TaskOut(
                kind=found.kind,
                title=found.title.render(current_language.get(), name=row["name"]),
                subject=TaskSubjectOut(type=found.of, id=row["id"], name=row["name"]),
                division=row["division"],
                since=row["since"],
                due_on=due_on,
                overdue=due_on is not None and due_on < today,
                waits_for=found.waits_for,
                body=waited.get((row["kind"], row["id"])),
                assignee=row["assignee"],
                link=f"/{service}{found.link.format(id=row['id'], year=row['due'].year - found.due_years_later)}",
            )

        following = None
        if len(rows) > limit:
            last = rows[limit - 1]
            following = encode_cursor(last["due"].isoformat(), last["since"].isoformat(), last["kind"], str(last["id"]))
        return answer(TaskPage(items=[show(row) for row in rows[:limit]], next_cursor=following, counts=counts))

    add_assignments(router, by_kind)
    return router


async def _bodies(
    tx: Transaction, state: Any, by_kind: Mapping[str, Waiting], rows: Sequence[Record]
) -> dict[tuple[str, UUID], TaskBodyOut]:
    """The superior bodies that the tasks of a page wait for, by kind and id."""
    asked: dict[Bodies, set[UUID]] = defaultdict(set)
    for row in rows:
        bodies = by_kind[row["kind"]].bodies
        if bodies is not None:
            asked[bodies].add(row["id"])
    # One question for all kinds that ask the same.
    known = {bodies: await bodies(tx, state, sorted(ids)) for bodies, ids in asked.items()}
    found = {}
    for row in rows:
        bodies = by_kind[row["kind"]].bodies
        body = None if bodies is None else known[bodies].get(row["id"])
        if body is not None:
            found[row["kind"], row["id"]] = TaskBodyOut(code=body.code, name=body.name)
    return found


def _after(tasks: Subquery, cursor: str | None) -> ColumnElement[bool]:
    key = decode_cursor(cursor, 4)
    if key is None:
        return literal(True)
    try:
        due, since = date.fromisoformat(key[0]), datetime.fromisoformat(key[1])
        if since.tzinfo is None:
            raise BadCursor
        return queries.after(tasks, due, since, key[2], UUID(key[3]))
    except ValueError as error:
        raise BadCursor from error
