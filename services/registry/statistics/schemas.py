"""Statistical reports as clients send them."""

from typing import Annotated

from pydantic import Field

from services.registry.statistic_tables.policies import ColumnCode, TableCode
from shared.problems.inputs import Body, Day, DivisionPrefix, Note, Prose


class ReportOpening(Note):
    """A table, the division (a prefix) and the cut-off day; `lower_levels`: with what lies inside the division."""

    table: TableCode
    division: Annotated[DivisionPrefix, Field(max_length=6)]
    cut_off: Day
    lower_levels: Annotated[bool, Field(strict=True)] = True


class Explanations(Body):
    """Why totals changed, by the code of their column; earlier words of other columns stay."""

    words: Annotated[dict[ColumnCode, Prose], Field(min_length=1, max_length=60)]


class ReportReturn(Body):
    """Why a report is returned for correction."""

    reason: Prose
