"""Cleaning: typed cells -> one row per customer, and an issue for every change and every loss.

`parsers`, `texts` and `identity` read single cells, `columns` whole columns, `rows` a list;
`keys` and `merge` find out who is who, `customers` tells the story. `corrections` lays over a list
what a person changed by hand.
"""

from branchseg.cleaning.corrections import corrected
from branchseg.cleaning.customers import AsOfSource, Cleaned, to_customers

__all__ = ["AsOfSource", "Cleaned", "corrected", "to_customers"]
