"""What is posted when: pure."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.funding.ledger.rules import Posting, balance_changes


@given(
    st.lists(
        st.builds(
            Posting,
            st.sampled_from(["grant_approved", "grant_paid"]),
            st.uuids(),
            st.sampled_from(["330106", "330110"]),
            st.sampled_from(["5001", "2307"]),
            st.sampled_from(["4001", "2308"]),
            st.integers(1, 10**9),
        )
    )
)
def test_i5_balance_changes_sum_to_zero_and_come_in_account_order(postings: list[Posting]) -> None:
    changes = balance_changes([one.voucher(date(2026, 3, 9)) for one in postings])
    assert sum(change for _, _, change in changes) == 0
    places = [(account, division) for account, division, _ in changes]
    assert places == sorted(set(places))
