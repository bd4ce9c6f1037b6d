"""The history of a thing, and what the caller may do with it next, with the reason where he is barred."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from fastapi import Depends
from pydantic import AwareDatetime, BaseModel

from shared.problems.language import current_language
from shared.problems.problems import Problem
from shared.web.identity.callers import caller, refusal_of
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor

Caller = Annotated[Actor, Depends(caller)]


class StepOut(BaseModel):
    """A step that was taken; `by` is the token's subject, null where the release that recorded it kept nobody."""

    step: str
    at: AwareDatetime
    by: str | None
    note: str | None


class NextStepOut(BaseModel):
    """A step that the state allows; where the caller may not take it, why: the problem that he would be answered."""

    step: str
    allowed: bool
    reason: str | None
    problem: str | None


def steps_out(
    steps: Iterable[tuple[str, Problem | None]], needed: Mapping[str, Permission], actor: Actor
) -> list[NextStepOut]:
    """The next steps, each with what bars the actor beside a missing permission, for this actor."""
    found = []
    for step, barred in steps:
        refusal = refusal_of(actor, needed[step]) or barred
        reason = None if refusal is None else str(refusal.document(current_language.get())["detail"])
        slug = None if refusal is None else refusal.slug
        found.append(NextStepOut(step=step, allowed=refusal is None, reason=reason, problem=slug))
    return found
