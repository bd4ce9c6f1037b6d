"""The words of cycles, evaluations, and of what is objected to them."""

from collections.abc import Mapping

from shared.problems.words.documents import Word

THINGS: Mapping[str, Word] = {
    "extension": Word("延期申请", "application for an extension"),
    "evidence file": Word("佐证材料", "evidence file"),
    "publication": Word("公示", "public notice"),
    "indicator system": Word("指标体系", "indicator system"),
    "cycle": Word("年度评定", "cycle"),
    "evaluation": Word("评定", "evaluation"),
    "objection": Word("异议", "objection"),
    "consequence": Word("评定结果运用事项", "consequence"),
    "selection": Word("“双强”评选", "selection"),
    "simulation": Word("测算", "simulation"),
}
STATES: Mapping[str, Word] = {
    "granted": Word("已同意", "granted"),
    "enrolled": Word("尚未打分", "enrolled"),
    "scoring": Word("正在打分", "being scored"),
    "published": Word("正在公示", "published"),
    "objected": Word("有异议待答复", "objected to"),
    "upheld": Word("异议成立", "upheld"),
    "rejected": Word("异议不成立", "rejected"),
    "settled": Word("已一并答复", "settled"),
    "underway": Word("正在落实方案", "underway"),
    "tracked": Word("方案落实情况待验收", "tracked"),
    "sent": Word("已寄送", "sent"),
    "received": Word("已签收", "received"),
    "in_effect": Word("已生效", "in effect"),
    "superseded": Word("已由更正的评定取代", "superseded"),
    "recommended": Word("已推荐", "recommended"),
    "visited": Word("已实地考察", "visited"),
    "assessed": Word("已综合评定", "assessed"),
    "commended": Word("已表彰", "commended"),
    "passed_over": Word("未入选", "passed over"),
}
STEPS: Mapping[str, Word] = {
    "granting": Word("同意延期", "granting"),
    "scoring": Word("打分", "scoring"),
    "self": Word("自评", "self-assessment"),
    "group": Word("小组评分", "the group's scores"),
    "committee": Word("委员会评分", "the committee's scores"),
    "bonuses": Word("登记加分", "recording bonuses"),
    "vetoes": Word("登记否决", "recording vetoes"),
    "publication": Word("公示", "publication"),
    "objection": Word("提出异议", "objection"),
    "answer": Word("答复异议", "the answer"),
    "rejection": Word("驳回异议", "rejection"),
    "upholding": Word("采纳异议", "upholding"),
    "settling": Word("一并答复", "settling"),
    "reopening": Word("重新启动", "reopening"),
    "plan": Word("制定方案", "the plan"),
    "tracking": Word("跟踪记录", "tracking"),
    "acceptance": Word("验收", "acceptance"),
    "talk": Word("诫勉谈话", "the talk"),
    "sending": Word("寄送", "sending"),
    "receipt": Word("签收", "the receipt"),
    "use": Word("使用", "the use"),
    "superseding": Word("由更正取代", "superseding"),
    "lapsing": Word("终止", "lapsing"),
    "settlement": Word("销号", "settlement"),
    "completion": Word("完成评定", "completion"),
    "recommendation": Word("推荐申报", "the recommendation"),
    "visit": Word("实地考察", "the site visit"),
    "assessment": Word("综合评定", "the overall assessment"),
    "commendation": Word("表彰", "the commendation"),
    "passing_over": Word("不予表彰", "passing it over"),
    "publicity": Word("宣传", "publicity"),
    "satisfaction": Word("满意度测评", "the satisfaction test"),
}
DONE: Mapping[str, Word] = {
    "self": Word("作自评", "self-assessment"),
    "group": Word("作小组评分", "the group's scores"),
    "committee": Word("作委员会评分", "the committee's scores"),
}
"""Steps as somebody's doing."""
PERMISSIONS: Mapping[str, Word] = {
    "evaluation.read": Word("查阅评定", "reading evaluations"),
    "cycles.manage": Word("管理年度评定", "managing cycles"),
    "scores.write": Word("填报评分", "putting score sheets"),
    "simulations.run": Word("测算评定规则调整", "asking what if"),
    "ratings.write": Word("评定打分", "rating"),
    "objections.write": Word("提出异议", "objecting to ratings"),
    "extensions.apply": Word("申请延期", "applying for an extension"),
    "plans.write": Word("制定和跟踪整改方案", "writing and tracking plans"),
    "consequences.decide": Word("验收整改、办理抄告", "accepting plans and sending letters"),
    "talks.hold": Word("进行诫勉谈话", "holding admonition talks"),
}
STAGES: Mapping[str, Word] = {
    "self": Word("自评", "self"),
    "group": Word("小组评分", "group"),
    "committee": Word("委员会评分", "committee"),
}
