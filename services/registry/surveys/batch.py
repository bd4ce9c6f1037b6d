"""Returns of a round as the lines of a batch."""

from collections.abc import Sequence
from uuid import UUID

from services.registry.batches.parsing import parse
from services.registry.batches.taking import Checked, Outcome, Records
from services.registry.survey_terms.policies import SurveyPolicies
from services.registry.surveys.entering import Entered, enter
from services.registry.surveys.schemas import ReturnLine
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.problems.problems import IllegalTransition, NotFound


class Returns(Records[ReturnLine]):
    """Each line is an organization's return with its code; its organization says in which division."""

    key = "uscc"

    def __init__(self, survey_id: UUID, policies: SurveyPolicies) -> None:
        self._survey_id = survey_id
        self._policies = policies

    def read(self, raw: bytes) -> Checked[ReturnLine]:
        """Raises InvalidInput."""
        line = parse(raw, ReturnLine)
        return Checked(line.uscc, None, line)

    async def take_in(self, tx: Transaction, items: Sequence[ReturnLine]) -> list[Outcome]:
        """As `enter`; where the round was locked meanwhile every line is refused."""
        try:
            results = await enter(tx, self._survey_id, items, self._policies, utc_now())
        except (NotFound, IllegalTransition) as problem:
            return [Outcome("refused", problem.without_chain())] * len(items)
        return [_outcome(result) for result in results]


def _outcome(result: Entered) -> Outcome:
    if result.problem is not None:
        return Outcome("refused", result.problem)
    return Outcome("created" if result.new else "same" if result.same else "changed")
