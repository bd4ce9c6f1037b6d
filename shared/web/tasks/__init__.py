"""What waits to be done in a service: derived from the states of its modules, stored nowhere.

Each module contributes one `Waiting` for each kind of task. The list is one statement over all of them. Whom a task is
assigned to is stored beside it (`assigning.py`).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, SelectBase, String, TextClause, TextualSelect, Uuid, column
from sqlalchemy.dialects.postgresql import ARRAY

from shared.db.session import Transaction
from shared.problems.language import Text
from shared.web.identity.permissions import Role


@dataclass(frozen=True, slots=True)
class BodyWaitedFor:
    """A superior body, as it is called today."""

    code: str
    name: str


Bodies = Callable[[Transaction, Any, Sequence[UUID]], Awaitable[Mapping[UUID, BodyWaitedFor]]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Tasks of one kind.

    `select` gives, for the state of the app, what `columns` names; `barred` are subjects who may not take the step, for
    what they did before. `link` is the path below the service with `{id}`, and `{year}` where `due_years_later` says
    how many years after its own year a task falls due; `title` is a sentence with `{name}`.
    `bodies` gives, for the tasks of one page by their ids, the superior bodies that they wait for, where it is one of
    them whose step it is.
    """

    kind: str
    of: str
    title: Text
    waits_for: Role
    link: str
    select: Callable[[Any], SelectBase]
    bodies: Bodies | None = None
    due_years_later: int = 0


def columns(statement: TextClause) -> TextualSelect:
    """A SELECT in SQL with the columns that `Waiting.select` asks for."""
    return statement.columns(
        column("id", Uuid),
        column("name", String),
        column("division", String),
        column("since", DateTime(timezone=True)),
        column("due_on", Date),
        column("barred", ARRAY(String)),
    )
