"""Who of a cycle waits for a decision, what of it is there, and what is missing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.evaluation.catalogues.queries import entries_of
from services.evaluation.cycles.frozen_rules import FrozenPolicy
from services.evaluation.deadlines.progress import progress_of
from services.evaluation.deadlines.rules import Unsubmitted
from services.evaluation.evaluations import queries as evaluations
from services.evaluation.evaluations import together
from services.evaluation.evaluations.rules import hands_of
from services.evaluation.evaluations.side_by_side import divergences_of, unexplained
from services.evaluation.indicator_systems.scoring import ScoringSystem
from services.evaluation.interests.queries import declared_in
from services.evaluation.on_site.errors import OnSiteFirst
from services.evaluation.on_site.queries import apply_check, checks_of, is_due
from services.evaluation.ratings.rules import missing_indicators
from services.evaluation.sessions import errors as e
from services.evaluation.sessions.rules import Waiting
from services.evaluation.sheets.rules import Sheet, from_json
from shared.contracts.base import Reason
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.duties import same_person
from shared.problems.language import Text
from shared.problems.problems import FieldError

_TAKEN_UP = ("return", "upholding", "reopening")
"""Steps after which an evaluation is decided again."""


@dataclass(frozen=True, slots=True)
class Ready:
    """One who waits, with what it is rated by."""

    waiting: Waiting
    party_organization_id: UUID
    sheet: Sheet
    not_for: frozenset[str]
    entries: Sequence[Record]
    """Bonuses and vetoes that were recorded by the cycle's catalogue."""
    hands: Mapping[str, Collection[str | None]]
    """Who ever put each stage's sheet, and each kind of entries."""
    interested: Sequence[str]
    unsubmitted: Sequence[Unsubmitted] = ()
    """Stages that were not submitted in time."""
    found: Sequence[Reason] = ()
    """What the on-site check found otherwise."""


async def read_ready(
    tx: Transaction, cycle: Record, policy: FrozenPolicy, systems: Mapping[str, ScoringSystem], now: datetime
) -> list[Ready]:
    """Everybody of a cycle who waits for a decision, within the caller's divisions."""
    waiting = await together.list_open(tx, cycle["id"])
    ids = [one.id for one in waiting]
    sheets, entries = await evaluations.sheets(tx, ids), await entries_of(tx, ids)
    checks = await checks_of(tx, ids)
    declared = await declared_in(tx, [one.party_organization_id for one in waiting])
    return [
        _read(
            one,
            sheets[one.id],
            entries[one.id],
            checks.get(one.id),
            declared.get(one.party_organization_id, ()),
            cycle,
            policy,
            systems[one.type],
            now,
        )
        for one in waiting
    ]


def _read(
    one: together.Open,
    sheets: Sequence[Record],
    entries: Sequence[Record],
    check: Record | None,
    interested: Sequence[str],
    cycle: Record,
    policy: FrozenPolicy,
    system: ScoringSystem,
    now: datetime,
) -> Ready:
    stage = policy.parameters.deciding_stage
    stored = next((sheet for sheet in sheets if sheet["stage"] == stage), None)
    sheet = from_json(stored) if stored is not None else Sheet({}, (), ())
    not_for = system.not_for(one.rated)
    why_not: tuple[Text, Mapping[str, object]] | None = None
    missing = missing_indicators(system, sheet.scores, not_for | sheet.absent())
    progress = progress_of(one.timing, sheets, policy.parameters)
    first = progress.waits_for("completion", china_day(now))
    if cycle["state"] != "open" and not one.reopened:
        why_not = e.CLOSED, {}
    elif (founded := progress.bars("completion")) is not None:
        why_not = founded.detail, founded.facts
    elif missing:
        why_not = e.NOT_SCORED, {"name": one.name, "missing": len(missing)}
    elif first is not None:
        why_not = first.detail, first.facts
    elif is_due(check, policy.parameters):
        why_not = OnSiteFirst.detail, {}
    elif silent := unexplained(divergences_of(sheets, one.rated, policy.parameters, system, now)):
        why_not = silent[0].detail, dict(silent[0].facts)
    elif any(_put_by(given, interested) for given in (stored, *entries)):
        why_not = e.INTERESTED, {"name": one.name}
    sheet, found = apply_check(sheet, check, policy.parameters, now)
    return Ready(
        Waiting(
            one.id,
            one.name,
            one.type,
            one.division,
            why_not,
            declared=bool(interested),
            settled_on=_settled_on((stored, *entries, check), one.timing["steps"]),
        ),
        one.party_organization_id,
        sheet,
        not_for,
        entries,
        hands_of(sheets, entries),
        interested,
        progress.unsubmitted(china_day(now)),
        found,
    )


def _settled_on(given: Sequence[Record | None], steps: Sequence[Mapping[str, Any]]) -> date | None:
    """The last day on which something that the rating counts was put, returned, or taken up again."""
    moments = [one["put_at"] for one in given if one is not None and one["put_at"] is not None]
    moments += [datetime.fromisoformat(step["at"]) for step in steps if step["step"] in _TAKEN_UP]
    return china_day(max(moments)) if moments else None


def _put_by(given: Record | None, subjects: Sequence[str]) -> bool:
    return given is not None and any(same_person(given["put_by"], subject) for subject in subjects)


def own_interests(chosen: Sequence[Ready], actor: str) -> list[FieldError]:
    """Whom the actor declared an interest in, each named."""
    return [
        FieldError("/decisions", e.OWN_INTEREST, (("name", one.waiting.name),))
        for one in chosen
        if any(same_person(actor, subject) for subject in one.interested)
    ]
