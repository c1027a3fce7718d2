import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.cleaning import identity
from branchseg.model.issues import SEVERITY, Severity
from branchseg.model.issues import IssueCode as C

VECTORS = Path(__file__).parents[2] / "data" / "id_numbers" / "vectors.csv"
GOOD = "11010519491231002X"  # printed in GB 11643-1999


@st.composite
def id_numbers(draw):
    province = draw(st.sampled_from(sorted(identity.PROVINCES)))
    birth = draw(st.dates(date(1850, 1, 1), date(2100, 12, 31)))
    rest = draw(st.integers(0, 9999)), draw(st.integers(0, 999))
    first = f"{province}{rest[0]:04d}{birth:%Y%m%d}{rest[1]:03d}"
    return first + identity.check_character(first)


VERDICTS = {
    "valid": None,
    "valid_historic_area": None,
    "missing": None,
    "valid_fullwidth": C.TEXT_TIDIED,
    "valid_spaces": C.TEXT_TIDIED,
    "valid_15": C.ID_OLD15,
    "invalid_date": C.ID_CHECKSUM,
    "invalid_area": C.ID_CHECKSUM,
    "invalid_checksum": C.ID_CHECKSUM,
    "invalid_transposition": C.ID_CHECKSUM,
    "invalid_length": C.ID_LENGTH,
    "other_document": C.ID_LENGTH,
    "lossy_scientific": C.NUMBER_DAMAGED,
}
ROWS = list(csv.DictReader(VECTORS.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", ROWS, ids=[row["text"] or "empty" for row in ROWS])
def test_vectors(row):
    value, code = identity.id_number(row["text"])
    passport = row["text"] == "E12345678"
    assert code is (C.ID_OTHER if passport else VERDICTS[row["expected"]])
    assert identity.decode([value]).valid[0] == row["expected"].startswith("valid")
    if row["expected"] in {"missing", "lossy_scientific"}:
        assert value is None
    elif not row["expected"].startswith("valid_"):
        assert value == row["text"]


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        (GOOD, GOOD, None),
        (GOOD.lower(), GOOD, C.TEXT_TIDIED),
        (f" {GOOD}\t", GOOD, None),
        ("110105 19491231 002X", GOOD, C.TEXT_TIDIED),
        (f"'{GOOD}", GOOD, C.TEXT_TIDIED),
        ("110105194912310020", "110105194912310020", C.ID_CHECKSUM),
        ("991105194912310020", "991105194912310020", C.ID_CHECKSUM),
        ("110105491231002", GOOD, C.ID_OLD15),
        ("110105491331002", "110105491331002", C.ID_CHECKSUM),
        ("11010519491231002", "11010519491231002", C.ID_LENGTH),
        ("E12345678", "E12345678", C.ID_OTHER),
        ("1101**********002X", "1101**********002X", C.ID_MASKED),
        ("1101××××××××××002X", "1101**********002X", C.ID_MASKED),
        ("1.10105E+17", None, C.NUMBER_DAMAGED),
        ("1.101051949123E17", None, C.NUMBER_DAMAGED),
        ("无", None, C.PLACEHOLDER),
        ("", None, None),
    ],
)
def test_id_number(text, value, code):
    assert identity.id_number(text) == (value, code)


def test_old_numbers_get_the_century_19_even_for_small_years():
    value, code = identity.id_number("110105080101123")
    assert code is C.ID_OLD15
    assert value[6:14] == "19080101"


def test_birth_and_gender_from_the_number():
    found = identity.decode([GOOD, "440301199005061234", None, 3.0, "短"])
    assert found.valid.tolist()[0] is True
    assert np.datetime64("1970-01-01") + np.timedelta64(int(found.birth[0]), "D") == (
        np.datetime64("1949-12-31")
    )
    assert not found.male[0]
    assert found.valid.tolist()[2:] == [False, False, False]


@given(id_numbers())
def test_right_numbers_are_right_in_both_ways(number):
    assert identity.valid_id(number)
    found = identity.decode([number])
    assert found.valid[0]
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    assert found.birth[0] == born.toordinal() - date(1970, 1, 1).toordinal()
    assert found.male[0] == (int(number[16]) % 2 == 1)


