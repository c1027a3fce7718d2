import json

import pytest
from argon2.profiles import RFC_9106_LOW_MEMORY
from hypothesis import given
from hypothesis import strategies as st
from store_samples import CHEAP, PASSPHRASE

from branchseg.errors import StoreError
from branchseg.store import keys

KEY = bytearray(range(32))
FILE = keys.seal(KEY, PASSPHRASE, CHEAP)


def refusal(content: bytes, passphrase: str = PASSPHRASE) -> str:
    with pytest.raises(StoreError) as caught:
        keys.unseal(content, passphrase)
    return caught.value.code


def changed(**slot: object) -> bytes:
    document = json.loads(FILE)
    document["slots"][0].update(slot)
    return json.dumps(document).encode()


def test_the_passphrase_gives_the_key_back() -> None:
    assert keys.unseal(FILE, PASSPHRASE) == KEY


def test_full_width_digits_are_the_same_passphrase() -> None:
    content = keys.seal(KEY, "１２３４５６７８９０", CHEAP)
    assert keys.unseal(content, "1234567890") == KEY


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE + " ", PASSPHRASE[:-1]])
def test_wrong_passphrase(passphrase: str) -> None:
    assert refusal(FILE, passphrase) == "store.passphrase_wrong"


def test_shortest_passphrase_has_ten_characters() -> None:
    keys.check_passphrase("一二三四五六七八九十")
    with pytest.raises(StoreError) as caught:
        keys.seal(KEY, "一二三四五六七八九", CHEAP)
    assert caught.value.code == "store.passphrase_short"


def test_default_cost_is_rfc_9106_low_memory() -> None:
    cost = keys.Argon2Cost()
    assert (cost.memory_kib, cost.passes, cost.lanes) == (
        RFC_9106_LOW_MEMORY.memory_cost, RFC_9106_LOW_MEMORY.time_cost,
        RFC_9106_LOW_MEMORY.parallelism)


def test_the_file_holds_neither_key_nor_passphrase() -> None:
    assert KEY.hex().encode() not in FILE
    assert PASSPHRASE.encode() not in FILE
    assert keys.seal(KEY, PASSPHRASE, CHEAP) != FILE  # salted anew each time


def test_an_altered_slot_is_found_out() -> None:
    assert refusal(changed(kind="recovery")) == "store.keys_damaged"
    assert refusal(changed(name="somebody")) == "store.keys_damaged"
    assert refusal(changed(mac="")) == "store.keys_damaged"


def test_a_slot_cannot_make_unlocking_take_for_ever() -> None:
    kdf = {"name": "argon2id", "memory_kib": 8, "passes": 65, "lanes": 1}
    assert refusal(changed(kdf=kdf)) == "store.keys_damaged"


def test_a_later_format_is_called_newer() -> None:
    assert refusal(b'{"format": 2, "slots": []}') == "store.newer"
    assert refusal(changed(kdf={"name": "scrypt"})) == "store.newer"


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", FILE[: len(FILE) // 2]])
def test_an_unreadable_file_is_damaged(content: bytes) -> None:
    assert refusal(content) == "store.keys_damaged"


@given(at=st.integers(0, len(FILE) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_never_yields_another_key(at: int, bit: int) -> None:
    content = bytearray(FILE)
    content[at] ^= 1 << bit
    try:
        key = keys.unseal(bytes(content), PASSPHRASE)
    except StoreError as error:
        outcome = error.code
    else:
        outcome = "the same" if key == KEY else "another key"
    assert outcome in {
        "the same",  # white space
        "store.passphrase_wrong", "store.keys_damaged", "store.newer"}


def test_wipe_leaves_zeros() -> None:
    key = keys.new_key()
    assert len(key) == 32
    assert any(key)
    keys.wipe(key)
    assert key == bytes(32)
