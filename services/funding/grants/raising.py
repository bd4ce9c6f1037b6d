"""Decides on completed evaluations, by the schemes in force, and raises the grants that they entitle to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID, uuid5

from services.funding.entries.queries import listed_for
from services.funding.entries.rules import Entry
from services.funding.grants.deciding.cases import Case, Rated, case_of, entered
from services.funding.grants.deciding.drafting import Decided
from services.funding.grants.deciding.keeping import keep_and_raise
from services.funding.grants.deciding.releasing import decide_rectified
from services.funding.grants.deciding.rules import (
    decide_case,
)
from services.funding.ledger.charts import Charts
from services.funding.policies import Scheme, Schemes, in_force, lists_instead_of
from services.funding.rectifications import queries as rectifications
from shared.bus.context import Cause
from shared.bus.handlers import Received
from shared.contracts.evaluation import EvaluationCompleted
from shared.db.base import utc_now
from shared.db.session import Transaction


async def raise_annual(
    tx: Transaction, events: Sequence[Received[EvaluationCompleted]], *, schemes: Schemes, charts: Charts | None = None
) -> None:
    """Raise one grant per recipient, scheme and year, for the first evaluation that arrives; keep every decision.

    A grant stands for the organizations that the recipient covers on 31 December of the year: where other grants of the
    year stand for all of them it is not raised, for some of them it is held. One of a dissolved recipient is held. A
    grant that exists is left as it is: people decide what a corrected evaluation means for it (a held grant can be
    released).
    """
    asked = [(event.data, event.envelope.id, event.cause) for event in events]
    decided = [one for some in await decide(tx, asked, schemes) for one in some]
    await keep_and_raise(tx, await after_rectifications(tx, decided), utc_now(), charts=charts)


async def after_rectifications(tx: Transaction, decided: Sequence[Decided]) -> list[Decided]:
    """The decisions, where a rectification was closed already that a grant would be held for."""
    await rectifications.hold_back_closings(tx)
    evaluations = {one.case.evaluation_id for one in decided if one.case.evaluation_id is not None}
    closed = await rectifications.closed_of(tx, sorted(evaluations))
    return [
        replace(one, decision=decide_rectified(one.decision, closed.get(one.case.evaluation_id), one.case.as_of))
        if one.case.evaluation_id is not None
        else one
        for one in decided
    ]


async def decide(
    tx: Transaction, evaluations: Sequence[tuple[Rated, UUID, Cause | None]], schemes: Schemes
) -> list[list[Decided]]:
    """For each evaluation the decisions by the schemes in force, one of each purpose and level; else one by none."""
    cases = [case_of(evaluation) for evaluation, _, _ in evaluations]
    listed = await listed_for(tx, [(case.recipient_id, case.on) for case in cases])
    return [
        [
            _decided(case, scheme, schemes, entries, (event_id, cause), number)
            for number, scheme in enumerate(in_force(schemes, case.division, case.on, "evaluation") or [None])
        ]
        for case, entries, (_, event_id, cause) in zip(cases, listed, evaluations, strict=True)
    ]


def _decided(
    case: Case,
    scheme: Scheme | None,
    schemes: Schemes,
    listed: Mapping[str, Entry],
    event: tuple[UUID, Cause | None],
    number: int,
) -> Decided:
    """The decision by one scheme; of several on an event, the first has the event's own id."""
    event_id, cause = event
    if scheme is None:
        return Decided(case, decide_case(case, None), event_id, cause)
    code = scheme.parameters.scheme
    instead = lists_instead_of(schemes, code, case.division, case.on)
    excluded_by = {one: entered(entry, instead[one]) for one, entry in listed.items() if one in instead}
    case = replace(case, excluded_by=excluded_by)
    return Decided(case, decide_case(case, scheme), event_id if number == 0 else uuid5(event_id, code), cause)
