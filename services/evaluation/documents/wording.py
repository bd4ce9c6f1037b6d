"""What the facts of evaluation's documents are called in them: documents are Chinese. Pure."""

_STARS = ("无星", "一星级", "二星级", "三星级", "四星级", "五星级")
STATES = {
    "open": "待办",
    "underway": "正在落实",
    "tracked": "正在跟踪",
    "sent": "已抄送",
    "received": "已签收",
    "in_effect": "生效",
    "closed": "已办结",
    "superseded": "已被更正替代",
    "lapsed": "已终止",
}

CYCLE_STATES = {"draft": "尚未开启", "open": "尚未关闭", "closed": "已关闭"}
STAGES = {
    "self": "自评",
    "group": "考核小组评分",
    "satisfaction": "满意度测评",
    "first_check": "行业初核",
    "committee": "评定委员会评分",
    "session": "评定会议",
    "supplement": "补充材料",
}
"""Stages, in their order."""


def star_name(star: int) -> str:
    """A star as documents write it."""
    return _STARS[star]
