"""A statistical report as rules read it, and the facts that it is computed from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from services.registry.statistic_tables.policies import Measure, Members, Rows
from shared.contracts.base import Coverage

ReportState = Literal["computed", "signed", "locked", "returned"]
ReportStep = Literal["computation", "explanation", "signature", "locking", "return"]
TOTAL = "total"
"""The key of the row that adds up the others."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many organizations are alike in what tables ask for, and the sums of their counts of persons."""

    kind: str
    division: str
    street: str
    coverage: Coverage
    members: Members
    sums: Mapping[Measure, int]

    def key(self, rows: Rows) -> str:
        """The key of the row that it is a part of; a street is named with its division."""
        if rows == "street":
            return f"{self.division} {self.street}"
        return self.kind if rows == "kind" else self.division


@dataclass(frozen=True, slots=True)
class Facts:
    """What was counted as of a cut-off day; `assumed`: organizations whose content on that day was not kept."""

    counted: tuple[Counted, ...]
    assumed: int


Cells = dict[str, int | None]
"""Figures by the code of their column; a share of nothing is null."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The cells of each row by its key, in order, and those of the total."""

    rows: tuple[tuple[str, Cells], ...]
    total: Cells
    assumed: int

    def plain(self) -> dict[str, Any]:
        """As it is stored."""
        rows = [{"key": key, "cells": cells} for key, cells in self.rows]
        return {"rows": rows, TOTAL: self.total, "assumed": self.assumed}


def figures_of(stored: Mapping[str, Any]) -> Figures:
    """Those of a stored report."""
    rows = tuple((one["key"], one["cells"]) for one in stored["rows"])
    return Figures(rows, stored[TOTAL], stored["assumed"])
