"""The field's words for the values that stand in sentences: what a thing is called, its state, a step, a permission.

A value without an entry (a code, a number, a name) stands as it is. Which fact a value belongs to decides its word.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from shared.problems.words import evaluation, funding, incubation, operations, registry
from shared.problems.words.documents import DOCUMENT_FACTS, DOCUMENT_KINDS, Word

__all__ = ["Language", "Word", "say", "word_for"]

Language = Literal["zh", "en"]
_CHINA = ZoneInfo("Asia/Shanghai")

THINGS: Mapping[str, Word] = {
    "organization": Word("社会组织", "organization"),
    "Party organization": Word("党组织", "Party organization"),
    "body": Word("机构", "body"),
    "filed-body": Word("备案组织", "filed body"),
    "registration review": Word("注册登记审核", "registration review"),
    "leadership": Word("班子", "leadership"),
    "contact": Word("联系人", "contact"),
    "record": Word("记录", "record"),
    "formation case": Word("组建事项", "formation case"),
    "joint branch": Word("联合党支部", "joint branch"),
    "joint plan": Word("联合组建方案", "joint plan"),
    "joint proposal": Word("联合组建建议", "joint proposal"),
    "joint plan or proposal": Word("联合组建方案或建议", "joint plan or proposal"),
    **incubation.THINGS,
    **registry.THINGS,
    **evaluation.THINGS,
    **funding.THINGS,
    **operations.THINGS,
    "import": Word("导入任务", "import"),
    "conflict": Word("登记冲突", "conflict"),
    "inspection": Word("年检", "inspection"),
    "assessment grade": Word("评估等级", "assessment grade"),
    "grade review": Word("等级核查事项", "grade review"),
    "survey": Word("统计轮次", "survey round"),
    "statistic_report": Word("统计报告", "statistical report"),
    "survey return": Word("统计填报", "survey return"),
    "yearly form": Word("年度情况表", "yearly form"),
    "exception": Word("代码例外", "exception"),
    "document": Word("文书", "document"),
    "division": Word("行政区划", "division"),
    "scan": Word("盖章件扫描件", "scan"),
    "task": Word("待办事项", "task"),
    "thing": Word("事项", "thing"),
}
STATES: Mapping[str, Word] = {
    "draft": Word("尚未开放", "drafted"),
    "drafted": Word("处于草拟状态", "drafted"),
    "open": Word("正在进行", "open"),
    "closed": Word("已结束", "closed"),
    "deferred": Word("已缓办", "deferred"),
    "approved": Word("已批准", "approved"),
    "proposed": Word("待批准", "proposed"),
    "outdated": Word("已失效", "outdated"),
    **evaluation.STATES,
    "completed": Word("已完成", "completed"),
    "withdrawn": Word("已撤回", "withdrawn"),
    "raised": Word("待复核", "raised"),
    "held": Word("处于暂缓状态", "held"),
    "reviewed": Word("已复核", "reviewed"),
    "paid": Word("已拨付", "paid"),
    "reversed": Word("已冲销", "reversed"),
    "waiting": Word("正在等待", "waiting"),
    "running": Word("正在进行", "running"),
    "failed": Word("已失败", "failed"),
    "resolved": Word("已裁定", "resolved"),
    "checked": Word("已核稿", "checked"),
    "issued": Word("已印发", "issued"),
    "reported": Word("已上报", "reported"),
    "returned": Word("已退回", "returned"),
    "submitted": Word("待审核", "submitted"),
    "refused": Word("不予登记", "refused"),
    "certified": Word("已发证", "certified"),
    "handed_over": Word("已移交", "handed over"),
    "decided": Word("已决定", "decided"),
    "lapsed": Word("已失效", "lapsed"),
    "locked": Word("已锁定", "locked"),
    "computed": Word("已计算", "computed"),
    "signed": Word("已签署", "signed"),
    **incubation.STATES,
    **funding.STATES,
}
STEPS: Mapping[str, Word] = {
    "opening": Word("开放", "opening"),
    "closing": Word("结束", "closing"),
    "approval": Word("批准", "approval"),
    "deferral": Word("缓办", "deferral"),
    "lapse": Word("作失效处理", "lapse"),
    **evaluation.STEPS,
    "withdrawal": Word("撤回", "withdrawal"),
    "drafting": Word("起草", "drafting"),
    "release": Word("解除暂缓", "release"),
    "review": Word("复核", "review"),
    "payment": Word("拨付", "payment"),
    "resolution": Word("裁定", "resolution"),
    "holding": Word("暂缓", "holding"),
    "check": Word("核稿", "the check"),
    "issue": Word("印发", "issuing"),
    "report": Word("上报", "report"),
    "take_over": Word("接收登记", "take-over"),
    "return": Word("退回", "return"),
    "extension": Word("延期", "extension"),
    "correction": Word("更正", "correction"),
    "application": Word("申请", "application"),
    "supplement": Word("补正", "supplement"),
    "refusal": Word("不予登记", "refusal"),
    "certificate": Word("发证登记", "certificate"),
    "hand_over": Word("移交", "handing over"),
    "decision": Word("作出决定", "decision"),
    "recording": Word("登记", "recording"),
    "verification": Word("核查", "verification"),
    "entry": Word("填报", "entry"),
    "confirmation": Word("确认", "confirmation"),
    "locking": Word("锁定", "locking"),
    "computation": Word("计算", "computation"),
    "explanation": Word("说明变动", "explanation"),
    "signature": Word("签署", "signature"),
    **incubation.STEPS,
    **funding.STEPS,
}
_DONE: Mapping[str, Word] = {**STEPS, **evaluation.DONE}
"""Steps as somebody's doing."""
PERMISSIONS: Mapping[str, Word] = {
    "registry.read": Word("查阅登记信息", "reading the registry"),
    "statistics.read": Word("查阅统计", "reading statistics"),
    "registrations.write": Word("报送登记信息", "writing registrations"),
    "imports.write": Word("导入文件", "importing files"),
    "registrations.correct": Word("更正登记信息", "correcting registrations"),
    "documents.draft": Word("起草文书", "drafting documents"),
    "documents.check": Word("核稿", "checking documents"),
    "documents.issue": Word("印发文书", "issuing documents"),
    "bodies.write": Word("登记上级机构", "recording superior bodies"),
    "affiliations.write": Word("变更隶属关系", "changing affiliations"),
    "party_organizations.take_over": Word("接收已有党组织", "taking over Party organizations"),
    "party_organizations.reorganize": Word("撤销、合并、迁移党组织及变更类别", "reorganizing Party organizations"),
    "leaderships.report": Word("上报班子", "reporting leaderships"),
    "leaderships.approve": Word("批复班子", "approving leaderships"),
    "filed_bodies.write": Word("备案组织", "filing bodies"),
    "reviews.apply": Word("申请注册登记", "applying for registration"),
    "reviews.decide": Word("审核注册登记", "deciding on registration"),
    **incubation.PERMISSIONS,
    "inspections.write": Word("登记年检结论", "recording annual inspections"),
    "grades.write": Word("登记评估等级", "recording assessment grades"),
    "surveys.manage": Word("开设和锁定统计轮次", "opening and locking survey rounds"),
    "surveys.enter": Word("填报统计数据", "entering survey returns"),
    "surveys.confirm": Word("确认统计数据", "confirming survey returns"),
    "statistics.write": Word("编制、签署、锁定统计报告", "drawing up statistical reports"),
    "contacts.read": Word("查阅联系人", "reading contacts"),
    "contacts.write": Word("登记联系人", "writing contacts"),
    "formation.read": Word("查阅组建事项", "reading formation cases"),
    "formation.decide": Word("办理组建事项", "deciding formation cases"),
    **evaluation.PERMISSIONS,
    **funding.PERMISSIONS,
    "changes.read": Word("查阅变更", "reading changes"),
    **operations.PERMISSIONS,
}
KINDS: Mapping[str, Word] = {
    "social_group": Word("社会团体", "social group"),
    "foundation": Word("基金会", "foundation"),
    "social_service_institution": Word("社会服务机构（民办非企业单位）", "social service institution"),
    "law_firm": Word("律师事务所", "law firm"),
    "accounting_firm": Word("会计师事务所", "accounting firm"),
}
_BY_FACT: Mapping[str, Mapping[str, Word]] = {
    "what": THINGS,
    "state": STATES,
    "status": {"registered": Word("已登记", "registered"), "deregistered": Word("已注销", "deregistered")},
    "action": STEPS,
    "step": _DONE,
    "earlier": _DONE,
    "stage": evaluation.STAGES,
    "other_stage": evaluation.STAGES,
    "permission": PERMISSIONS,
    "kind": {**KINDS, **DOCUMENT_KINDS, **incubation.SUPPORT_KINDS},
    "changed": DOCUMENT_FACTS,
    "coverage": {
        "standalone": Word("单独组建", "standalone"),
        "joint": Word("联合组建", "joint"),
        "area": Word("区域覆盖", "area"),
        "uncovered": Word("未覆盖", "uncovered"),
    },
    **incubation.FACTS,
    **registry.FACTS,
    "missing": {"evaluation policy": Word("评定参数", "evaluation policy")},
}


def word_for(fact: str, value: str) -> Word | None:
    """The field's word for a value of a fact (`state`, `step`, `permission`, …), None for what has none."""
    return _BY_FACT.get(fact, {}).get(value)


def say(fact: str, value: object, language: Language) -> object:
    """A fact's value as a sentence has it: by its word, a day as 2026年3月2日, an instant in China's time."""
    match value:
        case str():
            word = word_for(fact, value)
            return value if word is None else getattr(word, language)
        case Word():
            return getattr(value, language)
        case datetime():
            local = value.astimezone(_CHINA) if value.tzinfo else value
            day = say(fact, local.date(), language)
            seconds = f":{local:%S}" if local.second else ""
            return f"{day} {local.hour}:{local:%M}{seconds}"
        case date():
            return f"{value.year}年{value.month}月{value.day}日" if language == "zh" else f"{value:%-d %B %Y}"
        case list() | tuple():
            return ("、" if language == "zh" else ", ").join(str(say(fact, one, language)) for one in value)
        case _:
            return value
