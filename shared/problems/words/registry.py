"""The registry's words: data sources, and the parts of an organization that each may speak of."""

from collections.abc import Mapping

from shared.problems.words.documents import Word

THINGS: Mapping[str, Word] = {"duplicate": Word("疑似重复登记", "possible duplicate")}
SOURCES: Mapping[str, Word] = {
    "registering_authority": Word("登记管理机关", "registering authority"),
    "district_system": Word("区县业务系统", "district's system"),
    "survey": Word("摸底调查", "survey"),
    "hand_entry": Word("人工填报", "hand entry"),
    "correction": Word("人工更正", "correction"),
}
REGISTERS: Mapping[str, Word] = {
    "civil_affairs": Word("民政部门", "civil affairs"),
    "justice": Word("司法行政部门", "justice department"),
    "finance": Word("财政部门", "finance department"),
    "taxation": Word("税务部门", "taxation department"),
    "market_regulation": Word("市场监管部门", "market regulation department"),
    "other": Word("其他部门", "other department"),
}
FACTS: Mapping[str, Mapping[str, Word]] = {
    "data_source": SOURCES,
    "stands": SOURCES,
    "said": SOURCES,
    "keeper": REGISTERS,
    "keepers": REGISTERS,
    "verdict": {
        "same": Word("同一组织", "the same"),
        "different": Word("不同组织", "different"),
        "succession": Word("承继关系", "a succession"),
    },
    "part": {
        "name": Word("名称", "name"),
        "kind": Word("组织类型", "kind"),
        "place": Word("区划、街道和地址", "division, street and address"),
        "carrier": Word("所在楼宇园区", "building or park"),
        "position": Word("经纬度", "position"),
        "registered_on": Word("成立登记日期", "day of registration"),
        "counts": Word("人员和党员数", "staff and members"),
        "evaluation_type": Word("测评类型", "evaluation type"),
        "source": Word("登记来源", "registering department"),
        "status": Word("登记状态", "status"),
    },
}
