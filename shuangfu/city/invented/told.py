"""What the source tells of Shanghai and of Hangzhou, and how many of each a scale asks for. Pure."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

LEAST_SCALE, LARGEST_SCALE = Decimal("0.01"), Decimal(5)
MOST_IN_ONE, MOST_WORKERS = 5, 2
"""Of a joint branch's organizations (`joint_max_units`), and of an area's workers (S15)."""


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of the source; `scales` unless it is of the city itself, however many organizations there are."""

    code: str
    rule: str
    number: int
    means_zh: str
    means: str
    scales: bool = True


TOLD = (
    Told("organizations", "S1", 38_000, "社会组织", "social organizations"),
    Told(
        "working_bodies",
        "S2",
        17,
        "区县工作机构（2014年12月31日）",
        "working bodies of districts on 2014-12-31",
        scales=False,
    ),
    Told("under_industry", "S3", 700, "行业党委归口管理的党组织", "Party organizations under industry committees"),
    Told("conference", "S4", 12, "联席会成员单位（至少）", "bodies of the joint conference, at least", scales=False),
    Told("standalone", "S12", 2_259, "单独建立的党组织", "standalone Party organizations"),
    Told("joint", "S13", 636, "联合党组织", "joint Party organizations"),
    Told("in_joint", "S13", 2_989, "联合党组织覆盖的社会组织", "organizations that joint ones cover"),
    Told("filed_bodies", "S15", 200_000, "街镇备案的群众团队", "bodies filed with streets"),
    Told("areas", "S16", 1_700, "片区", "areas"),
    Told("workers", "S16", 3_000, "片区党群工作者", "workers of areas"),
    Told(
        "heads",
        "S31",
        70,
        "书记与负责人双肩挑（占百分之）",
        "secretaries who head the organization (of a hundred)",
        scales=False,
    ),
    Told("key_committees", "H31", 10, "杭州市级重点行业党委", "Hangzhou's key industry committees", scales=False),
    Told("xihu_incubated", "H9", 27, "西湖区孵化的社会组织", "organizations incubated in Xihu", scales=False),
    Told("xihu_standalone", "H9", 2, "其中单建党支部", "of these, standalone branches", scales=False),
    Told("xihu_joint", "H9", 1, "其中联合党支部", "of these, joint branches", scales=False),
)
STREETS = 230
"""S32: Shanghai's streets and towns, each with a Party-building centre."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each a run invents: the source's figures times the scale, each rounded half up."""

    scale: Decimal
    organizations: int
    filed_bodies: int
    standalone: int
    under_industry: int
    joint: int
    in_joint: int
    areas: int
    workers: int
    streets: int
    heads: int

    @classmethod
    def of(cls, scale: Decimal) -> Self:
        """Rounding must leave what is possible: a joint branch covers at most five, an area has at most two workers.

        Raises ValueError where the scale is out of bounds.
        """
        if scale.is_nan() or not LEAST_SCALE <= scale <= LARGEST_SCALE:
            raise ValueError(f"{scale} is no scale from {LEAST_SCALE} to {LARGEST_SCALE}")
        asked = {one.code: scaled(one.number, scale) for one in TOLD if one.scales}
        joint = max(asked["joint"], -(-asked["in_joint"] // MOST_IN_ONE))
        return cls(
            scale,
            asked["organizations"],
            asked["filed_bodies"],
            asked["standalone"],
            asked["under_industry"],
            joint,
            asked["in_joint"],
            asked["areas"],
            min(asked["workers"], MOST_WORKERS * asked["areas"]),
            scaled(STREETS, scale),
            scaled(asked["standalone"] + joint, Decimal("0.7")),
        )

    def expected(self, told: Told) -> int:
        """What a run must come to of a figure."""
        return int(getattr(self, told.code, told.number))


def scaled(number: int, scale: Decimal) -> int:
    """The number times the scale, half up, but at least one."""
    return max(1, int((number * scale).quantize(Decimal(1), ROUND_HALF_UP)))
