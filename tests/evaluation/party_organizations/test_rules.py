"""The projection's rules: the last news counts, and most of the covered organizations decide the type (H16)."""

from datetime import date

from services.evaluation.party_organizations.rules import Cover, decide_type, latest
from services.evaluation.policies import EvaluationParameters
from shared.contracts.registry import CoveredOrganization
from shared.db.base import new_id
from shared.field.policies import read_policies
from shared.settings import REPOSITORY_POLICIES
from tests.evaluation.conftest import changed, covered, dissolved, established

POLICY = (
    read_policies(REPOSITORY_POLICIES, "evaluation", EvaluationParameters).get("330106", date(2026, 1, 1)).parameters
)
KNOWN = {f"T{n:02}" for n in range(1, 12)}


def votes_of(*covers: CoveredOrganization) -> list[Cover]:
    return [Cover(cover.kind, cover.evaluation_type) for cover in covers]


def type_of(*covers: CoveredOrganization) -> str:
    return decide_type(votes_of(*covers), POLICY, KNOWN).type


def test_h16_most_of_the_organizations_decide() -> None:
    assert type_of(covered("T10"), covered("T07"), covered("T10")) == "T10"


def test_h16_of_equally_many_the_smallest_code() -> None:
    assert type_of(covered("T10"), covered("T07")) == "T07"


def test_h16_without_a_type_the_kind_decides() -> None:
    assert type_of(covered(None, "law_firm")) == "T02"
    assert type_of(covered(None, "foundation"), covered(None, "foundation"), covered("T10")) == "T08"


def test_h16_a_kind_without_a_default_falls_back() -> None:
    assert type_of(covered(None, "other")) == "T11"
    assert type_of() == "T11"


def test_h16_a_type_that_no_system_rates_counts_for_its_kind() -> None:
    assert type_of(covered("T99", "law_firm")) == "T02"


def test_h16_a_default_that_no_system_rates_falls_back() -> None:
    assert decide_type(votes_of(covered(None, "law_firm")), POLICY, KNOWN - {"T02"}).type == "T11"


def test_h16_the_facts_say_how_it_came() -> None:
    covers = [covered("T10"), covered(None, "social_group"), covered("T10")]
    assert decide_type(votes_of(*covers), POLICY, KNOWN).facts == {
        "organizations": 3,
        "votes": {"T10": 2, "T11": 1},
        "named_by_registration": {"T10": 2},
        "defaulted_by_kind": {"social_group": 1},
    }


def test_the_highest_sequence_of_each_counts() -> None:
    one, other = new_id(), new_id()
    rows = latest(
        [
            (1, established(id=one, name="甲")),
            (3, changed(id=one, name="丙")),
            (2, changed(id=one, name="乙")),
            (1, established(id=other, name="丁")),
        ]
    )
    assert [(row.id, row.name, row.sequence) for row in rows] == [(one, "丙", 3), (other, "丁", 1)]


def test_a_dissolution_keeps_what_the_list_told_before() -> None:
    one = new_id()
    [row] = latest([(1, established(id=one, name="甲")), (2, dissolved(one))])
    assert (row.name, row.dissolved_on, row.sequence) == ("甲", date(2026, 6, 1), 2)


def test_a_dissolution_alone_leaves_the_rest_unknown() -> None:
    [row] = latest([(2, dissolved(new_id()))])
    assert (row.name, row.covers, row.dissolved_on) == (None, None, date(2026, 6, 1))
