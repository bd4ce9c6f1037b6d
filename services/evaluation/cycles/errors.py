"""Problems of a cycle."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class CycleExists(Problem):
    """There is one cycle for a division and year (H17)."""

    slug, status = "cycle-exists", 409
    title = Text(zh="该年度的评定已存在", en="Cycle exists")
    detail = Text(
        zh="行政区划 {division} 的 {year} 年度评定已存在：{cycle_id}。",
        en="The cycle {year} of division {division} exists: {cycle_id}.",
    )


class CycleNotOpen(Problem):
    """Scoring goes on only while the cycle is open."""

    slug, status = "cycle-not-open", 409
    title = Text(zh="年度评定未开放", en="Cycle not open")
    detail = Text(
        zh="本年度评定{state}，不能打分，也不能完成评定。",
        en="The cycle is {state}: nothing is scored or completed in it.",
    )
