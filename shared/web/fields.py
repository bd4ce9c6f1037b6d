"""Query parameters that several services take."""

from typing import Annotated

from fastapi import Query

from shared.problems.inputs import DivisionPrefix

DivisionFilter = Annotated[DivisionPrefix | None, Query(description="division code or prefix: 33, 3301, 330106")]
