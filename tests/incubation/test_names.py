"""Names of Party organizations."""

from services.incubation.names import name_area, name_joint_branch, name_party_organization


def test_names_are_the_usual_ones() -> None:
    assert [name_party_organization("甲", kind) for kind in ("BRANCH", "GENERAL", "COMMITTEE")] == [
        "中共甲支部",
        "中共甲总支部",
        "中共甲委员会",
    ]
    assert name_joint_branch("西溪公益园") == "中共西溪公益园社会组织联合支部"
    assert name_area("翠苑街道") == "中共翠苑街道社会组织片区支部"


def test_t05_name__of_a_joint_branch_fits_its_kind() -> None:
    assert [name_joint_branch("甲", kind) for kind in ("BRANCH", "GENERAL", "COMMITTEE")] == [
        "中共甲社会组织联合支部",
        "中共甲社会组织联合总支部",
        "中共甲社会组织联合委员会",
    ]
