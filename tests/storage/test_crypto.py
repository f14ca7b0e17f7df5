import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import Keyring, MasterKey, StorageError
from storage.crypto import CaseCipher, WrappedKey, new_data_key

PLACE = {"table": "events", "column": "payload", "row_id": "r1"}

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
payloads = st.dictionaries(st.text(), json_values, max_size=6)


def new_cipher() -> CaseCipher:
    return CaseCipher(new_data_key(), case="K7F-2M9")


@given(payloads)
def test_what_is_sealed_opens_as_it_was(payload: dict[str, Any]) -> None:
    cipher = new_cipher()
    assert cipher.open(cipher.seal(payload, **PLACE), **PLACE) == payload


def test_half_a_surrogate_pair_comes_back_as_it_was_typed() -> None:
    cipher = new_cipher()
    assert cipher.open(cipher.seal({"text": "a\ud83d"}, **PLACE), **PLACE) == {"text": "a\ud83d"}


@given(payloads, st.data())
def test_any_changed_byte_is_noticed(payload: dict[str, Any], data: st.DataObject) -> None:
    cipher = new_cipher()
    sealed = bytearray(cipher.seal(payload, **PLACE))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(StorageError) as caught:
        cipher.open(bytes(sealed), **PLACE)
    assert caught.value.code == "case_unreadable"
    assert caught.value.params == {"case": "K7F-2M9"}


@given(payloads, st.integers(0, 40))
def test_cut_off_bytes_are_noticed(payload: dict[str, Any], kept: int) -> None:
    cipher = new_cipher()
    with pytest.raises(StorageError):
        cipher.open(cipher.seal(payload, **PLACE)[:kept], **PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {**PLACE, "table": "outbox"},
        {**PLACE, "column": "projection"},
        {**PLACE, "row_id": "r2"},
        # The same letters, cut otherwise.
        {"table": "event", "column": "spayload", "row_id": "r1"},
    ],
)
def test_what_is_moved_to_another_place_does_not_open(elsewhere: dict[str, str]) -> None:
    cipher = new_cipher()
    with pytest.raises(StorageError):
        cipher.open(cipher.seal({"a": 1}, **PLACE), **elsewhere)


def test_what_is_moved_to_another_case_does_not_open() -> None:
    with pytest.raises(StorageError):
        new_cipher().open(new_cipher().seal({"a": 1}, **PLACE), **PLACE)


def test_the_same_payload_never_looks_the_same_twice() -> None:
    cipher = new_cipher()
    assert len({cipher.seal({"a": 1}, **PLACE) for _ in range(50)}) == 50


def test_short_answers_cannot_be_told_apart_by_their_length() -> None:
    cipher = new_cipher()
    lengths = {
        len(cipher.seal({"a": word}, **PLACE)) for word in ("no", "yes", "unknown", "x" * 90)
    }
    assert len(lengths) == 1


@pytest.mark.parametrize("payload", [{"a": float("nan")}, {"a": object()}])
def test_what_is_not_json_is_refused(payload: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        new_cipher().seal(payload, **PLACE)


def test_a_master_key_survives_its_text_form() -> None:
    key = MasterKey.generate()
    assert MasterKey.parse(f"  {key.text()}\n") == key
    assert len(key.text()) == 44


def test_a_master_key_in_plain_base64_is_read_too() -> None:
    key = MasterKey(b"\xfb\xff" * 16)
    assert key.text().startswith("-_")
    assert MasterKey.parse(key.text().translate(str.maketrans("-_", "+/"))) == key


@pytest.mark.parametrize("text", ["", "x", "geheim", "A" * 43, "é" * 44, "A" * 44])
def test_a_malformed_key_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(StorageError) as caught:
        MasterKey.parse(text)
    assert caught.value.code == "key_malformed"
    assert caught.value.params == {"setting": "VOLGORDE_MASTER_KEY"}
    assert caught.value.__cause__ is None


def test_a_keys_fingerprint_tells_keys_apart_and_shows_nothing_of_them() -> None:
    key = MasterKey.generate()
    assert key.key_id == MasterKey.parse(key.text()).key_id
    assert key.key_id != MasterKey.generate().key_id
    assert key.key_id not in key.secret.hex()


def test_no_secret_stands_in_a_repr() -> None:
    key = MasterKey.generate()
    ring = Keyring(key)
    wrapped = ring.wrap(new_data_key(), case_id="c")
    for shown in (repr(key), repr(ring), repr(wrapped), repr(new_cipher())):
        assert key.text() not in shown
        assert repr(key.secret) not in shown
        assert "sealed" not in shown


def test_a_data_key_opens_with_the_master_key_it_was_wrapped_by_current_or_older() -> None:
    old, new = MasterKey.generate(), MasterKey.generate()
    data_key = new_data_key()
    wrapped = Keyring(old).wrap(data_key, case_id="c")
    rotated = Keyring(new, older=[old])
    assert rotated.unwrap(wrapped, case_id="c", case="K7F-2M9") == data_key
    assert rotated.wrap(data_key, case_id="c").master_key_id == new.key_id
    assert rotated.key_ids == {old.key_id, new.key_id}


def test_a_wrapped_key_opens_for_its_own_case_and_its_own_master_key_only() -> None:
    ring = Keyring(MasterKey.generate())
    wrapped = ring.wrap(new_data_key(), case_id="c")
    for keyring, case_id, key in (
        (ring, "d", wrapped),
        (Keyring(MasterKey.generate()), "c", wrapped),
        (ring, "c", WrappedKey(wrapped.master_key_id, b"")),
    ):
        with pytest.raises(StorageError) as caught:
            keyring.unwrap(key, case_id=case_id, case="K7F-2M9")
        assert caught.value.code == "case_unreadable"


def test_a_sealed_payload_shows_its_version_and_key_and_nothing_readable() -> None:
    cipher = new_cipher()
    sealed = cipher.seal({"text": "zijn naam"}, **PLACE)
    assert sealed[0] == 1
    assert sealed[1:9] == cipher.seal({}, **PLACE)[1:9]
    assert json.dumps("zijn naam").encode()[1:-1] not in sealed
