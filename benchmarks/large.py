"""The largest lists: a workbook of 200,000 rows and an account list of 3.5 million lines."""

from __future__ import annotations

import random
from pathlib import Path

from benchmarks.measure import Figure, fresh, interleaved

CUSTOMERS = 197_000
"""With those that stand there twice just below the 200,000 rows a workbook may have."""
LINES = 3_500_000
_HEADER = ("客户号,账号,客户姓名,产品名称,币种,账户余额,开户日期,最近交易日期,账户状态,网点名称,"
           "客户经理,手机号码\n")


def write_lines(path: str, lines: int) -> None:
    """Accounts as a core system exports them: GBK, three accounts to a customer."""
    chance = random.Random(5)  # noqa: S311 - invented accounts
    names = [a + b + c for a in "王李张刘陈杨黄赵周吴" for b in "伟芳娜敏静" for c in "强磊军洋勇"]
    products = ("活期存款", "一年期定期存款", "天天理财A款", "国债")
    with Path(path).open("w", encoding="gbk", newline="") as file:
        file.write(_HEADER)
        for number in range(lines):
            who = number // 3
            file.write(
                f"{who:010},{6217000000000000000 + number},{chance.choice(names)},"
                f"{chance.choice(products)},人民币,{chance.random() * 1e5:.2f},"
                f"20{chance.randrange(10, 25)}-{chance.randrange(1, 13):02}-01,"
                f"2026-{chance.randrange(1, 11):02}-{chance.randrange(1, 29):02},正常,"
                f"城东支行营业室,客户经理{who % 7},139{who % 100_000_000:08}\n")


def pandas_reads(path: str) -> None:
    """The peer: pandas' C reader."""
    import pandas as pd

    pd.read_csv(path, encoding="gbk")


def ours(path: str) -> dict[str, float]:
    """The whole intake; the peak of the parent, which holds the list, apart."""
    import resource

    from branchseg import intake

    table = intake.read(Path(path))[0]
    intake.match(table)
    return {"parent_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "rows": len(table.rows)}


def figures(folder: Path) -> list[Figure]:
    """CPU over the floor and the peer; peaks in MB."""
    inline, shared = str(folder / "inline.xlsx"), str(folder / "shared.xlsx")
    text = str(folder / "accounts.csv")
    fresh("read", "write_workbook", inline, shared, CUSTOMERS)
    floor, book = interleaved(1, ("read", "scan", shared), ("large", "ours", shared))
    fresh("large", "write_lines", text, LINES)
    peer, lines = interleaved(2, ("large", "pandas_reads", text), ("large", "ours", text))
    Path(text).unlink()
    return [
        Figure("read xlsx 200k x 30 / expat scan", book.cpu / floor.cpu, 3.0, "x",
               f"{book.cpu:.1f} s; expat {floor.cpu:.1f} s"),
        Figure("read xlsx 200k x 30, peak of the parent", book.extra["parent_mb"], 900, "MB", ""),
        Figure("read GBK csv 3.5 M x 12 / pandas C reader", lines.cpu / peer.cpu, 3.0, "x",
               f"{lines.cpu:.1f} s; pandas {peer.cpu:.1f} s"),
        Figure("read GBK csv 3.5 M x 12, peak", lines.peak_mb, 3000, "MB", ""),
    ]
