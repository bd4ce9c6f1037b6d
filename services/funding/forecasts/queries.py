"""Every SELECT of forecasts, and the INSERTs beside them: what is kept never changes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, select, text

from services.funding.tables import forecast_funds, forecast_lines, forecasts
from shared.db.base import columns_of, insert_list, to_json
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_COLUMNS = tuple(column.name for column in forecasts.c)
_JSON = ("totals", "inputs", "asked", "policies", "reasons")
_INSERT = insert_list(forecasts, _COLUMNS)
_SHOWN = [column for column in forecasts.c if column.name != "inputs"]
_PARTS = {
    table.name: (insert_list(table, tuple(column.name for column in table.c)), tuple(column.name for column in table.c))
    for table in (forecast_lines, forecast_funds)
}
_INPUTS = text(
    "SELECT e.number, e.content FROM forecasts f CROSS JOIN LATERAL jsonb_array_elements(f.inputs) "
    "WITH ORDINALITY AS e(content, number) WHERE f.id = :id AND e.number > :after ORDER BY e.number LIMIT :most"
)


async def insert(
    tx: Transaction, row: Record, lines: Sequence[dict[str, Any]], funds: Sequence[dict[str, Any]]
) -> None:
    """Keep a forecast with its lines and funds."""
    stored: dict[str, Any] = {**row, **{name: to_json(row[name]) for name in _JSON}}
    await tx.execute(_INSERT, columns_of([stored], _COLUMNS))
    for table, rows in ((forecast_lines, lines), (forecast_funds, funds)):
        if rows:
            statement, columns = _PARTS[table.name]
            await tx.execute(
                statement, columns_of([{**one, "reasons": to_json(one["reasons"])} for one in rows], columns)
            )


async def get(tx: Transaction, forecast_id: UUID) -> Record | None:
    """One forecast, without its inputs."""
    return await tx.record(select(*_SHOWN).where(forecasts.c.id == forecast_id))


async def list_forecasts(
    tx: Transaction, *, year: int | None, division: str | None, before: str | None, limit: int
) -> list[Record]:
    """A page of forecasts, the newest first, and one row more where there is another page; `division` is a prefix."""
    one = forecasts.c
    statement = where_within(where_given(select(*_SHOWN), {one.year: year}), one.division, division)
    return await tx.records(page_by_id(statement, one.id, before, limit, newest_first=True))


async def list_lines(
    tx: Transaction,
    forecast_id: UUID,
    *,
    division: str | None,
    scheme: str | None,
    source: str | None,
    kind: str | None,
    after: int,
    limit: int,
) -> list[Record]:
    """A page of a forecast's lines, and one more where there is another page; `division` is a prefix."""
    line = forecast_lines.c
    statement = where_given(select(forecast_lines), {line.scheme: scheme, line.source: source, line.kind: kind})
    return await _page(tx, forecast_lines, where_within(statement, line.place, division), forecast_id, after, limit)


async def list_funds(
    tx: Transaction, forecast_id: UUID, *, division: str | None, source: str | None, after: int, limit: int
) -> list[Record]:
    """A page of what a forecast asks of the budget, and one more where there is another page."""
    fund = forecast_funds.c
    statement = where_within(where_given(select(forecast_funds), {fund.source: source}), fund.place, division)
    return await _page(tx, forecast_funds, statement, forecast_id, after, limit)


async def _page(
    tx: Transaction, table: Table, statement: Select[Any], forecast_id: UUID, after: int, limit: int
) -> list[Record]:
    one = table.c
    return await tx.records(
        statement.where(one.forecast_id == forecast_id, one.number > after).order_by(one.number).limit(limit + 1)
    )


async def list_inputs(tx: Transaction, forecast_id: UUID, after: int, limit: int) -> list[Record]:
    """A page of what a forecast was computed of, and one more where there is another page."""
    rows = await tx.records(_INPUTS, {"id": forecast_id, "after": after, "most": limit + 1})
    return [{"number": row["number"], **row["content"]} for row in rows]
