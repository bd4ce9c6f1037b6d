"""A decision's reasons as clients read them: with the sentence of the rule, in the language of the request."""

from pydantic import ConfigDict, computed_field

from shared.contracts.base import Reason
from shared.field.rules.book import find_rule
from shared.problems.language import current_language


class ReasonOut(Reason):
    """Why a decision came out as it did: the rule and its text, the outcome, the facts it read, as of when."""

    model_config = ConfigDict(from_attributes=True)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def text(self) -> str:
        """The rule as a sentence; empty for a rule that this release does not know."""
        return text_of(self.rule)


def text_of(rule_id: str) -> str:
    """A rule as a sentence, in the language of the request; empty for one that this release does not know."""
    rule = find_rule(rule_id)
    return "" if rule is None else rule.zh if current_language.get() == "zh" else rule.en
