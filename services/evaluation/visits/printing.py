"""A team's sheet, to be filled in by hand: what each stage gave, and room for what is found."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.evaluation.sheets.schemas import points_of
from shared.documents.content import Block, Content, Printed, written_day
from shared.field.calendar import china_day

_STAGES = {"self": "自评", "group": "群众测评", "first_check": "行业初核", "committee": "评定委员会"}
_HEAD = ("指标", "内容", "分值", "自评事实", "核查事实", "佐证")


def on_site_sheet(
    evaluation: Mapping[str, Any],
    content: Mapping[str, Any],
    sheets: Sequence[Mapping[str, Any]],
    sample: Mapping[str, Any] | None,
) -> Printed:
    """Of an evaluation that is to be visited, by the system that its cycle froze."""
    given = {sheet["stage"]: sheet for sheet in sheets}
    drawn = "未经抽取"
    if sample is not None:
        drawn = f"{written_day(china_day(sample['drawn_at']))}，种子：{sample['seed']}"
    rows = [
        ("党组织", evaluation["party_organization_name"]),
        ("评定年度、类型", f"{evaluation['year']}年度 {content['type']} {content['name']['zh']}"),
        *((f"{name}已得分", points_of(given[stage])) for stage, name in _STAGES.items() if stage in given),
        ("抽取", drawn),
        ("核查日期", ""),
        ("核查组人数", ""),
    ]
    facts = (given.get("self") or {}).get("facts") or {}
    cells = [
        (one["code"], one["what"]["zh"], str(one["points"]), _written(facts.get(one["code"])), "", "")
        for level in content["levels"]
        for one in level["indicators"]
    ]
    return Printed(
        Content(
            title="党组织星级评定实地核查表",
            signed="",
            blocks=(Block(kind="rows", rows=tuple(rows)), Block(kind="table", cells=(_HEAD, *cells))),
            sheet=True,
            signatures=("核查组", "受查党组织（盖章）"),
            blank=True,
        ),
        None,
        None,
    )


def _written(fact: Mapping[str, Any] | None) -> str:
    """A fact as it is written on paper."""
    value = None if fact is None else fact["value"]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return f"{value['part']}/{value['whole']}"
    return {None: "", "not_applicable": "不适用", "no_evidence": "无材料"}.get(value, str(value))
