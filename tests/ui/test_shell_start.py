"""What happens before the first paint, looked at in a fresh process."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAINT = """
import sys
from pathlib import Path
from ui.__main__ import load_qt
load_qt()
from ui.app import Application, make_qapplication
app = make_qapplication()
made = Application(Path(sys.argv[1]))
made.window.show()
app.processEvents()
assert not made.window.grab().isNull()
print(*sorted({name.partition(".")[0] for name in sys.modules}))
print(*sorted(name for name in sys.modules if name.startswith("PySide6.Qt")))
import colorsys, linecache
print(*sorted(Path(name).name for name in linecache.cache))
sys.stdout.flush()
import os
os._exit(0)
"""
HEAVY = {
    "pandas", "numpy", "matplotlib", "sqlalchemy", "alembic", "sqlcipher3", "narwhals", "openpyxl",
    "pypinyin", "rapidfuzz", "argon2", "cryptography", "segno", "python_calamine",
}


def start(folder):
    done = subprocess.run(
        [sys.executable, "-c", PAINT, str(folder)], cwd=ROOT, capture_output=True, text=True,
        check=False, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_nothing_heavy_is_loaded_before_the_first_paint(tmp_path):
    modules, of_qt, _ = (set(line.split()) for line in start(tmp_path))
    assert not modules & HEAVY
    assert of_qt == {"PySide6.QtCore", "PySide6.QtGui", "PySide6.QtSvg", "PySide6.QtWidgets"}


def test_qt_reads_the_source_of_no_module(tmp_path):
    *_, sources = start(tmp_path)
    assert "colorsys.py" not in sources


def test_showing_the_window_writes_nothing(tmp_path):
    start(tmp_path)
    assert not list(tmp_path.iterdir())
