"""Whether a Party organization that exists already is taken over as stated, or contradicts what is stored. Pure."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.registry.bodies.body import Bodies
from services.registry.organizations.organization import Organization
from services.registry.party_organizations.rules import FOLLOWING
from services.registry.take_overs.elections import election_errors, order_errors
from services.registry.take_overs.take_over import TakeOver
from shared.contracts.base import Form, FoundingForm, PartyOrganizationKind, PartyState
from shared.field import divisions
from shared.problems.foundings import BEFORE_REGISTRATION
from shared.problems.language import Text
from shared.problems.problems import FieldError

Standing = Literal["new", "same", "led"]
"""Nothing is stored of it; all of it is; all but its last election."""

_ONE = Text(
    zh="该形式只覆盖一家社会组织，所列 {count} 家。",
    en="This form covers exactly one; {count} are listed.",
)
_NOBODY = Text(zh="须列出所覆盖社会组织的统一社会信用代码。", en="List the codes of the organizations that it covers.")
_FUTURE = Text(zh="不能晚于今天。", en="This cannot be a day to come.")
_DIVISION = Text(zh="行政区划 {division} 当日不存在。", en="There is no division {division} today.")
_NEEDS_BODY = Text(zh="须同时填写隶属机构。", en="Give the body that it belongs to as well.")
_UNKNOWN = Text(
    zh="代码 {codes} 未登记，或不在您的管辖范围内。", en="{codes}: not registered, or not within your divisions."
)
_ENDED = Text(zh="代码 {codes} 的社会组织已注销。", en="{codes}: deregistered.")
_COVERED = Text(
    zh="代码 {codes} 已由另一党组织“{other}”覆盖；一个社会组织只计一次（S13）。",
    en="{codes}: covered by another Party organization, '{other}'; an organization counts once (S13).",
)
_ELSEWHERE = Text(
    zh="其社会组织登记在 {division}；单独组建的党组织随其社会组织。",
    en="Its organization is registered in {division}: a standalone Party organization is where its organization is.",
)
_BODY = Text(
    zh="没有代码为“{body}”的机构，或其今天不存在，或不在党组织所在地及其上级范围内。",
    en="There is no body '{body}' today in the divisions around the Party organization.",
)
_DIFFERS = Text(
    zh="与已登记的不符：该党组织已登记为“{stored}”。", en="This contradicts what is stored of it: '{stored}'."
)
_ALSO = Text(
    zh="已登记的党组织未覆盖过 {codes}；新增覆盖由组建事项办理。",
    en="{codes}: the stored Party organization has never covered it; further coverage is decided by formation cases.",
)
_FOUNDING = Text(
    zh="该党组织正在组建，其首届班子须上报并由他人批复。",
    en="It is being founded: its first leadership is reported, and approved by somebody else.",
)
_NEXT = Text(
    zh="该党组织已有经批复的班子，其后的换届须有批复：请填写批复日期，或先上报、由他人批复。",
    en="A leadership of it was approved before: the next one has an approval too. Give its day, or report it for one.",
)
_DISSOLVED = Text(zh="同名党组织已于 {on} 撤销。", en="This Party organization was dissolved on {on}.")


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of a Party organization of the same name and division: ever, not only now."""

    id: UUID
    kind: PartyOrganizationKind
    form: Form
    established_on: date
    dissolved_on: date | None
    founding_number: str | None
    founding_form: FoundingForm | None
    state: PartyState
    covers: AbstractSet[UUID]
    bodies: AbstractSet[str]
    approved: Mapping[date, date]
    """The days of elections that were approved, by the day on which the term began."""


@dataclass(slots=True)
class Known:
    """What decisions read; `covered` (by organization: the name of what covers it) grows as rows are taken."""

    organizations: Mapping[str, Organization]
    covered: dict[UUID, tuple[UUID | None, str]]
    stored: dict[tuple[str, str], Stored]
    bodies: Bodies
    today: date


def find_errors(row: TakeOver, today: date) -> list[FieldError]:
    """What is wrong with a row by itself."""
    found = [
        FieldError(f"/{name}", _FUTURE)
        for name in ("established_on", "elected_on", "approved_on")
        if (day := getattr(row, name)) is not None and day > today
    ]
    if divisions.get_on(row.division, today) is None:
        found.append(FieldError("/division", _DIVISION, (("division", row.division),)))
    if not row.covers:
        found.append(FieldError("/covers", _NOBODY))
    elif row.form in FOLLOWING and len(row.covers) > 1:
        found.append(FieldError("/covers", _ONE, (("count", len(row.covers)),)))
    if row.affiliation_kind is not None and row.body is None:
        found.append(FieldError("/body", _NEEDS_BODY))
    return found + election_errors(row, today)


