"""What bars a dissolution, a merger, a move or another kind of a Party organization. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.registry.party_organizations.rules import FOLLOWING
from shared.contracts.base import Form
from shared.problems.language import Text
from shared.problems.problems import FieldError

Kind = Literal["dissolution", "merger", "move", "kind"]
Towards = Literal["party_organization", "area", "none"]
WhyNone = Literal["due_not_built", "fewer_than_three", "no_members", "instructor_sent", "other"]
"""Why no Party organization covers an organization, by the forms' code (D8)."""

_BEFORE = Text(zh="不能早于 {since}：其成立或覆盖自该日起。", en="This cannot be before {since}.")
_FUTURE = Text(zh="不能晚于今天。", en="This cannot be a day to come.")
MOST_NAMED = 20
"""How many codes a refusal names."""
_SILENT = Text(
    zh="须说明所覆盖社会组织的去向（逐一列出，或以“others”统一说明），尚缺 {count} 家：{codes}。",
    en="What becomes of each covered organization is named, or said of all others; {count} are missing: {codes}.",
)
_NOT_COVERED = Text(zh="该党组织未覆盖此社会组织。", en="This Party organization does not cover it.")
_TWICE = Text(zh="同一社会组织重复列出。", en="This organization is named twice.")
_NEEDS_PARTY = Text(zh="须填写承接的党组织。", en="Give the Party organization that covers it from now on.")
_NEEDS_WHY = Text(zh="无党组织覆盖的，须填写原因。", en="Without a Party organization, say why.")
_NOT_HERE = Text(zh="只在相应去向时填写。", en="This is given with another successor only.")
_NO_SUCCESSOR = Text(
    zh="承接的党组织须存在、在您的管辖范围内，且为联合党组织或片区。",
    en="The successor exists within your divisions, and is a joint Party organization or an area.",
)
_NO_AREAS = Text(
    zh="{count} 家社会组织所在街道没有片区党组织：{codes}。请逐一说明其去向。",
    en="No area's Party organization covers the streets of {count} organizations: {codes}. Name them with what becomes "
    "of them.",
)
_NO_AREA = Text(
    zh="其所在街道没有片区党组织：请填“none”并说明原因，孵化服务将重新检查，由其所在片区覆盖。",
    en="No area's Party organization covers its street: answer none with the reason. Incubation checks it again, and "
    "has the area that it lies in cover it.",
)
_ITSELF = Text(zh="不能并入自身。", en="It cannot be merged into itself.")


@dataclass(frozen=True, slots=True)
class Covered:
    """An organization that is covered: since when, and where it is."""

    id: UUID
    uscc: str
    since: date
    division: str
    street: str


@dataclass(frozen=True, slots=True)
class Named:
    """What a decision says of one covered organization; of all others where `organization` is empty."""

    organization: str
    to: Towards
    party: UUID | None
    why: WhyNone | None


@dataclass(frozen=True, slots=True)
class Successors:
    """What may follow: Party organizations by id with their form, and the areas by division and street.

    A street is not an area (S15). In which drawn area an organization lies is incubation's to know: it has whom a
    street's area covers covered by that.
    """

    parties: Mapping[UUID, Form]
    areas: Mapping[tuple[str, str], UUID]


Placed = Mapping[UUID, UUID | None]
"""By organization: the Party organization that covers it from now on."""


def check_day(on: date, since: date, covered: Sequence[Covered], today: date) -> list[FieldError]:
    """A decision counts from a day on which the Party organization existed and covered what it covers, to today."""
    first = max([since, *(one.since for one in covered)])
    if on > today:
        return [FieldError("/on", _FUTURE)]
    return [FieldError("/on", _BEFORE, (("since", first),))] if on < first else []


def place(
    named: Sequence[Named], covered: Sequence[Covered], successors: Successors, others: Named | None = None
) -> tuple[Placed, list[FieldError]]:
    """Where each covered organization goes; whatever is not named goes where `others` says, or is an error."""
    by_name = {name: one for one in covered for name in (str(one.id), one.uscc)}
    placed: dict[UUID, UUID | None] = {}
    errors: list[FieldError] = []
    for number, one in enumerate(named):
        at = f"/successors/{number}"
        organization = by_name.get(one.organization.strip().upper()) or by_name.get(one.organization.strip().lower())
        if organization is None:
            errors.append(FieldError(f"{at}/organization", _NOT_COVERED))
            continue
        if organization.id in placed:
            errors.append(FieldError(f"{at}/organization", _TWICE))
            continue
        placed[organization.id], wrong = _successor(one, organization, successors)
        errors += [FieldError(at + fault.pointer, fault.detail, fault.facts) for fault in wrong]
    rest = [one for one in covered if one.id not in placed]
    if others is not None:
        errors += _place_rest(others, rest, successors, placed)
    elif rest:
        errors.append(FieldError("/successors", _SILENT, _codes(rest)))
    return placed, errors


def _place_rest(
    others: Named, rest: Sequence[Covered], successors: Successors, placed: dict[UUID, UUID | None]
) -> list[FieldError]:
    """Put the rest where it goes; each error once, whomever it concerns."""
    found: dict[str, FieldError] = {}
    without_area = []
    for one in rest:
        placed[one.id], wrong = _successor(others, one, successors)
        found |= {error.pointer: error for error in wrong}
        if others.to == "area" and placed[one.id] is None:
            without_area.append(one)
    if without_area:
        found["/to"] = FieldError("/to", _NO_AREAS, _codes(without_area))
    return [FieldError(f"/others{pointer}", one.detail, one.facts) for pointer, one in found.items()]


def _codes(organizations: Sequence[Covered]) -> tuple[tuple[str, object], ...]:
    return ("count", len(organizations)), ("codes", [one.uscc for one in organizations[:MOST_NAMED]])


def _successor(named: Named, organization: Covered, successors: Successors) -> tuple[UUID | None, list[FieldError]]:
    errors = []
    if named.why is not None and named.to != "none":
        errors.append(FieldError("/why", _NOT_HERE))
    if named.party is not None and named.to != "party_organization":
        errors.append(FieldError("/party_organization_id", _NOT_HERE))
    match named.to:
        case "none":
            return None, errors if named.why is not None else [*errors, FieldError("/why", _NEEDS_WHY)]
        case "area":
            area = successors.areas.get((organization.division, organization.street))
            return area, errors if area is not None else [*errors, FieldError("/to", _NO_AREA)]
        case "party_organization":
            if named.party is None:
                return None, [*errors, FieldError("/party_organization_id", _NEEDS_PARTY)]
            if successors.parties.get(named.party) not in ("joint", "area"):
                errors.append(FieldError("/party_organization_id", _NO_SUCCESSOR))
            return named.party, errors


def check_merger(party: UUID, into: UUID, form: Form | None) -> list[FieldError]:
    """Into another one that exists; one that covers a single organization becomes a joint one."""
    if party == into:
        return [FieldError("/into", _ITSELF)]
    return [] if form in ("joint", "area", *FOLLOWING) else [FieldError("/into", _NO_SUCCESSOR)]


def form_after_merger(form: Form) -> Form:
    """A standalone one that takes in others is a joint one."""
    return "joint" if form in FOLLOWING else form
