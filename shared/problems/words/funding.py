"""The words of grants, of the lists of schemes, of who is paid, of dues and of the ledger."""

from collections.abc import Mapping

from shared.problems.words.documents import Word

THINGS: Mapping[str, Word] = {
    "grant": Word("补助", "grant"),
    "recipient": Word("受助方", "recipient"),
    "scheme": Word("补助方案", "scheme"),
    "entry": Word("名单条目", "entry"),
    "payee": Word("收款账户", "payee"),
    "ledger account": Word("会计科目", "ledger account"),
    "ledger transaction": Word("记账凭证", "ledger transaction"),
    "ledger period": Word("会计期间", "ledger period"),
    "dues year": Word("党费台账", "year of dues"),
    "dues refund": Word("党费返还申请", "refund claim"),
    "appropriation": Word("预算指标", "appropriation"),
    "payment order": Word("支付单", "payment order"),
    "award pool": Word("奖励资金", "award pool"),
    "forecast": Word("资金需求测算", "forecast"),
}
STATES: Mapping[str, Word] = {
    "entered": Word("已录入", "entered"),
    "confirmed": Word("已确认", "confirmed"),
    "verified": Word("已核对", "verified"),
    "settled": Word("已办结", "settled"),
    "locked": Word("已锁定", "locked"),
    "use_reported": Word("已报告使用情况", "use reported"),
    "evaluated": Word("已评价绩效", "evaluated"),
}
STEPS: Mapping[str, Word] = {
    "entering": Word("录入", "entering"),
    "confirmation": Word("确认", "confirmation"),
    "certification": Word("核定", "certification"),
    "ending": Word("终止", "ending"),
    "changing": Word("调整", "changing"),
    "distribution": Word("分配", "distribution"),
    "ordering": Word("生成", "ordering"),
    "posting": Word("记账", "posting"),
    "reversal": Word("冲销", "reversal"),
    "use_report": Word("报告使用情况", "report of use"),
    "final_settlement": Word("决算", "settlement"),
    "amendment": Word("调整", "amendment"),
    "balance_return": Word("退回结余", "return of the balance"),
    "locking": Word("锁定", "locking"),
}
PERMISSIONS: Mapping[str, Word] = {
    "grants.read": Word("查阅补助", "reading grants"),
    "grants.redecide": Word("补助重新核定", "deciding grants again"),
    "grants.release": Word("补助解除暂缓", "releasing held grants"),
    "grants.review": Word("补助复核", "reviewing grants"),
    "grants.approve": Word("补助批准", "approving grants"),
    "grants.pay": Word("补助拨付", "paying grants"),
    "grants.report": Word("报告补助使用情况", "reporting the use of grants"),
    "grants.settle": Word("补助决算和绩效评价", "settling and grading grants"),
    "grants.amend": Word("调整补助", "amending grants"),
    "grants.reverse": Word("冲销补助", "reversing grants"),
    "schemes.run": Word("按方案核定补助", "running schemes"),
    "entries.write": Word("录入补助名单", "entering lists of schemes"),
    "entries.confirm": Word("确认补助名单", "confirming lists of schemes"),
    "payees.read": Word("查阅收款账户", "reading payees' accounts"),
    "payees.write": Word("录入收款账户", "entering payees' accounts"),
    "payees.verify": Word("核对收款账户", "verifying payees' accounts"),
    "ledger.read": Word("查阅账目", "reading the ledger"),
    "ledger.post": Word("记账和结账", "posting to the ledger and closing its months"),
    "ledger.control": Word("冲销凭证和锁定会计期间", "reversing postings and locking months"),
    "dues.write": Word("登记党费和申请返还", "recording dues and claiming refunds"),
    "dues.certify": Word("核定党费", "certifying dues"),
    "budgets.write": Word("录入预算指标", "entering appropriations"),
    "budgets.confirm": Word("确认预算指标和年终结账", "confirming appropriations and closing their years"),
    "pools.write": Word("设立和结束奖励资金", "setting award pools aside and closing them"),
    "pools.distribute": Word("分配奖励资金", "distributing award pools"),
}
