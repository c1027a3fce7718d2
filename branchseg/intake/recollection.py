"""Which remembered mapping is that of a list: the same headers and units, or nearly."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from branchseg.intake.labels import normalise
from branchseg.intake.lookup import is_own
from branchseg.intake.mapping import fingerprint
from branchseg.model.recipe import thresholds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchseg.model.raw import ColumnMapping, RawTable


def recollect(table: RawTable, remembered: Mapping[str, ColumnMapping]) -> ColumnMapping | None:
    """The mapping remembered for the headers and units of a list.

    Else the one with the most names in common, whatever its units; None if too few names are: at
    least `similar` (recipe.toml) of all names of both. Of equals the one remembered last counts.
    """
    same = remembered.get(fingerprint(table.headers, table.units))
    if same is not None:
        return same
    mine = Counter(normalise(header) for header in table.headers if not is_own(header))
    best, most = None, thresholds().similar
    for mapping in remembered.values():
        theirs = Counter(normalise(match.header) for match in mapping.columns
                         if not is_own(match.header))
        likeness = (mine & theirs).total() / max((mine | theirs).total(), 1)
        if likeness >= most:
            best, most = mapping, likeness
    return best
