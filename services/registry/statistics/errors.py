"""What bars drawing up, signing or reading statistics."""

from collections.abc import Sequence

from shared.problems.language import Text
from shared.problems.problems import Problem


class StatisticsExist(Problem):
    """There is a report of the table, the division and the day."""

    slug, status = "statistics-exist", 409
    title = Text(zh="统计报告已存在", en="There is such a report")
    detail = Text(
        zh="该区划、该表、该截止日的统计报告已存在（{report_id}），可重新计算或退回更正。",
        en="There is a report of this table, division and day already ({report_id}): compute it again, or return it.",
    )


class StatisticsUnfit(Problem):
    """Rules of the table are broken, or changes lack a word."""

    slug, status = "statistics-unfit", 409
    title = Text(zh="统计报告不能签署", en="The report cannot be signed")
    detail = Text(
        zh="有 {broken} 处表内关系不符；变动超过规定幅度而未说明的栏：{silent}。",
        en="Broken rules: {broken}; columns whose change is over the bound and lacks a word: {silent}.",
    )

    def __init__(self, *, broken: int, silent: Sequence[str]) -> None:
        super().__init__((), broken=broken, silent=list(silent))
