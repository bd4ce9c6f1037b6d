"""When a grant was published long enough, what suspends it, and how it goes back for correction. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from services.funding.grants.noticing import errors as e
from services.funding.grants.rules import ALL_DUTIES, Grant, Recorded, check_hands
from services.funding.policies import Duty
from services.funding.requirements import PublicNotice
from shared.contracts.base import Reason
from shared.contracts.funding import GrantStateName
from shared.field.calendar import WorkingDays, china_day
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.transitions import Transitions, move

NOTICING: Transitions[GrantStateName, Literal["public_notice"]] = Transitions(
    "grant", {("reviewed", "public_notice"): "reviewed"}
)
RETURNING: Transitions[GrantStateName, Literal["return"]] = Transitions("grant", {("reviewed", "return"): "raised"})
"""What was reviewed goes back for correction: it is reviewed again, and published again where that is required."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice of what was reviewed last, and how many objections to it there are."""

    version: int
    started_on: date
    ends_on: date
    working_days: int
    objections: int
    open: int


def publish(
    grant: Grant,
    required: PublicNotice | None,
    notice: Notice | None,
    *,
    reviewed_on: date | None,
    started_on: date,
    days: WorkingDays,
    now: datetime,
) -> tuple[Grant, Reason, date]:
    """The grant published from a day on, why, and the last day of the notice.

    Raises IllegalTransition, NoticeNotRequired, NoticePublished (409), InvalidInput.
    """
    move(NOTICING, grant.state, "public_notice")
    if required is None:
        raise e.NoticeNotRequired(name=grant.recipient_name)
    if notice is not None:
        raise e.NoticePublished(name=grant.recipient_name, started_on=notice.started_on)
    today = china_day(now)
    first = reviewed_on or today
    if not first <= started_on <= today:
        facts = (("reviewed_on", first.isoformat()), ("today", today.isoformat()))
        raise InvalidInput([FieldError("/started_on", e.NOT_WHILE_REVIEWED, facts)])
    ends_on = days.add_working_days(started_on, required.working_days)
    told = _because("published", now, started_on=started_on, ends_on=ends_on, working_days=required.working_days)
    return _noted(grant, told), told, ends_on


def check_published(name: str, required: PublicNotice, notice: Notice | None, now: datetime) -> Reason:
    """Why the approval of the grant of a recipient may be taken.

    Raises NoticeMissing, NoticeRunning, ObjectionOpen (409).
    """
    if notice is None:
        raise e.NoticeMissing(name=name, working_days=required.working_days)
    if notice.open:
        raise e.ObjectionOpen(name=name, open=notice.open)
    if china_day(now) <= notice.ends_on:
        raise e.NoticeRunning(name=name, ends_on=notice.ends_on)
    days = {"started_on": notice.started_on, "ends_on": notice.ends_on, "working_days": notice.working_days}
    return _because("over", now, **days, objections=notice.objections)


def receive(grant: Grant, notice: Notice | None, received_on: date, number: int, now: datetime) -> tuple[Grant, Reason]:
    """The grant with one more objection, which suspends it. Raises NotInNotice (409), InvalidInput."""
    if grant.state != "reviewed" or notice is None:
        raise e.NotInNotice(state=grant.state)
    until = min(notice.ends_on, china_day(now))
    if not notice.started_on <= received_on <= until:
        facts = (("started_on", notice.started_on.isoformat()), ("until", until.isoformat()))
        raise InvalidInput([FieldError("/received_on", e.NOT_DURING_NOTICE, facts)])
    told = _because("objected", now, number=number, received_on=received_on)
    return _noted(grant, told), told


def answer(
    grant: Grant,
    objection: Mapping[str, Any],
    *,
    upheld: bool,
    actor: str,
    separate: Collection[Duty],
    now: datetime,
) -> tuple[Grant, Reason]:
    """The grant after an objection's answer: by who may approve it and did not record the objection.

    One that is upheld sends it back for correction. Raises ObjectionAnswered, IllegalTransition (409), SameHand (403).
    """
    number = objection["number"]
    if objection["answered_at"] is not None:
        raise e.ObjectionAnswered(number=number)
    if same_person(objection["recorded_by"], actor):
        raise SameHand(what="grant", earlier="objection", step="objection_answer")
    told = _because("upheld" if upheld else "dismissed", now, number=number)
    if upheld:
        return _returned(grant, told, actor, separate), told
    move(NOTICING, grant.state, "public_notice")
    check_hands(grant, "approval", actor, separate)
    return _noted(grant, told), told


def give_back(
    grant: Grant, *, reason: str, actor: str, now: datetime, separate: Collection[Duty] = ALL_DUTIES
) -> tuple[Grant, Reason]:
    """The grant sent back for correction by who may approve it. Raises IllegalTransition (409), SameHand (403)."""
    told = Reason(rule="R-return", outcome="returned", facts={"because": reason}, as_of=now)
    return _returned(grant, told, actor, separate), told


def _returned(grant: Grant, told: Reason, actor: str, separate: Collection[Duty]) -> Grant:
    state = move(RETURNING, grant.state, "return")
    check_hands(grant, "approval", actor, separate)
    return replace(_noted(grant, told), state=state, actors={**grant.actors, "review": None})


def _noted(grant: Grant, told: Reason) -> Grant:
    return replace(grant, version=grant.version + 1, reasons=[*grant.reasons, told])


def _because(outcome: str, now: datetime, **facts: object) -> Reason:
    read = {name: one.isoformat() if isinstance(one, date) else one for name, one in facts.items()}
    return Reason(rule="R-public-notice", outcome=outcome, facts=read, as_of=now)


def step_of(*, upheld: bool) -> Recorded:
    """What the history says of an answer."""
    return "return" if upheld else "objection_answer"
