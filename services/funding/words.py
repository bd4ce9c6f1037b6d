"""What grants, their steps and postings are called on paper, in Chinese."""

from collections.abc import Mapping

from services.funding.grants.rules import Recorded

PURPOSES = {
    "annual": "党建工作经费",
    "start-up": "组建启动经费",
    "members": "党员活动经费",
    "larger": "规模党组织补助",
    "secretary": "党组织书记津贴",
    "instructor": "党建指导员津贴",
    "project": "党建项目资助",
    "award": "奖励资金",
    "star-award": "星级奖励",
    "dues-refund": "返还党费",
}
"""What the purposes of the shipped schemes are called in documents; another is written by its code."""
CHANNELS = {"fiscal": "财政资金", "dues": "党费"}
STATES = {
    "raised": "待复核",
    "held": "暂缓",
    "reviewed": "已复核",
    "approved": "已批准",
    "paid": "已拨付",
    "reversed": "已撤销",
}
STEPS: Mapping[Recorded, str] = {
    "raised": "拟定",
    "held": "暂缓",
    "holding": "转为暂缓",
    "relocation": "随党组织变更区划",
    "rectification": "整改办结",
    "release": "解除暂缓",
    "review": "复核",
    "approval": "批准",
    "ordering": "列入支付单",
    "order_withdrawn": "支付单撤回",
    "payment_failed": "支付失败",
    "payment_reopened": "支付结果待查",
    "bank_return": "银行退票",
    "public_notice": "公示",
    "objection": "登记异议",
    "objection_answer": "答复异议",
    "return": "退回更正",
    "payment": "拨付",
    "use_report": "报告使用情况",
    "final_settlement": "决算",
    "balance_return": "退回结余",
    "amendment": "调整",
    "reversal": "撤销",
}
KINDS_OF_POSTING = {
    "grant_approved": "批准补助",
    "grant_paid": "拨付补助",
    "grant_reduced": "核减补助",
    "grant_returned": "退回补助",
    "reversal": "冲销",
    "voucher": "记账",
}
RECIPIENTS: Mapping[str, str] = {"BRANCH": "党支部", "GENERAL": "党总支", "COMMITTEE": "党委"}