@given(id_numbers(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_single_wrong_character_is_found(number, place, character):
    wrong = number[:place] + character + number[place + 1 :]
    if wrong != number:
        assert not identity.valid_id(wrong)
        assert not identity.decode([wrong]).valid[0]
        assert identity.id_number(wrong)[1] is not None


@given(id_numbers(), st.integers(0, 16))
def test_any_two_neighbours_swapped_are_found(number, place):
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if wrong != number:
        assert not identity.valid_id(wrong)


@given(
    st.lists(
        st.none()
        | st.text(max_size=20)
        | st.text("0123456789Xx", min_size=18, max_size=18)
        | id_numbers()
    )
)
def test_columns_and_single_cells_agree(cells):
    assert identity.decode(cells).valid.tolist() == [
        cell is not None and identity.valid_id(cell) for cell in cells
    ]


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("13800138000", "13800138000", None),
        ("19012345678", "19012345678", None),
        (" 13800138000 ", "13800138000", None),
        ("+86 138-0013-8000", "13800138000", C.TEXT_TIDIED),
        ("86-13800138000", "13800138000", C.TEXT_TIDIED),
        ("008613800138000", "13800138000", C.TEXT_TIDIED),
        ("138 0013 8000", "13800138000", C.TEXT_TIDIED),
        ("１３８００１３８０００", "13800138000", C.TEXT_TIDIED),
        ("手机:13800138000", "13800138000", C.TEXT_TIDIED),
        ("13800138000.0", "13800138000", C.TEXT_TIDIED),
        ("13800138000/13900139000", "13800138000", C.PHONE_EXTRA),
        ("13800138000，13900139000", "13800138000", C.PHONE_EXTRA),
        ("020-12345678 13800138000", "13800138000", C.PHONE_EXTRA),
        ("138****1234", "138****1234", C.PHONE_MASKED),
        ("138xxxx1234", "138****1234", C.PHONE_MASKED),
        ("020-82345678", "020-82345678", None),
        ("(0755)82345678", "0755-82345678", C.TEXT_TIDIED),
        ("82345678", "82345678", None),
        ("020\u300082345678", "020-82345678", C.TEXT_TIDIED),
        ("12800138000", None, C.PHONE_INVALID),
        ("13800000000", None, C.PHONE_INVALID),
        ("电话 +86 138-0000-0000", None, C.PHONE_INVALID),
        ("13888888888", "13888888888", None),
        ("13810000000", "13810000000", None),
        ("1380013800", None, C.PHONE_INVALID),
        ("138001380001", None, C.PHONE_INVALID),
        ("电话不详", None, C.PHONE_INVALID),
        ("无", None, C.PLACEHOLDER),
        ("", None, None),
    ],
)
def test_mobile(text, value, code):
    assert identity.mobile(text) == (value, code)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True).filter(lambda n: n[3:].strip("0")))
def test_mobiles_survive_every_dress(number):
    for dress in ("{}", " {} ", "+86{}", "'{}", "电话 {}", "{}（本人）"):
        assert identity.mobile(dress.format(number))[0] == number
    assert identity.are_mobiles([number]).tolist() == [True]


@given(
    st.lists(
        st.none()
        | st.floats()
        | st.text("0123456789 +", max_size=12)
        | st.from_regex(r"1[0-9]{10}", fullmatch=True)
    )
)
def test_plain_mobiles_are_those_the_parser_leaves_alone(cells):
    plain = [
        isinstance(cell, str)
        and len(cell) == 11
        and identity.mobile(cell) == (cell, None)
        and cell[0] == "1"
        for cell in cells
    ]
    assert identity.are_mobiles(cells).tolist() == plain


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("000118", "000118", None),
        ("KH-10", "KH-10", None),
        ("\t000118", "000118", None),
        ("'000118", "000118", C.TEXT_TIDIED),
        ('="000118"', "000118", C.TEXT_TIDIED),
        ("6222 0200 1234", "622202001234", C.TEXT_TIDIED),
        ("１２３", "123", C.TEXT_TIDIED),
        ("118.0", "118", C.TEXT_TIDIED),
        ("6.22E+18", None, C.NUMBER_DAMAGED),
        ("1E5", "1E5", None),
        ("000", None, C.PLACEHOLDER),
        ("-", None, C.PLACEHOLDER),
        ("6222****1234", "6222****1234", C.ID_MASKED),
        ("", None, None),
    ],
)
def test_identifier(text, value, code):
    assert identity.identifier(text) == (value, code)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (118.0, "118"),
        (999999999999999.0, "999999999999999"),
        (1e15, None),
        (1.5, None),
        (-1.0, None),
    ],
)
def test_number_cells_as_ids(value, text):
    assert identity.number_text(value) == text


@given(st.text("0123456789Xx*", max_size=20))
def test_reading_an_id_number_twice_changes_nothing_more(text):
    value, _ = identity.id_number(text)
    if value is not None:
        again, code = identity.id_number(value)
        assert again == value
        assert code in {None, C.ID_CHECKSUM, C.ID_LENGTH, C.ID_MASKED}


def test_a_number_that_ends_like_a_country_code_is_plain():
    assert identity.mobile("13000000086") == ("13000000086", None)
    assert identity.mobile("0086 138 1234 5678")[0] == "13812345678"


def test_a_lone_apostrophe_is_a_placeholder_and_not_lost():
    assert identity.identifier("'") == (None, C.PLACEHOLDER)
    assert identity.mobile("'") == (None, C.PLACEHOLDER)


@pytest.mark.parametrize(("text", "found"), [
    ("E12345678", ("E12345678", C.ID_OTHER)),
    ("g 1234 5678", ("G12345678", C.ID_OTHER)),
    ("E1234567", ("E1234567", C.ID_LENGTH)),
    ("EA1234567", ("EA1234567", C.ID_OTHER)),
    ("EAB123456", ("EAB123456", C.ID_LENGTH)),
])
def test_a_passport_number_is_no_wrong_id_number(text, found):
    assert identity.id_number(text) == found
    assert SEVERITY[C.ID_OTHER] is Severity.NOTE
