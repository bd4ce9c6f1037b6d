"""Reviews at registration: what may follow what, what blocks, when papers are handed over (S5, S11, S17). Pure."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from services.registry.registration_reviews.errors import ReviewBlocked
from services.registry.registration_reviews.review import Registered, Review, ReviewState, ReviewStep
from services.registry.uncoded.policies import Part, ReviewPolicy
from shared.contracts.base import Reason
from shared.field.calendar import WorkingDays
from shared.field.policies import Policy
from shared.problems.duties import SameHand, same_person
from shared.problems.language import Text
from shared.problems.problems import FieldError, Problem
from shared.problems.transitions import Transitions

TRANSITIONS: Transitions[ReviewState, ReviewStep] = Transitions(
    "registration review",
    {
        ("submitted", "supplement"): "submitted",
        ("returned", "supplement"): "submitted",
        ("submitted", "return"): "returned",
        ("submitted", "approval"): "approved",
        ("submitted", "refusal"): "refused",
        ("returned", "refusal"): "refused",
        ("submitted", "withdrawal"): "withdrawn",
        ("returned", "withdrawal"): "withdrawn",
        ("approved", "withdrawal"): "withdrawn",
        ("approved", "supplement"): "approved",
        ("approved", "certificate"): "certified",
        ("certified", "certificate"): "certified",
        ("certified", "hand_over"): "handed_over",
    },
)
"""What is attached may still be completed between approval and certificate; a certificate's code can be corrected."""
DECISIONS: tuple[ReviewStep, ...] = ("return", "approval", "refusal")
_NEEDS: dict[ReviewStep, str] = {"approval": "approval_needs", "certificate": "certificate_needs"}
_RULES: dict[Part, str] = {
    "hosting": "S5",
    "instructor": "S5",
    "survey": "R-registration-papers",
    "commitment": "R-registration-papers",
}
HOST, CHARTER = "S11", "S17"
_FUTURE = Text(zh="日期尚未到来。", en="The day has not come yet.")
_OLDER = Text(
    zh="该代码的社会组织登记于 {registered_on}，早于本项申请（{applied_on}）。",
    en="The organization of this code was registered on {registered_on}, before the application of {applied_on}.",
)
_OTHER_KIND = Text(
    zh="该代码的社会组织与申请的类型不同。", en="The organization of this code is of another kind than was applied for."
)
_ELSEWHERE = Text(
    zh="该代码的社会组织未登记在申请的行政区划 {division}。",
    en="The organization of this code is not registered in {division}, for which the application is.",
)
_UNAPPROVED = Text(
    zh="证书日期不能早于核准日期 {approved_on}。",
    en="The certificate cannot be older than the approval of {approved_on}.",
)
_BEFORE = Text(zh="日期不能早于 {earliest}。", en="The day cannot be before {earliest}.")


def needed(step: ReviewStep, policy: ReviewPolicy) -> tuple[Part, ...]:
    """The parts without which a step is blocked."""
    name = _NEEDS.get(step)
    return () if name is None else getattr(policy, name)


def parts_of(review: Review, step: ReviewStep, policy: Policy[ReviewPolicy], now: datetime) -> list[Reason]:
    """For each part that a step needs, whether it is there."""
    return [
        Reason(
            rule=_RULES[part],
            outcome="present" if part in review.attached else "missing",
            facts={"part": part, "step": step, "policy": policy.id},
            as_of=now,
        )
        for part in needed(step, policy.parameters)
    ]


def blocked(review: Review, step: ReviewStep, policy: Policy[ReviewPolicy], now: datetime) -> ReviewBlocked | None:
    """Every part that is missing for a step, together."""
    missing = [reason for reason in parts_of(review, step, policy, now) if reason.outcome == "missing"]
    return ReviewBlocked(missing) if missing else None


def charter_reason(review: Review, now: datetime) -> Reason:
    """The clause in the charter is advocated, and never blocks (S17)."""
    outcome = {True: "named", False: "advocated", None: "unknown"}[review.charter_clause]
    return Reason(rule=CHARTER, outcome=outcome, facts={"charter_clause": review.charter_clause}, as_of=now)


