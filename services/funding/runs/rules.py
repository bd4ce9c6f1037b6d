"""A run of a scheme: which period it is for, on which days it looks, and whom it concerns. Pure."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.funding.coverage.rules import PartyOrganization, existed_on, kept_out, whom_it_covered
from services.funding.entries.rules import Entry
from services.funding.grants.deciding.cases import Case, Members, entered
from services.funding.grants.rules import ONCE
from services.funding.members.rules import Organization, add_up
from services.funding.policies import SchemeParameters


@dataclass(frozen=True, slots=True)
class Period:
    """A year, or a month of it; `on` is its last day, whose scheme and list are followed."""

    year: int
    month: int | None = None

    @property
    def on(self) -> date:
        """Its last day."""
        month = self.month or 12
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def begins(self) -> date:
        """Its first day."""
        return date(self.year, self.month or 1, 1)

    @property
    def name(self) -> str:
        """As grants name it."""
        return str(self.year) if self.month is None else f"{self.year}-{self.month:02d}"


def reference_day(period: Period, parameters: SchemeParameters) -> date:
    """The day whose members count, and on which a recipient was there: of a month its last day."""
    if parameters.frequency == "monthly" or parameters.reference == "year_end":
        return period.on
    return date(period.year - 1, 12, 31)


def concerns(party: PartyOrganization, period: Period, parameters: SchemeParameters) -> bool:
    """Whether a run may give something to a Party organization: by its trigger, before any figure is read."""
    if parameters.trigger == "establishment":
        founded = party.established_on
        return founded is not None and founded.year == period.year and not party.taken_over
    return existed_on(party, reference_day(period, parameters))


def case_of_run(
    party: PartyOrganization,
    period: Period,
    parameters: SchemeParameters,
    now: datetime,
    *,
    entry: Entry | None = None,
    organizations: Mapping[UUID, Organization] | None = None,
) -> Case:
    """A recipient as a case of a run.

    A grant of a run stands for whom its recipient covered on the day that its amount is computed of. An amount that the
    list states is computed of none: it counts with the annual grants of its purpose.
    """
    day = reference_day(period, parameters)
    counted = parameters.trigger == "run" and parameters.amount.rule != "listed"
    covered = whom_it_covered(party, day) if counted else []
    return Case(
        trigger=parameters.trigger,
        recipient_id=party.id,
        recipient_name=party.name or str(party.id),
        division=party.division,
        year=period.year,
        period=_period_of(period, parameters, entry),
        on=period.on,
        as_of=now,
        kind=party.kind,
        form=party.form,
        established_on=party.established_on,
        kept_out=None if entry is None else _kept_out(party, period, entry, parameters),
        organization_ids=covered,
        covered_on=day if covered else None,
        members=_members(party, day, organizations),
        entry=None if entry is None else entered(entry),
    )


def _kept_out(
    party: PartyOrganization, period: Period, entry: Entry, parameters: SchemeParameters
) -> tuple[str, date] | None:
    """Whoever stands in a list is given nothing of a period in which it was not there. A project is given what was
    accepted on its day: not before the founding, and after a dissolution people decide.
    """
    if parameters.frequency == "each":
        return kept_out(party, None, entry.effective_from)
    return kept_out(party, period.begins, period.on)


def _period_of(period: Period, parameters: SchemeParameters, entry: Entry | None) -> str:
    if parameters.frequency == "once":
        return ONCE
    if parameters.frequency == "each" and entry is not None:
        return str(entry.id)
    return period.name


def _members(party: PartyOrganization, day: date, organizations: Mapping[UUID, Organization] | None) -> Members | None:
    """None where they are not asked for, or nothing is known of any organization that it covered."""
    if organizations is None:
        return None
    covered = whom_it_covered(party, day)
    total = add_up(covered, organizations, day)
    if len(total.unknown) == len(covered):
        return None
    return Members(day, total.full, total.probationary, total.unknown)


def needs_members(parameters: SchemeParameters) -> bool:
    """Whether the scheme counts members."""
    return parameters.amount.rule == "per_member" or parameters.basis.only_larger
