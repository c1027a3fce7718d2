from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.sheets import (
    is_unregistered,
    parse_payload,
    qr_payload,
    sheet_number,
    unregistered_number,
)
from branchseg.sheets.qr import qr_modules

DAY = date(2026, 11, 22)


def test_a_number_says_the_day_and_the_serial():
    assert sheet_number(DAY, 1) == "20261122-0001"
    assert sheet_number(DAY, 9999) == "20261122-9999"
    assert sheet_number(DAY, 10000) == "20261122-10000"


@pytest.mark.parametrize("serial", [0, -1, 1_000_000])
def test_a_serial_out_of_range_is_refused(serial):
    with pytest.raises(ValueError, match="serial"):
        sheet_number(DAY, serial)


def test_the_payload_carries_the_crc_of_the_number():
    # CRC-16/IBM-3740 of "123456789" is 29B1 (Catalogue of parametrised CRC algorithms)
    assert qr_payload("123456789") == "T1|123456789|29B1"
    assert qr_payload("20261122-0001") == "T1|20261122-0001|21DF"


@pytest.mark.parametrize("typed", [
    "T1|20261122-0001|21DF", " t1|20261122-0001|21df\n",
    "Ｔ１｜２０２６１１２２－０００１｜２１ＤＦ",
    "20261122-0001", "202611220001", "20261122—0001", " 20261122-0001 ",
])
def test_scans_and_typed_numbers_are_understood(typed):
    assert parse_payload(typed) == "20261122-0001"


@pytest.mark.parametrize("wrong", [
    "", "T1|20261122-0001|21DE", "T2|20261122-0001|21DF", "T1|20261122-0002|21DF",
    "20261322-0001", "20261122-0000", "20261122-1", "20261122-00001", "13412340996x", "客户",
])
def test_anything_else_is_nothing(wrong):
    assert parse_payload(wrong) is None


@given(st.dates(min_value=date(2000, 1, 1)), st.integers(1, 999_999))
def test_every_number_is_read_back(day, serial):
    number = sheet_number(day, serial)
    assert parse_payload(qr_payload(number)) == number
    assert parse_payload(number) == number


@given(st.text(max_size=40))
def test_no_text_is_too_odd_to_parse(text):
    number = parse_payload(text)
    assert number is None or parse_payload(number) == number


@pytest.mark.parametrize("serial", [1, 9999, 999_999])
def test_every_payload_fits_the_fixed_version(serial):
    modules = qr_modules(qr_payload(sheet_number(DAY, serial)))
    assert len(modules) == 25
    assert {len(row) for row in modules} == {25}
    assert modules[0][:7] == b"\x01" * 7  # the edge of a finder pattern


@given(st.dates(min_value=date(2000, 1, 1)), st.integers(1, 999_999))
def test_a_sheet_no_vault_knows_is_never_taken_for_one_of_a_vault(day, serial):
    number = unregistered_number(day, serial)
    assert len(qr_modules(qr_payload(number))) == 25
    for shown in (number, qr_payload(number), number.replace("-", "").lower()):
        assert parse_payload(shown) is None
        assert is_unregistered(shown)
    assert not is_unregistered(sheet_number(day, serial))
    assert not is_unregistered(qr_payload(sheet_number(day, serial)))


@pytest.mark.parametrize("typed", ["", "C", "C20261322-0001", "C20261122-0000", "C1234",
                                   "T1|C20261122-0001|0000"])
def test_what_is_no_number_is_unregistered_neither(typed):
    assert not is_unregistered(typed)
