"""Reads what an incubatee's maturity rests on, and judges it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.incubation.incubatees import queries
from services.incubation.incubatees.incubatee import Judged, Known, Mark, MomentState
from services.incubation.incubatees.knowing import known_of
from services.incubation.incubatees.rules import in_step, judge, known_by, known_marks
from services.incubation.incubating.incubatee_policies import IncubateePolicies, IncubateePolicy, MaturityItem
from services.incubation.organizations.queries import standing_on
from services.incubation.organizations.standing import Standing
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.policies import Policy
from shared.problems.language import Text
from shared.problems.problems import FieldError


@dataclass(frozen=True, slots=True)
class Maturity:
    """Both lists as they are today, and what they rest on."""

    judged: Sequence[Judged]
    policy: Policy[IncubateePolicy]
    known: Known
    then: Known
    """What was known as of the day that is judged."""
    marks: Sequence[Mark]
    moments: Sequence[MomentState]
    visits: Sequence[Record]
    services: Sequence[Record]

    def missing(self) -> list[Judged]:
        """What has not passed."""
        return [one for one in self.judged if not one.passed]

    def item(self, code: str) -> MaturityItem:
        """An item of the lists."""
        lists = self.policy.parameters.maturity
        return next(one for one in (*lists.organization, *lists.party_organization) if one.code == code)

    def errors(self) -> list[FieldError]:
        """What is missing, each item with its sentence."""
        found = [(one, self.item(one.code).what) for one in self.missing()]
        return [FieldError(f"/{one.track}/{one.code}", Text(zh=_plain(w.zh), en=_plain(w.en))) for one, w in found]


async def judge_row(
    tx: Transaction, row: Record, policies: IncubateePolicies, now: datetime, on: date | None = None
) -> Maturity:
    """The maturity of an incubatee as of a day (default: today, or its last day where it is over): with the visits and
    moments until then, and its organization as it stood then. Raises NoPolicy."""
    today = china_day(now)
    policy = policies.get(row["division"], today)
    incubatee = queries.incubatee_of(row)
    known = await known_of(tx, row["organization_id"])
    recorded = [_mark_of(one) for one in await queries.list_records(tx, "milestone", row["id"])]
    marks = [*known_marks(incubatee, known), *recorded]
    visits = await queries.list_records(tx, "visit", row["id"])
    services = await queries.list_records(tx, "service", row["id"])
    days: list[date] = [one["visited_on"] for one in visits]
    # What is over is judged as of its last day.
    until = on or row["graduated_on"] or row["exited_on"] or today
    happened = [one for one in marks if one.on <= until]
    then = known_by(known, await _standing(tx, row, until, today), until)
    judged = judge(incubatee, then, happened, [day for day in days if day <= until], policy.parameters, until)
    return Maturity(judged, policy, known, then, marks, in_step(marks, policy.parameters, until), visits, services)


async def _standing(tx: Transaction, row: Record, day: date, today: date) -> Standing | None:
    """How its organization stood on a day that is over."""
    if row["organization_id"] is None or day >= today:
        return None
    return await standing_on(tx, row["organization_id"], day)


def _mark_of(row: Record) -> Mark:
    return Mark(
        row["track"],
        row["moment"],
        row["on_day"],
        known=False,
        id=row["id"],
        note=row["note"],
        by=row["recorded_by"],
    )


def _plain(text: str) -> str:
    """A policy's text as a sentence without facts."""
    return text.replace("{", "{{").replace("}", "}}")
