from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from shared.field.days import DayError, read_date, read_instant


@pytest.mark.parametrize(
    "written",
    [
        *(86400, 20260301, 1.5, True, None, b"2026-03-01", ["2026-03-01"], datetime(2026, 3, 1, tzinfo=UTC)),
        *("86400", "20260301", "20260302090000", "1772323200", "-1", "0"),
        *("2026-03-01T00:00:00", "2026-03-01T00:00:00Z", "2026-03-01 00:00:00", "2026-03-01Z"),
        *("2026-3-1", "26-03-01", "2026/03/01", "2026.03.01", "2026年3月1日", "2026-W09-7", "2026-060"),
        *("２０２６-０３-０１", "٢٠٢٦-٠٣-٠١", " 2026-03-01", "2026-03-01\n", "", "2026-02-30", "0000-01-01"),
    ],
)
def test_t58_read_date__takes_one_way_of_writing_only(written: object) -> None:
    with pytest.raises(DayError, match="date_malformed"):
        read_date(written)


def test_t53_read_date__a_date_is_no_midnight() -> None:
    assert read_date("2026-03-01") == read_date(date(2026, 3, 1)) == date(2026, 3, 1)
    with pytest.raises(DayError):
        read_date("2026-03-01T00:00:00")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (20260302090000, "instant_malformed"),
        (0.5, "instant_malformed"),
        (True, "instant_malformed"),
        (None, "instant_malformed"),
        ("20260302090000", "instant_malformed"),
        ("20260302", "instant_malformed"),
        ("1772413200", "instant_malformed"),
        ("20260302T090000Z", "instant_malformed"),
        ("2026-03-02", "instant_malformed"),
        ("2026-03-02T09:00:00+0800", "instant_malformed"),
        ("2026-03-02T24:00:00Z", "instant_malformed"),
        ("2026-02-30T09:00:00Z", "instant_malformed"),
        ("２０２６-03-02T09:00:00Z", "instant_malformed"),
        ("2026-03-02T09:00:00+99:00", "instant_malformed"),
        ("2026-03-02T09:00:00Z ", "instant_malformed"),
        ("2026-03-02T09:00:00", "instant_without_zone"),
        ("2026-03-02 09:00", "instant_without_zone"),
        ("9999-12-31T23:59:59-08:00", "instant_out_of_calendar"),
        ("0001-01-01T00:00:00+08:00", "instant_out_of_calendar"),
        ("9999-12-31T23:59:59Z", "instant_out_of_calendar"),
    ],
)
def test_t58_read_instant__takes_rfc_3339_only(written: object, reason: str) -> None:
    with pytest.raises(DayError) as refused:
        read_instant(written)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "written",
    ["2026-03-02T09:00:00+08:00", "2026-03-02t01:00:00z", "2026-03-02 01:00:00.000Z", "2026-03-02T01:00:00.000000000Z"],
)
def test_t58_read_instant__keeps_the_instant(written: str) -> None:
    assert read_instant(written) == datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=8)))
