"""Problems of an opening."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class NoRulesForYear(Problem):
    """Nothing says how this year is rated: parameters or indicator systems are missing."""

    slug, status = "no-rules-for-year", 409
    title = Text(zh="该年度没有评定规则", en="No rules for the year")
    detail = Text(
        zh="行政区划 {division} 的 {year} 年度缺少评定参数或指标体系：{missing}。",
        en="For {year} in division {division} these are missing: {missing}.",
    )
