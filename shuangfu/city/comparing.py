"""Compares what a run came to with what the source tells, and with what must follow from it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from shuangfu.city.invented.told import TOLD, Counts

STARS_RECTIFIED, STARS_NOMINATED = (0, 1), (5,)
"""H20, H22; H21."""


@dataclass(frozen=True, slots=True)
class Came:
    """What was read back over HTTP."""

    figures: Mapping[str, int]
    """By the code of what the source tells."""
    money: Mapping[str, Mapping[str, int]]
    """By scheme: `grants`, `total_fen`, `held`."""
    stars: Mapping[int, int]
    consequences: Mapping[str, int]
    ordered: Mapping[str, int]
    """`count` and `total_fen` of the orders, `file_lines` and `file_fen` of their files."""
    events: Mapping[str, int]
    report: Mapping[str, int]
    """The yearly report of Shanghai."""


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. `told` is what the source tells, None of what only has to follow from the rest."""

    rule: str
    zh: str
    en: str
    told: int | None
    expected: int
    came: int

    @property
    def holds(self) -> bool:
        """Whether it came to that."""
        return self.came == self.expected


def compare(counts: Counts, came: Came, due: Mapping[str, int]) -> list[Row]:
    """A row for each figure of the source, then one for each that follows.

    `due`: by scheme (S26, H31, H32), the fen that its rule makes of whom was invented.
    """
    rows = [
        Row(one.rule, one.means_zh, one.means, one.number, counts.expected(one), came.figures[one.code]) for one in TOLD
    ]
    low = sum(came.stars.get(star, 0) for star in STARS_RECTIFIED)
    rated = sum(came.stars.values())
    parties = came.figures["standalone"] + came.figures["joint"]
    best = sum(came.stars.get(star, 0) for star in STARS_NOMINATED)
    members, key, annual = (came.money[scheme] for scheme in due)
    of_members, of_key, of_annual = due.values()
    grants = sum(one["grants"] for one in came.money.values())
    money = sum(one["total_fen"] for one in came.money.values())
    built = came.report["eligible_with_own"]
    for rule, zh, en, expected, found in (
        ("S9", "应建已建的社会组织", "eligible organizations with their own", counts.standalone, built),
        ("H20", "整顿意见（一星级和无星）", "rectifications (no star or one)", low, came.consequences["rectification"]),
        ("H20", "改进意见（其余）", "improvements (all others)", rated - low, came.consequences["improvement"]),
        ("H22", "诫勉谈话", "admonition talks", low, came.consequences["talk"]),
        ("H21", "先进推荐（五星级）", "nominations (five stars)", best, came.consequences["nomination"]),
        ("S26", "每名党员200元：笔数", "200 yuan a member: grants", parties, members["grants"]),
        ("S26", "每名党员200元：金额（分）", "200 yuan a member: fen", of_members, members["total_fen"]),
        ("H31", "重点行业党委：金额（分）", "key industry committees: fen", of_key, key["total_fen"]),
        ("H32", "其他党组织：金额（分）", "all others in Hangzhou: fen", of_annual, annual["total_fen"]),
        ("H32", "整改后仍暂缓", "still held once rectified", 0, annual["held"]),
        ("", "支付令笔数", "grants in payment orders", grants, came.ordered["count"]),
        ("", "支付文件行数", "lines of the payment files", grants, came.ordered["file_lines"]),
        ("", "支付文件金额（分）", "fen of the payment files", money, came.ordered["file_fen"]),
        ("", "死信", "dead letters", 0, came.events["dead_letters"]),
    ):
        rows.append(Row(rule, zh, en, None, expected, found))
    return rows
