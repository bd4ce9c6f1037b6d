"""The statement over everything that waits, with whom each is assigned to, and the writes of that."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import Uuid

from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.schema.tables import task_assignments
from shared.web.tasks import Waiting

NEVER = date(9999, 12, 31)
"""Sorts what has no due date last."""
_KEY = ("kind", "subject_id", "division")
_HAND_OVER = text(
    "UPDATE task_assignments SET assignee = :assignee, assigned_by = :assigned_by, assigned_at = :assigned_at, "
    "reason = :reason WHERE id = ANY(CAST(:ids AS uuid[]))"
)


def all_tasks(waiting: Sequence[Waiting], state: Any) -> Subquery:
    """Every task of these kinds that the transaction sees; `assignee` is null where nobody was named.

    An assignment outlives its task: when the step is due once more, whom another step bars by now is not its assignee.
    """
    parts = []
    for one in waiting:
        rows = one.select(state).subquery()
        due = func.coalesce(rows.c.due_on, literal(NEVER, Date)).label("due")
        kind = literal(one.kind, String).label("kind")
        parts.append(select(kind, rows.c.id, rows.c.name, rows.c.division, rows.c.since, due, rows.c.barred))
    tasks, given = union_all(*parts).subquery("waiting"), task_assignments
    # What moved to another division waits for somebody there: whom it was assigned to before is not its assignee.
    same = and_(given.c.kind == tasks.c.kind, given.c.subject_id == tasks.c.id, given.c.division == tasks.c.division)
    assignee = case((_is_among(tasks.c.barred, given.c.assignee), None), else_=given.c.assignee).label("assignee")
    return select(tasks, assignee, given.c.id.label("assignment")).outerjoin(given, same).subquery("tasks")


def of_caller(tasks: Subquery, subject: str) -> Sequence[ColumnElement[bool]]:
    """What is assigned to the caller or to nobody, and not barred to him by what he did before."""
    free = or_(tasks.c.assignee.is_(None), _folded(tasks.c.assignee) == _folded(literal(subject, String)))
    return [free, ~bars(tasks, subject)]


def assigned_to(tasks: Subquery, subject: str) -> ColumnElement[bool]:
    """What is assigned to a subject."""
    return _folded(tasks.c.assignee) == _folded(literal(subject, String))


def bars(tasks: Subquery, subject: str) -> ColumnElement[bool]:
    """Whether what the subject did before bars it from the task."""
    return _is_among(tasks.c.barred, literal(subject, String))


def _is_among(barred: ColumnElement[Any], subject: ColumnElement[Any]) -> ColumnElement[bool]:
    hands = func.unnest(barred).table_valued("subject").render_derived("hands")
    return select(literal(1)).select_from(hands).where(_folded(hands.c.subject) == _folded(subject)).exists()


def _folded(subject: ColumnElement[Any]) -> ColumnElement[Any]:
    """As `same_person` compares them, as near as PostgreSQL does."""
    return func.lower(func.normalize(subject))


def counted(tasks: Subquery, today: date) -> Select[Any]:
    """How many there are of each kind."""
    overdue = func.count().filter(tasks.c.due < today).label("overdue")
    due_today = func.count().filter(tasks.c.due == today).label("due_today")
    counts = select(tasks.c.kind, func.count().label("count"), overdue, due_today)
    return counts.group_by(tasks.c.kind).order_by(tasks.c.kind)


def in_order(tasks: Subquery) -> Sequence[ColumnElement[Any]]:
    """The order of the list: what is due first, then what has waited longest."""
    return tasks.c.due, tasks.c.since, tasks.c.kind, tasks.c.id


def after(tasks: Subquery, due: date, since: datetime, kind: str, last: UUID) -> ColumnElement[bool]:
    """Those behind one, in the order of the list."""
    return tuple_(*in_order(tasks)) > tuple_(due, since, kind, last)


async def get_task(tx: Transaction, tasks: Subquery, subject_id: UUID, assignee: str) -> Record | None:
    """A task, with whether it is `barred` to whom it shall be assigned."""
    barred = case((bars(tasks, assignee), True), else_=False).label("is_barred")
    return await tx.record(select(tasks, barred).where(tasks.c.id == bindparam("id", subject_id, Uuid)))


async def assign(tx: Transaction, task: Record, assignee: str, *, reason: str | None, now: datetime) -> None:
    """Name who is to take the step, in place of whom there was."""
    row = {
        "id": new_id(),
        "kind": task["kind"],
        "subject_id": task["id"],
        "division": task["division"],
        "assignee": assignee,
        "assigned_by": tx.access.actor,
        "assigned_at": now,
        "reason": reason,
    }
    changed = {name: row[name] for name in ("assignee", "assigned_by", "assigned_at", "reason")}
    await tx.execute(insert(task_assignments).values(row).on_conflict_do_update(index_elements=_KEY, set_=changed))


async def unassign(tx: Transaction, task: Record) -> None:
    """Name nobody."""
    if task["assignment"] is not None:
        await tx.execute(task_assignments.delete().where(task_assignments.c.id == task["assignment"]))


async def lock_assigned(tx: Transaction, tasks: Subquery, subject: str, successor: str) -> list[Record]:
    """The assignments to a subject of what waits now, with whether each task is barred to the successor."""
    barred = case((bars(tasks, successor), True), else_=False).label("is_barred")
    found = select(task_assignments.c.id, tasks.c.kind, barred).join_from(
        tasks, task_assignments, task_assignments.c.id == tasks.c.assignment
    )
    # Of the row that is locked, not of the list alone: while we waited for it, it may have become another's.
    still = _folded(task_assignments.c.assignee) == _folded(literal(subject, String))
    listed = found.where(assigned_to(tasks, subject), still).order_by(task_assignments.c.id)
    return await tx.records(listed.with_for_update(of=task_assignments))


async def hand_over(tx: Transaction, ids: Sequence[UUID], successor: str, *, reason: str, now: datetime) -> None:
    """Name another for these assignments."""
    if ids:
        given = {"assignee": successor, "assigned_by": tx.access.actor, "assigned_at": now, "reason": reason}
        await tx.execute(_HAND_OVER, {**given, "ids": list(ids)})
