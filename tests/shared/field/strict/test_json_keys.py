from typing import Any

import orjson
import pytest

from shared.field.strict.json_keys import JsonError, check_json, count_keys

BODY = {
    "name": '甲": "乙',
    "location": {"lon": 1.5, "lat": 2},
    "list": [{"a": 1}, {"a": 2}],
    "as_of": "2026-03-02T09:00",
}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (b'{"a": 1, "a": 2}', ("a",)),
        (b'{"a":1,"a":1}', ("a",)),
        (b'{"a" :1,"a":1}', ("a",)),
        (b'{"a":1,"\\u0061":1}', ("a",)),
        (b'\xef\xbb\xbf{"a":1,"a":1}', ("a",)),
        (b'{"l":{"lon":1,"lat":2,"lon":3}}', ("l", "lon")),
        (b'[{"a":1},{"a":1,"b":[{"c":1,"c":2}]}]', (1, "b", 0, "c")),
        ('{"名":1,"名":2}'.encode(), ("名",)),
    ],
)
@pytest.mark.parametrize("counted", [False, True])
def test_t56_check_json__one_key_twice_is_found_wherever_it_is(text: bytes, path: Any, counted: bool) -> None:
    keys = count_keys(orjson.loads(text.removeprefix(b"\xef\xbb\xbf"))) if counted else None
    with pytest.raises(JsonError) as found:
        check_json(text, keys)
    assert (found.value.reason, found.value.path) == ("json_key_twice", path)


@pytest.mark.parametrize("zero", [b"-0", b"-0.0", b"-0e5", b" -0", b"\t-0.000"])
@pytest.mark.parametrize("counted", [False, True])
def test_t13_check_json__a_negative_zero_is_no_number(zero: bytes, counted: bool) -> None:
    for text, path in ((b'{"a":%s}', ("a",)), (b'{"l":[1,%s]}', ("l", 1)), (b"[%s]", (0,))):
        with pytest.raises(JsonError) as found:
            check_json(text % zero, count_keys(orjson.loads(text % zero)) if counted else None)
        assert (found.value.reason, found.value.path) == ("json_negative_zero", path)


@pytest.mark.parametrize("options", [0, orjson.OPT_INDENT_2])
def test_t56_check_json__what_is_written_once_passes(options: int) -> None:
    for content in (BODY, {}, [], 1, "a", {"a": -0.5, "b": -1, "c": "-0", "d": ": -0"}):
        text = orjson.dumps(content, option=options)
        check_json(text)
        check_json(text, count_keys(content))
    check_json(b"{broken")
    check_json(b"\xff")
    check_json(b"[" * 100_000)
