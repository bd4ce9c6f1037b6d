"""Takes what is counted of organizations for a round, and its confirmation (D7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.registry.organizations.organization import Organization
from services.registry.organizations.queries import get_by_uscc_or_id, lock_by_uscc
from services.registry.survey_terms.figures import FIGURES
from services.registry.survey_terms.policies import SurveyPolicies, survey_policy
from services.registry.surveys import queries, return_queries
from services.registry.surveys.rules import (
    TRANSITIONS,
    Standing,
    check_due,
    compare,
    confirmed,
    counted,
    figure_errors,
    same_entry,
    step_of,
)
from services.registry.surveys.schemas import ReturnLine
from services.registry.surveys.survey import ConfirmedAs, Figures, LastFigures, Return, SurveyStep
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.uscc import normalize
from shared.problems.problems import InvalidInput, NotFound, PreconditionRequired, Problem
from shared.problems.transitions import move
from shared.problems.versions import NO_PRECONDITIONS, Preconditions, check_version


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of one entry: the return as it is then, whether it is new, or why it was not taken."""

    entry: Return | None
    new: bool = False
    same: bool = False
    problem: Problem | None = None


async def enter(
    tx: Transaction,
    survey_id: UUID,
    lines: Sequence[ReturnLine],
    policies: SurveyPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None = None,
) -> list[Entered]:
    """Enter a list, in its order; an entry that is refused does not hold up the others, a later one sees the earlier.

    The same again changes nothing. What a unit or a street confirmed is entered again by who names its version: that
    takes the confirmation back. Raises NotFound, IllegalTransition; `if_match` is of the only one.
    """
    survey = await _open(tx, survey_id, "entry")
    # What is no code is nobody's: PostgreSQL refuses the whole list for a NUL in one of them.
    codes = {code for one in lines if (code := normalize(one.uscc)).isalnum()}
    organizations = {one.uscc: one for one in await lock_by_uscc(tx, sorted(codes))}
    ids = [one.id for one in organizations.values()]
    stored = await return_queries.lock(tx, survey_id, ids)
    last = await return_queries.last_figures(tx, survey, ids)
    taking = _Taking(tx, survey, policies, now, last)
    known = dict(stored)
    results = []
    for line in lines:
        try:
            organization = organizations.get(normalize(line.uscc))
            if organization is None:
                raise NotFound(what="organization")
            before = known.get(organization.id)
            given = _named(line) if if_match is None else if_match
            after = taking.decide(line, organization, before, given)
        except Problem as problem:
            results.append(Entered(None, problem=problem.without_chain()))
            continue
        known[organization.id] = after
        results.append(Entered(after, new=before is None, same=after is before))
    new = [one for key, one in known.items() if key not in stored]
    await return_queries.insert(tx, sorted(new, key=lambda one: one.organization_id))
    changed = [one for key, one in known.items() if key in stored and one is not stored[key]]
    await return_queries.update(tx, sorted(changed, key=lambda one: one.id))
    return results


def _named(line: ReturnLine) -> Preconditions:
    return NO_PRECONDITIONS if line.version is None else Preconditions(f'"{line.version}"')


@dataclass(frozen=True, slots=True)
class _Taking:
    """What is the same for every entry of a list."""

    tx: Transaction
    survey: Record
    policies: SurveyPolicies
    now: datetime
    last: Mapping[UUID, LastFigures]

    def decide(
        self, line: ReturnLine, organization: Organization, before: Return | None, given: Preconditions
    ) -> Return:
        """The return after an entry; `before` itself where it says the same.

        Raises NotSurveyed, InvalidInput, PreconditionFailed, PreconditionRequired.
        """
        content, tx, now = organization.content, self.tx, self.now
        standing = Standing(content.division, content.registered_on, organization.ended())
        due = check_due(standing, self.survey["division"], self.survey["reference_day"], now)
        figures = Figures(*[getattr(line, name) for name in FIGURES])
        if errors := figure_errors(figures):
            raise InvalidInput(errors)
        check_version(given, None if before is None else before.version)
        if before is not None and same_entry(before, figures, line.word):
            return before
        if before is not None and before.confirmed_at is not None and given.if_match is None:
            raise PreconditionRequired
        policy = survey_policy(self.policies, content.division, self.survey["reference_day"], china_day(now))
        last = self.last.get(organization.id)
        jump, compared = compare(figures, last, line.word, policy, now)
        entry = step_of("entry", tx.access.actor, now, tx.access.authority, figures=figures, note=line.word)
        after = Return(
            id=new_id(),
            survey_id=self.survey["id"],
            organization_id=organization.id,
            division=content.division,
            figures=figures,
            word=line.word,
            jump=jump,
            compared=None if last is None else last.plain(),
            policy=policy.id,
            reasons=[one.model_dump(mode="json") for one in (due, counted(figures, now), compared)],
            entered_by=tx.access.actor,
            entered_at=now,
            confirmed_by=None,
            confirmed_at=None,
            confirmed_as=None,
            steps=[entry],
        )
        if before is None:
            return after
        return replace(after, id=before.id, steps=[*before.steps, entry], version=before.version + 1)


async def confirm(
    tx: Transaction,
    survey_id: UUID,
    reference: str,
    role: ConfirmedAs,
    note: str | None,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> tuple[Record, UUID]:
    """Confirm what is entered of an organization: the round, and the organization's id.

    Raises NotFound, IllegalTransition, PreconditionFailed, JumpUnexplained.
    """
    survey = await _open(tx, survey_id, "confirmation")
    organization = await get_by_uscc_or_id(tx, reference)
    stored = {} if organization is None else await return_queries.lock(tx, survey_id, [organization.id])
    if organization is None or organization.id not in stored:
        raise NotFound(what="survey return")
    one = stored[organization.id]
    check_version(if_match, one.version)
    if one.state != "confirmed":
        await return_queries.update(tx, [confirmed(one, role, tx.access.actor, note, now)])
    return survey, organization.id


async def _open(tx: Transaction, survey_id: UUID, step: SurveyStep) -> dict[str, Any]:
    """The round, which nobody locks until the transaction ends. Raises NotFound, IllegalTransition."""
    await queries.share(tx, str(survey_id))
    survey = await queries.get(tx, survey_id)
    if survey is None:
        raise NotFound(what="survey")
    move(TRANSITIONS, survey["state"], step)
    return survey
