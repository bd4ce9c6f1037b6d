"""After payment: the use is reported, the grant settled and graded, what was not used comes back. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.funding.grants.rules import Grant, SettlementState
from services.funding.grants.settling import errors as e
from services.funding.grants.settling.days import find_wrong_day
from services.funding.requirements import AfterPayment
from shared.contracts.base import Reason
from shared.field.calendar import china_day
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.transitions import Transitions, move
from shared.problems.validation import pointer

SettlementStep = Literal["use_report", "final_settlement", "balance_return"]
SETTLING: Transitions[SettlementState, SettlementStep] = Transitions(
    "grant",
    {
        ("open", "use_report"): "use_reported",
        ("use_reported", "use_report"): "use_reported",
        ("open", "final_settlement"): "evaluated",
        ("use_reported", "final_settlement"): "evaluated",
        ("evaluated", "balance_return"): "closed",
    },
)
"""A supplement of a report is a report; what is evaluated is closed once nothing is left to be returned."""


@dataclass(frozen=True, slots=True)
class UseVoucher:
    """A voucher of the use: its number, its day, how much, and for what."""

    reference: str
    on: date
    amount_fen: int
    purpose: str


def require(grant: Grant, after: AfterPayment | None, now: datetime) -> tuple[Grant, list[Reason]]:
    """A grant that was paid today, with what its scheme requires of it from now on, and the reason."""
    if after is None:
        return grant, []
    report, settlement = after.due_on(china_day(now))
    facts: dict[str, object] = {
        "policy": grant.policy,
        "requires": list(after.requires),
        "use_report_due_on": report and report.isoformat(),
        "settlement_due_on": settlement and settlement.isoformat(),
    }
    required = replace(grant, settlement_state="open", use_report_due_on=report, settlement_due_on=settlement)
    return required, [Reason(rule="R-after-payment", outcome="required", facts=facts, as_of=now)]


def required_state(grant: Grant) -> SettlementState:
    """Raises NothingRequired (409)."""
    if grant.settlement_state is None or grant.state != "paid":
        raise e.NothingRequired(state=grant.state)
    return grant.settlement_state


def kept_fen(grant: Grant) -> int:
    """What was paid of a grant and is not to be returned."""
    return grant.amount_fen - grant.return_due_fen


def check_other(grant: Grant, actor: str, step: str, *earlier: tuple[str, str | None]) -> None:
    """Raises SameHand (403) where the actor took one of the earlier steps, or paid the grant."""
    for name, who in (*earlier, ("payment", grant.actors.get("payment"))):
        if same_person(who, actor):
            raise SameHand(what="grant", earlier=name, step=step)


def check_alone(beside: UUID | None) -> None:
    """Raises AmendedBeside (409) where more was granted beside the grant, and stands: its amount is both together."""
    if beside is not None:
        raise e.AmendedBeside(beside=beside)


def report(
    grant: Grant, vouchers: Sequence[UseVoucher], before: Sequence[UseVoucher], now: datetime
) -> tuple[Grant, list[Reason]]:
    """The grant after a report of its use. Raises NothingRequired, IllegalTransition (409), InvalidInput.

    Vouchers of all reports together are at most what was paid; one counts once.
    """
    state = move(SETTLING, required_state(grant), "use_report")
    today, total = china_day(now), sum(one.amount_fen for one in (*before, *vouchers))
    known = {one.reference for one in before}
    wrong = []
    for place, one in enumerate(vouchers):
        if one.reference in known:
            where = pointer(("vouchers", place, "reference"))
            wrong.append(FieldError(where, e.VOUCHER_AGAIN, (("reference", one.reference),)))
        known.add(one.reference)
        if one.on > today:
            wrong.append(FieldError(pointer(("vouchers", place, "on")), e.NOT_YET))
    if total > kept_fen(grant):
        wrong.append(FieldError("/vouchers", e.MORE_THAN_KEPT, (("total", total), ("kept", kept_fen(grant)))))
    if wrong:
        raise InvalidInput(wrong)
    late = grant.use_report_due_on is not None and today > grant.use_report_due_on
    facts: dict[str, object] = {
        "vouchers": len(vouchers),
        "reported_fen": sum(one.amount_fen for one in vouchers),
        "total_fen": total,
        "paid_fen": grant.amount_fen,
        "due_on": grant.use_report_due_on and grant.use_report_due_on.isoformat(),
    }
    reason = Reason(rule="R-use-report", outcome="late" if late else "in_time", facts=facts, as_of=now)
    if grant.settlement_due_on is None:
        state = "closed"
    return _next(grant, [reason], settlement_state=state), [reason]


def settle(
    grant: Grant,
    reported: Sequence[UseVoucher],
    *,
    used_fen: int,
    grade: str,
    after: AfterPayment | None,
    reporters: Collection[str],
    actor: str,
    now: datetime,
) -> tuple[Grant, list[Reason], int]:
    """The grant after its settlement, and what was not used, which is to be returned.

    Raises NothingRequired, IllegalTransition, UseNotReported (409), SameHand (403), InvalidInput.
    """
    state = move(SETTLING, required_state(grant), "final_settlement")
    if grant.settlement_due_on is None:
        raise e.NothingRequired(state=grant.state)
    if grant.use_report_due_on is not None and not reported:
        raise e.UseNotReported
    check_other(grant, actor, "final_settlement", *(("use_report", one) for one in sorted(reporters)))
    most = min(kept_fen(grant), sum(one.amount_fen for one in reported)) if reported else kept_fen(grant)
    wrong = []
    if used_fen > most:
        wrong.append(FieldError("/used_fen", e.MORE_THAN_REPORTED, (("most", most),)))
    if after is not None and grade not in after.grades:
        wrong.append(FieldError("/grade", e.NO_SUCH_GRADE, (("grades", "、".join(after.grades)),)))
    if wrong:
        raise InvalidInput(wrong)
    today, unspent = china_day(now), kept_fen(grant) - used_fen
    facts: dict[str, object] = {
        "paid_fen": grant.amount_fen,
        "used_fen": used_fen,
        "unspent_fen": unspent,
        "grade": grade,
        "due_on": grant.settlement_due_on.isoformat(),
    }
    outcome = "late" if today > grant.settlement_due_on else "in_time"
    reason = Reason(rule="R-settlement", outcome=outcome, facts=facts, as_of=now)
    after_it = reclaim(_next(grant, [reason]), unspent, after, today)
    left = after_it.return_due_fen - after_it.returned_fen
    return replace(after_it, settlement_state=state if left else "closed"), [reason], unspent


def reclaim(grant: Grant, amount_fen: int, after: AfterPayment | None, today: date) -> Grant:
    """The grant with so much more to be returned, from today on."""
    if not amount_fen:
        return grant
    due = None if after is None else after.return_due_on(today)
    return replace(grant, return_due_fen=grant.return_due_fen + amount_fen, return_due_on=due)


def give_back(
    grant: Grant, *, amount_fen: int, returned_on: date, settlers: Collection[str], actor: str, now: datetime
) -> tuple[Grant, list[Reason]]:
    """The grant after money of it came back. Raises NoBalanceDue (409), SameHand (403), InvalidInput.

    `settlers` are those who said what is to be returned.
    """
    due = grant.return_due_fen - grant.returned_fen
    if not due:
        raise e.NoBalanceDue
    if any(same_person(one, actor) for one in settlers):
        raise SameHand(
            what="grant", earlier="reversal" if grant.state == "reversed" else "final_settlement", step="balance_return"
        )
    today = china_day(now)
    wrong = find_wrong_day(returned_on, date(grant.year, 1, 1), today)
    if amount_fen > due:
        wrong.append(FieldError("/amount_fen", e.MORE_THAN_DUE, (("due", due),)))
    if wrong:
        raise InvalidInput(wrong)
    late = grant.return_due_on is not None and returned_on > grant.return_due_on
    facts: dict[str, object] = {
        "amount_fen": amount_fen,
        "left_fen": due - amount_fen,
        "returned_on": returned_on.isoformat(),
        "due_on": grant.return_due_on and grant.return_due_on.isoformat(),
    }
    reason = Reason(rule="R-balance-return", outcome="late" if late else "in_time", facts=facts, as_of=now)
    state = grant.settlement_state
    if state == "evaluated" and amount_fen == due:
        state = move(SETTLING, state, "balance_return")
    return _next(grant, [reason], settlement_state=state, returned_fen=grant.returned_fen + amount_fen), [reason]


def _next(grant: Grant, reasons: Sequence[Reason], **changes: object) -> Grant:
    return replace(grant, version=grant.version + 1, reasons=[*grant.reasons, *reasons], **changes)  # type: ignore[arg-type]
