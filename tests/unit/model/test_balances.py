"""Balances of customers added up as plain arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from branchseg.model.balances import sum_of_parts
from branchseg.model.figures import figures


@pytest.mark.parametrize(("owned", "wanted"), [
    ({"demand": 9.0, "fund": 1.0}, 10.0),
    ({"deposit": 7.0, "demand": 5.0, "fund": 1.0}, 8.0),
    ({"deposit": 7.0, "demand": 5.0, "time_deposit": 4.0}, 9.0),
    ({"deposit": -5.0, "fund": 1.0}, -4.0),
    ({"demand": -5.0, "deposit": np.nan}, -5.0),
    ({"deposit": np.nan, "fund": np.nan}, np.nan),
    ({"loan": 5.0}, np.nan),
])
def test_parts_add_up_as_the_rules_add_them(owned, wanted):
    frame = pd.DataFrame({key: [value] for key, value in owned.items()})

    found = sum_of_parts(lambda key: figures(key, frame))

    np.testing.assert_array_equal(found, [wanted])
