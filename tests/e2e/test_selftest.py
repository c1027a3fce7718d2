"""`branchseg selftest` as a user starts it: a process of its own, without a screen."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_installed_program_checks_itself(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "ui", "selftest"], cwd=ROOT, capture_output=True, text=True,
        encoding="utf-8", timeout=300, check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1",
             "BRANCHSEG_DATA": str(tmp_path / "data")})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "自检通过：窗口能启动，示例名单能导入，任务单能打印。"
    assert not (tmp_path / "data").exists()
