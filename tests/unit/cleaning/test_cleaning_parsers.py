from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.cleaning import identity, parsers, texts
from branchseg.cleaning.choices import choices
from branchseg.model.issues import IssueCode as C

ALL = [
    parsers.amount,
    parsers.number,
    parsers.day,
    parsers.flag,
    parsers.gender,
    parsers.risk_level,
    parsers.currency,
    texts.free_text,
    texts.person_name,
    identity.identifier,
    identity.id_number,
    identity.mobile,
]


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("1234.56", 1234.56, None),
        ("1,234.56", 1234.56, None),
        ("1,234,567", 1234567.0, None),
        ("1 234 567.89", 1234567.89, None),
        ("1\u00a0234", 1234.0, None),
        ("-12 345.6", -12345.6, None),
        ("1 234,567", None, C.AMOUNT_UNREADABLE),
        ("12 34", None, C.AMOUNT_UNREADABLE),
        ("1234 567", None, C.AMOUNT_UNREADABLE),
        ("￥1,234.56", 1234.56, None),
        ("¥ 1234.56", 1234.56, None),
        ("人民币1,200.00元", 1200.0, None),
        ("1234.56元", 1234.56, None),
        ("１２３４．５", 1234.5, None),
        ("１，２３４．５０", 1234.5, None),
        (" 100.00 ", 100.0, None),
        ("'100.00", 100.0, None),
        ('="100.00"', 100.0, None),
        ("\u00a0100\u200b", 100.0, None),
        (".5", 0.5, None),
        ("0", 0.0, None),
        ("100.01", 100.01, None),
        ("(1,200.00)", -1200.0, None),
        ("（1,200.00）", -1200.0, None),
        ("-500", -500.0, None),
        ("−500", -500.0, None),
        ("500-", -500.0, None),
        ("-￥500", -500.0, None),
        ("￥-500", -500.0, None),
        ("￥(500)", -500.0, None),
        ("1.2万", 12000.0, C.UNIT_CONVERTED),
        ("12.3万元", 123000.0, C.UNIT_CONVERTED),
        ("3亿", 3e8, C.UNIT_CONVERTED),
        ("-1.1万", -11000.0, C.UNIT_CONVERTED),
        ("5千", 5000.0, C.UNIT_CONVERTED),
        ("1.2E+04", 12000.0, C.NUMBER_DAMAGED),
        ("1.23456E+04", 12345.6, None),
        ("1.2345678E7", 12345678.0, None),
        ("-", None, C.PLACEHOLDER),
        ("—", None, C.PLACEHOLDER),
        ("/", None, C.PLACEHOLDER),
        ("无", None, C.PLACEHOLDER),
        ("N/A", None, C.PLACEHOLDER),
        ("#N/A", None, C.ERROR_CELL),
        ("#REF!", None, C.ERROR_CELL),
        ("1 234,56", None, C.AMOUNT_UNREADABLE),
        ("12,34,567", None, C.AMOUNT_UNREADABLE),
        ("1,23", None, C.AMOUNT_UNREADABLE),
        ("1234,567", None, C.AMOUNT_UNREADABLE),
        ("1,2345", None, C.AMOUNT_UNREADABLE),
        ("(500", None, C.AMOUNT_UNREADABLE),
        ("500)", None, C.AMOUNT_UNREADABLE),
        ("-(500)", None, C.AMOUNT_UNREADABLE),
        ("1.2.3", None, C.AMOUNT_UNREADABLE),
        ("nan", None, C.PLACEHOLDER),
        ("inf", None, C.AMOUNT_UNREADABLE),
        ("1_000", None, C.AMOUNT_UNREADABLE),
        ("壹万元整", None, C.AMOUNT_UNREADABLE),
        ("9" * 16, None, C.AMOUNT_UNREADABLE),
        ("$100", None, C.FOREIGN_CURRENCY),
        ("100 USD", None, C.FOREIGN_CURRENCY),
        ("", None, None),
        ("  \u3000", None, None),
    ],
)
def test_amount(text, value, code):
    assert parsers.amount(text) == (value, code)


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("1.2", 12000.0, None),
        ("0.01", 100.0, None),
        ("1,234.56", 12345600.0, None),
        ("1.2万", 12000.0, C.AMOUNT_UNIT_TWICE),
        ("1.2w", 12000.0, C.AMOUNT_UNIT_TWICE),
        ("1.2万元", 12000.0, None),
        ("500元", 500.0, C.UNIT_CONVERTED),
        ("1亿", 1e8, C.UNIT_CONVERTED),
        ("1.2E+01", 120000.0, None),
        ("999999999999", None, C.AMOUNT_UNREADABLE),
    ],
)
def test_amount_in_ten_thousands(text, value, code):
    assert parsers.amount(text, 10_000.0) == (value, code)


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("12", 12.0, None),
        ("12笔", 12.0, None),
        ("1,200 次", 1200.0, None),
        ("5年", 5.0, None),
        ("45岁", 45.0, None),
        ("-3", -3.0, None),
        ("2.5", 2.5, None),
        ("１２", 12.0, None),
        ("若干", None, C.NUMBER_UNREADABLE),
        ("5年3个月", None, C.NUMBER_UNREADABLE),
        ("-", None, C.PLACEHOLDER),
        ("", None, None),
    ],
)
def test_number(text, value, code):
    assert parsers.number(text) == (value, code)


