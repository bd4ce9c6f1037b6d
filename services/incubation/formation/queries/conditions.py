"""Conditions that several statements share."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.incubation.organizations.queries import KNOWN
from services.incubation.tables import formation_cases
from shared.field.uscc import normalize

# As in the unique index of pending cases: PostgreSQL uses it only where it can prove the condition.
PENDING = "formation_cases.state IN ('open', 'deferred')"
OF_ORGANIZATION = KNOWN.c.id == formation_cases.c.organization_id
IDS = any_(bindparam("ids", type_=ARRAY(Uuid)))


def by_id_or_code(table: Table, organization: str | None) -> list[ColumnElement[bool]]:
    """Rows of the organization with this id or unified social credit code; None stands for any."""
    if organization is None:
        return []
    column: ColumnElement[Any] = table.c.organization_id
    try:
        return [column == UUID(organization)]
    except ValueError:
        return [table.c.uscc == normalize(organization)]


def in_division(table: Table, prefix: str | None) -> list[ColumnElement[bool]]:
    """Rows of the divisions that begin with a prefix; None stands for any."""
    return [] if prefix is None else [table.c.division.startswith(prefix)]
