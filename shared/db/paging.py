"""Queries for one page of a list: optional filters, a sort key, and one row more than the page holds."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_

from shared.db.access import Access
from shared.db.session import Transaction

_WHOLE_CODE = 6


def where_given(statement: Select[Any], filters: Mapping[ColumnElement[Any], object]) -> Select[Any]:
    """The statement filtered by each value that is given; None matches any."""
    for column, value in filters.items():
        if value is not None:
            statement = statement.where(column == value)
    return statement


def where_within(statement: Select[Any], division: ColumnElement[Any], prefix: str | None) -> Select[Any]:
    """The statement filtered by a prefix of a division's digits (3301 holds 330106); None matches any."""
    return statement if prefix is None else statement.where(_within(division, prefix))


def where_in_scope(statement: Select[Any], division: ColumnElement[Any], access: Access) -> Select[Any]:
    """The statement filtered by the caller's scope, as its policies filter it: of that, the planner knows nothing."""
    if not access.scope or "" in access.scope:
        return statement
    return statement.where(or_(*(_within(division, prefix) for prefix in access.scope)))


def _within(division: ColumnElement[Any], prefix: str) -> ColumnElement[bool]:
    # Rows of one division are in the order of their ids where an index begins with it.
    return division == prefix if len(prefix) == _WHOLE_CODE else division.startswith(prefix, autoescape=True)


def page_by_id(
    statement: Select[Any], id_column: ColumnElement[Any], after: str | None, limit: int, *, newest_first: bool = False
) -> Select[Any]:
    """Rows by id, after the id `after`: up to `limit`, and one more, which shows that there is a next page.

    `newest_first` lists them from the last id down. Raises ValueError for an `after` that is no UUID
    (`decode_id_cursor` gives none such).
    """
    if after is not None:
        key = UUID(after)
        statement = statement.where(id_column < key if newest_first else id_column > key)
    return statement.order_by(id_column.desc() if newest_first else id_column).limit(limit + 1)


async def keep_one_snapshot(tx: Transaction) -> None:
    """Let every statement of a transaction read the same state, and none write. Before the first of them."""
    await tx.driver.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
