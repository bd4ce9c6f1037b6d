"""What funding does with which event."""

from collections.abc import Sequence

from services.funding.grants import raising
from services.funding.schemes.parameters import Schemes
from shared.bus.handlers import Handlers, Received
from shared.contracts.evaluation import EvaluationCompleted
from shared.db.session import Transaction


def handlers(schemes: Schemes) -> Handlers:
    """The table, with the schemes that its decisions read."""

    async def raise_annual(tx: Transaction, events: Sequence[Received[EvaluationCompleted]]) -> None:
        await raising.raise_annual(tx, events, schemes)

    return Handlers({EvaluationCompleted: raise_annual})
