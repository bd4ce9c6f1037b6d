"""Opens, follows and closes cases by how organizations are covered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from services.incubation.formation.occasions import Covering, Due, Situation, find_due
from services.incubation.formation.queries import cases
from services.incubation.formation.queries.situations import list_offered, list_pending
from services.incubation.formation.rules import FormationDecision
from services.incubation.organizations.covering import list_covered
from services.incubation.policies import FormationPolicy
from shared.db.base import new_id
from shared.db.session import Record, Transaction


@dataclass(slots=True)
class Worklist:
    """What becomes of the cases of a list of organizations.

    `kinds` holds, by Party organization, whose case asks for a change of its kind, and for which kind: of a joint
    branch, one organization's case stands for all.
    """

    situations: dict[UUID, Situation]
    kinds: dict[UUID, tuple[UUID, str]]
    opened: list[Record] = field(default_factory=list)
    settled: list[UUID] = field(default_factory=list)
    new: frozenset[UUID] = frozenset()
    """Those that were not known before: nothing is pending of them."""

    @classmethod
    async def load(
        cls,
        tx: Transaction,
        organization_ids: Sequence[UUID],
        moved: Collection[UUID] = (),
        new: Collection[UUID] = (),
    ) -> Self:
        """How these organizations are covered; `moved` are those that have just changed their division, `new` those
        of the list that have just become known."""
        covered = await list_covered(tx, organization_ids) if organization_ids else []
        parties = [row["party"] for row in covered if row["party"] is not None]
        pending = await list_pending(tx, organization_ids, parties) if organization_ids else []
        own = {row["organization_id"]: row for row in pending}
        offered = await list_offered(tx, organization_ids) if organization_ids else set()
        situations = {
            row["id"]: _situation(row, own.get(row["id"]), row["id"] in moved, row["id"] in offered) for row in covered
        }
        kinds = {
            row["concerns"]: (row["organization_id"], row["party_organization_kind"])
            for row in pending
            if row["occasion"] == "kind"
        }
        return cls(situations, kinds, new=frozenset(new))

    def decide(
        self, organization: Any, decision: FormationDecision, check_id: UUID, parameters: FormationPolicy, due_on: date
    ) -> None:
        """Note what is to be decided of an organization (a state of it, or its row's values as attributes).

        `due_on` is the day by which a case opened now is to be decided.
        """
        situation = self.situations.get(organization.id) or Situation(organization.division, "uncovered")
        due = find_due(decision, situation, parameters)
        concerned = situation.covering.id if situation.covering else None
        asked = self.kinds.get(concerned) if concerned else None
        if asked is not None and asked[0] != organization.id:
            if due is not None and due.occasion == "kind" and due.kind == asked[1]:
                due = None
            elif due is None or due.occasion == "kind":
                self.settled.append(asked[0])
        if due is None:
            self.settled.append(organization.id)
            return
        if due.occasion == "kind" and due.concerns is not None:
            self.kinds[due.concerns] = organization.id, due.kind
        self.opened.append(_case_row(organization, decision, due, check_id, due_on))

    async def save(self, tx: Transaction, now: datetime) -> None:
        """Write what was noted."""
        await cases.open_cases(tx, self.opened, now, new=self.new)
        await cases.close_cases(tx, [one for one in self.settled if one not in self.new], now)


def _situation(row: Record, pending: Record | None, moved: bool, offered: bool) -> Situation:
    covering = None
    if row["party"] is not None:
        counts = row["members"], row["branch_full_members"]
        covering = Covering(row["party"], row["party_division"], row["form"], row["kind"], *counts)
    return Situation(
        division=row["division"],
        coverage=row["coverage"],
        covering=covering,
        moved=moved,
        pending=None if pending is None else pending["occasion"] or "formation",
        concerns=None if pending is None else pending["concerns"],
        offered=offered,
    )


def _case_row(organization: Any, decision: FormationDecision, due: Due, check_id: UUID, due_on: date) -> Record:
    return {
        "id": new_id(),
        "organization_id": organization.id,
        "uscc": organization.uscc,
        "name": organization.name,
        "division": organization.division,
        "street": organization.street,
        "check_id": check_id,
        "outcome": decision.outcome,
        "party_organization_kind": due.kind,
        "state": "open",
        "due_on": due_on,
        "version": 1,
        "occasion": due.occasion,
        "concerns": due.concerns,
    }
