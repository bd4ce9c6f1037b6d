"""The words of grants, of the lists of schemes, and of who is paid."""

from collections.abc import Mapping

from shared.problems.words.documents import Word

THINGS: Mapping[str, Word] = {
    "grant": Word("补助", "grant"),
    "scheme": Word("补助方案", "scheme"),
    "entry": Word("名单条目", "entry"),
    "dues statement": Word("党费登记", "statement of dues"),
    "payee": Word("收款账户", "payee"),
    "ledger account": Word("会计科目", "ledger account"),
}
STATES: Mapping[str, Word] = {
    "entered": Word("已录入", "entered"),
    "confirmed": Word("已确认", "confirmed"),
    "corrected": Word("已被更正", "corrected"),
    "verified": Word("已核对", "verified"),
}
STEPS: Mapping[str, Word] = {
    "entering": Word("录入", "entering"),
    "confirmation": Word("确认", "confirmation"),
    "certification": Word("核定", "certification"),
    "ending": Word("终止", "ending"),
}
PERMISSIONS: Mapping[str, Word] = {
    "grants.read": Word("查阅补助", "reading grants"),
    "grants.redecide": Word("补助重新核定", "deciding grants again"),
    "grants.release": Word("补助解除暂缓", "releasing held grants"),
    "grants.review": Word("补助复核", "reviewing grants"),
    "grants.approve": Word("补助批准", "approving grants"),
    "grants.pay": Word("补助拨付", "paying grants"),
    "schemes.run": Word("按方案核定补助", "running schemes"),
    "entries.write": Word("录入补助名单", "entering lists of schemes"),
    "entries.confirm": Word("确认补助名单", "confirming lists of schemes"),
    "dues.write": Word("登记党费及申请返还", "stating dues and claiming refunds"),
    "dues.certify": Word("核定党费", "certifying dues"),
    "payees.read": Word("查阅收款账户", "reading payees' accounts"),
    "payees.write": Word("录入收款账户", "entering payees' accounts"),
    "payees.verify": Word("核对收款账户", "verifying payees' accounts"),
    "ledger.read": Word("查阅账目", "reading the ledger"),
}
