"""The words of incubators, of what they incubate, and of what is done regularly."""

from collections.abc import Mapping

from shared.problems.words import routine
from shared.problems.words.documents import Word

THINGS: Mapping[str, Word] = {
    "area": Word("片区", "area"),
    "area proposal": Word("片区建议", "area proposal"),
    "boundary": Word("行政区划界线", "boundary"),
    "incubator": Word("孵化器", "incubator"),
    "support": Word("扶持记录", "support"),
    **routine.THINGS,
    "incubatee": Word("在孵组织", "incubatee"),
    "milestone": Word("环节记录", "milestone"),
    "visit": Word("走访记录", "visit"),
    "assessment": Word("年度考核", "assessment"),
}
STATES: Mapping[str, Word] = {
    "preparing": Word("正在筹建", "being prepared"),
    "active": Word("已启用", "active"),
    **routine.STATES,
    "applied": Word("已申请入壳", "applied for"),
    "admitted": Word("已通过评审", "admitted"),
    "incubating": Word("正在孵化", "being incubated"),
    "graduated": Word("已出壳", "graduated"),
    "exited": Word("已退出", "gone"),
}
STEPS: Mapping[str, Word] = {
    "activation": Word("启用", "activation"),
    "support": Word("登记扶持", "recording a support"),
    "edit": Word("调整", "the edit"),
    **routine.STEPS,
    "admission": Word("评审通过", "admission"),
    "rejection": Word("评审不通过", "refusal"),
    "agreement": Word("签订入壳协议", "the agreement of entry"),
    "graduation": Word("办理出壳", "graduation"),
    "exit": Word("办理退出", "exit"),
    "assessing": Word("评估成熟度", "assessing maturity"),
    "milestone": Word("登记环节", "recording a milestone"),
    "visit": Word("登记走访", "recording a visit"),
}
PERMISSIONS: Mapping[str, Word] = {
    "incubators.write": Word("登记孵化器和在孵组织", "recording incubators and incubatees"),
    "incubators.decide": Word("审批孵化事项", "deciding on incubators and incubatees"),
    **routine.PERMISSIONS,
}
SUPPORT_KINDS: Mapping[str, Word] = {
    "premises": Word("办公场所", "premises"),
    "funds": Word("经费", "funds"),
    "projects": Word("项目", "projects"),
    "training": Word("培训", "training"),
    "guidance": Word("辅导", "guidance"),
}
COMMITTEE_FAULTS: Mapping[str, Word] = {
    "none_named": Word("尚未指明", "none is named"),
    "unknown": Word("机构未登记", "it is not recorded"),
    "not_in_force": Word("机构不在存续期", "it is not in force"),
    "other_kind": Word("不是孵化器党组织", "it is no incubator's"),
    "structure": Word("既非党委也非党总支", "it is neither"),
    "territory": Word("管辖范围不包括孵化器所在地", "its territory does not hold the incubator"),
    "parent": Word("上级不是民政部门", "its parent is not civil affairs"),
}
"""Why a body is not the committee that an incubator must have (H5)."""
OWN: Mapping[str, Mapping[str, Mapping[str, Word]]] = {
    "incubator": {
        "state": {"closed": Word("已关闭", "closed")},
        "action": {"closing": Word("关闭", "closing"), "assessing": Word("考核", "assessing")},
    },
    "incubatee": {
        "state": {"refused": Word("评审未通过", "refused"), "applied": Word("已申请入壳", "an applicant")},
        "action": {
            "admission": Word("评审", "admission"),
            "rejection": Word("评审", "refusal"),
            "extension": Word("延长协议", "extension"),
        },
    },
    "assessment": {
        "action": {"assessing": Word("填报得分", "putting scores"), "completion": Word("完成考核", "completion")}
    },
    **routine.OWN,
}
"""Words of a thing's own, for states and steps that are called otherwise elsewhere."""
FACTS: Mapping[str, Mapping[str, Word]] = {
    "fault": COMMITTEE_FAULTS,
    "cause": {
        "withdrew": Word("自行退出", "it withdrew"),
        "breach": Word("违反协议", "breach of the agreement"),
        "deregistered": Word("组织注销", "it was deregistered"),
        "moved": Word("迁出", "it moved away"),
        "term_ended": Word("协议期满", "the agreement ended"),
        "other": Word("其他", "another cause"),
    },
    "track": {
        "organization": Word("社会组织", "the organization"),
        "party_organization": Word("党组织", "its Party organization"),
    },
    "moment": {
        "registration": Word("登记", "registration"),
        "entry": Word("入壳", "entry"),
        "management": Word("管理", "management"),
        "inspection": Word("年检", "inspection"),
        "change_of_term": Word("换届", "change of term"),
        "selection": Word("评选", "selection"),
    },
    "service": {
        "party_building": Word("党建", "Party building"),
        "capability": Word("能力建设", "capability"),
        "people": Word("人才", "people"),
        "support": Word("支持", "support"),
        "guidance": Word("指导", "guidance"),
        "ability_assessment": Word("能力评估", "assessment of its ability"),
        "follow_up": Word("持续改进", "follow-up"),
    },
    "founding_form": {
        "in_unit": Word("单位内组建", "in the unit"),
        "among_members": Word("会员单位党员中组建", "among its members"),
        "in_council": Word("理事会内组建", "in its council"),
        "with_competent_unit": Word("依托业务主管单位组建", "with its competent unit"),
    },
    **routine.FACTS,
}
