"""What the facts of incubation's documents are called in them: documents are Chinese. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.incubation.incubatees.incubatee import Judged, MomentState
from shared.documents.content import written_day

DUE_FORMS: Mapping[str, str] = {
    "standalone": "单独成立党组织",
    "joint": "与邻近或者行业相近的单位联合成立党组织",
    "area": "由所在区域的党组织覆盖",
}
COVERAGES: Mapping[str, str] = {
    "standalone": "单独组建",
    "joint": "联合组建",
    "area": "区域覆盖",
    "uncovered": "未覆盖",
}
MOMENTS: Mapping[str, str] = {
    "registration": "登记",
    "entry": "入壳",
    "management": "管理",
    "inspection": "年检",
    "change_of_term": "换届",
    "selection": "评选",
}
CAUSES: Mapping[str, str] = {
    "withdrew": "自行退出",
    "breach": "违反协议",
    "deregistered": "组织注销",
    "moved": "迁出",
    "term_ended": "协议期满",
    "other": "其他",
}
NOTHING = "—"
PASSED, MISSING = "通过", "未通过"


def day_or_nothing(day: date | None) -> str:
    """A day as documents write it, a dash for none."""
    return NOTHING if day is None else written_day(day)


def name_instructor(instructor: Mapping[str, Any] | None) -> str:
    """An instructor by post, with the reference where there is one; empty for none."""
    if instructor is None:
        return ""
    reference = instructor.get("reference")
    return instructor["post"] if reference is None else f"{instructor['post']}（{reference}）"


def moment_row(one: MomentState) -> tuple[str, str, str]:
    """A moment in step, with the day of each track."""
    return MOMENTS[one.moment], day_or_nothing(one.organization), day_or_nothing(one.party_organization)


def on_what(one: Judged) -> str:
    """On what an item of a maturity list rests."""
    basis = one.basis
    match one.fact:
        case None:
            said = f"{basis['evidence']}（{_day(basis['on'])}评估）" if basis else "尚未评估"
        case "registered":
            said = f"{_day(basis['registered_on'])}登记" if basis["registered_on"] else "未登记"
        case "visited":
            said = f"走访{basis['visits']}次，每{basis['every_months']}个月至少1次"
        case "covered_as_due":
            due = COVERAGES.get(basis["due"], "未核查")
            said = f"应建形式为{due}，现为{COVERAGES[basis['coverage']]}"
        case "led" if basis["party_state"] == "active":
            said = f"本届班子任期自{_day(basis['term_since'])}起" if basis["term_since"] else "班子已获批复"
        case "led":
            said = "由区域党组织覆盖，不单独选举" if one.passed else "班子未获批复"
        case _:
            behind = "、".join(MOMENTS[moment] for moment in basis["behind"])
            said = f"滞后环节：{behind}" if behind else "无滞后环节"
    return said


def _day(written: str) -> str:
    return written_day(date.fromisoformat(written))
