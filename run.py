"""Set everything up and run branchseg from a fresh checkout. Needs only Python 3.11 or newer.

    python run.py demo     sample list -> results, charts, task sheets; the window if possible
    python run.py app      the window
    python run.py check    lint, types, layers
    python run.py test     check, then all tests

The environment lives in .venv beside this file; delete that folder to start over.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / "installer" / "constraints.txt"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

DEBIAN_PACKAGES = {
    # what Qt loads at run time -> the package that brings it
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
SCREEN_PACKAGES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
}
IN_PARALLEL = ("-n", "auto", "--dist", "loadfile")
"""As many test processes as the machine has cores; the tests of a file stay together."""
_LAYERS = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
CHINESE_FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


def has_screen() -> bool:
    """True where a window can be shown."""
    return os.name == "nt" or sys.platform == "darwin" or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def missing_debian_packages() -> list[str]:
    """Packages of the Qt runtime and a Chinese font that this Debian lacks."""
    if not sys.platform.startswith("linux") or shutil.which("apt-get") is None:
        return []
    ldconfig = shutil.which("ldconfig") or "/sbin/ldconfig"
    known = subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False).stdout
    wanted = DEBIAN_PACKAGES | (SCREEN_PACKAGES if has_screen() else {})
    missing = [package for library, package in wanted.items() if library not in known]
    if not CHINESE_FONT.exists():
        missing.append("fonts-noto-cjk")
    return missing


def apt_install(packages: list[str]) -> None:
    """Install as root; otherwise print the one command that does it, and go on."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0:
        print(f"run this once, then try again:\n    sudo {' '.join(command)}", flush=True)
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for line in (["apt-get", "update", "-q"], command):
        subprocess.run(line, check=True, env=quiet, stdout=subprocess.DEVNULL)


def make_environment() -> None:
    """Create .venv; Debian ships Python without the part that does it."""
    if PYTHON.exists():
        return
    command = [sys.executable, "-m", "venv", str(VENV)]
    if subprocess.run(command, capture_output=True, check=False).returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if sys.platform.startswith("linux") and shutil.which("apt-get"):
        apt_install([f"python{sys.version_info.major}.{sys.version_info.minor}-venv"])
    subprocess.run(command, check=True)


def install(extras: tuple[str, ...]) -> None:
    """Install the pinned dependencies of pyproject.toml unless this was done before."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    state = "\n".join([*wanted, CONSTRAINTS.read_text(encoding="utf-8")])
    mark = VENV / f"installed-{hashlib.sha256(state.encode()).hexdigest()[:16]}"
    if mark.exists():
        return
    print("installing the pinned libraries (once, some minutes) ...", flush=True)
    subprocess.run(
        [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check",
         "-c", CONSTRAINTS, *wanted],
        check=True,
    )
    mark.touch()


def run(*arguments: str, offscreen: bool = False) -> int:
    """Run the environment's Python in the source tree; its exit code."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    if offscreen or not has_screen():
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return subprocess.run([PYTHON, *arguments], cwd=ROOT, env=environment, check=False).returncode


def check() -> int:
    """Lint, types and layers; the first fault stops."""
    return (
        run("-m", "ruff", "check", ".")
        or run("-m", "mypy")
        or run("-c", _LAYERS)
    )


def main(arguments: list[str]) -> int:
    """Prepare what the command needs, then run it."""
    commands = ("demo", "app", "check", "test")
    command = arguments[0] if arguments else ""
    if command not in commands:
        print(__doc__)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what tells the user
        print("branchseg needs Python 3.11 or newer")
        return 2
    packages = missing_debian_packages()
    if packages:
        apt_install(packages)
    make_environment()
    install(("test",) if command in ("check", "test") else ())
    rest = arguments[1:]
    if command == "demo":
        return run("-m", "ui", "demo", *rest)
    if command == "app":
        return run("-m", "ui", *rest)
    if command == "check":
        return check()
    return check() or run("-m", "pytest", "-q", *IN_PARALLEL, *rest, offscreen=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
