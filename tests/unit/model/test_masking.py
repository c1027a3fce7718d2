"""What masking promises of any value."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from branchseg.model.fields import FIELDS, Kind
from branchseg.model.masking import is_salutation, mask, mask_middle

DIGITS = st.text("0123456789", min_size=1, max_size=30)
NAMES = st.text("张欧阳司马懿娜买提·", min_size=2, max_size=6)


def shown(text: str) -> int:
    """How many characters are to be seen."""
    return sum(character != "*" for character in text)


def shown_digits(text: str) -> int:
    return sum(character.isdecimal() for character in text)


@given(st.sampled_from(sorted(FIELDS)), st.text(max_size=30))
def test_masking_never_fails_and_an_empty_value_stays_empty(key: str, value: str) -> None:
    assert bool(mask(key, value)) == bool(value)


@given(NAMES)
def test_of_a_name_only_the_surname_is_shown(name: str) -> None:
    assume(not is_salutation(name))
    masked = mask("name", name)
    assert 1 <= shown(masked) <= min(2, len(name) - 1)
    assert name.startswith(masked.rstrip("*"))


@pytest.mark.parametrize(("key", "most"), [
    ("mobile", 7), ("id_number", 2), ("customer_id", 4), ("account_no", 4)])
@given(value=DIGITS)
def test_of_a_number_no_more_than_its_ends_are_shown(key: str, most: int, value: str) -> None:
    assume(not (key == "mobile" and len(value) == 4))  # nothing but the end of a number
    masked = mask(key, value)
    assert shown(masked) <= most
    assert len(value) == 1 or shown(masked) < len(value)
    assert value.endswith(masked.rpartition("*")[2])


@given(DIGITS, st.integers(0, 6), st.integers(0, 6))
def test_masking_twice_shows_no_more(value: str, head: int, tail: int) -> None:
    once = mask_middle(value, head, tail)
    assert shown(mask_middle(once, head, tail)) <= shown(once)
    assert len(once) in {len(value), 2}


@given(st.sampled_from(["{y}-{m:02}-{d:02}", "{y}{m:02}{d:02}", "{y}年{m}月{d}日", "{d}/{m}/{y}"]),
       st.dates())
def test_of_a_birthday_no_day_is_shown(form: str, day) -> None:
    masked = mask("birth_date", form.format(y=day.year, m=day.month, d=day.day))
    assert shown_digits(masked) in {0, 4}


@given(st.text("幸福路中山街12号楼单元室村", min_size=1, max_size=20))
def test_an_address_ends_in_stars(address: str) -> None:
    masked = mask("address", address)
    assert masked.endswith("**")
    assert address.startswith(masked.rstrip("*"))


@given(st.sampled_from([key for key, field in FIELDS.items()
                        if field.kind in {Kind.AMOUNT, Kind.FLAG, Kind.INTEGER}]), st.text())
def test_what_tells_nobody_apart_stays(key: str, value: str) -> None:
    assert mask(key, value) == value