def host_reasons(review: Review, policy: Policy[ReviewPolicy], now: datetime) -> list[Reason]:
    """Whether the unit is one in which Party organizations are built first (S11), where it is stated; never blocks."""
    if review.host_unit is None:
        return []
    hosts = policy.parameters.priority_hosts
    outcome = "priority_host" if review.host_unit in hosts else "other_host"
    facts: dict[str, object] = {"host_unit": review.host_unit, "priority_hosts": list(hosts), "policy": policy.id}
    return [Reason(rule=HOST, outcome=outcome, facts=facts, as_of=now)]


def stated_reasons(review: Review, given: Collection[str], policy: Policy[ReviewPolicy], now: datetime) -> list[Reason]:
    """What these parts (names of fields) say by themselves, whatever is decided."""
    charter = [charter_reason(review, now)] if "charter_clause" in given else []
    return [*charter, *host_reasons(review, policy, now)] if "host_unit" in given else charter


def decision_reasons(review: Review, step: ReviewStep, policy: Policy[ReviewPolicy], now: datetime) -> list[Reason]:
    """What a decision rests on: what an approval needs, the charter's clause, the host unit, the decision itself."""
    parts = parts_of(review, "approval", policy, now)
    missing = [reason.facts["part"] for reason in parts if reason.outcome == "missing"]
    facts = {"missing": missing, "policy": policy.id}
    told = [charter_reason(review, now), *host_reasons(review, policy, now)]
    return [*parts, *told, Reason(rule="S5", outcome=_OUTCOMES[step], facts=facts, as_of=now)]


_OUTCOMES: dict[ReviewStep, str] = {"approval": "approved", "return": "returned", "refusal": "refused"}


def barred_by(step: ReviewStep, drafted_by: Sequence[str], actor: str, policy: ReviewPolicy) -> SameHand | None:
    """Who applied or supplemented does not decide, unless the region's policy lets them (four-eyes principle)."""
    if step in DECISIONS and policy.decided_by_another and any(same_person(one, actor) for one in drafted_by):
        return SameHand(what="registration review", earlier="application", step=step)
    return None


def next_steps(
    review: Review, actor: str, policy: Policy[ReviewPolicy], now: datetime
) -> list[tuple[ReviewStep, Problem | None]]:
    """The steps that the state allows, each with what bars the actor or blocks it."""
    found: list[tuple[ReviewStep, Problem | None]] = []
    for before, step in TRANSITIONS:
        if before == review.state:
            barred = barred_by(step, review.drafted_by, actor, policy.parameters)
            found.append((step, barred or blocked(review, step, policy, now)))
    return found


def due_on(certified_on: date, policy: ReviewPolicy, days: WorkingDays) -> date:
    """Until when the papers are handed over: working days after that of the certificate."""
    return days.add_working_days(certified_on, policy.hand_over_working_days)


def hand_over_reason(review: Review, handed_over_on: date, policy: Policy[ReviewPolicy], now: datetime) -> Reason:
    """Whether the papers were handed over in time."""
    due = review.hand_over_due_on
    outcome = "late" if due is not None and handed_over_on > due else "in_time"
    facts: dict[str, object] = {"due_on": due, "handed_over_on": handed_over_on, "policy": policy.id}
    return Reason(rule="R-hand-over", outcome=outcome, facts=facts, as_of=now)


def code_errors(review: Review, registered: Registered) -> list[FieldError]:
    """The organization that has the certificate's code is the one that applied: since then, of its kind, and there."""
    found = []
    if registered.registered_on < review.applied_on:
        facts = (("registered_on", registered.registered_on), ("applied_on", review.applied_on))
        found.append(FieldError("/uscc", _OLDER, facts))
    if registered.kind != review.kind:
        found.append(FieldError("/uscc", _OTHER_KIND))
    if registered.division != review.division:
        found.append(FieldError("/uscc", _ELSEWHERE, (("division", review.division),)))
    return found


def certificate_errors(issued_on: date, today: date, applied_on: date, approved_on: date | None) -> list[FieldError]:
    """The day of a certificate: not to come, and not before the application or its approval, where that is known."""
    if approved_on is not None and issued_on < approved_on:
        return [FieldError("/issued_on", _UNAPPROVED, (("approved_on", approved_on),))]
    return day_errors("issued_on", issued_on, today, applied_on)


def day_errors(field: str, day: date, today: date, earliest: date) -> list[FieldError]:
    """A day of something that was done: not to come, and not before what it follows."""
    if day > today:
        return [FieldError(f"/{field}", _FUTURE)]
    if day < earliest:
        return [FieldError(f"/{field}", _BEFORE, (("earliest", earliest),))]
    return []
