"""What the registry's documents say: facts of organizations, Party organizations and divisions, and who issues them."""

from datetime import date
from typing import Any
from uuid import UUID

from services.registry.affiliations import queries as affiliation_queries
from services.registry.affiliations.timelines import affiliation_on
from services.registry.bodies import queries as body_queries
from services.registry.bodies.body import Body
from services.registry.documents import rules
from services.registry.documents.elections import gather_election
from services.registry.documents.founding import check_first
from services.registry.leadership_policies import LeadershipPolicies
from services.registry.organizations import queries as organization_queries
from services.registry.party_organizations import covering
from services.registry.party_organizations import queries as party_queries
from services.registry.party_organizations.coverage import counting
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.documents.actions import Gathered, Request
from shared.documents.composing import Issuer
from shared.documents.content import written_day
from shared.documents.errors import NoIssuer
from shared.documents.kinds import KINDS
from shared.field.divisions import get_on, known_prefix, scope_prefix
from shared.field.errors import FieldError as BrokenValue
from shared.problems.access import check_reach
from shared.problems.field_sentences import field_error
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.words import KINDS as ORGANIZATION_KINDS
from shared.superiors.policies import AffiliationPolicies, policy_on
from shared.superiors.rules import Subject, default_body

_NOBODY = UUID(int=0)
_CODE_LENGTH = 6
_ID = Text(zh="党组织以标识（UUID）给出。", en="A Party organization is given by its id (a UUID).")
_NO_BODY = Text(zh="没有代码为“{code}”的现行机构。", en="No body of code '{code}' is in force.")
_ELSEWHERE = Text(zh="“{body}”的地域不包括该单位所在地。", en="The territory of '{body}' does not hold this subject.")