def decide(row: TakeOver, known: Known) -> tuple[Standing, list[FieldError]]:
    """What is to be written of a row, and what bars it; a row that was taken stands in `known` for those after it."""
    stored = known.stored.get(row.key)
    if stored is not None and stored.dissolved_on is not None and row.established_on >= stored.dissolved_on:
        stored = None
    errors = _cover_errors(row, known, stored)
    if stored is None:
        errors += _body_errors(row, known)
        return "new", errors
    errors += _contradictions(row, stored)
    led = row.elected_on is None or row.elected_on in stored.approved.values()
    if not led and stored.state == "founding":
        errors.append(FieldError("/elected_on", _FOUNDING))
    elif not led and row.approved_on is None and stored.approved:
        errors.append(FieldError("/approved_on", _NEXT))
    elif not led:
        errors += order_errors(row, stored.approved)
    return "same" if led else "led", errors


def _cover_errors(row: TakeOver, known: Known, stored: Stored | None) -> list[FieldError]:
    found: list[FieldError] = []
    missing = [code for code in row.covers if code not in known.organizations]
    if missing:
        found.append(FieldError("/covers", _UNKNOWN, (("codes", missing),)))
    organizations = [known.organizations[code] for code in row.covers if code in known.organizations]
    if stored is not None:
        further = [one.uscc for one in organizations if one.id not in stored.covers]
        return [*found, *([FieldError("/covers", _ALSO, (("codes", further),))] if further else [])]
    ended = [one.uscc for one in organizations if one.content.status == "deregistered"]
    if ended:
        found.append(FieldError("/covers", _ENDED, (("codes", ended),)))
    by_other: dict[str, list[str]] = {}
    for one in organizations:
        if one.id in known.covered:
            by_other.setdefault(known.covered[one.id][1], []).append(one.uscc)
    found += [FieldError("/covers", _COVERED, (("codes", some), ("other", other))) for other, some in by_other.items()]
    if row.form in FOLLOWING and organizations and organizations[0].content.division != row.division:
        found.append(FieldError("/division", _ELSEWHERE, (("division", organizations[0].content.division),)))
    if row.form == "standalone" and organizations:
        registered_on = organizations[0].content.registered_on
        if row.established_on < registered_on:
            found.append(FieldError("/established_on", BEFORE_REGISTRATION, (("registered_on", registered_on),)))
    return found


def _body_errors(row: TakeOver, known: Known) -> list[FieldError]:
    """A body of the Party organization's division, or of one above it."""
    if row.body is None:
        return []
    body = known.bodies.get(row.body)
    if body is not None and body.in_force(known.today) and divisions.within(row.division, body.division):
        return []
    return [FieldError("/body", _BODY, (("body", row.body),))]


def _contradictions(row: TakeOver, stored: Stored) -> list[FieldError]:
    if stored.dissolved_on is not None:
        return [FieldError("/name", _DISSOLVED, (("on", stored.dissolved_on),))]
    found = [
        FieldError(f"/{name}", _DIFFERS, (("stored", getattr(stored, name)),))
        for name in ("kind", "form", "established_on", "founding_number", "founding_form")
        if getattr(row, name) is not None
        and getattr(row, name) != getattr(stored, name)
        and (name not in ("founding_number", "founding_form") or getattr(stored, name) is not None)
    ]
    if row.body is not None and stored.bodies and row.body not in stored.bodies:
        found.append(FieldError("/body", _DIFFERS, (("stored", sorted(stored.bodies)),)))
    began = row.led_on
    if began is not None and began in stored.approved and stored.approved[began] != row.elected_on:
        found.append(FieldError("/elected_on", _DIFFERS, (("stored", stored.approved[began]),)))
    begun = [day for day, held_on in stored.approved.items() if held_on == row.elected_on]
    if row.approved_on is not None and begun and row.approved_on not in begun:
        found.append(FieldError("/approved_on", _DIFFERS, (("stored", begun[0]),)))
    return found


def taken(row: TakeOver, party: UUID, known: Known) -> None:
    """Note that a row was taken: nobody else takes over what it covers."""
    organizations: Sequence[UUID] = [known.organizations[code].id for code in row.covers]
    for organization in organizations:
        known.covered[organization] = party, row.name
    known.stored[row.key] = Stored(
        party,
        row.kind,
        row.form,
        row.established_on,
        None,
        row.founding_number,
        row.founding_form,
        "active",
        frozenset(organizations),
        frozenset() if row.body is None else frozenset({row.body}),
        {} if row.elected_on is None or row.led_on is None else {row.led_on: row.elected_on},
    )
