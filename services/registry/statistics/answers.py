"""Statistical reports as clients see them."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from services.registry.statistic_tables.policies import read_frozen_table
from services.registry.statistics.report import TOTAL, ReportState, figures_of
from services.registry.statistics.rules import TRANSITIONS
from shared.db.session import Record
from shared.problems.access import OutsideScope
from shared.problems.duties import SameHand, same_person
from shared.problems.language import current_language
from shared.problems.problems import Problem
from shared.problems.reasons import ReasonOut
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.steps import NextStepOut, StepOut, steps_out

NEEDED: Mapping[str, Permission] = dict.fromkeys(
    ("computation", "explanation", "signature", "locking", "return"), Permission.STATISTICS_WRITE
)


class StatisticColumnOut(BaseModel):
    """A column: its heading and what it means."""

    code: str
    title: str
    definition: str
    share: bool
    """In basis points; otherwise a count."""


class StatisticRowOut(BaseModel):
    """A row's figures by the code of their column."""

    key: str
    cells: dict[str, int | None]


class BrokenRuleOut(BaseModel):
    """A rule that a row breaks, with both of its sides."""

    row: str
    rule: str
    left: int | None
    right: int | None


class ChangedTotalOut(BaseModel):
    """A total that differs from the last locked report by more than the bound."""

    column: str
    before: int
    now: int
    word: str | None


class ListedStatisticsOut(BaseModel):
    """A statistical report."""

    id: UUID
    table_code: str
    division: str
    cut_off: date
    lower_levels: bool
    due_on: date
    state: ReportState
    policy: str
    computed_at: AwareDatetime
    version: int


class StatisticsOut(ListedStatisticsOut):
    """A report with its figures, what rules show of them, and who took which step."""

    title: str
    columns: list[StatisticColumnOut]
    rows: list[StatisticRowOut]
    total: dict[str, int | None]
    assumed: int
    """Organizations of which nothing is kept as of the cut-off day: they are counted as they were first known."""
    broken_rules: list[BrokenRuleOut]
    changed_totals: list[ChangedTotalOut]
    compared_with: date | None
    """The cut-off day of the report that it is compared with."""
    reasons: list[ReasonOut]
    history: list[StepOut]
    next_steps: list[NextStepOut]


class StatisticDifferenceOut(BaseModel):
    """A cell that is another one when it is computed again."""

    row: str
    column: str
    stored: int | None
    computed: int | None


class ReproductionOut(BaseModel):
    """Whether a report comes out the same when it is computed again from its cut-off day, and what differs."""

    id: UUID
    same: bool
    differences: list[StatisticDifferenceOut]


def statistics_out(row: Record, caller: Actor, *, reached: bool) -> StatisticsOut:
    """A stored report as this caller sees it."""
    language = current_language.get()
    table = read_frozen_table(row["definition"])
    figures, found, words = figures_of(row["figures"]), row["findings"], row["words"]
    columns = [
        StatisticColumnOut(
            code=one.code,
            title=getattr(one.title, language),
            definition=getattr(one.definition, language),
            share=one.share is not None,
        )
        for one in table.columns
    ]
    steps = [
        (step, _barred(row, step, caller, reached=reached)) for state, step in TRANSITIONS if state == row["state"]
    ]
    shown: dict[str, Any] = {
        **row,
        "title": getattr(table.title, language),
        "columns": columns,
        "rows": [{"key": key, "cells": cells} for key, cells in figures.rows],
        TOTAL: figures.total,
        "assumed": figures.assumed,
        "broken_rules": found["broken"],
        "changed_totals": [{**one, "word": words.get(one["column"])} for one in found["changes"]],
        "compared_with": found["compared"] and found["compared"]["cut_off"],
        "history": row["steps"],
        "next_steps": steps_out(steps, NEEDED, caller),
    }
    return StatisticsOut.model_validate(shown)


def _barred(row: Record, step: str, caller: Actor, *, reached: bool) -> Problem | None:
    if not reached:
        return OutsideScope(division=row["division"])
    if step == "locking" and same_person(row["signed_by"], caller.subject):
        return SameHand(what="statistic_report", earlier="signature", step="locking")
    return None
