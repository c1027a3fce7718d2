import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.sheets.marks import POINT
from branchseg.sheets.typesetting import fit, measure, wrap

EM = 10 * POINT  # of 10 pt, in mm
TEXTS = st.text(st.sampled_from("客户到期，。（）“”、AUMw1234567890.,-%: \t𠮷é\n"), max_size=120)


def test_a_chinese_character_is_one_em_wide():
    assert measure("客户𠮷㛃", 10) == pytest.approx(4 * EM)
    assert measure("1", 10) == pytest.approx(0.6 * EM)


def test_what_fits_is_left_alone():
    assert fit("四个汉字", 4 * EM + 0.001, 10) == ("四个汉字", pytest.approx(4 * EM))


def test_what_does_not_fit_is_shortened():
    assert fit("四个汉字", 4 * EM - 0.001, 10)[0] == "四个…"
    assert fit("四个汉字", EM - 0.001, 10) == ("", 0.0)


def test_lines_break_between_chinese_characters():
    assert wrap("一二三四五六七", 3 * EM + 0.01, 10, 3) == ["一二三", "四五六", "七"]


def test_the_last_line_is_shortened():
    assert wrap("一二三四五六七", 3 * EM + 0.01, 10, 2) == ["一二三", "四五…"]


def test_closing_punctuation_never_begins_a_line():
    assert wrap("一二三，四五", 3 * EM + 0.01, 10, 9) == ["一二", "三，四", "五"]


def test_opening_brackets_never_end_a_line():
    assert wrap("一二（三四）", 3 * EM + 0.01, 10, 9) == ["一二", "（三", "四）"]


def test_numbers_stay_whole():
    assert wrap("到期 2026-11-25 转存", 7 * EM, 10, 9) == ["到期", "2026-11-25", "转存"]


def test_a_word_longer_than_the_line_is_cut():
    assert wrap("1234567890", 3 * EM + 0.01, 10, 9) == ["12345", "67890"]


def test_control_characters_become_blanks():
    assert wrap("甲\n乙\t\u200b丙  丁", 50, 10, 1) == ["甲 乙 丙 丁"]


@given(TEXTS, st.floats(5, 60), st.integers(1, 6))
def test_no_line_is_too_long_and_nothing_is_lost(text, width, lines):
    broken = wrap(text, width, 10, lines)
    assert len(broken) <= lines
    assert all(measure(line, 10) <= width + 1e-9 for line in broken)
    shown = "".join("".join(broken).split())
    whole = "".join("".join(c if c.isprintable() else " " for c in text).split())
    assert shown == whole or (shown.endswith("…") and whole.startswith(shown[:-1]))


@given(st.text(max_size=60), st.floats(4, 40))
def test_any_text_fits_its_room(text, width):
    shown, needed = fit(text, width, 10)
    assert needed <= width
    assert measure(shown, 10) == pytest.approx(needed)
