"""Tables of statistics as policy data (`statistic_tables.yaml`, D16): columns, definitions, rules between figures."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

from shared.contracts.base import Coverage
from shared.field.policies import PolicyBook, read_or_shipped

STATISTIC_TABLES_KIND = "statistic_tables"
ColumnCode = Annotated[str, Field(pattern=r"^[A-Z]{1,2}$")]
TableCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Measure = Literal["organizations", "full_time_staff", "full_members_full_time", "full_members", "probationary_members"]
Rows = Literal["division", "street", "kind"]
Members = Literal["none", "few", "enough"]
"""Without members; with some, but fewer full ones than make eligible; with as many or more."""
_RULE = re.compile(r"([A-Z]{1,2}) (=|<=) ([A-Z]{1,2}(?: \+ [A-Z]{1,2})*)")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """A text in both languages."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Where(_Strict):
    """Which organizations a column counts; each part that is given must hold."""

    coverage: tuple[Coverage, ...] | None = None
    members: tuple[Members, ...] | None = None


class Share(_Strict):
    """A figure as a share of another, in basis points."""

    part: ColumnCode
    whole: ColumnCode


class TableColumn(_Strict):
    """One column: what it counts, or of which others it is a share."""

    code: ColumnCode
    title: Words
    definition: Words
    measure: Measure | None = None
    where: Where = Where()
    share: Share | None = None

    @property
    def in_basis_points(self) -> bool:
        """Whether its definition says that it is; else a share is shown in percent."""
        return self.share is not None and ("万分比" in self.definition.zh or "basis points" in self.definition.en)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.measure is None) == (self.share is None):
            raise ValueError(f"column {self.code}: give one of measure, share")
        return self


class Rule(_Strict):
    """A relation that each row must keep: a figure equals, or is at most, the sum of others."""

    left: ColumnCode
    relation: Literal["=", "<="]
    right: tuple[ColumnCode, ...]

    def __str__(self) -> str:
        return f"{self.left} {self.relation} {' + '.join(self.right)}"


class StatisticTable(_Strict):
    """A table: what its rows are, the days as of which it is drawn up, its columns and rules."""

    title: Words
    rows: Rows
    cut_offs: Annotated[tuple[MonthDay, ...], Field(min_length=1)]
    due_days: PositiveInt
    """Until when after the cut-off day it is due; a rest day moves to the next working day."""
    columns: Annotated[tuple[TableColumn, ...], Field(min_length=1, max_length=60)]
    rules: tuple[str, ...]

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        codes = [one.code for one in self.columns]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"columns given twice: {twice}")
        counted = {one.code for one in self.columns if one.measure is not None}
        for one in self.columns:
            if one.share is not None and (unknown := {one.share.part, one.share.whole} - counted):
                raise ValueError(f"column {one.code} is a share of what is not counted: {sorted(unknown)}")
        for rule in self.relations:
            if unknown := {rule.left, *rule.right} - counted:
                raise ValueError(f"rule '{rule}' names what is not counted: {sorted(unknown)}")
        return self

    @property
    def relations(self) -> tuple[Rule, ...]:
        """The rules as they are read. Raises ValueError."""
        return tuple(_rule(text) for text in self.rules)


def _rule(text: str) -> Rule:
    found = _RULE.fullmatch(text)
    if found is None:
        raise ValueError(f"a rule is written 'A = B + C' or 'A <= B': {text!r}")
    left, relation, right = found.groups()
    return Rule.model_validate({"left": left, "relation": relation, "right": tuple(right.split(" + "))})


class StatisticTablesPolicy(_Strict):
    """The tables of a region, and the change of a total that needs a word."""

    eligible_min_full_members: PositiveInt
    change_bp: Annotated[int, Field(ge=0, strict=True)]
    """A change of more than this share of the last report's figure, in basis points, …"""
    change_least: PositiveInt
    """… and of at least this many."""
    tables: dict[TableCode, StatisticTable]


StatisticTablesPolicies = PolicyBook[StatisticTablesPolicy]


def read_statistic_tables(folder: Path, shipped: Path) -> StatisticTablesPolicies:
    """Those of the active folder; for one from before there were any, the shipped ones. Raises as `read_policies`."""
    return read_or_shipped(folder, shipped, STATISTIC_TABLES_KIND, StatisticTablesPolicy)


def read_frozen_table(definition: Mapping[str, Any]) -> StatisticTable:
    """The table that a report froze when it was drawn up; what a later release froze beside it is ignored."""
    return StatisticTable.model_validate(definition, extra="ignore")


def read_frozen_policy(code: str, definition: Mapping[str, Any]) -> StatisticTablesPolicy:
    """The bounds that a report of a table froze, with the table, read in the same way."""
    return StatisticTablesPolicy.model_validate({**definition["policy"], "tables": {code: definition}}, extra="ignore")


def is_cut_off(table: StatisticTable, day: date) -> bool:
    """Whether a table is drawn up as of a day."""
    return f"{day:%m-%d}" in table.cut_offs
