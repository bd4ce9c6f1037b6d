"""Where what stands in a workbook of score sheets, and its words. Pure.

One block of rows for each evaluation: its title, a row for each indicator, bonus, missing entries, total. Each row of
an indicator has the evaluation's id in a hidden column, so that sorting or deleting rows mixes nothing up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.evaluation.indicator_systems.scoring import ScoringIndicator
from shared.problems.language import Text

FORMAT = "shuangfu-score-sheet-1"
HIDDEN, OPTIONS = "shuangfu", "options"
"""Hidden sheets: what the workbook is of, and the lists behind the drop-downs."""
CODE, WHAT, METHOD, POINTS, VALUE, WHOLE, EVIDENCE, SCORE, EVALUATION = range(9)
"""Columns, from 0."""
HEADINGS = (
    Text(zh="指标", en="Indicator"),
    Text(zh="内容", en="What"),
    Text(zh="计分方法", en="How points are earned"),
    Text(zh="满分", en="Points"),
    Text(zh="事实（填写）", en="Fact (fill in)"),
    Text(zh="总数（填写）", en="Out of (fill in)"),
    Text(zh="佐证材料（填写）", en="Evidence (fill in)"),
    Text(zh="得分", en="Score"),
)
SHEET = Text(zh="评分表", en="Score sheets")
SUMMARY = Text(zh="汇总", en="Summary")
SUMMARY_HEADINGS = (
    Text(zh="序号", en="No."),
    Text(zh="党组织", en="Party organization"),
    Text(zh="行政区划", en="Division"),
    Text(zh="未填项数", en="Entries missing"),
    Text(zh="累计得分", en="Running total"),
)
BONUS = Text(zh="已登记加分", en="Bonus recorded")
MISSING = Text(zh="未填项数", en="Entries missing")
TOTAL = Text(zh="累计得分", en="Running total")
YES, NO = Text(zh="是", en="yes"), Text(zh="否", en="no")
NOT_FOR_THEM = Text(zh="不适用", en="not applicable")
NOTHING = Text(zh="无佐证", en="no evidence")
"""Where nothing shows an indicator, after its return; no list offers it, and the import takes it."""
PROMPTS: Mapping[str, Text] = {
    "graded": Text(zh="请从下拉列表中选择档次。", en="Choose a grade from the list."),
    "yes_no": Text(zh="请选择“是”或“否”。", en="Choose yes or no."),
    "counted": Text(zh="请填写次数（0 或正整数）。", en="Give the count, a whole number from 0."),
    "deduction": Text(zh="请填写发现的次数（0 或正整数）。", en="Give the number of cases, a whole number from 0."),
    "ratio": Text(
        zh="请填写分子，并在右侧填写总数，没有可计之数的均填 0；或只填写 0 至 100 的百分数，不带百分号。",
        en="Give the part here and the whole to the right, both 0 where there is nothing to count; or a percentage "
        "from 0 to 100 alone, without a sign.",
    ),
}
TAIL_ROWS = 3
"""Below the indicators: bonus, missing entries, total."""


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator as the sheet shows it: its texts in one language, and whether its cases allow it to be left out."""

    indicator: ScoringIndicator
    what: str
    method: str
    evidence: str
    """What is asked for."""
    options: Sequence[str]
    """Of its drop-down: grades, or yes and no."""
    may_be_absent: bool


@dataclass(frozen=True, slots=True)
class Block:
    """An evaluation's part of the sheet: whose it is, what does not apply, what was put before, its bonus."""

    evaluation_id: UUID
    name: str
    division: str
    not_for: frozenset[str]
    facts: Mapping[str, Mapping[str, Any]]
    bonus: Decimal
    """What counts of the bonus, capped."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a workbook is of."""

    cycle: UUID
    type: str
    version: str
    stage: str
    written_at: str