@pytest.mark.parametrize(
    "text",
    [
        "20230714",
        "2023-7-14",
        "2023-07-14",
        "2023/07/14",
        "2023.7.14",
        "2023年7月14日",
        "2023年07月14号"[:-1] + "日",
        "14-Jul-23",
        "14-Jul-2023",
        "14 July 2023",
        "2023-07-14 10:30:00",
        "2023/7/14 上午 10:30",
        "2023-07-14T10:30:00Z",
        "20230714103000",
        "20230714 10:30",
        "20230714.0",
        "２０２３－０７－１４",
        "'2023-07-14",
        "2023年7月14日 星期五",
    ],
)
def test_dates_that_are_read(text):
    assert parsers.day(text) == (date(2023, 7, 14), None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("7月14日", C.DATE_PARTIAL),
        ("202307", C.DATE_PARTIAL),
        ("2023-07", C.DATE_PARTIAL),
        ("2023年7月", C.DATE_PARTIAL),
        ("2023年", C.DATE_PARTIAL),
        ("2023", C.DATE_PARTIAL),
        ("五月一日", C.DATE_PARTIAL),
        ("7/14", C.DATE_PARTIAL),
        ("10", C.DATE_PARTIAL),
        ("31日", C.DATE_PARTIAL),
        ("每月1号", C.DATE_PARTIAL),
        ("每月10日", C.DATE_PARTIAL),
        ("32", C.DATE_UNREADABLE),
        ("00000000", C.DATE_SENTINEL),
        ("0000-00-00", C.DATE_SENTINEL),
        ("0", C.DATE_SENTINEL),
        ("19000101", C.DATE_SENTINEL),
        ("1900/1/0", C.DATE_SENTINEL),
        ("1900-01-01", C.DATE_SENTINEL),
        ("99991231", C.DATE_SENTINEL),
        ("9999-12-31", C.DATE_SENTINEL),
        ("2099-12-31", C.DATE_SENTINEL),
        ("20991231", C.DATE_SENTINEL),
        ("1", C.DATE_SENTINEL),
        ("2023-02-30", C.DATE_UNREADABLE),
        ("20230230", C.DATE_UNREADABLE),
        ("2023-13-01", C.DATE_UNREADABLE),
        ("23-5-1", C.DATE_UNREADABLE),
        ("14/07/2023", C.DATE_UNREADABLE),
        ("2023-07/14", C.DATE_UNREADABLE),
        ("2023-714", C.DATE_UNREADABLE),
        ("2023714", C.DATE_UNREADABLE),
        ("14-Foo-23", C.DATE_UNREADABLE),
        ("1899-12-29", C.DATE_UNREADABLE),
        ("2101-01-01", C.DATE_UNREADABLE),
        ("昨天", C.DATE_UNREADABLE),
        ("-", C.PLACEHOLDER),
        ("无", C.PLACEHOLDER),
        ("#VALUE!", C.ERROR_CELL),
        ("", None),
    ],
)
def test_dates_that_stay_unknown(text, code):
    assert parsers.day(text) == (None, code)


