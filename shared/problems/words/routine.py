"""The words of what is done regularly: meetings and what they resolve, activities, stations."""

from collections.abc import Mapping

from shared.problems.words.documents import Word

THINGS: Mapping[str, Word] = {
    "meeting": Word("会议", "meeting"),
    "resolution": Word("议定事项", "resolution"),
    "activity": Word("活动", "activity"),
    "station": Word("党建工作站", "station"),
    "managed unit": Word("双管理单位", "managed unit"),
}
STATES: Mapping[str, Word] = {
    "planned": Word("尚未召开", "planned"),
    "recorded": Word("已登记", "recorded"),
    "cancelled": Word("已取消", "cancelled"),
}
STEPS: Mapping[str, Word] = {
    "planning": Word("安排", "planning"),
    "minutes": Word("登记纪要", "recording the minutes"),
    "change": Word("变更", "change"),
    "cancellation": Word("取消", "cancellation"),
    "ending": Word("终止", "ending"),
    "reopening": Word("恢复", "reopening"),
}
OWN: Mapping[str, Mapping[str, Mapping[str, Word]]] = {
    "meeting": {"state": {"held": Word("已召开", "held")}},
    "resolution": {
        "state": {"open": Word("尚未办结", "open"), "completed": Word("已办结", "completed")},
        "action": {"completion": Word("办结", "completion")},
    },
}
PERMISSIONS: Mapping[str, Word] = {
    "activities.write": Word("登记活动和工作站", "recording activities and stations"),
    "meetings.write": Word("登记例会及议定事项", "recording meetings and resolutions"),
}
_LEVELS: Mapping[str, Word] = {
    "city": Word("市级", "city"),
    "district": Word("区县级", "district"),
    "street": Word("街镇级", "street"),
    "conference": Word("市联席会", "joint conference"),
}
_OFFICERS: Mapping[str, Word] = {
    "street_officer": Word("街道经办人", "street officer"),
    "district_officer": Word("区县经办人", "district officer"),
}
_TOPICS: Mapping[str, Word] = {
    "organizations": Word("社会组织培育", "organizations"),
    "party_organizations": Word("党组织组建", "Party organizations"),
    "party_building": Word("党建", "Party building"),
    "other": Word("其他", "something else"),
}
FACTS: Mapping[str, Mapping[str, Word]] = {"meeting_level": _LEVELS, "officer": _OFFICERS, "topic": _TOPICS}
