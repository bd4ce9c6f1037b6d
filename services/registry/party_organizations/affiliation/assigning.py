"""Changes to what Party organizations belong to: as a caller says (S8), and for those that belong to nobody."""

from datetime import date, datetime
from uuid import UUID

from services.registry.affiliations import queries
from services.registry.affiliations.schemas import AffiliationBody
from services.registry.affiliations.timelines import Affiliation, affiliation_on, amend, end_after
from services.registry.bodies import queries as body_queries
from services.registry.bodies.body import Body
from services.registry.party_organizations import covering
from services.registry.party_organizations import queries as party_queries
from services.registry.party_organizations.affiliation.errors import SuccessorNeeded
from services.registry.party_organizations.affiliation.giving import affiliate, hold_superiors
from services.registry.party_organizations.announcing import Change, announce
from shared.contracts.base import Reason
from shared.contracts.registry import MAX_STATED
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.divisions import scope_prefix
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.versions import Preconditions, check_version
from shared.superiors.policies import AffiliationPolicies

_UNKNOWN = Text(
    zh="没有代码为“{body}”的机构，或其不在您的管辖范围及其上级范围内。",
    en="There is no body '{body}' within your divisions or those above them.",
)
_BEFORE = Text(
    zh="隶属关系不能早于党组织成立之日 {earliest}。",
    en="An affiliation cannot begin before {earliest}, the day on which the Party organization was founded.",
)
_FUTURE = Text(zh="隶属关系不能自将来的日期起变更。", en="An affiliation cannot change from a day to come.")
_ENDED = Text(
    zh="党组织已于 {until} 撤销，此后没有隶属关系。",
    en="The Party organization was dissolved on {until}: it belongs to nobody after that.",
)
_NOT_YET = Text(
    zh="机构“{body}”自 {since} 起设立，{begin} 尚不存在。",
    en="The body '{body}' exists since {since}, and not yet on {begin}.",
)
_NO_MORE = Text(
    zh="机构“{body}”自 {until} 起不再存在，不涵盖其后的隶属时段。",
    en="The body '{body}' is no more from {until} on, and the affiliation would go on after that.",
)
_TERRITORY = Text(
    zh="党组织所在地不在机构“{body}”的管辖范围内，不能按属地隶属于它。",
    en="The Party organization is not in the territory of '{body}', and cannot belong to it by territory.",
)


async def assign(
    tx: Transaction,
    party_id: UUID,
    body: AffiliationBody,
    policies: AffiliationPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """Let a Party organization belong to a body from a day on, to the next change there is; emits that it changed.

    What held on that day ends on it, and what began on it is corrected: there is neither a gap nor an overlap (S8).
    The same again changes nothing. Returns the Party organization. Raises NotFound, OutsideScope, PreconditionFailed,
    SuccessorNeeded, InvalidInput.
    """
    if await party_queries.get(tx, party_id) is None:
        raise NotFound(what="Party organization")
    visible = None if body.body is None else await body_queries.get(tx, body.body)
    async with tx.system_scope():
        [party] = await party_queries.lock_many(tx, [party_id])
        check_reach(tx.access, party["division"])
        check_version(if_match, party["version"])
        if body.body is None:
            raise SuccessorNeeded(on=body.from_)
        places = {party["division"], *([] if visible is None else [visible.division])}
        superiors = await hold_superiors(tx, places, policies)
        stored = (await queries.timelines(tx, [party_id]))[party_id]
        superior = superiors.bodies.get(body.body) if visible is not None else None
        today = china_day(now)
        until = end_after(stored, body.from_, party["dissolved_on"])
        _check(party, body, superior, until, today)
        reason = Reason(
            rule="S8" if affiliation_on(stored, body.from_) is not None else "S21",
            outcome="corrected" if any(one.since >= body.from_ for one in stored) else "changed",
            facts={
                "from": body.from_.isoformat(),
                "body": body.body,
                "kind": body.kind,
                "before": [one.body for one in stored if one.holds(body.from_)],
                "by": tx.access.actor,
            },
            as_of=now,
        )
        new = Affiliation(
            body.body,
            body.kind,
            body.from_,
            until,
            note=body.note,
            set_by=tx.access.actor,
            reasons=(reason.model_dump(mode="json"),),
        )
        wanted = amend(stored, new)
        if wanted != stored:
            await queries.write(tx, {party_id: (party["division"], stored, wanted)}, now)
            if party["dissolved_on"] is None:
                await announce(tx, {party_id: Change()}, set(), {}, superiors, now)
            else:
                await party_queries.raise_versions(tx, {party_id: 1})
        [party] = await party_queries.lock_many(tx, [party_id])
    return party


def _check(party: Record, body: AffiliationBody, superior: Body | None, until: date | None, today: date) -> None:
    """Raises InvalidInput, NotFound."""
    begin, faults = body.from_, []
    if begin < party["established_on"]:
        faults.append(FieldError("/from", _BEFORE, (("earliest", party["established_on"]),)))
    elif begin > today:
        faults.append(FieldError("/from", _FUTURE))
    elif party["dissolved_on"] is not None and begin >= party["dissolved_on"]:
        faults.append(FieldError("/from", _ENDED, (("until", party["dissolved_on"]),)))
    if superior is None:
        faults.append(FieldError("/body", _UNKNOWN, (("body", body.body),)))
    elif not superior.spans(begin, until):
        facts = (("body", superior.code), ("since", superior.since), ("until", superior.until), ("begin", begin))
        faults.append(FieldError("/body", _NOT_YET if begin < superior.since else _NO_MORE, facts))
    elif body.kind == "territory" and not superior.covers(party["division"], party["street"]) and until is None:
        faults.append(FieldError("/body", _TERRITORY, (("body", superior.code),)))
    if faults:
        raise InvalidInput(faults)


async def affiliate_unaffiliated(
    tx: Transaction, prefix: str, policies: AffiliationPolicies, now: datetime, *, limit: int
) -> int:
    """Give those in a division that belong to nobody their default, as far as there is one; returns how many.

    It runs in the system's scope. Rows that another transaction holds are left to it, or to the next time: we never
    wait for them.
    """
    places = await body_queries.list_divisions(tx, china_day(now))
    parties = await party_queries.lock_unaffiliated(tx, prefix, [scope_prefix(place) for place in places], limit=limit)
    covers = await covering.current_coverages(tx, [party["id"] for party in parties], limit=MAX_STATED + 1)
    parties = [party for party in parties if covers[party["id"]]]
    superiors = await hold_superiors(tx, {party["division"] for party in parties}, policies)
    found = await affiliate(tx, parties, covers, {}, superiors, now)
    await announce(tx, {party: Change() for party in found}, set(), {}, superiors, now)
    return len(found)