@pytest.mark.parametrize(
    ("value", "date_1904", "day"),
    [
        (45121, False, date(2023, 7, 14)),
        (43659, True, date(2023, 7, 14)),
        (45121.75, False, date(2023, 7, 14)),
        (20000, False, date(1954, 10, 3)),
        (80000, False, date(2119, 1, 11)),
    ],
)
def test_day_counts_of_excel(value, date_1904, day):
    assert parsers.numeric_date(value, date_1904=date_1904) == (day, C.DATE_SERIAL)
    assert parsers.day(str(value), date_1904=date_1904) == (day, C.DATE_SERIAL)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (19999, C.DATE_UNREADABLE),
        (80001, C.DATE_UNREADABLE),
        (0, C.DATE_SENTINEL),
        (202307, C.DATE_PARTIAL),
        (10, C.DATE_PARTIAL),
        (32, C.DATE_UNREADABLE),
        (99991231, C.DATE_SENTINEL),
        (-5, C.DATE_UNREADABLE),
        (20230714.5, C.DATE_UNREADABLE),
        (1e300, C.DATE_UNREADABLE),
    ],
)
def test_numbers_that_are_no_dates(value, code):
    assert parsers.numeric_date(value) == (None, code)


def test_two_digit_years_follow_excel():
    assert parsers.day("01-Jan-29")[0] == date(2029, 1, 1)
    assert parsers.day("01-Jan-30")[0] == date(1930, 1, 1)


@pytest.mark.parametrize(
    ("text", "key", "truth", "code"),
    [
        ("是", "", True, None),
        ("Y", "", True, None),
        ("1", "", True, None),
        ("√", "", True, None),
        ("有", "", True, None),
        ("已开通", "", True, None),
        ("t", "", True, None),
        ("Ｙ", "", True, None),
        (" 是 ", "", True, None),
        ("否", "", False, None),
        ("n", "", False, None),
        ("0", "", False, None),
        ("×", "", False, None),
        ("无", "", False, None),
        ("未开通", "", False, None),
        ("F", "", False, None),
        ("-", "", None, C.PLACEHOLDER),
        ("2", "", None, C.FLAG_UNREADABLE),
        ("也许", "", None, C.FLAG_UNREADABLE),
        ("", "", None, None),
        ("拒绝", "consent", False, None),
        ("拒绝", "do_not_contact", True, None),
        ("同意", "consent", True, None),
        ("同意", "do_not_contact", False, None),
        ("不同意", "do_not_contact", True, None),
        ("是", "do_not_contact", True, None),
        ("投诉", "complaint", True, None),
    ],
)
def test_flag(text, key, truth, code):
    assert parsers.flag(text, key) == (truth, code)


@pytest.mark.parametrize(
    ("text", "coded", "value", "code"),
    [
        ("男", False, "男", None),
        ("女性", False, "女", None),
        ("m", False, "男", None),
        ("Female", False, "女", None),
        ("1", True, "男", None),
        ("02", True, "女", None),
        ("2.0", True, "女", None),
        ("9", True, None, C.PLACEHOLDER),
        ("1", False, None, C.CHOICE_UNREADABLE),
        ("0", False, None, C.CHOICE_UNREADABLE),
        ("未知", False, None, C.PLACEHOLDER),
        ("先生/女士", False, None, C.CHOICE_UNREADABLE),
    ],
)
def test_gender(text, coded, value, code):
    assert parsers.gender(text, coded=coded) == (value, code)


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("C3", "C3", None),
        ("c3", "C3", None),
        ("R3", "C3", None),
        ("A3", "C3", None),
        ("3", "C3", None),
        ("3级", "C3", None),
        ("平衡型", "C3", None),
        ("C3(平衡型)", "C3", None),
        ("C3-平衡型", "C3", None),
        ("平衡型（C3）", "C3", None),
        ("稳健型", "C2", None),
        ("稳健", "C2", None),
        ("保守型", "C1", None),
        ("进取型", "C4", None),
        ("C6", None, C.CHOICE_UNREADABLE),
        ("C12", None, C.CHOICE_UNREADABLE),
        ("高", None, C.CHOICE_UNREADABLE),
        ("C1/C2", None, C.CHOICE_UNREADABLE),
        ("C1C2", None, C.CHOICE_UNREADABLE),
        ("未评估", None, C.PLACEHOLDER),
        ("-", None, C.PLACEHOLDER),
        ("", None, None),
    ],
)
def test_risk_level(text, value, code):
    assert parsers.risk_level(text) == (value, code)


