"""The way of a difficult list through the import, as PNG: `python docs/walkthrough.py FOLDER`.

An account list that a bank's system saved as a web page with the name .xls: titles above the
header, amounts in 万元, ID numbers and phones that Excel has damaged. It is read, checked, mended
in two rows, imported, taken back, brought back and imported again. The pictures of import.md are
made with this.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from datetime import date, timedelta
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

CUSTOMERS = 40
DAMAGED_ID, LOST_PHONE = 9, 12
HEADER = ("客户编号", "客户姓名", "证件号码", "联系电话", "账号", "储种", "余额（万元）",
          "最后动账日期", "到期日")
SURNAMES = "王李张刘陈杨黄赵周吴"
NAMES = ("建国", "秀英", "伟", "丽华", "志强", "敏", "海燕", "俊杰")
KINDS = ("活期", "定期一年", "理财")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(serial: int, born: date) -> str:
    """An ID number with its right last character (GB 11643-1999)."""
    body = f"330102{born:%Y%m%d}{serial:03d}"
    rest = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[rest]


def born(place: int) -> date:
    """When the customer in this place was born."""
    return date(1950 + place, 1 + place % 12, 1 + place % 28)


def write_list(path: Path, day: date) -> None:
    """The invented list."""
    rows = []
    for place in range(CUSTOMERS):
        number = id_number(place * 2 + 1, born(place))
        number = "3.30102E+17" if place == DAMAGED_ID else number
        phone = f"139{place + 11:04d}{place * 37:04d}"
        phone = "1380000" if place == LOST_PHONE else phone
        for account in range(1 + place % 3):
            last = day - timedelta(days=place * 11 % 500 + account)
            due = day + timedelta(days=place * 5) if account else None
            rows.append((
                f"30{place:08d}", SURNAMES[place % 10] + NAMES[place % 8], number, phone,
                f"62220{place:08d}{account}", KINDS[account],
                f"{(place * 7919 % 1200) / 10 + account:.2f}", last, due or ""))
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    head = "".join(f"<th>{name}</th>" for name in HEADER)
    total = sum(float(row[6]) for row in rows)
    path.write_text(
        f'<html><head><meta charset="gbk"></head><body><table border="1">'
        f'<tr><td colspan="9">城东支行个人客户账户明细表</td></tr>'
        f'<tr><td colspan="9">数据日期：{day} 单位：万元</td></tr><tr>{head}</tr>{cells}'
        f"<tr><td>合计</td><td></td><td></td><td></td><td></td><td></td><td>{total:.2f}</td>"
        f"<td></td><td></td></tr></table></body></html>", encoding="gbk")


class Walk:
    """The window, and somebody who clicks and takes pictures."""

    def __init__(self, data: Path, folder: Path) -> None:
        """Open the window on an empty vault."""
        from PySide6.QtWidgets import QApplication

        from branchseg.settings import Settings, save
        from ui.app import Application

        save(Settings(branch_name="城东支行", operator="林经理"))
        self._app = QApplication.instance() or QApplication([])
        self.program, self._folder = Application(data), folder
        self.program.show()
        self.program.window.resize(1366, 768)
        self.program.screen.create_wanted.emit("城东支行", "林经理", "一句足够长的口令口令")
        self.until(lambda: self.program.session.vault is not None)

    def until(self, done: object) -> None:
        """Let the program work until something is true."""
        assert callable(done)
        deadline = time.monotonic() + 60
        while not done():
            self._app.processEvents()
            time.sleep(0.01)
            if time.monotonic() > deadline:
                sys.exit("it takes too long")

    def rest(self) -> None:
        """Wait for the worker, and for the window to settle."""
        for _ in range(2):
            pause = time.monotonic() + 0.4
            self.until(partial(self._rested, pause))

    def _rested(self, pause: float) -> bool:
        return time.monotonic() > pause and not self.program.jobs.busy

    def click(self, button: object) -> None:
        """A click, and what follows."""
        button.click()  # type: ignore[attr-defined]
        self.rest()

    def picture(self, name: str) -> None:
        """The window as it is now, with the dialog over it if there is one."""
        from PySide6.QtWidgets import QApplication

        shown = QApplication.activeModalWidget() or self.program.window
        shown.grab().save(str(self._folder / f"import-{name}.png"))

    def check(self, imports: object) -> None:
        """Take every suggestion and go on to the problems."""
        for match in imports.mapping.groups[0].mapping.doubtful:
            self.click(imports.mapping.table.suggestion(match.index))
        self.click(imports.foot.next)

    def mend(self, imports: object, code: str, column: str, value: str, picture: str = "") -> None:
        """Write another value into the row of the first finding of a kind."""
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        from ui.pages.imports.row_dialog import RowDialog

        issues = imports.issues  # type: ignore[attr-defined]
        kinds = [group.code for group in issues._groups]
        issues.kinds.setCurrentCell(kinds.index(code), 1)
        issues.examples.setCurrentCell(0, 0)

        def write() -> None:
            box = QApplication.activeModalWidget()
            assert isinstance(box, RowDialog)
            titles = [box.table.item(row, 0).text() for row in range(box.table.rowCount())]
            row = next(at for at, title in enumerate(titles) if title.startswith(column))
            box.table.item(row, 1).setText(value)
            if picture:
                self.picture(picture)
            box.save.click()

        QTimer.singleShot(300, write)
        self.click(issues.edit)


def main() -> None:
    """Take the pictures."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        os.environ["BRANCHSEG_DATA"] = made
        path = Path(made, "账户明细.xls")
        day = date.today() - timedelta(days=1)  # noqa: DTZ011 - the branch's own calendar
        write_list(path, day)
        walk = Walk(Path(made), folder)
        program = walk.program
        program.session.navigate("imports", path)
        imports = program.window.workspace._pages["imports"]
        walk.rest()
        walk.until(lambda: imports.mapping.table.complete)
        walk.picture("columns")
        walk.check(imports)
        walk.picture("problems")
        right = id_number(DAMAGED_ID * 2 + 1, born(DAMAGED_ID))
        walk.mend(imports, "number_damaged", HEADER[2], right, "mending")
        walk.mend(imports, "phone_invalid", HEADER[3], "13900120444")
        walk.picture("mended")
        walk.click(imports.foot.next)
        walk.picture("done")
        assert len(program.session.result.table) == CUSTOMERS
        walk.click(imports.done.undo)
        assert program.session.result is None
        walk.picture("undone")
        program.session.undo_stack.redo()  # an import taken back lends nothing to the next one
        walk.rest()
        program.session.navigate("imports", path)
        walk.rest()
        walk.until(lambda: imports.mapping.table.complete)
        walk.picture("again")
        walk.check(imports)
        walk.click(imports.foot.next)
        assert len(program.session.result.table) == CUSTOMERS
        program.session.navigate("customers")
        walk.rest()
        walk.picture("customers")
        program.close()


if __name__ == "__main__":
    main()
