"""Who is to do what waits: PUT and DELETE of a task's assignee, and a post's whole hand-over in one request.

Assigning gives no right: the role and the duties that are apart are checked when the step is taken, by who takes it.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field
from pydantic_core import PydanticCustomError

from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.problems.access import UNFIT_SUBJECT
from shared.problems.duties import same_person
from shared.problems.inputs import Body, Prose
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound, Problem
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import is_fit_subject
from shared.web.once import OnceOnly
from shared.web.routes import Tx, answer, problems
from shared.web.tasks import Waiting, queries

_SAME = Text(zh="接手人与移交人是同一人。", en="The successor is the one who hands over.")
_NO_KIND = Text(
    zh="没有这种待办事项。可用的类型：{kinds}。", en="There is no such kind of task. The kinds are: {kinds}."
)


def _check_fit(subject: str) -> str:
    if not is_fit_subject(subject) or not subject.isprintable():
        sentence = UNFIT_SUBJECT.detail
        raise PydanticCustomError("subject", "An unfit subject.", {"zh": sentence.zh, "en": sentence.en})
    return subject


Subject = Annotated[str, Field(max_length=255), AfterValidator(_check_fit)]
"""The subject of somebody's tokens."""


class AssigneeBarred(Problem):
    """Whom the task shall be assigned to took an earlier step that rules out this one."""

    slug, status = "assignee-barred", 409
    title = Text(zh="职责须分离", en="Duties are segregated")
    detail = Text(
        zh="“{assignee}”办理过在前的步骤，不能指派其办理本步骤。",
        en="'{assignee}' took an earlier step, and cannot be assigned this one.",
    )


class AssigneeBody(Body):
    """Who is to take the step."""

    assignee: Subject
    reason: Prose | None = None


class AssignmentOut(BaseModel):
    """Who is to take the step of a task, named by whom and when."""

    kind: str
    id: UUID
    assignee: str
    assigned_by: str
    assigned_at: AwareDatetime


class ReassignmentBody(Body):
    """A post is handed over: what is assigned to one subject is another's from now on; of all kinds without `kinds`."""

    from_: Annotated[Subject, Field(alias="from")]
    to: Subject
    reason: Prose
    kinds: Annotated[list[str] | None, Field(min_length=1, max_length=100)] = None


class ReassignedOut(BaseModel):
    """How many tasks of a kind were reassigned, and how many stay because an earlier step bars the successor."""

    kind: str
    reassigned: int
    barred: int


class ReassignmentOut(BaseModel):
    """What was handed over, by kind; what is done already stays the doing of who did it."""

    reassigned: int
    barred: int
    kinds: list[ReassignedOut]


def add_assignments(router: APIRouter, by_kind: Mapping[str, Waiting]) -> None:
    """The routes of a service whose modules contribute these kinds."""
    kinds: Any = Literal[tuple(by_kind)] if by_kind else str
    manages = [requires(Permission.ASSIGNMENTS_WRITE)]

    @router.put(
        "/tasks/{kind}/{task_id}/assignee",
        response_model=AssignmentOut,
        dependencies=manages,
        responses=problems(NotFound, InvalidInput, AssigneeBarred),
    )
    async def put_assignee(request: Request, tx: Tx, kind: kinds, task_id: UUID, body: AssigneeBody) -> Response:
        """Name who is to take a task's step. This gives no right: role and duties are checked when it is taken."""
        task = await _task(tx, request, by_kind[kind], task_id, body.assignee)
        if task["is_barred"]:
            raise AssigneeBarred(assignee=body.assignee)
        now = utc_now()
        await queries.assign(tx, task, body.assignee, reason=body.reason, now=now)
        return answer(
            AssignmentOut(kind=kind, id=task_id, assignee=body.assignee, assigned_by=tx.access.actor, assigned_at=now)
        )

    @router.delete(
        "/tasks/{kind}/{task_id}/assignee",
        status_code=204,
        dependencies=manages,
        responses=problems(NotFound, InvalidInput),
    )
    async def delete_assignee(request: Request, tx: Tx, kind: kinds, task_id: UUID) -> Response:
        """Name nobody: the task waits for whoever has the role."""
        await queries.unassign(tx, await _task(tx, request, by_kind[kind], task_id, tx.access.actor))
        return Response(status_code=204)

    @router.post(
        "/reassignments",
        response_model=ReassignmentOut,
        dependencies=manages,
        responses=problems(InvalidInput),
    )
    async def reassign(request: Request, tx: Tx, once: OnceOnly, body: ReassignmentBody) -> Response:
        """Hand over what waits and is assigned to a subject, within the caller's divisions, to a successor.

        The audit has each with the reason. What the successor may not do, for an earlier step of his, stays as it is.
        """
        _check(body, by_kind)

        async def run() -> Response:
            waiting = [by_kind[kind] for kind in body.kinds or by_kind]
            tasks = queries.all_tasks(waiting, request.app.state)
            return answer(await _hand_over(tx, tasks, body, utc_now()))

        return await once(run)


async def _task(tx: Transaction, request: Request, waiting: Waiting, task_id: UUID, assignee: str) -> Record:
    tasks = queries.all_tasks([waiting], request.app.state)
    task = await queries.get_task(tx, tasks, task_id, assignee)
    if task is None:
        raise NotFound(what="task")
    return task


async def _hand_over(tx: Transaction, tasks: Any, body: ReassignmentBody, now: datetime) -> ReassignmentOut:
    found = await queries.lock_assigned(tx, tasks, body.from_, body.to)
    free = [row for row in found if not row["is_barred"]]
    await queries.hand_over(tx, [row["id"] for row in free], body.to, reason=body.reason, now=now)
    moved, stayed = Counter(row["kind"] for row in free), Counter(row["kind"] for row in found if row["is_barred"])
    kinds = sorted({row["kind"] for row in found})
    return ReassignmentOut(
        reassigned=moved.total(),
        barred=stayed.total(),
        kinds=[ReassignedOut(kind=kind, reassigned=moved[kind], barred=stayed[kind]) for kind in kinds],
    )


def _check(body: ReassignmentBody, by_kind: Mapping[str, Waiting]) -> None:
    """Raises InvalidInput (422)."""
    known = (("kinds", ", ".join(by_kind)),)
    errors = [
        FieldError(f"/kinds/{index}", _NO_KIND, known)
        for index, kind in enumerate(body.kinds or ())
        if kind not in by_kind
    ]
    if same_person(body.from_, body.to):
        errors.append(FieldError("/to", _SAME))
    if errors:
        raise InvalidInput(errors)
