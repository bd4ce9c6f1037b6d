"""Every SELECT of the survey rounds and their lockings, and the writes beside them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.types import Text

from services.registry.survey_terms.due import whom
from services.registry.survey_terms.figures import FIGURES
from services.registry.surveys.survey import RETURN_STATES, SurveyState
from services.registry.tables import survey_lockings, surveys
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

WRITTEN = ("due_on", "state", "locking_id", "steps")
_FIGURES = ", ".join(FIGURES)
_STATE = (
    "CASE WHEN r.id IS NULL THEN 'missing' WHEN r.jump AND r.word IS NULL THEN 'jump' "
    "WHEN r.confirmed_at IS NOT NULL THEN 'confirmed' ELSE 'entered' END"
)
_DUE = f"""
    SELECT o.id AS organization_id, o.division, o.street, r.entered_by, r.word, r.version, {_STATE} AS state,
        {", ".join(f"r.{name}" for name in FIGURES)}
    FROM organizations AS o LEFT JOIN survey_returns AS r ON r.survey_id = :survey AND r.organization_id = o.id
    WHERE {whom("o", ":division", ":day")}
"""  # noqa: S608 - names of our own columns
_COUNTED = ", ".join(
    [
        "count(*) AS due",
        *[f"count(*) FILTER (WHERE state = '{state}') AS {state}" for state in RETURN_STATES],
        *[f"COALESCE(sum({name}), 0) AS {name}" for name in FIGURES],
    ]
)
_PROGRESS = text(f"SELECT {_COUNTED} FROM ({_DUE}) AS due")  # noqa: S608 - as above
_KEPT = text(f"SELECT {_COUNTED} FROM survey_locked_returns WHERE locking_id = :locking")  # noqa: S608 - as above
_ENTERED_BY = text(f"SELECT DISTINCT entered_by FROM ({_DUE}) AS due WHERE entered_by IS NOT NULL LIMIT 2")  # noqa: S608
_KEEP = text(
    f"INSERT INTO survey_locked_returns (locking_id, organization_id, division, street, state, {_FIGURES}, word, "  # noqa: S608
    f"return_version) SELECT CAST(:locking AS uuid), organization_id, division, street, state, {_FIGURES}, word, "
    f"version FROM ({_DUE}) AS due ORDER BY organization_id"
)
_HOLD = text("SELECT pg_advisory_xact_lock(hashtext('survey ' || CAST(:name AS text)))")
_SHARE = text("SELECT pg_advisory_xact_lock_shared(hashtext('survey ' || CAST(:name AS text)))")


async def hold(tx: Transaction, name: str) -> None:
    """Let nobody enter for a round (its id), or open one of a period, until the transaction ends."""
    await tx.scalar(_HOLD, {"name": name})


async def share(tx: Transaction, name: str) -> None:
    """Let nobody lock a round until the transaction ends; others may enter at the same time.

    No row is locked: who enters for a city's round may read its row, and not change it.
    """
    await tx.scalar(_SHARE, {"name": name})


async def of_period(tx: Transaction, period: str) -> list[Record]:
    """The rounds of a period that the caller sees."""
    return await tx.records(
        select(surveys.c.id, surveys.c.division).where(surveys.c.period == period).order_by(surveys.c.id)
    )


async def insert_one(tx: Transaction, row: Record) -> None:
    """Store a round."""
    await tx.execute(insert(surveys).values(row))


async def write(tx: Transaction, row: Record) -> None:
    """Write a round that is held; its version counts up."""
    values = {name: row[name] for name in WRITTEN} | {"version": row["version"] + 1}
    await tx.execute(update(surveys).where(surveys.c.id == row["id"]).values(values))


async def get(tx: Transaction, survey_id: UUID) -> Record | None:
    """One round that the caller sees."""
    return await tx.record(select(surveys).where(surveys.c.id == survey_id))


async def list_surveys(
    tx: Transaction,
    *,
    division: str | None,
    state: SurveyState | None,
    period: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id. A round of a wider division than the one asked for holds it, and is listed too."""
    statement = where_given(select(surveys), {surveys.c.state: state, surveys.c.period: period})
    if division is not None:
        holds = bindparam("within", division, type_=Text).startswith(surveys.c.division)
        narrower = where_within(select(surveys.c.id), surveys.c.division, division)
        statement = statement.where(surveys.c.id.in_(narrower) | holds)
    return await tx.records(page_by_id(statement, surveys.c.id, after, limit))


async def progress(tx: Transaction, survey: Mapping[str, Any]) -> Record:
    """How many returns an open round has in each state, and the sums of their figures, as far as the caller sees."""
    return _numbers(await tx.record(_PROGRESS, _named(survey)))


async def kept(tx: Transaction, locking: UUID) -> Record:
    """The same of what a locking keeps."""
    return _numbers(await tx.record(_KEPT, {"locking": locking}))


def _numbers(found: Record | None) -> Record:
    assert found is not None
    return {name: int(value) for name, value in found.items()}


async def who_entered(tx: Transaction, survey: Mapping[str, Any]) -> list[str]:
    """Who entered the returns of a round; two where there are more."""
    return [row.entered_by for row in await tx.rows(_ENTERED_BY, _named(survey))]


async def keep(tx: Transaction, survey: Mapping[str, Any], locking: UUID) -> None:
    """Keep every organization of an open round as it is, in one statement."""
    await tx.execute(_KEEP, _named(survey) | {"locking": locking})


def _named(survey: Mapping[str, Any]) -> dict[str, Any]:
    return {"survey": survey["id"], "division": survey["division"], "day": survey["reference_day"]}


async def insert_locking(tx: Transaction, row: Record) -> None:
    """Store a locking."""
    await tx.execute(insert(survey_lockings).values(row))


async def write_locking(tx: Transaction, locking: UUID, values: Record) -> None:
    """Write what was counted of a locking, or when and why it was opened again."""
    await tx.execute(update(survey_lockings).where(survey_lockings.c.id == locking).values(values))


async def lockings(tx: Transaction, survey_id: UUID) -> list[Record]:
    """The lockings of a round, in their order."""
    statement = select(survey_lockings).where(survey_lockings.c.survey_id == survey_id)
    return await tx.records(statement.order_by(survey_lockings.c.number))
