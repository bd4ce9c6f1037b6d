"""The files of an order for treasury or bank: columns by the policy's layout, and control totals in the last row."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from services.funding.payees.rules import Account
from services.funding.payment_orders.policies import FileColumn
from shared.db.session import Record
from shared.field.files.tables import escape_formula
from shared.field.files.writing import write_table
from shared.field.money import FEN_PER_YUAN, capital

FileFormat = Literal["xlsx", "csv"]
MEDIA_TYPES: dict[FileFormat, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_TOTAL = "合计"


def write_file(
    order: Record,
    lines: Sequence[Mapping[str, Any]],
    accounts: Sequence[Account],
    columns: Sequence[FileColumn],
    file_format: FileFormat,
) -> bytes:
    """All lines, whatever became of them, and a row of totals: count and sum as they were ordered."""
    rows = [_row(line, account) for line, account in zip(lines, accounts, strict=True)]
    rows.append(_totals(order, columns))
    names = [one.name for one in columns]
    table = [{one.name: row.get(one.field) for one in columns} for row in rows]
    if file_format == "xlsx":
        return write_table(names, table)
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(names)
    # Formulas are escaped, numbers are not: this file is read by the bank's program. People look at the xlsx.
    writer.writerows([_safe(row[name]) for name in names] for row in table)
    return target.getvalue().encode("utf-8-sig")


def _safe(cell: object) -> object:
    return escape_formula(cell) if isinstance(cell, str) else cell


def _row(line: Mapping[str, Any], account: Account) -> dict[str, object]:
    return {
        "line": line["line"],
        "reference": line["reference"],
        "holder": account.holder,
        "account_number": account.number,
        "bank_code": line["bank_code"],
        "amount_yuan": yuan(line["amount_fen"]),
        "amount_fen": line["amount_fen"],
        "amount_capital": capital(line["amount_fen"]),
        "scheme": line["scheme"],
        "recipient_name": line["recipient_name"],
    }


def _totals(order: Record, columns: Sequence[FileColumn]) -> dict[str, object]:
    """In the first column what the row is, else the count where no amount stands. Its reference stays empty."""
    totals: dict[str, object] = {
        "amount_yuan": yuan(order["total_fen"]),
        "amount_fen": order["total_fen"],
        "amount_capital": capital(order["total_fen"]),
    }
    label = next(one.field for one in columns if one.field not in totals and one.field != "reference")
    return totals | {label: f"{_TOTAL} {order['count']} 笔"}


def yuan(fen: int) -> str:
    """300,000 fen → 3000.00: without separators, as banks read it."""
    return f"{fen // FEN_PER_YUAN}.{fen % FEN_PER_YUAN:02d}"
