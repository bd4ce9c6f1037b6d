"""What can stand against an area."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class AreasOverlap(Problem):
    """Another area in force lies where the outline does."""

    slug, status = "areas-overlap", 409
    title = Text(zh="片区重叠", en="Areas overlap")
    detail = Text(
        zh="与片区“{other}”自 {since} 起重叠 {square_metres} 平方米。",
        en="It overlaps with area '{other}' by {square_metres} square metres from {since} on.",
    )


class AreaEnded(Problem):
    """The area is dissolved, or is to be; what follows begins after its end."""

    slug, status = "area-ended", 409
    title = Text(zh="片区已经结束", en="Area ended")
    detail = Text(
        zh="片区已于 {until} 结束；如需重新设立，请给出该日或之后的开始日期。",
        en="The area ended on {until}; to found it again, give a day from then on.",
    )


class TooManyAreas(Problem):
    """The division has more areas than one answer holds."""

    slug, status = "too-many-areas", 422
    title = Text(zh="片区过多", en="Too many areas")
    detail = Text(
        zh="该区划有超过 {most} 个片区，请缩小区划范围。",
        en="There are more than {most} areas: ask for a smaller division.",
    )
