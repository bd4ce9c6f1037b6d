"""Lists a page at a time: filters that may be missing, a sort key, one row more than the page holds."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select


def where_given(statement: Select[Any], filters: Mapping[ColumnElement[Any], object]) -> Select[Any]:
    """Equality with each value that is given; None stands for any."""
    for column, value in filters.items():
        if value is not None:
            statement = statement.where(column == value)
    return statement


def page_by_id(statement: Select[Any], id_column: ColumnElement[Any], after: str | None, limit: int) -> Select[Any]:
    """The rows after an id, in the order of ids: `limit` of them, and one that says whether there are more."""
    if after is not None:
        statement = statement.where(id_column > UUID(after))
    return statement.order_by(id_column).limit(limit + 1)
