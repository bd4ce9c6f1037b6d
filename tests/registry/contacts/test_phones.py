"""Telephone numbers: the usual ways of writing one, and the one form of it."""

import httpx
import pytest

from services.registry.contacts.phones import PhoneError, normalize_phone
from tests.registry.contact_helpers import NAME
from tests.registry.helpers import code, put

SAME = {
    "0571-87001234": [
        *(
            "(0571)87001234",
            "（0571）87001234",
            "0571 8700 1234",
            "057187001234",
            "0571－87001234",
            "０５７１-８７００１２３４",
        ),
        *("+86 571 87001234", "+86-571-8700-1234", "86-571-87001234", "0086 571 87001234", "+86 (0571) 87001234"),
        *("0571--87001234", " 0571-87001234 ", "电话:0571-87001234", "联系电话：0571-87001234", "Tel: 0571-87001234"),
        *("0571—87001234", "0571‐87001234", "0571.87001234", "+86 (0)571 87001234", "+8657187001234"),
    ],
    "0571-87001234转8001": [
        *("0571-87001234转8001", "0571-87001234 转 8001", "0571-87001234-8001", "(0571)87001234-8001"),
        *("0571-87001234 ext. 8001", "0571-87001234x8001", "0571-87001234#8001", "0571-87001234分机8001"),
        *("0571-87001234分机号:8001", "057187001234转８００１"),
    ],
    "010-65001234": ["010-65001234", "(010) 6500 1234", "+86 10 65001234"],
    "13800000000": [
        "13800000000",
        "138 0000 0000",
        "138-0000-0000",
        "+86 138 0000 0000",
        "１３８００００００００",
        "手机13800000000",
    ],
    "400-800-1234": ["4008001234", "400-800-1234", "400 8001234", "+86 400 800 1234"],
    "87001234": ["87001234", "8700 1234", "8700-1234"],
    "12345": ["12345"],
    "+85221234567": ["+852 2123 4567", "+852-21234567"],
}
NONE = [
    *(
        "",
        "call me",
        "330106199001011234",
        "33010619900101123X",
        "1234",
        "0571-8700123456",
        "87001234/87001235",
        "+86 123",
    ),
    *(
        "138000000001",
        "12 34",
        "无",
        "0571-1234567",
        "0571-87001234转",
        "0571-87001234转12345678",
        "1" * 40,
        "+",
        "٠٥٧١87001234",
    ),
]


@pytest.mark.parametrize("stored", SAME)
def test_t66_normalize_phone__usual_ways_of_writing_have_one_form(stored: str) -> None:
    assert {written: normalize_phone(written) for written in SAME[stored]} == dict.fromkeys(SAME[stored], stored)
    assert normalize_phone(stored) == stored


@pytest.mark.parametrize("written", NONE)
def test_t66_normalize_phone__no_number_is_refused_and_not_shown(written: str) -> None:
    with pytest.raises(PhoneError) as refused:
        normalize_phone(written)
    assert refused.value.facts == {}


async def test_t66_contact__is_stored_in_the_one_form(client: httpx.AsyncClient) -> None:
    await put(client, code(1))
    path = f"/v1/organizations/{code(1)}/contacts/secretary"
    answer = await client.put(path, json={"name": f" {NAME}\u200b", "phone": "（０５７１）87001234转8001"})
    assert answer.status_code == 201, answer.text
    shown = (await client.get(path)).json()
    assert (shown["name"], shown["phone"]) == (NAME, "0571-87001234转8001")


@pytest.mark.parametrize("name", ["甲\u202e乙", "\u3000", "甲１", "甲٣", "无"])
async def test_t52_contact__a_name_that_is_none_is_refused(client: httpx.AsyncClient, name: str) -> None:
    await put(client, code(1))
    answer = await client.put(f"/v1/organizations/{code(1)}/contacts/liaison", json={"name": name, "phone": "12345"})
    assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (422, ["/name"])
