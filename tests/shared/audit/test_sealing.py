"""Sealed values open in their place only, with their key only, and nothing shows what they hold."""

import os
import traceback
from base64 import b64encode
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.db.sealing import (
    FieldKeys,
    KeyRing,
    KeysUnusable,
    KeyUnknown,
    SealBroken,
    SealingError,
    place,
    read_key_file,
)

HERE = place("contacts", "1/secretary", "person")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> FieldKeys:
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    path.write_bytes(KeyRing.generate().to_json())
    return FieldKeys(path)


def make(path: Path, ring: KeyRing) -> FieldKeys:
    path.write_bytes(ring.to_json())
    return FieldKeys(path)


@given(plain=st.binary(max_size=300), context=st.binary(max_size=80))
def test_what_is_sealed_opens_again(keys: FieldKeys, plain: bytes, context: bytes) -> None:
    key_id, sealed = keys.seal(plain, context)
    assert key_id == "k1"
    assert keys.open(key_id, sealed, context) == plain
    assert len(sealed) == 12 + len(plain) + 16


@given(plain=st.binary(min_size=8, max_size=100))
def test_the_ciphertext_says_nothing(keys: FieldKeys, plain: bytes) -> None:
    _, first = keys.seal(plain, HERE)
    _, second = keys.seal(plain, HERE)
    assert plain not in first
    assert first != second
    assert first[:12] != second[:12]


@given(plain=st.binary(max_size=60), flip=st.data())
def test_no_changed_bit_passes(keys: FieldKeys, plain: bytes, flip: st.DataObject) -> None:
    key_id, sealed = keys.seal(plain, HERE)
    at, bit = flip.draw(st.integers(0, len(sealed) - 1)), flip.draw(st.integers(0, 7))
    tampered = sealed[:at] + bytes([sealed[at] ^ 1 << bit]) + sealed[at + 1 :]
    with pytest.raises(SealBroken):
        keys.open(key_id, tampered, HERE)


@given(plain=st.binary(max_size=60), cut=st.data())
def test_nothing_shorter_passes(keys: FieldKeys, plain: bytes, cut: st.DataObject) -> None:
    key_id, sealed = keys.seal(plain, HERE)
    with pytest.raises(SealBroken):
        keys.open(key_id, sealed[: cut.draw(st.integers(0, len(sealed) - 1))], HERE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        place("contacts", "2/secretary", "person"),
        place("contacts", "1/liaison", "person"),
        place("visits", "1/secretary", "person"),
        place("contacts", "1/secretary", "phone"),
        b"",
    ],
)
def test_a_ciphertext_cannot_be_moved(keys: FieldKeys, elsewhere: bytes) -> None:
    key_id, sealed = keys.seal(b"person", HERE)
    with pytest.raises(SealBroken):
        keys.open(key_id, sealed, elsewhere)


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), min_size=2, max_size=2, unique=True))
def test_no_two_places_have_one_context(places: list[tuple[str, str, str]]) -> None:
    first, second = places
    assert place(*first) != place(*second)


def test_another_key_of_the_same_name_does_not_open(tmp_path: Path) -> None:
    ours, theirs = make(tmp_path / "a", KeyRing.generate()), make(tmp_path / "b", KeyRing.generate())
    key_id, sealed = ours.seal(b"person", HERE)
    with pytest.raises(SealBroken):
        theirs.open(key_id, sealed, HERE)


def test_an_unknown_key_is_named(keys: FieldKeys) -> None:
    _, sealed = keys.seal(b"person", HERE)
    with pytest.raises(KeyUnknown, match="k9"):
        keys.open("k9", sealed, HERE)


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keys = make(path, KeyRing.generate())
    old_id, old = keys.seal(b"person", HERE)
    path.write_bytes(read_key_file(path).with_new_key().to_json())
    new_id, new = keys.seal(b"person", HERE)
    assert (old_id, new_id, keys.active) == ("k1", "k2", "k2")
    assert keys.open(old_id, old, HERE) == keys.open(new_id, new, HERE) == b"person"

    path.write_bytes(read_key_file(path).keeping(["k2"]).to_json())
    with pytest.raises(KeyUnknown):
        keys.open(old_id, old, HERE)
    path.unlink()
    with pytest.raises(KeysUnusable, match="No such file"):
        keys.seal(b"person", HERE)


def test_the_active_key_is_never_dropped_nor_a_name_used_twice() -> None:
    ring = KeyRing.generate().with_new_key().with_new_key()
    assert set(ring.keeping([]).keys) == {"k3"}
    assert ring.keeping([]).next_name() == "k4"


SECRET = b64encode(b"an invented key that is too long for one").decode()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is not JSON"),
        (b"[]", "is not {"),
        (b'{"active": "k1"}', "is not {"),
        (orjson.dumps({"active": "k1", "keys": {}}), "active key that it does not have"),
        (orjson.dumps({"active": ["k1"], "keys": {}}), "active key that it does not have"),
        (orjson.dumps({"active": "k1", "keys": {"k1": SECRET}}), "key k1 that is not 32 bytes"),
        (orjson.dumps({"active": "k1", "keys": {"k1": 7}}), "key k1 that is not 32 bytes"),
        (orjson.dumps({"active": "k1", "keys": {"k1": "é" + SECRET}}), "key k1 that is not 32 bytes"),
        (orjson.dumps({"active": "k1", "keys": {SECRET + "=": "k1"}}), "whose name is not of letters"),
    ],
)
def test_a_broken_file_says_what_is_wrong_and_not_what_it_holds(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(content)
    with pytest.raises(KeysUnusable) as caught:
        FieldKeys(path)
    assert complaint in str(caught.value)
    assert str(path) in str(caught.value)
    assert SECRET not in str(caught.value)


def test_nothing_that_is_shown_holds_a_key_or_a_value(tmp_path: Path) -> None:
    ring = KeyRing("k1", {"k1": b"Kk" * 16})
    keys = make(tmp_path / "keys.json", ring)
    key_id, sealed = keys.seal("沈不存在".encode(), HERE)
    shown = [repr(ring), str(ring), repr(keys), f"{keys}"]
    for wrong in (("k9", sealed, HERE), (key_id, sealed[:-1], HERE), (key_id, sealed, b"")):
        try:
            keys.open(*wrong)
        except SealingError as error:
            shown.append("".join(traceback.format_exception(error)) + repr(error))
    assert len(shown) == 7
    text = os.linesep.join(shown)
    assert "KkKk" not in text
    assert b64encode(b"Kk" * 16).decode() not in text
    assert "沈不存在" not in text
