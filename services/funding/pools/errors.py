"""Problems of award pools."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class PoolExists(Problem):
    """A year's dues have one pool."""

    slug, status = "pool-exists", 409
    title = Text(zh="奖励资金已设立", en="Pool exists")
    detail = Text(zh="该年度党费已设立奖励资金（{pool}）。", en="These dues have a pool already: {pool}.")


class PoolExceeded(Problem):
    """A round would give more than is left: nothing was given."""

    slug, status = "pool-exceeded", 409
    title = Text(zh="超出奖励资金余额", en="More than the pool")
    detail = Text(
        zh="奖励资金尚余 {left_fen} 分，不足以分配 {amount_fen} 分；本次没有分配。",
        en="The pool has {left_fen} fen left, which is less than {amount_fen} fen; nothing was distributed.",
    )


OUT_OF_SHARE = Text(
    zh="奖励资金须占留存党费的 {least} 至 {most} 个基点。",
    en="A pool is from {least} to {most} basis points of the retained dues.",
)
NOTHING = Text(zh="按此比例不足 1 分。", en="This share is less than one fen.")
TWICE = Text(zh="同一党组织在一次分配中只能出现一次。", en="A Party organization stands once in a round.")
NOT_THERE = Text(
    zh="没有该党组织，或其已撤销，或不在该奖励资金的行政区划内。",
    en="There is no such Party organization in the pool's division, or it was dissolved.",
)
