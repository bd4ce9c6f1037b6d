"""Evaluations as a caller sees them: with stages, divergences, and what the caller may do next."""

from collections.abc import Callable, Sequence
from uuid import UUID

from fastapi import Response

from services.evaluation.catalogues.queries import entries_of
from services.evaluation.cycles.queries import duties_of, systems_of
from services.evaluation.deadlines.progress import progress_of
from services.evaluation.evaluations import queries
from services.evaluation.evaluations.schemas import EvaluationOut, evaluation_out
from services.evaluation.evaluations.side_by_side import divergences_of
from services.evaluation.indicator_systems.scoring import rated_as
from services.evaluation.interests.queries import interests_among
from services.evaluation.on_site.queries import checks_of
from services.evaluation.on_site.schemas import on_site_out
from services.evaluation.raters.finding import find_raters
from services.evaluation.raters.rules import bar_rater
from services.evaluation.ratings.divergences import Divergence
from shared.contracts.base import Reason
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.problems import NotFound
from shared.web.identity.tokens import Actor
from shared.web.routes import answer


async def answer_evaluation(tx: Transaction, caller: Actor, evaluation_id: UUID) -> Response:
    """An evaluation as the caller sees it, with its version."""
    row = await queries.get(tx, evaluation_id)
    if row is None:
        raise NotFound(what="evaluation")
    show = await shown(tx, caller, [row])
    return answer(show(row), version=row["version"])


async def shown(tx: Transaction, caller: Actor, rows: Sequence[Record]) -> Callable[[Record], EvaluationOut]:
    """How each of these rows is shown to the caller."""
    now = utc_now()
    ids = [row["id"] for row in rows]
    sheets, entries = await queries.sheets(tx, ids), await entries_of(tx, ids)
    checks = await checks_of(tx, ids)
    cycles = await duties_of(tx, sorted({row["cycle_id"] for row in rows}))
    bound = sorted(one for one, cycle in cycles.items() if cycle.policy and cycle.policy.divergence_max is not None)
    systems = await systems_of(tx, bound) if bound else {}
    interests = await interests_among(tx, caller.subject, [row["party_organization_id"] for row in rows])

    today = china_day(now)
    asked = {
        row["id"]: (None if row["moved_to"] else row["affiliated_to"], cycles[row["cycle_id"]].raters) for row in rows
    }
    raters = await find_raters(tx, asked, today)

    def show(row: Record) -> EvaluationOut:
        interested = row["party_organization_id"] in interests
        cycle = cycles[row["cycle_id"]]
        diverging: Sequence[Divergence] = ()
        if cycle.policy is not None and (row["cycle_id"], row["type"]) in systems:
            rated = rated_as(row["form"], row["party_organization_kind"], map(Reason.model_validate, row["reasons"]))
            system = systems[row["cycle_id"], row["type"]]
            diverging = divergences_of(sheets[row["id"]], rated, cycle.policy, system, now)
        return evaluation_out(
            row,
            sheets[row["id"]],
            entries[row["id"]],
            cycle,
            caller,
            today,
            interested=interested,
            rating=bar_rater(raters[row["id"]], caller.bodies, tx.access, today),
            diverging=diverging,
            on_site=on_site_out(checks.get(row["id"]), sheets[row["id"]], cycle.policy),
            progress=None if cycle.policy is None else progress_of(row, sheets[row["id"]], cycle.policy),
        )

    return show
