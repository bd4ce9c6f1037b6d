"""The totals of areas as clients see them."""

from datetime import date

from pydantic import BaseModel


class AreaFiguresOut(BaseModel):
    """Areas and their workers on the day asked for; filed bodies, those of them in an area, and the organizations whom
    an area's Party organization covers, as of today."""

    areas: int
    workers: int
    filed_bodies: int
    filed_bodies_covered: int
    organizations_covered: int


class AreaDivisionTotalsOut(AreaFiguresOut):
    """The figures of one division."""

    division: str


class AreaTotalsOut(AreaFiguresOut):
    """The figures of all divisions together, and of each that has any."""

    on: date
    by_division: list[AreaDivisionTotalsOut]
