import pytest
from store_samples import table_of

from branchseg.store.search import pinyin_initials, search_positions

PEOPLE = [
    {"customer_id": "C0001234", "name": "张三丰", "mobile": "13900005678"},
    {"customer_id": "C0005678", "name": "单小明", "mobile": "13811111234"},
    {"customer_id": "厅堂-20261122-001", "name": "张三", "mobile": None},
    {"customer_id": "c9", "name": None, "mobile": "186****1234"},
    {"customer_id": "5678", "name": "John Smith", "mobile": "13700056789"},
]
TABLE = table_of(PEOPLE)
INITIALS = pinyin_initials(TABLE.frame["name"].tolist())


@pytest.mark.parametrize(("name", "initials"), [
    ("张三丰", "zsf"),
    ("单小明", "sxm dxm"),
    ("仇英", "qy cy"),
    ("解缙", "xj jj"),
    ("区大海", "odh qdh"),
    ("查良镛", "zly cly"),
    ("翟天", "zt dt"),
    ("覃小", "qx tx"),
    ("盖文", "gw"),
    ("乐嘉", "yj lj"),
    ("曾国藩", "zgf cgf"),
    ("任我行", "rwx"),
    ("朴树", "ps"),
    ("尉迟恭", "ycg wcg"),
    ("万俟卨", "mqx wqx"),
    ("欧阳修", "oyx"),
    ("小单", "xd"),  # a reading of the surname only
    ("阿依·古丽", "aygl"),
    ("John", "john"),
    ("", ""),
    (None, ""),
])
def test_initials(name: str | None, initials: str) -> None:
    assert pinyin_initials([name]) == [initials]


@pytest.mark.parametrize(("query", "positions"), [
    ("zs", [2, 0]),  # the whole hit before the part
    ("SXM", [1]),
    ("dxm", [1]),
    ("xm", [1]),
    ("张三", [2, 0]),
    ("三丰", [0]),
    ("厅堂", [2]),
    ("1234", [1, 3, 0]),  # ends of mobile numbers, then part of a customer number
    ("１２３４", [1, 3, 0]),
    ("5678", [0, 4, 1]),
    ("678", [1, 4]),  # three digits: customer numbers only
    ("00005678", [0]),
    (" c0001 ", [0]),
    ("C9", [3]),
    ("smith", [4]),
    ("johns", [4]),
    ("", []),
    ("  ", []),
    ("没有", []),
])
def test_search(query: str, positions: list[int]) -> None:
    assert search_positions(TABLE, query, INITIALS) == positions


def test_lists_without_name_or_mobile_can_be_searched() -> None:
    table = table_of([{"customer_id": "A1234"}])
    assert search_positions(table, "1234", [""]) == [0]
    assert search_positions(table, "张", [""]) == []
