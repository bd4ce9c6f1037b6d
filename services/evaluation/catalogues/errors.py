"""What is wrong with what is recorded by a catalogue."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class NoCatalogue(Problem):
    """The cycle froze no catalogue: it opened before there was one for its year."""

    slug, status = "no-rating-catalogue", 409
    title = Text(zh="该年度没有加分和否决目录", en="No catalogue of bonuses and vetoes")
    detail = Text(
        zh="{year} 年度评定开放时没有加分和否决目录，请在评分表中填写加分和否决（“bonus”“vetoes”）。",
        en="The cycle of {year} opened without a catalogue: put bonus and vetoes with the scores.",
    )


UNKNOWN_CODE = Text(
    zh="目录 {catalogue}（第 {version} 版）中没有“{code}”。",
    en="Catalogue {catalogue}, version {version}, has no '{code}'.",
)
TOO_OFTEN = Text(zh="“{code}”最多计 {most} 次。", en="'{code}' counts {most} time(s) at most.")
TWICE = Text(zh="“{code}”在 {day} 已填写过一次。", en="'{code}' stands there already for {day}.")
OUT_OF_LOOK_BACK = Text(
    zh="{day} 不在追溯期内：“{code}”追溯 {months} 个月，须在 {first} 至 {last} 之间发生。",
    en="{day} is out of the look-back: '{code}' looks back {months} month(s), from {first} to {last}.",
)
TO_COME = Text(
    zh="{day} 尚未到来，只登记已经发生的事项。", en="{day} is still to come: only what has occurred is recorded."
)
EMPTY = Text(zh="不能为空：须写明佐证材料。", en="Must not be empty: say what shows it.")
