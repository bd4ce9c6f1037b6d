"""Corrects organizations, and resolves conflicts: what a later registration alone cannot set right."""

from dataclasses import replace
from datetime import UTC
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from services.registry.civil_affairs.reading import Checked, check_registration
from services.registry.civil_affairs.writing import amend
from services.registry.conflicts import queries as conflict_queries
from services.registry.conflicts.rules import TRANSITIONS, Side
from services.registry.corrections import queries
from services.registry.corrections.schemas import CorrectionBody
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
    corrected = await amend(tx, organization, content, as_of, terms.now, terms.policies.affiliations, corrects=True)
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
    tx: Transaction, conflict_id: UUID, take: Side, reason: str, terms: Terms, *, if_match: Preconditions | None
) -> Record:
    """Take one side of a conflict. The incoming one is registered as of the later of both instants.

    Raises NotFound, PreconditionFailed, OutsideScope where the caller's divisions do not hold both sides,
    IllegalTransition where it is resolved, StaleRegistration where a newer registration has come since, EventTooLarge.
    """
    conflict = await conflict_queries.lock(tx, conflict_id)
    if conflict is None:
        raise NotFound(what="conflict")
    check_version(if_match, conflict.version)
    for division in (conflict.division, conflict.stored_division):
        check_reach(tx.access, division)
    state = move(TRANSITIONS, conflict.state, "resolution")
    if take == "incoming":
        found = await organization_queries.lock_by_id(tx, [conflict.organization_id])
        if not found:
            raise NotFound(what="organization")
        [organization] = found
        if conflict.kind == "same_instant" and organization.as_of > conflict.as_of:
            raise StaleRegistration(stored_as_of=organization.as_of, as_of=conflict.as_of)
        as_of = max(organization.as_of, conflict.as_of)
        await amend(tx, organization, conflict.incoming, as_of, terms.now, terms.policies.affiliations)
    return await conflict_queries.resolve(tx, conflict_id, state=state, take=take, reason=reason, now=terms.now)


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
