"""The kinds of policies that evaluation reads, each with the strict model of an author's file."""

from collections.abc import Mapping

from pydantic import BaseModel

from services.evaluation.catalogues.policies import CATALOGUE_KIND, AuthoredCatalogue
from services.evaluation.consequences.deriving.policies import CONSEQUENCES_KIND, ConsequenceParameters
from services.evaluation.duty_items.policies import DUTY_ITEMS_KIND, DutyItemPolicy
from services.evaluation.policies import EvaluationParameters
from services.evaluation.selections.policies import SELECTION_KIND, SelectionPolicy

POLICY_KINDS: Mapping[str, type[BaseModel]] = {
    "evaluation": EvaluationParameters,
    CATALOGUE_KIND: AuthoredCatalogue,
    CONSEQUENCES_KIND: ConsequenceParameters,
    SELECTION_KIND: SelectionPolicy,
    DUTY_ITEMS_KIND: DutyItemPolicy,
}
