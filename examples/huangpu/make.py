"""Makes registrations.xlsx: 12 invented organizations of one district of Shanghai, where S10 counts full-time staff.

Names, places and counts are invented; codes come from the custom zone PDY00201-PDY00212.
"""

from pathlib import Path

from examples.xihu.make import COLUMNS, FOUNDATION, GROUP, UNIT
from shared.field import uscc
from shared.field.files.writing import write_table

DIVISION = "310101"
FIRST = 201
PARK = "外滩公益汇(示例)"

# name, kind, street, carrier, (lon, lat), full-time staff, full members among them, in all, probationary, type
ROWS = [
    ("黄浦区申益社会服务联合会", GROUP, "外滩街道", None, (121.4892, 31.2361), 31, 12, 22, 2, "T11"),
    ("黄浦区浦江养老服务中心", UNIT, "南京东路街道", None, (121.4790, 31.2345), 12, 3, 4, 1, "T10"),
    # S10: five members, but two among full-time staff.
    ("黄浦区里弄口述史研究会", GROUP, "外滩街道", PARK, (121.4851, 31.2402), 4, 2, 5, 0, "T11"),
    ("黄浦区石库门公益发展中心", UNIT, "外滩街道", PARK, (121.4852, 31.2401), 5, 2, 2, 0, "T10"),
    ("黄浦区小小志愿者服务中心", UNIT, "外滩街道", PARK, (121.4850, 31.2401), 3, 1, 1, 1, "T10"),
    ("黄浦区晨光助学促进会", GROUP, "外滩街道", PARK, (121.4851, 31.2400), 3, 1, 1, 0, "T11"),
    # Too few for a joint branch of its own, and nobody near.
    ("黄浦区五里桥乐活学堂", UNIT, "五里桥街道", None, (121.4760, 31.1990), 4, 1, 2, 0, "T10"),
    ("黄浦区豫园非遗传习社", UNIT, "豫园街道", None, (121.4871, 31.2270), 2, 0, 0, 0, "T10"),
    ("黄浦区半淞园家庭服务中心", UNIT, "半淞园路街道", None, (121.4930, 31.2090), 5, 0, 0, 0, "T10"),
    ("黄浦区老西门邻里中心", UNIT, "老西门街道", None, (121.4810, 31.2200), 3, 0, 0, 1, "T10"),
    ("黄浦区打浦桥融合支持中心", UNIT, "打浦桥街道", None, (121.4690, 31.2080), 6, 0, 0, 0, "T10"),
    ("黄浦区微澜公益基金会", FOUNDATION, "淮海中路街道", None, (121.4730, 31.2220), 3, 0, 0, 0, "T08"),
]


def rows() -> list[dict[str, object]]:
    """The 12 rows, by column."""
    made = []
    for number, row in enumerate(ROWS, start=1):
        name, (pair, kind), street, carrier, (lon, lat), staff, full_time, full, probationary, evaluation_type = row
        values = (
            uscc.make(pair, DIVISION, f"PDY{FIRST + number - 1:05d}"),
            name,
            kind,
            DIVISION,
            street,
            f"示例路 {number} 号",
            carrier,
            lon,
            lat,
            f"2024-{number:02d}-{1 + number:02d}",
            staff,
            full_time,
            full,
            probationary,
            evaluation_type,
            # Before the end of the year whose last day's members S26 counts.
            "2025-12-05T09:00:00+08:00",
        )
        made.append(dict(zip(COLUMNS, values, strict=True)))
    return made


if __name__ == "__main__":
    target = Path(__file__).with_name("registrations.xlsx")
    target.write_bytes(write_table(COLUMNS, rows()))
    print(f"{target.name}: {len(ROWS)} organizations")
