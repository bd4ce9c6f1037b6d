"""What funding does with which event."""

from functools import partial

from services.funding.grants import raising
from services.funding.policies import Schemes
from shared.bus.handlers import Handlers
from shared.bus.projections import Projection
from shared.contracts.evaluation import EvaluationCompleted


def make_handlers(schemes: Schemes) -> Handlers:
    """The table, with the schemes that decisions are made under."""
    return Handlers({EvaluationCompleted: partial(raising.raise_annual, schemes=schemes)})


PROJECTIONS: tuple[Projection, ...] = ()
"""An event carries all that a decision reads: nothing of others is kept."""
