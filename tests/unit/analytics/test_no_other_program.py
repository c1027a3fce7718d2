"""Models are fitted without starting a program of the system."""

import subprocess
import sys

_FIT = """
import subprocess
def refuse(*_arguments, **_options):
    raise AssertionError("a program was started")
subprocess.Popen = subprocess.run = refuse
import branchseg.analytics
from sklearn.ensemble import HistGradientBoostingClassifier
HistGradientBoostingClassifier(max_iter=2).fit([[0.0], [1.0]] * 30, [0, 1] * 30)
"""


def test_no_program_is_started_to_count_the_cores():
    told = subprocess.run([sys.executable, "-W", "error", "-c", _FIT], capture_output=True,
                          text=True, check=False)
    assert told.returncode == 0, told.stderr
