"""Funding's event handlers."""

from functools import partial

from services.funding.grants import raising
from services.funding.policies import Schemes
from shared.bus.handlers import Handlers
from shared.bus.projections import Projection
from shared.contracts.evaluation import EvaluationCompleted


def make_handlers(schemes: Schemes) -> Handlers:
    """The handlers, bound to the schemes that decisions go by."""
    return Handlers({EvaluationCompleted: partial(raising.raise_annual, schemes=schemes)})


PROJECTIONS: tuple[Projection, ...] = ()
"""None: an event carries all that a decision reads."""
