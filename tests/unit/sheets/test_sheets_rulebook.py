"""The printed rule book: every sentence is there, in order, within the paper."""

from branchseg.sheets.a4 import BOTTOM, LEFT, RIGHT, TOP
from branchseg.sheets.marks import Text
from branchseg.sheets.rulebook import rulebook_pages

NOTICE = "本行可配置的操作定义。"


def texts(page):
    return [mark for mark in page.marks if isinstance(mark, Text)]


def flat(pages):
    return "".join(mark.text for page in pages for mark in texts(page))


def test_a_short_book_is_one_page():
    pages = rulebook_pages("规则", "默认 v1 · 12345678", NOTICE, [("一、状态", ["无效：甲。"])])
    assert [mark.text for mark in texts(pages[0])] == [
        "规则", NOTICE, "一、状态", "无效：甲。", "默认 v1 · 12345678", "第 1 页，共 1 页"]


def test_every_sentence_of_a_long_book_is_printed_once_within_the_paper():
    sentences = [f"第{number}条：" + "资产大于五万元并且最近十二个月有动账，" * 6
                 for number in range(120)]
    pages = rulebook_pages("规则", "默认", NOTICE,
                           [("一、", sentences[:60]), ("二、", sentences[60:])])
    assert len(pages) > 3
    printed = flat(pages)
    assert all(printed.count(f"第{number}条：") == 1 for number in range(120))
    assert printed.count("最近十二个月有动账") == 120 * 6
    for number, page in enumerate(pages, 1):
        assert f"第 {number} 页，共 {len(pages)} 页" in {mark.text for mark in texts(page)}
        for mark in texts(page):
            assert TOP <= mark.y <= BOTTOM
            left = mark.x if mark.align == "left" else mark.x - mark.width
            assert left >= LEFT
            assert left + mark.width <= RIGHT + 0.01


def test_a_heading_never_stands_alone_at_the_end_of_a_page():
    for count in range(40, 60):
        pages = rulebook_pages("规则", "默认", NOTICE,
                               [("一、", ["甲。"] * count), ("二、", ["乙。"])])
        for page in pages:
            words = [mark.text for mark in texts(page)]
            if "二、" in words:
                assert words[words.index("二、") + 1] == "乙。"
