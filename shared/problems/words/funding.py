"""The words of the ledger."""

from collections.abc import Mapping

from shared.problems.words.documents import Word

THINGS: Mapping[str, Word] = {
    "ledger account": Word("会计科目", "ledger account"),
    "ledger transaction": Word("记账凭证", "ledger transaction"),
    "ledger period": Word("会计期间", "ledger period"),
}
STATES: Mapping[str, Word] = {
    "locked": Word("已锁定", "locked"),
}
STEPS: Mapping[str, Word] = {
    "posting": Word("记账", "posting"),
    "reversal": Word("冲销", "reversal"),
    "locking": Word("锁定", "locking"),
}
PERMISSIONS: Mapping[str, Word] = {
    "ledger.read": Word("查阅账目", "reading the ledger"),
    "ledger.post": Word("记账和结账", "posting to the ledger and closing its months"),
    "ledger.control": Word("冲销凭证和锁定会计期间", "reversing postings and locking months"),
}
