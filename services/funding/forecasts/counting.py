"""Counts as funding knows them on a day: of Party organizations, whom they cover, and the lists of schemes. Pure."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import get_args
from uuid import UUID

from services.funding.amount_rules import Listed as ListedRule
from services.funding.amount_rules import Monthly, Trigger
from services.funding.coverage.rules import RATED_FORMS, PartyOrganization, existed_on, whom_it_covered
from services.funding.entries.rules import Entry
from services.funding.forecasts.inputs import ForeseenCount, ForeseenEntry
from services.funding.members.rules import Organization, Total, add_up
from services.funding.policies import Scheme, Schemes, in_force, lists_instead_of
from shared.contracts.base import PartyOrganizationKind
from shared.field.divisions import scope_prefix


@dataclass(frozen=True, slots=True)
class Known:
    """What is loaded: Party organizations, members of whom they cover, latest stars, lists, what was paid once."""

    parties: Sequence[PartyOrganization]
    organizations: Mapping[UUID, Organization]
    stars: Mapping[UUID, int]
    entries: Sequence[Entry]
    paid_once: frozenset[tuple[UUID, str]]


@dataclass(slots=True)
class _Cell:
    party_organizations: int = 0
    organizations: int = 0
    full: int = 0
    probationary: int = 0
    founded: int = 0
    open_to: Counter[str] = field(default_factory=Counter)
    asked: set[str] = field(default_factory=set)
    """Schemes that are not for everybody."""


Key = tuple[str, PartyOrganizationKind, int | None]


def count(known: Known, schemes: Schemes, year: int, day: date) -> tuple[list[ForeseenCount], int]:
    """Counts by division, kind and star, and how many Party organizations are left out: their kind was never stated."""
    cells: dict[Key, _Cell] = {}
    listed = _listed(known.entries, date(year, 12, 31))
    by_place: dict[str, list[tuple[Scheme, Mapping[str, str]]]] = {}
    left_out = 0
    for party in known.parties:
        if not existed_on(party, day):
            continue
        if party.kind is None:
            left_out += 1
            continue
        place = place_of(party.division)
        if place not in by_place:
            by_place[place] = _schemes(schemes, place, date(year, 12, 31))
        cell = cells.setdefault((place, party.kind, known.stars.get(party.id)), _Cell())
        covered = whom_it_covered(party, day)
        total = add_up(covered, known.organizations, day)
        cell.party_organizations += 1
        cell.organizations += len(covered)
        cell.full += total.full
        cell.probationary += total.probationary
        cell.founded += _founded(party, day)
        for scheme, instead in by_place[place]:
            code = scheme.parameters.scheme
            cell.open_to[code] += _is_for(party, scheme, instead, listed.get(party.id, ()), total, known)
            if scheme.parameters.basis.only_larger:
                cell.asked.add(code)
    return [_count(key, cells[key]) for key in sorted(cells, key=lambda key: (key[0], key[1], key[2] or 0))], left_out


def place_of(division: str) -> str:
    """The district that a division lies in, as its digits."""
    return scope_prefix(division[:6])


def _schemes(schemes: Schemes, place: str, on: date) -> list[tuple[Scheme, Mapping[str, str]]]:
    """Schemes that are for a number of Party organizations, each with those whose list excludes from it."""
    return [
        (one, lists_instead_of(schemes, one.parameters.scheme, place, on))
        for trigger in get_args(Trigger)
        if trigger != "establishment"
        for one in in_force(schemes, place, on, trigger)
        if one.parameters.amount.rule in ("by_kind", "by_star", "one_off")
    ]


def _listed(entries: Iterable[Entry], on: date) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    for one in entries:
        if one.contains(on):
            found.setdefault(one.recipient_id, set()).add(one.scheme)
    return found


def _is_for(
    party: PartyOrganization,
    scheme: Scheme,
    instead: Mapping[str, str],
    listed: Iterable[str],
    members: Total,
    known: Known,
) -> bool:
    """Whether a scheme is for a Party organization, by the same conditions as a decision on its grant."""
    parameters = scheme.parameters
    if parameters.trigger == "evaluation" and party.form is not None and party.form not in RATED_FORMS:
        return False
    if any(one in instead for one in listed) or (
        any(one.party_organization_id == party.id for one in parameters.key_industry_committees)
    ):
        return False
    if parameters.frequency == "once" and (party.id, parameters.scheme) in known.paid_once:
        return False
    least = parameters.basis.larger_from_members if parameters.basis.only_larger else None
    return least is None or members.full + members.probationary >= least


def _founded(party: PartyOrganization, day: date) -> bool:
    """Whether it was founded in the twelve months up to a day: as many are expected in the year."""
    since = party.established_on
    begins = date(day.year - 1, day.month, min(day.day, monthrange(day.year - 1, day.month)[1]))
    return since is not None and begins < since <= day and not party.taken_over


def _count(key: Key, cell: _Cell) -> ForeseenCount:
    division, kind, star = key
    return ForeseenCount(
        division=division,
        kind=kind,
        star=star,
        party_organizations=cell.party_organizations,
        organizations=cell.organizations,
        full_members=cell.full,
        probationary_members=cell.probationary,
        founded=cell.founded,
        open_to={
            code: number
            for code, number in sorted(cell.open_to.items())
            if number != cell.party_organizations or code in cell.asked
        },
    )


def lists(known: Known, schemes: Schemes, year: int) -> list[ForeseenEntry]:
    """Entries that runs of the year will find, those alike together: of a list by its months, or on the year's last
    day; of projects those that are accepted in the year."""
    kinds = {one.id: one.kind for one in known.parties}
    rules = {one.parameters.scheme: one.parameters.amount for one in schemes.policies}
    found: Counter[tuple[str, str, PartyOrganizationKind | None, int | None, str | None, int]] = Counter()
    for one in known.entries:
        match rules.get(one.scheme):
            case Monthly():
                months = sum(one.contains(date(year, month, monthrange(year, month)[1])) for month in range(1, 13))
            case ListedRule():
                months = 12 if one.contains(date(year, 12, 31)) else 0
            case _:
                months = 12 if one.effective_from.year == year else 0
        if months:
            key = (one.scheme, place_of(one.division), kinds.get(one.recipient_id))
            found[*key, one.amount_fen, one.category, months] += 1
    return [
        ForeseenEntry(
            scheme=scheme, division=place, kind=kind, count=number, amount_fen=fen, category=category, months=months
        )
        for (scheme, place, kind, fen, category, months), number in sorted(found.items(), key=str)
    ]
