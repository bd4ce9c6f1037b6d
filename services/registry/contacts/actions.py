"""Stores, shows and deletes contacts. Personal values are sealed and opened here and nowhere else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import structlog

from services.registry.contacts import queries
from services.registry.contacts.errors import ContactBroken, ContactsUnavailable
from services.registry.contacts.schemas import ContactBody, ContactEntry, ContactOut, ContactRole
from services.registry.organizations import queries as organization_queries
from services.registry.organizations.organization import Organization
from shared.db.sealing import FieldKeys, KeysUnusable, KeyUnknown, SealBroken, place
from shared.db.session import Record, Transaction
from shared.problems.problems import NotFound
from shared.problems.versions import Preconditions, check_version

log = structlog.get_logger(__name__)


def context_of(row: Mapping[str, Any]) -> bytes:
    """The place (table, key, column) that a sealed person is bound to."""
    return place("contacts", f"{row['organization_id']}/{row['role']}", "person")


async def put_contact(
    tx: Transaction,
    keys: FieldKeys,
    reference: str,
    role: ContactRole,
    person: ContactBody,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> tuple[ContactEntry, bool]:
    """Enter a contact (True), or replace it.

    Raises NotFound, PreconditionRequired, PreconditionFailed, ContactsUnavailable.
    """
    organization = await _find_organization(tx, reference, lock=True)
    # Locked before sealing: before a key is withdrawn, `await_writers` waits for this transaction.
    stored = await queries.get(tx, organization.id, role, lock=True)
    check_version(if_match, None if stored is None else stored["version"], required=stored is not None)
    values: dict[str, Any] = {"organization_id": organization.id, "role": str(role)}
    values["key_id"], values["sealed"] = _seal(keys, person, context_of(values))
    if stored is None:
        values |= {"division": organization.content.division, "updated_at": now}
        return ContactEntry.model_validate(await queries.insert_one(tx, values)), True
    return ContactEntry.model_validate(await queries.replace_one(tx, values, now)), False


async def read_contact(tx: Transaction, keys: FieldKeys, reference: str, role: ContactRole) -> ContactOut:
    """A contact with the person. The reading is audited in the same transaction.

    Raises NotFound, ContactsUnavailable, ContactBroken.
    """
    organization = await _find_organization(tx, reference)
    row = await _find(tx, organization.id, role)
    person = _open(keys, row)
    await queries.note_reading(tx, row)
    return ContactOut.model_validate({**row, **person})


async def list_contacts(tx: Transaction, reference: str) -> list[ContactEntry]:
    """Which roles have a contact, without names. Raises NotFound."""
    organization = await _find_organization(tx, reference)
    return [ContactEntry.model_validate(row) for row in await queries.list_entries(tx, organization.id)]


async def delete_contact(tx: Transaction, reference: str, role: ContactRole, *, if_match: Preconditions | None) -> None:
    """Delete a contact. Raises NotFound, PreconditionRequired, PreconditionFailed."""
    organization = await _find_organization(tx, reference, lock=True)
    row = await _find(tx, organization.id, role, lock=True)
    check_version(if_match, row["version"], required=True)
    await queries.delete_one(tx, organization.id, role)


async def _find_organization(tx: Transaction, reference: str, *, lock: bool = False) -> Organization:
    found = await organization_queries.get_by_uscc_or_id(tx, reference)
    if found is not None and lock:
        # Its division must not change before we commit.
        found = next(iter(await organization_queries.lock_by_id(tx, [found.id])), None)
    if found is None:
        raise NotFound(what="organization")
    return found


async def _find(tx: Transaction, organization_id: UUID, role: ContactRole, *, lock: bool = False) -> Record:
    row = await queries.get(tx, organization_id, role, lock=lock)
    if row is None:
        raise NotFound(what="contact")
    return row


def _seal(keys: FieldKeys, person: ContactBody, context: bytes) -> tuple[str, bytes]:
    try:
        return keys.seal(orjson.dumps({"name": person.name, "phone": person.phone}), context)
    except KeysUnusable as error:
        log.error("contact_not_sealed", reason=str(error))
        raise ContactsUnavailable from None


def _open(keys: FieldKeys, row: Record) -> dict[str, str]:
    try:
        opened: dict[str, str] = orjson.loads(keys.open(row["key_id"], bytes(row["sealed"]), context_of(row)))
    except (KeysUnusable, KeyUnknown) as error:
        log.error("contact_not_opened", reason=str(error))
        raise ContactsUnavailable from None
    except SealBroken as error:
        which = f"{row['organization_id']}/{row['role']}"
        log.error("contact_broken", contact=which, reason=str(error))
        raise ContactBroken from None
    return opened
