"""Makes registrations.xlsx: 27 invented organizations of one district's incubator, as in H9 (27, 2, 1).

Names, places and counts are invented; codes come from the custom zone PDY00001-PDY00027.
"""

from pathlib import Path

from shared.field import uscc
from shared.field.files.writing import write_table

GROUP, UNIT, FOUNDATION = ("51", "social_group"), ("52", "social_service_institution"), ("53", "foundation")
PARK = "西溪公益园(示例)"

# name, kind, street, carrier, (lon, lat), full-time staff, full members among them, in all, probationary, type
ROWS = [
    ("西湖区青禾社会工作服务中心", UNIT, "翠苑街道", PARK, (120.1201, 30.2842), 14, 5, 6, 1, "T10"),
    ("西湖区银杏助老服务中心", UNIT, "文新街道", None, (120.1042, 30.2915), 11, 3, 4, 0, "T10"),
    ("西湖区溪畔公益发展中心", UNIT, "翠苑街道", PARK, (120.1203, 30.2840), 5, 2, 2, 0, "T10"),
    ("西湖区邻里互助促进会", GROUP, "翠苑街道", PARK, (120.1203, 30.2841), 3, 1, 1, 1, "T11"),
    ("西湖区童心儿童关爱中心", UNIT, "翠苑街道", PARK, (120.1202, 30.2842), 4, 1, 1, 0, "T10"),
    ("西湖区绿芽环保服务中心", UNIT, "翠苑街道", PARK, (120.1201, 30.2841), 4, 1, 1, 0, "T10"),
    ("西湖区暖阳社区服务中心", UNIT, "翠苑街道", PARK, (120.1202, 30.2840), 3, 0, 0, 1, "T10"),
    ("西湖区书香阅读推广中心", UNIT, "北山街道", None, (120.1410, 30.2671), 3, 0, 0, 0, "T10"),
    ("西湖区乐活长者学堂", UNIT, "北山街道", None, (120.1398, 30.2690), 2, 0, 0, 0, "T10"),
    ("西湖区星火志愿者协会", GROUP, "西溪街道", None, (120.1344, 30.2759), 2, 0, 0, 0, "T11"),
    ("西湖区融合残障支持中心", UNIT, "西溪街道", None, (120.1352, 30.2761), 6, 0, 0, 0, "T10"),
    ("西湖区社区营造研究会", GROUP, "西溪街道", None, (120.1361, 30.2748), 1, 0, 0, 0, "T11"),
    ("西湖区茶文化传习社", UNIT, "灵隐街道", None, (120.1013, 30.2411), 2, 0, 0, 0, None),
    ("西湖区龙坞乡村振兴促进会", GROUP, "转塘街道", None, (120.0520, 30.1710), 2, 0, 0, 0, "T11"),
    ("西湖区艺术疗愈服务中心", UNIT, "转塘街道", None, (120.0761, 30.1582), 4, 0, 0, 0, "T10"),
    ("西湖区三墩家庭服务中心", UNIT, "三墩镇", None, (120.0852, 30.3301), 5, 0, 0, 0, "T10"),
    ("西湖区益路同行社工站", UNIT, "三墩镇", None, (120.0871, 30.3322), 4, 0, 0, 0, "T10"),
    ("西湖区创益青年发展中心", UNIT, "古荡街道", None, (120.1156, 30.2752), 3, 0, 0, 0, "T10"),
    ("西湖区心语心理服务中心", UNIT, "古荡街道", None, (120.1149, 30.2738), 6, 0, 0, 1, "T10"),
    ("西湖区法润社区服务中心", UNIT, "蒋村街道", None, (120.0650, 30.2901), 2, 0, 0, 0, "T10"),
    ("西湖区湿地自然教育中心", UNIT, "蒋村街道", None, (120.0612, 30.2733), 5, 0, 0, 0, "T10"),
    ("西湖区微光公益基金会", FOUNDATION, "留下街道", None, (120.0501, 30.2412), 3, 0, 0, 0, "T08"),
    ("西湖区康健运动服务中心", UNIT, "留下街道", None, (120.0482, 30.2430), 3, 0, 0, 0, "T10"),
    ("西湖区手作非遗传承中心", UNIT, "双浦镇", None, (120.0703, 30.1011), 2, 0, 0, 0, "T10"),
    ("西湖区新居民融入服务中心", UNIT, "双浦镇", None, (120.0733, 30.1042), 3, 0, 0, 0, "T10"),
    ("西湖区公益伙伴联合会", GROUP, "文新街道", None, (120.1051, 30.2930), 2, 0, 0, 0, "T11"),
    ("西湖区映山红妇女发展中心", UNIT, "文新街道", None, (120.1033, 30.2899), 4, 0, 0, 0, "T10"),
]
COLUMNS = (
    "uscc",
    "name",
    "kind",
    "division",
    "street",
    "address",
    "carrier",
    "lon",
    "lat",
    "registered_on",
    "full_time_staff",
    "full_members_full_time",
    "full_members",
    "probationary_members",
    "evaluation_type",
    "as_of",
)


def rows() -> list[dict[str, object]]:
    """The 27 rows, by column."""
    made = []
    for number, row in enumerate(ROWS, start=1):
        name, (pair, kind), street, carrier, (lon, lat), staff, full_time, full, probationary, evaluation_type = row
        values = (
            uscc.make(pair, "330106", f"PDY{number:05d}"),
            name,
            kind,
            "330106",
            street,
            f"示例路 {number} 号",
            carrier,
            lon,
            lat,
            f"2025-{1 + number % 12:02d}-{1 + number:02d}",
            staff,
            full_time,
            full,
            probationary,
            evaluation_type,
            "2026-01-05T09:00:00+08:00",
        )
        made.append(dict(zip(COLUMNS, values, strict=True)))
    return made


if __name__ == "__main__":
    target = Path(__file__).with_name("registrations.xlsx")
    target.write_bytes(write_table(COLUMNS, rows()))
    print(f"{target.name}: {len(ROWS)} organizations")
