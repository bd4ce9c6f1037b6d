"""The words of what raters do."""

from collections.abc import Mapping

from shared.problems.words.documents import Word

STEPS: Mapping[str, Word] = {
    "scoring": Word("打分", "scoring"),
    "self": Word("自评", "self-assessment"),
    "group": Word("小组评分", "the group's scores"),
    "committee": Word("委员会评分", "the committee's scores"),
    "bonuses": Word("登记加分", "recording bonuses"),
    "vetoes": Word("登记否决", "recording vetoes"),
    "completion": Word("完成评定", "completion"),
}
