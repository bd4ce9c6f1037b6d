"""Corrects organizations, and resolves conflicts: what a later registration alone cannot set right."""

from dataclasses import replace
from datetime import UTC
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from services.registry.civil_affairs.reading import Checked, check_registration
from services.registry.civil_affairs.writing import amend
from services.registry.claim_terms.parts import REGISTERING, Part
from services.registry.claims.rules import Claim, part_of, take
from services.registry.conflicts import queries as conflict_queries
from services.registry.conflicts.rules import TRANSITIONS, Conflict
from services.registry.corrections import queries
from services.registry.corrections.schemas import CorrectionBody, Resolution
from services.registry.organizations import queries as organization_queries
from services.registry.organizations.errors import StaleRegistration
from services.registry.organizations.organization import Organization
from services.registry.organizations.rules import content_of
from services.registry.organizations.schemas import Registration
from services.registry.organizations.terms import Terms
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.problems.access import check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.transitions import move
from shared.problems.validation import field_errors, pointer
from shared.problems.versions import Preconditions, check_version

_NOTHING = Text(
    zh="没有要更正的内容：请至少填写一个字段，或更正截至时刻。",
    en="There is nothing to correct: name a field at least, or another instant.",
)
_UNKNOWN = Text(zh="不能更正的字段。", en="There is no such field to correct.")

_UNDISPUTED = Text(
    zh="只有采用所报内容时才能选择部分内容，且只能选择有争议的内容：{part}。",
    en="Parts are named only where the incoming side is taken, and only disputed ones: {part}.",
)


async def correct(
    tx: Transaction, reference: str, body: CorrectionBody, terms: Terms, *, if_match: Preconditions | None
) -> tuple[Organization, Checked]:
    """Give an organization other values, as of an instant that may lie before the stored one; emits as a change does.

    A correction that changes nothing leaves nothing behind. Raises InvalidInput, NotFound, OutsideScope,
    PreconditionFailed, EventTooLarge.
    """
    organization = await find_locked(tx, reference)
    check_version(if_match, organization.version)
    checked = _corrected(organization, body, terms)
    check_reach(tx.access, checked.registration.division)
    content, as_of = content_of(checked.registration), body.as_of.astimezone(UTC)
    if not body.fields and as_of == organization.as_of:
        raise InvalidInput([FieldError("/fields", _NOTHING)])
    if "location" not in body.fields and content.lon is not None:
        content = replace(content, datum=organization.content.datum)
    if (content, as_of) == (organization.content, organization.as_of):
        return organization, checked
    claim = Claim("correction", as_of, terms.now, tx.access.actor)
    corrected = await amend(tx, organization, content, claim, terms.policies.affiliations, as_of=as_of, corrects=True)
    before, after = organization.content.columns(), content.columns()
    changed = [name for name in after if after[name] != before[name]]
    await queries.insert_one(
        tx,
        {
            "id": new_id(),
            "organization_id": organization.id,
            "division": content.division,
            "fields": {name: _plain(after[name]) for name in changed},
            "before": {name: _plain(before[name]) for name in changed},
            "as_of": as_of,
            "as_of_before": organization.as_of,
            "reason": body.reason,
            "corrected_by": tx.access.actor,
            "corrected_at": terms.now,
        },
    )
    return corrected, checked


async def resolve(
    tx: Transaction, conflict_id: UUID, body: Resolution, terms: Terms, *, if_match: Preconditions | None
) -> Record:
    """Take one side of a conflict. The incoming one is registered as of the later of both instants.

    Of a conflict between sources it is the disputed parts, or those of them that are named; whoever decides vouches for
    them as for a correction.

    Raises InvalidInput, NotFound, PreconditionFailed, OutsideScope where the caller's divisions do not hold both sides,
    IllegalTransition where it is resolved, StaleRegistration where a newer registration has come since, EventTooLarge.
    """
    conflict = await conflict_queries.lock(tx, conflict_id)
    if conflict is None:
        raise NotFound(what="conflict")
    check_version(if_match, conflict.version)
    for division in (conflict.division, conflict.stored_division):
        check_reach(tx.access, division)
    state = move(TRANSITIONS, conflict.state, "resolution")
    wanted = _parts(conflict, body)
    if body.take == "incoming":
        found = await organization_queries.lock_by_id(tx, [conflict.organization_id])
        if not found:
            raise NotFound(what="organization")
        [organization] = found
        if conflict.kind == "same_instant" and organization.as_of > conflict.as_of:
            raise StaleRegistration(stored_as_of=organization.as_of, as_of=conflict.as_of)
        as_of = max(organization.as_of, conflict.as_of)
        claim = Claim(conflict.data_source or REGISTERING, as_of, terms.now, tx.access.actor)
        content = conflict.incoming
        if conflict.kind == "precedence":
            if any(part_of(organization.content, part) != part_of(conflict.stored, part) for part in wanted):
                raise StaleRegistration(stored_as_of=organization.as_of, as_of=conflict.as_of)
            claim, content = replace(claim, data_source="correction"), take(organization.content, content, wanted)
        await amend(tx, organization, content, claim, terms.policies.affiliations, as_of=as_of)
    return await conflict_queries.resolve(
        tx, conflict_id, state=state, take=body.take, reason=body.reason, now=terms.now
    )


def _parts(conflict: Conflict, body: Resolution) -> list[Part]:
    """The parts that a decision takes. Raises InvalidInput."""
    disputed: list[Part] = [one["part"] for one in conflict.disputed]
    if body.parts is None:
        return disputed
    if body.take == "stored" or any(part not in disputed for part in body.parts):
        raise InvalidInput([FieldError("/parts", _UNDISPUTED, (("part", disputed),))])
    return body.parts


async def find_locked(tx: Transaction, reference: str) -> Organization:
    """An organization by its id or code, its row locked. Raises NotFound."""
    found = await organization_queries.get_by_uscc_or_id(tx, reference)
    locked = await organization_queries.lock_by_id(tx, [found.id]) if found is not None else []
    if not locked:
        raise NotFound(what="organization")
    return locked[0]


def _corrected(organization: Organization, body: CorrectionBody, terms: Terms) -> Checked:
    """The registration that the organization and its correction make. Raises InvalidInput, its pointers in the body."""
    content = organization.content.columns()
    lon, lat, _ = content.pop("lon"), content.pop("lat"), content.pop("datum")
    content["location"] = None if lon is None else {"lon": lon, "lat": lat}
    unknown = [FieldError(pointer(("fields", name)), _UNKNOWN) for name in body.fields if name not in content]
    if unknown:
        raise InvalidInput(unknown)
    try:
        registration = Registration.model_validate(
            {**content, **body.fields, "uscc": organization.uscc, "as_of": body.as_of}
        )
        return check_registration(registration, terms.excepting({organization.uscc}))
    except ValidationError as error:
        errors = field_errors(error.errors())
    except InvalidInput as refused:
        errors = list(refused.errors)
    raise InvalidInput(
        [
            one if one.pointer == "/as_of" else FieldError(f"/fields{one.pointer}", one.detail, one.facts)
            for one in errors
        ]
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
