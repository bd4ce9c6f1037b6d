"""A payment that the bank sent back, as a payer enters it from the bank's slip."""

from services.funding.grants.settling.schemas import PaperNumber
from shared.problems.inputs import Body, Day, Prose


class BankReturnIn(Body):
    """The number of the bank's slip, its day, and why the payment came back."""

    reference: PaperNumber
    returned_on: Day
    reason: Prose
