"""What can stand against a proposal of areas."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class ProposalNotReady(Problem):
    """There is nothing to adopt yet, or never will be."""

    slug, status = "area-proposal-not-ready", 409
    title = Text(zh="片区建议尚未就绪", en="Area proposal not ready")
    detail = Text(zh="该片区建议{state}。", en="The proposal is {state}.")


class AlreadyAdopted(Problem):
    """An area of the proposal was adopted before."""

    slug, status = "area-already-adopted", 409
    title = Text(zh="已采纳", en="Already adopted")
    detail = Text(
        zh="第 {number} 号片区已采纳为“{code}”。", en="Area {number} of the proposal was adopted as '{code}'."
    )
