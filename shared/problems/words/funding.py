"""The words of the ledger."""

from collections.abc import Mapping

from shared.problems.words.documents import Word

THINGS: Mapping[str, Word] = {
    "ledger account": Word("会计科目", "ledger account"),
    "ledger transaction": Word("记账凭证", "ledger transaction"),
    "dues year": Word("党费台账", "year of dues"),
    "award pool": Word("奖励资金", "award pool"),
    "dues refund": Word("党费返还申请", "refund claim"),
    "ledger period": Word("会计期间", "ledger period"),
}
STATES: Mapping[str, Word] = {
    "claimed": Word("待审核", "claimed"),
    "accepted": Word("已审核通过", "accepted"),
    "locked": Word("已锁定", "locked"),
}
STEPS: Mapping[str, Word] = {
    "distribution": Word("分配", "distribution"),
    "certification": Word("核定", "certification"),
    "claiming": Word("申请返还", "claiming"),
    "acceptance": Word("审核通过", "acceptance"),
    "posting": Word("记账", "posting"),
    "reversal": Word("冲销", "reversal"),
    "locking": Word("锁定", "locking"),
}
PERMISSIONS: Mapping[str, Word] = {
    "ledger.read": Word("查阅账目", "reading the ledger"),
    "ledger.post": Word("记账和结账", "posting to the ledger and closing its months"),
    "pools.write": Word("设立和结束奖励资金", "setting award pools aside and closing them"),
    "pools.distribute": Word("分配奖励资金", "distributing award pools"),
    "dues.write": Word("登记党费和申请返还", "recording dues and claiming refunds"),
    "dues.certify": Word("核定党费和审核返还", "certifying dues and deciding on refunds"),
    "ledger.control": Word("冲销凭证和锁定会计期间", "reversing postings and locking months"),
}
