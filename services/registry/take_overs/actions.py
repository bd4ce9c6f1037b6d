"""Takes over Party organizations that exist already: a list at once, each row as it is or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.registry.affiliations import queries as affiliation_queries
from services.registry.affiliations.timelines import Affiliation
from services.registry.leaderships import queries as leadership_queries
from services.registry.leaderships.approving import led_by, since_of
from services.registry.leaderships.leadership import current_of
from services.registry.organizations import queries as organization_queries
from services.registry.organizations.organization import Organization
from services.registry.party_organizations import covering, taking_over
from services.registry.party_organizations import queries as party_queries
from services.registry.party_organizations.affiliation.giving import Superiors, hold_superiors
from services.registry.party_organizations.announcing import Change, announce
from services.registry.party_organizations.rules import FOLLOWING, coverage_of
from services.registry.policies import RegistrationPolicies
from services.registry.take_overs.rows import affiliation_of, leadership_of, term_errors
from services.registry.take_overs.rules import Known, Standing, Stored, decide, taken
from services.registry.take_overs.take_over import TakeOver
from shared.contracts.base import Coverage
from shared.contracts.registry import CoveredOrganization
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.problems import InvalidInput, Problem

_STATED = ("id", "kind", "form", "established_on", "dissolved_on", "founding_number", "founding_form", "state")
Effect = Literal["created", "changed", "same", "refused"]
_EFFECTS: Mapping[Standing, Effect] = {"new": "created", "led": "changed", "same": "same"}


@dataclass(slots=True)
class _Writing:
    """What is to be written of a list."""

    parties: list[Record] = field(default_factory=list)
    coverages: list[Record] = field(default_factory=list)
    coverage: dict[UUID, Coverage] = field(default_factory=dict)
    affiliations: dict[UUID, tuple[str, list[Affiliation], list[Affiliation]]] = field(default_factory=dict)
    leaderships: list[Record] = field(default_factory=list)
    led: list[UUID] = field(default_factory=list)
    changes: dict[UUID, Change] = field(default_factory=dict)


async def take_over(
    tx: Transaction, rows: Sequence[TakeOver], policies: RegistrationPolicies, now: datetime
) -> list[tuple[Effect, Problem | None]]:
    """What became of each row, in their order. The organizations are those that the caller reaches.

    They are established with their past days: the events are those of any other founding.
    """
    today = china_day(now)
    codes = sorted({code for row in rows for code in row.covers})
    organizations = {one.uscc: one for one in await organization_queries.lock_by_uscc(tx, codes)}
    async with tx.system_scope():
        known, superiors = await _known(tx, rows, organizations, policies, today)
        writing, answers = _Writing(), list[tuple[Effect, Problem | None]]()
        for row in rows:
            standing, errors = decide(row, known)
            if not errors and standing != "same":
                errors = term_errors(row, policies, today)
            if errors:
                answers.append(("refused", InvalidInput(errors)))
                continue
            if standing == "new":
                _found(tx, row, known, superiors, policies, writing, now)
            elif standing == "led":
                stored = known.stored[row.key]
                _lead(tx, row, stored.id, policies, writing, now)
                if row.led_on is not None and row.elected_on is not None:
                    # A later row of the same Party organization is compared with this one too.
                    approved = {**stored.approved, row.led_on: row.elected_on}
                    known.stored[row.key] = replace(stored, approved=approved)
            answers.append((_EFFECTS[standing], None))
        await _write(tx, writing, superiors, now)
    return answers


async def _known(
    tx: Transaction,
    rows: Sequence[TakeOver],
    organizations: Mapping[str, Organization],
    policies: RegistrationPolicies,
    today: date,
) -> tuple[Known, Superiors]:
    ids = [one.id for one in organizations.values()]
    named = await taking_over.find_named(tx, [row.key for row in rows])
    parties = [one["id"] for one in named]
    await party_queries.lock_with_covering(tx, parties, ids)
    superiors = await hold_superiors(tx, {row.division for row in rows}, policies.affiliations)
    covered = {row["organization_id"]: (row["id"], row["name"]) for row in await taking_over.covered_by(tx, ids)}
    ever = await covering.ever_covered(tx, parties)
    timelines = await affiliation_queries.timelines(tx, parties)
    approved = await leadership_queries.approved_of(tx, parties)
    stored = {
        (one["division"], one["name"]): Stored(
            **{name: one[name] for name in _STATED},
            covers=ever[one["id"]],
            bodies={period.body for period in timelines[one["id"]]},
            approved={led.approved_on: led.held_on for led in approved[one["id"]]},
        )
        for one in named
    }
    return Known(organizations, covered, stored, superiors.bodies, today), superiors


def _found(
    tx: Transaction,
    row: TakeOver,
    known: Known,
    superiors: Superiors,
    policies: RegistrationPolicies,
    writing: _Writing,
    now: datetime,
) -> None:
    party, division, street = new_id(), row.division, row.street
    organizations = [known.organizations[code] for code in row.covers]
    if row.form in FOLLOWING:
        street = organizations[0].content.street
    writing.parties.append(
        {
            "id": party,
            "name": row.name,
            "kind": row.kind,
            "form": row.form,
            "division": division,
            "street": street,
            "established_on": row.established_on,
            "version": 1,
            "state": "active",
            "founding_number": row.founding_number,
            "founding_form": row.founding_form,
            "taken_over": True,
        }
    )
    change = writing.changes[party] = Change()
    coverage = coverage_of(row.form)
    for one in organizations:
        # Nobody was covered before it was registered.
        since = max(row.established_on, one.content.registered_on)
        writing.coverages.append(
            {
                "party_organization_id": party,
                "organization_id": one.id,
                "since": since,
                "division": one.content.division,
            }
        )
        if coverage is not None:
            writing.coverage[one.id] = coverage
        change.added.append(
            CoveredOrganization(
                organization_id=one.id,
                uscc=one.uscc,
                kind=one.content.kind,
                evaluation_type=one.content.evaluation_type,
                since=since,
                division=one.content.division,
            )
        )
    if row.body is not None:
        affiliation = affiliation_of(tx, row, superiors.bodies[row.body], street, now)
        writing.affiliations[party] = division, [], [affiliation]
    taken(row, party, known)
    if row.elected_on is not None:
        _lead(tx, row, party, policies, writing, now)


def _lead(
    tx: Transaction, row: TakeOver, party: UUID, policies: RegistrationPolicies, writing: _Writing, now: datetime
) -> None:
    writing.led.append(party)
    writing.changes.setdefault(party, Change())
    writing.leaderships.append(leadership_of(tx, row, party, policies, now))


async def _write(tx: Transaction, writing: _Writing, superiors: Superiors, now: datetime) -> None:
    if not writing.changes:
        return
    await taking_over.insert(tx, writing.parties)
    await covering.insert_coverages(tx, writing.coverages)
    await organization_queries.set_coverage(tx, writing.coverage)
    await affiliation_queries.write(tx, writing.affiliations, now)
    await leadership_queries.insert_next(tx, writing.leaderships)
    approved = await leadership_queries.approved_of(tx, writing.led)
    parties = {row["id"]: row for row in await party_queries.lock_many(tx, sorted(writing.led))}
    await party_queries.lead(
        tx,
        {
            one: led_by(current)
            for one in writing.led
            if (current := current_of(approved[one], since_of(parties[one]))) is not None
        },
    )
    await announce(tx, writing.changes, {row["id"] for row in writing.parties}, {}, superiors, now)
