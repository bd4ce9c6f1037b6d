"""Requests proposals of areas, and draws what is adopted of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.incubation.area_proposals import queries
from services.incubation.area_proposals.errors import AlreadyAdopted, ProposalNotReady
from services.incubation.area_proposals.schemas import AdoptedArea, Adoption
from services.incubation.areas.records import Sketch, draw_areas
from services.incubation.areas.rules import check_county, policy_on
from services.incubation.policies import FormationPolicies
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.versions import Preconditions, check_version

_NO_NUMBER = Text(zh="该建议中没有第 {number} 号片区。", en="The proposal has no area {number}.")
_TWICE = Text(zh="“{value}”出现了不止一次。", en="'{value}' stands there more than once.")
_ELSEWHERE = Text(
    zh="代码“{code}”应以行政区划“{division}”开头。", en="The code '{code}' must begin with the division {division}."
)


async def request_proposal(tx: Transaction, division: str, policies: FormationPolicies, now: datetime) -> Record:
    """Have areas proposed for a division's bodies that are in none. Raises OutsideScope, InvalidInput, NoPolicy."""
    check_reach(tx.access, division)
    today = china_day(now)
    check_county(division, today, "/division")
    policy = policies.areas.get(division, today)
    proposal_id = new_id()
    row = {"id": proposal_id, "division": division, "policy": policy.id, "version": 1, "created_at": now}
    await queries.JOBS.insert(tx, row)
    return await get_proposal(tx, proposal_id)


async def get_proposal(tx: Transaction, proposal_id: UUID) -> Record:
    """One proposal. Raises NotFound."""
    found = await queries.get(tx, proposal_id)
    if found is None:
        raise NotFound(what="area proposal")
    return found


async def adopt(
    tx: Transaction,
    proposal_id: UUID,
    body: Adoption,
    policies: FormationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """Draw areas of a proposal, all or none.

    Raises NotFound, PreconditionFailed, ProposalNotReady, AlreadyAdopted, InvalidInput, AreasOverlap.
    """
    proposal = await queries.get(tx, proposal_id, lock=True)
    if proposal is None:
        raise NotFound(what="area proposal")
    check_reach(tx.access, proposal["division"])
    check_version(if_match, proposal["version"])
    if proposal["state"] != "ready":
        raise ProposalNotReady(state=proposal["state"])
    areas = {one["number"]: one for one in proposal["areas"]}
    _check(body.areas, areas, proposal["division"])
    since = body.from_ or china_day(now)
    least = policy_on(policies.areas, proposal["division"], since).parameters.min_workers
    sketches = [
        Sketch(
            one.code,
            one.name,
            [tuple(position) for position in areas[one.number]["ring"]],
            least if one.workers is None else one.workers,
            f"/areas/{place}",
        )
        for place, one in enumerate(body.areas)
    ]
    await draw_areas(tx, proposal["division"], sketches, since, policies, now)
    for one in body.areas:
        areas[one.number]["code"] = one.code
    adopted = {**proposal, "areas": list(areas.values()), "version": proposal["version"] + 1}
    await queries.note_adopted(tx, adopted)
    return adopted


def _check(wanted: Sequence[AdoptedArea], areas: dict[int, Record], division: str) -> None:
    errors, numbers, codes = [], set[int](), set[str]()
    for place, one in enumerate(wanted):
        pointer = f"/areas/{place}"
        if one.number not in areas:
            errors.append(FieldError(f"{pointer}/number", _NO_NUMBER, (("number", one.number),)))
        elif one.number in numbers:
            errors.append(FieldError(f"{pointer}/number", _TWICE, (("value", one.number),)))
        if one.code in codes:
            errors.append(FieldError(f"{pointer}/code", _TWICE, (("value", one.code),)))
        if not one.code.startswith(division):
            errors.append(FieldError(f"{pointer}/code", _ELSEWHERE, (("code", one.code), ("division", division))))
        numbers.add(one.number)
        codes.add(one.code)
    if errors:
        raise InvalidInput(errors)
    for one in wanted:
        if (code := areas[one.number].get("code")) is not None:
            raise AlreadyAdopted(number=one.number, code=code)