def test_the_bank_s_own_names_decide_the_level():
    usual = parsers.risk_scheme(["保守型", "稳健型", "平衡型", "成长型", "进取型"])
    assert parsers.risk_level("进取型", usual) == ("C5", None)
    other = parsers.risk_scheme(["谨慎型", "进取型", "激进型"])
    assert parsers.risk_level("进取型", other) == ("C4", None)


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("人民币", "CNY", None),
        ("RMB", "CNY", None),
        ("156", "CNY", None),
        ("美元", "USD", None),
        ("usd", "USD", None),
        ("HKD", "HKD", None),
        ("sek", "SEK", None),
        ("外币", "XXX", C.CHOICE_UNREADABLE),
        ("-", None, C.PLACEHOLDER),
        ("", None, None),
    ],
)
def test_currency(text, value, code):
    assert parsers.currency(text) == (value, code)


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("张 三", "张三", C.TEXT_TIDIED),
        ("张\u3000三", "张三", C.TEXT_TIDIED),
        (" 张三 ", "张三", None),
        ("张\u200b三", "张三", C.TEXT_TIDIED),
        ("古丽.买买提", "古丽·买买提", C.TEXT_TIDIED),
        ("古丽 • 买买提", "古丽·买买提", C.TEXT_TIDIED),
        ("李𠮷", "李𠮷", None),
        ("䶮超", "䶮超", None),
        ("John  Smith", "John Smith", C.TEXT_TIDIED),
        ("John Smith", "John Smith", None),
        ("=cmd|'/c calc'!A1", "=cmd|'/c calc'!A1", None),
        ("无", None, C.PLACEHOLDER),
        ("#REF!", None, C.ERROR_CELL),
        ("\u200b", None, C.PLACEHOLDER),
        ("", None, None),
    ],
)
def test_person_name(text, value, code):
    assert texts.person_name(text) == (value, code)


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("中山路１２号（东）", "中山路12号（东）", C.TEXT_TIDIED),
        ("  一 行 ", "一 行", None),
        ("两\n行", "两 行", C.TEXT_TIDIED),
        ("'000", "000", C.TEXT_TIDIED),
        ("暂无", None, C.PLACEHOLDER),
    ],
)
def test_free_text(text, value, code):
    assert texts.free_text(text) == (value, code)


@given(st.text() | st.from_regex(r"[-(￥]?[0-9,.]{0,20}[万亿元E+年月日/ -]?[0-9]{0,4}"))
def test_no_parser_raises_and_every_loss_has_a_code(text):
    for parse in ALL:
        value, code = parse(text)
        assert code is None or isinstance(code, C)
        if value is None and code is None:
            assert not texts.narrow(text)
        if value is not None and not isinstance(value, (bool, float, str, date)):
            pytest.fail(parse.__name__)


@given(st.integers(-(10**13), 10**13))
def test_amounts_come_back_from_every_way_of_writing_them(cents):
    value = cents / 100
    for written in (
        f"{value:.2f}",
        f"{value:,.2f}",
        f"￥{value:,.2f}",
        f"{value:.2f}元",
        f"({-value:,.2f})" if value < 0 else f" {value:,.2f} ",
    ):
        assert parsers.amount(written) == (value, None)


@given(st.integers(0, 10**9))
def test_ten_thousands_are_exact_to_the_fen(cents):
    value, code = parsers.amount(f"{cents / 1_000_000:.6f}万")
    assert (value, code) == (cents / 100, C.UNIT_CONVERTED)
    assert parsers.amount(f"{cents / 1_000_000:.6f}", 10_000.0) == (cents / 100, None)


@given(st.text(alphabet="0123456789,.", max_size=12))
def test_a_separator_is_only_taken_where_it_belongs(text):
    value, _ = parsers.amount(text)
    if value is not None and "," in text:
        assert f"{int(text.partition('.')[0].replace(',', '')):,}".lstrip("0,") == (
            text.partition(".")[0].lstrip("0,")
        )


@given(st.dates(date(1900, 1, 3), date(2099, 12, 30)).filter(lambda d: d != date(1901, 1, 1)))
def test_dates_come_back_from_every_way_of_writing_them(day):
    for form in (
        "%Y%m%d",
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%Y.%m.%d",
        "%Y年%m月%d日",
        "%Y-%m-%d %H:%M:%S",
        "%d-%b-%Y",
    ):
        assert parsers.day(day.strftime(form)) == (day, None)


@given(st.text())
def test_tidying_twice_is_tidying_once(text):
    for parse in (texts.free_text, texts.person_name):
        value, _ = parse(text)
        if value is not None:
            again, code = parse(value)
            assert again in {value, None} or code is C.TEXT_TIDIED


@given(st.sampled_from(sorted(choices().flags)))
def test_flag_words_survive_blanks_and_case(word):
    assert parsers.flag(f" {word.lower()}\u3000") == (choices().flags[word], None)


def test_no_flag_word_means_both():
    for words in ("男", "女"):
        assert choices().gender[words] == words
    assert not set(choices().flag_words) - {"do_not_contact", "consent", "complaint"}