class RegistrySource:
    """The registry's data, as its documents read it."""

    def __init__(self, policies: AffiliationPolicies, leaderships: LeadershipPolicies) -> None:
        self._policies = policies
        self._leaderships = leaderships

    async def gather(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        """Raises NotFound, InvalidInput, SubjectUnfit, NoIssuer, OutsideScope."""
        match KINDS[asked.kind].subject:
            case "organization":
                return await self._organization(tx, asked, on)
            case "party_organization":
                return await self._party(tx, asked, on)
            case _:
                return await self._division(tx, asked, on)

    async def _organization(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        found = await organization_queries.get_by_uscc_or_id(tx, asked.subject)
        if found is None:
            raise NotFound(what="organization")
        content = found.content
        check_reach(tx.access, content.division)
        rules.check_organization(name=content.name, status=content.status, coverage=found.coverage)
        _refuse(rules.faults_of_notice(_day(asked, "due_on"), on))
        place = Subject(_NOBODY, content.division, content.street, on)
        issuer = await self._issuer(tx, asked, place, None, on)
        facts = {
            "organization": content.name,
            "uscc": found.uscc,
            "kind": _word(content.kind),
            "full_members": str(content.full_members),
            "full_members_full_time": str(content.full_members_full_time),
            "probationary_members": str(content.probationary_members),
            "registered_on": written_day(content.registered_on),
        }
        return Gathered(found.id, found.uscc, content.name, content.division, issuer, facts | _given(asked))

    async def _party(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        row = await _find_party(tx, asked.subject)
        check_reach(tx.access, row["division"])
        rules.check_party(name=row["name"], dissolved_on=row["dissolved_on"], kind=asked.kind)
        if asked.kind == "founding_approval":
            await check_first(tx, row)
        elected = {}
        if asked.kind == "leadership_approval":
            elected = await gather_election(tx, row, asked.given, self._leaderships, on)
        if "requested_on" in asked.given:
            _refuse(rules.faults_of_request(_day(asked, "requested_on"), on))
        if asked.kind == "dissolution_approval":
            day = _day(asked, "dissolved_on")
            _refuse(rules.faults_of_dissolution(day, row["dissolved_on"], row["established_on"]))
        # Whom it covers and where it belongs is no secret of theirs: they may lie elsewhere.
        async with tx.system_scope():
            covers = await covering.current_coverages(tx, [row["id"]], limit=rules.MOST_NAMED)
            count = await covering.count_covered(tx, row["id"])
            timeline = (await affiliation_queries.timelines(tx, [row["id"]]))[row["id"]]
            affiliation = affiliation_on(timeline, on) or (timeline[-1] if timeline else None)
            superior = (
                None if affiliation is None else (await body_queries.by_code(tx, [affiliation.body]))[affiliation.body]
            )
        place = Subject(row["id"], row["division"], row["street"], on)
        issuer = await self._issuer(tx, asked, place, superior, on)
        names = sorted(one["name"] for one in covers[row["id"]])
        facts = {
            "party_organization": row["name"],
            "structure": rules.STRUCTURES[row["kind"]],
            "form": rules.FORMS[row["form"]],
            "established_on": written_day(row["established_on"]),
            "affiliation": "" if superior is None else superior.name_on(on),
            "applicants": rules.name_applicants(names, count) if names else row["name"],
            "covers_count": str(count),
            **elected,
        }
        if asked.kind == "dissolution_approval":
            # Whether it is dissolved by now, and so covers and belongs to nobody, changes nothing about the approval.
            facts |= {"affiliation": "", "applicants": row["name"], "covers_count": ""}
        return Gathered(row["id"], str(row["id"]), row["name"], row["division"], issuer, facts | _given(asked))

    async def _division(self, tx: Transaction, asked: Request, on: date) -> Gathered:
        try:
            prefix = scope_prefix(asked.subject)
        except BrokenValue as broken:
            raise InvalidInput([field_error("/subject", broken)]) from broken
        code = prefix.ljust(_CODE_LENGTH, "0")
        division = get_on(code, on)
        if not known_prefix(prefix) or division is None:
            raise NotFound(what="division")
        check_reach(tx.access, code)
        issuer = await self._issuer(tx, asked, Subject(_NOBODY, code, None, on), None, on)
        organizations, parties = await counting.count_coverage(tx, prefix)
        total, uncovered = sum(organizations.values()), organizations.get("uncovered", 0)
        facts = {
            "place": division.name_zh,
            "division": code,
            "counted_on": written_day(on),
            "organizations": str(total),
            "party_organizations": str(sum(parties.values())),
            "standalone": str(parties.get("standalone", 0)),
            "joint": str(parties.get("joint", 0)),
            "areas": str(parties.get("area", 0)),
            "covered": str(total - uncovered),
            "uncovered": str(uncovered),
        }
        return Gathered(None, code, division.name_zh, code, issuer, facts | _given(asked))

    async def _issuer(self, tx: Transaction, asked: Request, place: Subject, superior: Body | None, on: date) -> Issuer:
        """The body that the drafter names, else the one above the subject, else the one of its territory."""
        async with tx.system_scope():
            if asked.issuer is not None:
                found = (await body_queries.by_code(tx, [asked.issuer])).get(asked.issuer)
                if found is None or not found.in_force(on):
                    raise InvalidInput([FieldError("/issuer", _NO_BODY, (("code", asked.issuer),))])
                if not found.covers(place.division, place.street) and found != superior:
                    raise InvalidInput([FieldError("/issuer", _ELSEWHERE, (("body", found.name_on(on)),))])
            elif superior is not None and superior.in_force(on):
                found = superior
            else:
                found = await self._territorial(tx, place, on)
        return Issuer(found.code, found.name_on(on), found.kind, found.division)

    async def _territorial(self, tx: Transaction, place: Subject, on: date) -> Body:
        policy = policy_on(self._policies, place.division, on, on)
        bodies = await body_queries.around(tx, [place.division])
        chosen = None if policy is None else default_body(place, bodies, policy, on, utc_now())
        if chosen is None:
            raise NoIssuer
        return chosen[0]


async def _find_party(tx: Transaction, subject: str) -> Record:
    try:
        reference = UUID(subject)
    except ValueError as error:
        raise InvalidInput([FieldError("/subject", _ID)]) from error
    row = await party_queries.get(tx, reference)
    if row is None:
        raise NotFound(what="Party organization")
    return row


def _given(asked: Request) -> dict[str, str]:
    """What the drafter gave, as documents write it."""
    return {name: _written(name, value) for name, value in asked.given.items()}


def _written(name: str, value: Any) -> str:
    return written_day(date.fromisoformat(value)) if name.endswith("_on") else str(value)


def _day(asked: Request, name: str) -> date:
    return date.fromisoformat(asked.given[name])


def _word(kind: str) -> str:
    return ORGANIZATION_KINDS[kind].zh if kind in ORGANIZATION_KINDS else "其他组织"


def _refuse(faults: list[FieldError]) -> None:
    if faults:
        raise InvalidInput(faults)
