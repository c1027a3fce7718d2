"""Lists as bank systems export them, written by chance, with the truth beside every cell.

`dirty_list(number)` makes the same list every time. A cell is drawn together with what it stands
for, so nobody has to read it to know: a value, or LOST where it says nothing that can be used.
Nothing here calls the program.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

LOST = object()
"""What a cell stands for that nobody can use: it must be reported."""

AS_OF = date(2026, 10, 31)
ERROR = "#N/A"
"""An error cell, in a workbook; in a text the same characters."""

Drawn = tuple[Any, Any]
Chance = random.Random

HEADERS = {
    "customer_id": ("客户号", "客户编号", "核心客户号"), "account_no": ("账号", "卡号"),
    "name": ("姓名", "客户姓名", "户名"), "id_number": ("证件号码", "身份证号"),
    "mobile": ("手机号", "联系电话", "移动电话"), "gender": ("性别",),
    "birth_date": ("出生日期", "生日"), "address": ("地址", "家庭住址"),
    "manager": ("客户经理", "理财经理"), "branch": ("归属机构", "网点"),
    "open_date": ("开户日期", "开户日"), "last_txn": ("最近交易日", "最后动账日期"),
    "maturity_date": ("到期日", "理财到期日"), "deposit": ("存款余额", "存款合计"),
    "wealth": ("理财余额", "代销理财"), "fund": ("基金余额",), "loan": ("贷款余额", "个贷余额"),
    "payroll": ("代发工资", "是否代发"), "mobile_bank": ("手机银行", "是否开通手机银行"),
    "social_card": ("社保卡",), "txn_count_12m": ("近12月交易笔数",),
    "product_count": ("持有产品数",), "risk_level": ("风险等级", "风评等级"),
    "aum_point": ("AUM余额", "金融资产"), "income": ("年收入",),
}
AMOUNTS = {"deposit", "wealth", "fund", "loan", "aum_point", "income"}
DATES = {"open_date", "last_txn", "maturity_date", "birth_date"}
FLAGS = {"payroll", "mobile_bank", "social_card"}
COUNTS = {"txn_count_12m", "product_count"}
TEXTS = {"address", "manager", "branch"}
UNITS = {"": 1, "(元)": 1, "(千元)": 1_000, "（万元）": 10_000, "(亿元)": 100_000_000}


@dataclass
class DirtyList:
    """A sheet (`grid`, row by row, from A1) and the truth about its data rows.

    `truth[sheet row][field]` is (what is written, what it stands for). `keys[sheet row]` is the
    customer of the row, `junk` the sheet rows that are no customers, `accounts` tells that rows
    of one customer add up. `headers` are the fields' column names.
    """

    number: int
    grid: list[list[Any]] = field(default_factory=list)
    truth: dict[int, dict[str, Drawn]] = field(default_factory=dict)
    keys: dict[int, int] = field(default_factory=dict)
    junk: set[int] = field(default_factory=set)
    headers: dict[str, str] = field(default_factory=dict)
    accounts: bool = False

    def add(self, cells: Sequence[Any]) -> int:
        """Append a row; its sheet row."""
        self.grid.append(list(cells))
        return len(self.grid)


NO_AMOUNTS = ("不详", "约20万", "1,23,4", "USD 100", ERROR, "***", "1.2E+16", "张三", "100美元",
              "壹万元", "10-20万", "+", datetime(2026, 1, 2))  # noqa: DTZ001 - a cell's date
NOTHING = ("-", "--", "—", "/", "无", "N/A", "暂无")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WIDE = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
_FAMILY, _GIVEN = "王李张刘陈杨黄赵周吴徐孙马朱胡", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"


def _dress(text: str, chance: Chance) -> str:
    """A text in the clothes of exports: blanks, full width, an apostrophe, invisible signs."""
    return chance.choice((
        text, text, text, f" {text} ", f"{text}\u3000", f"'{text}", text.translate(WIDE),
        f"\u00a0{text}", f"{text}\u200b", f"\t{text}"))


def amount(chance: Chance, unit: int) -> Drawn:
    """An amount in a column that counts in `unit` 元."""
    fen = chance.choice((0, chance.randrange(1, 10**5), chance.randrange(10**5, 10**9)))
    yuan = fen / 100 if unit == 1 else float(fen)
    plain = yuan / unit
    digits = f"{plain:.10f}".rstrip("0").rstrip(".")
    whole, _, rest = digits.partition(".")
    grouped = f"{int(whole):,}" + (f".{rest}" if rest else "")
    thousands = chance.randrange(1, 10**6)
    return chance.choice((
        lambda: (plain, yuan), lambda: (plain, yuan), lambda: (-plain, -yuan),
        lambda: (_dress(grouped, chance), yuan), lambda: (_dress(digits, chance), yuan),
        lambda: (f"￥{grouped}", yuan), lambda: (f"({grouped})", -yuan),
        lambda: (f"（{grouped}）", -yuan), lambda: (f"{grouped}-", -yuan),
        lambda: (f"{thousands}元", float(thousands)),
        lambda: (f"{thousands / 10}万", thousands * 1_000.0),
        lambda: (f"{thousands % 9 + 1}亿", (thousands % 9 + 1) * 1e8),
        lambda: (f"-￥{grouped}", -yuan), lambda: (f"RMB {digits}", yuan),
        lambda: (f"{thousands / 10}W", thousands * 1_000.0), lambda: (f"¥ {digits} ", yuan),
        lambda: (chance.choice((*NOTHING, *NO_AMOUNTS)), LOST),
    ))()


def day(chance: Chance, key: str) -> Drawn:
    """A date of a field."""
    first = date(1940, 1, 1) if key == "birth_date" else date(2001, 1, 1)
    last = date(2005, 1, 1) if key == "birth_date" else AS_OF
    ahead = 2000 if key == "maturity_date" else 0
    when = first + timedelta(chance.randrange((last - first).days + ahead))
    y, m, d = when.year, when.month, when.day
    serial = (when - date(1899, 12, 30)).days
    ways: list[Callable[[], Any]] = [
        lambda: when, lambda: datetime(y, m, d, 13, 5), lambda: f"{y}-{m:02}-{d:02}",  # noqa: DTZ001
        lambda: f"{y}/{m}/{d}", lambda: f"{y}.{m:02}.{d:02}", lambda: f"{y}{m:02}{d:02}",
        lambda: y * 10_000 + m * 100 + d, lambda: f"{y}年{m}月{d}日",
        lambda: f"{d:02}-{MONTHS[m - 1]}-{y}", lambda: f"{y}-{m}-{d} 08:30:00",
        lambda: f"{y}-{m:02}-{d:02}T00:00:00", lambda: _dress(f"{y}-{m:02}-{d:02}", chance)]
    if serial >= 20_000:
        ways += [lambda: serial, lambda: str(serial)]
    bad = (*NOTHING, "7月14日", "202307", "2023年5月", "00000000", "19000101", "99991231",
           "2099-12-31", "1900/1/0", "2023-02-30", "待定", "23-5-1", ERROR, 12345678, "0")
    if key != "maturity_date":
        bad += ("2026-11-01", date(2031, 5, 6))
    return (chance.choice(bad), LOST) if chance.random() < 0.15 else (chance.choice(ways)(), when)


def flag(chance: Chance, _: str) -> Drawn:
    """Yes or no."""
    yes = ("是", "有", "Y", "1", 1, True, "√", "已开通", "T", "true", "是 ", "Ｙ")
    no = ("否", "无", "N", "0", 0, False, "×", "未开通", "F", "FALSE", "没有")
    return chance.choice((
        lambda: (chance.choice(yes), True), lambda: (chance.choice(no), False),
        lambda: (chance.choice(("-", "可能", "??", 7, ERROR, "N/A")), LOST)))()


def count(chance: Chance, key: str) -> Drawn:
    """A whole number."""
    number = chance.randrange(400)
    word = "笔" if key == "txn_count_12m" else "个"
    return chance.choice((
        lambda: (number, float(number)), lambda: (str(number), float(number)),
        lambda: (_dress(str(number), chance), float(number)),
        lambda: (f"{number}{word}", float(number)),
        lambda: (chance.choice((*NOTHING, "多", -3, 2.5, "不详", ERROR)), LOST)))()


def text(chance: Chance, key: str) -> Drawn:
    """A free text; what it stands for has no blanks."""
    what = {"address": "幸福路{}号", "manager": "经理{}", "branch": "城东支行{}"}[key]
    plain = what.format(chance.randrange(1, 90))
    return chance.choice((
        lambda: (plain, plain), lambda: (f" {plain}\u3000", plain),
        lambda: (plain.replace("路", "路 "), plain), lambda: (plain.translate(WIDE), plain),
        lambda: (f"{plain}\n", plain), lambda: (chance.choice((*NOTHING, ERROR)), LOST)))()


def risk(chance: Chance, _: str) -> Drawn:
    """A risk tolerance."""
    level = chance.randrange(1, 6)
    return chance.choice((
        lambda: (f"C{level}", f"C{level}"), lambda: (f"R{level}", f"C{level}"),
        lambda: (level, f"C{level}"), lambda: (f"C{level}级", f"C{level}"),
        lambda: (chance.choice(("未评估", "-", "好", "C1C2", ERROR)), LOST)))()


def check_character(number: str) -> str:
    """The 18th character of an ID number (GB 11643-1999, ISO 7064 MOD 11-2)."""
    rest = 0
    for digit in number[:17]:
        rest = (rest + int(digit)) * 2 % 11
    return "0123456789X"[(12 - rest) % 11]


@dataclass
class Person:
    """Somebody who does not exist."""

    number: int
    name: str
    male: bool
    born: date
    id_number: str
    mobile: str


def person(chance: Chance, number: int) -> Person:
    """A person of their own name, number and phone."""
    male, born = chance.random() < 0.5, date(1940, 1, 1) + timedelta(chance.randrange(23_000))
    head = f"330106{born:%Y%m%d}{number % 50:02}{chance.randrange(5) * 2 + male}"
    return Person(number, chance.choice(_FAMILY) + "".join(chance.sample(_GIVEN, 2)), male, born,
                  head + check_character(head), f"13{chance.randrange(10)}{number:08}")


def id_number(who: Person, chance: Chance) -> Drawn:
    """An ID number; with the 15 digits of old where the person is old enough."""
    whole = who.id_number
    wrong = whole[:-1] + ("0" if whole[-1] != "0" else "1")
    ways: list[Callable[[], Drawn]] = [
        lambda: (whole, whole), lambda: (whole, whole), lambda: (whole.lower(), whole),
        lambda: (f"{whole[:6]} {whole[6:14]} {whole[14:]}", whole),
        lambda: (_dress(whole, chance), whole), lambda: (wrong, wrong),
        lambda: (whole[:4] + "*" * 10 + whole[-4:], whole[:4] + "*" * 10 + whole[-4:]),
        lambda: (whole[:-2], whole[:-2]),
        lambda: (float(whole[:17]) * 10, LOST), lambda: (f"{whole[0]}.{whole[1:6]}E+17", LOST),
        lambda: (chance.choice((*NOTHING, ERROR)), LOST)]
    if who.born.year < 2000:
        old = whole[:6] + whole[8:17]
        ways.append(lambda: (old, whole))
    return chance.choice(ways)()


def mobile(who: Person, chance: Chance) -> Drawn:
    """A phone number."""
    plain = who.mobile
    hidden = plain[:3] + "****" + plain[7:]
    landline = f"010-62{who.number:06}"
    return chance.choice((
        lambda: (plain, plain), lambda: (plain, plain), lambda: (int(plain), plain),
        lambda: (f"+86 {plain[:3]}-{plain[3:7]}-{plain[7:]}", plain),
        lambda: (f"手机:{plain}", plain), lambda: (f"{plain}/13900000000", plain),
        lambda: (hidden, hidden), lambda: (landline, landline),
        lambda: (_dress(plain, chance), plain), lambda: (f"{plain}.0", plain),
        lambda: (chance.choice((*NOTHING, "123", "12800138000", ERROR, "没有电话")), LOST)))()


def name(who: Person, chance: Chance) -> Drawn:
    """A name."""
    plain = who.name
    return chance.choice((
        lambda: (plain, plain), lambda: (plain, plain), lambda: (" ".join(plain), plain),
        lambda: (f"\u3000{plain} ", plain), lambda: (plain[0] + "**", plain[0] + "**"),
        lambda: ("古丽．买买提", "古丽·买买提"), lambda: ("李\U00020bb7", "李\U00020bb7"),
        lambda: (chance.choice((*NOTHING, ERROR)), LOST)))()


def gender(who: Person, chance: Chance) -> Drawn:
    """A gender, in words only: codes need an ID number and are tried elsewhere."""
    words = ("男", "M", "男性", "先生") if who.male else ("女", "F", "女性", "女士")
    return chance.choice((
        lambda: (chance.choice(words), "男" if who.male else "女"),
        lambda: (chance.choice(words), "男" if who.male else "女"),
        lambda: (chance.choice(("-", "?", "不详", ERROR)), LOST)))()


def customer_id(who: Person, chance: Chance, style: str) -> Drawn:
    """A customer number: with leading zeros, as a number cell, or as long as a card number."""
    plain = {"zeros": f"{who.number:010}", "number": str(80_000_000 + who.number),
             "long": f"621700{who.number:013}"}[style]
    if chance.random() < 0.1:
        damaged = float(f"6217{who.number:015}")
        return chance.choice((damaged, "6.22E+18", "62****18", "-", ERROR)), LOST
    if style == "number":
        return chance.choice((int(plain), float(plain), plain, f"{plain}.0")), plain
    return chance.choice((plain, plain, f" {plain}", f"'{plain}", plain.translate(WIDE))), plain


def account_no(who: Person, chance: Chance, account: int) -> Drawn:
    """An account number; the program keeps its end."""
    plain = f"622848{who.number:08}{account:05}"
    if chance.random() < 0.1:
        return chance.choice((float(plain), "6.22E+18", "-", None)), LOST
    return chance.choice((plain, f"{plain[:4]} {plain[4:]}")), plain[-4:]


OF_A_PERSON: dict[str, Callable[[Person, Chance], Drawn]] = {
    "id_number": id_number, "mobile": mobile, "name": name, "gender": gender}
PLAIN: dict[str, Callable[[Chance, str], Drawn]] = {
    **dict.fromkeys(DATES, day), **dict.fromkeys(FLAGS, flag), **dict.fromkeys(COUNTS, count),
    **dict.fromkeys(TEXTS, text), "risk_level": risk}


def dirty_list(number: int) -> DirtyList:
    """The list of a number."""
    chance = random.Random(number)
    found = DirtyList(number, accounts=chance.random() < 0.3)
    fields = _fields(found, chance)
    title_unit = chance.choice(("", "", "(元)", "（万元）"))
    units = {key: chance.choice(list(UNITS)) for key in fields if key in AMOUNTS}
    found.headers = {key: chance.choice(HEADERS[key]) + units.get(key, "") for key in fields}
    margin = [None] * chance.choice((0, 0, 1))
    header = [*margin, *found.headers.values()]
    _titles(found, chance, margin, title_unit)
    found.add(header)
    style = chance.choice(("zeros", "number", "long"))
    numbers = chance.sample(range(1, 10**6), chance.randrange(4, 20))
    everybody = [person(chance, number) for number in numbers]
    for turn, who in enumerate(_turns(everybody, chance, accounts=found.accounts)):
        _between(found, chance, header, margin)
        drawn = {"customer_id": customer_id(who, chance, style),
                 "account_no": account_no(who, chance, turn)}
        for key in fields:
            if chance.random() < 0.12 and key != "customer_id":
                drawn[key] = (None, LOST)
            elif key in AMOUNTS:
                drawn[key] = amount(chance, UNITS[units[key] or title_unit])
            elif key in OF_A_PERSON:
                drawn[key] = OF_A_PERSON[key](who, chance)
            elif key in PLAIN:
                drawn[key] = PLAIN[key](chance, key)
        row = found.add([*margin, *(drawn[key][0] for key in fields)])
        found.truth[row] = {key: drawn[key] for key in fields}
        found.keys[row] = who.number
    _ending(found, chance, margin)
    return found


def _fields(found: DirtyList, chance: Chance) -> list[str]:
    """The columns in any order, the keys first."""
    rest = sorted(HEADERS.keys() - {"customer_id", "account_no", "name"})
    if found.accounts:
        rest.remove("aum_point")
    fields = ["customer_id", "name", *chance.sample(rest, chance.randrange(4, 12))]
    return [*fields, "account_no"] if found.accounts else fields


def _turns(everybody: list[Person], chance: Chance, *, accounts: bool) -> list[Person]:
    """Who stands on which row: some more than once."""
    again = chance.sample(everybody, len(everybody) // 2 if accounts else chance.randrange(3))
    turns = [*everybody, *again]
    chance.shuffle(turns)
    return turns


def _titles(found: DirtyList, chance: Chance, margin: list[None], unit: str) -> None:
    """What stands above the header; an empty row there says nothing."""
    lines = [["零售客户清单"], [], ["数据日期：2026-10-31"]][:chance.randrange(4)]
    for line in [*lines, *([[f"单位：{unit.strip('()（）')}"]] if unit else [])]:
        row = found.add([*margin, *line])
        if line:
            found.junk.add(row)


def _between(found: DirtyList, chance: Chance, header: list[Any], margin: list[None]) -> None:
    """A page break, a blank row or a subtotal, now and then, before a row."""
    dice = chance.random()
    if dice < 0.04:
        found.junk.add(found.add(header))
    elif dice < 0.07 and found.truth:
        found.junk.add(found.add([]))
    elif dice < 0.10 and found.truth:
        found.junk.add(found.add([*margin, chance.choice(("小计", "城东支行小计：", "合 计"))]))


def _ending(found: DirtyList, chance: Chance, margin: list[None]) -> None:
    """Totals and footnotes."""
    for line in (["合计"], ["制表人：甲", None, "审核人：乙"], ["注：数据仅供内部使用"],
                 ["以下空白"])[:chance.randrange(5)]:
        found.junk.add(found.add([*margin, *line]))
