"""What is wrong with a workbook of score sheets, or with one of its rows."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class UnreadableSheet(Problem):
    """The file is no workbook that this service wrote."""

    slug, status = "unreadable-score-sheet", 422
    title = Text(zh="不是本系统的评分表", en="No score sheet of this service")
    detail = Text(
        zh="文件“{filename}”无法作为评分表读取（{reason}）。请重新下载评分表，填写后以 xlsx 格式保存再上传。",
        en="File '{filename}' cannot be read as a score sheet ({reason}). Download it again and save it as xlsx.",
    )


class OutdatedSheet(Problem):
    """The workbook is of another cycle or of another version of the indicator system."""

    slug, status = "outdated-score-sheet", 409
    title = Text(zh="评分表与本年度评定不符", en="Score sheet of another cycle or version")
    detail = Text(
        zh="评分表属于评定 {given_cycle}、{system} 第 {given} 版；应为评定 {cycle}、第 {version} 版。请重新下载。",
        en="The sheet is of cycle {given_cycle}, system {system} in version {given}; needed is cycle {cycle}, version "
        "{version}. Download it again.",
    )


class NoMethods(Problem):
    """The version has no methods: its indicators are scored by hand."""

    slug, status = "no-methods", 409
    title = Text(zh="该版指标体系没有计分方法", en="The version has no methods")
    detail = Text(
        zh="指标体系 {system} 第 {version} 版没有计分方法，不能按事实填表，请逐项评分（“scores”）。",
        en="Version {version} of system {system} has no methods to fill a sheet by: score it by hand (scores).",
    )


class TooManySheets(Problem):
    """More evaluations than one workbook holds."""

    slug, status = "too-many-score-sheets", 422
    title = Text(zh="评分表过多", en="Too many score sheets")
    detail = Text(
        zh="一个文件最多包含 {most} 个党组织的评分表，请以“division”限定行政区划。",
        en="One workbook holds {most} evaluations at most: narrow them by division.",
    )


UNREADABLE_CELL = Text(
    zh="单元格内容无法读取（公式出错或没有结果）。", en="The cell cannot be read: its formula gives no value."
)
NO_VALUE = Text(zh="填写了佐证材料或总数，但没有填写事实。", en="There is evidence or a whole, but no fact.")
NOT_YES_NO = Text(zh="应为“是”或“否”。", en="Must be yes or no (是, 否).")
OF_ONE = Text(
    zh="{value} 不大于 1：百分数请写作 96.5，不写 0.965，也不带百分号；确实不超过 1% 的，请填写分子和总数。",
    en="{value} is 1 or less: write a percentage as 96.5, not 0.965 and without a sign; up to 1%, give part and whole.",
)
TWICE = Text(zh="该党组织的这项指标出现两次。", en="This indicator stands twice for the Party organization.")
NOT_IN_CYCLE = Text(
    zh="该评定不在本年度评定的 {type} 类中，或您无权查看。",
    en="This evaluation is not one of type {type} in the cycle, or beyond your scope.",
)
CHANGED_MEANWHILE = Text(
    zh="下载评分表之后，他人已提交该环节的评分，请重新下载。",
    en="Somebody else has put this stage since the sheet was downloaded: download it again.",
)
