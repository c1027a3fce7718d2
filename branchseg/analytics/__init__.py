"""Plain statistics over all customers: who holds how much, and recency, frequency, money."""

from branchseg.analytics.pareto import Pareto, pareto
from branchseg.analytics.rfm import rfm, rfm_labels, rfm_method, rfm_traits

__all__ = ["Pareto", "pareto", "rfm", "rfm_labels", "rfm_method", "rfm_traits"]
