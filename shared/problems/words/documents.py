"""The field's words for documents and for what they say (`words`)."""

from collections.abc import Mapping
from typing import NamedTuple


class Word(NamedTuple):
    """One thing's name in both languages."""

    zh: str
    en: str


DOCUMENT_KINDS: Mapping[str, Word] = {
    "founding_notice": Word("成立党组织告知书", "notice to found"),
    "founding_approval": Word("同意成立批复", "approval to found"),
    "leadership_approval": Word("选举结果批复", "approval of the leadership"),
    "dissolution_approval": Word("撤销批复", "approval to dissolve"),
    "statistics_cover": Word("统计报表封面", "cover of statistics"),
    "deferral_notice": Word("暂缓成立通知", "notice of deferral"),
    "entry_agreement": Word("入壳协议", "agreement of entry"),
    "visit_sheet": Word("走访表", "visit sheet"),
    "exit_sheet": Word("出壳表", "exit sheet"),
    "launch_notice": Word("年度评定启动通知", "launch notice"),
    "star_certificate": Word("星级证书", "certificate of stars"),
    "admonition_record": Word("诫勉谈话记录", "record of an admonition talk"),
    "score_receipt": Word("抄告单回执", "receipt of a letter"),
    "performance_bid": Word("绩效目标申报表", "bid paper"),
    "performance_self_evaluation": Word("绩效自评表", "performance self-evaluation"),
}
INCUBATION_FACTS: Mapping[str, Word] = {
    "checked_on": Word("核查日期", "the day of the check"),
    "counted_full_members": Word("计入的正式党员数", "the full members that count"),
    "due_form": Word("应建形式", "the form that is due"),
    "due_on": Word("办理期限", "the day that it is due"),
    "deferred_on": Word("暂缓日期", "the day of the deferral"),
    "deferred_until": Word("暂缓期限", "the day it is put off to"),
    "instructor": Word("党建指导员", "the instructor"),
    "reason": Word("暂缓原因", "the reason"),
    "incubator": Word("孵化器名称", "the incubator's name"),
    "incubatee": Word("在孵组织名称", "the incubatee's name"),
    "purpose": Word("服务方向", "what it is for"),
    "premises": Word("孵化场地", "the premises"),
    "decided_on": Word("评审日期", "the day of the panel's decision"),
    "panel_present": Word("评审到会人数", "how many of the panel were present"),
    "panel_in_favour": Word("评审同意人数", "how many of the panel agreed"),
    "visit_every_months": Word("走访间隔", "the months between visits"),
    "follow_up_months": Word("跟踪月数", "the months of the follow-up"),
    "entered_on": Word("入壳日期", "the day of entry"),
    "ends_on": Word("协议到期日", "the last day of the agreement"),
    "visited_on": Word("走访日期", "the day of the visit"),
    "visit_number": Word("走访次序", "which visit it was"),
    "saw_organization": Word("社会组织情况", "what was seen of the organization"),
    "saw_party_organization": Word("党组织情况", "what was seen of the Party organization"),
    "follow_up": Word("跟进事项", "what follows"),
    "outcome": Word("结果", "the outcome"),
    "left_on": Word("出壳或退出日期", "the day that it left"),
    "cause": Word("退出原因", "why it left"),
    "follow_up_until": Word("跟踪期限", "the end of the follow-up"),
    "visits": Word("走访次数", "the number of visits"),
    "coverage": Word("党的组织覆盖", "how it is covered"),
    "passed": Word("通过项数", "how many items passed"),
    "asked": Word("清单项数", "how many items there are"),
    "missing": Word("未通过项", "what has not passed"),
    "organization_list": Word("社会组织成熟清单", "the organization's maturity list"),
    "party_organization_list": Word("党组织成熟清单", "the Party organization's maturity list"),
    "moments": Word("同步环节", "the moments in step"),
}
DOCUMENT_FACTS: Mapping[str, Word] = {
    "issuer": Word("制发机关名称", "the issuer's name"),
    "organization": Word("社会组织名称", "the organization's name"),
    "uscc": Word("统一社会信用代码", "the code"),
    "kind": Word("类别", "the kind"),
    "full_members": Word("正式党员数", "the full members"),
    "full_members_full_time": Word("专职人员中的正式党员数", "the full members among full-time staff"),
    "probationary_members": Word("预备党员数", "the probationary members"),
    "registered_on": Word("登记日期", "the day of registration"),
    "party_organization": Word("党组织名称", "the Party organization's name"),
    "structure": Word("组织建制", "the structure"),
    "form": Word("组建方式", "the form"),
    "established_on": Word("成立日期", "the day of founding"),
    "affiliation": Word("隶属关系", "the affiliation"),
    "applicants": Word("所覆盖的社会组织", "the covered organizations"),
    "covers_count": Word("覆盖数", "how many are covered"),
    "dissolved_on": Word("撤销日期", "the day of dissolution"),
    **INCUBATION_FACTS,
}
