"""Plain statistics over all customers: who holds how much, and recency, frequency, money."""

import os

from branchseg.analytics.pareto import Pareto, pareto
from branchseg.analytics.rfm import FREQUENCY_LIMITS, rfm, rfm_labels, rfm_method, rfm_traits

__all__ = ["FREQUENCY_LIMITS", "Pareto", "pareto", "rfm", "rfm_labels", "rfm_method", "rfm_traits"]

# Else scikit-learn starts a program of the system to count the cores: a console window flashes
# up on Windows, and where there is no such program it warns.
os.environ.setdefault("OMP_NUM_THREADS", str(os.cpu_count() or 1))
