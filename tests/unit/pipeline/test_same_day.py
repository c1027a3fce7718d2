"""Lists of one data date that state different amounts of a customer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from branchseg.model.fields import FIELDS
from branchseg.model.issues import IssueLog
from branchseg.model.table import SOURCE_ROWS, CustomerTable, frame_dtype
from branchseg.pipeline.sameday import SameDay, same_day
from branchseg.store.keys import Argon2Cost
from branchseg.store.vault import Vault

DAY, EARLIER = date(2026, 10, 31), date(2026, 9, 30)


def listed(rows="2", as_of=DAY, **columns):
    data = {key: pd.Series(values).astype(frame_dtype(FIELDS[key]))
            for key, values in columns.items()}
    count = len(columns["customer_id"])
    data[SOURCE_ROWS] = pd.Series([rows] * count, dtype="str")
    return CustomerTable(pd.DataFrame(data), as_of)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vault")
    with Vault.create(folder, "correct horse", Argon2Cost(8, 1, 1)) as opened:
        yield opened


@pytest.fixture
def vault(empty):
    """A vault whose imports of the test before are taken back."""
    yield empty
    for batch in empty.batches():
        empty.undo_batch(batch.id, undone_at=datetime(2026, 11, 1, tzinfo=UTC))


def save(vault, table):
    return vault.save_batch(table, imported_at=datetime(2026, 11, 1, tzinfo=UTC),
                            ruleset_id="r", sources=(), rows_read=1, rows_used=1,
                            issues=IssueLog(), summary={}, mappings=())


def told(vault, table):
    """How many customers and which fields; None if nothing is told."""
    found = same_day(vault, table)
    return found and (found.customers, found.fields)


def test_the_customers_and_the_fields_that_differ_most_are_told(vault):
    first = save(vault, listed(customer_id=["A", "B", "C"], demand=[1_000.0, 2_000.0, 3_000.0],
                               wealth=[5.0, 6.0, 7.0]))
    mine = listed(customer_id=["C", "B", "D"], wealth=[7.0, 1_006.0, 9_000.0],
                  demand=[9_000.0, 9_000.0, 1.0])
    (batch,) = (one for one in vault.batches() if one.in_force)
    assert batch.id == first
    assert same_day(vault, mine) == SameDay((batch,), 2, ("demand", "wealth"))


@pytest.mark.parametrize(("before", "after", "rows", "found"), [
    (10_000.0, 10_099.99, "2", None),  # 万元 with two digits
    (10_000.0, 10_100.0, "2", (1, ("demand",))),
    (10_100.0, 10_000.0, "2", (1, ("demand",))),
    (10_000.0, 10_299.0, "2、3；表2：4", None),
    (10_000.0, 10_300.0, "2、3；表2：4", (1, ("demand",))),
    (None, 10_000.0, "2", None), (10_000.0, None, "2", None),
    (0.0, 10_000.0, "2", (1, ("demand",))),
])
def test_what_rounding_explains_is_not_told(vault, before, after, rows, found):
    save(vault, listed(rows, customer_id=["A"], demand=[before]))
    assert told(vault, listed(customer_id=["A"], demand=[after])) == found


def test_other_days_other_fields_and_what_was_taken_back_do_not_count(vault):
    save(vault, listed(customer_id=["A"], demand=[1.0], as_of=EARLIER))
    save(vault, listed(customer_id=["A"], fund=[1.0]))
    gone = save(vault, listed(customer_id=["A"], demand=[2.0]))
    vault.undo_batch(gone, undone_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert told(vault, listed(customer_id=["A"], demand=[9_000.0])) is None


def test_a_customer_is_counted_once_however_many_lists_differ(vault):
    save(vault, listed(customer_id=["A"], demand=[1_000.0]))
    save(vault, listed(customer_id=["A", "B"], demand=[2_000.0, 3.0]))
    found = same_day(vault, listed(customer_id=["A", "B"], demand=[9_000.0, 3.0]))
    assert found is not None
    assert found.customers == 1
    assert len(found.batches) == 2
