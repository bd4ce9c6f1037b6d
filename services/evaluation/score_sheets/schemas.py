"""How the import of a workbook of score sheets is reported."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.evaluation.policies import Stage
from services.evaluation.score_sheets.actions import Report
from services.evaluation.score_sheets.layout import Head


class SheetFaultOut(BaseModel):
    """What is wrong in a row, in both languages; without a cell the whole evaluation is refused for it."""

    model_config = ConfigDict(from_attributes=True)

    row: int
    cell: str
    evaluation_id: UUID
    indicator: str
    zh: str
    en: str


class SheetReportOut(BaseModel):
    """What became of each evaluation of the workbook; nothing of one with faults was saved."""

    cycle: UUID
    type: str
    system_version: str
    stage: Stage
    dry_run: bool
    saved: list[UUID]
    unchanged: list[UUID]
    empty: list[UUID]
    refused: list[UUID]
    faults: list[SheetFaultOut]


def report_out(head: Head, report: Report, *, dry_run: bool) -> SheetReportOut:
    """The report as clients see it."""
    return SheetReportOut.model_validate(
        {
            "cycle": head.cycle,
            "type": head.type,
            "system_version": head.version,
            "stage": head.stage,
            "dry_run": dry_run,
            "saved": report.saved,
            "unchanged": report.unchanged,
            "empty": report.empty,
            "refused": report.refused,
            "faults": [SheetFaultOut.model_validate(one) for one in report.faults],
        }
    )
