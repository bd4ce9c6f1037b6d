"""GET the catalogues of bonuses and vetoes."""

from services.evaluation.catalogues.policies import AuthoredCatalogue
from shared.web.identity.permissions import Permission
from shared.web.knowledge import PolicyOut, create_policies


class RatingCataloguePolicyOut(PolicyOut[AuthoredCatalogue]):
    """A catalogue: which bonuses and vetoes there are, how far back each counts, and what shows it."""


router = create_policies(
    "/rating-catalogues", "rating_catalogues", RatingCataloguePolicyOut, Permission.EVALUATION_READ
)
