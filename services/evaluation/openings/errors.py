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


class TooEarly(Problem):
    """The window in which a year's cycle may open begins later; no reason opens it before."""

    slug, status = "cycle-too-early", 409
    title = Text(zh="未到开放时间", en="Too early for this cycle")
    detail = Text(zh="{year} 年度评定最早于 {first} 开放。", en="The cycle of {year} opens on {first} at the earliest.")


class NotDueThisYear(Problem):
    """By the policy cycles are some years apart (D1)."""

    slug, status = "not-due-this-year", 409
    title = Text(zh="本年度不评定", en="Not due this year")
    detail = Text(
        zh="按评定规则每 {cadence_years} 年评定一次，{last} 年度已评定，下次为 {next} 年度。",
        en="By the policy there is a cycle every {cadence_years} years: {last} had one, the next is that of {next}.",
    )


class CityCycleFirst(Problem):
    """The city leads the yearly rating: its cycle opens before those of its districts (H17)."""

    slug, status = "city-cycle-first", 409
    title = Text(zh="市级年度评定尚未开放", en="The city's cycle comes first")
    detail = Text(
        zh="行政区划 {division} 的上级尚未开放 {year} 年度评定，请待市级先行开放。",
        en="No cycle of {year} above division {division} was opened yet; the city's comes first.",
    )


class PublishedVersionChanged(Problem):
    """The file of a version is not what an earlier cycle froze of it: a published version never changes (H16)."""

    slug, status = "published-version-changed", 409
    title = Text(zh="已公布的指标体系被改动", en="A published version changed")
    detail = Text(
        zh="{file} 与此前评定所用的 {system} 第 {version} 版不一致（共 {changes} 处）：{code} 的 {field_name}"
        "由“{before}”变为“{after}”。已公布的版本不得改动，请恢复原文，另立新版。",
        en="{file} is not version {version} of {system} as an earlier cycle used it ({changes} difference(s)): "
        "{field_name} of {code} was '{before}' and is '{after}'. Put it back, and publish a new version.",
    )


class RatingsNotFinal(Problem):
    """A session decided ratings that are not completed, and a closed cycle completes none: they would stay for ever."""

    slug, status = "ratings-not-final", 409
    title = Text(zh="尚有未完成的评定", en="Ratings are not final")
    detail = Text(
        zh="尚有 {count} 个评定已由会议决定而未完成，年度评定结束后不能再完成，请先完成。",
        en="{count} rating(s) are decided and not completed, and a closed cycle completes none: complete them first.",
    )
