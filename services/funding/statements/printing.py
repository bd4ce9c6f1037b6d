"""A recipient's statement to print: in Chinese, without a number, as of the day it is printed. Pure.

Amounts are in yuan; the sums below the lines are those of the accounts above them, and these are the ledger's.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from services.funding.statements.schemas import StatementAccountOut, StatementLineOut, StatementSummaryOut
from services.funding.words import KINDS_OF_POSTING, RECIPIENTS, STEPS
from shared.documents.content import Block, Content, Printed, written_day
from shared.field.divisions import get_on
from shared.field.money import capital, yuan_text
from shared.field.rules.book import find_rule

_NOTHING = "—"
_OUTCOMES = {"raised": "决定给予", "held": "决定给予并暂缓", "none": "决定不予"}
_STEPS: Mapping[str, str] = {str(step): name for step, name in STEPS.items()}
_KINDS = {"refund": "申请返还党费", "award": "分配奖励"}
_DUTIES = {
    "drafting": "拟定",
    "review": "复核",
    "approval": "批准",
    "payment": "拨付",
    "use_report": "报告使用情况",
    "final_settlement": "决算",
    "posting": "记账",
    "reversal": "撤销",
    "claim": "申请",
    "distribution": "分配",
}


def printed_statement(summary: StatementSummaryOut, lines: Sequence[StatementLineOut], day: date) -> Printed:
    """What is printed on a day of all lines of the summary's period."""
    place = get_on(summary.division.ljust(6, "0"), day)
    name = summary.recipient_name or str(summary.recipient_id)
    content = Content(
        title=f"{name}资金往来明细",
        signed="" if place is None else place.name_zh,
        blocks=tuple(_blocks(summary, lines, "" if place is None else place.name_zh)),
        sheet=True,
        foot="打印日期：",
    )
    return Printed(content, None, day)


def _blocks(summary: StatementSummaryOut, lines: Sequence[StatementLineOut], place: str) -> Iterator[Block]:
    totals, kind = summary.totals, summary.recipient_kind
    yield Block(
        kind="rows",
        rows=(
            ("受助单位", summary.recipient_name or _NOTHING),
            ("类别", _NOTHING if kind is None else RECIPIENTS.get(kind, kind)),
            ("所在地", f"{place}（{summary.division}）"),
            ("成立、撤销日期", f"{_day(summary.established_on)}；{_day(summary.dissolved_on)}"),
            ("期间", f"{_day(summary.since, '首笔')}至{_day(summary.until, '末笔')}"),
        ),
    )
    yield Block(kind="heading", text="一、合计")
    yield Block(
        kind="rows",
        rows=(
            ("期初未付", yuan_text(totals.owed_before_fen)),
            ("批准", yuan_text(totals.approved_fen)),
            ("拨付（小写）", yuan_text(totals.paid_fen)),
            ("拨付（大写）", _capital(totals.paid_fen)),
            ("期末未付", yuan_text(totals.owed_after_fen)),
            ("申请返还党费", yuan_text(totals.refunds_fen)),
            ("分配奖励", yuan_text(totals.awards_fen)),
        ),
    )
    yield Block(kind="heading", text="二、科目余额（元；余额为借方减贷方）")
    yield Block(kind="table", cells=tuple(_accounts(summary.accounts)))
    yield Block(kind="heading", text="三、分录（元）")
    yield Block(kind="table", cells=tuple(_postings(summary, lines)))
    yield Block(kind="heading", text="四、决定与办理经过")
    yield Block(kind="table", cells=tuple(_events(lines)))


def _accounts(accounts: Sequence[StatementAccountOut]) -> Iterator[tuple[str, ...]]:
    yield "科目", "期初余额", "借方", "贷方", "期末余额"
    rows = [(one.opening_fen, one.debit_fen, one.credit_fen, one.closing_fen) for one in accounts]
    for one, row in zip(accounts, rows, strict=True):
        yield f"{one.account} {one.name or ''}".strip(), *map(_yuan, row)
    yield "合计", *(_yuan(sum(column)) for column in zip((0, 0, 0, 0), *rows, strict=True))


def _postings(summary: StatementSummaryOut, lines: Sequence[StatementLineOut]) -> Iterator[tuple[str, ...]]:
    """The sums are those of the lines themselves, so that a statement that lost one would not agree."""
    yield "日期", "摘要、科目", "借方", "贷方", "科目余额"
    names = {one.account: one.name for one in summary.accounts}
    debited = credited = 0
    for one in lines:
        if one.kind == "posting":
            assert one.account is not None
            debit, credit = one.debit_fen or 0, one.credit_fen or 0
            debited, credited = debited + debit, credited + credit
            about = f"{KINDS_OF_POSTING.get(one.what, one.what)}：{one.account} {names.get(one.account) or ''}".strip()
            sides = (_yuan(side) if side else "" for side in (debit, credit))
            yield one.day.isoformat(), about, *sides, _yuan(one.balance_fen or 0)
    yield "合计", "", _yuan(debited), _yuan(credited), ""


def _events(lines: Sequence[StatementLineOut]) -> Iterator[tuple[str, ...]]:
    yield "日期", "事项", "经办", "依据与说明"
    for one in lines:
        if one.kind != "posting":
            duty = "" if one.duty is None else f"（{_DUTIES.get(one.duty, one.duty)}）"
            grounds = [_ground(reason.rule, reason.outcome) for reason in one.reasons]
            by = _NOTHING if one.by is None else f"{one.by}{duty}"
            yield one.day.isoformat(), _about(one), by, "；".join([*grounds, *filter(None, [one.note])]) or _NOTHING


def _ground(rule: str, outcome: str) -> str:
    found = find_rule(rule)
    return f"{rule}（{outcome}）{'' if found is None else found.zh}"


def _about(line: StatementLineOut) -> str:
    if line.kind == "decision":
        what = _OUTCOMES.get(line.what, line.what)
    elif line.kind == "step":
        what = _STEPS.get(line.what, line.what)
    else:
        what = _KINDS[line.kind]
    year = "" if line.year is None else f"，{line.year}年度"
    amount = "" if line.amount_fen is None else f"，{yuan_text(line.amount_fen)}"
    return f"{what}{year}{amount}{'' if line.scheme is None else f'，{line.scheme}'}"


def _day(day: date | None, absent: str = _NOTHING) -> str:
    return absent if day is None else written_day(day)


def _yuan(fen: int) -> str:
    """Without the sign of the currency, which the table's heading says."""
    return yuan_text(fen).replace("¥", "")


def _capital(fen: int) -> str:
    """What came back beyond what was paid in the period stands in red on paper, and as negative in words."""
    return f"人民币{'负' if fen < 0 else ''}{capital(abs(fen))}"
