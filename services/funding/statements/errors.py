"""Problems of statements."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class TooManyLines(Problem):
    """More than is printed."""

    slug, status = "too-many-lines", 422
    title = Text(zh="行数过多", en="Too many lines")
    detail = Text(
        zh="往来明细超过 {limit} 行，无法打印。请用起止日期缩小范围，或导出为 xlsx。",
        en="The statement has more than {limit} lines, too much to print: narrow the days, or take it as xlsx.",
    )
