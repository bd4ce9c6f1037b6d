"""Who had to be inspected for a year, and what a record of it must have (S6, domain 4.4). Pure: no I/O."""

from collections.abc import Mapping
from datetime import date, datetime

from services.registry.civil_years.month_days import day_in
from services.registry.civil_years.policies import InspectionPolicy, InspectionTerms, Outcome
from services.registry.inspections.errors import NotInspected
from services.registry.inspections.inspection import Duty, Found, is_late
from services.registry.inspections.schemas import InspectionBody
from services.registry.organizations.organization import Content
from shared.contracts.base import Reason
from shared.field.calendar import china_day
from shared.field.policies import Policy
from shared.problems.language import Text
from shared.problems.problems import FieldError

OUTCOMES: Mapping[str, frozenset[Outcome]] = {
    "inspection": frozenset({"qualified", "basically_qualified", "unqualified", "not_filed"}),
    "report": frozenset({"report_filed", "not_filed"}),
}
_YEAR = Text(
    zh="年检年度须在 {first} 年至 {last} 年之间，且该年度已结束。",
    en="The inspected year lies between {first} and {last}, and has ended.",
)
_OUTCOME = Text(
    zh="按“{measures}”，结论只能是：{outcomes}。", en="By the measures ({measures}) the outcome is one of: {outcomes}."
)
_SECTION = Text(zh="须填写党建工作情况（S6）。", en="The section on Party building is required (S6).")
_NO_SECTION = Text(
    zh="未参检的，没有党建工作情况可填。", en="Nothing was filed, so there is no section on Party building."
)
_WHY = Text(zh="未建立党组织的，须说明未建原因。", en="Without a Party organization, the reason is required.")
_NO_WHY = Text(zh="已建立党组织的，没有未建原因。", en="There is a Party organization, so there is no such reason.")
_BEFORE = Text(zh="不能早于 {earliest}。", en="It cannot lie before {earliest}.")
_AFTER = Text(zh="不能晚于 {latest}。", en="It cannot lie after {latest}.")
_NOT_REPORTED = Text(zh="未参检的，没有报送日期。", en="Nothing was filed, so there is no day of it.")


def find_year_errors(year: int, first: int, today: date, pointer: str = "/year") -> list[FieldError]:
    """Whether a year can have been inspected: there were measures, and it has ended."""
    if first <= year < today.year:
        return []
    return [FieldError(pointer, _YEAR, (("first", first), ("last", today.year - 1)))]


def duty_of(
    content: Content,
    year: int,
    policy: Policy[InspectionPolicy] | None,
    now: datetime,
    *,
    charity: bool = False,
    ended_by: date | None = None,
) -> Duty | None:
    """What an organization owed for a year; None where no measures inspect its kind, or its source is another.

    `ended_by` is the day by which it had been deregistered: who had before the reports were due owes none.
    """
    terms = _terms_of(content, policy, charity=charity)
    if policy is None or terms is None:
        return None
    set_up_by = day_in(year, terms.set_up_by)
    due_on = day_in(year + 1, terms.authority_due)
    owed = content.registered_on <= set_up_by and (ended_by is None or ended_by > due_on)
    facts: dict[str, object] = {
        "year": year,
        "registered_on": content.registered_on,
        "set_up_by": set_up_by,
        "measures": terms.measures,
        "policy": policy.id,
    }
    if ended_by is not None:
        facts["deregistered_by"] = ended_by
    return Duty(
        year,
        owed,
        terms,
        policy.id,
        set_up_by,
        day_in(year + 1, terms.competent_unit_due),
        due_on,
        Reason(rule="R-inspection-owed", outcome="owed" if owed else "not_owed", facts=facts, as_of=now),
    )


def _terms_of(content: Content, policy: Policy[InspectionPolicy] | None, *, charity: bool) -> InspectionTerms | None:
    if policy is None or content.source not in policy.parameters.sources:
        return None
    kinds = policy.parameters.kinds
    return policy.parameters.charities if charity and content.kind in kinds else kinds.get(content.kind)


def find_errors(body: InspectionBody, duty: Duty, today: date) -> list[FieldError]:
    """What is wrong with a record: its outcome by the measures, its section, its days."""
    errors = []
    outcomes = OUTCOMES[duty.terms.form]
    if body.outcome not in outcomes:
        facts = (("measures", duty.terms.measures), ("outcomes", ", ".join(sorted(outcomes))))
        errors.append(FieldError("/outcome", _OUTCOME, facts))
    section = body.party_building
    if body.outcome == "not_filed":
        errors += [FieldError("/party_building", _NO_SECTION)] if section is not None else []
        errors += [FieldError("/reported_on", _NOT_REPORTED)] if body.reported_on is not None else []
    elif section is None:
        errors += [FieldError("/party_building", _SECTION)] if duty.terms.party_building == "required" else []
    elif section.established and section.reason_not_established is not None:
        errors.append(FieldError("/party_building/reason_not_established", _NO_WHY))
    elif not section.established and section.reason_not_established is None:
        errors.append(FieldError("/party_building/reason_not_established", _WHY))
    earliest = date(duty.year + 1, 1, 1)
    for name in ("reported_on", "concluded_on"):
        day: date | None = getattr(body, name)
        if day is not None and day < earliest:
            errors.append(FieldError(f"/{name}", _BEFORE, (("earliest", earliest),)))
        elif day is not None and day > today:
            errors.append(FieldError(f"/{name}", _AFTER, (("latest", today),)))
    if body.reported_on and body.concluded_on and body.concluded_on < body.reported_on and not errors:
        errors.append(FieldError("/concluded_on", _BEFORE, (("earliest", body.reported_on),)))
    return errors


def check_owed(
    body: InspectionBody, duty: Duty | None, content: Content, year: int, ended_by: date | None = None
) -> Duty:
    """The duty, where there is one to record. Raises NotInspected.

    Who was set up in that year too late to have to file, or had ended before the reports were due, may have done so;
    that he did not is no result. Who had ended before the year began was not inspected for it.
    """
    outside = content.registered_on.year > year or (ended_by is not None and ended_by.year < year)
    if duty is None or outside or (body.outcome == "not_filed" and not duty.owed):
        raise NotInspected(year=year, kind=content.kind, registered_on=content.registered_on)
    return duty


def found_of(body: InspectionBody, duty: Duty, now: datetime) -> tuple[Found, list[Reason]]:
    """What is stored of a record that was checked, with its reasons."""
    section = body.party_building
    facts: dict[str, object] = {
        "outcome": body.outcome,
        "reported_on": body.reported_on,
        "due_on": duty.authority_due,
        "late": is_late(body.reported_on, duty.authority_due),
    }
    if section is not None:
        facts["party_organization_established"] = section.established
    reason = Reason(rule="S6", outcome=body.outcome, facts=facts, as_of=now)
    found = Found(
        outcome=body.outcome,
        form=duty.terms.form,
        charity=body.charity,
        owed=duty.owed,
        due_on=duty.authority_due,
        party_building=None if section is None else section.model_dump(mode="json"),
        reported_on=body.reported_on,
        concluded_on=body.concluded_on or china_day(now),
        note=body.note,
        measures=duty.terms.measures,
        policy=duty.policy,
    )
    return found, [duty.reason, reason]
