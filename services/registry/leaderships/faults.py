"""What is hardly right about a leadership: reported with it, or refused where the region's policy says so. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.registry.leadership_policies import Fault, LeadershipPolicy, TeamSize, TermLength
from services.registry.leaderships.leadership import Approved, Report, Subject
from shared.field.money import BP_PER_WHOLE
from shared.problems.language import Language, Text
from shared.problems.problems import FieldError

_SENTENCES: dict[Fault, Text] = {
    "no_quorum": Text(
        zh="应到 {due} 人，实到 {present} 人，未达到会人数要求（至少 {needed} 人）。",
        en="{present} of {due} were present; at least {needed} must be.",
    ),
    "team_too_small": Text(
        zh="正式党员 {full_members} 人，班子应不少于 {least} 人，当选 {elected} 人。",
        en="With {full_members} full members a leadership has at least {least}; {elected} were elected.",
    ),
    "team_large": Text(
        zh="正式党员 {full_members} 人，班子一般不超过 {most} 人，当选 {elected} 人。",
        en="With {full_members} full members a leadership normally has at most {most}; {elected} were elected.",
    ),
    "team_too_large": Text(
        zh="正式党员 {full_members} 人，班子最多 {maximum} 人，当选 {elected} 人。",
        en="With {full_members} full members a leadership has at most {maximum}; {elected} were elected.",
    ),
    "margin_small": Text(
        zh="当选 {elected} 人，候选人应不少于 {needed} 人（差额选举），实为 {candidates} 人。",
        en="For {elected} elected there are at least {needed} candidates; there were {candidates}.",
    ),
    "members_differ": Text(
        zh="上报正式党员 {full_members} 人，登记为 {registered} 人。",
        en="{full_members} full members were reported; {registered} are registered.",
    ),
    "approval_late": Text(
        zh="选举于 {held_on} 举行，批复于 {approved_on} 作出，超过 {days} 日。",
        en="The approval of {approved_on} came more than {days} days after the election of {held_on}.",
    ),
}
_DAYS = {"held_on", "approved_on"}
_SAME_DAY = Text(zh="第 {number} 届班子已于同日批准。", en="Leadership {number} was approved on the same day.")
_ORDER = Text(
    zh="第 {number} 届班子于 {held_on} 产生、{approved_on} 批准：先产生的班子不能在其后批准。",
    en="Leadership {number}, elected on {held_on}, was approved on {approved_on}: the one elected first is approved "
    "first.",
)
_YEARS = Text(zh="任期只能为 {allowed} 年。", en="A term has {allowed} years.")


@dataclass(frozen=True, slots=True)
class Faulty:
    """Something about one field that a person should look at."""

    code: Fault
    pointer: str
    facts: tuple[tuple[str, object], ...]

    def stored(self) -> dict[str, Any]:
        """As it is kept: without a sentence, which is in the language of whoever reads it."""
        return {"code": self.code, "pointer": self.pointer, "facts": {n: _plain(v) for n, v in self.facts}}

    def as_error(self) -> FieldError:
        """The same where the policy refuses it."""
        return FieldError(self.pointer, _SENTENCES[self.code], self.facts)


def sentence(code: Fault, facts: dict[str, Any], language: Language) -> str:
    """What a stored one says."""
    days = {name: date.fromisoformat(facts[name]) for name in _DAYS & facts.keys()}
    return _SENTENCES[code].render(language, **{**facts, **days})


def team_size(full_members: int, subject: Subject, policy: LeadershipPolicy) -> tuple[TeamSize, bool]:
    """How many a leadership has, and whether it is a committee (domain 4.3)."""
    if subject.kind == "BRANCH" and full_members < policy.committee_from:
        return policy.small, False
    return policy.committees[subject.kind], True


def find_faults(report: Report, subject: Subject, policy: LeadershipPolicy) -> list[Faulty]:
    """What a complete report of an election shows: too few present, a team of another size, too few candidates."""
    assert report.due is not None
    assert report.present is not None
    assert report.candidates is not None
    assert report.elected is not None
    found = list[Faulty]()
    needed = -(-report.due * policy.quorum_bp // BP_PER_WHOLE)
    if report.present < needed:
        facts = (("due", report.due), ("present", report.present), ("needed", needed))
        found.append(Faulty("no_quorum", "/present", facts))
    full_members = report.due if report.full_members is None else report.full_members
    size, committee = team_size(full_members, subject, policy)
    about = (("full_members", full_members), ("elected", report.elected))
    if report.elected < size.least:
        found.append(Faulty("team_too_small", "/elected", (*about, ("least", size.least))))
    elif report.elected > size.maximum:
        found.append(Faulty("team_too_large", "/elected", (*about, ("maximum", size.maximum))))
    elif report.elected > size.most:
        found.append(Faulty("team_large", "/elected", (*about, ("most", size.most))))
    wanted = -(-report.elected * (BP_PER_WHOLE + policy.margin_bp) // BP_PER_WHOLE)
    if committee and report.candidates < wanted:
        compared = (("elected", report.elected), ("candidates", report.candidates), ("needed", wanted))
        found.append(Faulty("margin_small", "/candidates", compared))
    if subject.registered_members is not None and full_members != subject.registered_members:
        counts = (("full_members", full_members), ("registered", subject.registered_members))
        found.append(Faulty("members_differ", "/full_members", counts))
    return found


def order_errors(held_on: date, approved_on: date, others: Sequence[Approved]) -> list[FieldError]:
    """Leaderships are approved in the order of their elections: the one approved last is the present one."""
    found = []
    for one in others:
        about = (("number", one.number), ("held_on", one.held_on), ("approved_on", one.approved_on))
        if one.approved_on == approved_on:
            found.append(FieldError("/approved_on", _SAME_DAY, about))
        elif one.held_on != held_on and (one.held_on > held_on) != (one.approved_on > approved_on):
            found.append(FieldError("/approved_on", _ORDER, about))
    return found


def year_errors(years: int, term: TermLength) -> list[FieldError]:
    """A term has one of the numbers of years that the policy allows."""
    return [] if years in term.allowed else [FieldError("/term_years", _YEARS, (("allowed", list(term.allowed)),))]


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value
