"""Cleaning: typed cells -> one row per customer, and an issue for every change and every loss.

`parsers`, `texts` and `identity` read single cells, `columns` whole columns, `rows` a list;
`keys` and `merge` find out who is who, `customers` tells the story. `corrections` lays over a list
what a person changed by hand, `profile` tells roughly what one holds.
"""

from branchseg.cleaning.corrections import corrected
from branchseg.cleaning.customers import AsOfSource, Cleaned, Known, to_customers
from branchseg.cleaning.profile import profile

__all__ = ["AsOfSource", "Cleaned", "Known", "corrected", "profile", "to_customers"]
