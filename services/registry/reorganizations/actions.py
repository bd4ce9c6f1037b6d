"""Dissolves, merges and moves Party organizations, and changes their kind, by the superior's approval."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.registry.leaderships.approving import since_of
from services.registry.organizations import queries as organization_queries
from services.registry.party_organizations import covering, reorganizing
from services.registry.party_organizations import queries as party_queries
from services.registry.party_organizations.announcing import Change, Ending, announce
from services.registry.party_organizations.rules import ELECTING
from services.registry.policies import RegistrationPolicies
from services.registry.reorganizations.errors import KindFixed, NotMovedByDecision
from services.registry.reorganizations.holding import MOST, Held, Pair, done, hand_over, hold, record
from services.registry.reorganizations.rules import (
    Named,
    Placed,
    Successors,
    check_day,
    check_merger,
    form_after_merger,
    place,
)
from services.registry.reorganizations.schemas import DissolutionBody, KindBody, MergerBody, MoveBody
from shared.db.session import Transaction
from shared.field import divisions
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.versions import Preconditions

_THERE = Text(zh="该党组织已在此处（{division}{street}）。", en="It is there already ({division} {street}).")
_DIVISION = Text(zh="行政区划 {division} 当日不存在。", en="There is no division {division} on that day.")


async def dissolve(
    tx: Transaction,
    party_id: UUID,
    body: DissolutionBody,
    policies: RegistrationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Pair:
    """Dissolve a Party organization; each covered organization goes where the decision says.

    Raises NotFound, OutsideScope, PreconditionFailed, PartyOrganizationEnded, InvalidInput.
    """
    named = [Named(one.organization, one.to, one.party_organization_id, one.why) for one in body.successors]
    others = (
        None if body.others is None else Named("", body.others.to, body.others.party_organization_id, body.others.why)
    )
    said = named if others is None else [*named, others]
    wanted = [one.party for one in said if one.party is not None]
    await _find(tx, party_id)
    async with tx.system_scope():
        held = await hold(tx, party_id, wanted, policies, if_match, now, areas=any(one.to == "area" for one in said))
        reached = {one: row["form"] for one, row in held.others.items() if tx.access.reaches(row["division"])}
        areas = {
            (row["division"], row["street"] or ""): one for one, row in held.others.items() if row["form"] == "area"
        }
        placed, errors = place(named, held.covered, Successors(reached, areas), others)
        following = [held.others[one] for one in placed.values() if one is not None and one in held.others]
        since = max(since_of(one) for one in (held.party, *following))
        errors += check_day(body.on, since, held.covered, held.today)
        if errors:
            raise InvalidInput(errors)
        details = _told(held, placed, named, others)
        await record(tx, held, "dissolution", body, details, now)
        await hand_over(tx, held, placed, body.on, Ending(body.on, "dissolution"), now)
        return await done(tx, party_id)


async def merge(
    tx: Transaction,
    party_id: UUID,
    body: MergerBody,
    policies: RegistrationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Pair:
    """Merge a Party organization into another one, which covers all that it covered. Raises as `dissolve` does."""
    await _find(tx, party_id)
    async with tx.system_scope():
        held = await hold(tx, party_id, [body.into], policies, if_match, now, alone=[body.into])
        into = held.others.get(body.into)
        if into is not None and not tx.access.reaches(into["division"]):
            into = None
        errors = check_merger(party_id, body.into, None if into is None else into["form"])
        since = max(since_of(one) for one in (held.party, *([] if into is None else [into])))
        errors += check_day(body.on, since, held.covered, held.today)
        if errors or into is None:
            raise InvalidInput(errors)
        details = {"into": str(body.into), "covers": [one.uscc for one in held.covered]}
        await record(tx, held, "merger", body, details, now)
        form = form_after_merger(into["form"])
        await reorganizing.reshape(tx, body.into, body.name or into["name"], form)
        if form != into["form"]:
            own = (await covering.current_coverages(tx, [body.into], limit=MOST))[body.into]
            await organization_queries.set_coverage(tx, {one["organization_id"]: "joint" for one in own})
        held.others[body.into] = {**into, "form": form}
        placed = {one.id: body.into for one in held.covered}
        await hand_over(tx, held, placed, body.on, Ending(body.on, "merger", body.into), now)
        return await done(tx, party_id)


async def move(
    tx: Transaction,
    party_id: UUID,
    body: MoveBody,
    policies: RegistrationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Pair:
    """Move a joint Party organization. Raises NotMovedByDecision, and as `dissolve` does."""
    await _find(tx, party_id)
    async with tx.system_scope():
        held = await hold(tx, party_id, [], policies, if_match, now, places=[body.division])
        party = held.party
        if party["form"] != "joint":
            raise NotMovedByDecision
        check_reach(tx.access, body.division)
        errors = check_day(body.on, since_of(party), [], held.today)
        if divisions.get_on(body.division, held.today) is None:
            errors.append(FieldError("/division", _DIVISION, (("division", body.division),)))
        if (party["division"], party["street"]) == (body.division, body.street):
            facts = (("division", body.division), ("street", body.street or ""))
            errors.append(FieldError("/division", _THERE, facts))
        if errors:
            raise InvalidInput(errors)
        details = {"from": [party["division"], party["street"]], "to": [body.division, body.street]}
        await record(tx, held, "move", body, details, now)
        place_now = {"division": body.division, "street": body.street}
        await party_queries.revise(tx, [{"id": party_id, "name": party["name"], "kind": party["kind"], **place_now}])
        await announce(tx, {party_id: Change(left={party["division"]}, since=body.on)}, set(), {}, held.superiors, now)
        return await done(tx, party_id)


async def change_kind(
    tx: Transaction,
    party_id: UUID,
    body: KindBody,
    policies: RegistrationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Pair:
    """Give a Party organization another kind and name. Raises KindFixed, and as `dissolve` does."""
    await _find(tx, party_id)
    async with tx.system_scope():
        held = await hold(tx, party_id, [], policies, if_match, now)
        party = held.party
        if party["form"] not in ELECTING or party["kind"] == body.kind:
            raise KindFixed
        errors = check_day(body.on, since_of(party), [], held.today)
        if errors:
            raise InvalidInput(errors)
        details = {"from": [party["kind"], party["name"]], "to": [body.kind, body.name]}
        await record(tx, held, "kind", body, details, now)
        place_now = {"division": party["division"], "street": party["street"]}
        await party_queries.revise(tx, [{"id": party_id, "name": body.name, "kind": body.kind, **place_now}])
        await announce(tx, {party_id: Change()}, set(), {}, held.superiors, now)
        return await done(tx, party_id)


async def _find(tx: Transaction, party_id: UUID) -> None:
    if await party_queries.get(tx, party_id) is None:
        raise NotFound(what="Party organization")


def _told(held: Held, placed: Placed, named: Sequence[Named], others: Named | None) -> dict[str, Any]:
    """What became of whom: of each that was named, and the codes of the others."""
    by_name = {one.organization.strip().lower(): one for one in named}
    successors, codes = [], []
    for organization, party in placed.items():
        code = held.organizations[organization].uscc
        one = by_name.get(str(organization)) or by_name.get(code.lower())
        if one is None:
            codes.append(code)
        else:
            about = {"party_organization_id": None if party is None else str(party), "why": one.why}
            successors.append({"uscc": code, "to": one.to, **about})
    if others is None:
        return {"successors": successors}
    about = {"party_organization_id": None if others.party is None else str(others.party), "why": others.why}
    return {"successors": successors, "others": {"to": others.to, **about, "uscc": codes}}
