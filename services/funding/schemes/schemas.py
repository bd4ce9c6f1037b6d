"""Schemes as clients see them."""

from services.funding.policies import SchemeParameters
from shared.web.knowledge import PolicyOut


class SchemeOut(PolicyOut[SchemeParameters]):
    """A scheme: for which region, from when until when, from which source, with which figures."""
