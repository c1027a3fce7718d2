"""The structure is a test: layers, sizes, cycles, who may import what, what the wheel holds."""

import ast
import os
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(p for top in ("branchseg", "ui") for p in (ROOT / top).rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

CONFINED = {
    # library -> where it may be imported
    "openpyxl": {"branchseg/sheets/", "branchseg/sample/", "branchseg/intake/second_readers.py"},
    "python_calamine": {"branchseg/intake/"},
    "lxml": {"branchseg/intake/"},
    "xlrd": {"branchseg/intake/"},
    "msoffcrypto": {"branchseg/intake/"},
    "rapidfuzz": {"branchseg/intake/"},
    "matplotlib": {"branchseg/charts/", "ui/widgets/"},
    "sqlalchemy": {"branchseg/store/"},
    "alembic": {"branchseg/store/"},
    "sqlcipher3": {"branchseg/store/"},
    "argon2": {"branchseg/store/"},
    "cryptography": {"branchseg/store/"},
    "pypinyin": {"branchseg/store/", "branchseg/intake/"},
    "segno": {"branchseg/sheets/"},
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports_of(path: Path) -> set[str]:
    """Absolute names of everything a file imports, function-level imports included."""
    package = list(path.relative_to(ROOT).with_suffix("").parts[:-1])
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            found |= {stem} | {f"{stem}.{alias.name}" for alias in node.names}
    return found


def test_layers_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c",
         "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_import_cycles() -> None:
    modules = {name_of(p)[:-3].replace("/", ".").removesuffix(".__init__"): p for p in SOURCES}
    graph = {m: {i for i in imports_of(p) if i in modules and i != m} for m, p in modules.items()}
    settled: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join([*trail[trail.index(module):], module])
        if module not in settled:
            for other in sorted(graph[module]):
                visit(other, (*trail, module))
            settled.add(module)

    for module in graph:
        visit(module, ())


def test_nothing_is_too_long() -> None:
    too_long = []
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 450:
            too_long.append(f"{name_of(path)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.FunctionDef | ast.ClassDef):
                continue
            limit = 50 if isinstance(node, ast.FunctionDef) else 250
            limit = 200 if node.name == "MainWindow" else limit
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > limit:
                too_long.append(f"{name_of(path)}: {node.name} {lines} lines")
    assert not too_long, "\n".join(too_long)


@pytest.mark.parametrize("library", CONFINED)
def test_library_is_confined(library: str) -> None:
    strays = [
        name_of(path) for path in SOURCES
        if any(i == library or i.startswith(f"{library}.") for i in imports_of(path))
        and not name_of(path).startswith(tuple(CONFINED[library]))
    ]
    assert not strays


def test_no_module_can_reach_the_network() -> None:
    banned = {"socket", "ssl", "http", "urllib", "ftplib", "smtplib", "requests", "asyncio"}
    strays = {
        name_of(path): hit for path in SOURCES
        if (hit := {i.split(".")[0] for i in imports_of(path)} & banned)
    }
    assert not strays


def test_pyplot_is_never_used() -> None:
    assert not [name_of(p) for p in SOURCES if any("pyplot" in i for i in imports_of(p))]


def test_ui_never_names_itself() -> None:
    """The wheel installs ui as branchseg_ui, so inside it only relative imports work."""
    assert not [
        name_of(path) for path in SOURCES if name_of(path).startswith("ui/")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and not node.level
            and (node.module or "").split(".")[0] == "ui")
        or (isinstance(node, ast.Import) and any(a.name.split(".")[0] == "ui" for a in node.names))
    ]


def test_wheel_lists_every_package() -> None:
    listed = set(PROJECT["tool"]["setuptools"]["packages"])
    packages = {name_of(p.parent).replace("/", ".") for p in SOURCES}
    resources = {name_of(p.parent).replace("/", ".") for p in (ROOT / "resources").rglob("*.*")}
    expected = {
        "branchseg_ui" + p.removeprefix("ui") if p.split(".")[0] == "ui"
        else "branchseg._resources" + p.removeprefix("resources")
        if p.split(".")[0] == "resources" else p
        for p in packages | resources
    }
    assert listed == expected


def test_constraints_name_no_registry() -> None:
    text = (ROOT / "installer" / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--" not in text


def test_qt_keeps_its_references() -> None:
    """PySide6 6.12.0 on Python 3.11 dies after some hundred emits: guards the version pin."""
    code = (
        "from PySide6.QtCore import QObject, Signal\n"
        "from PySide6.QtGui import QGuiApplication, QImage, QPainter\n"
        "class A(QObject):\n    s = Signal(bool)\n"
        "app = QGuiApplication([]); a = A(); image = QImage(8, 8, QImage.Format.Format_RGB32)\n"
        "p = QPainter(image)\n"
        "for _ in range(5000):\n"
        "    a.s.emit(True); p.save(); p.drawLine(0, 0, 4, 4); p.restore()\n"
        "p.end()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False,
                          env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    assert done.returncode == 0, done.stderr


def test_the_core_runs_without_qt() -> None:
    code = (
        "import sys\n"
        "sys.modules['PySide6'] = None\n"
        "import branchseg.pipeline, branchseg.cli\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_versions_are_listed_newest_first() -> None:
    heads = [line.split()[1] for line in
             (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
             if line.startswith("## ")]
    keys = [tuple(int(n) for n in h.split(".")) for h in heads]
    assert keys
    assert all(a > b for a, b in pairwise(keys))
